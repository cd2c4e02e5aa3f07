import { formatDecimal, parseDecimal } from './decimal.ts';

/** An amount of money in nano-dollars: 1 USD = 1 000 000 000. A whole number, never a float. */
export type Nanos = bigint & { readonly __unit: 'nano-usd' };

/** Marks a bigint as an amount of nano-dollars. */
export const nanos = (value: bigint): Nanos => value as Nanos;

export const zeroNanos: Nanos = nanos(0n);

/** A nano-dollar is the ninth decimal of a dollar. */
const usdDecimals = 9;

/** What a 64-bit column of any of the databases holds with room to add up a few million such amounts. */
const largest = 10n ** 17n;

/**
 * "12.5", "-0.000000001" or "1e-3" US dollars, exactly. Undefined when the text is no decimal, is finer than a
 * nano-dollar, or is beyond a hundred million dollars.
 */
export function parseUsd(text: string): Nanos | undefined {
  const value = parseDecimal(text, usdDecimals);
  if (value === undefined || value > largest || value < -largest) return undefined;
  return nanos(value);
}

/** The shortest exact decimal text in US dollars: 150 000 000n is "0.15". */
export const formatUsd = (amount: Nanos): string => formatDecimal(amount, usdDecimals);

/** Nano-dollars as they travel in JSON: a decimal text without unit. */
export const writeNanos = (amount: Nanos): string => amount.toString();

/** The reverse of {@link writeNanos}; undefined for anything but a whole number of at most 18 digits. */
export const readNanos = (text: string): Nanos | undefined =>
  /^-?\d{1,18}$/.test(text) ? nanos(BigInt(text)) : undefined;
