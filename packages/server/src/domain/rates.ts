import { type Bucket as TableBucket, type BucketRow, bucketNames, buckets } from '@tollgate/contract/buckets';
import type { Bucket } from '@tollgate/wire/ir/usage';
import type { Rates } from './price.ts';

const rows: Readonly<Record<TableBucket, BucketRow>> = buckets;

const of = (...sides: readonly BucketRow['side'][]): readonly Bucket[] =>
  bucketNames.filter((bucket) => sides.includes(rows[bucket].side));

/** Buckets that cost something, in the order of a bill's lines. `reasoning` is a part of `outputText` and not priced. */
export const pricedBuckets: readonly Bucket[] = of('input', 'output', 'count');

/** Buckets of which each counts something of its own. */
export const countedBuckets: readonly Bucket[] = of('count');

const pricedInput = of('input');
const pricedOutput = of('output');

type Fallback = { readonly bucket: Bucket; readonly times: readonly [bigint, bigint] };

const fallbacks = new Map(
  bucketNames.flatMap((bucket): readonly (readonly [Bucket, Fallback])[] => {
    const { fallback } = rows[bucket];
    if (fallback === undefined) return [];
    const [times, over] = fallback.times;
    // The table is of one type, in which no row can name the others; a test holds that they are there.
    return [[bucket, { bucket: fallback.bucket as Bucket, times: [BigInt(times), BigInt(over)] }]];
  }),
);

/**
 * The rate of a bucket: its own, or that of its fallback in the table of buckets, so that nothing becomes free by
 * omission. A fallback is rounded half-up to a whole nano-dollar per million units, so that the bill's lines hold whole
 * numbers. Input text and nearly all counted units have none and cost nothing, because a price per call or per image has none.
 */
export function rateOf(bucket: Bucket, rates: Rates): bigint {
  const own = rates[bucket];
  if (own !== undefined) return own;
  const fallback = fallbacks.get(bucket);
  if (fallback === undefined) return 0n;
  const [times, over] = fallback.times;
  const rate = rateOf(fallback.bucket, rates);
  return times === over ? rate : (rate * times * 2n + over) / (over * 2n);
}

/** The dearest rate of any input bucket, and that of any output bucket. */
export function dearest(rates: Rates): { readonly input: bigint; readonly output: bigint } {
  const most = (list: readonly Bucket[]): bigint =>
    list.reduce((top, bucket) => {
      const rate = rateOf(bucket, rates);
      return rate > top ? rate : top;
    }, 0n);
  return { input: most(pricedInput), output: most(pricedOutput) };
}
