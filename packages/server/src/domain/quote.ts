import type { Bucket } from '@tollgate/wire/ir/usage';
import type { Nanos } from './money.ts';
import type { Multiplier } from './price.ts';

/** One line of a bill. Amounts of lines are shown; the total is rounded once from the exact sum. */
export type ChargeLine = {
  readonly bucket: Bucket | 'call';
  readonly quantity: number;
  /** Nano-dollars per million units (per one for `call`). */
  readonly rate: bigint;
};

/** What a request costs, and how that came about; anyone can recompute it from the lines. */
export type Charge = {
  readonly amount: Nanos;
  readonly lines: readonly ChargeLine[];
  readonly multiplier: Multiplier;
  readonly priceVersion: string;
};
