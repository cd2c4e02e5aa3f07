import { readAskedTier } from '../../ir/served-as.ts';
import { at, isList, isObject, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { HostedTool, Invalid, Json, JsonObject, Operation, RequestSummary } from '../../protocol.ts';
import { faultOfLookalikes } from '../lookalikes.ts';
import { estimateInput } from '../openai-chat/estimate.ts';
import type { InspectLimits } from '../openai-chat/inspect.ts';
import { namesAgent } from './edits.ts';
import { readInteractionsReferences } from './resources.ts';

function invalid(message: string, param: string | null): Invalid {
  return { invalid: message, param };
}

/** What an interaction can be made of without any `input`. */
const stored = ['previous_interaction_id', 'continuation_token'] as const;

/**
 * Reads what the gateway must know of a request for an interaction, and refuses what no provider could serve. Only named
 * fields are checked; everything else is the provider's to judge. Never throws, on any JSON.
 */
export function inspectInteractions(
  _operation: Operation,
  json: unknown,
  limits: InspectLimits,
): RequestSummary | Invalid {
  if (!isObject(json)) return invalid('The body must be a JSON object.', null);
  const key = namesAgent(json) ? 'agent' : 'model';
  const model = at(json, key);
  if (typeof model !== 'string' || model === '') return invalid(`"${key}" must be a non-empty string.`, key);
  const config = objectAt(json, 'generation_config') ?? {};
  const fault = faultOfLookalikes(json) ?? faultOfSpelling(json) ?? faultOfSpelling(config) ?? faultOfState(json);
  if (fault) return fault;
  const given = faultOfInput(json);
  if (given) return given;
  const maxOutputTokens = countOf(config, limits.maxOutputTokens);
  if (typeof maxOutputTokens === 'object') return maxOutputTokens;
  const budget = budgetOf(json);
  if (typeof budget === 'object') return budget;
  return {
    model,
    stream: at(json, 'stream') === true,
    // An agent runs its model again and again: what one run may put out says nothing of them all.
    maxOutputTokens: budget ?? maxOutputTokens,
    choices: 1,
    // An interaction always reports its usage.
    wantsUsage: true,
    references: readInteractionsReferences(json),
    background: at(json, 'background') === true,
    tier: readAskedTier(at(json, 'service_tier')),
    hosted: hostedIn(json),
    inputEstimate: estimateInput(withMediaNamed(json)),
  };
}

/**
 * Google's parsers take fields in camelCase for the same in snake_case, so that a field could be one thing here and another
 * there; its own clients write the latter.
 */
function faultOfSpelling(json: JsonObject): Invalid | undefined {
  for (const key of Object.keys(json)) {
    if (!/[A-Z]/.test(key)) continue;
    const plain = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return invalid(`"${plain}" must be written so, not "${key}".`, plain);
  }
  return undefined;
}

function faultOfState(json: JsonObject): Invalid | undefined {
  for (const key of ['stream', 'background', 'store'] as const) {
    const value = at(json, key) ?? false;
    if (typeof value !== 'boolean') return invalid(`"${key}" must be a boolean.`, key);
  }
  for (const key of stored) {
    const value = at(json, key) ?? '';
    if (typeof value !== 'string') return invalid(`"${key}" must be a string.`, key);
  }
  // Nobody could come back to what is not kept.
  if (at(json, 'background') === true && at(json, 'store') === false)
    return invalid('"background" needs "store": only an interaction that is kept can be read later.', 'store');
  // It would be paid at the price of the agent's usual model.
  if ((at(objectAt(json, 'agent_config') ?? {}, 'model') ?? undefined) !== undefined)
    return invalid('"agent_config.model" is not served: an agent has one price.', 'agent_config.model');
  return undefined;
}

function faultOfInput(json: JsonObject): Invalid | undefined {
  const input = at(json, 'input') ?? undefined;
  if (input === undefined) {
    if (stored.some((key) => textAt(json, key) !== undefined)) return undefined;
    return invalid('"input" must be a string, content, or an array of content or steps.', 'input');
  }
  if (typeof input === 'string' || isObject(input)) return undefined;
  if (!isList(input)) return invalid('"input" must be a string, content, or an array of content or steps.', 'input');
  for (const [index, item] of input.entries()) {
    if (!isObject(item)) return invalid(`"input[${index}]" must be an object.`, `input[${index}]`);
    const content = at(item, 'content') ?? undefined;
    if (content === undefined || typeof content === 'string' || isObject(content)) continue;
    const path = `input[${index}].content`;
    if (!isList(content) || !content.every(isObject)) return invalid(`"${path}" must be an array of content.`, path);
  }
  return undefined;
}

/** The most tokens that an agent may use in all, each of which may be one of output; Google writes the number as text. */
function budgetOf(json: JsonObject): number | undefined | Invalid {
  const param = 'agent_config.max_total_tokens';
  const value = at(objectAt(json, 'agent_config') ?? {}, 'max_total_tokens') ?? undefined;
  if (value === undefined) return undefined;
  const budget = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof budget === 'number' && Number.isInteger(budget) && budget > 0
    ? budget
    : invalid(`"${param}" must be a positive integer.`, param);
}

/** A positive whole number within the limit; undefined when the field is absent or null. */
function countOf(config: JsonObject, limit: number): number | undefined | Invalid {
  const param = 'generation_config.max_output_tokens';
  const value = at(config, 'max_output_tokens') ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
    return invalid(`"${param}" must be a positive integer.`, param);
  return value > limit ? invalid(`"${param}" must not be larger than ${limit}.`, param) : value;
}

const billed: ReadonlyMap<string, HostedTool['bucket']> = new Map<string, HostedTool['bucket']>([
  ['google_search', 'searches'],
  ['google_maps', 'toolCalls'],
  ['retrieval', 'toolCalls'],
]);

/** Of the tools that a request offers, those that are billed by their use. */
function hostedIn(json: JsonObject): readonly HostedTool[] | undefined {
  const buckets = new Set(objectsAt(json, 'tools').flatMap((tool) => billed.get(textAt(tool, 'type') ?? '') ?? []));
  return buckets.size === 0 ? undefined : [...buckets].map((bucket) => ({ bucket, most: undefined }));
}

/** Keys by which the estimate knows media, so that their bytes are not counted as text. */
const nameOfMedia: Readonly<Record<string, string>> = {
  image: 'image_url',
  audio: 'input_audio',
  video: 'video_url',
  document: 'file',
};

/** The body with its media under keys that the estimate knows. Nothing is copied but the way to them. */
function withMediaNamed(json: JsonObject): JsonObject {
  const input = at(json, 'input');
  return input === undefined ? json : { ...json, input: named(input) };
}

function named(json: Json): Json {
  if (isList(json)) return json.map(named);
  if (!isObject(json)) return json;
  const type = textAt(json, 'type') ?? '';
  const name = Object.hasOwn(nameOfMedia, type) ? nameOfMedia[type] : undefined;
  if (name !== undefined) return { [name]: json };
  const { content, result } = json;
  if (content === undefined && !isList(result)) return json;
  return {
    ...json,
    ...(content !== undefined && { content: named(content) }),
    ...(result !== undefined && isList(result) && { result: named(result) }),
  };
}
