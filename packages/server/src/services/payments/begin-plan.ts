import { Refusal } from '../../domain/refusal.ts';
import type { StoredOrder } from '../../store/payments/orders.ts';
import type { StoredSubscription } from '../../store/subscriptions/subscriptions.ts';
import { planRepository } from '../../store/subscriptions/plans.ts';
import { start } from '../subscriptions/subscribe.ts';
import type { PaymentDeps } from './payment-deps.ts';

/**
 * Begins the plan of an order within the transaction in which its price was credited, out of the wallet. When it cannot
 * begin (it was begun otherwise meanwhile, is gone, or the wallet owed something), the price stays there as credit;
 * answers why.
 */
export async function beginPlan(
  db: Parameters<typeof start>[0],
  deps: PaymentDeps,
  order: StoredOrder & { readonly planId: string },
  wallet: { readonly left: bigint; readonly actor: string; readonly card: StoredSubscription['card'] },
): Promise<string | undefined> {
  const plan = await planRepository.find(db, order.planId);
  if (plan === undefined) return 'the plan is gone: its price is credit';
  if (wallet.left < order.credit) return 'the wallet owed money: the price of the plan is credit';
  try {
    await start(db, deps, {
      userId: order.userId,
      planId: plan.id,
      clientKey: `order:${order.id}`,
      actor: wallet.actor,
      plan,
      price: order.credit,
      isTrial: false,
      orderId: order.id,
      card: wallet.card,
      ends: false,
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return `the plan did not begin, its price is credit: ${error.message}`;
  }
}
