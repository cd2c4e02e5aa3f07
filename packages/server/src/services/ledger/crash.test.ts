import { afterEach, expect, test } from 'bun:test';
import { meterStatus } from '../../store/ledger/meters.ts';
import { setMeterPolicy } from '../../store/ledger/policies.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import type { TestDatabase } from '../../store/testing/databases.ts';
import type { DriverPlan } from './fixtures/driver.ts';
import type { OpenLedger } from './ledger.ts';
import { settled, testCredit, testFolder, testKeyLimit, testLedger, testRecord } from './testing/ledger.ts';
import { verify } from './verify.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const driver = new URL('fixtures/driver.ts', import.meta.url).pathname;
const amount = 10;

/** What a driver said, and how it ended. */
type Run = {
  readonly done: readonly string[];
  /** Requests that were reserved, and so outlive it. */
  readonly jobs: readonly string[];
  readonly lines: readonly string[];
  readonly signal: string | number | null;
};

/** Runs a driver to its end; `killAfterMs` kills it that long after it was ready. */
async function drive(plan: DriverPlan, killAfterMs?: number): Promise<Run> {
  const child = Bun.spawn([process.execPath, driver, JSON.stringify(plan)], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  cleanups.push(() => child.kill('SIGKILL'));
  let text = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (killAfterMs !== undefined && text.startsWith('ready'))
      timer ??= setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  }
  await child.exited;
  const lines = text.split('\n').filter((line) => line !== '');
  const ids = (word: string) => lines.flatMap((line) => (line.startsWith(word) ? [line.slice(word.length)] : []));
  return { done: ids('done '), jobs: ids('job '), lines, signal: child.signalCode };
}

async function prepare(database: TestDatabase, credit: bigint): Promise<string> {
  await testCredit(database, credit);
  await testKeyLimit(database, credit);
  const { path, clear } = testFolder();
  cleanups.push(clear);
  return path;
}

/** A new process in the same folder takes over; then everything a client was told of must be charged once, and no more be held. */
async function expectExact(database: TestDatabase, dataDir: string, runs: readonly Run[]): Promise<void> {
  const heir = testLedger(database, dataDir);
  await heir.start();
  const unfinished = await finishJobs(heir, runs);
  // Holds of the dead are back at once.
  const nodes = await database.db.selectFrom('nodes').select('id').execute();
  expect(nodes).toEqual([{ id: heir.stats().nodeId }]);
  await heir.close();
  expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
  const charges = await database.db.selectFrom('charges').select('request_id').execute();
  const charged = new Set(charges.map((row) => row.request_id));
  const done = [...runs.flatMap((run) => run.done), ...unfinished];
  expect(done.filter((id) => !charged.has(id))).toEqual([]);
  const spent = BigInt(charged.size * amount);
  const meters = await meterStatus(database, ['wallet:usr_1', 'key:key_1']);
  expect(meters.get('wallet:usr_1')).toMatchObject({ spent, leased: 0n, reserved: 0n });
  expect(meters.get('key:key_1')).toMatchObject({ spent, leased: 0n, reserved: 0n });
}

/** Jobs outlive their process: whoever goes on with them charges them, once. Returns those that were still open. */
async function finishJobs(heir: OpenLedger, runs: readonly Run[]): Promise<readonly string[]> {
  const unfinished: string[] = [];
  for (const id of runs.flatMap((run) => run.jobs)) {
    const hold = await heir.resume(id);
    if (hold === undefined) throw new Error(`the reservation of ${id} is gone`);
    if (hold === 'settled') continue;
    await settled(heir, hold, testRecord(BigInt(amount), { id, debits: hold.debits }));
    unfinished.push(id);
  }
  return unfinished;
}

const points = [
  'acquire:before-commit',
  'acquire:after-commit',
  'outbox:before-write',
  'outbox:after-write',
  'post:before',
  'post:after-rows',
  'post:after-journal',
  'post:before-commit',
  'post:after-commit',
  'segment:before-delete',
  'give-back:before-commit',
  'close:before-dissolve',
] as const;

