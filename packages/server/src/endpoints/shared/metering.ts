import { inputBuckets, outputBuckets, type Bucket, type Usage } from '@tollgate/wire/ir/usage';
import { mostCount } from '@tollgate/wire/protocols/implausible';
import { namesBucket } from '../../domain/price-expression/program.ts';
import type { Price } from '../../domain/price.ts';

/** What something used: as it was told, or else what it is taken for. */
export type Metered = {
  readonly usage?: Usage | undefined;
  readonly estimate?: Usage | undefined;
  /** Something of what was told cannot be. */
  readonly doubtful?: boolean;
};

/** What is counted in the same unit: who tells one of a group has told all of it. */
const groups: readonly (readonly Bucket[])[] = [
  [...inputBuckets, ...outputBuckets],
  ['seconds'],
  ['characters'],
  ['images'],
  ['searches'],
];

/**
 * Vendors count the same thing in different units: speech by characters, tokens or seconds, and answers tell one of them or
 * none. Where a price is in a unit that the answer does not tell, what is missing of `reported` is taken from `likely`, so that
 * nothing becomes free because it was told in other words; the whole is an estimate then. What cannot be counts as not told.
 */
export function metered(price: Price | undefined, told: Usage | undefined, likely: Usage): Metered {
  const reported = told && believable(told);
  if (reported !== told) return { ...metered(price, reported, likely), doubtful: true };
  if (reported === undefined) return { estimate: likely };
  const missing = groups.filter(
    (group) => !group.some((bucket) => reported[bucket] !== undefined) && group.some((bucket) => names(price, bucket)),
  );
  const filled = missing.flatMap((group) =>
    group.flatMap((bucket) => (likely[bucket] ? [[bucket, likely[bucket]]] : [])),
  );
  if (filled.length === 0) return { usage: reported };
  return { estimate: { ...reported, ...(Object.fromEntries(filled) as Usage) } };
}

/** What of a usage can be; undefined where that is nothing, and the usage itself where it is all. */
function believable(told: Usage): Usage | undefined {
  const kept = Object.entries(told).filter(([, count]) => count >= 0 && count <= mostCount);
  if (kept.length === Object.keys(told).length) return told;
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as Usage);
}

/** Whether a price has a rate of its own for a bucket, under any condition. */
function names(price: Price | undefined, bucket: Bucket): boolean {
  if (price === undefined) return false;
  if (price.program !== undefined && namesBucket(price.program, bucket)) return true;
  return [price, ...price.conditional].some(({ rates }) => (rates[bucket] ?? 0n) > 0n);
}
