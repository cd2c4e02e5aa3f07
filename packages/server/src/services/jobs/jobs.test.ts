import { afterEach, expect, test } from 'bun:test';
import { z } from 'zod';
import { every } from '../../domain/job.ts';
import type { Database } from '../../store/database.ts';
import { addJob } from '../../store/jobs/add.ts';
import { cancelJob, findJob, listJobs } from '../../store/jobs/overview.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { jobHandler, jobKind, type JobContext } from './job-kind.ts';
import type { Jobs } from './jobs.ts';
import { ended, testJobs, until } from './testing/jobs.ts';

const quick = { firstMs: 1, maxMs: 4 };
const numbered = jobKind({
  name: 'numbered',
  payload: z.strictObject({ n: z.number() }),
  backOff: quick,
  maxAttempts: 3,
});

const open: Jobs[] = [];
afterEach(async () => {
  for (const jobs of open.splice(0)) await jobs.stop();
});

/** A runner that is stopped after the test. */
function runner(database: Database, deps: Parameters<typeof testJobs>[1] = {}): Jobs {
  const jobs = testJobs(database, deps);
  open.push(jobs);
  return jobs;
}

/** Leaves a mark with the end of the job, or neither; more than one of a job would be a job that was done twice. */
const mark = (database: Database, context: JobContext, text: string) =>
  database.transact(async (db) => {
    const id = `${context.id}.${crypto.randomUUID().slice(0, 8)}`;
    await db.insertInto('kept_values').values({ id, value: text, expires_at: 1 }).execute();
    await context.finish(db);
  });

const marks = async (database: Database): Promise<readonly string[]> =>
  (await database.db.selectFrom('kept_values').select('value').execute()).map((row) => row.value).toSorted();

