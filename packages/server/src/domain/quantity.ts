/** Largest quantity of one bucket that is believed: an upstream that reports more is broken, and 64-bit columns end somewhere. */
export const maxQuantity = 10_000_000_000;

/** A count as it is charged: whole, and not more than is believed. */
export const quantityOf = (count: number): bigint => (count > 0 ? BigInt(Math.min(Math.ceil(count), maxQuantity)) : 0n);
