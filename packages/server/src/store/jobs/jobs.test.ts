import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { Compilable } from 'kysely';
import type { JobState } from '@tollgate/contract/job-states';
import type { Database } from '../database.ts';
import { every } from '../../domain/job.ts';
import { dissolveNode } from '../ledger/leases.ts';
import { registerNode } from '../ledger/nodes.ts';
import { eachDatabase } from '../testing/databases.ts';
import { readsEverything } from '../testing/query-plans.ts';
import { addJob, ensureRecurring } from './add.ts';
import type { NewJob } from './add.ts';
import { claimDueJobs, claimJobs, dueJobsQuery, nextJobs, nextJobsQuery } from './claiming.ts';
import type { ClaimedJob } from './claiming.ts';
import {
  buryJob,
  continueJobs,
  finishJob,
  handBack,
  handBackAll,
  handBackAllQuery,
  releaseJobsOfQuery,
  renewClaim,
  retryLater,
} from './claims.ts';
import type { Claim } from './claims.ts';
import {
  cancelJob,
  countJobs,
  countJobsQuery,
  findJob,
  listJobs,
  listJobsQuery,
  oldestJobsQuery,
  pruneJobs,
  retryJob,
} from './overview.ts';
import type { JobFilters } from './overview.ts';

/** Subqueries that have a limit of their own. */
const derivedTables = ['next', 'page', 'pages', 'counted'];

const noFault = (): void => undefined;

let counter = 0;
const newJob = (of: Partial<NewJob> = {}): NewJob => ({
  id: `job_${String(++counter).padStart(6, '0')}`,
  kind: 'test',
  payload: '{}',
  runAt: 1000,
  createdAt: 500,
  ...of,
});

const add = (database: Database, job: NewJob) => database.transact((db) => addJob(db, database.kind, job));

/** Claims what is due, as a runner does. */
const claimDue = (
  database: Database,
  now: number,
  { claimant = 'a', limit = 10, kind = 'test', forMs = 100 } = {},
): Promise<readonly ClaimedJob[]> =>
  claimDueJobs(database, { wishes: [{ kind, limit }], without: [], now, until: now + forMs, claimant }, noFault);

const continueOne = async (
  database: Database,
  claim: Claim,
  next: { readonly runAt: number; readonly payload?: string },
): Promise<boolean> => only(await continueJobs(database, [{ claim, ...next }]));

const only = <T>(all: readonly T[]): T => {
  expect(all).toHaveLength(1);
  return all[0]!;
};

