import type { jobOperations } from '@tollgate/contract/operations/jobs';
import { cancelJobNow, retryJobNow, showJob, showJobs } from '../../services/jobs/job-admin.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** What happens later, and what of it went wrong. */
export const jobHandlers = ({ database, jobs, accounts }: AdminDeps): Handlers<typeof jobOperations> => {
  const deps = { database, jobs, now: accounts.now };
  return {
    'jobs.list': async ({ query: { limit, after, ...filters } }) => await showJobs(deps, { filters, after, limit }),
    'jobs.read': async ({ params }) => await showJob(deps, params.id),
    'jobs.retry': async ({ params }, { caller }) => await retryJobNow(deps, caller.actor.label, params.id),
    'jobs.cancel': async ({ params }, { caller }) => await cancelJobNow(deps, caller.actor.label, params.id),
  };
};
