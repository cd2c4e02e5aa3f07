import { Refusal } from '../../../domain/refusal.ts';
import { isUniqueViolation } from '../../../store/database.ts';
import { payerRepository } from '../../../store/payments/cards.ts';
import { orderRepository, type StoredOrder } from '../../../store/payments/orders.ts';
import type { StoredSubscription } from '../../../store/subscriptions/subscriptions.ts';
import { userRepository } from '../../../store/users.ts';
import { salesOpen } from '../../sales/sale-terms.ts';
import type { CardAsk, SubscriptionDeps } from '../../subscriptions/deps.ts';
import { tariffOf } from '../buy.ts';
import type { PaymentDeps } from '../payment-deps.ts';
import { addCardOrder } from './card-orders.ts';
import { chargeCard } from './charge-card.ts';
import { cardOf, labelOf, openCardMethod } from './saved-cards.ts';

/** Payments, with saved cards that subscriptions may charge. */
export const payingByCard = <T extends PaymentDeps>(deps: T): T & Pick<SubscriptionDeps, 'cards'> => ({
  ...deps,
  cards: {
    label: async (userId, { methodId, cardId }) =>
      labelOf((await cardOf(deps, await openCardMethod(deps, methodId), userId, cardId)).card),
    charge: async (one, ask) => await chargeSubscription(deps, one, ask),
  },
});

/**
 * Charges the card of a subscription. The tries are numbered by their orders: one that is not over is gone on with, and of two
 * that begin at once only one is written.
 */
async function chargeSubscription(
  deps: PaymentDeps,
  one: StoredSubscription,
  ask: CardAsk,
): Promise<'paid' | 'open' | 'failed'> {
  const { last, tries } = await triesOf(deps, one.userId, ask.key);
  if (last?.state === 'credited') return 'paid';
  const rests = last !== undefined && deps.now() - last.createdAt < ask.restMs;
  if (last !== undefined && !isOpen(last) && rests) return 'failed';
  const order = last !== undefined && isOpen(last) ? last : await beginTry(deps, one, ask, tries + 1);
  if (order === undefined) return 'failed';
  deps.fault?.('charge:after-insert');
  // Whoever cannot be reached now is asked again by the job of the order.
  const after = await chargeCard(deps, order).catch(() => order);
  return after.state === 'credited' ? 'paid' : isOpen(after) ? 'open' : 'failed';
}

const isOpen = ({ state }: StoredOrder): boolean => state === 'created' || state === 'pending';

// No buyer's own key has a space in it.
const keyOf = (key: string, number: number): string => `${key} ${number}`;

async function triesOf(
  deps: PaymentDeps,
  userId: string,
  key: string,
): Promise<{ readonly last: StoredOrder | undefined; readonly tries: number }> {
  let last: StoredOrder | undefined;
  for (let tries = 0; ; tries += 1) {
    const next = await orderRepository.findByClientKey(deps.database.db, userId, keyOf(key, tries + 1));
    if (next === undefined) return { last, tries };
    last = next;
  }
}

/** Writes the order of a try; undefined when its card cannot be charged. */
async function beginTry(
  deps: PaymentDeps,
  one: StoredSubscription,
  { price, cause, key }: CardAsk,
  number: number,
): Promise<StoredOrder | undefined> {
  const { db } = deps.database;
  const { card, userId } = one;
  if (!(await salesOpen(db))) return undefined;
  const user = await userRepository.find(db, userId);
  const payer = card && (await payerRepository.find(db, card.methodId, userId));
  if (card === undefined || payer === undefined || user === undefined) return undefined;
  const clientKey = keyOf(key, number);
  try {
    const open = await openCardMethod(deps, card.methodId);
    return await deps.database.transact(
      async (transaction) =>
        await addCardOrder(transaction, deps, open, {
          user,
          credit: price,
          clientKey,
          card: { payer, id: card.id },
          cause,
          ...(cause === 'renewal' && { planId: one.nextPlanId ?? one.planId, subscriptionId: one.id }),
          // A plan costs what it costs.
          tariff: tariffOf(open, one.planId),
        }),
    );
  } catch (error) {
    // Its method is sold by no more.
    if (error instanceof Refusal) return undefined;
    if (!isUniqueViolation(error)) throw error;
    return await orderRepository.findByClientKey(db, userId, clientKey);
  }
}
