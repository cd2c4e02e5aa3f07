import { z } from 'zod';
import { allowanceMeter } from '../../domain/meters.ts';
import { allowanceEnd, type PlanTerms } from '../../domain/subscription.ts';
import { lockMeter, recallFrom } from '../../store/ledger/leases.ts';
import { postCreditIn } from '../../store/ledger/journal.ts';
import { allowanceRepository, type StoredAllowance } from '../../store/subscriptions/allowances.ts';
import type { StoredSubscription } from '../../store/subscriptions/subscriptions.ts';
import { subscriptionRepository } from '../../store/subscriptions/subscriptions.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import type { SubscriptionDeps, Transact } from './deps.ts';
import { termsOf } from './terms.ts';

/** Looks after what is left of an allowance whose time is over, until nothing of it is set aside any more. */
const sweepKind = jobKind({
  name: 'allowances.sweep',
  payload: z.strictObject({ allowanceId: z.string() }),
  backOff: { firstMs: 2000, maxMs: 600_000 },
  maxAttempts: 1000,
});

/** Requests that began within an allowance's time may go on for a while. */
const afterEndMs = 1000;
const soonMs = 2000;
const laterMs = 60_000;

/** Gives a subscription its next allowance, from a moment on. Returns the subscription as it is then, to be written. */
export async function openAllowance(
  db: Transact,
  deps: SubscriptionDeps,
  one: StoredSubscription,
  terms: PlanTerms,
  startsAt: number,
): Promise<{ readonly subscription: StoredSubscription; readonly allowance: StoredAllowance }> {
  const now = deps.now();
  const number = one.allowances + 1;
  const id = `alw_${deps.newId()}`;
  const from = Math.max(startsAt, Math.min(now, one.termEndsAt - 1));
  const allowance: StoredAllowance = {
    id,
    subscriptionId: one.id,
    number,
    userId: one.userId,
    meterId: allowanceMeter(id),
    unit: terms.unit,
    granted: terms.amount,
    startsAt,
    endsAt: allowanceEnd(terms, from, one),
    state: 'open',
    sweeps: 0,
    createdAt: now,
  };
  await allowanceRepository.insert(db, allowance);
  if (terms.unit === 'money')
    await postCreditIn(db, deps.database.kind, {
      transactionId: `tx_${deps.newId()}`,
      account: allowance.meterId,
      amount: terms.amount,
      kind: 'allowance',
      note: terms.name,
      idempotencyKey: `allowance:${id}`,
      actor: `subscription:${one.id}`,
      at: now,
    });
  else await allowanceRepository.insertCountedMeter(db, allowance);
  await allowanceRepository.dateMeter(db, allowance.meterId, startsAt, allowance.endsAt);
  await deps.jobs.addWithin(db, sweepKind, { allowanceId: id }, { runAt: allowance.endsAt + afterEndMs });
  return { subscription: { ...one, allowances: number }, allowance };
}

/** The allowance that counts now, or counted last. */
export const lastAllowance = async (db: Transact, one: StoredSubscription): Promise<StoredAllowance | undefined> =>
  await allowanceRepository.findByNumber(db, one.id, one.allowances);

/** Ends the allowance that counts before its time. */
export async function closeAllowance(
  db: Transact,
  deps: SubscriptionDeps,
  one: StoredSubscription,
  at: number,
): Promise<void> {
  const last = await lastAllowance(db, one);
  if (last === undefined || last.state === 'closed') return;
  if (last.endsAt > at) await allowanceRepository.update(db, last.id, { endsAt: at });
  // Also where its time was over: what is paused was not swept then.
  await deps.jobs.addWithin(db, sweepKind, { allowanceId: last.id }, { runAt: at + afterEndMs });
}

/** Lets an allowance end later: its subscription was paused meanwhile. */
export async function extendAllowance(db: Transact, deps: SubscriptionDeps, last: StoredAllowance, endsAt: number) {
  await allowanceRepository.update(db, last.id, { endsAt });
  await allowanceRepository.dateMeter(db, last.meterId, last.startsAt, endsAt);
  await deps.jobs.addWithin(db, sweepKind, { allowanceId: last.id }, { runAt: endsAt + afterEndMs });
}

