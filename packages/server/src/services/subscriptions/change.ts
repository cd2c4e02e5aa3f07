import type { SubscriptionPatch } from '@tollgate/contract/api/plans';
import { Refusal } from '../../domain/refusal.ts';
import { termEnd, unusedPrice } from '../../domain/subscription.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { allowanceRepository } from '../../store/subscriptions/allowances.ts';
import type { StoredPlan } from '../../store/subscriptions/plans.ts';
import { subscriptionRepository, type StoredSubscription } from '../../store/subscriptions/subscriptions.ts';
import { closeAllowance, extendAllowance, lastAllowance } from './allowances.ts';
import { beginTerm, endAt, priceOfNextTerm, save } from './advance.ts';
import type { SubscriptionDeps, Transact } from './deps.ts';
import { postFor, withWallet } from './pay.ts';
import { priceOfSeats, raiseSeats } from './seats.ts';
import { planForSale } from './subscribe.ts';
import { inputOf, termsOf } from './terms.ts';

/** Who changes a subscription: a person's own when `userId` is given. */
type Who = { readonly actor: string; readonly userId: string | undefined };

type Action =
  | 'cancel'
  | 'keep'
  | 'pause'
  | 'resume'
  | 'switch'
  | 'switch-at-end'
  | 'pay-by'
  | 'add-seats'
  | 'fewer-seats';

/** What a patch asks for; one thing at a time, because each may need money or be refused. */
function actionOf(patch: SubscriptionPatch, { seats: has = 0 }: StoredSubscription): Action | undefined {
  const { cancelAtEnd, paused, planId, atEnd = false, card, seats } = patch;
  const asked: readonly (Action | false)[] = [
    cancelAtEnd !== undefined && (cancelAtEnd ? 'cancel' : 'keep'),
    paused !== undefined && (paused ? 'pause' : 'resume'),
    planId !== undefined && (atEnd ? 'switch-at-end' : 'switch'),
    card !== undefined && 'pay-by',
    seats !== undefined && (seats > has ? 'add-seats' : 'fewer-seats'),
  ];
  const [first, ...more] = asked.filter((one) => one !== false);
  if (more.length > 0) throw new Refusal('invalid_request', 'Change one thing of a subscription at a time.');
  return first;
}

/** Changes a subscription as its owner may. */
export async function changeSubscription(
  deps: SubscriptionDeps,
  who: Who,
  id: string,
  patch: SubscriptionPatch,
): Promise<StoredSubscription> {
  const seen = await mustFind(deps, who, id);
  const action = actionOf(patch, seen);
  if (action === undefined) return seen;
  const plan = patch.planId === undefined ? undefined : await planForSale(deps, patch.planId, seen);
  if (plan !== undefined && plan.id === seen.planId && seen.nextPlanId === undefined)
    throw new Refusal('conflict', 'This subscription has that plan already.', { param: 'planId' });
  if (action === 'switch' && plan !== undefined) return await switchNow(deps, who, seen, plan);
  if (action === 'add-seats') return await addSeats(deps, who, seen, patch.seats ?? 0);
  const card = await cardFor(deps, who, seen, patch);
  const changed = await deps.database.transact(async (db) => {
    const one = await lockRunning(db, id);
    const after = await changedBy(db, deps, one, { action, plan, card, seats: patch.seats });
    const saved = await save(db, deps, after);
    await audit(db, deps, who, one, saved, action);
    return saved;
  });
  deps.jobs.wake();
  return changed;
}

async function changedBy(
  db: Transact,
  deps: SubscriptionDeps,
  one: StoredSubscription,
  {
    action,
    plan,
    card,
    seats,
  }: Pick<StoredSubscription, 'card'> & {
    readonly action: Action;
    readonly plan: StoredPlan | undefined;
    readonly seats: number | undefined;
  },
): Promise<StoredSubscription> {
  switch (action) {
    case 'cancel':
      return { ...one, cancelAtEnd: true, nextPlanId: undefined };
    case 'keep':
      return { ...one, cancelAtEnd: false, nextPlanId: undefined };
    case 'switch-at-end':
      return { ...one, cancelAtEnd: false, nextPlanId: plan?.id };
    case 'pause':
      if (one.state !== 'active') throw new Refusal('conflict', 'Only a subscription that runs can be paused.');
      return { ...one, state: 'paused', pausedAt: deps.now() };
    case 'resume':
      return await resumed(db, deps, one);
    case 'pay-by':
      return { ...one, card };
    case 'fewer-seats':
      if (one.seats === undefined) throw noSeats();
      return { ...one, nextSeats: seats === one.seats ? undefined : seats };
    case 'add-seats':
    case 'switch':
      return one;
  }
}

