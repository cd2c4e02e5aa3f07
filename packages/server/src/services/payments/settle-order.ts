import { Refusal } from '../../domain/refusal.ts';
import { formatMinor } from '../../domain/payment.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { orderRepository, type StoredOrder } from '../../store/payments/orders.ts';
import { applyPayment, type Heard } from './apply-payment.ts';
import { lookAt } from './look.ts';
import { openMethod } from './open-method.ts';
import type { PaymentDeps } from './payment-deps.ts';

/** Who settles an order by hand. */
export type Person = { readonly label: string; readonly address: string };

/** An order, of this user only when one is named. */
export async function readOrder(
  { database }: Pick<PaymentDeps, 'database'>,
  id: string,
  userId: string | undefined,
): Promise<StoredOrder> {
  const order = await orderRepository.find(database.db, id);
  if (order === undefined || (userId !== undefined && order.userId !== userId))
    throw new Refusal('not_found', 'There is no such order.');
  return order;
}

/** Asks the provider now. */
export async function checkOrder(deps: PaymentDeps, person: Person, id: string): Promise<StoredOrder> {
  const order = await readOrder(deps, id, undefined);
  const seen = await lookAt(deps, order, heardFrom(person, 'asked the provider'));
  if (seen === undefined)
    throw new Refusal('conflict', 'The provider of this order knows nothing of it, or cannot be asked.');
  return seen;
}

/** A person says that the money is there, in full: of a transfer, or of a payment that was not as agreed. */
export async function confirmOrder(deps: PaymentDeps, person: Person, id: string, note: string): Promise<StoredOrder> {
  const order = await readOrder(deps, id, undefined);
  if (order.state === 'credited' || order.state === 'refunded' || order.state === 'disputed')
    throw new Refusal('conflict', `This order is ${order.state} already.`);
  const { amount, currency, reference = '' } = order;
  const payment = { status: 'paid', amount, currency, refunded: 0n, reference } as const;
  const { order: after } = await applyPayment(deps, id, payment, heardFrom(person, note || 'confirmed by hand'));
  await audit(deps, person, order, { action: 'order.confirm', note });
  return after;
}

/**
 * Gives money back, at the provider where it can, and takes the credit for it. `amount` is in minor units; undefined for all
 * that is left. A refund that was cut short between the two is found by looking, or by asking for it again.
 */
export async function refundOrder(
  deps: PaymentDeps,
  person: Person,
  id: string,
  ask: { readonly amount: bigint | undefined; readonly note: string },
): Promise<StoredOrder> {
  const order = await readOrder(deps, id, undefined);
  const { total, amount } = wantRefund(order, ask.amount);
  const open = await openMethod(deps, deps.database.db, order.methodId);
  const step = open?.adapter.step?.(order.currency) ?? 1n;
  if (amount % step !== 0n)
    throw new Refusal('invalid_request', `must be a whole multiple of ${formatMinor(step, order.currency)}`, {
      param: 'amount',
    });
  if (open?.adapter.refund !== undefined) {
    // One that was cut short, or made at the provider itself, is not made again.
    const now = await refundedAlready(deps, person, order);
    if (now.refunded >= total) return now;
    await open.adapter
      // What is refunded in all names this refund: asking twice is asking once.
      .refund(open.context, now, { amount, key: `refund:${order.id}:${total}` })
      .catch((error: unknown) => {
        const detail = error instanceof Error ? error.message : 'it failed';
        throw new Refusal('upstream_error', `The payment provider did not refund: ${detail.slice(0, 300)}`);
      });
  }
  deps.fault?.('refund:after-provider');
  const { currency, reference = '' } = order;
  const payment = { status: 'paid', amount: order.amount, currency, refunded: total, reference } as const;
  const { order: after } = await applyPayment(deps, id, payment, heardFrom(person, ask.note || 'refunded by hand'));
  await audit(deps, person, order, { action: 'order.refund', note: ask.note });
  return after;
}

/** What a refund comes to: minor units now, and in all with what was refunded before. */
function wantRefund(
  order: StoredOrder,
  asked: bigint | undefined,
): { readonly amount: bigint; readonly total: bigint } {
  if (order.state !== 'credited' && order.state !== 'paid')
    throw new Refusal('conflict', `An order that is ${order.state} cannot be refunded.`);
  const left = order.amount - order.refunded;
  const amount = asked ?? left;
  if (amount <= 0n || amount > left)
    throw new Refusal('invalid_request', `must be more than 0, and ${formatMinor(left, order.currency)} at most`, {
      param: 'amount',
    });
  return { amount, total: order.refunded + amount };
}

/** The order as the provider knows it now, as far as it can be asked. */
async function refundedAlready(deps: PaymentDeps, person: Person, order: StoredOrder): Promise<StoredOrder> {
  const seen = await lookAt(deps, order, heardFrom(person, 'asked the provider before a refund')).catch(
    () => undefined,
  );
  return seen ?? order;
}

const heardFrom = ({ label, address }: Person, note: string): Heard => ({
  source: 'person',
  actor: label,
  address,
  note,
});

async function audit(
  deps: PaymentDeps,
  person: Person,
  before: StoredOrder,
  done: { readonly action: string; readonly note: string },
): Promise<void> {
  const after = await orderRepository.find(deps.database.db, before.id);
  await auditRepository.append(deps.database.db, {
    at: deps.now(),
    actor: person.label,
    action: done.action,
    subject: `order:${before.id}`,
    before: { state: before.state, refunded: before.refunded.toString() },
    after: { state: after?.state ?? '', refunded: (after?.refunded ?? 0n).toString(), note: done.note },
  });
}
