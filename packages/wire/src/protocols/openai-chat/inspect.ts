import { readAskedTier } from '../../ir/served-as.ts';
import type { Invalid, Json, JsonObject, RequestSummary, Operation } from '../../protocol.ts';
import { hostedToolsIn } from '../hosted-tools.ts';
import { faultOfLookalikes } from '../lookalikes.ts';
import { referencesTo } from '../resources.ts';
import { faultOfMessages } from '../message-shape.ts';
import { estimateInput } from './estimate.ts';
import { readChatResources } from './resources.ts';

/** Largest numbers that a request may name. */
export type InspectLimits = { readonly maxOutputTokens: number; readonly maxChoices: number };

function invalid(message: string, param: string | null): Invalid {
  return { invalid: message, param };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A positive whole number within the limit; undefined when the field is absent or null. */
function count(json: JsonObject, param: string, limit: number): number | undefined | Invalid {
  const value = json[param];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
    return invalid(`"${param}" must be a positive integer.`, param);
  if (value > limit) return invalid(`"${param}" must not be larger than ${limit}.`, param);
  return value;
}

/** Complaint about what is to be completed, if there is one. */
function faultOfInput(operation: Operation, json: JsonObject): Invalid | undefined {
  if (operation === 'completions') {
    const prompt = json['prompt'];
    if (typeof prompt === 'string' || (Array.isArray(prompt) && prompt.length > 0)) return undefined;
    return invalid('"prompt" must be a string or a non-empty array.', 'prompt');
  }
  const messages: unknown = json['messages'];
  if (!Array.isArray(messages)) return invalid('"messages" must be an array.', 'messages');
  if (messages.length === 0) return invalid('"messages" must not be empty.', 'messages');
  return faultOfMessages(messages, 'messages', { content: 'content', text: true });
}

/** How many answers a batch of prompts makes: each string or token array of an array is one. */
function prompts(operation: Operation, json: JsonObject): number {
  const prompt: Json | undefined = json['prompt'];
  if (operation !== 'completions' || !Array.isArray(prompt)) return 1;
  return typeof prompt[0] === 'number' ? 1 : prompt.length;
}

/** More than any aggregator takes. */
const mostRouted = 20;

/** The models that an aggregator may answer with. https://openrouter.ai/docs/features/model-routing */
function routedModels({ models }: JsonObject): readonly string[] | undefined {
  if (!Array.isArray(models)) return undefined;
  const names = models.slice(0, mostRouted).filter((name): name is string => typeof name === 'string');
  return names.length === 0 ? undefined : names;
}

/**
 * Reads what the gateway must know of a chat or legacy completion request, and refuses what no provider could serve.
 * Only named fields are checked; everything else is the provider's to judge. Never throws, on any JSON.
 */
export function inspectChat(operation: Operation, json: unknown, limits: InspectLimits): RequestSummary | Invalid {
  if (!isObject(json)) return invalid('The body must be a JSON object.', null);
  const model = Object.hasOwn(json, 'model') ? json['model'] : undefined;
  if (typeof model !== 'string' || model === '') return invalid('"model" must be a non-empty string.', 'model');
  const fault = faultOfLookalikes(json) ?? faultOfInput(operation, json);
  if (fault) return fault;

  const stream = json['stream'] ?? false;
  if (typeof stream !== 'boolean') return invalid('"stream" must be a boolean.', 'stream');
  const options = json['stream_options'] ?? {};
  if (!isObject(options)) return invalid('"stream_options" must be an object.', 'stream_options');
  const wantsUsage = options['include_usage'] ?? false;
  if (typeof wantsUsage !== 'boolean') {
    return invalid('"stream_options.include_usage" must be a boolean.', 'stream_options.include_usage');
  }

  const maxTokens = count(json, 'max_tokens', limits.maxOutputTokens);
  if (typeof maxTokens === 'object') return maxTokens;
  const maxCompletion = count(json, 'max_completion_tokens', limits.maxOutputTokens);
  if (typeof maxCompletion === 'object') return maxCompletion;
  const n = count(json, 'n', limits.maxChoices);
  if (typeof n === 'object') return n;
  const bestOf = operation === 'completions' ? count(json, 'best_of', limits.maxChoices) : undefined;
  if (typeof bestOf === 'object') return bestOf;

  return {
    model,
    stream,
    // A body that names both is the provider's to refuse; should one be ignored, the larger is what may be produced.
    maxOutputTokens: maxTokens === undefined ? maxCompletion : Math.max(maxTokens, maxCompletion ?? 0),
    // `best_of` candidates are generated and `n` of them returned, for every prompt of a batch.
    choices: Math.max(n ?? 1, bestOf ?? 1) * prompts(operation, json),
    wantsUsage,
    tier: readAskedTier(json['service_tier']),
    ...(isObject(json['web_search_options']) && { counted: { searches: 1 } }),
    routedModels: routedModels(json),
    references: referencesTo(readChatResources(json)),
    hosted: hostedToolsIn(json),
    inputEstimate: estimateInput(json),
  };
}
