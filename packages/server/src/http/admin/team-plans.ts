import type { teamPlanOperations } from '@tollgate/contract/operations/team-plans';
import { changeSubscription, quoteSeats } from '../../services/subscriptions/change.ts';
import { presentSubscription, subscriptionsOf } from '../../services/subscriptions/lists.ts';
import { subscribeTeam } from '../../services/subscriptions/subscribe.ts';
import { requireTeam } from '../../services/teams/teams.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** Plans by the seat, for teams. */
export const teamPlanHandlers = ({ accounts, payments }: AdminDeps): Handlers<typeof teamPlanOperations> => ({
  'teams.subscriptions': async ({ params }, { caller: { actor } }) => {
    await requireTeam(accounts, actor, params.id, 'see');
    return { data: await subscriptionsOf(payments, params.id) };
  },
  'teams.subscribe': async ({ params, body: { planId, seats, idempotencyKey } }, { caller: { actor } }) => {
    await requireTeam(accounts, actor, params.id, 'pay');
    const ask = { userId: params.id, planId, seats, clientKey: idempotencyKey, actor: actor.label };
    return await presentSubscription(payments, await subscribeTeam(payments, ask));
  },
  'teams.quoteSeats': async ({ params: { id, subscriptionId }, query: { seats } }, { caller: { actor } }) => {
    await requireTeam(accounts, actor, id, 'see');
    const { now, term } = await quoteSeats(payments, { actor: actor.label, userId: id }, subscriptionId, seats);
    return { nowNanos: now.toString(), termNanos: term?.toString() ?? null };
  },
  'teams.changeSubscription': async ({ params: { id, subscriptionId }, body }, { caller: { actor } }) => {
    await requireTeam(accounts, actor, id, 'pay');
    const who = { actor: actor.label, userId: id };
    return await presentSubscription(payments, await changeSubscription(payments, who, subscriptionId, body));
  },
});
