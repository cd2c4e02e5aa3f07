import type { Condition } from '@tollgate/contract/price-condition';
import type { Bucket } from '@tollgate/wire/ir/usage';
import type { Asked, Program } from './price-expression/program.ts';

/**
 * Nano-dollars per million units of each bucket, as a bigint, so that 0.15 USD per million tokens is
 * 150 000 000n exactly. A bucket without a rate is priced by its fallback (see `rateOf` in rates.ts).
 */
export type Rates = Readonly<Partial<Record<Bucket, bigint>>>;

/** Rates that hold under a condition; they replace what they name of the price's own. */
export type ConditionalRates = {
  readonly when: Condition;
  readonly rates: Rates;
  /** Replaces the price's own; undefined leaves it. */
  readonly perCall: bigint | undefined;
};

/** One version of a model's price. Versions are never edited, only followed by a newer one. */
export type Price = {
  /** Id of this version; kept with every charge made by it. */
  readonly version: string;
  /** The default: what holds where no condition fits. */
  readonly rates: Rates;
  /** In order: the first whose condition fits holds. */
  readonly conditional: readonly ConditionalRates[];
  /** Flat price per request in nano-dollars, in addition to the rates; undefined for none. */
  readonly perCall: bigint | undefined;
  /** What prices the tokens, as it is written; the rates then name counted units only. Undefined for rates alone. */
  readonly expression?: string | undefined;
  /** The expression as it is worked out; undefined together with it. */
  readonly program?: Program | undefined;
  /** What of the request the program reads, frozen before anything was set aside; undefined where it reads nothing. */
  readonly asked?: Asked | undefined;
  /** Where the numbers come from ("models.dev", "config file", "admin") and from when (ISO date). */
  readonly source: string;
  readonly asOf: string;
};

/** A multiplier as an exact rational in millionths: 1 is 1 000 000n. */
export type Multiplier = bigint;

export const multiplierOne: Multiplier = 1_000_000n;