eachDatabase('jobs', (open, kind) => {
  test('are claimed when they are due, oldest first, kind by kind, as many as wished for', async () => {
    const database = await open();
    for (const runAt of [3000, 1000, 2000]) await add(database, newJob({ id: `job_${runAt}`, runAt }));
    await add(database, newJob({ id: 'job_other', kind: 'other', runAt: 5000, payload: '{"a":"\\u0000"}' }));
    const kinds = ['test', 'other', 'unheard-of'];
    expect((await nextJobs(database, kinds)).toSorted((a, b) => a.due_at - b.due_at)).toEqual([
      { kind: 'test', due_at: 1000 },
      { kind: 'other', due_at: 5000 },
    ]);
    expect(await nextJobs(database, [])).toEqual([]);
    expect(await claimDue(database, 999)).toEqual([]);
    expect((await claimDue(database, 9000, { limit: 2 })).map((job) => job.id)).toEqual(['job_1000', 'job_2000']);
    expect(await claimDue(database, 9000, { kind: 'other', forMs: -1 })).toEqual([
      { id: 'job_other', kind: 'other', payload: '{"a":"\\u0000"}', attempt: 1, epoch: 1, dueAt: 5000 },
    ]);
    const several = { wishes: kinds.map((one) => ({ kind: one, limit: 5 })), now: 9000, until: 9100, claimant: 'a' };
    expect(await claimDueJobs(database, { ...several, without: ['job_3000'] }, noFault)).toMatchObject([
      { id: 'job_other', attempt: 2 },
    ]);
    expect(await claimDueJobs(database, { ...several, without: [] }, noFault)).toMatchObject([{ id: 'job_3000' }]);
    // Not before its moment, unless one asks for it by name.
    await add(database, newJob({ id: 'job_later', runAt: 20_000 }));
    const ask = { ids: ['job_later'], kinds: ['test'], now: 9000, until: 9100, claimant: 'a' };
    expect(await claimJobs(database, ask, noFault)).toEqual([]);
    expect(await claimJobs(database, { ...ask, kinds: ['other'], early: true }, noFault)).toEqual([]);
    expect(await claimJobs(database, { ...ask, early: true }, noFault)).toMatchObject([{ id: 'job_later' }]);
    expect(await claimJobs(database, { ...ask, early: true }, noFault)).toEqual([]);
  });

  test('are claimed by one only, however many ask at once', async () => {
    const database = await open();
    const ids = Array.from({ length: 20 }, (_, index) => `job_${String(index).padStart(3, '0')}`);
    for (const id of ids) await add(database, newJob({ id }));
    const claims = await Promise.all(
      ['a', 'b', 'c', 'd'].map((claimant) => claimDue(database, 1000, { claimant, limit: 20 })),
    );
    expect(
      claims
        .flat()
        .map((job) => job.id)
        .toSorted(),
    ).toEqual(ids);
  });

  test('what another process is claiming is passed over, and nobody waits for it', async () => {
    const database = await open();
    // SQLite has one writer at a time.
    if (kind === 'sqlite') return;
    for (const id of ['job_p1', 'job_p2', 'job_p3']) await add(database, newJob({ id }));
    const [held, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = database.transact(async (db) => {
      await db.selectFrom('jobs').select('id').where('id', '=', 'job_p1').forUpdate().execute();
      held.resolve();
      await free.promise;
    });
    await held.promise;
    expect((await claimDue(database, 1000, { limit: 2 })).map(({ id }) => id).toSorted()).toEqual(['job_p2', 'job_p3']);
    free.resolve();
    await slow;
    expect((await claimDue(database, 1000)).map(({ id }) => id)).toEqual(['job_p1']);
  });

  test('several go on together, each at its moment and with its payload, and of each it is told whether its claim stood', async () => {
    const database = await open();
    for (const id of ['job_c1', 'job_c2', 'job_c3']) await add(database, newJob({ id, dedupeKey: id }));
    const claims = await claimDue(database, 1000);
    await add(database, newJob({ dedupeKey: 'job_c3', runAt: 2000 }));
    const of = (id: string, epoch = 1): Claim => ({ id, epoch });
    const went = await continueJobs(database, [
      { claim: of('job_c2'), runAt: 5000, payload: '{"x":2}' },
      { claim: of('job_c1', 7), runAt: 5000, payload: '{"x":1}' },
      { claim: of('job_c3'), runAt: 6000 },
      { claim: of('nobody'), runAt: 6000 },
    ]);
    expect([claims.length, went]).toEqual([3, [true, false, true, false]]);
    const read = await Promise.all(['job_c1', 'job_c2', 'job_c3'].map((id) => findJob(database, id)));
    expect(read.map((job) => [job?.state, job?.dueAt, job?.payload])).toEqual([
      ['running', 1100, '{}'],
      ['waiting', 5000, '{"x":2}'],
      ['waiting', 2000, '{}'],
    ]);
  });

  test('law: a claim that has run out and was taken by another can write nothing any more', async () => {
    const database = await open();
    const writes = {
      renew: (claim: ClaimedJob) => renewClaim(database.db, claim, 9999),
      // Twice in the same moment is no change to a row, and still a claim.
      'renew again': (claim: ClaimedJob) => renewClaim(database.db, claim, 9999),
      finish: (claim: ClaimedJob) => finishJob(database.db, claim, 5000),
      continue: (claim: ClaimedJob) => continueOne(database, claim, { runAt: 7000, payload: '{"x":1}' }),
      retry: (claim: ClaimedJob) => retryLater(database.db, claim, { retryAt: 7000, error: 'no' }),
      bury: (claim: ClaimedJob) => buryJob(database.db, claim, { at: 5000, error: 'no' }),
      'hand back': (claim: ClaimedJob) => handBack(database.db, claim, 5000),
    };
    for (const [name, write] of Object.entries(writes)) {
      const { id } = newJob();
      await add(database, newJob({ id }));
      const stale = only(await claimDue(database, 1000));
      const fresh = only(await claimDue(database, 1100, { claimant: 'b' }));
      expect({ name, epoch: fresh.epoch, attempt: fresh.attempt }).toEqual({ name, epoch: 2, attempt: 2 });
      const before = await findJob(database, id);
      expect({ name, done: await write(stale) }).toEqual({ name, done: false });
      expect(await findJob(database, id)).toEqual(before);
      if (name === 'renew again') expect(await write(fresh)).toBe(true);
      expect({ name, done: await write(fresh) }).toEqual({ name, done: true });
      // What has ended is nobody's, not even the last claimant's.
      if (!name.startsWith('renew')) expect({ name, done: await write(fresh) }).toEqual({ name, done: false });
      await cancelJob(database.db, id, 0);
    }
  });

  test('a claim that is renewed stays; one that is not is anybody’s when it has run out', async () => {
    const database = await open();
    await add(database, newJob());
    const claim = only(await claimDue(database, 1000));
    expect(await renewClaim(database.db, claim, 2000)).toBe(true);
    expect(await claimDue(database, 1999, { claimant: 'b' })).toEqual([]);
    expect(only(await claimDue(database, 2000, { claimant: 'b' })).dueAt).toBe(2000);
  });

  test('what a job does and its end are one transaction, or nothing', async () => {
    const database = await open();
    await add(database, newJob());
    const stale = only(await claimDue(database, 1000));
    const fresh = only(await claimDue(database, 1100));
    const effect = (claim: ClaimedJob) =>
      database.transact(async (db) => {
        await db
          .insertInto('kept_values')
          .values({ id: `effect_${claim.epoch}`, value: '', expires_at: 1 })
          .execute();
        if (!(await finishJob(db, claim, 1200))) throw new Error('stale');
      });
    expect(await effect(stale).catch((error: unknown) => `${error}`)).toBe('Error: stale');
    await effect(fresh);
    expect(await database.db.selectFrom('kept_values').select('id').execute()).toEqual([{ id: 'effect_2' }]);
  });

  test('a job exists when the transaction that adds it does', async () => {
    const database = await open();
    const added = database.transact(async (db) => {
      await addJob(db, database.kind, newJob({ id: 'job_lost', dedupeKey: 'lost' }));
      throw new Error('rolled back');
    });
    expect(await added.catch((error: unknown) => `${error}`)).toBe('Error: rolled back');
    expect(await findJob(database, 'job_lost')).toBeUndefined();
  });

  test('with one dedupe key there is one that is not over, however many add it at once', async () => {
    const database = await open();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => add(database, newJob({ dedupeKey: 'k', runAt: 1000 }))),
    );
    expect(answers.filter((answer) => answer.added)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    const { id } = answers[0]!;
    // It comes forward, never back.
    await add(database, newJob({ dedupeKey: 'k', runAt: 900 }));
    await add(database, newJob({ dedupeKey: 'k', runAt: 5000 }));
    expect((await findJob(database, id))?.dueAt).toBe(900);
    // One that is backing off is not hurried.
    const failing = only(await claimDue(database, 1000));
    await retryLater(database.db, failing, { retryAt: 3000, error: 'no' });
    await add(database, newJob({ dedupeKey: 'k', runAt: 1500 }));
    expect((await findJob(database, id))?.dueAt).toBe(3000);
    // Asked for while it runs, it runs once more: what it read may be older than the asking.
    const running = only(await claimDue(database, 3000));
    expect(await add(database, newJob({ dedupeKey: 'k', runAt: 3500 }))).toEqual({ id, added: false });
    await add(database, newJob({ dedupeKey: 'k', runAt: 3400 }));
    expect(await finishJob(database.db, running, 3100)).toBe(true);
    expect(await findJob(database, id)).toMatchObject({ state: 'waiting', dueAt: 3400, attempts: 0, dedupeKey: 'k' });
    const last = only(await claimDue(database, 3400));
    expect(await finishJob(database.db, last, 3500)).toBe(true);
    expect(await findJob(database, id)).toMatchObject({ state: 'done', dueAt: null, dedupeKey: null });
    // It is over, and the key is free.
    const next = await add(database, newJob({ dedupeKey: 'k' }));
    expect(next.added).toBe(true);
    expect(next.id).not.toBe(id);
  });

  test('a dead letter says why, is not claimed, and begins anew when it is retried or asked for again', async () => {
    const database = await open();
    await add(database, newJob({ id: 'job_dead', dedupeKey: 'd' }));
    const claim = only(await claimDue(database, 1000));
    expect(await buryJob(database.db, claim, { at: 1050, error: 'it has no leg' })).toBe(true);
    expect(await claimDue(database, 1e9)).toEqual([]);
    expect(await findJob(database, 'job_dead')).toMatchObject({
      state: 'dead',
      attempts: 1,
      lastError: 'it has no leg',
      finishedAt: 1050,
      dedupeKey: 'd',
    });
    expect(await retryJob(database.db, 'job_dead', 2000)).toBe(true);
    const again = only(await claimDue(database, 2000));
    expect(again).toMatchObject({ attempt: 1, epoch: 3 });
    // Asked for while it ran for the last time: somebody may have mended what was wrong.
    await add(database, newJob({ dedupeKey: 'd', runAt: 2500 }));
    expect(await buryJob(database.db, again, { at: 2100, error: 'no' })).toBe(true);
    expect(await findJob(database, 'job_dead')).toMatchObject({ state: 'waiting', dueAt: 2500, attempts: 0 });
    await buryJob(database.db, only(await claimDue(database, 2500)), { at: 2600, error: 'no' });
    expect(await add(database, newJob({ dedupeKey: 'd', payload: '{"leg":1}', runAt: 2700 }))).toEqual({
      id: 'job_dead',
      added: false,
    });
    expect(only(await claimDue(database, 2700))).toMatchObject({ attempt: 1, payload: '{"leg":1}' });
  });

  test('are cancelled and retried by people, and a claimant notices', async () => {
    const database = await open();
    await add(database, newJob({ id: 'job_c', dedupeKey: 'c' }));
    const claim = only(await claimDue(database, 1000));
    expect(await retryJob(database.db, 'job_c', 1000)).toBe(false);
    expect(await cancelJob(database.db, 'job_c', 1010)).toBe(true);
    expect(await cancelJob(database.db, 'job_c', 1010)).toBe(false);
    expect(await renewClaim(database.db, claim, 2000)).toBe(false);
    expect(await finishJob(database.db, claim, 2000)).toBe(false);
    expect(await findJob(database, 'job_c')).toMatchObject({ state: 'cancelled', dueAt: null, dedupeKey: null });
    expect(await retryJob(database.db, 'job_c', 3000)).toBe(true);
    const done = only(await claimDue(database, 3000));
    await finishJob(database.db, done, 3000);
    expect(await retryJob(database.db, 'job_c', 3000)).toBe(false);
    expect(await cancelJob(database.db, 'job_c', 3000)).toBe(false);
    expect(await retryJob(database.db, 'job_none', 3000)).toBe(false);
  });

  test('a recurring one is made once, keeps its moment, and comes forward when its schedule becomes denser', async () => {
    const database = await open();
    const ensure = (everyMs: number, after: number) =>
      ensureRecurring(database, { ...newJob(), dedupeKey: 'every:test', schedule: every(everyMs), after });
    await Promise.all([ensure(5000, 10), ensure(5000, 20), ensure(5000, 30)]);
    const job = only(await listJobs(database, { filters: {}, before: undefined, limit: 10 }));
    const dueAt = async () => (await findJob(database, job.id))?.dueAt;
    await ensure(9000, 10);
    expect(await dueAt()).toBe(5000);
    await ensure(4000, 10);
    expect(await dueAt()).toBe(4000);
    const claim = only(await claimDue(database, 4001));
    await ensure(3000, 10);
    expect(await continueOne(database, claim, { runAt: 8000 })).toBe(true);
    expect(await findJob(database, job.id)).toMatchObject({ state: 'waiting', dueAt: 8000, attempts: 0 });
    // 4000 has been served, though whoever asks began earlier.
    await ensure(4000, 10);
    expect(await dueAt()).toBe(8000);
    await ensure(3000, 10);
    expect(await dueAt()).toBe(6000);
  });

  test('a batch of claims of which nobody knows whether it was made is handed back, and counts no attempt', async () => {
    const database = await open();
    for (const id of ['job_h1', 'job_h2', 'job_h3']) await add(database, newJob({ id }));
    await claimDue(database, 1000, { claimant: 'a:1', limit: 2 });
    const other = only(await claimDue(database, 1000, { claimant: 'b:1' }));
    await handBackAll(database.db, 'a:1', 1010);
    await handBackAll(database.db, 'nobody', 1010);
    expect(await renewClaim(database.db, other, 9000)).toBe(true);
    const again = await claimDue(database, 1010, { claimant: 'c:1' });
    expect(again.map(({ attempt, epoch }) => ({ attempt, epoch }))).toEqual([
      { attempt: 1, epoch: 2 },
      { attempt: 1, epoch: 2 },
    ]);
  });

  test('of a node that is struck off are anybody’s at once, and its attempts count', async () => {
    const database = await open();
    for (const id of ['job_n1', 'job_n2', 'job_n3']) await add(database, newJob({ id }));
    await registerNode(database, 'node_1', 1);
    for (const claimant of ['node_1:1', 'node_12:1', 'node_1:22'])
      await claimDue(database, 2000, { claimant, limit: 1, forMs: 1e6 });
    expect(await claimDue(database, 3000)).toEqual([]);
    await dissolveNode(database, 'node_1');
    const released = await claimDue(database, 3000, { claimant: 'heir:1' });
    expect(released.map(({ id, attempt, epoch }) => ({ id, attempt, epoch }))).toEqual([
      { id: 'job_n1', attempt: 2, epoch: 2 },
      { id: 'job_n3', attempt: 2, epoch: 2 },
    ]);
  });

  test('are listed page by page, whatever they are filtered by, counted, and pruned but for dead letters', async () => {
    const database = await open();
    const states: readonly JobState[] = ['waiting', 'running', 'done', 'dead', 'cancelled'];
    const rows = Array.from({ length: 60 }, (_, index) => ({
      id: `job_${String(index).padStart(4, '0')}`,
      kind: index % 3 === 0 ? 'a' : 'b',
      state: states[index % 5]!,
      payload: '{}',
      dedupe_key: null,
      due_at: index % 5 < 2 ? index : null,
      again_at: null,
      attempts: 0,
      epoch: 0,
      claimed_by: null,
      created_at: index,
      started_at: null,
      finished_at: index % 5 < 2 ? null : index,
      last_error: null,
    }));
    await database.db.insertInto('jobs').values(rows).execute();
    for (const of of ['a', 'b', 'none', undefined]) {
      for (const state of [...states, undefined]) {
        const expected = rows
          .filter((row) => (of === undefined || row.kind === of) && (state === undefined || row.state === state))
          .map((row) => row.id)
          .reverse();
        const all: string[] = [];
        let before: string | undefined;
        do {
          const page = await listJobs(database, { filters: { kind: of, state }, before, limit: 7 });
          all.push(...page.map((job) => job.id));
          before = page.length === 7 ? page.at(-1)?.id : undefined;
        } while (before !== undefined);
        expect({ kind: of, state, all }).toEqual({ kind: of, state, all: expected });
      }
    }
    expect(Object.fromEntries(await countJobs(database))).toEqual({
      waiting: 12,
      running: 12,
      done: 12,
      dead: 12,
      cancelled: 12,
    });
    let gone = 0;
    for (let step = await pruneJobs(database, 30, 4); step > 0; step = await pruneJobs(database, 30, 4)) gone += step;
    expect(gone).toBe(12);
    expect(Object.fromEntries(await countJobs(database))).toMatchObject({ done: 6, dead: 12, cancelled: 6 });
  });

  test('no question reads the whole table, and the check would notice one that does', async () => {
    const database = await open();
    const states = ['done', 'done', 'done', 'done', 'dead', 'cancelled', 'waiting', 'running'] as const;
    for (let first = 0; first < 8000; first += 500) {
      const rows = Array.from({ length: 500 }, (_, index) => {
        const n = first + index;
        const state = states[n % states.length] ?? 'done';
        return {
          id: `job_${String(n).padStart(6, '0')}`,
          kind: `kind-${n % 11}`,
          state,
          payload: '{}',
          dedupe_key: n % 3 === 0 ? `key-${n}` : null,
          due_at: state === 'waiting' || state === 'running' ? n : null,
          again_at: null,
          attempts: 0,
          epoch: 0,
          claimed_by: state === 'running' ? `node:${n % 10}` : null,
          created_at: n,
          started_at: null,
          finished_at: n,
          last_error: null,
        };
      });
      await database.db.insertInto('jobs').values(rows).execute();
    }
    if (kind === 'postgres') await sql`vacuum analyze jobs`.execute(database.db);
    if (kind === 'mysql') await sql`analyze table jobs`.execute(database.db);
    if (kind === 'sqlite') await sql`analyze`.execute(database.db);
    const { db } = database;
    const before = 'job_006000';
    const due = dueJobsQuery(db, { kind: 'kind-1', limit: 4 }, 4000, ['job_000001']);
    const list = (filters: JobFilters, from?: string) => listJobsQuery(db, { filters, before: from, limit: 10 });
    const questions: Record<string, Compilable> = {
      next: nextJobsQuery(db, ['kind-1', 'kind-2', 'kind-3']),
      'next of one kind': nextJobsQuery(db, ['kind-1']),
      due: kind === 'sqlite' ? due : due.forUpdate().skipLocked(),
      oldest: oldestJobsQuery(db, 'done', 100),
      // PostgreSQL reads a state that half of the table is in as it lies; its limit ends that.
      ...(kind !== 'postgres' && { count: { compile: () => countJobsQuery().compile(db) } }),
      'hand back': handBackAllQuery(db, 'node:1', 1),
      release: releaseJobsOfQuery(db, 'node'),
    };
    for (const of of ['kind-1', undefined])
      for (const state of ['waiting', 'done', 'dead', undefined] as const) {
        questions[`list ${of} ${state}`] = list({ kind: of, state });
        questions[`list ${of} ${state} on`] = list({ kind: of, state }, before);
      }
    for (const [name, query] of Object.entries(questions)) {
      expect({ name, reads: await readsEverything(database, query, derivedTables) }).toEqual({ name, reads: [] });
    }
    const planted = db.selectFrom('jobs').select('id').where('created_at', '=', 7);
    expect(await readsEverything(database, planted, derivedTables)).not.toEqual([]);
    const unsorted = db.selectFrom('jobs').select('id').where('id', '>', 'job_000100').orderBy('created_at').limit(5);
    if (kind !== 'mysql') expect(await readsEverything(database, unsorted, derivedTables)).not.toEqual([]);
  });

  test('law: whatever claimants and people do, in whatever order, jobs are as their rules say', async () => {
    const database = await open();
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 80, size: 'max' }), (actions) =>
        play(database, actions),
      ),
      { numRuns: kind === 'sqlite' ? 60 : 12, endOnFailure: true },
    );
  });
});

