import { creditLeft, formatMinor, judgePayment, type Payment, type Verdict } from '../../domain/payment.ts';
import { Refusal } from '../../domain/refusal.ts';
import { lockMeter } from '../../store/ledger/leases.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { postCreditIn } from '../../store/ledger/journal.ts';
import { paymentCallbackRepository, type PaymentCallback } from '../../store/payments/callbacks.ts';
import { orderRepository, type OrderChange, type StoredOrder } from '../../store/payments/orders.ts';
import { nanosToUsd } from '../accounts/people.ts';
import { labelOf } from './cards/saved-cards.ts';
import { stopAutoTopUp } from './cards/stop-auto-top-up.ts';
import { issueInvoices } from '../paper/issue-invoices.ts';
import { tellWithin } from '../notices/notices.ts';
import { renewByOrder } from '../subscriptions/advance.ts';
import { endForRefund } from '../subscriptions/change.ts';
import type { Transact } from '../subscriptions/deps.ts';
import { beginPlan } from './begin-plan.ts';
import type { PaymentDeps } from './payment-deps.ts';

/** How a payment was heard of. */
export type Heard = {
  readonly source: PaymentCallback['source'];
  /** As the books name who did it: `payment:<provider>` or `user:<id>`. */
  readonly actor: string;
  readonly address: string;
  /** Said beside what became of it. */
  readonly note?: string;
};

/**
 * The one place where a payment becomes credit, or takes it back: under the lock of its order, in one transaction with
 * the order's state and the note of what was heard. Saying the same again posts nothing.
 */
export async function applyPayment(
  deps: PaymentDeps,
  orderId: string,
  payment: Payment,
  heard: Heard,
): Promise<{ readonly order: StoredOrder; readonly outcome: PaymentCallback['outcome'] }> {
  const { database, fault } = deps;
  const at = deps.now();
  const applied = await database.transact(async (db) => {
    const before = await orderRepository.lock(db, orderId);
    if (before === undefined) throw new Refusal('not_found', 'There is no such order.');
    const verdict = judgePayment(before, payment);
    const moved = await moveCredit(db, deps, before, { verdict, actor: heard.actor, card: payment.card });
    fault?.('apply:after-posting');
    const change: OrderChange = {
      reference: before.reference ?? (payment.reference === '' ? undefined : payment.reference),
      state: verdict.state,
      held: verdict.held,
      taken: moved.taken,
      refunded: verdict.refunded,
      postings: moved.postings,
      tax: before.tax ?? payment.tax,
      next: verdict.state === 'created' || verdict.state === 'pending' ? before.next : undefined,
      paidAt: before.paidAt ?? (payment.status === 'paid' ? at : undefined),
      updatedAt: at,
    };
    const same =
      change.state === before.state &&
      change.refunded === before.refunded &&
      change.held === before.held &&
      change.postings === before.postings &&
      change.reference === before.reference;
    const outcome: PaymentCallback['outcome'] = verdict.held === undefined ? (same ? 'unchanged' : 'applied') : 'held';
    if (!same) {
      await orderRepository.update(db, orderId, change);
      const first = before.postings === 0 && change.postings > 0;
      await issueInvoices(db, deps, { ...before, ...change }, first);
      await stopIfGoneWrong(db, deps, before, { state: change.state, problem: payment.problem });
    }
    // Polls that find what is known already are no news.
    if (!(same && heard.source === 'poll'))
      await paymentCallbackRepository.insert(db, {
        id: `pc_${deps.newId()}`,
        methodId: before.methodId,
        orderId,
        source: heard.source,
        outcome,
        reason:
          verdict.held ??
          moved.unbegun ??
          heard.note ??
          payment.problem ??
          `${payment.status}: ${before.state} → ${verdict.state}`,
        address: heard.address,
        createdAt: at,
      });
    // Credited for the first time: not again, when a dispute is won.
    if (before.postings === 0 && verdict.state === 'credited')
      await tellWithin(deps.jobs, db, before.userId, {
        event: 'paymentCredited',
        facts: {
          what: `${formatMinor(before.amount, before.currency)} ${before.currency}`,
          figure: `$${nanosToUsd(before.credit)}`,
        },
      });
    fault?.('apply:before-commit');
    return { order: { ...before, ...change }, outcome };
  });
  fault?.('apply:after-commit');
  deps.jobs.wake();
  return applied;
}

