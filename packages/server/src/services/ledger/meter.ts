import type { MeterId, PolicyMeter } from '../../domain/meters.ts';
import { nanos, type Nanos } from '../../domain/money.ts';
import type { LeaseState } from '../../store/ledger/posting-row.ts';

/**
 * What this process knows of one meter. The part of the lease that is free to hold is
 * `leased - held - pending`; it can be negative, because an answer may cost more than was held for it.
 */
export type Meter = {
  readonly id: MeterId;
  /** How to make it if it is not there yet. */
  opens: PolicyMeter | undefined;
  /** The lease as the database has it. */
  leased: bigint;
  version: number;
  /** Set aside for requests under way, and for leases on their way back. */
  held: bigint;
  /** Charged but not posted yet. */
  pending: bigint;
  /** Until then a hold of more than `refusedAbove` is refused without asking again. */
  refusedUntil: number;
  refusedAbove: bigint;
  /** Below this a little more is fetched in the background. */
  lowWater: bigint;
  nextTopUpAt: number;
  fetching: boolean;
  /** The exchange with the database about the lease that is under way, or the last one. */
  exchange: Promise<void>;
  /** What other gateways held of it when the database was last asked. */
  othersLeased: bigint;
  /** Until then another gateway is known to want a part, whatever the heartbeat has told so far. */
  contestedUntil: number;
  readonly waiting: Waiter[];
  usedAt: number;
};

/** Who waits for a lease. Never refused while it may be served: `answer` is told the refusal, or undefined when it holds. */
export type Waiter = {
  readonly amount: bigint;
  /** Less will do too: it waits for what others give back, and then takes what is free. */
  readonly lessWillDo: boolean;
  readonly answer: (refusal: MeterRefusal | undefined) => void;
};

/** Why a meter does not hold more: it has no more than `available`, or who knows of more does not answer. */
export type MeterRefusal =
  | { readonly refused: 'insufficient'; readonly available: Nanos }
  | { readonly refused: 'unavailable' };

/** What is free to hold. */
export const freeOf = (meter: Meter): bigint => meter.leased - meter.held - meter.pending;

/** A meter of which nothing is leased yet, as far as is known. `at` in ms since the epoch. */
export function unknownMeter(id: MeterId, opens: PolicyMeter | undefined, at: number): Meter {
  return {
    id,
    opens,
    leased: 0n,
    version: 0,
    held: 0n,
    pending: 0n,
    refusedUntil: 0,
    refusedAbove: 0n,
    lowWater: 0n,
    nextTopUpAt: 0,
    fetching: false,
    exchange: Promise.resolve(),
    othersLeased: 0n,
    contestedUntil: 0,
    waiting: [],
    usedAt: at,
  };
}

/** Takes over what the database says of the lease, unless something newer is known. */
export function learnOf(known: Meter, state: LeaseState): void {
  if (state.version < known.version) return;
  known.leased = state.amount;
  known.version = state.version;
}

/** Holds for those who wait, first come first served, as far as the lease reaches. */
export function serve(of: Meter): void {
  for (let first = of.waiting[0]; first !== undefined && freeOf(of) >= first.amount; first = of.waiting[0]) {
    of.waiting.shift();
    of.held += first.amount;
    first.answer(undefined);
  }
}

/** Sends some of those who wait away. */
export function refuse(of: Meter, isRefused: (waiter: Waiter) => boolean, refusal: MeterRefusal): void {
  const refused = of.waiting.filter(isRefused);
  of.waiting.splice(0, of.waiting.length, ...of.waiting.filter((waiter) => !isRefused(waiter)));
  for (const waiter of refused) waiter.answer(refusal);
}

/** Holds as much of an amount as is free, and says how much. */
export function holdFree(of: Meter, most: bigint): bigint {
  const free = freeOf(of);
  const some = free < most ? positive(free) : most;
  of.held += some;
  return some;
}

export const positive = (amount: bigint): Nanos => nanos(amount > 0n ? amount : 0n);
