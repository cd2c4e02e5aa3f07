import { readTier, type ServedAs } from '../../ir/served-as.ts';
import { inputTokens, outputTokens, type Usage } from '../../ir/usage.ts';
import { compact, isObject, objectsAt, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { mostCount } from '../implausible.ts';

type Raw = Readonly<Record<string, unknown>>;
type Building = { -readonly [Bucket in keyof Usage]: number };

/** A reported count; undefined when it is absent or no count. Fractions are rounded up. */
function count(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value >= 0) || value > mostCount) return undefined;
  return Math.ceil(value);
}

/** Tokens of one modality in a list of them; undefined when it is not listed. */
function tokensOf(raw: JsonObject, list: string, modality: string): number | undefined {
  let sum: number | undefined;
  for (const entry of objectsAt(raw, list))
    if (textAt(entry, 'modality')?.toLowerCase() === modality) sum = (sum ?? 0) + (count(entry['tokens']) ?? 0);
  return sum;
}

const inputMedia = [
  ['image', 'inputImage'],
  ['audio', 'inputAudio'],
  ['video', 'inputVideo'],
] as const;
const outputMedia = [
  ['image', 'outputImage'],
  ['audio', 'outputAudio'],
] as const;

/** Uses of Google's own tools, by what they are billed as. */
const groundings: Readonly<Record<string, 'searches' | 'toolCalls'>> = {
  google_search: 'searches',
  google_maps: 'toolCalls',
  retrieval: 'toolCalls',
};

/**
 * Reads `usage` into disjoint buckets. As in Google's other protocol the cached tokens are within the input, what its own
 * tools read stands beside it, and the thoughts beside the output; what the modalities do not explain is text. Details that
 * exceed their total are clamped, cached tokens first. Undefined when neither side is reported.
 */
export function readInteractionsUsage(reported: Raw): Usage | undefined {
  const raw = isObject(reported) ? reported : {};
  const total = count(raw['total_tokens']);
  const prompt = count(raw['total_input_tokens']);
  const answer = count(raw['total_output_tokens']);
  if (total === undefined && prompt === undefined && answer === undefined) return undefined;
  const tools = count(raw['total_tool_use_tokens']) ?? 0;
  const thoughts = count(raw['total_thought_tokens']);
  const input = (prompt ?? Math.max(0, (total ?? 0) - (answer ?? 0) - (thoughts ?? 0) - tools)) + tools;
  const output = answer ?? Math.max(0, (total ?? 0) - input - (thoughts ?? 0));
  const usage: Building = {};
  readInput(raw, input, usage);
  readOutput(raw, output, usage);
  usage.outputText = (usage.outputText ?? 0) + (thoughts ?? 0);
  if (thoughts !== undefined) usage.reasoning = thoughts;
  for (const tool of objectsAt(raw, 'grounding_tool_count')) {
    const type = textAt(tool, 'type') ?? '';
    const bucket = Object.hasOwn(groundings, type) ? groundings[type] : undefined;
    const uses = count(tool['count']) ?? 0;
    if (bucket && uses > 0) usage[bucket] = (usage[bucket] ?? 0) + uses;
  }
  return usage;
}

function readInput(raw: JsonObject, input: number, usage: Building): void {
  let rest = input;
  const cached = count(raw['total_cached_tokens']);
  if (cached !== undefined) {
    usage.cacheRead = Math.min(cached, rest);
    rest -= usage.cacheRead;
  }
  for (const [modality, bucket] of inputMedia) {
    const given = tokensOf(raw, 'input_tokens_by_modality', modality);
    const read = tokensOf(raw, 'tool_use_tokens_by_modality', modality);
    if (given === undefined && read === undefined) continue;
    const kept = tokensOf(raw, 'cached_tokens_by_modality', modality) ?? 0;
    usage[bucket] = Math.min(Math.max(0, (given ?? 0) + (read ?? 0) - kept), rest);
    rest -= usage[bucket];
  }
  usage.inputText = rest;
}

function readOutput(raw: JsonObject, output: number, usage: Building): void {
  let rest = output;
  for (const [modality, bucket] of outputMedia) {
    const tokens = tokensOf(raw, 'output_tokens_by_modality', modality);
    if (tokens === undefined) continue;
    usage[bucket] = Math.min(tokens, rest);
    rest -= usage[bucket];
  }
  usage.outputText = rest;
}

/** Whether a report says itself how often Google's search was used. */
export const tellsSearches = (raw: Raw): boolean => Array.isArray(raw['grounding_tool_count']);

/** At which tier an interaction was served. */
export function readInteractionsServedAs(interaction: JsonObject): ServedAs | undefined {
  const tier = readTier(interaction['service_tier']);
  return tier === undefined ? undefined : { tier };
}

function byModality(text: number, media: readonly (readonly [string, number | undefined])[]): readonly Json[] {
  const told = media.filter(([, tokens]) => tokens !== undefined && tokens > 0);
  return [['text', text] as const, ...told].map(([modality, tokens = 0]) => ({ modality, tokens }));
}

/** Usage in the API's words. Writing to a cache has none there; such tokens are in the input. */
export function writeInteractionsUsage(usage: Usage): JsonObject {
  const input = inputTokens(usage);
  const output = outputTokens(usage);
  const thoughts = Math.min(usage.reasoning ?? 0, usage.outputText ?? 0);
  const { inputImage = 0, inputAudio = 0, inputVideo = 0, outputImage = 0, outputAudio = 0, searches } = usage;
  return compact({
    total_input_tokens: input,
    input_tokens_by_modality: byModality(
      input - inputImage - inputAudio - inputVideo,
      inputMedia.map(([modality, bucket]) => [modality, usage[bucket]] as const),
    ),
    total_cached_tokens: usage.cacheRead ?? 0,
    total_output_tokens: output - thoughts,
    output_tokens_by_modality: byModality(
      output - thoughts - outputImage - outputAudio,
      outputMedia.map(([modality, bucket]) => [modality, usage[bucket]] as const),
    ),
    total_tool_use_tokens: 0,
    total_thought_tokens: thoughts,
    total_tokens: input + output,
    grounding_tool_count: searches === undefined ? undefined : [{ type: 'google_search', count: searches }],
  });
}
