import { z } from 'zod';
import { every } from '../../domain/job.ts';
import { paymentCallbackRepository } from '../../store/payments/callbacks.ts';
import { paymentMethodRepository } from '../../store/payments/methods.ts';
import { orderRepository, type StoredOrder } from '../../store/payments/orders.ts';
import { codeRepository } from '../../store/sales/codes.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import { applyPayment, type Heard } from './apply-payment.ts';
import type { OrderRef } from './adapter.ts';
import { openMethod, openStored, type OpenMethod } from './open-method.ts';
import { chargeCard } from './cards/charge-card.ts';
import type { PaymentDeps } from './payment-deps.ts';

/** A lost webhook loses nothing: who has not heard of a payment asks. */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** An order is asked after for so long after its time: some ways to pay take days. */
const patienceMs = 7 * dayMs;

export const lookKind = jobKind({
  name: 'payments.look',
  payload: z.strictObject({ orderId: z.string() }),
  atOnce: 4,
  deadlineMs: 60_000,
  backOff: { firstMs: 15_000, maxMs: hourMs },
  maxAttempts: 200,
});

const sweepKind = jobKind({
  name: 'payments.sweep',
  payload: z.strictObject({}),
  schedule: every(15 * 60_000),
  deadlineMs: 10 * 60_000,
});

/** Seldom and more seldom: every few seconds while the buyer waits, every hour when it takes days. */
const nextLook = (order: StoredOrder, now: number): number =>
  now + Math.min(hourMs, Math.max(5000, Math.floor((now - order.createdAt) / 8)));

/** Refunds and disputes that nobody told of are looked for as well: after a day, then ever more seldom, for so long. */
const watchMs = 120 * dayMs;

/** When a credited order is asked after again; undefined for never. Not all providers, asked, know that a dispute is open. */
function watchAgain({ state, paidAt = 0 }: StoredOrder, now: number): { readonly runAt: number } | undefined {
  const age = now - paidAt;
  if (state !== 'credited' || age > watchMs) return undefined;
  return { runAt: now + Math.min(7 * dayMs, Math.max(dayMs, Math.floor(age / 4))) };
}

/** Asks the provider what became of an order, and takes that. Undefined when there is nothing to ask. */
export async function lookAt(deps: PaymentDeps, order: StoredOrder, heard: Heard): Promise<StoredOrder | undefined> {
  const open = await openMethod(deps, deps.database.db, order.methodId);
  const payment = await open?.adapter.fetchBack?.(open.context, order);
  if (payment === undefined) return undefined;
  return (await applyPayment(deps, order.id, payment, heard)).order;
}

/** An order of this method by what a provider calls it: by the provider's own id first, else by ours, never another method's. */
export async function findOrder(
  deps: Pick<PaymentDeps, 'database'>,
  { method }: OpenMethod,
  { reference, orderId }: OrderRef,
): Promise<StoredOrder | undefined> {
  const { db } = deps.database;
  const known = reference === undefined ? undefined : await orderRepository.findByReference(db, method.id, reference);
  const order = known ?? (orderId === undefined ? undefined : await orderRepository.find(db, orderId));
  if (order === undefined || order.methodId !== method.id) return undefined;
  if (orderId !== undefined && order.id !== orderId) return undefined;
  if (reference !== undefined && order.reference !== undefined && order.reference !== reference) return undefined;
  return order;
}

/** The jobs of payments: looking after each order, and finding what nobody told of. */
export const paymentJobs = (deps: PaymentDeps): readonly JobHandler[] => [
  jobHandler(lookKind, async ({ orderId }) => {
    const order = await orderRepository.find(deps.database.db, orderId);
    const now = deps.now();
    if (order === undefined || !(isOpen(order) || watchAgain(order, now) !== undefined)) return undefined;
    const seen = await (isUncharged(order) ? chargeCard(deps, order) : lookAt(deps, order, polled(order)));
    if (seen !== undefined && !isOpen(seen)) return watchAgain(seen, now);
    if (!isOpen(order)) return undefined;
    if (now < order.expiresAt) return { runAt: nextLook(order, now) };
    // Nobody can be asked about it: a person may still say that the money came.
    if (seen === undefined) await expire(deps, order);
    return now < order.expiresAt + patienceMs && seen !== undefined ? { runAt: nextLook(order, now) } : undefined;
  }),
  jobHandler(sweepKind, async (_, { signal }) => {
    for (const method of await paymentMethodRepository.all(deps.database.db)) {
      signal.throwIfAborted();
      await sweep(deps, await openStored(deps, method));
    }
    await paymentCallbackRepository.prune(
      deps.database.db,
      deps.now() - deps.snapshot().settings.log.callbackDays * dayMs,
    );
    // Tries of codes are counted by quarters of an hour; those of yesterday count for nothing.
    await codeRepository.pruneTries(deps.database.db, Math.floor((deps.now() - dayMs) / (15 * 60_000)));
    return undefined;
  }),
];

/** Whoever wrote it died before its card was charged, or before that was written down. */
const isUncharged = ({ state, card }: StoredOrder): boolean => state === 'created' && card !== undefined;

const isOpen = ({ state }: StoredOrder): boolean => state === 'created' || state === 'pending';

const polled = ({ provider }: StoredOrder): Heard => ({ source: 'poll', actor: `payment:${provider}`, address: '' });

async function expire(deps: PaymentDeps, order: StoredOrder): Promise<void> {
  const { amount, currency, reference = '' } = order;
  const payment = { status: 'expired', amount, currency, refunded: 0n, reference } as const;
  await applyPayment(deps, order.id, payment, { ...polled(order), note: 'its time is up' });
}

/** Payments of the last day that a provider knows of and we have not heard of. */
async function sweep(deps: PaymentDeps, open: OpenMethod | undefined): Promise<void> {
  if (open?.adapter.listSince === undefined) return;
  for (const { about, payment } of await open.adapter.listSince(open.context, deps.now() - dayMs)) {
    const order = await findOrder(deps, open, about);
    if (order !== undefined && (isOpen(order) || order.state === 'expired' || order.state === 'failed'))
      await applyPayment(deps, order.id, payment, polled(order));
  }
}
