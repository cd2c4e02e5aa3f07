import { addCalendar, nextAnniversary, nextStretch, type CalendarUnit } from './calendar.ts';
import type { MeterId } from './meters.ts';

/** What a subscription promises, and when what of it is due. All moments are ms since the epoch. */

export type SubscriptionState = 'trialing' | 'active' | 'past_due' | 'paused' | 'ended';

export type AllowanceUnit = 'money' | 'tokens' | 'requests';

/** What a plan promises for a term. Amounts are nano-dollars, or numbers of tokens or requests. */
export type PlanTerms = {
  readonly name: string;
  readonly price: bigint;
  readonly interval: CalendarUnit;
  readonly intervalCount: number;
  readonly unit: AllowanceUnit;
  readonly amount: bigint;
  readonly reset: 'term' | 'day' | 'week' | 'month';
  readonly timeZone: string;
  readonly rollover: boolean;
  readonly graceDays: number;
};

/** What an allowance pays for; undefined is everything. */
export type Scope = {
  readonly models: ReadonlySet<string> | undefined;
  readonly groups: ReadonlySet<string> | undefined;
  readonly channels: ReadonlySet<string> | undefined;
};

/** What pays for requests of its user from `startsAt` until `endsAt`. */
export type Allowance = {
  readonly meter: MeterId;
  readonly unit: AllowanceUnit;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Whether the wallet pays what it has not. */
  readonly overflow: boolean;
  readonly scope: Scope;
};

/** The end of the term that follows `anchorTerms` others since the anchor. */
export const termEnd = (
  { interval, intervalCount, timeZone }: PlanTerms,
  anchorAt: number,
  anchorTerms: number,
): number => addCalendar(anchorAt, interval, intervalCount * (anchorTerms + 1), timeZone);

/** When an allowance that begins at `from` is followed by the next. */
export function allowanceEnd(
  { reset, timeZone }: PlanTerms,
  from: number,
  { anchorAt, termEndsAt }: { readonly anchorAt: number; readonly termEndsAt: number },
): number {
  switch (reset) {
    case 'term':
      return termEndsAt;
    case 'day':
    case 'week':
      return nextStretch(from, reset, timeZone);
    case 'month':
      return nextAnniversary(anchorAt, reset, from, timeZone);
  }
}

/** What of a price or an amount falls on the time that is left of a stretch: rounded up to a whole unit. */
export function shareOfTerm(
  whole: bigint,
  time: { readonly startsAt: number; readonly endsAt: number; readonly now: number },
): bigint {
  const length = BigInt(Math.max(1, time.endsAt - time.startsAt));
  const left = BigInt(Math.min(Math.max(0, time.endsAt - time.now), time.endsAt - time.startsAt));
  return (whole * left + length - 1n) / length;
}

/**
 * What of the price of a term is given back when it ends early: for the time that is left, or for what is left of the
 * allowance, whichever is less. Rounded down to a whole nano-dollar.
 */
export function unusedPrice(
  price: bigint,
  time: { readonly startsAt: number; readonly endsAt: number; readonly now: number },
  allowance: { readonly granted: bigint; readonly spent: bigint } | undefined,
): bigint {
  const whole = BigInt(Math.max(1, time.endsAt - time.startsAt));
  const left = BigInt(Math.min(Math.max(0, time.endsAt - time.now), time.endsAt - time.startsAt));
  const byTime = (price * left) / whole;
  if (allowance === undefined || allowance.granted <= 0n) return byTime;
  const unspent = allowance.granted > allowance.spent ? allowance.granted - allowance.spent : 0n;
  const byUse = (price * unspent) / allowance.granted;
  return byUse < byTime ? byUse : byTime;
}
