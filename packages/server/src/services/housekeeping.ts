import type { Settings } from '@tollgate/contract/settings';
import { z } from 'zod';
import { every } from '../domain/job.ts';
import { pruneChain } from '../store/configuration/audit-chain.ts';
import { changeRepository } from '../store/configuration/changes.ts';
import type { Database } from '../store/database.ts';
import { pruneJobs } from '../store/jobs/overview.ts';
import { keptValueRepository } from '../store/kept-values.ts';
import { noticeRepository } from '../store/notices.ts';
import { requestLogRepository } from '../store/request-log.ts';
import { storedObjectRepository } from '../store/stored-objects.ts';
import type { AccountDeps } from './accounts/account-deps.ts';
import { pruneSessions } from './accounts/sessions.ts';
import { jobHandler, jobKind, type JobHandler } from './jobs/job-kind.ts';
import { feedLifeMs } from './snapshot/snapshots.ts';

export type HousekeepingDeps = {
  readonly database: Database;
  readonly accounts: AccountDeps;
  readonly settings: () => Settings;
  readonly now: () => number;
};

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Rows of one deletion: small enough that nobody waits for it, on any database. */
const chunk = 500;
const pauseMs = 50;

/**
 * What throws away what has had its time, each as a recurring job that one process does for all. Request logs go beyond their
 * retention (never charges, never the journal), as do kept values of conversations, what vendors keep no more, sessions, jobs, what people
 * were told of, the audit log where it has an end, and the feed of changes.
 */
export function housekeepingJobs(deps: HousekeepingDeps): readonly JobHandler[] {
  const { database, settings, now } = deps;
  const before = (days: number): number => now() - days * dayMs;
  const pruned = (of: string, everyMs: number, remove: (signal: AbortSignal) => Promise<unknown>): JobHandler =>
    jobHandler(
      // A backlog may be long; what is left of it when the time is up is gone on with soon.
      jobKind({
        name: `${of}.prune`,
        payload: z.strictObject({}),
        schedule: every(everyMs),
        deadlineMs: 10 * minuteMs,
        backOff: { firstMs: minuteMs, maxMs: 60 * minuteMs },
      }),
      async (_, { signal }) => {
        await remove(signal);
        signal.throwIfAborted();
        return undefined;
      },
    );
  return [
    pruned('request-logs', 15 * minuteMs, (signal) => pruneLogs(deps, signal)),
    pruned('kept-values', 15 * minuteMs, (signal) =>
      inChunks(signal, () => keptValueRepository.prune(database, now(), chunk)),
    ),
    pruned('stored-objects', 60 * minuteMs, (signal) =>
      inChunks(signal, () => storedObjectRepository.prune(database.db, now() - dayMs, chunk)),
    ),
    pruned('sessions', 60 * minuteMs, () => pruneSessions(deps.accounts)),
    pruned('jobs', 60 * minuteMs, (signal) =>
      inChunks(signal, () => pruneJobs(database, before(settings().log.jobDays), chunk)),
    ),
    pruned('notice-marks', dayMs, (signal) =>
      inChunks(signal, () => noticeRepository.pruneMarks(database.db, before(settings().log.noticeDays), chunk)),
    ),
    pruned('audit-log', 60 * minuteMs, (signal) => pruneAudit(deps, signal)),
    pruned('changes', 60 * minuteMs, () => changeRepository.prune(database.db, now() - feedLifeMs)),
  ];
}

/** Deletes old log rows in small steps; returns how many. */
export async function pruneLogs(
  deps: Pick<HousekeepingDeps, 'database' | 'settings' | 'now'>,
  signal: AbortSignal,
): Promise<number> {
  const before = deps.now() - deps.settings().log.retentionDays * dayMs;
  return await inChunks(signal, () => requestLogRepository.prune(deps.database.db, before, chunk));
}

/** Deletes old entries of the audit log, where the settings say so; the chain goes on from the last of them. */
async function pruneAudit({ database, settings, now }: HousekeepingDeps, signal: AbortSignal): Promise<number> {
  const days = settings().log.auditRetentionDays;
  if (days === 0) return 0;
  return await inChunks(signal, () => pruneChain(database, now() - days * dayMs, chunk));
}

/** Deletes until nothing is left to delete, or it has to stop; returns how many rows that were. */
async function inChunks(signal: AbortSignal, remove: () => Promise<number>): Promise<number> {
  let all = 0;
  while (!signal.aborted) {
    const gone = await remove();
    all += gone;
    if (gone === 0) break;
    await Bun.sleep(pauseMs);
  }
  return all;
}
