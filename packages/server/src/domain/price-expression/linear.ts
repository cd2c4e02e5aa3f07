import { inputBuckets, outputBuckets, type Bucket, type Usage } from '@tollgate/wire/ir/usage';
import { quantityOf } from '../quantity.ts';
import { larger, minus, plus, smaller, times, whole, zero, type Fraction } from './fraction.ts';

/** A sum of counts, each times a factor, and a constant. */
export type Linear = { readonly constant: Fraction; readonly factors: ReadonlyMap<Bucket, Fraction> };

const noFactors: ReadonlyMap<Bucket, Fraction> = new Map();

export const constantly = (constant: Fraction): Linear => ({ constant, factors: noFactors });

export const isConstant = ({ factors }: Linear): boolean => factors.size === 0;

/** Factor by factor; a bucket that one of them does not have is zero there. */
function combine(a: Linear, b: Linear, each: (one: Fraction, other: Fraction) => Fraction): Linear {
  const factors = new Map<Bucket, Fraction>();
  for (const [bucket, factor] of a.factors) factors.set(bucket, each(factor, b.factors.get(bucket) ?? zero));
  for (const [bucket, factor] of b.factors) if (!a.factors.has(bucket)) factors.set(bucket, each(zero, factor));
  return { constant: each(a.constant, b.constant), factors };
}

export const sum = (a: Linear, b: Linear): Linear => combine(a, b, plus);

/** Counts are never negative, so these are nowhere below, and nowhere above, either of the two. */
export const above = (a: Linear, b: Linear): Linear => combine(a, b, larger);
export const below = (a: Linear, b: Linear): Linear => combine(a, b, smaller);

export function scaled(a: Linear, by: Fraction): Linear {
  const factors = new Map<Bucket, Fraction>();
  for (const [bucket, factor] of a.factors) factors.set(bucket, times(factor, by));
  return { constant: times(a.constant, by), factors };
}

export const negated = (a: Linear): Linear => scaled(a, minus(whole(1n)));

/** What usage there can be: exactly one, or all within an estimate. */
export type Space = { lowest(of: Linear): Fraction; highest(of: Linear): Fraction };

/** The one usage that there was. */
export function spaceOf(usage: Usage): Space {
  const at = ({ constant, factors }: Linear): Fraction => {
    let value = constant;
    for (const [bucket, factor] of factors) {
      const quantity = quantityOf(usage[bucket] ?? 0);
      if (quantity > 0n) value = plus(value, times(factor, whole(quantity)));
    }
    return value;
  };
  return { lowest: at, highest: at };
}

/** Any usage of at most so much: tokens may fall into whichever bucket of their side. */
export function spaceWithin(most: {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly counted?: Usage | undefined;
}): Space {
  const sides = [
    { buckets: inputBuckets, most: whole(quantityOf(most.inputTokens)) },
    { buckets: outputBuckets, most: whole(quantityOf(most.outputTokens)) },
  ];
  const sided = new Set<Bucket>([...inputBuckets, ...outputBuckets]);
  const extreme = ({ constant, factors }: Linear, pick: (a: Fraction, b: Fraction) => Fraction): Fraction => {
    let value = constant;
    for (const side of sides) {
      const factor = side.buckets.reduce((best, bucket) => pick(best, factors.get(bucket) ?? zero), zero);
      value = plus(value, times(factor, side.most));
    }
    for (const [bucket, factor] of factors) {
      if (sided.has(bucket)) continue;
      value = plus(value, times(pick(factor, zero), whole(quantityOf(most.counted?.[bucket] ?? 0))));
    }
    return value;
  };
  return { lowest: (of) => extreme(of, smaller), highest: (of) => extreme(of, larger) };
}