type Action =
  | { readonly do: 'add'; readonly key: number; readonly inMs: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'claim'; readonly early: boolean }
  | { readonly do: 'renew' | 'finish' | 'continue' | 'fail' | 'bury' | 'hand back'; readonly pick: number }
  | { readonly do: 'cancel' | 'retry'; readonly pick: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constant('add' as const), key: fc.nat(3), inMs: fc.nat(200) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 30, 100, 250) }),
  fc.record({ do: fc.constant('claim' as const), early: fc.boolean() }),
  fc.record({
    do: fc.constantFrom('renew' as const, 'finish' as const, 'continue' as const),
    pick: fc.nat(),
  }),
  fc.record({ do: fc.constantFrom('fail' as const, 'bury' as const, 'hand back' as const), pick: fc.nat() }),
  fc.record({ do: fc.constantFrom('cancel' as const, 'retry' as const), pick: fc.nat() }),
);

/** A job as the rules have it. */
type Model = {
  id: string;
  state: JobState;
  dueAt: number | null;
  again: number | null;
  attempts: number;
  epoch: number;
  key: string | null;
};

async function play(database: Database, actions: readonly Action[]): Promise<void> {
  const { db } = database;
  await db.deleteFrom('jobs').execute();
  const jobs = new Map<string, Model>();
  const claims: { readonly id: string; readonly epoch: number }[] = [];
  let now = 1000;
  const end = (job: Model, state: 'done' | 'dead'): void => {
    if (job.again === null) Object.assign(job, { state, dueAt: null, key: state === 'done' ? null : job.key });
    else Object.assign(job, { state: 'waiting', dueAt: job.again, again: null, attempts: 0 });
  };
  for (const step of actions) {
    switch (step.do) {
      case 'wait':
        now += step.ms;
        break;
      case 'add': {
        const key = step.key === 0 ? undefined : `key${step.key}`;
        const runAt = now + step.inMs;
        const made = newJob({ dedupeKey: key, runAt });
        const there = key === undefined ? undefined : [...jobs.values()].find((job) => job.key === key);
        expect(await add(database, made)).toEqual({ id: there?.id ?? made.id, added: there === undefined });
        if (there === undefined)
          jobs.set(made.id, {
            id: made.id,
            state: 'waiting',
            dueAt: runAt,
            again: null,
            attempts: 0,
            epoch: 0,
            key: key ?? null,
          });
        else if (there.state === 'running') there.again = Math.min(there.again ?? Infinity, runAt);
        else if (there.state === 'dead')
          Object.assign(there, { state: 'waiting', dueAt: runAt, attempts: 0, epoch: there.epoch + 1 });
        else if (there.attempts === 0) there.dueAt = Math.min(there.dueAt ?? Infinity, runAt);
        break;
      }
      case 'claim': {
        const ids = [...jobs.keys()].filter((_, index) => index % 2 === 0 || !step.early);
        if (ids.length === 0) break;
        const due = ids.filter((id) => {
          const job = jobs.get(id)!;
          return (job.dueAt !== null && job.dueAt <= now) || (step.early && job.state === 'waiting');
        });
        const got = await claimJobs(
          database,
          { ids, kinds: ['test'], now, until: now + 100, claimant: 'x', early: step.early },
          noFault,
        );
        expect(got.map((job) => job.id)).toEqual(due.toSorted());
        for (const id of due) {
          const job = jobs.get(id)!;
          Object.assign(job, { state: 'running', dueAt: now + 100, attempts: job.attempts + 1, epoch: job.epoch + 1 });
        }
        for (const { id, epoch, attempt } of got) {
          expect({ epoch, attempt }).toEqual({ epoch: jobs.get(id)!.epoch, attempt: jobs.get(id)!.attempts });
          claims.push({ id, epoch });
        }
        break;
      }
      case 'cancel':
      case 'retry': {
        const job = [...jobs.values()][step.pick % Math.max(1, jobs.size)];
        if (job === undefined) break;
        const may =
          step.do === 'cancel'
            ? job.state === 'waiting' || job.state === 'running' || job.state === 'dead'
            : job.state === 'waiting' || job.state === 'dead' || job.state === 'cancelled';
        expect(await (step.do === 'cancel' ? cancelJob : retryJob)(db, job.id, now)).toBe(may);
        if (!may) break;
        job.epoch++;
        if (step.do === 'cancel') Object.assign(job, { state: 'cancelled', dueAt: null, again: null, key: null });
        else Object.assign(job, { state: 'waiting', dueAt: now, attempts: 0 });
        break;
      }
      default: {
        const claim = claims[step.pick % Math.max(1, claims.length)];
        if (claim === undefined) break;
        const job = jobs.get(claim.id)!;
        const holds = job.state === 'running' && job.epoch === claim.epoch;
        const later = now + 70;
        const write = {
          renew: () => renewClaim(db, claim, now + 100),
          finish: () => finishJob(db, claim, now),
          continue: () => continueOne(database, claim, { runAt: later }),
          fail: () => retryLater(db, claim, { retryAt: later, error: 'e' }),
          bury: () => buryJob(db, claim, { at: now, error: 'e' }),
          'hand back': () => handBack(db, claim, now),
        };
        expect(await write[step.do]()).toBe(holds);
        if (!holds) break;
        if (step.do === 'renew') job.dueAt = now + 100;
        else if (step.do === 'finish') end(job, 'done');
        else if (step.do === 'bury') end(job, 'dead');
        else if (step.do === 'continue')
          Object.assign(job, {
            state: 'waiting',
            dueAt: Math.min(later, job.again ?? later),
            again: null,
            attempts: 0,
          });
        else if (step.do === 'fail') Object.assign(job, { state: 'waiting', dueAt: later, again: null });
        else Object.assign(job, { state: 'waiting', dueAt: now, attempts: job.attempts - 1 });
      }
    }
  }
  const rows = await db
    .selectFrom('jobs')
    .select(['id', 'state', 'due_at as dueAt', 'again_at as again', 'attempts', 'epoch', 'dedupe_key as key'])
    .orderBy('id')
    .execute();
  expect(rows).toEqual([...jobs.values()]);
}
