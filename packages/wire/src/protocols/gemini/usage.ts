import { readTier, type ServedAs } from '../../ir/served-as.ts';
import { inputTokens, outputTokens, type Usage } from '../../ir/usage.ts';
import { at, compact, isObject, objectsAt, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { mergeReports } from '../raw-usage.ts';
import { camelKeys } from './cases.ts';
import { mostCount } from '../implausible.ts';

type Raw = Readonly<Record<string, unknown>>;
type Building = { -readonly [Bucket in keyof Usage]: number };

/** A reported count; undefined when it is absent or no count. Fractions are rounded up. */
function count(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value >= 0) || value > mostCount) return undefined;
  return Math.ceil(value);
}

/** Tokens of one modality in a list of them. */
function modality(raw: JsonObject, key: string, word: string): number | undefined {
  let sum: number | undefined;
  for (const written of objectsAt(raw, key)) {
    const entry = camelKeys(written);
    if (textAt(entry, 'modality') === word) sum = (sum ?? 0) + (count(at(entry, 'tokenCount')) ?? 0);
  }
  return sum;
}

const media = [
  ['IMAGE', 'inputImage'],
  ['AUDIO', 'inputAudio'],
  ['VIDEO', 'inputVideo'],
] as const;

/**
 * Reads `usageMetadata` into disjoint buckets. Google counts the cached tokens within the prompt, what its own tools read
 * beside it, and the reasoning beside the answer. A count of zero is left out by Google, as protobuf does. What the
 * modalities do not explain is text; details that exceed their total are clamped, cached tokens first.
 * Undefined when neither side is reported.
 * https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function readGeminiUsage(reported: Raw): Usage | undefined {
  const raw = isObject(reported) ? camelKeys(reported) : {};
  const total = count(raw['totalTokenCount']);
  const prompt = count(raw['promptTokenCount']);
  const answer = count(raw['candidatesTokenCount']);
  if (total === undefined && prompt === undefined && answer === undefined) return undefined;
  const tools = count(raw['toolUsePromptTokenCount']) ?? 0;
  const thoughts = count(raw['thoughtsTokenCount']);
  const input = (prompt ?? Math.max(0, (total ?? 0) - (answer ?? 0) - (thoughts ?? 0) - tools)) + tools;
  const output = answer ?? Math.max(0, (total ?? 0) - input - (thoughts ?? 0));

  const usage: Building = {};
  let rest = input;
  const cached = count(raw['cachedContentTokenCount']);
  if (cached !== undefined) {
    usage.cacheRead = Math.min(cached, rest);
    rest -= usage.cacheRead;
  }
  for (const [word, bucket] of media) {
    const given = modality(raw, 'promptTokensDetails', word);
    const read = modality(raw, 'toolUsePromptTokensDetails', word);
    if (given === undefined && read === undefined) continue;
    const fresh = Math.max(0, (given ?? 0) + (read ?? 0) - (modality(raw, 'cacheTokensDetails', word) ?? 0));
    usage[bucket] = Math.min(fresh, rest);
    rest -= usage[bucket];
  }
  usage.inputText = rest;

  let told = output;
  for (const [word, bucket] of [
    ['IMAGE', 'outputImage'],
    ['AUDIO', 'outputAudio'],
  ] as const) {
    const tokens = modality(raw, 'candidatesTokensDetails', word);
    if (tokens === undefined) continue;
    usage[bucket] = Math.min(tokens, told);
    told -= usage[bucket];
  }
  usage.outputText = told + (thoughts ?? 0);
  if (thoughts !== undefined) usage.reasoning = thoughts;
  return usage;
}

/** How an answer was served: AI Studio names its tier, Vertex the traffic it was counted with. */
export function readGeminiServedAs(reported: Raw): ServedAs | undefined {
  const raw = isObject(reported) ? camelKeys(reported) : {};
  const tier = readTier(raw['serviceTier']) ?? readTier(raw['trafficType']);
  return tier === undefined ? undefined : { tier };
}

/** What a stream has said of its usage so far: each report is cumulative, and some leave out what an earlier one had. */
export function mergeRawUsage(known: Raw, later: Raw): Raw {
  return mergeReports(known, later);
}

function detail(word: string, tokens: number | undefined): readonly Json[] {
  return tokens === undefined || tokens === 0 ? [] : [{ modality: word, tokenCount: tokens }];
}

/** Usage in Google's words. Writing to a cache has none there; such tokens are in the prompt. */
export function writeGeminiUsage(usage: Usage): JsonObject {
  const prompt = inputTokens(usage);
  const output = outputTokens(usage);
  const thoughts = Math.min(usage.reasoning ?? 0, usage.outputText ?? 0);
  const inputMedia = [
    ...detail('IMAGE', usage.inputImage),
    ...detail('AUDIO', usage.inputAudio),
    ...detail('VIDEO', usage.inputVideo),
  ];
  const outputMedia = [...detail('IMAGE', usage.outputImage), ...detail('AUDIO', usage.outputAudio)];
  const inputText = prompt - (usage.inputImage ?? 0) - (usage.inputAudio ?? 0) - (usage.inputVideo ?? 0);
  return compact({
    promptTokenCount: prompt,
    cachedContentTokenCount: usage.cacheRead,
    candidatesTokenCount: output - thoughts,
    thoughtsTokenCount: usage.reasoning === undefined ? undefined : thoughts,
    totalTokenCount: prompt + output,
    promptTokensDetails: inputMedia.length > 0 ? [...detail('TEXT', inputText), ...inputMedia] : undefined,
    candidatesTokensDetails:
      outputMedia.length > 0
        ? [...detail('TEXT', Math.max(0, (usage.outputText ?? 0) - thoughts)), ...outputMedia]
        : undefined,
  });
}
