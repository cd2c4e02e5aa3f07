import { sql } from 'kysely';
import type { SelectQueryBuilder } from 'kysely';
import type { JobState } from '@tollgate/contract/job-states';
import type { Database, Db } from '../database.ts';
import type { Tables } from '../tables.ts';

/** A claim on a job. What is written under a claim whose epoch is not the job's any more changes nothing. */
export type Claim = { readonly id: string; readonly epoch: number };

/** A job as its claimant gets it. Moments are ms since the epoch. */
export type ClaimedJob = Claim & {
  readonly kind: string;
  /** JSON. */
  readonly payload: string;
  /** From 1: this one counts. */
  readonly attempt: number;
  /** When it was due; the end of the last claim for a job whose claimant fell silent. */
  readonly dueAt: number;
};

/** How many jobs of a kind a process would take. */
export type Wish = { readonly kind: string; readonly limit: number };

export type NextJob = { readonly id: string; readonly kind: string; readonly due_at: number };

/** The earliest jobs of each kind, due or not: the first that are not yet due tell how long there is nothing to do. */
export function nextJobsQuery(db: Db, wishes: readonly [Wish, ...Wish[]]) {
  const [first, ...others] = wishes.map(({ kind, limit }) =>
    // SQLite takes no limit in a part of a union, but in a table that is one.
    db
      .selectFrom(
        db
          .selectFrom('jobs')
          .select(['id', 'kind', 'due_at'])
          .where('kind', '=', kind)
          .where('due_at', 'is not', null)
          .orderBy('due_at')
          .limit(limit)
          .$narrowType<{ due_at: number }>()
          .as('next'),
      )
      .selectAll(),
  ) as [Part, ...Part[]];
  return others.reduce((all, part) => all.unionAll(part), first);
}
type Part = SelectQueryBuilder<Tables & { next: NextJob }, 'next', NextJob>;

/** The jobs of {@link nextJobsQuery}; none for no wishes. */
export async function nextJobs({ db }: Database, wishes: readonly Wish[]): Promise<readonly NextJob[]> {
  const [first, ...others] = wishes;
  return first === undefined ? [] : await nextJobsQuery(db, [first, ...others]).execute();
}

/** The id of the job that has a dedupe key; undefined when there is none that is not over. */
export async function findJobByKey({ db }: Database, dedupeKey: string): Promise<string | undefined> {
  const row = await db.selectFrom('jobs').select('id').where('dedupe_key', '=', dedupeKey).executeTakeFirst();
  return row?.id;
}

type ClaimRequest = {
  readonly ids: readonly string[];
  /** Kinds that the claimant knows; others are left alone. */
  readonly kinds: readonly string[];
  readonly now: number;
  /** When the claim ends unless it is renewed. */
  readonly until: number;
  /** Names this batch of claims, for {@link handBackAll}. */
  readonly claimant: string;
  /** Also jobs that wait for a later moment. */
  readonly early?: boolean;
};

/**
 * Claims those of the named jobs that are still due, all or none. Of two processes that ask for the same job at once one waits
 * for the other and then finds the job claimed.
 */
export function claimJobs(
  database: Database,
  { ids, kinds, now, until, claimant, early = false }: ClaimRequest,
  fault: (point: string) => void,
): Promise<readonly ClaimedJob[]> {
  return database.transact(async (db) => {
    const query = db
      .selectFrom('jobs')
      .select(['id', 'kind', 'payload', 'attempts', 'epoch', 'due_at'])
      .where('id', 'in', [...ids])
      .where('kind', 'in', [...kinds])
      .where(({ eb, or }) =>
        early ? or([eb('due_at', '<=', now), eb('state', '=', 'waiting')]) : eb('due_at', '<=', now),
      )
      // In one order, so that two who want the same ones do not wait for each other.
      .orderBy('id');
    const rows = await (database.kind === 'sqlite' ? query : query.forUpdate()).execute();
    if (rows.length === 0) return [];
    await db
      .updateTable('jobs')
      .set(({ eb }) => ({
        state: 'running',
        due_at: until,
        attempts: eb('attempts', '+', 1),
        epoch: eb('epoch', '+', 1),
        claimed_by: claimant,
        started_at: now,
      }))
      .where(
        'id',
        'in',
        rows.map((row) => row.id),
      )
      .execute();
    fault('claim:before-commit');
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      payload: row.payload,
      attempt: row.attempts + 1,
      epoch: row.epoch + 1,
      dueAt: row.due_at ?? now,
    }));
  });
}

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

/** The job went well and goes on at a later moment, with another payload if one is given; false when the claim is lost. */
export async function continueJob(
  db: Db,
  claim: Claim,
  { runAt, payload }: { readonly runAt: number; readonly payload?: string | undefined },
): Promise<boolean> {
  return changed(
    await underClaim(db, claim)
      .set({
        state: 'waiting',
        attempts: 0,
        due_at: sql<number>`case when again_at < ${runAt} then again_at else ${runAt} end`,
        again_at: null,
        claimed_by: null,
        last_error: null,
        ...(payload !== undefined && { payload }),
      })
      .executeTakeFirstOrThrow(),
  );
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
