import { bucketNames, buckets, type Bucket, type RateField } from '@tollgate/contract/buckets';
import type { PriceSheet } from '@tollgate/contract/price';
import { nanosOf } from './money.ts';

type Rates = { readonly [F in RateField | 'perCall']?: string | undefined };

/** The rates that hold where no condition fits. */
export function plainRates(price: PriceSheet): Rates {
  const { tiers: _tiers, rates, expression: _expression, ...flat } = price;
  return rates?.at(-1) ?? flat;
}

/** Rates with conditions of their own, and tiers for longer inputs. */
export const conditionsOf = ({ tiers = [], rates = [] }: PriceSheet): number =>
  tiers.length + Math.max(0, rates.length - 1);

/** The price by an expression, with what may stand beside it: an amount for what is counted, and for the request. */
export const byExpression = (price: PriceSheet, expression: string): PriceSheet => ({
  ...Object.fromEntries(Object.entries(plainRates(price)).filter(([field]) => field.startsWith('per'))),
  expression,
});

/** A bucket that has a rate. */
export type PricedBucket = {
  readonly [B in Bucket]: (typeof buckets)[B]['field'] extends undefined ? never : B;
}[Bucket];

/** The priced buckets, in their order, with their field of a price. */
export const priced = bucketNames
  .filter((bucket): bucket is PricedBucket => buckets[bucket].field !== undefined)
  .map((bucket): readonly [bucket: PricedBucket, field: RateField] => [bucket, buckets[bucket].field]);

/** With another rate where no condition fits; an empty one is none. What holds under conditions stays. */
export function withRate(price: PriceSheet, field: RateField | 'perCall', rate: string): PriceSheet {
  const last = price.rates?.at(-1);
  if (price.rates && last) return { ...price, rates: [...price.rates.slice(0, -1), withNamed(last, field, rate)] };
  return withNamed(price, field, rate);
}

function withNamed<Rates extends PriceSheet>(rates: Rates, field: RateField | 'perCall', rate: string): Rates {
  const { [field]: _before, ...rest } = rates;
  return (rate === '' ? rest : { ...rest, [field]: rate }) as Rates;
}

/**
 * What a bucket costs by these rates, in nano-dollars for a million (for one where it is counted so): its own, or what it
 * falls back to, as the gateway charges; 0 where nothing is said.
 */
export function rateOf(rates: Rates, bucket: Bucket): bigint {
  const { field, fallback } = buckets[bucket];
  const own = field === undefined ? undefined : rates[field];
  if (own !== undefined) return nanosOf(own);
  if (fallback === undefined) return 0n;
  const [times, over] = fallback.times;
  // Half up, as the gateway rounds a rate that is a fraction of another one.
  return (rateOf(rates, fallback.bucket) * BigInt(times) * 2n + BigInt(over)) / (BigInt(over) * 2n);
}
