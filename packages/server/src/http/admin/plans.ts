import type { planOperations } from '@tollgate/contract/operations/plans';
import { payingByCard } from '../../services/payments/cards/charge-subscription.ts';
import { changeSubscription, endSubscription } from '../../services/subscriptions/change.ts';
import { listSubscriptions, presentSubscription } from '../../services/subscriptions/lists.ts';
import { changePlan, createPlan, listOffers, listPlans, removePlan } from '../../services/subscriptions/plans.ts';
import { grantPlan, subscribe } from '../../services/subscriptions/subscribe.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';
import { presentPage, readCursor } from './page-cursor.ts';
import { whoseOf } from './whose.ts';

/** Plans, and subscriptions to them. */
export const planHandlers = ({ payments }: AdminDeps): Handlers<typeof planOperations> => ({
  'plans.list': async () => ({ data: await listPlans(payments) }),
  'plans.create': async ({ body }, { caller }) => await createPlan(payments, caller.actor.label, body),
  'plans.update': async ({ params, body }, { caller }) =>
    await changePlan(payments, caller.actor.label, params.id, body),
  'plans.delete': async ({ params }, { caller }) => {
    await removePlan(payments, caller.actor.label, params.id);
  },
  'plans.offers': async (_, { caller }) => ({ data: await listOffers(payments, caller.user.id) }),
  'subscriptions.list': async ({ query: { limit, after, userId, planId } }, context) => {
    const ask = { limit, after: readCursor(after), userId: whoseOf(context, userId), planId };
    const page = await listSubscriptions(payments, ask);
    const shown = await Promise.all(page.rows.map(async (one) => await presentSubscription(payments, one)));
    return presentPage({ ...page, rows: shown }, (one) => one);
  },
  'wallet.subscribe': async ({ body: { planId, idempotencyKey } }, { caller }) => {
    const ask = { userId: caller.user.id, planId, clientKey: idempotencyKey, actor: caller.actor.label };
    return await presentSubscription(payments, await subscribe(payments, ask));
  },
  'subscriptions.grant': async ({ body: { userId, planId, renews, idempotencyKey } }, { caller }) => {
    const ask = { userId, planId, renews, clientKey: idempotencyKey, actor: caller.actor.label };
    return await presentSubscription(payments, await grantPlan(payments, ask));
  },
  'subscriptions.update': async ({ params, body }, { caller, reach }) => {
    const who = { actor: caller.actor.label, userId: reach === 'any' ? undefined : caller.user.id };
    return await presentSubscription(payments, await changeSubscription(payingByCard(payments), who, params.id, body));
  },
  'subscriptions.end': async ({ params }, { caller }) => {
    const who = { actor: caller.actor.label, userId: undefined };
    return await presentSubscription(payments, await endSubscription(payments, who, params.id));
  },
});
