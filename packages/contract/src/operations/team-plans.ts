import { z } from 'zod';
import { listOf } from '../api/page.ts';
import {
  seatsQuoteQuerySchema,
  seatsQuoteSchema,
  subscriptionSchema,
  teamSubscribeInputSchema,
  teamSubscriptionPatchSchema,
} from '../api/plans.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Plans that are sold by the seat: a team subscribes, and its wallet pays. */
export const teamPlanOperations = declare({
  'teams.subscriptions': {
    method: 'get',
    path: '/teams/{id}/subscriptions',
    permission: 'teams:read',
    summary: 'List the subscriptions of a team',
    params: idParams,
    answer: listOf(subscriptionSchema),
  },
  'teams.subscribe': {
    method: 'post',
    path: '/teams/{id}/subscriptions',
    permission: 'purchases:write',
    summary: 'Subscribe a team to a plan that is sold by the seat; for owners, admins and billing',
    params: idParams,
    body: teamSubscribeInputSchema,
    answer: subscriptionSchema,
    status: 201,
  },
  'teams.quoteSeats': {
    method: 'get',
    path: '/teams/{id}/subscriptions/{subscriptionId}/seats-quote',
    permission: 'teams:read',
    summary: 'What another number of seats would cost: now, and from the next term on',
    params: z.strictObject({ id: z.string(), subscriptionId: z.string() }),
    query: seatsQuoteQuerySchema,
    answer: seatsQuoteSchema,
  },
  'teams.changeSubscription': {
    method: 'patch',
    path: '/teams/{id}/subscriptions/{subscriptionId}',
    permission: 'purchases:write',
    summary:
      'Change the seats of a team’s subscription, or cancel, keep, pause, resume or switch it: one of these at a time',
    params: z.strictObject({ id: z.string(), subscriptionId: z.string() }),
    body: teamSubscriptionPatchSchema,
    answer: subscriptionSchema,
  },
});
