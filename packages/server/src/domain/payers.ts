import { planDebits, type PayingKey, type PlannedDebit } from './debits.ts';
import { meterOf, type MeterPolicy, type PolicyMeter } from './meters.ts';
import { nanos, zeroNanos, type Nanos } from './money.ts';
import type { Allowance, Scope } from './subscription.ts';

/** What else than the wallet pays for the requests of a key, or counts them. Undefined for nearly all keys. */
export type Payers = {
  /** In the order in which they pay: what ends first. */
  readonly allowances: readonly Allowance[];
  readonly budgets: readonly BudgetRule[];
};

/** A limit that counts requests of one model, or all. */
export type BudgetRule = {
  readonly policy: MeterPolicy;
  readonly model: string | undefined;
  /** The model that answers in a stretch (by its name, see {@link stretchNameOf}) of which so much is spent. */
  readonly cheaper?: { readonly model: string; readonly stretch: string };
};

/** How a stretch of a budget is named where it is told of. */
export const stretchNameOf = ({ startsAt = 0 }: PolicyMeter): string => `${startsAt}`;

/** The cheaper model that answers what is asked of `model` at a moment, because a budget that counts it is nearly spent. */
export function cheaperModelFor({ budgets }: Payers, model: string, at: number): string | undefined {
  for (const { policy, model: counted, cheaper } of budgets)
    if (cheaper !== undefined && (counted === undefined || counted === model) && cheaper.model !== model)
      if (stretchNameOf(meterOf(policy, at)) === cheaper.stretch) return cheaper.model;
  return undefined;
}

/** What of a request decides who pays for it. */
export type PayFacts = {
  /** ms since the epoch. */
  readonly at: number;
  readonly amount: Nanos;
  /** The most that a fee may come to, for provider keys or a refusal, which nothing covers that was bought by the request or the token. */
  readonly fee?: Nanos;
  /** Whether provider keys alone may serve it. */
  readonly isOwn?: boolean;
  /** At most so many tokens, input and output together. */
  readonly tokens: number;
  /** The names by which it is asked for and served: what counts or covers any of them counts or covers it. */
  readonly models: readonly string[];
  readonly group: string;
  /** Names of the gateway's channels that may serve it. */
  readonly channels: readonly string[];
};

/**
 * The plans by which a request can be paid for, the first that holds being the one: each number of requests or tokens that was bought
 * and covers it whole; then money, an allowance before the wallet. Where a subscription that fits does not overflow, the
 * wallet pays nothing.
 */
export function payPlans(key: PayingKey, payers: Payers, facts: PayFacts): readonly (readonly PlannedDebit[])[] {
  const { amount, at, fee = zeroNanos, isOwn = false } = facts;
  const policies = payers.budgets
    .filter(({ model }) => model === undefined || facts.models.includes(model))
    .map(({ policy }) => policy);
  const plain = planDebits(key, amount, at, policies);
  // What costs nothing uses nothing up.
  const fitting =
    amount === 0n ? [] : payers.allowances.filter((one) => fits(one, facts) && !(isOwn && isForTheHouse(one)));
  if (fitting.length === 0) return [plain];
  const money = fitting.filter(({ unit }) => unit === 'money').map((one) => debitOf(one, amount));
  const overflows = fitting.every(({ overflow }) => overflow);
  const uncovered = fee === 0n ? free(plain) : planDebits(key, fee, at, policies);
  const covered = fitting
    .filter(({ unit }) => unit !== 'money')
    .map((one) => [debitOf(one, one.unit === 'requests' ? oneRequest : nanos(BigInt(facts.tokens))), ...uncovered]);
  const rest = overflows ? plain : plain.filter((debit) => !isWallet(debit));
  return overflows || money.length > 0 ? [...covered, [...money, ...rest]] : covered;
}

const oneRequest = nanos(1n);

const isWallet = ({ kind, opens }: PlannedDebit): boolean => kind === 'account' && opens === undefined;

/** The same payers of nothing: what is covered costs no money. */
const free = (debits: readonly PlannedDebit[]): readonly PlannedDebit[] =>
  debits.map((debit) => ({ ...debit, amount: zeroNanos, checked: debit.kind === 'limit' && debit.checked }));

const debitOf = ({ meter, unit }: Allowance, amount: Nanos): PlannedDebit => ({
  meter,
  amount,
  kind: unit === 'money' ? 'account' : unit,
  checked: true,
  opens: undefined,
});

function fits({ startsAt, endsAt, scope }: Allowance, { at, models, group, channels }: PayFacts): boolean {
  if (at < startsAt || at >= endsAt) return false;
  return (
    models.some((model) => includes(scope, 'models', model)) &&
    includes(scope, 'groups', group) &&
    channels.every((channel) => includes(scope, 'channels', channel))
  );
}

/** Whether it has nothing for what provider keys serve. */
const isForTheHouse = ({ unit, scope }: Allowance): boolean => unit !== 'money' || scope.channels !== undefined;

const includes = (scope: Scope, what: keyof Scope, name: string): boolean => scope[what]?.has(name) ?? true;
