import { sql } from 'kysely';
import { jobStates } from '@tollgate/contract/job-states';
import type { JobState } from '@tollgate/contract/job-states';
import type { Database, Db } from '../database.ts';

/** A job as people see it. Moments are ms since the epoch. */
export type JobSummary = {
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly dedupeKey: string | null;
  /** When it is due, or its claim ends; null at rest. */
  readonly dueAt: number | null;
  readonly attempts: number;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly lastError: string | null;
};

export type JobFilters = { readonly kind?: string | undefined; readonly state?: JobState | undefined };

const shown = [
  'id',
  'kind',
  'state',
  'dedupe_key as dedupeKey',
  'due_at as dueAt',
  'attempts',
  'created_at as createdAt',
  'started_at as startedAt',
  'finished_at as finishedAt',
  'last_error as lastError',
] as const;

type Ask = { readonly filters: JobFilters; readonly before: string | undefined; readonly limit: number };

/** The query of {@link listJobs}, for the test that asks the databases how they would run it. */
export function listJobsQuery(db: Db, { filters: { kind, state }, before, limit }: Ask) {
  const page = (only: JobState | undefined) => {
    let query = db.selectFrom('jobs').select(shown).orderBy('id', 'desc').limit(limit);
    if (kind !== undefined) query = query.where('kind', '=', kind);
    if (only !== undefined) query = query.where('state', '=', only);
    if (before !== undefined) query = query.where('id', '<', before);
    return query;
  };
  if (kind === undefined || state !== undefined) return page(state);
  // One index answers for a kind and a state; a kind's page is the latest of its pages of each state.
  const [first, ...others] = jobStates.map((one) => db.selectFrom(page(one).as('page')).selectAll());
  if (first === undefined) throw new Error('a job has no state to be in');
  const all = others.reduce((joined, part) => joined.unionAll(part), first);
  return db.selectFrom(all.as('pages')).selectAll().orderBy('id', 'desc').limit(limit);
}

/** Jobs that match, latest first, older than the one named `before` (keyset pagination). */
export async function listJobs({ db }: Database, ask: Ask): Promise<readonly JobSummary[]> {
  return await listJobsQuery(db, ask).execute();
}

/** One job with its payload (JSON); undefined when there is none. */
export async function findJob(
  { db }: Database,
  id: string,
): Promise<(JobSummary & { readonly payload: string }) | undefined> {
  return await db
    .selectFrom('jobs')
    .select([...shown, 'payload'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Lets a job that is dead, cancelled or waiting run at once, as if for the first time; false when it is none of these. */
export async function retryJob(db: Db, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('jobs')
    .set(({ eb }) => ({ state: 'waiting', due_at: now, attempts: 0, epoch: eb('epoch', '+', 1), finished_at: null }))
    .where('id', '=', id)
    .where('state', 'in', ['dead', 'cancelled', 'waiting'])
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Cancels a job that is not over. One that runs loses its claim, and learns so. False when it is over. */
export async function cancelJob(db: Db, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('jobs')
    .set(({ eb }) => ({
      state: 'cancelled',
      dedupe_key: null,
      due_at: null,
      again_at: null,
      claimed_by: null,
      epoch: eb('epoch', '+', 1),
      finished_at: now,
    }))
    .where('id', '=', id)
    .where('state', 'in', ['dead', 'running', 'waiting'])
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** The oldest jobs of a state, of which {@link pruneJobs} takes those that ended too long ago. */
export const oldestJobsQuery = (db: Db, state: JobState, chunk: number) =>
  db.selectFrom('jobs').select(['id', 'finished_at']).where('state', '=', state).orderBy('id').limit(chunk);

/**
 * Deletes jobs that were done or cancelled before `before` (ms), looking at no more than `chunk` of each; returns how
 * many. Call it again until it returns 0. Dead letters stay: a person has to see them.
 */
export async function pruneJobs({ db }: Database, before: number, chunk: number): Promise<number> {
  let all = 0;
  for (const state of ['done', 'cancelled'] as const) {
    const oldest = await oldestJobsQuery(db, state, chunk).execute();
    const gone = oldest.flatMap((row) => (row.finished_at !== null && row.finished_at < before ? [row.id] : []));
    if (gone.length === 0) continue;
    const { numDeletedRows } = await db
      .deleteFrom('jobs')
      .where('id', 'in', gone)
      .where('state', '=', state)
      .executeTakeFirstOrThrow();
    all += Number(numDeletedRows);
  }
  return all;
}

/** Counting stops here: to a person a thousand times ten is as much as a million, and to a database it is not. */
export const countLimit = 10_000;

/** The query of {@link countJobs}. */
export function countJobsQuery() {
  const counts = jobStates.map(
    (state) =>
      sql`select ${sql.lit(state)} as state, count(*) as n
        from (select 1 as one from jobs where state = ${sql.lit(state)} limit ${sql.lit(countLimit)}) as counted`,
  );
  return sql<{ state: JobState; n: number }>`${sql.join(counts, sql` union all `)}`;
}

/** Jobs in each state, {@link countLimit} at most. */
export async function countJobs({ db }: Database): Promise<ReadonlyMap<JobState, number>> {
  const { rows } = await countJobsQuery().execute(db);
  return new Map(rows.map(({ state, n }) => [state, Number(n)]));
}
