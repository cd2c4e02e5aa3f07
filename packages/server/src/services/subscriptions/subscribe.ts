import { addCalendar } from '../../domain/calendar.ts';
import { Refusal } from '../../domain/refusal.ts';
import { termEnd } from '../../domain/subscription.ts';
import { isUniqueViolation } from '../../store/database.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { planRepository, type StoredPlan } from '../../store/subscriptions/plans.ts';
import { subscriptionRepository, type StoredSubscription } from '../../store/subscriptions/subscriptions.ts';
import { userRepository } from '../../store/users.ts';
import { assertSalesOpen } from '../sales/sale-terms.ts';
import { beginTerm, save } from './advance.ts';
import type { SubscriptionDeps, Transact } from './deps.ts';
import { withWallet } from './pay.ts';
import { inputOf, termsOf } from './terms.ts';

export type SubscribeAsk = {
  readonly userId: string;
  readonly planId: string;
  /** The subscriber's own: the same again is the same subscription. */
  readonly clientKey: string;
  /** As in the audit log. */
  readonly actor: string;
};

/** Begins a subscription, paid for out of the wallet (or by its trial). The same ask again is the same subscription. */
export async function subscribe(deps: SubscriptionDeps, ask: SubscribeAsk): Promise<StoredSubscription> {
  const known = await knownAs(deps, ask);
  if (known !== undefined) return known;
  await assertSalesOpen(deps.database.db);
  const plan = await planForSale(deps, ask.planId, { seats: undefined });
  const had = await subscriptionRepository.ofPlan(deps.database.db, ask.userId, plan.id);
  // The same ask may have been first since it was looked for, and is not in its own way.
  const first = had.find(({ clientKey }) => clientKey === ask.clientKey);
  if (first !== undefined) return first;
  assertMayBegin(plan, had);
  const isTrial = inputOf(plan).trialDays > 0 && had.length === 0;
  const price = isTrial ? 0n : termsOf(plan).price;
  return await begin(deps, ask, async () => {
    return await startPaid(deps, { ...ask, plan, price, isTrial, orderId: undefined, ends: false });
  });
}

/** Begins a subscription of a team to a plan that is sold by the seat, paid for out of the team's wallet. `userId` is the team's id. */
export async function subscribeTeam(
  deps: SubscriptionDeps,
  ask: SubscribeAsk & { readonly seats: number },
): Promise<StoredSubscription> {
  const known = await knownAs(deps, ask);
  if (known !== undefined) return known;
  await assertSalesOpen(deps.database.db);
  const plan = await planForSale(deps, ask.planId, ask);
  const { price } = termsOf({ terms: plan.terms, seats: ask.seats });
  return await begin(
    deps,
    ask,
    async () => await startPaid(deps, { ...ask, plan, price, isTrial: false, orderId: undefined, ends: false }),
  );
}

async function startPaid(deps: SubscriptionDeps, ask: Start): Promise<StoredSubscription> {
  const begun = await withWallet(deps, ask.userId, ask.price, async (db) => await start(db, deps, ask));
  if (begun !== 'short') return begun.done;
  // The same ask may have been first, and have taken the money.
  const twin = await knownAs(deps, ask);
  if (twin !== undefined) return twin;
  throw new Refusal('insufficient_balance', 'The wallet does not have the price of this plan. Top it up first.');
}

/** One of a kind at a time, and no more often than its plan allows. */
export function assertMayBegin(plan: StoredPlan, had: readonly StoredSubscription[]): void {
  const { perPerson } = inputOf(plan);
  if (had.some(({ state }) => state !== 'ended'))
    throw new Refusal('conflict', 'There is a subscription to this plan already.', { param: 'planId' });
  if (perPerson > 0 && had.length >= perPerson)
    throw new Refusal('conflict', 'One may not subscribe to this plan any more often.', { param: 'planId' });
}

/** Gives somebody a term for nothing. It ends with it, unless it `renews`. */
export async function grantPlan(
  deps: SubscriptionDeps,
  ask: SubscribeAsk & { readonly renews: boolean },
): Promise<StoredSubscription> {
  const known = await knownAs(deps, ask);
  if (known !== undefined) return known;
  const plan = await planForSale(deps, ask.planId, { seats: undefined, asGift: true });
  if ((await userRepository.find(deps.database.db, ask.userId)) === undefined)
    throw new Refusal('not_found', 'There is no such user.', { param: 'userId' });
  return await begin(deps, ask, async () => {
    // The lock of the wallet keeps two at once from beginning two.
    const given = { ...ask, plan, price: 0n, isTrial: false, orderId: undefined, ends: !ask.renews };
    const begun = await withWallet(deps, ask.userId, 0n, async (db) => start(db, deps, given));
    if (begun === 'short') throw new Error('nothing is more than a wallet has');
    return begun.done;
  });
}

