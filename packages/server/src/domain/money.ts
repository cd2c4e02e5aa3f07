/** An amount of money in nano-dollars: 1 USD = 1 000 000 000. A whole number, never a float. */
export type Nanos = bigint & { readonly __unit: 'nano-usd' };

/** Marks a bigint as an amount of nano-dollars. */
export const nanos = (value: bigint): Nanos => value as Nanos;

export const zeroNanos: Nanos = nanos(0n);
