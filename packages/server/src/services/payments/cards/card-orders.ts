import { walletMeter } from '../../../domain/meters.ts';
import { priceOf, type OrderCause, type Tariff } from '../../../domain/payment.ts';
import { orderRepository, type StoredOrder } from '../../../store/payments/orders.ts';
import type { Transact } from '../../subscriptions/deps.ts';
import { lookKind } from '../look.ts';
import type { OpenMethod } from '../open-method.ts';
import type { PaymentDeps } from '../payment-deps.ts';

/** A card is charged within minutes, or not at all. */
const lifetimeMs = 3_600_000;
/** Whoever wrote the order charges it at once; the job is for who died. */
const firstLookMs = 60_000;

export type CardOrderAsk = {
  readonly user: { readonly id: string; readonly group: string };
  /** Nano-dollars. */
  readonly credit: bigint;
  readonly clientKey: string;
  readonly card: NonNullable<StoredOrder['card']>;
  readonly cause: OrderCause;
  /** What it pays for, where that is a term of a plan. */
  readonly planId?: string;
  readonly subscriptionId?: string;
  readonly tariff: Tariff;
};

/** Writes an order that a saved card is charged for, with the job that looks after it. */
export async function addCardOrder(
  db: Transact,
  deps: PaymentDeps,
  { method }: OpenMethod,
  { user, credit, clientKey, card, cause, planId, subscriptionId, tariff }: CardOrderAsk,
): Promise<StoredOrder> {
  const now = deps.now();
  const order: StoredOrder = {
    id: `ord_${deps.newId()}`,
    userId: user.id,
    methodId: method.id,
    provider: method.provider,
    reference: undefined,
    clientKey,
    planId,
    card,
    cause,
    subscriptionId,
    state: 'created',
    held: undefined,
    account: walletMeter(user.id),
    credit,
    taken: 0n,
    currency: method.currency,
    amount: priceOf(tariff, credit, user.group).amount,
    refunded: 0n,
    tax: undefined,
    postings: 0,
    next: undefined,
    expiresAt: now + lifetimeMs,
    paidAt: undefined,
    createdAt: now,
    updatedAt: now,
  };
  await orderRepository.insert(db, order);
  await deps.jobs.addWithin(db, lookKind, { orderId: order.id }, { runAt: now + firstLookMs });
  return order;
}
