import { z } from 'zod';
import { addCalendar } from '../../domain/calendar.ts';
import { termEnd, type PlanTerms } from '../../domain/subscription.ts';
import type { Db } from '../../store/database.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { planRepository } from '../../store/subscriptions/plans.ts';
import { subscriptionRepository, type StoredSubscription } from '../../store/subscriptions/subscriptions.ts';
import { teamRepository } from '../../store/teams.ts';
import { userRepository } from '../../store/users.ts';
import { tellWithin } from '../notices/notices.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import { allowanceJobs, closeAllowance, lastAllowance, openAllowance } from './allowances.ts';
import type { SubscriptionDeps, Transact } from './deps.ts';
import { postFor, withWallet } from './pay.ts';
import { inputOf, termsOf } from './terms.ts';

/** A job for each moment at which something of a subscription is due. One whose moment has been put off does nothing. */
const advanceKind = jobKind({
  name: 'subscriptions.advance',
  payload: z.strictObject({ subscriptionId: z.string(), at: z.number() }),
  backOff: { firstMs: 2000, maxMs: 600_000 },
  maxAttempts: 1000,
});

/** How often the money for the next term is looked for. */
const retryMs = 3_600_000;
/** More terms and allowances than these are not made up for at once. */
const maxSteps = 100;

const system = 'system:subscriptions';

/** Writes a subscription with its next moment, the job for that, and the news for gateways. */
export async function save(
  db: Transact,
  deps: SubscriptionDeps,
  one: StoredSubscription,
  isNew = false,
): Promise<StoredSubscription> {
  const nextAt = await nextMoment(db, deps, one);
  const after = { ...one, nextAt, updatedAt: deps.now() };
  await (isNew ? subscriptionRepository.insert(db, after) : subscriptionRepository.update(db, after));
  if (nextAt !== undefined)
    await deps.jobs.addWithin(db, advanceKind, { subscriptionId: one.id, at: nextAt }, { runAt: nextAt });
  await changeRepository.append(db, one.seats === undefined ? 'user' : 'team', one.userId, deps.now());
  return after;
}

async function nextMoment(db: Transact, deps: SubscriptionDeps, one: StoredSubscription): Promise<number | undefined> {
  switch (one.state) {
    case 'ended':
    case 'paused':
      return undefined;
    case 'past_due':
      return Math.min(deps.now() + retryMs, one.graceUntil ?? Infinity);
    case 'trialing':
    case 'active':
      return Math.min(one.termEndsAt, (await lastAllowance(db, one))?.endsAt ?? Infinity);
  }
}

/** Begins a term that is paid for: the price is taken, and its allowance given. `one` says when it begins and ends. */
export async function beginTerm(
  db: Transact,
  deps: SubscriptionDeps,
  one: StoredSubscription,
  { price, actor }: { readonly price: bigint; readonly actor: string },
): Promise<StoredSubscription> {
  const terms = termsOf(one);
  await subscriptionRepository.insertTerm(db, {
    subscriptionId: one.id,
    number: one.termNumber,
    startsAt: one.termStartsAt,
    endsAt: one.termEndsAt,
    price,
  });
  const movement = { amount: -price, termNumber: one.termNumber, actor, note: terms.name };
  const paid = await postFor(db, deps, one, movement);
  return await giveAllowance(db, deps, paid, terms);
}

/** The next allowance, unless one counts that is not over. */
async function giveAllowance(
  db: Transact,
  deps: SubscriptionDeps,
  one: StoredSubscription,
  terms: PlanTerms,
): Promise<StoredSubscription> {
  const last = await lastAllowance(db, one);
  if (last !== undefined && last.endsAt > one.termStartsAt && last.endsAt > deps.now()) return one;
  const startsAt = Math.max(last?.endsAt ?? 0, one.termStartsAt);
  return (await openAllowance(db, deps, one, terms, startsAt)).subscription;
}

/** Ends a subscription at a moment; what is left of its allowance goes. */
export async function endAt(
  db: Transact,
  deps: SubscriptionDeps,
  one: StoredSubscription,
  at: number,
): Promise<StoredSubscription> {
  await closeAllowance(db, deps, one, at);
  return await save(db, deps, { ...one, state: 'ended', endedAt: at, pausedAt: undefined, graceUntil: undefined });
}

/** Does what is due of a subscription by now, step by step, each in a transaction of its own. */
export async function advance(deps: SubscriptionDeps, id: string): Promise<void> {
  for (let steps = 0; steps < maxSteps; steps += 1) if (!(await advanceOnce(deps, id))) return;
}

