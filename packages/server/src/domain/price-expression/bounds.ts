import { ceil, compare, floor, inverse, larger, smaller, times, whole, type Fraction } from './fraction.ts';
import { above, below, constantly, isConstant, negated, scaled, sum, type Linear, type Space } from './linear.ts';

/**
 * What a number may be, as two sums of counts: it is nowhere below `low` and nowhere above `high`. Of usage that is known both
 * are the same sum, which is its value exactly. Usage within an estimate gets the upper one, from which the hold is made.
 */
export type Bounds = { readonly low: Linear; readonly high: Linear };

export const exactly = (value: Linear): Bounds => ({ low: value, high: value });

export const just = (value: Fraction): Bounds => exactly(constantly(value));

const isExact = ({ low, high }: Bounds): boolean => low === high;

/** From the least to the most that it comes to. */
type Range = { readonly from: Fraction; readonly to: Fraction };

function rangeOf({ low, high }: Bounds, space: Space): Range {
  return { from: space.lowest(low), to: space.highest(high) };
}

const between = ({ from, to }: Range): Bounds =>
  compare(from, to) === 0n ? just(from) : { low: constantly(from), high: constantly(to) };

export function added(a: Bounds, b: Bounds): Bounds {
  const low = sum(a.low, b.low);
  return isExact(a) && isExact(b) ? exactly(low) : { low, high: sum(a.high, b.high) };
}

export function negatedBounds(a: Bounds): Bounds {
  const low = negated(a.high);
  return isExact(a) ? exactly(low) : { low, high: negated(a.low) };
}

export const taken = (a: Bounds, b: Bounds): Bounds => added(a, negatedBounds(b));

export function multiplied(a: Bounds, b: Bounds, space: Space): Bounds {
  if (isConstant(b.low) && isConstant(b.high)) return byConstants(a, b, space);
  if (isConstant(a.low) && isConstant(a.high)) return byConstants(b, a, space);
  return corners(rangeOf(a, space), rangeOf(b, space));
}

/** A sum stays one where it is taken so many times, and that is known, or neither can be negative. */
function byConstants(a: Bounds, by: Bounds, space: Space): Bounds {
  const [least, most] = [by.low.constant, by.high.constant];
  if (isExact(by)) {
    const low = scaled(a.low, least);
    if (isExact(a)) return exactly(low);
    const high = scaled(a.high, least);
    return least.over < 0n ? { low: high, high: low } : { low, high };
  }
  if (least.over >= 0n && space.lowest(a.low).over >= 0n)
    return { low: scaled(a.low, least), high: scaled(a.high, most) };
  return corners(rangeOf(a, space), { from: least, to: most });
}

function corners(a: Range, b: Range): Bounds {
  const products = [times(a.from, b.from), times(a.from, b.to), times(a.to, b.from), times(a.to, b.to)];
  return between({ from: products.reduce(smaller), to: products.reduce(larger) });
}

export const divided = (a: Bounds, by: Fraction, space: Space): Bounds => byConstants(a, just(inverse(by)), space);

/** Whether `a` is less than `b` (or the same, where `orSame`): undefined where it may be either way. */
export function isLess(a: Bounds, b: Bounds, space: Space, orSame: boolean): boolean | undefined {
  const least = space.lowest(sum(b.low, negated(a.high))).over;
  if (least > 0n || (orSame && least === 0n)) return true;
  const most = space.highest(sum(b.high, negated(a.low))).over;
  return most < 0n || (!orSame && most === 0n) ? false : undefined;
}

/** One of the two, nobody knows which. */
export const either = (a: Bounds, b: Bounds): Bounds => ({ low: below(a.low, b.low), high: above(a.high, b.high) });

export function largest(a: Bounds, b: Bounds, space: Space): Bounds {
  const isBelow = isLess(a, b, space, true);
  if (isBelow !== undefined) return isBelow ? b : a;
  const low = compare(space.lowest(a.low), space.lowest(b.low)) < 0n ? b.low : a.low;
  return { low, high: above(a.high, b.high) };
}

export const smallest = (a: Bounds, b: Bounds, space: Space): Bounds =>
  negatedBounds(largest(negatedBounds(a), negatedBounds(b), space));

export const absolute = (a: Bounds, space: Space): Bounds => largest(a, negatedBounds(a), space);

/** The next whole number: down, or up. */
export function rounded(a: Bounds, space: Space, up: boolean): Bounds {
  const { from, to } = rangeOf(a, space);
  if (compare(from, to) === 0n) return just(whole(up ? ceil(from) : floor(from)));
  const by = constantly(whole(1n));
  return up ? { low: a.low, high: sum(a.high, by) } : { low: sum(a.low, negated(by)), high: a.high };
}
