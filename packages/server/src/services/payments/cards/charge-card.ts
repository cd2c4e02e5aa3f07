import type { StoredOrder } from '../../../store/payments/orders.ts';
import { applyPayment, type Heard } from '../apply-payment.ts';
import { openMethod } from '../open-method.ts';
import type { PaymentDeps } from '../payment-deps.ts';

/**
 * Charges the saved card of an order that was written, unless the provider knows of it: whoever was cut short between
 * charging and writing it down finds the payment, even after the provider has forgotten the idempotency key.
 */
export async function chargeCard(deps: PaymentDeps, order: StoredOrder): Promise<StoredOrder> {
  const open = await openMethod(deps, deps.database.db, order.methodId);
  const cards = open?.adapter.cards;
  if (open === undefined || cards === undefined || order.state !== 'created') return order;
  const known = await open.adapter.fetchBack?.(open.context, order);
  const { amount, currency } = order;
  const tooLate = { status: 'expired', amount, currency, refunded: 0n, reference: '' } as const;
  const payment = known ?? (deps.now() < order.expiresAt ? await cards.charge(open.context, order) : tooLate);
  deps.fault?.('charge:after-provider');
  return (await applyPayment(deps, order.id, payment, heardOf(order))).order;
}

const heardOf = ({ provider }: StoredOrder): Heard => ({
  source: 'poll',
  actor: `payment:${provider}`,
  address: '',
});
