import type { requestOperations } from '@tollgate/contract/operations/requests';
import { Refusal } from '../../domain/refusal.ts';
import {
  findRequest,
  listRequests,
  readStatement,
  usageByHour,
  type Reader,
} from '../../services/activity/activity.ts';
import type { AdminDeps } from './admin-deps.ts';
import { callerMay, type Caller, type Handlers } from './operation.ts';
import { whoseOf } from './whose.ts';

const dayMs = 86_400_000;
const longestRangeMs = 92 * dayMs;

/** The request log, its hourly sums, and the movements of a wallet: one's own, and for administrators everybody's. */
export const requestHandlers = (deps: AdminDeps): Handlers<typeof requestOperations> => {
  const readerFor = (caller: Caller): Reader => ({
    database: deps.database,
    seesChannels: callerMay(caller, 'channels:read'),
  });
  return {
    'requests.list': async ({ query: { limit, after, userId, ...filters } }, context) => {
      const reader = readerFor(context.caller);
      if (filters.channelId !== undefined && !reader.seesChannels)
        throw new Refusal('forbidden', 'Only administrators see channels.', { param: 'channelId' });
      return await listRequests(reader, {
        filters: { ...filters, userId: whoseOf(context, userId) },
        after,
        limit,
      });
    },
    'requests.read': async ({ params }, { caller, reach }) => {
      const owner = reach === 'any' ? undefined : caller.user.id;
      const found = await findRequest(readerFor(caller), params.id, owner);
      if (found === undefined) throw new Refusal('not_found', 'There is no such request.');
      return found;
    },
    'usage.read': async ({ query }, context) => {
      const to = query.to ?? deps.accounts.now();
      const from = query.from ?? to - dayMs;
      if (from > to || to - from > longestRangeMs)
        throw new Refusal('invalid_request', 'must lie before `to`, by 92 days at most', { param: 'from' });
      return await usageByHour(readerFor(context.caller), { from, to, userId: whoseOf(context, query.userId) });
    },
    'statement.read': async ({ query: { userId, limit, after } }, context) => {
      const whose = whoseOf(context, userId);
      if (whose === undefined) throw new Refusal('invalid_request', 'must name one user', { param: 'userId' });
      return await readStatement(deps.database, { userId: whose, limit, after });
    },
  };
};