/** The card that a patch names, which must be the subscriber's own; nobody else may name one. */
async function cardFor(
  deps: SubscriptionDeps,
  who: Who,
  one: StoredSubscription,
  { card }: SubscriptionPatch,
): Promise<StoredSubscription['card']> {
  if (card === undefined || card === null) return undefined;
  if (who.userId === undefined && who.actor !== `user:${one.userId}`)
    throw new Refusal('forbidden', 'Only who subscribed may say which card pays.', { param: 'card' });
  if (deps.cards === undefined) throw new Refusal('not_found', 'There is no such card.', { param: 'card' });
  return { methodId: card.methodId, id: card.cardId, label: await deps.cards.label(one.userId, card) };
}

/** Goes on where it was: everything ends as much later as it stood still. */
async function resumed(db: Transact, deps: SubscriptionDeps, one: StoredSubscription): Promise<StoredSubscription> {
  if (one.state !== 'paused' || one.pausedAt === undefined)
    throw new Refusal('conflict', 'This subscription is not paused.');
  const stood = Math.max(0, deps.now() - one.pausedAt);
  const last = await lastAllowance(db, one);
  if (last !== undefined) await extendAllowance(db, deps, last, last.endsAt + stood);
  return {
    ...one,
    state: 'active',
    pausedAt: undefined,
    anchorAt: one.anchorAt + stood,
    termStartsAt: one.termStartsAt + stood,
    termEndsAt: one.termEndsAt + stood,
  };
}

/**
 * Another plan from now on: what was not used of this term's price is given back, the other one's is taken, and its terms are
 * counted from now. One transaction, so that nobody pays for both or has neither.
 */
async function switchNow(
  deps: SubscriptionDeps,
  who: Who,
  seen: StoredSubscription,
  plan: StoredPlan,
): Promise<StoredSubscription> {
  const terms = termsOf({ terms: plan.terms, seats: seen.seats });
  const now = deps.now();
  const expected = await unused(deps.database.db, deps, seen);
  const net = terms.price - expected;
  const switching = async (db: Transact): Promise<StoredSubscription> => {
    const one = await lockRunning(db, seen.id);
    if (one.state === 'paused') throw new Refusal('conflict', 'Resume this subscription first.');
    if (one.seats !== seen.seats) throw new Refusal('conflict', 'Its seats were changed meanwhile. Try again.');
    // What it used meanwhile is given back less; a wallet is asked for no more than it was found to have.
    const back = await unused(db, deps, one);
    if (back < expected) throw new Refusal('conflict', 'It was used meanwhile. Try again.');
    await closeAllowance(db, deps, one, now);
    const given = { amount: back, termNumber: one.termNumber, actor: who.actor, note: termsOf(one).name };
    const paidBack = await postFor(db, deps, one, given);
    const begun = await beginTerm(
      db,
      deps,
      {
        ...paidBack,
        planId: plan.id,
        terms: plan.terms,
        group: inputOf(plan).group ?? undefined,
        state: 'active',
        anchorAt: now,
        anchorTerms: 0,
        termNumber: one.termNumber + 1,
        termStartsAt: now,
        termEndsAt: termEnd(terms, now, 0),
        cancelAtEnd: false,
        nextPlanId: undefined,
        graceUntil: undefined,
      },
      { price: terms.price, actor: who.actor },
    );
    const saved = await save(db, deps, begun);
    await audit(db, deps, who, one, saved, 'switch');
    return saved;
  };
  const price = net > 0n ? net : 0n;
  let switched = await withWallet(deps, seen.userId, price, switching);
  // What the wallet lacks the card pays; it is credit, also when nothing comes of the switch.
  if (switched === 'short' && (await chargeDifference(deps, seen, plan, price)))
    switched = await withWallet(deps, seen.userId, price, switching);
  if (switched === 'short')
    throw new Refusal('insufficient_balance', 'The wallet does not have the difference. Top it up first.');
  deps.jobs.wake();
  return switched.done;
}

/**
 * What another number of seats would cost, in nano-dollars: `now` is what adding them takes at once (0 where they do not become
 * more), `term` what the next term takes, undefined where there is none.
 */
export async function quoteSeats(
  deps: SubscriptionDeps,
  who: Who,
  id: string,
  asked: number | undefined,
): Promise<{ readonly now: bigint; readonly term: bigint | undefined }> {
  const one = await mustFind(deps, who, id);
  if (one.seats === undefined) throw noSeats();
  const seats = asked ?? one.nextSeats ?? one.seats;
  return {
    now: seats > one.seats ? priceOfSeats(one, seats, deps.now()) : 0n,
    term: await priceOfNextTerm(deps.database.db, { ...one, nextSeats: seats }),
  };
}

const noSeats = (): Refusal => new Refusal('conflict', 'This plan is not sold by the seat.', { param: 'seats' });

