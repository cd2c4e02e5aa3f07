import { readAskedGeo, readAskedTier, readTier } from '../../ir/served-as.ts';
import { at, flagAt, isList, isObject, objectsAt, textAt } from '../../json/fields.ts';
import type { Invalid, Json, JsonObject, RequestSummary, Operation } from '../../protocol.ts';
import { hostedToolsIn } from '../hosted-tools.ts';
import { faultOfLookalikes } from '../lookalikes.ts';
import { referencesTo } from '../resources.ts';
import { faultOfMessages } from '../message-shape.ts';
import { estimateInput, mediaCosts, type CostOf } from '../openai-chat/estimate.ts';
import type { InspectLimits } from '../openai-chat/inspect.ts';
import { readMessagesResources } from './resources.ts';

function invalid(message: string, param: string | null): Invalid {
  return { invalid: message, param };
}

/** Images and documents stand under `source`; a source of text is counted as text. */
const costOf: CostOf = (key: string, value: Json) => {
  if (key !== 'source' || !isObject(value)) return undefined;
  const type = textAt(value, 'type');
  if (type === 'base64')
    return (textAt(value, 'media_type') ?? '').startsWith('image/') ? mediaCosts.image : mediaCosts.file;
  return type === 'url' || type === 'file' ? mediaCosts.file : undefined;
};

/**
 * Reads what the gateway must know of a Messages request, and refuses what no provider could serve. Only named fields
 * are checked; everything else, a missing `max_tokens` too, is the provider's to judge. Never throws, on any JSON.
 */
export function inspectMessages(_operation: Operation, json: unknown, limits: InspectLimits): RequestSummary | Invalid {
  if (!isObject(json)) return invalid('The body must be a JSON object.', null);
  const model = textAt(json, 'model');
  if (model === undefined || model === '') return invalid('"model" must be a non-empty string.', 'model');
  const lookalikes = faultOfLookalikes(json);
  if (lookalikes) return lookalikes;
  const messages = at(json, 'messages');
  if (!isList(messages)) return invalid('"messages" must be an array.', 'messages');
  if (messages.length === 0) return invalid('"messages" must not be empty.', 'messages');
  const fault = faultOfMessages(messages, 'messages', { content: 'content', text: true });
  if (fault) return fault;
  const stream = at(json, 'stream') ?? false;
  if (typeof stream !== 'boolean') return invalid('"stream" must be a boolean.', 'stream');
  const maxTokens = at(json, 'max_tokens') ?? undefined;
  if (maxTokens !== undefined && (typeof maxTokens !== 'number' || !Number.isInteger(maxTokens) || maxTokens < 1))
    return invalid('"max_tokens" must be a positive integer.', 'max_tokens');
  if (maxTokens !== undefined && maxTokens > limits.maxOutputTokens)
    return invalid(`"max_tokens" must not be larger than ${limits.maxOutputTokens}.`, 'max_tokens');
  return {
    model,
    stream: flagAt(json, 'stream') ?? false,
    maxOutputTokens: maxTokens,
    choices: 1,
    // A streamed message always reports its usage.
    wantsUsage: true,
    tier: askedTier(json),
    geo: readAskedGeo(at(json, 'inference_geo')),
    otherModels: otherModels(json),
    references: referencesTo(readMessagesResources(json)),
    hosted: hostedToolsIn(json),
    inputEstimate: estimateInput(json, costOf),
  };
}

/** Fast mode is asked for by `speed`, of the request or of a fallback, and goes before the tier. */
function askedTier(json: JsonObject): string | undefined {
  const speeds = [json, ...objectsAt(json, 'fallbacks')].map((holder) => readTier(at(holder, 'speed')));
  return speeds.find((speed) => speed !== undefined) ?? readAskedTier(at(json, 'service_tier'));
}

/** The fallbacks that a request names, and the models of its advisors. Anthropic's own choice of fallbacks has no names. */
function otherModels(json: JsonObject): readonly string[] | undefined {
  const advisors = objectsAt(json, 'tools').filter((tool) => (textAt(tool, 'type') ?? '').startsWith('advisor_'));
  const models = [...objectsAt(json, 'fallbacks'), ...advisors].flatMap((holder) => textAt(holder, 'model') ?? []);
  return models.length === 0 ? undefined : models;
}
