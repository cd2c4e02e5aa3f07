import { walletMeter } from '../../domain/meters.ts';
import { priceOf, type Tariff } from '../../domain/payment.ts';
import { Refusal } from '../../domain/refusal.ts';
import { isUniqueViolation } from '../../store/database.ts';
import { orderRepository, type StoredOrder } from '../../store/payments/orders.ts';
import { assertSalesOpen } from '../sales/sale-terms.ts';
import type { NextStep } from './adapter.ts';
import { countryOf, isOffered } from './lists.ts';
import { lookKind } from './look.ts';
import { assertReachable, openMethod, type OpenMethod } from './open-method.ts';
import type { PaymentDeps } from './payment-deps.ts';

/** How long a buyer has; Stripe wants between half an hour and a day. */
const lifetimeMs = 2 * 3_600_000;
/** A transfer takes days. */
const manualLifetimeMs = 14 * 86_400_000;
const firstLookMs = 10_000;
/** Nobody needs more orders that they have not paid. */
const maxOpen = 20;

export type BuyAsk = {
  readonly user: { readonly id: string; readonly group: string };
  readonly methodId: string;
  /** Nano-dollars. */
  readonly credit: bigint;
  /** The buyer's own: the same again is the same order. */
  readonly clientKey: string;
  /** IP address of the buyer. */
  readonly address: string;
  /** The plan whose price the credit is. */
  readonly planId?: string | undefined;
  /** Whom the provider is to keep the card for that pays. */
  readonly saveFor?: string | undefined;
};

/** What credit would cost; refuses what a method does not sell. */
export async function quoteCredit(
  deps: PaymentDeps,
  { user, methodId, credit, planId }: Omit<BuyAsk, 'clientKey' | 'address'>,
): Promise<{ readonly amount: bigint; readonly currency: string; readonly percentOff: number }> {
  const open = await openForSale(deps, methodId, user.id);
  return { ...priceOf(tariffOf(open, planId), credit, user.group), currency: open.method.currency };
}

/** A plan costs what it costs: bounds and discounts are those of credit. */
export function tariffOf({ method, adapter }: OpenMethod, planId: string | undefined): Tariff {
  const step = adapter.step?.(method.currency);
  return planId === undefined ? { ...method, step } : { ...method, step, minimum: 0n, maximum: 0n, discounts: [] };
}

/** Begins an order and its payment at the provider. The same ask again, after whatever failed, is the same order. */
export async function buyCredit(
  deps: PaymentDeps,
  ask: BuyAsk,
  /** Refuses what must not be begun anew. */
  assertMayOrder: () => Promise<void> = async () => {},
): Promise<StoredOrder> {
  const { db } = deps.database;
  const known = await orderRepository.findByClientKey(db, ask.user.id, ask.clientKey);
  if (known !== undefined) return await resume(deps, ask, known);
  await assertSalesOpen(db);
  const open = await openForSale(deps, ask.methodId, ask.user.id);
  assertReachable(deps, open.adapter);
  await assertMayOrder();
  const order = newOrder(deps, open, ask);
  await assertFewOpen(deps, ask.user.id);
  try {
    await deps.database.transact(async (transaction) => {
      await orderRepository.insert(transaction, order);
      // Written with the order: whatever happens to this process, somebody looks after it.
      await deps.jobs.addWithin(transaction, lookKind, { orderId: order.id }, { runAt: deps.now() + firstLookMs });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const twin = await orderRepository.findByClientKey(db, ask.user.id, ask.clientKey);
    if (twin === undefined) throw error;
    return await resume(deps, ask, twin);
  }
  deps.fault?.('create:after-insert');
  return await begin(deps, open, order, ask.address);
}

async function openForSale(deps: PaymentDeps, methodId: string, userId: string): Promise<OpenMethod> {
  const open = await openMethod(deps, deps.database.db, methodId);
  if (open === undefined || !open.method.enabled)
    throw new Refusal('not_found', 'There is no such payment method.', { param: 'methodId' });
  if (!isOffered(open.method, await countryOf(deps.database.db, userId)))
    throw new Refusal('conflict', 'This payment method is not offered in the country of your billing details.', {
      param: 'methodId',
    });
  return open;
}

function newOrder(deps: PaymentDeps, open: OpenMethod, ask: BuyAsk): StoredOrder {
  const { method, adapter } = open;
  const now = deps.now();
  return {
    id: `ord_${deps.newId()}`,
    userId: ask.user.id,
    methodId: method.id,
    provider: method.provider,
    reference: undefined,
    clientKey: ask.clientKey,
    planId: ask.planId,
    card: undefined,
    saveFor: ask.saveFor,
    cause: undefined,
    subscriptionId: undefined,
    state: 'created',
    held: undefined,
    account: walletMeter(ask.user.id),
    credit: ask.credit,
    taken: 0n,
    currency: method.currency,
    amount: priceOf(tariffOf(open, ask.planId), ask.credit, ask.user.group).amount,
    refunded: 0n,
    tax: undefined,
    postings: 0,
    next: undefined,
    expiresAt: now + (adapter.remote ? lifetimeMs : manualLifetimeMs),
    paidAt: undefined,
    createdAt: now,
    updatedAt: now,
  };
}

async function assertFewOpen(deps: PaymentDeps, userId: string): Promise<void> {
  const ask = { limit: 100, userId } as const;
  const { db } = deps.database;
  const pending = await orderRepository.page(db, { ...ask, state: 'pending' });
  const created = await orderRepository.page(db, { ...ask, state: 'created' });
  if (pending.rows.length + created.rows.length >= maxOpen)
    throw new Refusal('conflict', `You have ${maxOpen} orders that are not paid. Pay one, or wait until they expire.`);
}

/** An order that was begun before: its payment is begun again if that was cut short. */
async function resume(deps: PaymentDeps, ask: BuyAsk, order: StoredOrder): Promise<StoredOrder> {
  // What a plan costs may have changed since; what was ordered has not.
  const same = order.planId === ask.planId && (ask.planId !== undefined || order.credit === ask.credit);
  if (order.methodId !== ask.methodId || !same)
    throw new Refusal('conflict', 'This idempotency key belongs to another order.', { param: 'idempotencyKey' });
  if (order.state !== 'created') return order;
  return await begin(deps, await openForSale(deps, order.methodId, order.userId), order, ask.address);
}

async function begin(
  deps: PaymentDeps,
  { adapter, context }: OpenMethod,
  order: StoredOrder,
  payerAddress: string,
): Promise<StoredOrder> {
  const made = await adapter.create({ ...context, payerAddress }, order).catch((error: unknown) => {
    // The order stays: the same ask again begins the same payment, and without one it expires.
    const detail = error instanceof Error ? error.message : 'it failed';
    throw new Refusal('upstream_error', `The payment provider did not begin the payment: ${detail.slice(0, 300)}`);
  });
  deps.fault?.('create:after-provider');
  return await deps.database.transact(async (db) => {
    const now = await orderRepository.lock(db, order.id);
    // Its callback may have been faster.
    if (now === undefined || now.state !== 'created') return now ?? order;
    const begun = {
      ...now,
      reference: now.reference ?? made.reference,
      state: 'pending',
      next: JSON.stringify(made.next),
      updatedAt: deps.now(),
    } as const;
    await orderRepository.update(db, order.id, begun);
    return begun;
  });
}

/** What the buyer of an open order does now. */
export const nextOf = ({ next, state }: StoredOrder): NextStep | undefined =>
  next === undefined || state !== 'pending' ? undefined : (JSON.parse(next) as NextStep);
