import { inputTokens, outputTokens, type Usage } from '../../ir/usage.ts';
import { isObject, numberAt, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Reads a raw usage object; a dialect may bring its own. */
export type UsageReader = (raw: Raw) => Usage | undefined;

/** A reported count; undefined when it is absent or no count. Fractions are rounded up. */
function count(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value >= 0) || value > Number.MAX_SAFE_INTEGER) return undefined;
  return Math.ceil(value);
}

function details(value: unknown): Raw {
  return isObject(value) ? value : {};
}

/**
 * Reads a response's usage object into disjoint buckets. OpenAI counts inclusively: `input_tokens` holds what was read
 * from a cache and written to one, `output_tokens` the reasoning. Details that exceed their total are clamped, cached
 * tokens first. Writes kept for half a day are counted with the long ones, all others with the short.
 * Undefined when neither side is reported. https://platform.openai.com/docs/api-reference/responses/object
 */
export function readResponsesUsage(raw: Raw): Usage | undefined {
  const input = count(raw['input_tokens']);
  const output = count(raw['output_tokens']);
  if (input === undefined && output === undefined) return undefined;
  const usage: { -readonly [Bucket in keyof Usage]: number } = {};
  if (input !== undefined) {
    const parts = details(raw['input_tokens_details']);
    let rest = input;
    const take = (
      bucket: 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'inputAudio' | 'inputImage',
      value: unknown,
    ) => {
      const reported = count(value);
      if (reported === undefined) return;
      usage[bucket] = Math.min(reported, rest);
      rest -= usage[bucket];
    };
    take('cacheRead', parts['cached_tokens']);
    const written = count(parts['cache_write_tokens']);
    if (written !== undefined) {
      const long = count(details(parts['cache_write_tokens_details'])['ttl_12h_tokens']) ?? 0;
      if (long > 0) take('cacheWrite1h', Math.min(long, written));
      take('cacheWrite5m', Math.max(0, written - long));
    }
    take('inputAudio', parts['audio_tokens']);
    take('inputImage', parts['image_tokens']);
    usage.inputText = rest;
  }
  if (output !== undefined) {
    const parts = details(raw['output_tokens_details']);
    let rest = output;
    for (const [bucket, key] of outputDetails) {
      const reported = count(parts[key]);
      if (reported === undefined) continue;
      usage[bucket] = Math.min(reported, rest);
      rest -= usage[bucket];
    }
    usage.outputText = rest;
    const reasoning = count(parts['reasoning_tokens']);
    if (reasoning !== undefined) usage.reasoning = Math.min(reasoning, rest);
  }
  return usage;
}

const outputDetails = [
  ['outputAudio', 'audio_tokens'],
  ['outputImage', 'image_tokens'],
] as const;

/**
 * What a whole response consumed: its usage, and what its hosted tools did, which is told beside it. Searches are
 * counted by OpenAI where it tells (`tool_usage`), else by their items; opening a found page is free.
 */
export function usageOfResponse(response: JsonObject, readUsage: UsageReader): Usage | undefined {
  const raw = objectAt(response, 'usage');
  const usage = raw && readUsage(raw);
  if (!usage) return undefined;
  let searches = 0;
  let images = 0;
  let toolCalls = 0;
  for (const item of objectsAt(response, 'output')) {
    const type = textAt(item, 'type');
    if (type === 'web_search_call') searches += textAt(objectAt(item, 'action') ?? {}, 'type') === 'search' ? 1 : 0;
    else if (type === 'image_generation_call') images += textAt(item, 'result') === undefined ? 0 : 1;
    else if (type === 'file_search_call') toolCalls++;
  }
  const told = objectAt(objectAt(response, 'tool_usage') ?? {}, 'web_search');
  searches = count(told && numberAt(told, 'num_requests')) ?? searches;
  return {
    ...usage,
    ...(searches > 0 ? { searches } : undefined),
    ...(images > 0 ? { images } : undefined),
    ...(toolCalls > 0 ? { toolCalls } : undefined),
  };
}

/** Usage in OpenAI's words, inclusive. */
export function writeResponsesUsage(usage: Usage): JsonObject {
  const input = inputTokens(usage);
  const output = outputTokens(usage);
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cacheRead ?? 0,
      cache_write_tokens: (usage.cacheWrite5m ?? 0) + (usage.cacheWrite1h ?? 0),
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
    total_tokens: input + output,
  };
}