/** A card that was refused is not tried again by itself, nor is credit bought anew that was just given back. */
async function stopIfGoneWrong(
  db: Transact,
  deps: PaymentDeps,
  before: StoredOrder,
  now: { readonly state: StoredOrder['state']; readonly problem: string | undefined },
): Promise<void> {
  if (now.state === before.state) return;
  if (now.state === 'refunded' || now.state === 'disputed')
    await stopAutoTopUp(db, deps, before.userId, { reason: `a payment was ${now.state}`, tell: true });
  if (before.cause === 'auto_top_up' && (now.state === 'failed' || now.state === 'expired'))
    await stopAutoTopUp(db, deps, before.userId, { reason: now.problem ?? `the payment ${now.state}`, tell: true });
}

type Moved = Pick<StoredOrder, 'taken' | 'postings'> & {
  /** Why the plan of the order did not begin with it. */
  readonly unbegun?: string | undefined;
};

/** Moves the credit of an order to where it is due; its plan begins with the credit, and ends before it is taken back. */
async function moveCredit(
  db: Transact,
  deps: PaymentDeps,
  order: StoredOrder,
  { verdict, actor, card }: { readonly verdict: Verdict; readonly actor: string; readonly card: Payment['card'] },
): Promise<Moved> {
  const { planId, subscriptionId, methodId } = order;
  if (planId === undefined) return await postDifference(db, deps, order, verdict, actor);
  const wallet = await lockMeter(db, deps.database.kind, order.account);
  // What was not used of the plan goes back into the wallet first.
  if (verdict.state === 'refunded' || verdict.state === 'disputed') await endForRefund(db, deps, order.id, actor);
  const moved = await postDifference(db, deps, order, verdict, actor);
  if (order.postings > 0 || moved.postings === 0 || verdict.state !== 'credited') return moved;
  const left = (wallet?.left ?? 0n) + order.credit - moved.taken;
  const unbegun =
    subscriptionId === undefined
      ? await beginPlan(
          db,
          deps,
          { ...order, planId },
          { left, actor, card: card && { methodId, id: card.id, label: labelOf(card) } },
        )
      : await renewByOrder(db, deps, { id: order.id, subscriptionId }, left);
  return { ...moved, unbegun };
}

/** Posts what lies between the credit that stands and the credit that is due: once each, numbered by the order. */
async function postDifference(
  db: Transact,
  deps: PaymentDeps,
  order: StoredOrder,
  verdict: Verdict,
  actor: string,
): Promise<Moved> {
  const at = deps.now();
  const { credit, amount } = order;
  const due =
    verdict.state === 'credited'
      ? creditLeft(credit, amount, verdict.refunded)
      : verdict.state === 'disputed' || verdict.state === 'refunded'
        ? 0n
        : undefined;
  // What never was credited has nothing to be taken back of.
  if (due === undefined || (order.postings === 0 && verdict.state !== 'credited')) return order;
  let { postings, taken } = order;
  if (postings === 0) {
    postings += 1;
    await post(db, deps, order, { number: postings, kind: 'top_up', amount: credit, actor, at });
  }
  const difference = due - (credit - taken);
  if (difference !== 0n) {
    postings += 1;
    taken -= difference;
    await post(db, deps, order, { number: postings, kind: 'refund', amount: difference, actor, at });
  }
  return { taken, postings };
}

async function post(
  db: Transact,
  deps: PaymentDeps,
  order: StoredOrder,
  posting: {
    readonly number: number;
    readonly kind: 'top_up' | 'refund';
    readonly amount: bigint;
    readonly actor: string;
    readonly at: number;
  },
): Promise<void> {
  const { number, kind, amount, actor, at } = posting;
  const { transactionId } = await postCreditIn(db, deps.database.kind, {
    transactionId: `tx_${deps.newId()}`,
    account: order.account,
    amount,
    kind,
    note: order.id,
    idempotencyKey: `order:${order.id}:${number}`,
    actor,
    at,
  });
  await orderRepository.insertPosting(db, { orderId: order.id, number, transactionId, amount });
  await changeRepository.append(db, 'wallet', order.userId, at);
}
