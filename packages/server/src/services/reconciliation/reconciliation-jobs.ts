import { z } from 'zod';
import { every } from '../../domain/job.ts';
import { billingAccountRepository } from '../../store/billing-accounts.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import { readCosts, type CostDeps } from './read-costs.ts';

const minuteMs = 60_000;

/** Six hours after a day is over in UTC it is read, and again at each of the three times after: reports grow late. */
const readKind = jobKind({
  name: 'provider-costs.read',
  payload: z.strictObject({}),
  schedule: every(6 * 60 * minuteMs),
  deadlineMs: 30 * minuteMs,
  backOff: { firstMs: 10 * minuteMs, maxMs: 60 * minuteMs },
});

/** Reads what providers charge. */
export const reconciliationJobs = (deps: CostDeps): readonly JobHandler[] => [
  jobHandler(readKind, async (_, { signal }) => {
    for (const account of await billingAccountRepository.all(deps.database.db)) {
      signal.throwIfAborted();
      if (account.enabled && account.provider !== '') await readCosts(deps, account, signal);
    }
    return undefined;
  }),
];