/** One step; false when nothing is due. */
async function advanceOnce(deps: SubscriptionDeps, id: string): Promise<boolean> {
  const seen = await subscriptionRepository.find(deps.database.db, id);
  if (seen === undefined || !isRunning(seen)) return false;
  if (deps.now() < seen.termEndsAt) return seen.state === 'past_due' ? false : await refill(deps, id);
  const next = await nextTerm(deps, deps.database.db, seen);
  if (next === undefined) return await endNow(deps, seen);
  // Who is kept out pays for nothing; whoever comes back within the grace goes on.
  if (!(await mayPay(deps.database.db, seen))) return await fallDue(deps, seen, { tell: false });
  const charged = await chargeForTerm(deps, seen, next.price);
  // The term has begun with the payment; or look again why it has not.
  if (charged === 'paid' && (await subscriptionRepository.find(deps.database.db, id))?.termNumber !== seen.termNumber)
    return true;
  if (charged === 'open') return await fallDue(deps, seen, { tell: false });
  const renewed = await withWallet(deps, seen.userId, next.price, async (db) => {
    const one = await subscriptionRepository.lock(db, id);
    // Somebody was here meanwhile: look again.
    if (one !== undefined && same(one, seen)) await beginNext(db, deps, one, next);
  });
  return renewed === 'short' ? await fallDue(deps, seen, { tell: true }) : true;
}

/** Whether a person is let in, or a team is there. */
async function mayPay(db: Db, { userId, seats }: StoredSubscription): Promise<boolean> {
  if (seats !== undefined) return (await teamRepository.find(db, userId)) !== undefined;
  return (await userRepository.find(db, userId))?.enabled === true;
}

/** A card that was refused is tried again each day of the grace. */
const cardRestMs = 20 * 3_600_000;

/** Charges the card that pays for the next term, where one does. */
async function chargeForTerm(
  deps: SubscriptionDeps,
  one: StoredSubscription,
  price: bigint,
): Promise<'paid' | 'open' | 'failed' | 'none'> {
  if (one.card === undefined || price <= 0n || deps.cards === undefined) return 'none';
  const key = `renewal ${one.id} ${one.termNumber + 1}`;
  return await deps.cards.charge(one, { price, cause: 'renewal', key, restMs: cardRestMs });
}

/**
 * Begins the next term with the credit of an order that was paid for it, in the transaction in which that is credited. When it
 * cannot (it was renewed otherwise meanwhile, ended, or the wallet owed something), the price stays as credit; answers why.
 */
export async function renewByOrder(
  db: Transact,
  deps: SubscriptionDeps,
  order: { readonly id: string; readonly subscriptionId: string },
  left: bigint,
): Promise<string | undefined> {
  const one = await subscriptionRepository.lock(db, order.subscriptionId);
  if (one === undefined || !isRunning(one) || deps.now() < one.termEndsAt)
    return 'the subscription was renewed otherwise, or goes on no more: its price is credit';
  const next = await nextTerm(deps, db, one);
  if (next === undefined) return 'the subscription ends: its price is credit';
  if (left < next.price) return 'the wallet owed money: the price of the plan is credit';
  await beginNext(db, deps, one, { ...next, subscription: { ...next.subscription, orderId: order.id } });
  return undefined;
}

/** Begins the next term of a subscription that is locked, in a transaction in which the wallet has its price. */
async function beginNext(
  db: Transact,
  deps: SubscriptionDeps,
  one: StoredSubscription,
  next: { readonly subscription: StoredSubscription; readonly price: bigint },
): Promise<void> {
  // Other terms, another allowance: what is left of the old one does not go on.
  if (next.subscription.terms !== one.terms) await closeAllowance(db, deps, one, next.subscription.termStartsAt);
  const begun = await beginTerm(db, deps, { ...next.subscription, postings: one.postings }, { ...next, actor: system });
  await save(db, deps, begun);
  deps.cut?.('renew:before-commit');
}

const isRunning = ({ state }: StoredSubscription): boolean => state !== 'ended' && state !== 'paused';

const same = (one: StoredSubscription, seen: StoredSubscription): boolean =>
  one.termNumber === seen.termNumber && one.state === seen.state && one.termEndsAt === seen.termEndsAt;

/** What the next term is by: its plan as this is sold now, its seats and its terms; undefined when there is none. */
async function basisOfNext(db: Db, one: StoredSubscription) {
  if (one.cancelAtEnd) return undefined;
  const plan = await planRepository.find(db, one.nextPlanId ?? one.planId);
  // What is sold no more goes on for those who have it; another plan must still be there.
  if (plan === undefined || (one.nextPlanId !== undefined && !plan.enabled)) return undefined;
  // A plan may be sold otherwise by now: who has seats keeps them.
  const seats = one.nextSeats ?? one.seats;
  return { plan, seats, terms: termsOf({ terms: plan.terms, seats }) };
}

