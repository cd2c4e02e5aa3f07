import type { CallFacts } from '../../ir/codec.ts';
import { readAskedTier } from '../../ir/served-as.ts';
import { at, isList, isObject, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { HostedTool, Invalid, Json, JsonObject, RequestSummary, Operation } from '../../protocol.ts';
import { faultOfMessages } from '../message-shape.ts';
import { estimateInput, mediaCosts, type CostOf } from '../openai-chat/estimate.ts';
import type { InspectLimits } from '../openai-chat/inspect.ts';
import { referencesTo } from '../resources.ts';
import { bothSpellings, camelKeys } from './cases.ts';
import { geminiCounting } from './counting.ts';
import { readGeminiResources } from './resources.ts';

function invalid(message: string, param: string | null): Invalid {
  return { invalid: message, param };
}

/** Media stand under these keys, inline or as a file's address. */
const costOf: CostOf = (key: string, value: Json) => {
  if (key !== 'inlineData' && key !== 'inline_data' && key !== 'fileData' && key !== 'file_data') return undefined;
  if (!isObject(value)) return undefined;
  const mediaType = textAt(camelKeys(value), 'mimeType') ?? '';
  if (mediaType.startsWith('image/')) return mediaCosts.image;
  if (mediaType.startsWith('audio/')) return mediaCosts.audio;
  // A page of YouTube comes without a type.
  return mediaType.startsWith('video/') || mediaType === '' ? mediaCosts.video : mediaCosts.file;
};

/** Upper estimate of the tokens of what stands in Google's words. */
export const estimateGemini = (json: Json): number => estimateInput(json, costOf);

/** https://ai.google.dev/gemini-api/docs/google-search */
const isSearch = (tool: JsonObject): boolean =>
  Object.keys(camelKeys(tool)).some((key) => /^(?:googleSearch|googleSearchRetrieval|enterpriseWebSearch)$/.test(key));

/** Of Google's tools, those that are billed by their use: its search, and its maps. */
export function hostedBy(tools: readonly JsonObject[]): readonly HostedTool[] | undefined {
  const hosted: HostedTool[] = [];
  if (tools.some(isSearch)) hosted.push({ bucket: 'searches', most: undefined });
  if (tools.some((tool) => isObject(camelKeys(tool)['googleMaps'])))
    hosted.push({ bucket: 'toolCalls', most: undefined });
  return hosted.length === 0 ? undefined : hosted;
}

/** A positive whole number within the limit; undefined when the field is absent or null. */
function count(config: JsonObject, key: string, limit: number): number | undefined | Invalid {
  const value = at(config, key) ?? undefined;
  const param = `generationConfig.${key}`;
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
    return invalid(`"${param}" must be a positive integer.`, param);
  return value > limit ? invalid(`"${param}" must not be larger than ${limit}.`, param) : value;
}

/**
 * Reads what the gateway must know of a `generateContent` request, and refuses what no provider could serve. The model,
 * and whether the answer is streamed, stand in the path: `path` tells them. Never throws, on any JSON.
 */
export function inspectGemini(
  operation: Operation,
  json: unknown,
  limits: InspectLimits,
  path: Pick<CallFacts, 'model' | 'stream'> = {},
): RequestSummary | Invalid {
  if (!isObject(json)) return invalid('The body must be a JSON object.', null);
  const { model } = path;
  if (model === undefined || model === '') return invalid('The path must name a model.', 'model');
  const request = operation === 'count-tokens' ? geminiCounting.requestIn(json) : json;
  const body = camelKeys(request);
  const contents = at(body, 'contents');
  if (!isList(contents)) return invalid('"contents" must be an array.', 'contents');
  if (contents.length === 0) return invalid('"contents" must not be empty.', 'contents');
  const fault = faultOfMessages(contents, 'contents', { content: 'parts', text: false });
  if (fault) return fault;
  const ownConfig = objectAt(body, 'generationConfig') ?? {};
  const twice = bothSpellings(json) ?? bothSpellings(request) ?? bothSpellings(ownConfig);
  if (twice !== undefined) return invalid(`"${twice}" stands in both of its spellings.`, twice);
  const config = camelKeys(ownConfig);
  const maxOutputTokens = count(config, 'maxOutputTokens', limits.maxOutputTokens);
  if (typeof maxOutputTokens === 'object') return maxOutputTokens;
  const choices = count(config, 'candidateCount', limits.maxChoices);
  if (typeof choices === 'object') return choices;
  return {
    model,
    stream: path.stream ?? false,
    maxOutputTokens,
    choices: choices ?? 1,
    // An answer always reports its usage.
    wantsUsage: true,
    tier: readAskedTier(at(body, 'serviceTier')),
    references: referencesTo(readGeminiResources(body)),
    hosted: hostedBy(objectsAt(body, 'tools')),
    inputEstimate: estimateGemini(json),
  };
}
