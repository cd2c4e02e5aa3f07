import { parseDecimal } from '../decimal.ts';

/** An exact rational number; `under` is above zero. Not reduced: expressions are short. */
export type Fraction = { readonly over: bigint; readonly under: bigint };

export const whole = (value: bigint): Fraction => ({ over: value, under: 1n });

export const zero = whole(0n);

export const plus = (a: Fraction, b: Fraction): Fraction =>
  a.under === b.under
    ? { over: a.over + b.over, under: a.under }
    : { over: a.over * b.under + b.over * a.under, under: a.under * b.under };

export const minus = (a: Fraction): Fraction => ({ over: -a.over, under: a.under });

export const times = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.over, under: a.under * b.under });

/** One over a number that is not zero. */
export const inverse = ({ over, under }: Fraction): Fraction =>
  over < 0n ? { over: -under, under: -over } : { over: under, under: over };

/** Below zero, zero, or above it, as `a` is to `b`. */
export function compare(a: Fraction, b: Fraction): bigint {
  return a.over * b.under - b.over * a.under;
}

export const larger = (a: Fraction, b: Fraction): Fraction => (compare(a, b) < 0n ? b : a);
export const smaller = (a: Fraction, b: Fraction): Fraction => (compare(a, b) > 0n ? b : a);

/** The next whole number down. */
export function floor({ over, under }: Fraction): bigint {
  const cut = over / under;
  return over < 0n && cut * under !== over ? cut - 1n : cut;
}

/** The next whole number up. */
export const ceil = (value: Fraction): bigint => -floor(minus(value));

/** The nearest whole number, a half upwards. */
export const round = ({ over, under }: Fraction): bigint => floor({ over: 2n * over + under, under: 2n * under });

/** Decimals that are kept of a number that a client writes. */
const scale = 18;
const scaled = 10n ** BigInt(scale);

/** "2.5" or "1e-3" exactly; undefined for what is no decimal or has more than eighteen decimals. */
export function readFraction(text: string): Fraction | undefined {
  const value = parseDecimal(text, scale);
  if (value === undefined) return undefined;
  return value % scaled === 0n ? whole(value / scaled) : { over: value, under: scaled };
}
