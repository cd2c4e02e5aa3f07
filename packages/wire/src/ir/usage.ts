/**
 * What a provider says a request consumed, in disjoint buckets: no token is counted in two of them.
 * An absent bucket was not reported; 0 was reported as zero. The two are never confused.
 *
 * Token buckets are counts of tokens. `reasoning` is the one exception to disjointness: it is the part of
 * `outputText` that was spent on reasoning, kept for display and never priced on its own. `outputReasoning` is that of the
 * few vendors who bill it apart from the answer, and is in neither.
 * The counted units below the tokens are whole numbers too (seconds are rounded up by the reader).
 * How they are called, priced and ordered stands in the contract's table (contract/src/buckets.ts).
 */
export type Bucket =
  | 'inputText'
  | 'cacheRead'
  | 'cacheWrite5m'
  | 'cacheWrite30m'
  | 'cacheWrite1h'
  | 'cacheWrite12h'
  | 'inputImage'
  | 'inputAudio'
  | 'inputVideo'
  | 'outputText'
  | 'reasoning'
  | 'outputImage'
  | 'outputAudio'
  | 'outputReasoning'
  | 'requests'
  | 'images'
  | 'seconds'
  | 'characters'
  | 'searches'
  | 'toolCalls'
  | 'fileSearches'
  | 'cacheTokenHours'
  | 'refusals';

/** Disjoint usage; see {@link Bucket}. */
export type Usage = Readonly<Partial<Record<Bucket, number>>>;

/** The buckets that are input tokens, in the order in which they are shown. */
export const inputBuckets = [
  'inputText',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite30m',
  'cacheWrite1h',
  'cacheWrite12h',
  'inputImage',
  'inputAudio',
  'inputVideo',
] as const satisfies readonly Bucket[];

/** The buckets that are output tokens; `reasoning` is left out because it is part of `outputText`. */
export const outputBuckets = [
  'outputText',
  'outputImage',
  'outputAudio',
  'outputReasoning',
] as const satisfies readonly Bucket[];

/** Sum of the input token buckets; absent ones count as 0. */
export function inputTokens(usage: Usage): number {
  let sum = 0;
  for (const bucket of inputBuckets) sum += usage[bucket] ?? 0;
  return sum;
}

/** Sum of what was written to prompt caches, for however long. */
export function cacheWrites(usage: Usage): number {
  const { cacheWrite5m = 0, cacheWrite30m = 0, cacheWrite1h = 0, cacheWrite12h = 0 } = usage;
  return cacheWrite5m + cacheWrite30m + cacheWrite1h + cacheWrite12h;
}

/** Sum of the output token buckets; absent ones count as 0. */
export function outputTokens(usage: Usage): number {
  let sum = 0;
  for (const bucket of outputBuckets) sum += usage[bucket] ?? 0;
  return sum;
}