/** The plan, if it is sold to people, or to teams with so many seats; one that is not sold may still be given. */
export async function planForSale(
  deps: SubscriptionDeps,
  id: string,
  { seats, asGift = false }: { readonly seats: number | undefined; readonly asGift?: boolean },
): Promise<StoredPlan> {
  const plan = await planRepository.find(deps.database.db, id);
  if (plan === undefined || !(plan.enabled || asGift))
    throw new Refusal('not_found', 'There is no such plan.', { param: 'planId' });
  if (inputOf(plan).perSeat !== (seats !== undefined))
    throw new Refusal('conflict', `This plan is sold to ${seats === undefined ? 'teams' : 'people'}.`, {
      param: 'planId',
    });
  return plan;
}

async function knownAs(deps: SubscriptionDeps, ask: SubscribeAsk): Promise<StoredSubscription | undefined> {
  const known = await subscriptionRepository.findByClientKey(deps.database.db, ask.userId, ask.clientKey);
  if (known !== undefined && known.planId !== ask.planId)
    throw new Refusal('conflict', 'This idempotency key belongs to another subscription.', { param: 'idempotencyKey' });
  return known;
}

async function begin(
  deps: SubscriptionDeps,
  ask: SubscribeAsk,
  work: () => Promise<StoredSubscription>,
): Promise<StoredSubscription> {
  try {
    const begun = await work();
    deps.jobs.wake();
    return begun;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const twin = await knownAs(deps, ask);
    if (twin === undefined) throw error;
    return twin;
  }
}

export type Start = SubscribeAsk & {
  readonly plan: StoredPlan;
  readonly price: bigint;
  readonly isTrial: boolean;
  readonly orderId: string | undefined;
  /** Of a team. */
  readonly seats?: number;
  /** The saved card that pays for the next terms; absent where the wallet does. */
  readonly card?: StoredSubscription['card'];
  /** Whether it ends with its first term. */
  readonly ends: boolean;
};

/** Begins a subscription within a transaction in which the wallet has its price. */
export async function start(db: Transact, deps: SubscriptionDeps, ask: Start): Promise<StoredSubscription> {
  const now = deps.now();
  const { plan } = ask;
  const input = inputOf(plan);
  const terms = termsOf(plan);
  const twin = await subscriptionRepository.findByClientKey(db, ask.userId, ask.clientKey);
  if (twin !== undefined) return twin;
  assertMayBegin(plan, await subscriptionRepository.ofPlan(db, ask.userId, plan.id));
  const one: StoredSubscription = {
    id: `sub_${deps.newId()}`,
    userId: ask.userId,
    planId: plan.id,
    clientKey: ask.clientKey,
    state: ask.isTrial ? 'trialing' : 'active',
    terms: plan.terms,
    group: input.group ?? undefined,
    anchorAt: now,
    anchorTerms: 0,
    termNumber: 1,
    termStartsAt: now,
    termEndsAt: ask.isTrial ? addCalendar(now, 'day', input.trialDays, terms.timeZone) : termEnd(terms, now, 0),
    allowances: 0,
    cancelAtEnd: ask.ends,
    nextPlanId: undefined,
    pausedAt: undefined,
    graceUntil: undefined,
    nextAt: undefined,
    orderId: ask.orderId,
    card: ask.card,
    seats: ask.seats,
    nextSeats: undefined,
    postings: 0,
    createdAt: now,
    updatedAt: now,
    endedAt: undefined,
  };
  const begun = await save(db, deps, await beginTerm(db, deps, one, { price: ask.price, actor: ask.actor }), true);
  await auditRepository.append(db, {
    at: now,
    actor: ask.actor,
    action: 'subscription.create',
    subject: `subscription:${begun.id}`,
    before: null,
    after: {
      plan: input.name,
      userId: ask.userId,
      priceNanos: ask.price.toString(),
      trial: ask.isTrial,
      seats: ask.seats ?? null,
    },
  });
  deps.cut?.('subscribe:before-commit');
  return begun;
}
