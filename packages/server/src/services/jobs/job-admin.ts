import type { JobState } from '@tollgate/contract/job-states';
import type { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import type { Database, Db } from '../../store/database.ts';
import {
  cancelJob,
  countJobs,
  findJob,
  listJobs,
  retryJob,
  type JobFilters,
  type JobSummary,
} from '../../store/jobs/overview.ts';
import type { Jobs } from './jobs.ts';

export type JobAdminDeps = {
  readonly database: Database;
  readonly jobs: Pick<Jobs, 'wake' | 'mayCancel'>;
  readonly now: () => number;
};

type JobView = JobSummary & { readonly cancellable: boolean };
type JobDetail = JobView & { readonly payload: JsonValue };
type JsonValue = z.output<ReturnType<typeof z.json>>;

const idForm = /^job_[\x21-\x7e]{1,76}$/;

/** A page of jobs, latest first; `after` is the `next` of the page before. */
export async function showJobs(
  deps: JobAdminDeps,
  ask: { readonly filters: JobFilters; readonly after: string | undefined; readonly limit: number },
): Promise<{ readonly data: JobView[]; readonly next: string | null }> {
  const { filters, after, limit } = ask;
  if (after !== undefined && !idForm.test(after))
    throw new Refusal('invalid_request', 'is not the `next` of a page', { param: 'after' });
  const rows = await listJobs(deps.database, { filters, before: after, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const next = rows.length > limit ? (shown.at(-1)?.id ?? null) : null;
  return { data: shown.map((job) => ({ ...job, cancellable: deps.jobs.mayCancel(job.kind) })), next };
}

/** Jobs in each state; counting stops at 10 000. */
export async function jobCounts(database: Database): Promise<Record<JobState, number>> {
  const counts = await countJobs(database);
  const of = (state: JobState): number => counts.get(state) ?? 0;
  return {
    waiting: of('waiting'),
    running: of('running'),
    done: of('done'),
    dead: of('dead'),
    cancelled: of('cancelled'),
  };
}

/** One job with its payload; a text that is no JSON is shown as it is. */
export async function showJob(deps: JobAdminDeps, id: string): Promise<JobDetail> {
  const job = await findJob(deps.database, id);
  if (job === undefined) throw new Refusal('not_found', 'There is no such job.');
  return { ...job, payload: jsonOrText(job.payload), cancellable: deps.jobs.mayCancel(job.kind) };
}

function jsonOrText(text: string): JsonValue {
  try {
    // Whatever JSON.parse returns is JSON by definition.
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** Runs a job at once, as if for the first time. `actor` is who asks, for the audit log. */
export async function retryJobNow(deps: JobAdminDeps, actor: string, id: string): Promise<JobDetail> {
  const job = await showJob(deps, id);
  await change(deps, actor, job, 'retry', retryJob);
  deps.jobs.wake();
  return await showJob(deps, id);
}

/** Cancels a job; one that runs is told so when it next renews its claim, and what it writes afterwards is refused. */
export async function cancelJobNow(deps: JobAdminDeps, actor: string, id: string): Promise<JobDetail> {
  const job = await showJob(deps, id);
  if (!job.cancellable) throw new Refusal('conflict', `Jobs of the kind ${job.kind} cannot be cancelled.`);
  await change(deps, actor, job, 'cancel', cancelJob);
  return await showJob(deps, id);
}

async function change(
  { database, now }: JobAdminDeps,
  actor: string,
  job: JobDetail,
  action: 'retry' | 'cancel',
  write: (db: Db, id: string, at: number) => Promise<boolean>,
): Promise<void> {
  const at = now();
  await database.transact(async (db) => {
    if (!(await write(db, job.id, at)))
      throw new Refusal('conflict', action === 'retry' ? 'The job is running, or done.' : 'The job is over.');
    await auditRepository.append(db, {
      at,
      actor,
      action: `job.${action}`,
      subject: `job:${job.id}`,
      before: { kind: job.kind, state: job.state, attempts: job.attempts, lastError: job.lastError },
      after: { state: action === 'retry' ? 'waiting' : 'cancelled' },
    });
  });
}
