import type { promotionOperations } from '@tollgate/contract/operations/promotions';
import { usdToNanos } from '../../services/accounts/people.ts';
import {
  countRecipients,
  createPromotion,
  listPromotions,
  presentPromotion,
  stopPromotion,
} from '../../services/rewards/promotions.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';
import { presentPage, readCursor } from './page-cursor.ts';

/** Credit that is given to many. */
export const promotionHandlers = ({ payments }: AdminDeps): Handlers<typeof promotionOperations> => ({
  'promotions.list': async ({ query: { limit, after } }) =>
    presentPage(await listPromotions(payments, { limit, after: readCursor(after) }), presentPromotion),
  'promotions.preview': async ({ body: { amountUsd, filter } }) => {
    const accounts = await countRecipients(payments, filter);
    return { accounts, totalNanos: (usdToNanos(amountUsd) * BigInt(accounts)).toString() };
  },
  'promotions.create': async ({ body }, { caller }) =>
    presentPromotion(await createPromotion(payments, caller.actor.label, body)),
  'promotions.stop': async ({ params }, { caller }) =>
    presentPromotion(await stopPromotion(payments, caller.actor.label, params.id)),
});
