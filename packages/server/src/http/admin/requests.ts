import {
  requestPageSchema,
  requestQuerySchema,
  requestSchema,
  statementQuerySchema,
  statementSchema,
  usageQuerySchema,
  usageSchema,
} from '@tollgate/contract/api/requests';
import { isAdmin } from '../../services/accounts/account-deps.ts';
import { Refusal } from '../../domain/refusal.ts';
import {
  findRequest,
  listRequests,
  readStatement,
  usageByHour,
  type Reader,
} from '../../services/activity/activity.ts';
import type { AdminDeps } from './admin-deps.ts';
import { idParams } from './id-params.ts';
import { operation, type Caller } from './operation.ts';
import { whoseOf } from './whose.ts';

const dayMs = 86_400_000;
const longestRangeMs = 92 * dayMs;

/** The request log, its hourly sums, and the movements of a wallet: one's own, and for administrators everybody's. */
export const requestOperations = (deps: AdminDeps) => {
  const readerFor = (caller: Caller): Reader => ({
    database: deps.database,
    seesChannels: isAdmin(caller.user.role),
  });
  return [
    operation(
      {
        name: 'requests.list',
        method: 'get',
        path: '/requests',
        summary: 'List requests with their charges',
        query: requestQuerySchema,
        answer: requestPageSchema,
      },
      async ({ query: { limit, after, userId, ...filters } }, context) => {
        const caller = context.caller();
        if (filters.channelId !== undefined && !isAdmin(caller.user.role))
          throw new Refusal('forbidden', 'Only administrators see channels.', { param: 'channelId' });
        return await listRequests(readerFor(caller), {
          filters: { ...filters, userId: whoseOf(caller, userId) },
          after,
          limit,
        });
      },
    ),
    operation(
      {
        name: 'requests.read',
        method: 'get',
        path: '/requests/{id}',
        summary: 'Read one request with its bill',
        params: idParams,
        answer: requestSchema,
      },
      async ({ params }, context) => {
        const caller = context.caller();
        const owner = isAdmin(caller.user.role) ? undefined : caller.user.id;
        const found = await findRequest(readerFor(caller), params.id, owner);
        if (found === undefined) throw new Refusal('not_found', 'There is no such request.');
        return found;
      },
    ),
    operation(
      {
        name: 'usage.read',
        method: 'get',
        path: '/usage',
        summary: 'Hourly sums of requests, tokens and charges',
        query: usageQuerySchema,
        answer: usageSchema,
      },
      async ({ query }, context) => {
        const caller = context.caller();
        const to = query.to ?? deps.accounts.now();
        const from = query.from ?? to - dayMs;
        if (from > to || to - from > longestRangeMs)
          throw new Refusal('invalid_request', 'must lie before `to`, by 92 days at most', { param: 'from' });
        return await usageByHour(readerFor(caller), { from, to, userId: whoseOf(caller, query.userId) });
      },
    ),
    operation(
      {
        name: 'statement.read',
        method: 'get',
        path: '/statement',
        summary: 'Movements of a wallet',
        query: statementQuerySchema,
        answer: statementSchema,
      },
      async ({ query: { userId, limit, after } }, context) => {
        const whose = whoseOf(context.caller(), userId);
        if (whose === undefined) throw new Refusal('invalid_request', 'must name one user', { param: 'userId' });
        return await readStatement(deps.database, { userId: whose, limit, after });
      },
    ),
  ];
};
