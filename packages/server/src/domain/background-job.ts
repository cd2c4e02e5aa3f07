import type { ServedAs } from '@tollgate/wire/ir/served-as';
import type { Usage } from '@tollgate/wire/ir/usage';
import { debitsBefore } from './debits.ts';
import { zeroNanos } from './money.ts';
import type { Multiplier, Price } from './price.ts';
import { conditionsOfTiers, type Tier } from './price-sheet.ts';
import type { RequestRecord } from './record.ts';

/**
 * An answer that its provider works on after the client was told so (Responses' `background`). Everything that is needed
 * to charge it once it is done, by whichever process sees that.
 */
export type BackgroundJob = {
  readonly responseId: string;
  readonly channelId: string;
  /** Index of the credential within the channel. */
  readonly credential: number;
  /** The record as it will be, but for what only the end tells. */
  readonly record: RequestRecord;
  readonly price: Price | undefined;
  readonly multiplier: Multiplier;
  readonly inputEstimate: number;
  /** What of it its client has been given already, and pays for whatever becomes of the rest; undefined when nothing. */
  readonly given: Given | undefined;
};

/** As much of an answer as had come: what was reported of it, else the output tokens counted by us. */
export type Given = {
  readonly usage: Usage | undefined;
  readonly servedAs?: ServedAs | undefined;
  readonly outputEstimate: number;
};

/** Money is written as `{"nanos":"…"}`, since JSON has no whole numbers of its size. */
export function writeBackgroundJob(job: BackgroundJob): string {
  return JSON.stringify(job, (_, value: unknown) => (typeof value === 'bigint' ? { nanos: `${value}` } : value));
}

/** What {@link writeBackgroundJob} wrote, now or before it knew of debits, or of any conditions but tiers of input length. */
export function readBackgroundJob(text: string): BackgroundJob {
  const revive = (_: string, value: unknown): unknown => (isNanos(value) ? BigInt(value.nanos) : value);
  const { record, price, ...job } = JSON.parse(text, revive) as WrittenJob;
  return {
    ...job,
    price: price && readPrice(price),
    record: { ...record, debits: record.debits ?? debitsBefore(record.userId, record.keyId, zeroNanos) },
  };
}

function readPrice({ tiers = [], conditional = conditionsOfTiers(tiers), ...rest }: WrittenPrice): Price {
  return { ...rest, conditional };
}

type WrittenPrice = Omit<Price, 'conditional'> &
  Partial<Pick<Price, 'conditional'>> & { readonly tiers?: readonly Tier[] };

type WrittenJob = Omit<BackgroundJob, 'record' | 'price'> & {
  readonly price?: WrittenPrice;
  readonly record: Omit<RequestRecord, 'debits'> & Partial<Pick<RequestRecord, 'debits'>>;
};

function isNanos(value: unknown): value is { readonly nanos: string } {
  if (typeof value !== 'object' || value === null || !('nanos' in value)) return false;
  return typeof value.nanos === 'string' && Object.keys(value).length === 1;
}