/** What the next term costs, in nano-dollars, as things are; undefined when there is none. */
export const priceOfNextTerm = async (db: Db, one: StoredSubscription): Promise<bigint | undefined> =>
  (await basisOfNext(db, one))?.terms.price;

/** The subscription in its next term, and what that costs; undefined when there is none. */
async function nextTerm(
  deps: SubscriptionDeps,
  db: Db,
  one: StoredSubscription,
): Promise<{ readonly subscription: StoredSubscription; readonly price: bigint } | undefined> {
  const basis = await basisOfNext(db, one);
  if (basis === undefined) return undefined;
  const { plan, seats, terms } = basis;
  const wasLeft = deps.now() >= termEnd(terms, one.termEndsAt, 0);
  const startsAnew =
    one.state === 'trialing' || one.nextPlanId !== undefined || wasLeft || !sameRhythm(terms, termsOf(one));
  // Nobody pays for a term that went by while no gateway ran.
  const startsAt = wasLeft ? deps.now() : one.termEndsAt;
  const anchorAt = startsAnew ? startsAt : one.anchorAt;
  const anchorTerms = startsAnew ? 0 : one.anchorTerms + 1;
  return {
    price: terms.price,
    subscription: {
      ...one,
      planId: plan.id,
      terms: plan.terms,
      group: inputOf(plan).group ?? undefined,
      state: 'active',
      nextPlanId: undefined,
      seats,
      nextSeats: undefined,
      graceUntil: undefined,
      anchorAt,
      anchorTerms,
      termNumber: one.termNumber + 1,
      termStartsAt: startsAt,
      termEndsAt: termEnd(terms, anchorAt, anchorTerms),
    },
  };
}

const sameRhythm = (a: PlanTerms, b: PlanTerms): boolean =>
  a.interval === b.interval && a.intervalCount === b.intervalCount && a.timeZone === b.timeZone;

async function endNow(deps: SubscriptionDeps, seen: StoredSubscription): Promise<boolean> {
  await deps.database.transact(async (db) => {
    const one = await subscriptionRepository.lock(db, seen.id);
    if (one !== undefined && same(one, seen)) await endAt(db, deps, one, Math.min(one.termEndsAt, deps.now()));
  });
  return true;
}

/** The money is not there: grace, and after it the end. */
async function fallDue(
  deps: SubscriptionDeps,
  seen: StoredSubscription,
  { tell }: { readonly tell: boolean },
): Promise<boolean> {
  await deps.database.transact(async (db) => {
    const one = await subscriptionRepository.lock(db, seen.id);
    if (one === undefined || !same(one, seen)) return;
    const { graceDays, timeZone } = termsOf(one);
    const graceUntil = one.graceUntil ?? addCalendar(one.termEndsAt, 'day', graceDays, timeZone);
    const isOver = deps.now() >= graceUntil;
    if (isOver) await endAt(db, deps, one, graceUntil);
    else await save(db, deps, { ...one, state: 'past_due', graceUntil });
    if (!tell || (one.state === 'past_due' && !isOver)) return;
    const figure = new Date(graceUntil).toISOString().slice(0, 16).replace('T', ' ');
    const facts = { what: termsOf(one).name, figure: `${figure} UTC` };
    for (const userId of await toldOf(db, one))
      await tellWithin(deps.jobs, db, userId, { event: 'renewalFailed', facts });
  });
  return false;
}

/** Who is told of a subscription: its subscriber, or who looks after the money of the team. */
async function toldOf(db: Db, { userId, seats }: StoredSubscription): Promise<readonly string[]> {
  if (seats === undefined) return [userId];
  const members = await teamRepository.members(db, [userId]);
  return members.filter(({ role }) => role === 'owner' || role === 'billing').map((member) => member.userId);
}

/** The next allowance within a term; false when the one that counts is not over. */
async function refill(deps: SubscriptionDeps, id: string): Promise<boolean> {
  return await deps.database.transact(async (db) => {
    const one = await subscriptionRepository.lock(db, id);
    if (one === undefined || (one.state !== 'active' && one.state !== 'trialing')) return false;
    const last = await lastAllowance(db, one);
    if (last === undefined || last.endsAt > deps.now()) return false;
    const given = await openAllowance(db, deps, one, termsOf(one), last.endsAt);
    await save(db, deps, given.subscription);
    return true;
  });
}

export const subscriptionJobs = (deps: SubscriptionDeps): readonly JobHandler[] => [
  jobHandler(advanceKind, async ({ subscriptionId, at }) => {
    const one = await subscriptionRepository.find(deps.database.db, subscriptionId);
    // What was put off has a job of its own.
    if (one?.nextAt === at) await advance(deps, subscriptionId);
    return undefined;
  }),
  ...allowanceJobs(deps),
];