/**
 * What nobody has set aside of an allowance that is over expires, or goes on into the next one. Undefined when nothing is left to be done;
 * else when to look again.
 */
export async function sweepAllowance(deps: SubscriptionDeps, id: string): Promise<number | undefined> {
  const { database } = deps;
  return await database.transact(async (db) => {
    const seen = await allowanceRepository.find(db, id);
    if (seen === undefined) return undefined;
    const meter = await lockMeter(db, database.kind, seen.meterId);
    // Read again under the lock: another may have swept it since.
    const allowance = (await allowanceRepository.find(db, id)) ?? seen;
    const now = deps.now();
    const subscription = await subscriptionRepository.find(db, allowance.subscriptionId);
    if (allowance.state === 'closed' || subscription === undefined || meter === undefined) return undefined;
    if (subscription.state === 'paused') return undefined;
    if (allowance.endsAt > now) return allowance.endsAt + afterEndMs;
    const left = meter.left ?? 0n;
    if (left > 0n) await passOn(db, deps, allowance, subscription, left);
    // What is neither spent nor gone now is leased, or reserved for a job.
    const used = (await allowanceRepository.used(db, [allowance.meterId])).get(allowance.meterId);
    const outstanding = meter.leased > 0n || (used !== undefined && used.limit > used.spent);
    if (meter.leased > 0n) await recallFrom(db, database.kind, allowance.meterId, now);
    if (!outstanding) await allowanceRepository.update(db, id, { state: 'closed' });
    deps.cut?.('sweep:before-commit');
    return outstanding ? now + (now - allowance.endsAt < laterMs ? soonMs : laterMs) : undefined;
  });
}

/** Out of the allowance: into the next one as far as its plan lets it, the rest to where it came from. */
async function passOn(
  db: Transact,
  deps: SubscriptionDeps,
  allowance: StoredAllowance,
  subscription: StoredSubscription,
  left: bigint,
): Promise<void> {
  const next = await allowanceRepository.findByNumber(db, allowance.subscriptionId, allowance.number + 1);
  const terms = termsOf(subscription);
  const room =
    terms.rollover && next?.state === 'open' && next.unit === allowance.unit ? 2n * terms.amount - next.granted : 0n;
  const rolled = room <= 0n ? 0n : left < room ? left : room;
  const sweeps = allowance.sweeps + 1;
  if (next !== undefined && rolled > 0n)
    await allowanceRepository.update(db, next.id, { granted: next.granted + rolled });
  await allowanceRepository.update(db, allowance.id, { sweeps });
  if (allowance.unit !== 'money') {
    await allowanceRepository.raiseMeter(db, allowance.meterId, -left);
    if (next !== undefined && rolled > 0n) await allowanceRepository.raiseMeter(db, next.meterId, rolled);
    return;
  }
  const post = async (account: string, amount: bigint, kind: 'transfer' | 'expiry', key: string): Promise<void> => {
    if (amount === 0n) return;
    await postCreditIn(db, deps.database.kind, {
      transactionId: `tx_${deps.newId()}`,
      account,
      amount,
      kind,
      note: terms.name,
      idempotencyKey: `allowance:${allowance.id}:${sweeps}:${key}`,
      actor: `subscription:${subscription.id}`,
      at: deps.now(),
    });
  };
  await post(allowance.meterId, -rolled, 'transfer', 'out');
  if (next !== undefined) await post(next.meterId, rolled, 'transfer', 'in');
  await post(allowance.meterId, -(left - rolled), 'expiry', 'rest');
}

export const allowanceJobs = (deps: SubscriptionDeps): readonly JobHandler[] => [
  jobHandler(sweepKind, async ({ allowanceId }) => {
    const runAt = await sweepAllowance(deps, allowanceId);
    return runAt === undefined ? undefined : { runAt };
  }),
];
