import { afterEach, expect, test } from 'bun:test';
import { connect, createServer, type Socket } from 'node:net';
import { openDatabase } from '../../store/database.ts';
import { takeProcessLock } from '../../store/process-lock.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import type { TestDatabase } from '../../store/testing/databases.ts';
import type { DriverPlan } from './testing/driver.ts';
import { addWork, testJobs, until, workHandlers } from './testing/jobs.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const driver = new URL('testing/driver.ts', import.meta.url).pathname;

type Driver = {
  readonly added: string[];
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it falls asleep. */
  readonly asleep: Promise<void>;
  /** The signal that ended it; null when it ended by itself. */
  readonly ended: Promise<string | number | null>;
};

function drive(plan: DriverPlan): Driver {
  const child = Bun.spawn([process.execPath, driver, JSON.stringify(plan)], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  cleanups.push(() => child.kill('SIGKILL'));
  const added: string[] = [];
  const asleep = Promise.withResolvers<void>();
  const read = async (): Promise<string | number | null> => {
    let rest = '';
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('added ')) added.push(line.slice(6));
        if (line === 'asleep') asleep.resolve();
      }
    }
    await child.exited;
    return child.signalCode;
  };
  return { added, kill: (signal) => child.kill(signal), asleep: asleep.promise, ended: read() };
}

/** Another process finishes what is left; then nothing that was promised may be missing, and nothing fenced be there twice. */
async function expectExact(database: TestDatabase, drivers: readonly Driver[]): Promise<void> {
  const heir = testJobs(database, { options: { claimMs: 2000 } });
  heir.start(workHandlers(database));
  await expectAllDone(
    database,
    drivers.flatMap((one) => one.added),
  );
  await heir.stop();
}

async function expectAllDone(database: TestDatabase, promised: readonly string[]): Promise<void> {
  const rows = () => database.db.selectFrom('jobs').selectAll().orderBy('id').execute();
  // The heir makes sure of what recurs while it takes up the rest: one may come before the other.
  await until(async () => {
    const all = await rows();
    return (
      all.some(({ kind }) => kind === 'tick') && all.every(({ kind, state }) => state === 'done' || kind === 'tick')
    );
  });
  const jobs = await rows();
  const ids = new Set(jobs.map((job) => job.id));
  expect(promised.filter((id) => !ids.has(id))).toEqual([]);
  expect(jobs.filter((job) => job.kind === 'tick')).toHaveLength(1);
  const traces = new Map<string, number>();
  for (const { id } of await database.db.selectFrom('kept_values').select('id').execute()) {
    const job = id.slice(0, id.indexOf('.'));
    traces.set(job, (traces.get(job) ?? 0) + 1);
  }
  const wanted: Record<string, number> = { fenced: 1, flaky: 1, stepwise: 3 };
  const wrong = jobs
    .filter((job) => job.kind !== 'tick' && traces.get(job.id) !== wanted[job.kind])
    .map((job) => ({ id: job.id, kind: job.kind, traces: traces.get(job.id) ?? 0 }));
  expect(wrong).toEqual([]);
  // What ended left no claim behind.
  expect(jobs.filter((job) => job.state === 'done' && (job.due_at !== null || job.claimed_by !== null))).toEqual([]);
}

const points = [
  'add:before-commit',
  'add:after-commit',
  'poll:before',
  'claim:before-commit',
  'claim:after-commit',
  'run:before',
  'run:after',
  'done:before',
  'done:after',
  'continued:before',
  'continued:after',
  'failed:before',
  'failed:after',
  'renew:before',
  'renew:after',
  'handed back:before',
  'handed back:after',
] as const;

eachDatabase('jobs of a process that is killed', (open, kind) => {
  for (const point of points) {
    test(`at ${point}`, async () => {
      const database = await open();
      const renews = point.startsWith('renew');
      const run = drive({
        url: database.url,
        killAt: point,
        killCount: /^(add|claim|run|done|continued)/.test(point) ? 4 : 1,
        jobs: 18,
        ms: renews || point.startsWith('handed') ? 400 : 5,
        claimMs: renews ? 120 : 400,
        leave: point.startsWith('handed'),
      });
      expect(await run.ended).toBe('SIGKILL');
      await expectExact(database, [run]);
    });
  }

  test('at random, again and again, beside one that lives', async () => {
    const database = await open();
    const living = drive({ url: database.url, jobs: 0, ms: 5, claimMs: 2000, forever: true });
    const dead: Driver[] = [];
    for (let round = 0; round < (kind === 'sqlite' ? 6 : 4); round++) {
      const run = drive({ url: database.url, jobs: 0, ms: 10, claimMs: 300, forever: true });
      dead.push(run);
      await until(() => run.added.length >= 5);
      await Bun.sleep(Math.random() * 150);
      run.kill('SIGKILL');
      await run.ended;
    }
    living.kill('SIGKILL');
    await living.ended;
    await expectExact(database, [living, ...dead]);
  });

  test('or that sleeps longer than its claims, and comes too late', async () => {
    const database = await open();
    // It falls asleep with a job begun, wherever the others are.
    const sleeper = drive({
      url: database.url,
      jobs: 40,
      ms: 60,
      claimMs: 200,
      killAt: 'run:before',
      killCount: 6,
      sleeps: true,
    });
    await sleeper.asleep;
    // A SQLite file that it has locked in its sleep is nobody's until it wakes.
    const heir = testJobs(database, { options: { claimMs: 2000 } });
    heir.start(workHandlers(database));
    // The heir began with nothing there: what it ends is the sleeper's.
    await until(() => heir.stats().failing || [...heir.stats().ends].some(([kind]) => kind !== 'tick'));
    await Bun.sleep(300);
    sleeper.kill('SIGCONT');
    expect(await sleeper.ended).toBeNull();
    await expectAllDone(database, sleeper.added);
    await heir.stop();
  });

  test('are nothing but late when the database hangs for longer than claims last', async () => {
    const database = await open();
    const { url, hang } = await hanging(database);
    const own = await openDatabase(url, { poolSize: 4 });
    cleanups.push(() => own.close());
    const jobs = testJobs(own, { options: { claimMs: 200, patienceMs: 100 } });
    jobs.start(workHandlers(own));
    const added: string[] = [];
    for (let n = 0; n < 60; n++) {
      added.push(await addWork(jobs, n, 20));
      if (n % 20 === 10) {
        const goOn = hang();
        await Bun.sleep(400);
        goOn();
      }
    }
    await expectAllDone(database, added);
    await jobs.stop();
  });
});

/** The address of the same database behind something that can stop passing bytes on; on SQLite, of a file that can be locked. */
async function hanging(database: TestDatabase): Promise<{ readonly url: string; hang(): () => void }> {
  if (database.kind === 'sqlite') {
    return {
      url: database.url,
      hang: () => {
        let lock: ReturnType<typeof takeProcessLock>;
        while (lock === undefined) lock = takeProcessLock(database.url.slice('sqlite:'.length));
        const taken = lock;
        return () => taken.release();
      },
    };
  }
  const target = new URL(database.url);
  const sockets = new Set<Socket>();
  let hangs = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (hangs) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = new URL(database.url);
  url.hostname = '127.0.0.1';
  url.port = `${address.port}`;
  return {
    url: url.toString(),
    hang: () => {
      hangs = true;
      for (const socket of sockets) socket.pause();
      return () => {
        hangs = false;
        for (const socket of sockets) socket.resume();
      };
    },
  };
}
