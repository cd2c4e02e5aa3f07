import type { requestOperations } from '@tollgate/contract/operations/requests';
import type { TailEvent } from '@tollgate/contract/api/requests';
import { histogram } from '../../services/activity/histogram.ts';
import { logFilters } from '../../services/activity/log-filters.ts';
import type { Watched } from '../../services/activity/tail.ts';
import { Refusal } from '../../domain/refusal.ts';
import {
  findRequest,
  listRequests,
  presentRequests,
  readStatement,
  usageByHour,
  type Reader,
} from '../../services/activity/activity.ts';
import type { AdminDeps } from './admin-deps.ts';
import { seenBy } from './log-filters-seen.ts';
import { callerMay, type Caller, type Handlers } from './operation.ts';
import { whoseOf } from './whose.ts';

async function* presentTail(watched: AsyncIterable<Watched>, reader: Reader): AsyncGenerator<TailEvent> {
  for await (const { requests, missed } of watched) yield { requests: await presentRequests(reader, requests), missed };
}

const dayMs = 86_400_000;
const longestRangeMs = 92 * dayMs;

/** The request log, its hourly sums, and the movements of a wallet: one's own, and for administrators everybody's. */
export const requestHandlers = (deps: AdminDeps): Handlers<typeof requestOperations> => {
  const readerFor = (caller: Caller): Reader => ({
    database: deps.database,
    seesChannels: callerMay(caller, 'channels:read'),
  });
  return {
    'requests.list': async ({ query: { limit, after, ...asked } }, context) => {
      const reader = readerFor(context.caller);
      const filters = logFilters(await seenBy(deps, context, asked), deps.accounts.now());
      return await listRequests(reader, { filters, after, limit });
    },
    'requests.histogram': async ({ query: { buckets, ...asked } }, context) => {
      const now = deps.accounts.now();
      const to = asked.to ?? now;
      const from = asked.from ?? to - dayMs;
      if (from >= to || to - from > longestRangeMs)
        throw new Refusal('invalid_request', 'must lie before `to`, by 92 days at most', { param: 'from' });
      return await histogram(deps.database, { filters: await seenBy(deps, context, asked), from, to, buckets, now });
    },
    'requests.tail': async ({ query }, context) => {
      const filters = logFilters(await seenBy(deps, context, query), deps.accounts.now());
      // Nothing leads the search here, so nothing has to be bounded by time.
      const watched = deps.tail.watch({ ...filters, fromId: undefined }, context.signal);
      return presentTail(watched, readerFor(context.caller));
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
    'statement.read': async ({ query: { userId, limit, after, usage } }, context) => {
      const whose = whoseOf(context, userId);
      if (whose === undefined) throw new Refusal('invalid_request', 'must name one user', { param: 'userId' });
      return await readStatement(deps.database, { userId: whose, limit, after, usage });
    },
  };
};