eachDatabase('killed', (open, kind) => {
  for (const point of points) {
    test(`at ${point}`, async () => {
      const database = await open();
      const dataDir = await prepare(database, 1_000_000n);
      const run = await drive({
        url: database.url,
        dataDir,
        killAt: point,
        killCount: /^(post|outbox)/.test(point) ? 2 : 1,
        requests: 60,
        concurrency: 4,
        amount,
        segmentBytes: 1500,
        idleMs: 1,
      });
      expect(run.signal).toBe('SIGKILL');
      await expectExact(database, dataDir, [run]);
    });
  }

  for (const point of [
    'reserve:before-commit',
    'reserve:after-commit',
    'post:after-rows',
    'post:before-commit',
    'post:after-commit',
  ])
    test(`with jobs reserved, at ${point}`, async () => {
      const database = await open();
      const dataDir = await prepare(database, 1_000_000n);
      const run = await drive({
        url: database.url,
        dataDir,
        killAt: point,
        killCount: 20,
        requests: 200,
        concurrency: 4,
        amount,
        reserveMs: 3_600_000,
      });
      expect(run.signal).toBe('SIGKILL');
      // Nothing ends that was not reserved; at the moment of death all that was may have ended.
      expect(run.jobs.length).toBeGreaterThanOrEqual(Math.max(1, run.done.length));
      // One that was reserved, and nobody told of: its time is up some day.
      const jobs = new Set(run.jobs);
      const standing = await database.db.selectFrom('reservations').select('id').where('state', '=', 'open').execute();
      const orphans = standing.filter(({ id }) => !jobs.has(id)).map(({ id }) => id);
      if (orphans.length > 0)
        await database.db.updateTable('reservations').set({ expires_at: 1 }).where('id', 'in', orphans).execute();
      await expectExact(database, dataDir, [run]);
    });

  test('while it gives back what jobs left that never ended', async () => {
    const database = await open();
    const dataDir = await prepare(database, 1_000_000n);
    const plan = { url: database.url, dataDir, requests: 400, concurrency: 4, amount };
    // Its reservations end before it does anything with them.
    const run = await drive({ ...plan, reserveMs: -1, killAt: 'expire:before-commit', killCount: 3 });
    expect(run.signal).toBe('SIGKILL');
    await expectExact(database, dataDir, [run]);
  });

  test('processes that need a budget at once make one, and spend no more than it has', async () => {
    const database = await open();
    const shared = await prepare(database, 1_000_000n);
    const budget = { id: 'pol_1', subject: 'key:key_1', kind: 'limit', period: 'month', order: 0 } as const;
    await database.transact((db) =>
      setMeterPolicy(db, database.kind, { policy: budget, limit: 300n * BigInt(amount), at: Date.now() }),
    );
    const plan = { url: database.url, requests: 200, concurrency: 8, amount, policies: [budget] };
    const runs = await Promise.all([1, 2, 3].map(() => drive({ ...plan, dataDir: shared })));
    expect(runs.flatMap((run) => run.done)).toHaveLength(300);
    await expectExact(database, shared, runs);
    const meters = await database.db.selectFrom('meters').selectAll().where('policy_id', '=', 'pol_1').execute();
    expect(meters).toHaveLength(1);
    expect(meters[0]).toMatchObject({ kind: 'limit', period: 'month', limit_nanos: 3000n, spent_nanos: 3000n });
  });

  for (const point of ['post:after-commit', 'recover:after-batch', 'recover:after-dissolve']) {
    test(`as an heir, at ${point}`, async () => {
      const database = await open();
      const dataDir = await prepare(database, 1_000_000n);
      const plan = { url: database.url, dataDir, requests: 300, concurrency: 8, amount };
      // Nothing is posted by the first; its heir dies over the inheritance.
      const first = await drive({ ...plan, postIntervalMs: 1e6, killAt: 'outbox:after-write', killCount: 30 });
      const second = await drive({ ...plan, killAt: point });
      expect([first.signal, second.signal]).toEqual(['SIGKILL', 'SIGKILL']);
      await expectExact(database, dataDir, [first, second]);
    });
  }

  test('two processes on one wallet of exactly 1000 requests serve exactly 1000', async () => {
    const database = await open();
    const shared = await prepare(database, 1000n * BigInt(amount));
    const other = testFolder();
    cleanups.push(other.clear);
    const plan = { url: database.url, requests: 800, concurrency: 16, amount };
    // On SQLite they are workers of one server; elsewhere two servers, each with its own disk.
    const runs = await Promise.all([
      drive({ ...plan, dataDir: shared }),
      drive({ ...plan, dataDir: kind === 'sqlite' ? shared : other.path }),
    ]);
    expect(runs.flatMap((run) => run.done)).toHaveLength(1000);
    const refused = new Set(runs.flatMap((run) => run.lines.filter((line) => line.startsWith('refused'))));
    expect([...refused]).toEqual(['refused insufficient']);
    await expectExact(database, shared, runs);
    expect((await meterStatus(database, ['wallet:usr_1'])).get('wallet:usr_1')).toMatchObject({ remaining: 0n });
  });

  if (kind === 'sqlite') {
    test('at random under load, again and again, beside one that lives', async () => {
      const database = await open();
      const dataDir = await prepare(database, 1_000_000_000n);
      const plan = {
        url: database.url,
        dataDir,
        requests: 0,
        concurrency: 16,
        amount,
        forever: true,
        segmentBytes: 4000,
      };
      const runs: Run[] = [];
      for (let round = 0; round < 5; round++) {
        runs.push(
          ...(await Promise.all([
            drive(plan, 40 + Math.random() * 150),
            drive({ ...plan, forever: false, requests: 100 }),
          ])),
        );
      }
      expect(runs.flatMap((run) => run.done).length).toBeGreaterThan(500);
      await expectExact(database, dataDir, runs);
    });
  }
});
