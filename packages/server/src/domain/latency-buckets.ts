/** Upper bounds (ms) of the buckets in which times to the first token are counted; the last bucket has none. */
const bounds = [200, 350, 600, 1000, 1700, 3000, 5000, 9000, 20_000] as const;

/** Names of the buckets, from the quickest. */
export const latencyBuckets = [
  'ttft200',
  'ttft350',
  'ttft600',
  'ttft1000',
  'ttft1700',
  'ttft3000',
  'ttft5000',
  'ttft9000',
  'ttft20000',
  'ttftMore',
] as const;

export type LatencyBucket = (typeof latencyBuckets)[number];

/** Nothing counted in any of them. */
export const noLatencies: Readonly<Record<LatencyBucket, number>> = {
  ttft200: 0,
  ttft350: 0,
  ttft600: 0,
  ttft1000: 0,
  ttft1700: 0,
  ttft3000: 0,
  ttft5000: 0,
  ttft9000: 0,
  ttft20000: 0,
  ttftMore: 0,
};

/** The bucket that a time (ms) is counted in. */
export function latencyBucketOf(ms: number): LatencyBucket {
  const index = bounds.findIndex((bound) => ms <= bound);
  return latencyBuckets[index] ?? 'ttftMore';
}

/**
 * The time (ms) that `share` of what was counted did not exceed, as near as the buckets tell; undefined of nothing. Within
 * a bucket it is taken to be spread evenly by its logarithm, as times mostly are.
 */
export function percentileOf(counts: Readonly<Record<LatencyBucket, number>>, share: number): number | undefined {
  const all = latencyBuckets.reduce((sum, bucket) => sum + counts[bucket], 0);
  if (all === 0) return undefined;
  let rest = all * share;
  for (const [index, bucket] of latencyBuckets.entries()) {
    const count = counts[bucket];
    if (rest > count || count === 0) {
      rest -= count;
      continue;
    }
    const low = bounds[index - 1] ?? 50;
    const high = bounds[index] ?? 60_000;
    return Math.round(low * (high / low) ** (rest / count));
  }
  return bounds.at(-1);
}
