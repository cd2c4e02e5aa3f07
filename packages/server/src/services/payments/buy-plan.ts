import { Refusal } from '../../domain/refusal.ts';
import { subscriptionRepository } from '../../store/subscriptions/subscriptions.ts';
import type { StoredOrder } from '../../store/payments/orders.ts';
import { assertMayBegin, planForSale } from '../subscriptions/subscribe.ts';
import { termsOf } from '../subscriptions/terms.ts';
import { buyCredit, quoteCredit, type BuyAsk } from './buy.ts';
import { openCardMethod, payerOf } from './cards/saved-cards.ts';
import type { PaymentDeps } from './payment-deps.ts';

type PlanAsk = Omit<BuyAsk, 'credit' | 'planId' | 'saveFor'> & { readonly planId: string };

/** Who has their card saved, and has it pay for later terms. */
type CardSaver = { readonly id: string; readonly email: string | null };

/** What the first term of a plan costs by a method. */
export async function quotePlan(
  deps: PaymentDeps,
  { planId, ...ask }: Omit<PlanAsk, 'clientKey' | 'address'>,
): ReturnType<typeof quoteCredit> {
  return await quoteCredit(deps, { ...ask, planId, credit: await priceOfPlan(deps, planId) });
}

/** Begins an order for the first term of a plan, which may save the card that pays. The same ask again is the same order. */
export async function buyPlan(deps: PaymentDeps, ask: PlanAsk, saver?: CardSaver): Promise<StoredOrder> {
  const credit = await priceOfPlan(deps, ask.planId);
  const saveFor = saver && (await payerOf(deps, await openCardMethod(deps, ask.methodId), saver));
  return await buyCredit(deps, { ...ask, credit, saveFor }, async () => {
    const plan = await planForSale(deps, ask.planId, { seats: undefined });
    assertMayBegin(plan, await subscriptionRepository.ofPlan(deps.database.db, ask.user.id, plan.id));
  });
}

async function priceOfPlan(deps: PaymentDeps, planId: string): Promise<bigint> {
  const { price } = termsOf(await planForSale(deps, planId, { seats: undefined }));
  if (price <= 0n) throw new Refusal('conflict', 'This plan costs nothing: subscribe to it.', { param: 'planId' });
  return price;
}
