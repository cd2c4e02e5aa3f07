import { stretchOf, type Period } from './period.ts';

/**
 * The name of what can say "no more": a wallet, a spending limit, a budget of one month. It is made here and compared
 * elsewhere; nobody reads in it (the lint rule `tollgate/opaque-meters`): what a meter is stands beside it, in its kind.
 */
export type MeterId = string;

/**
 * Out of an `account` money moves, in the journal. A `limit` only counts money. What was bought as a number of `tokens` or `requests`
 * counts these, and whoever it covers pays nothing else.
 */
export type MeterKind = 'account' | 'limit' | CountedKind;
export type CountedKind = 'tokens' | 'requests';

/** The wallet of a user or a team: the account that pays unless something else does first. */
export const walletMeter = (userId: string): MeterId => `wallet:${userId}`;

/** What a subscription gives for one stretch of time. */
export const allowanceMeter = (allowanceId: string): MeterId => `allowance:${allowanceId}`;

/** What a user has earned by inviting others, and not moved into the wallet yet: nothing is paid out of it. */
export const rewardsMeter = (userId: string): MeterId => `rewards:${userId}`;

/** What a key has spent in its whole life. */
export const keyMeter = (keyId: string): MeterId => `key:${keyId}`;

/**
 * Says that a subject has a meter of its own, or one for each day, week or month: an allowance, a team's wallet, a
 * budget. Its row in `meter_policies` says how much a new one has.
 */
export type MeterPolicy = {
  readonly id: string;
  /** Whom it is about: `key:key_1`, `user:usr_1`, later teams. With kind and period it is unique. */
  readonly subject: string;
  readonly kind: MeterKind;
  readonly period: Period;
  /** Accounts pay in ascending order. The wallet has 0: an allowance that pays before it has less, a credit line more. */
  readonly order: number;
  /** Where its days and months begin; UTC when it says nothing. */
  readonly timeZone?: string;
};

/** One meter of a policy, for the stretch of time that it counts. `startsAt` and `endsAt` (ms) are undefined for ever. */
export type PolicyMeter = {
  readonly id: MeterId;
  readonly policy: MeterPolicy;
  readonly startsAt: number | undefined;
  readonly endsAt: number | undefined;
};

const prefixes: Readonly<Record<MeterKind, string>> = {
  account: 'account',
  limit: 'budget',
  tokens: 'tokens',
  requests: 'requests',
};

/** The meter that each policy named last: the next request most likely falls into the same stretch. */
const lastMeters = new WeakMap<MeterPolicy, PolicyMeter>();

/** The meter that counts for a policy at a moment (ms since the epoch): `budget:key:key_1:2026-11`. */
export function meterOf(policy: MeterPolicy, at: number): PolicyMeter {
  const last = lastMeters.get(policy);
  if (last !== undefined && at >= (last.startsAt ?? -Infinity) && at < (last.endsAt ?? Infinity)) return last;
  const made = makeMeter(policy, at);
  lastMeters.set(policy, made);
  return made;
}

function makeMeter(policy: MeterPolicy, at: number): PolicyMeter {
  const name = `${prefixes[policy.kind]}:${policy.subject}`;
  if (policy.period === 'ever') return { id: name, policy, startsAt: undefined, endsAt: undefined };
  const stretch = stretchOf(policy.period, at, policy.timeZone);
  return { id: `${name}:${stretch.name}`, policy, startsAt: stretch.startsAt, endsAt: stretch.endsAt };
}

/** The account that receives what usage costs. */
export const revenueAccount = 'revenue';

/** Where money comes from that is not usage. */
export const creditKinds = [
  'top_up',
  'redemption',
  'grant',
  'refund',
  'transfer',
  'adjustment',
  'expiry',
  'opening_balance',
  'subscription',
  'allowance',
] as const;

export type CreditKind = (typeof creditKinds)[number];

/** The account on the other side of a credit. */
export const sourceAccount = (kind: CreditKind): string => `source:${kind}`;

/** The accounts of the journal that are no meters: nobody holds money against them. */
export const counterAccounts: readonly string[] = [revenueAccount, ...creditKinds.map(sourceAccount)];
