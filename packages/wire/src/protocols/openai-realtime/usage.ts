import { isObject, objectAt } from '../../json/fields.ts';
import type { Bucket, Usage } from '../../ir/usage.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { countAt } from '../openai-media/usage.ts';

/**
 * Reads what a response of the Realtime API used, into disjoint buckets that sum to its totals. `input_tokens` holds the cached
 * ones, and so does each kind of its details, as `cached_tokens_details` says. Undefined when it reports nothing.
 * https://developers.openai.com/api/docs/guides/realtime-costs
 */
export function readRealtimeUsage(raw: Json | undefined): Usage | undefined {
  if (!isObject(raw)) return undefined;
  const input = countAt(raw, 'input_tokens');
  const output = countAt(raw, 'output_tokens');
  if (input === undefined && output === undefined) return undefined;
  const usage: Partial<Record<Bucket, number>> = {};
  if (input !== undefined) {
    const details = objectAt(raw, 'input_token_details') ?? {};
    const cached = objectAt(details, 'cached_tokens_details') ?? {};
    const fresh = (kind: string): number => Math.max(0, (countAt(details, kind) ?? 0) - (countAt(cached, kind) ?? 0));
    share(usage, input, 'inputText', [
      ['cacheRead', countAt(details, 'cached_tokens')],
      ['inputAudio', valueIn(details, 'audio_tokens', fresh)],
      ['inputImage', valueIn(details, 'image_tokens', fresh)],
    ]);
  }
  if (output !== undefined) {
    const details = objectAt(raw, 'output_token_details') ?? {};
    share(usage, output, 'outputText', [['outputAudio', countAt(details, 'audio_tokens')]]);
  }
  return usage;
}

const valueIn = (details: JsonObject, kind: string, count: (kind: string) => number): number | undefined =>
  countAt(details, kind) === undefined ? undefined : count(kind);

/** Shares a total out; what nobody names is text. */
function share(
  usage: Partial<Record<Bucket, number>>,
  total: number,
  rest: Bucket,
  parts: readonly (readonly [Bucket, number | undefined])[],
): void {
  let left = total;
  for (const [bucket, reported] of parts) {
    if (reported === undefined) continue;
    usage[bucket] = Math.min(reported, left);
    left -= usage[bucket];
  }
  usage[rest] = left;
}
