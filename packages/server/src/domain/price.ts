import type { Bucket } from '@tollgate/wire/ir/usage';

/**
 * Nano-dollars per million units of each bucket, as a bigint, so that 0.15 USD per million tokens is
 * 150 000 000n exactly. A bucket without a rate is priced by its fallback (see `rateOf` in quote.ts).
 */
export type Rates = Readonly<Partial<Record<Bucket, bigint>>>;

/** One version of a model's price. Versions are never edited, only followed by a newer one. */
export type Price = {
  /** Id of this version; kept with every charge made by it. */
  readonly version: string;
  readonly rates: Rates;
  /** Rates that replace those above once the input (all input buckets together) exceeds `above` tokens; highest match wins. */
  readonly tiers: readonly { readonly above: number; readonly rates: Rates }[];
  /** Flat price per request in nano-dollars, in addition to the rates; undefined for none. */
  readonly perCall: bigint | undefined;
  /** Where the numbers come from ("models.dev", "config file", "admin") and from when (ISO date). */
  readonly source: string;
  readonly asOf: string;
};

/** A multiplier as an exact rational in millionths: 1 is 1 000 000n. */
export type Multiplier = bigint;

export const multiplierOne: Multiplier = 1_000_000n;
