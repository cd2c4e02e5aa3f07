import { keyMeter, meterOf, walletMeter, type MeterId, type MeterKind, type MeterPolicy } from './meters.ts';
import { nanos, zeroNanos, type Nanos } from './money.ts';
import type { PolicyMeter } from './meters.ts';

/** What a request takes from one meter. */
export type Debit = { readonly meter: MeterId; readonly amount: Nanos; readonly kind: MeterKind };

/**
 * A debit before it is known what the request costs: `amount` is what to set aside. The accounts of a plan share its
 * amount in their order: each gives what it has, the last one the rest. Every limit counts all of it.
 */
export type PlannedDebit = Debit & {
  /** Whether the amount must be there. A key without a limit only counts, so that a limit set later counts from its first day. */
  readonly checked: boolean;
  /** How to make the meter when it is first needed; undefined for those that are made with their user or key. */
  readonly opens: PolicyMeter | undefined;
};

/** Whose request it is, as far as who pays goes; a `KeyRecord` is one. */
export type PayingKey = {
  readonly id: string;
  readonly limited: boolean;
  /** The team that pays in its user's stead. */
  readonly teamId?: string | undefined;
  readonly user: { readonly id: string };
};

const noPolicies: readonly MeterPolicy[] = [];

/**
 * Who pays for a request, and what it is counted against: the wallet of the key's user (or of the key's team) and the key's own limit, and what
 * policies say besides. `at` (ms since the epoch) chooses among the meters of a period.
 */
export function planDebits(
  key: PayingKey,
  amount: Nanos,
  at: number,
  policies: readonly MeterPolicy[] = noPolicies,
): readonly PlannedDebit[] {
  const meters = metersOf(key);
  const wallet = plan(meters.wallet, amount, 'account', true);
  const limit = plan(meters.key, amount, 'limit', key.limited);
  // The usual request makes these two and nothing else.
  if (policies.length === 0) return [wallet, limit];
  const accounts = policies.filter((policy) => policy.kind === 'account').toSorted((a, b) => a.order - b.order);
  const debitOf = (policy: MeterPolicy): PlannedDebit => {
    const opens = meterOf(policy, at);
    return plan(opens.id, amount, policy.kind, true, opens);
  };
  return [
    ...accounts.filter((policy) => policy.order < 0).map(debitOf),
    wallet,
    ...accounts.filter((policy) => policy.order >= 0).map(debitOf),
    limit,
    ...policies.filter((policy) => policy.kind === 'limit').map(debitOf),
  ];
}

/** What a request takes of what counts requests, and of what counts tokens. */
export type Use = { readonly requests: number; readonly tokens: number };

const oneRequest: Use = { requests: 1, tokens: 0 };

/** Whether a number of requests or tokens that was bought covers the request, so that it costs no money. */
export const isCovered = (debits: readonly Debit[]): boolean =>
  debits.some(({ kind }) => kind === 'requests' || kind === 'tokens');

type OwnMeters = { readonly wallet: MeterId; readonly key: MeterId };

/** Keys stay in memory for many requests. A name that is made once is the same text each time, which maps find faster. */
const known = new WeakMap<PayingKey, OwnMeters>();

function metersOf(key: PayingKey): OwnMeters {
  let own = known.get(key);
  if (own === undefined) {
    own = { wallet: walletMeter(key.teamId ?? key.user.id), key: keyMeter(key.id) };
    known.set(key, own);
  }
  return own;
}

const plan = (meter: MeterId, amount: Nanos, kind: MeterKind, checked: boolean, opens?: PolicyMeter): PlannedDebit => ({
  meter,
  amount,
  kind,
  checked,
  opens,
});

/** The same payers for another amount. */
export const planFor = (debits: readonly PlannedDebit[], amount: Nanos): readonly PlannedDebit[] =>
  debits.map((debit) => ({ ...debit, amount }));

/**
 * What a request that cost `amount` takes from each meter of its plan. `room` says what an account has for it (less than
 * 0 is nothing); the last account gives what is left, whatever it has. What counts requests or tokens takes `use`.
 */
export function chargeDebits(
  planned: readonly PlannedDebit[],
  amount: Nanos,
  room: (meter: MeterId) => bigint,
  use = oneRequest,
): readonly Debit[] {
  const last = lastAccount(planned);
  let rest = amount;
  return planned.map(({ meter, kind }, index) => {
    if (kind === 'limit') return { meter, kind, amount };
    if (kind === 'requests' || kind === 'tokens') return { meter, kind, amount: nanos(BigInt(use[kind])) };
    if (index === last) return { meter, kind, amount: rest };
    const given = smaller(room(meter), rest);
    rest = nanos(rest - given);
    return { meter, kind, amount: given };
  });
}

/** Index of the account that gives what the others lack; -1 when no account pays. */
export const lastAccount = (debits: readonly Debit[]): number => debits.findLastIndex(({ kind }) => kind === 'account');

const smaller = (room: bigint, rest: Nanos): Nanos => (room <= 0n ? zeroNanos : room < rest ? nanos(room) : rest);

/** Debits as JSON text: `[["wallet:usr_1","account","70"],…]`; one that is not checked has a 0 behind its amount. */
export function writeDebits(debits: readonly (Debit & { readonly checked?: boolean })[]): string {
  const [first, second] = debits;
  // What nearly every charge leaves: one account and one limit, which both take all of it.
  if (first && second && debits.length === 2 && first.amount === second.amount && first.checked === second.checked) {
    const rest = `"${first.amount}"${first.checked === false ? ',0' : ''}]`;
    return `[["${first.meter}","${first.kind}",${rest},["${second.meter}","${second.kind}",${rest}]`;
  }
  const lines = debits.map(
    ({ meter, kind, amount, checked }) => `["${meter}","${kind}","${amount}"${checked === false ? ',0' : ''}]`,
  );
  return `[${lines.join(',')}]`;
}

/** What {@link writeDebits} wrote. How to make a meter is not in it: a written debit's meter is there. Throws on other text. */
export function readDebits(text: string): readonly PlannedDebit[] {
  const lines: unknown = JSON.parse(text);
  if (!Array.isArray(lines)) throw new Error('not a list of debits');
  return lines.map((line: unknown) => {
    if (!Array.isArray(line)) throw new Error('not a debit');
    const [meter, kind, amount, checked] = line as readonly unknown[];
    if (typeof meter !== 'string' || typeof amount !== 'string' || !isKind(kind)) throw new Error('not a debit');
    return plan(meter, nanos(BigInt(amount)), kind, checked !== 0);
  });
}

const isKind = (kind: unknown): kind is MeterKind =>
  kind === 'account' || kind === 'limit' || kind === 'tokens' || kind === 'requests';

/**
 * Who paid before debits were written down with what they paid for: the user's wallet, counted against the key. For rows
 * of the outbox and background answers that an earlier version left behind, and for nothing new.
 */
export const debitsBefore = (userId: string, keyId: string, amount: Nanos): readonly PlannedDebit[] => [
  plan(walletMeter(userId), amount, 'account', true),
  plan(keyMeter(keyId), amount, 'limit', false),
];
