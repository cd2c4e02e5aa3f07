import type { cardOperations } from '@tollgate/contract/operations/cards';
import { endAutoTopUp, readAutoTopUp, setAutoTopUp } from '../../services/payments/cards/auto-top-up.ts';
import { collectCard, listCards, removeCard } from '../../services/payments/cards/saved-cards.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** One's own saved cards, and topping up by one of them. */
export const cardHandlers = ({ payments }: AdminDeps): Handlers<typeof cardOperations> => ({
  'wallet.cards': async (_, { caller: { user } }) => ({ data: [...(await listCards(payments, user.id))] }),
  'wallet.addCard': async ({ body }, { caller: { user } }) => ({
    url: await collectCard(payments, user, body.methodId),
  }),
  'wallet.removeCard': async ({ query: { methodId, cardId } }, { caller: { user } }) => {
    await removeCard(payments, user.id, methodId, cardId);
  },
  'wallet.autoTopUp': async (_, { caller: { user } }) => ({ autoTopUp: await readAutoTopUp(payments, user) }),
  'wallet.setAutoTopUp': async ({ body }, { caller: { user, actor } }) => ({
    autoTopUp: await setAutoTopUp(payments, user, actor.label, body),
  }),
  'wallet.stopAutoTopUp': async (_, { caller: { user, actor } }) => ({
    autoTopUp: await endAutoTopUp(payments, user, actor.label),
  }),
});
