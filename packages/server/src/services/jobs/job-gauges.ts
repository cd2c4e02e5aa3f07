import type { JobState } from '@tollgate/contract/job-states';
import type { Database } from '../../store/database.ts';
import { nextJobs } from '../../store/jobs/claiming.ts';
import { countJobs } from '../../store/jobs/overview.ts';
import { within } from './jobs-deps.ts';

/** How the table of jobs stands, as each process sees it. */
export type JobGauges = {
  /** Jobs in each state; counting stops at 10 000. */
  readonly counts: ReadonlyMap<JobState, number>;
  /** For how long the oldest job of the given kinds has been due, in ms; 0 when none is. Falls behind when runners do. */
  readonly oldestDueMs: number;
};

const rememberedMs = 10_000;
const patienceMs = 2000;

/** Reads the gauges, at most every ten seconds; undefined when the database does not tell in time. */
export function openJobGauges({
  database,
  kinds,
  now,
}: {
  readonly database: Database;
  readonly kinds: () => readonly string[];
  readonly now: () => number;
}): () => Promise<JobGauges | undefined> {
  let readAt = -Infinity;
  let last: Promise<JobGauges> | undefined;
  const read = async (): Promise<JobGauges> => {
    const oldest = await nextJobs(database, kinds());
    const waits = oldest.map((job) => now() - job.due_at);
    return { counts: await countJobs(database), oldestDueMs: Math.max(0, ...waits) };
  };
  return async () => {
    if (last === undefined || now() - readAt > rememberedMs) {
      readAt = now();
      last = read();
    }
    try {
      return await within(patienceMs, last);
    } catch {
      last = undefined;
      return undefined;
    }
  };
}
