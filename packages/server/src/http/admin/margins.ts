import type { marginOperations } from '@tollgate/contract/operations/margins';
import { Refusal } from '../../domain/refusal.ts';
import { readMargins } from '../../services/activity/margins.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

const dayMs = 86_400_000;
const longestRangeMs = 400 * dayMs;

/** What was earned. */
export const marginHandlers = ({ accounts, database, snapshot }: AdminDeps): Handlers<typeof marginOperations> => ({
  'margins.read': async ({ query: { groupBy, zoneMinutes, ...range } }) => {
    const to = range.to ?? accounts.now();
    const from = range.from ?? to - 30 * dayMs;
    if (from >= to || to - from > longestRangeMs)
      throw new Refusal('invalid_request', 'must be before `to`, and not more than 400 days', { param: 'from' });
    const channels = [...snapshot().channels.values()];
    return await readMargins({ database, channels }, { groupBy, from, to, zoneMs: zoneMinutes * 60_000 });
  },
});
