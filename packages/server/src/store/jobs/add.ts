import type { Schedule } from '../../domain/job.ts';
import type { Database, DatabaseKind, Db } from '../database.ts';

/** A job to be done at a moment (`runAt`, ms since the epoch) or later. */
export type NewJob = {
  readonly id: string;
  readonly kind: string;
  /** JSON. */
  readonly payload: string;
  /** While a job with this key is not over, no second one is made. */
  readonly dedupeKey?: string | undefined;
  readonly runAt: number;
  readonly createdAt: number;
};

/** The job that stands for what was asked; `added` is false when an earlier one does. */
export type Added = { readonly id: string; readonly added: boolean };

/** Another process may finish the job that was in the way, between two statements. */
const attempts = 20;

/**
 * Adds a job in the caller's transaction, so that it exists exactly when what it follows from does. When a job with the same
 * dedupe key is there: one that waits comes forward to the earlier moment (unless it is backing off), one that runs is
 * done once more afterwards, a dead one begins anew with this payload.
 */
export async function addJob(db: Db, kind: DatabaseKind, job: NewJob): Promise<Added> {
  const { dedupeKey } = job;
  if (dedupeKey === undefined) {
    await insert(db, job).execute();
    return { id: job.id, added: true };
  }
  for (let attempt = 0; attempt < attempts; attempt++) {
    await insertUnlessThere(db, kind, job);
    const query = db
      .selectFrom('jobs')
      .select(['id', 'state', 'due_at', 'again_at', 'attempts'])
      .where('dedupe_key', '=', dedupeKey);
    const found = await (kind === 'sqlite' ? query : query.forUpdate()).executeTakeFirst();
    if (found === undefined) continue;
    if (found.id === job.id) return { id: job.id, added: true };
    await askAgain(db, found, job);
    return { id: found.id, added: false };
  }
  throw new Error(`a job for ${dedupeKey} could not be added: others come and go all the time`);
}

const insert = (db: Db, job: NewJob) =>
  db.insertInto('jobs').values({
    id: job.id,
    kind: job.kind,
    state: 'waiting',
    payload: job.payload,
    dedupe_key: job.dedupeKey ?? null,
    due_at: job.runAt,
    again_at: null,
    attempts: 0,
    epoch: 0,
    claimed_by: null,
    created_at: job.createdAt,
    started_at: null,
    finished_at: null,
    last_error: null,
  });

async function insertUnlessThere(db: Db, kind: DatabaseKind, job: NewJob): Promise<void> {
  const query = insert(db, job);
  // Not `insert ignore`, which would make warnings of all other errors as well.
  await (
    kind === 'mysql'
      ? query.onDuplicateKeyUpdate(({ ref }) => ({ id: ref('jobs.id') }))
      : query.onConflict((conflict) => conflict.column('dedupe_key').doNothing())
  ).execute();
}

type Found = {
  readonly id: string;
  readonly state: string;
  readonly due_at: number | null;
  readonly again_at: number | null;
  readonly attempts: number;
};

async function askAgain(db: Db, found: Found, job: NewJob): Promise<void> {
  const update = db.updateTable('jobs').where('id', '=', found.id);
  switch (found.state) {
    case 'waiting':
      if (found.attempts === 0 && job.runAt < (found.due_at ?? Infinity))
        await update.set({ due_at: job.runAt }).execute();
      return;
    case 'running':
      await update.set({ again_at: Math.min(found.again_at ?? Infinity, job.runAt) }).execute();
      return;
    default:
      await update
        .set(({ eb }) => ({
          state: 'waiting',
          payload: job.payload,
          due_at: job.runAt,
          attempts: 0,
          epoch: eb('epoch', '+', 1),
          finished_at: null,
        }))
        .execute();
  }
}

/** A recurring job: `schedule` says when it runs, from `after` on (ms since the epoch). */
export type RecurringJob = Omit<NewJob, 'runAt' | 'dedupeKey'> & {
  readonly dedupeKey: string;
  readonly schedule: Schedule;
  readonly after: number;
};

/**
 * Makes sure that a recurring job exists: once, whichever processes start. One that is there keeps its moment, unless its
 * schedule has become denser and it is not backing off: then it comes forward to the first moment since it last ran. However late the
 * answers come, no moment that has been served is due again.
 */
export async function ensureRecurring(database: Database, job: RecurringJob): Promise<void> {
  const { schedule, after, ...rest } = job;
  const { db, kind } = database;
  for (let attempt = 0; attempt < attempts; attempt++) {
    await insertUnlessThere(db, kind, { ...rest, runAt: schedule(after) });
    const found = await db
      .selectFrom('jobs')
      .select(['id', 'state', 'epoch', 'due_at', 'attempts', 'started_at'])
      .where('dedupe_key', '=', job.dedupeKey)
      .executeTakeFirst();
    // Somebody has just ended it.
    if (found === undefined) continue;
    // One that runs, or failed, goes on by its schedule.
    if (found.state !== 'waiting' || found.attempts > 0) return;
    const runAt = schedule(Math.max(after, found.started_at ?? 0));
    if (found.due_at === null || found.due_at <= runAt) return;
    const { numUpdatedRows } = await db
      .updateTable('jobs')
      .set({ due_at: runAt })
      .where('id', '=', found.id)
      // It has not run since.
      .where('epoch', '=', found.epoch)
      .where('state', '=', 'waiting')
      .where('due_at', '>', runAt)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows > 0n) return;
  }
  throw new Error(`no job for ${job.dedupeKey} could be made sure of: others come and go all the time`);
}