eachDatabase('the runner of jobs', (openDatabase) => {
  test('two processes share what there is to do, and do each job once', async () => {
    const database = await openDatabase();
    const done: string[] = [];
    const handler = (name: string) =>
      jobHandler(numbered, async ({ n }, context) => {
        done.push(name);
        await Bun.sleep(Math.random() * 5);
        await mark(database, context, `${n}`.padStart(3, '0'));
        return undefined;
      });
    const [a, b] = [runner(database), runner(database)];
    for (let n = 0; n < 40; n++) await a.add(numbered, { n });
    a.start([handler('a')]);
    b.start([handler('b')]);
    await until(async () => (await marks(database)).length >= 40);
    await Promise.all([a.stop(), b.stop()]);
    expect(await marks(database)).toEqual(Array.from({ length: 40 }, (_, n) => `${n}`.padStart(3, '0')));
    expect(new Set(done)).toEqual(new Set(['a', 'b']));
    const jobs = await listJobs(database, { filters: {}, before: undefined, limit: 100 });
    expect(jobs.map((job) => job.state)).toEqual(Array.from({ length: 40 }, () => 'done'));
    expect(a.stats().ends.get('numbered')?.get('done')).toBeGreaterThan(0);
  });

  test('what a job that is not over says comes back at its moment, with its payload', async () => {
    const database = await openDatabase();
    const jobs = runner(database);
    const seen: { n: number; attempt: number }[] = [];
    jobs.start([
      jobHandler(numbered, ({ n }, { attempt }) => {
        seen.push({ n, attempt });
        return Promise.resolve(n < 5 ? { runAt: Date.now(), payload: { n: n + 1 } } : undefined);
      }),
    ]);
    const { id } = await jobs.add(numbered, { n: 1 });
    expect(await ended(database, id)).toMatchObject({ state: 'done', payload: '{"n":5}' });
    // Going on is no failure: more often than a job may fail.
    expect(seen).toEqual([1, 2, 3, 4, 5].map((n) => ({ n, attempt: 1 })));
  });

  test('what fails is tried again, and is a dead letter in the end: with its reason, without secrets', async () => {
    const database = await openDatabase();
    const jobs = runner(database);
    const attempts: number[] = [];
    jobs.start([
      jobHandler(numbered, ({ n }, { attempt }) => {
        attempts.push(attempt);
        if (n === 1 && attempt === 2) return Promise.resolve(undefined);
        throw new Error(`refused\0 sk-${'a1'.repeat(20)} at https://example.internal/x ${'long '.repeat(2000)}`);
      }),
    ]);
    const mended = await jobs.add(numbered, { n: 1 });
    expect(await ended(database, mended.id)).toMatchObject({ state: 'done', attempts: 2, lastError: null });
    const hopeless = await jobs.add(numbered, { n: 2 });
    const dead = await ended(database, hopeless.id);
    expect(dead).toMatchObject({ state: 'dead', attempts: 3, dueAt: null });
    expect(attempts).toEqual([1, 2, 1, 2, 3]);
    expect(dead.lastError).toStartWith('refused *** at *** long');
    expect(dead.lastError?.length).toBeLessThanOrEqual(1000);
  });

  test('a payload that is not one goes to the dead letters, and says where it is wrong', async () => {
    const database = await openDatabase();
    const jobs = runner(database);
    jobs.start([jobHandler(numbered, () => Promise.reject(new Error('must not run')))]);
    for (const payload of ['{"n":"one"}', '{"n":1,"m":2}', 'no json']) {
      const id = `job_${crypto.randomUUID()}`;
      await addJob(database.db, database.kind, { id, kind: 'numbered', payload, runAt: 1, createdAt: 1 });
      const job = await ended(database, id);
      expect(job).toMatchObject({ state: 'dead', attempts: 1 });
      expect(job.lastError).toStartWith('its payload is not one of numbered: ');
    }
    expect(await jobs.add(numbered, JSON.parse('{"n":"x"}')).catch(() => 'refused')).toBe('refused');
  });

  test('a kind that this process does not know is left to one that does', async () => {
    const database = await openDatabase();
    const [old, young] = [runner(database), runner(database)];
    old.start([jobHandler(jobKind({ name: 'other', payload: z.unknown() }), () => Promise.resolve(undefined))]);
    const { id } = await old.add(numbered, { n: 1 }, { dedupeKey: 'k' });
    expect(await old.runNow('k')).toBeUndefined();
    await Bun.sleep(120);
    expect(await findJob(database, id)).toMatchObject({ state: 'waiting', attempts: 0 });
    young.start([jobHandler(numbered, () => Promise.resolve(undefined))]);
    expect(await ended(database, id)).toMatchObject({ state: 'done', attempts: 1 });
  });

  test('a recurring job is one, whoever starts, runs once for all the times it was missed, and goes on after failures', async () => {
    const database = await openDatabase();
    let now = 1_000_000;
    const ran: { readonly dueAt: number; readonly attempt: number }[] = [];
    let failing = false;
    const hourly = jobKind({
      name: 'hourly',
      payload: z.strictObject({}),
      schedule: (after) => (Math.floor(after / 3_600_000) + 1) * 3_600_000,
      maxAttempts: 2,
      backOff: quick,
    });
    const handler = jobHandler(hourly, (_, { dueAt, attempt }) => {
      ran.push({ dueAt, attempt });
      return failing ? Promise.reject(new Error('not today')) : Promise.resolve(undefined);
    });
    const all = [1, 2, 3].map(() => runner(database, { now: () => now }));
    for (const jobs of all) jobs.start([handler]);
    const rows = () => listJobs(database, { filters: {}, before: undefined, limit: 10 });
    await until(async () => (await rows()).length === 1);
    now = 3_600_000;
    await until(() => ran.length === 1);
    await until(async () => (await rows())[0]?.dueAt === 7_200_000);
    expect(ran).toEqual([{ dueAt: 3_600_000, attempt: 1 }]);
    // Nobody was there for three hours.
    for (const jobs of all) await jobs.stop();
    now = 14_400_001;
    const next = [1, 2].map(() => runner(database, { now: () => now }));
    for (const jobs of next) jobs.start([handler]);
    await until(async () => (await rows())[0]?.dueAt === 18_000_000);
    expect(ran).toEqual([
      { dueAt: 3_600_000, attempt: 1 },
      { dueAt: 7_200_000, attempt: 1 },
    ]);
    // It never becomes a dead letter, and says what is wrong.
    failing = true;
    now = 18_000_000;
    await until(async () => {
      now += 10;
      return ran.length >= 7 && (await rows())[0]?.lastError === 'not today';
    });
    failing = false;
    await until(async () => {
      now += 10;
      return (await rows())[0]?.dueAt === 21_600_000 && (await rows())[0]?.attempts === 0;
    });
    expect(await rows()).toMatchObject([{ state: 'waiting', lastError: null }]);
  });

  test('who starts slowly makes no time due again that has been served', async () => {
    const hourMs = 3_600_000;
    const database = await openDatabase();
    // The answer to which of its statements comes late: to the first, the second, …
    for (let late = 1; late <= 4; late++) {
      const hourly = jobKind({ name: `hourly${late}`, payload: z.strictObject({}), schedule: every(hourMs) });
      let now = 1;
      const ran: number[] = [];
      const handler = jobHandler(hourly, (_, { dueAt }) => {
        ran.push(dueAt);
        return Promise.resolve(undefined);
      });
      const [quick, other] = [1, 2].map(() => runner(database, { now: () => now }));
      quick?.start([handler]);
      const due = async () =>
        (await listJobs(database, { filters: { kind: hourly.name }, before: undefined, limit: 1 }))[0]?.dueAt;
      await until(async () => (await due()) === hourMs);
      const asleep = Promise.withResolvers<void>();
      const awake = Promise.withResolvers<void>();
      let answers = 0;
      const db = database.db.withPlugin({
        transformQuery: ({ node }) => node,
        transformResult: async ({ result }) => {
          if (++answers === late) {
            asleep.resolve();
            await awake.promise;
          }
          return result;
        },
      });
      const slow = runner({ ...database, db }, { now: () => now });
      slow.start([handler]);
      await asleep.promise;
      now = hourMs;
      other?.start([handler]);
      await until(async () => (await due()) === 2 * hourMs);
      awake.resolve();
      // It has looked at the table, and found nothing to do.
      await until(() => answers >= late + 6);
      expect(await due()).toBe(2 * hourMs);
      expect(ran).toEqual([hourMs]);
      for (const jobs of [quick, other, slow]) await jobs?.stop();
    }
  });

  test('who works longer than its claim keeps it; who cannot renew it is told to stop, and what it writes is refused', async () => {
    const database = await openDatabase();
    const started: string[] = [];
    const refused: string[] = [];
    let deaf = false;
    const handler = (name: string, ms: number) =>
      jobHandler(numbered, async ({ n }, context) => {
        started.push(`${name}${n}`);
        const told = Promise.withResolvers<void>();
        context.signal.addEventListener('abort', () => told.resolve());
        await Promise.race([Bun.sleep(ms), told.promise]);
        // Told or not, it goes on, and comes too late.
        if (context.signal.aborted) await ended(database, context.id);
        await mark(database, context, `${name}${n}`).catch((error: Error) => refused.push(error.message));
        return undefined;
      });
    const slow = runner(database, {
      options: { claimMs: 900 },
      fault: (point) => {
        if (deaf && point === 'renew:before') throw new Error('the database is away, for this process');
      },
    });
    slow.start([handler('slow', 2000)]);
    const first = await slow.add(numbered, { n: 1 });
    expect(await ended(database, first.id)).toMatchObject({ state: 'done', attempts: 1 });
    const second = await slow.add(numbered, { n: 2 });
    await until(() => started.includes('slow2'));
    deaf = true;
    const other = runner(database, { options: { claimMs: 5000 } });
    other.start([handler('other', 0)]);
    expect(await ended(database, second.id)).toMatchObject({ state: 'done', attempts: 2 });
    deaf = false;
    await slow.stop();
    expect(await marks(database)).toEqual(['other2', 'slow1']);
    expect(started).toEqual(['slow1', 'slow2', 'other2']);
    expect(refused).toEqual(['another process has taken this job over']);
  });

  test('one that takes too long is told so, and its attempt has failed', async () => {
    const database = await openDatabase();
    const jobs = runner(database, { options: { stopGraceMs: 20 } });
    const slow = jobKind({ ...numbered, name: 'slow', deadlineMs: 30, maxAttempts: 2 });
    const reasons: string[] = [];
    jobs.start([
      jobHandler(slow, async ({ n }, { signal }) => {
        // The first listens; the second does not.
        if (n === 1)
          await new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error));
          });
        else await new Promise(() => undefined);
        reasons.push('ended');
        return undefined;
      }),
    ]);
    const polite = await jobs.add(slow, { n: 1 });
    const rude = await jobs.add(slow, { n: 2 });
    expect(await ended(database, polite.id)).toMatchObject({ state: 'dead', lastError: 'told to stop: deadline' });
    expect(await ended(database, rude.id)).toMatchObject({
      state: 'dead',
      attempts: 2,
      lastError: 'it had to stop (deadline) and did not',
    });
    expect(reasons).toEqual([]);
  });

  test('a process that stops hands back what it cannot finish, and that counts as no attempt', async () => {
    const database = await openDatabase();
    const stopping = runner(database);
    let running = 0;
    const handler = (endless: boolean) =>
      jobHandler(numbered, async ({ n }, { signal }) => {
        running++;
        if (!endless) return undefined;
        // One ends soon enough, one obeys, one does not hear.
        if (n === 1) await Bun.sleep(30);
        else
          await new Promise(
            (_, reject) => n === 2 && signal.addEventListener('abort', () => reject(new Error('stopped'))),
          );
        return undefined;
      });
    stopping.start([handler(true)]);
    const added = [];
    for (let n = 1; n <= 3; n++) added.push(await stopping.add(numbered, { n }));
    await until(() => running === 3);
    await stopping.stop();
    const states = await Promise.all(added.map(({ id }) => findJob(database, id)));
    expect(states.map((job) => ({ state: job?.state, attempts: job?.attempts }))).toEqual([
      { state: 'done', attempts: 1 },
      { state: 'waiting', attempts: 0 },
      { state: 'waiting', attempts: 0 },
    ]);
    const next = runner(database);
    next.start([handler(false)]);
    for (const { id } of added) expect(await ended(database, id)).toMatchObject({ state: 'done', attempts: 1 });
    // Who has stopped does nothing more.
    await stopping.add(numbered, { n: 4 }, { dedupeKey: 'k' });
    expect(await stopping.runNow('k')).toBeUndefined();
  });

  test('a job that is cancelled while it runs hears of it', async () => {
    const database = await openDatabase();
    // Its clock stands still: on a busy machine the claim would else run out before it is renewed.
    const now = Date.now();
    const jobs = runner(database, { now: () => now, options: { claimMs: 60 } });
    const heard = Promise.withResolvers<string>();
    jobs.start([
      jobHandler(numbered, async (_, { signal, id }) => {
        await cancelJob(database.db, id, Date.now());
        // It may have heard before the database has answered.
        if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        heard.resolve(String(signal.reason));
        return undefined;
      }),
    ]);
    const { id } = await jobs.add(numbered, { n: 1 });
    expect(await heard.promise).toBe('Error: told to stop: claim lost');
    await until(() => jobs.stats().running === 0);
    expect(await findJob(database, id)).toMatchObject({ state: 'cancelled' });
    expect(jobs.stats().ends.get('numbered')).toEqual(new Map([['lost', 1]]));
  });

  test('one that waits is run when somebody asks for it, and two who ask wait for the same run', async () => {
    const database = await openDatabase();
    const [here, there] = [runner(database), runner(database)];
    let runs = 0;
    const handler = jobHandler(numbered, async () => {
      runs++;
      await Bun.sleep(30);
      return { runAt: Date.now() + 1e6 };
    });
    here.start([handler]);
    there.start([handler]);
    await here.add(numbered, { n: 1 }, { runAt: Date.now() + 1e6, dedupeKey: 'k' });
    const asked = [here.runNow('k'), here.runNow('k')];
    await until(() => runs === 1);
    expect(await there.runNow('k')).toBeUndefined();
    expect(await Promise.all(asked)).toEqual(['continued', 'continued']);
    expect(await here.runNow('k')).toBe('continued');
    expect(runs).toBe(2);
    expect(await here.runNow('none')).toBeUndefined();
  });

  test('a lost answer of the database to any step costs nothing and repeats nothing', async () => {
    const database = await openDatabase();
    const points = [
      'claim:before-commit',
      'claim:after-commit',
      'done:before',
      'done:after',
      'run:before',
      'run:after',
    ];
    let lose = '';
    const jobs = runner(database, {
      fault: (point) => {
        if (point !== lose) return;
        lose = '';
        throw new Error('lost');
      },
    });
    jobs.start([
      jobHandler(numbered, async ({ n }, context) => {
        const row = { id: context.id, value: `${n}`, expires_at: 1 };
        const there = await database.db.selectFrom('kept_values').select('id').where('id', '=', row.id).execute();
        if (there.length === 0) await database.db.insertInto('kept_values').values(row).execute();
        return undefined;
      }),
    ]);
    for (const [n, point] of points.entries()) {
      lose = point;
      const { id } = await jobs.add(numbered, { n });
      const job = await ended(database, id);
      // Only what failed while it ran counts as an attempt.
      expect({ point, state: job.state, attempts: job.attempts }).toEqual({
        point,
        state: 'done',
        attempts: point.startsWith('run') ? 2 : 1,
      });
      expect(lose).toBe('');
    }
    expect(await marks(database)).toEqual(points.map((_, n) => `${n}`));
  });

  test('an idle process asks the database seldom, and is woken by what it adds itself', async () => {
    const database = await openDatabase();
    let looks = 0;
    const jobs = runner(database, {
      options: { firstIdleMs: 3_600_000, idleMs: 3_600_000 },
      fault: (point) => {
        if (point === 'poll:before') looks++;
      },
    });
    jobs.start([jobHandler(numbered, () => Promise.resolve(undefined))]);
    await until(() => looks > 0);
    await Bun.sleep(50);
    expect(looks).toBe(1);
    const { id } = await jobs.add(numbered, { n: 1 });
    expect(await ended(database, id)).toMatchObject({ state: 'done' });
  });
});
