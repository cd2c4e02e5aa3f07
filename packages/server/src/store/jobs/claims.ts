import { sql } from 'kysely';
import type { JobState } from '@tollgate/contract/job-states';
import type { Database, Db } from '../database.ts';

/** A claim on a job. What is written under a claim whose epoch is not the job's any more changes nothing. */
export type Claim = { readonly id: string; readonly epoch: number };

/** What may be written under a claim: only while it stands. */
const underClaim = (db: Db, { id, epoch }: Claim) =>
  db.updateTable('jobs').where('id', '=', id).where('epoch', '=', epoch).where('state', '=', 'running');

const changed = ({ numUpdatedRows }: { readonly numUpdatedRows: bigint }): boolean => numUpdatedRows > 0n;

/** Goes on with a job until a later moment; false when the claim is lost. */
export async function renewClaim(db: Db, claim: Claim, until: number): Promise<boolean> {
  return changed(await underClaim(db, claim).set({ due_at: until }).executeTakeFirstOrThrow());
}

/**
 * The job is done; false when the claim is lost. One that was asked for once more meanwhile waits again. In a transaction with
 * what the job does, both happen or neither: a claim that is lost must then roll back.
 */
export async function finishJob(db: Db, claim: Claim, at: number): Promise<boolean> {
  return changed(
    await underClaim(db, claim)
      .set(({ ref }) => ({
        ...restingAs('done'),
        dedupe_key: sql<string | null>`case when again_at is null then null else dedupe_key end`,
        due_at: ref('again_at'),
        again_at: null,
        finished_at: at,
        last_error: null,
      }))
      .executeTakeFirstOrThrow(),
  );
}

/** A job that went well and goes on at a later moment (ms since the epoch), with another payload if one is given. */
export type Continuation = {
  readonly claim: Claim;
  readonly runAt: number;
  readonly payload?: string | undefined;
};

/** Writes of different jobs, in one transaction, that they go on; tells of each whether its claim stood. */
export function continueJobs(database: Database, jobs: readonly Continuation[]): Promise<readonly boolean[]> {
  return database.transact(async (db) => {
    const query = db
      .selectFrom('jobs')
      .select(['id', 'epoch', 'again_at'])
      .where(
        'id',
        'in',
        jobs.map(({ claim }) => claim.id),
      )
      .where('state', '=', 'running')
      // In one order, so that two who write of several do not wait for each other.
      .orderBy('id');
    const rows = await (database.kind === 'sqlite' ? query : query.forUpdate()).execute();
    const found = new Map(rows.map((row) => [row.id, row]));
    const held = jobs.map(({ claim }) => found.get(claim.id)?.epoch === claim.epoch);
    const next = jobs.flatMap(({ claim: { id }, runAt, payload }, index) =>
      held[index] === true ? [{ id, payload, dueAt: Math.min(found.get(id)?.again_at ?? runAt, runAt) }] : [],
    );
    if (next.length > 0) await goOn(database, db, next);
    return held;
  });
}

type Next = { readonly id: string; readonly dueAt: number; readonly payload: string | undefined };

async function goOn({ kind }: Database, db: Db, jobs: readonly Next[]): Promise<void> {
  const moment = sql.raw(kind === 'mysql' ? 'signed' : 'bigint');
  const dueAt = jobs.map((job) => sql`when ${job.id} then cast(${job.dueAt} as ${moment})`);
  const payloads = jobs.flatMap(({ id, payload }) => (payload === undefined ? [] : [sql`when ${id} then ${payload}`]));
  await db
    .updateTable('jobs')
    .set({
      state: 'waiting',
      attempts: 0,
      due_at: sql<number>`case id ${sql.join(dueAt, sql` `)} end`,
      again_at: null,
      claimed_by: null,
      last_error: null,
      ...(payloads.length > 0 && { payload: sql<string>`case id ${sql.join(payloads, sql` `)} else payload end` }),
    })
    .where(
      'id',
      'in',
      jobs.map(({ id }) => id),
    )
    .execute();
}

/** The job failed and is tried again at `retryAt`; false when the claim is lost. */
export async function retryLater(
  db: Db,
  claim: Claim,
  { retryAt, error }: { readonly retryAt: number; readonly error: string },
): Promise<boolean> {
  return changed(
    await underClaim(db, claim)
      .set({ state: 'waiting', due_at: retryAt, again_at: null, claimed_by: null, last_error: error })
      .executeTakeFirstOrThrow(),
  );
}

/**
 * The job failed for good: it stays, as a dead letter, until a person looks at it. One that was asked for once more meanwhile
 * begins anew instead. False when the claim is lost.
 */
export async function buryJob(
  db: Db,
  claim: Claim,
  { at, error }: { readonly at: number; readonly error: string },
): Promise<boolean> {
  return changed(
    await underClaim(db, claim)
      .set(({ ref }) => ({
        ...restingAs('dead'),
        due_at: ref('again_at'),
        again_at: null,
        finished_at: at,
        last_error: error,
      }))
      .executeTakeFirstOrThrow(),
  );
}

/** The state of a job that ends, unless it was asked for once more. MySQL assigns from left to right: `again_at` comes later. */
const restingAs = (state: 'done' | 'dead') => ({
  state: sql<JobState>`case when again_at is null then ${sql.lit(state)} else 'waiting' end`,
  attempts: sql<number>`case when again_at is null then attempts else 0 end`,
  claimed_by: null,
});

/** Gives a job back as it was, for another process to take at once; this attempt does not count. */
export async function handBack(db: Db, claim: Claim, at: number): Promise<boolean> {
  return changed(
    await underClaim(db, claim)
      .set(({ eb }) => ({ state: 'waiting', due_at: at, attempts: eb('attempts', '-', 1), claimed_by: null }))
      .executeTakeFirstOrThrow(),
  );
}

/** Gives back all jobs of a batch of claims of which it is not known whether they were made. */
export async function handBackAll(db: Db, claimant: string, at: number): Promise<void> {
  await handBackAllQuery(db, claimant, at).execute();
}

/**
 * Lets other processes have the jobs of one that is gone, without waiting for its claims to run out. Its attempts count: they may
 * be what it died of.
 */
export async function releaseJobsOf(db: Db, nodeId: string): Promise<void> {
  await releaseJobsOfQuery(db, nodeId).execute();
}

export const releaseJobsOfQuery = (db: Db, nodeId: string) =>
  db
    .updateTable('jobs')
    .set(({ ref }) => ({ due_at: ref('started_at') }))
    .where('state', '=', 'running')
    // Names of batches are the node's, a colon, and a number: `;` is the next character.
    .where('claimed_by', '>', `${nodeId}:`)
    .where('claimed_by', '<', `${nodeId};`);

export const handBackAllQuery = (db: Db, claimant: string, at: number) =>
  db
    .updateTable('jobs')
    .set(({ eb }) => ({ state: 'waiting', due_at: at, attempts: eb('attempts', '-', 1), claimed_by: null }))
    .where('state', '=', 'running')
    .where('claimed_by', '=', claimant);
