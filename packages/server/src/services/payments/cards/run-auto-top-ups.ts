import { z } from 'zod';
import { every } from '../../../domain/job.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { Db } from '../../../store/database.ts';
import { meterStatus } from '../../../store/ledger/meters.ts';
import { autoTopUpRepository, payerRepository, type AutoTopUp } from '../../../store/payments/cards.ts';
import type { StoredOrder } from '../../../store/payments/orders.ts';
import { userRepository, type User } from '../../../store/users.ts';
import { jobHandler, jobKind, type JobHandler } from '../../jobs/job-kind.ts';
import { salesOpen } from '../../sales/sale-terms.ts';
import type { Transact } from '../../subscriptions/deps.ts';
import { tariffOf } from '../buy.ts';
import { openMethod, type OpenMethod } from '../open-method.ts';
import type { PaymentDeps } from '../payment-deps.ts';
import { boughtThisMonth } from './auto-top-up.ts';
import { addCardOrder } from './card-orders.ts';
import { chargeCard } from './charge-card.ts';
import { stopAutoTopUp } from './stop-auto-top-up.ts';

const runKind = jobKind({
  name: 'payments.auto-top-up',
  payload: z.strictObject({}),
  schedule: every(30_000),
  deadlineMs: 5 * 60_000,
});

const pageRows = 200;

/** Looks for wallets that are low, and tops them up one after the other. */
export const autoTopUpJobs = (deps: PaymentDeps): readonly JobHandler[] => [
  jobHandler(runKind, async (_, { signal }) => {
    for (let after = ''; ;) {
      const low = await autoTopUpRepository.low(deps.database.db, after, pageRows);
      // What cannot be reached now is tried again: its order has a job of its own.
      for (const userId of low) {
        signal.throwIfAborted();
        await topUpLow(deps, userId).catch(() => undefined);
      }
      const last = low.at(-1);
      if (last === undefined || low.length < pageRows) return undefined;
      after = last;
    }
  }),
];

/**
 * Tops up the wallet of a user if it is low: an order is written, under the lock of what its owner set, and only then is the
 * card charged. One that is not paid yet is waited for, so that no low wallet is topped up twice.
 */
export async function topUpLow(deps: PaymentDeps, userId: string): Promise<StoredOrder | undefined> {
  const { db } = deps.database;
  const one = await autoTopUpRepository.find(db, userId);
  const user = await userRepository.find(db, userId);
  if (one === undefined || user === undefined || !user.enabled || !(await isDue(deps, user, one))) return undefined;
  if (!(await salesOpen(db))) return undefined;
  const open = await openMethod(deps, db, one.methodId);
  const payer = await payerRepository.find(db, one.methodId, userId);
  if (open === undefined || !open.method.enabled || open.adapter.cards === undefined || payer === undefined) {
    await deps.database.transact(
      async (transaction) =>
        await stopAutoTopUp(transaction, deps, userId, { reason: 'its payment method is gone', tell: true }),
    );
    return undefined;
  }
  const order = await deps.database.transact(
    async (transaction) => await beginTopUp(transaction, deps, open, { user, payer }),
  );
  if (order === undefined) return undefined;
  deps.fault?.('charge:after-insert');
  return await chargeCard(deps, order);
}

/** Whether a wallet is low, nothing is being paid for it, and the bound of the month is not reached. */
async function isDue(
  deps: PaymentDeps,
  user: Pick<User, 'id' | 'timeZone'>,
  one: AutoTopUp,
  db: Db = deps.database.db,
): Promise<boolean> {
  if (!one.enabled) return false;
  const wallet = (await meterStatus({ db }, [one.account])).get(one.account);
  if ((wallet?.remaining ?? 0n) >= one.below) return false;
  const { credit, open } = await boughtThisMonth(db, deps, user);
  return !open && credit + one.amount <= one.monthly;
}

async function beginTopUp(
  db: Transact,
  deps: PaymentDeps,
  open: OpenMethod,
  { user, payer }: { readonly user: User; readonly payer: string },
): Promise<StoredOrder | undefined> {
  const one = await autoTopUpRepository.lock(db, user.id);
  // Another was here meanwhile, or its owner.
  if (one === undefined || one.methodId !== open.method.id || !(await isDue(deps, user, one, db))) return undefined;
  const runs = one.runs + 1;
  try {
    const order = await addCardOrder(db, deps, open, {
      user,
      credit: one.amount,
      // No buyer's own key has a space in it.
      clientKey: `auto ${runs}`,
      card: { payer, id: one.cardId },
      cause: 'auto_top_up',
      tariff: tariffOf(open, undefined),
    });
    await autoTopUpRepository.update(db, { ...one, runs });
    return order;
  } catch (error) {
    // The method does not sell this amount any more.
    if (!(error instanceof Refusal)) throw error;
    await stopAutoTopUp(db, deps, user.id, { reason: error.message, tell: true });
    return undefined;
  }
}