/** More seats from now on, whose share of the term is paid for at once. */
async function addSeats(
  deps: SubscriptionDeps,
  who: Who,
  seen: StoredSubscription,
  seats: number,
): Promise<StoredSubscription> {
  if (seen.seats === undefined) throw noSeats();
  const price = priceOfSeats(seen, seats, deps.now());
  const added = await withWallet(deps, seen.userId, price, async (db) => {
    const one = await lockRunning(db, seen.id);
    if (one.seats !== seen.seats || one.termNumber !== seen.termNumber || one.state !== seen.state)
      throw new Refusal('conflict', 'It was changed meanwhile. Try again.');
    const saved = await save(db, deps, await raiseSeats(db, deps, one, { seats, price, actor: who.actor }));
    await audit(db, deps, who, one, saved, 'add-seats');
    return saved;
  });
  if (added === 'short')
    throw new Refusal('insufficient_balance', 'The wallet does not have the price of these seats. Pay in first.');
  deps.jobs.wake();
  return added.done;
}

/** Charges the card of a subscription for another plan; false when there is none, or it was refused. */
async function chargeDifference(
  deps: SubscriptionDeps,
  one: StoredSubscription,
  plan: StoredPlan,
  price: bigint,
): Promise<boolean> {
  if (one.card === undefined || deps.cards === undefined) return false;
  const key = `change ${one.id} ${one.termNumber} ${plan.id}`;
  const charged = await deps.cards.charge(one, { price, cause: 'plan_change', key, restMs: 0 });
  if (charged === 'open') throw new Refusal('conflict', 'Its payment is under way. Try again in a moment.');
  return charged === 'paid';
}

/** What is given back of the price of the term that runs, or stands still since it was paused. */
async function unused(
  db: Parameters<typeof subscriptionRepository.find>[0],
  deps: SubscriptionDeps,
  one: StoredSubscription,
): Promise<bigint> {
  if (one.state !== 'active' && one.state !== 'paused') return 0n;
  const price = await subscriptionRepository.priceOfTerm(db, one.id, one.termNumber);
  const allowance = await allowanceRepository.findByNumber(db, one.id, one.allowances);
  const used = allowance && (await allowanceRepository.used(db, [allowance.meterId])).get(allowance.meterId);
  return unusedPrice(
    price,
    { startsAt: one.termStartsAt, endsAt: one.termEndsAt, now: one.pausedAt ?? deps.now() },
    allowance && used && { granted: allowance.granted, spent: used.spent },
  );
}

/** Ends a subscription now. */
export async function endSubscription(deps: SubscriptionDeps, who: Who, id: string): Promise<StoredSubscription> {
  await mustFind(deps, who, id);
  const ended = await deps.database.transact(async (db) => {
    const one = await lockRunning(db, id);
    const after = await endAt(db, deps, one, deps.now());
    await audit(db, deps, who, one, after, 'end');
    return after;
  });
  deps.jobs.wake();
  return ended;
}

/** Ends a subscription whose order was taken back, and gives the wallet what was not used of it. */
export async function endForRefund(
  db: Transact,
  deps: SubscriptionDeps,
  orderId: string,
  actor: string,
): Promise<void> {
  const found = await subscriptionRepository.findByOrder(db, orderId);
  const one = found && (await subscriptionRepository.lock(db, found.id));
  if (one === undefined || one.state === 'ended') return;
  // Of terms that were paid for later, out of the wallet, nothing is due to the order.
  const back = await unused(db, deps, one);
  const note = termsOf(one).name;
  const paidBack = await postFor(db, deps, one, { amount: back, termNumber: one.termNumber, actor, note });
  await endAt(db, deps, paidBack, deps.now());
}

async function mustFind(deps: SubscriptionDeps, who: Who, id: string): Promise<StoredSubscription> {
  const one = await subscriptionRepository.find(deps.database.db, id);
  if (one === undefined || (who.userId !== undefined && one.userId !== who.userId))
    throw new Refusal('not_found', 'There is no such subscription.');
  return one;
}

async function lockRunning(db: Transact, id: string): Promise<StoredSubscription> {
  const one = await subscriptionRepository.lock(db, id);
  if (one === undefined || one.state === 'ended') throw new Refusal('conflict', 'This subscription has ended.');
  return one;
}

async function audit(
  db: Transact,
  deps: SubscriptionDeps,
  who: Who,
  before: StoredSubscription,
  after: StoredSubscription,
  action: string,
): Promise<void> {
  const told = ({ state, planId, cancelAtEnd, nextPlanId, termEndsAt, seats, nextSeats }: StoredSubscription) => ({
    state,
    planId,
    cancelAtEnd,
    nextPlanId: nextPlanId ?? null,
    termEndsAt,
    ...(seats !== undefined && { seats, nextSeats: nextSeats ?? null }),
  });
  await auditRepository.append(db, {
    at: deps.now(),
    actor: who.actor,
    action: `subscription.${action}`,
    subject: `subscription:${before.id}`,
    before: told(before),
    after: told(after),
  });
}
