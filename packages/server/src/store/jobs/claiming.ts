import type { SelectQueryBuilder } from 'kysely';
import type { Database, Db } from '../database.ts';
import type { RowOf, Tables } from '../tables.ts';
import type { Claim } from './claims.ts';

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

export type NextJob = { readonly kind: string; readonly due_at: number };

/** The earliest job of each kind, due or not: those that are not yet due tell how long there is nothing to do. */
export function nextJobsQuery(db: Db, kinds: readonly [string, ...string[]]) {
  const [first, ...others] = kinds.map((kind) =>
    // SQLite takes no limit in a part of a union, but in a table that is one.
    db
      .selectFrom(
        db
          .selectFrom('jobs')
          .select(['kind', 'due_at'])
          .where('kind', '=', kind)
          .where('due_at', 'is not', null)
          .orderBy('due_at')
          .limit(1)
          .$narrowType<{ due_at: number }>()
          .as('next'),
      )
      .selectAll(),
  ) as [Part, ...Part[]];
  return others.reduce((all, part) => all.unionAll(part), first);
}
type Part = SelectQueryBuilder<Tables & { next: NextJob }, 'next', NextJob>;

/** The jobs of {@link nextJobsQuery}; none for no kinds. */
export async function nextJobs({ db }: Database, kinds: readonly string[]): Promise<readonly NextJob[]> {
  const [first, ...others] = kinds;
  return first === undefined ? [] : await nextJobsQuery(db, [first, ...others]).execute();
}

/** The id of the job that has a dedupe key; undefined when there is none that is not over. */
export async function findJobByKey({ db }: Database, dedupeKey: string): Promise<string | undefined> {
  const row = await db.selectFrom('jobs').select('id').where('dedupe_key', '=', dedupeKey).executeTakeFirst();
  return row?.id;
}

type ClaimTerms = {
  readonly now: number;
  /** When the claim ends unless it is renewed. */
  readonly until: number;
  /** Names this batch of claims, for `handBackAll`. */
  readonly claimant: string;
};

type NamedClaims = ClaimTerms & {
  readonly ids: readonly string[];
  /** Kinds that the claimant knows; others are left alone. */
  readonly kinds: readonly string[];
  /** Also jobs that wait for a later moment. */
  readonly early?: boolean;
};

/**
 * Claims those of the named jobs that are still due, all or none. Of two processes that ask for the same job at once one waits
 * for the other and then finds the job claimed.
 */
export function claimJobs(
  database: Database,
  { ids, kinds, early = false, ...terms }: NamedClaims,
  fault: (point: string) => void,
): Promise<readonly ClaimedJob[]> {
  const { now } = terms;
  return database.transact(async (db) => {
    const query = db
      .selectFrom('jobs')
      .select(claimed)
      .where('id', 'in', [...ids])
      .where('kind', 'in', [...kinds])
      .where(({ eb, or }) =>
        early ? or([eb('due_at', '<=', now), eb('state', '=', 'waiting')]) : eb('due_at', '<=', now),
      )
      // In one order, so that two who want the same ones do not wait for each other.
      .orderBy('id');
    const rows = await (database.kind === 'sqlite' ? query : query.forUpdate()).execute();
    return await writeClaims(db, rows, terms, fault);
  });
}

type DueClaims = ClaimTerms & {
  readonly wishes: readonly Wish[];
  /** Jobs that are left alone though they are due. */
  readonly without: readonly string[];
};

/**
 * Claims the earliest jobs that are due of each kind, all or none. Nobody waits for another process that is claiming: what that one has
 * in its hands is passed over, for those that come after it.
 */
export function claimDueJobs(
  database: Database,
  { wishes, without, ...terms }: DueClaims,
  fault: (point: string) => void,
): Promise<readonly ClaimedJob[]> {
  return database.transact(async (db) => {
    const rows: ClaimedRow[] = [];
    for (const wish of wishes) {
      const query = dueJobsQuery(db, wish, terms.now, without);
      rows.push(...(await (database.kind === 'sqlite' ? query : query.forUpdate().skipLocked()).execute()));
    }
    return await writeClaims(db, rows, terms, fault);
  });
}

export function dueJobsQuery(db: Db, { kind, limit }: Wish, now: number, without: readonly string[]) {
  const query = db.selectFrom('jobs').select(claimed).where('kind', '=', kind).where('due_at', '<=', now);
  return (without.length === 0 ? query : query.where('id', 'not in', without)).orderBy('due_at').limit(limit);
}

const claimed = ['id', 'kind', 'payload', 'attempts', 'epoch', 'due_at'] as const;
type ClaimedRow = Pick<RowOf<'jobs'>, (typeof claimed)[number]>;

async function writeClaims(
  db: Db,
  rows: readonly ClaimedRow[],
  { now, until, claimant }: ClaimTerms,
  fault: (point: string) => void,
): Promise<readonly ClaimedJob[]> {
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
}
