import { afterAll, beforeAll, expect, test, setDefaultTimeout } from 'bun:test';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks, type Books } from '../books.ts';
import { eachDatabase } from '../databases.ts';
import { freePort, startGateway, workersOf, type Gateway, type GatewayOptions } from '../gateway.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../until.ts';
import { callFlat, callNanos, flatConfig, inParallel, type CallOutcome } from './flat-price.ts';
import { startFlatUpstream, type FlatUpstream } from './flat-upstream.ts';

setDefaultTimeout(60_000);

/**
 * `kill -9` at random under load. Whatever a client has received completely is charged once, nothing twice, the books
 * agree, and what the dead had set aside comes back.
 */

const affordable = 1000;
const atOnce = 20;

let upstream: FlatUpstream;
beforeAll(() => {
  upstream = startFlatUpstream(3);
});
afterAll(async () => {
  await upstream.stop();
});

/** The same sequence in every run (mulberry32); what differs is only the machine's timing. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

async function openWallet(gateway: Gateway): Promise<{ readonly key: string; readonly userId: string }> {
  const admin = await openAdmin(gateway);
  await admin.credit(`${affordable / 1000}`);
  return { key: (await admin.createKey('crash')).key, userId: admin.userId };
}

/** Calls at full width until `killAfter` answers have come; then kills, and returns every outcome. */
async function callUntilKilled(
  gateway: Gateway,
  key: string,
  killAfter: number,
  kill: () => Promise<void>,
): Promise<readonly CallOutcome[]> {
  const outcomes: CallOutcome[] = [];
  let killing: Promise<void> | undefined;
  await Promise.all(
    Array.from({ length: atOnce }, async (_, index) => {
      while (killing === undefined) {
        outcomes.push(await callFlat(gateway.url, key, (outcomes.length + index) % 2 === 0));
        if (outcomes.length >= killAfter) killing ??= kill();
      }
    }),
  );
  await killing;
  return outcomes;
}

/** What must be true once everything has been posted. Returns the number of charges. */
async function expectCharged(books: Books, outcomes: readonly CallOutcome[], userId: string): Promise<number> {
  const charges = await books.charges();
  const charged = new Set(charges.map((charge) => charge.requestId));
  expect(charged.size).toBe(charges.length);
  const whole = outcomes.filter((outcome) => outcome.whole).map((outcome) => outcome.requestId);
  expect(new Set(whole).size).toBe(whole.length);
  expect(whole.filter((id) => !charged.has(id))).toEqual([]);
  // A charge without a whole answer is one whose client was cut off: there are no more of those than broken calls.
  const broken = outcomes.filter((outcome) => !outcome.whole && outcome.status !== 402);
  expect(charges.length - whole.length).toBeLessThanOrEqual(broken.length);
  expect(charges.every((charge) => charge.amount === callNanos)).toBe(true);
  expect(await books.balance(userId)).toBe(BigInt(affordable - charges.length) * callNanos);
  return charges.length;
}

const posted = (gateway: Gateway): Promise<boolean> =>
  until('everything posted', async () => {
    const response = await fetch(`${gateway.url}/readyz`, { keepalive: false });
    return ((await response.json()) as { unposted: number }).unposted === 0;
  });

/** Spends what is left, and finds it to be all that was not charged. */
async function expectLastPenny(gateway: Gateway, key: string, charged: number): Promise<readonly CallOutcome[]> {
  const left = affordable - charged;
  const outcomes = await inParallel(left + 2 * atOnce, atOnce, () => callFlat(gateway.url, key, false));
  expect(outcomes.filter((outcome) => outcome.status === 200)).toHaveLength(left);
  expect(outcomes.filter((outcome) => outcome.status === 402)).toHaveLength(2 * atOnce);
  return outcomes;
}

eachDatabase('kill -9 of the server', ['sqlite', 'postgres'], (create, kind) => {
  test('loses nothing and charges nothing twice', async () => {
    const random = randomFrom(kind.length);
    const database = await create();
    const folder = await temporaryFolder();
    const options: GatewayOptions = {
      dataDir: folder.path,
      port: await freePort(),
      ...(database.url === undefined ? {} : { databaseUrl: database.url }),
    };
    let gateway = await startGateway({
      ...options,
      config: flatConfig(upstream.baseUrl),
      commands: setUpRoot,
    });
    const books = openBooks(gateway, database.url);
    const outcomes: CallOutcome[] = [];
    try {
      const { key, userId } = await openWallet(gateway);
      for (let round = 0; round < 3; round++) {
        const server = gateway;
        const killed = await callUntilKilled(server, key, 20 + random(120), async () => {
          await Bun.sleep(random(4));
          expect(await server.end('SIGKILL')).toBe(137);
        });
        expect(killed.some((outcome) => outcome.whole)).toBe(true);
        outcomes.push(...killed);
        gateway = await startGateway(options);
      }
      await posted(gateway);
      const charged = await expectCharged(books, outcomes, userId);
      expect(await verify(gateway)).toEqual(balanced);
      outcomes.push(...(await expectLastPenny(gateway, key, charged)));
      await posted(gateway);
      expect(await expectCharged(books, outcomes, userId)).toBe(affordable);
      expect(await gateway.end('SIGTERM')).toBe(0);
      expect(await books.leased(userId)).toBe(0n);
      expect(await verify(gateway)).toEqual(balanced);
    } finally {
      await gateway.stop();
      await books.close();
      await database.drop();
      await folder.remove();
    }
  });
});

eachDatabase('kill -9 of one worker of two', ['sqlite', 'postgres'], (create) => {
  test('loses nothing, and the supervisor starts another', async () => {
    const random = randomFrom(2);
    const database = await create();
    const gateway = await startGateway({
      config: flatConfig(upstream.baseUrl),
      commands: setUpRoot,
      env: { TOLLGATE_WORKERS: '2' },
      ...(database.url === undefined ? {} : { databaseUrl: database.url }),
    });
    const books = openBooks(gateway, database.url);
    const outcomes: CallOutcome[] = [];
    const twoWorkers = (): Promise<readonly number[]> =>
      until('two workers', async () => {
        const workers = await workersOf(gateway);
        return workers.length === 2 && workers;
      });
    try {
      const { key, userId } = await openWallet(gateway);
      for (let round = 0; round < 3; round++) {
        const workers = await twoWorkers();
        const victim = workers[random(2)]!;
        outcomes.push(
          ...(await callUntilKilled(gateway, key, 60 + random(100), async () => {
            process.kill(victim, 'SIGKILL');
            await until('the victim gone', async () => !(await workersOf(gateway)).includes(victim));
          })),
        );
      }
      await twoWorkers();
      // The dead one's journal is posted by whoever finds it first.
      await until('all whole answers charged', async () => {
        const charged = new Set((await books.charges()).map((charge) => charge.requestId));
        return outcomes.every((outcome) => !outcome.whole || charged.has(outcome.requestId));
      });
      await until('books that agree', async () => (await verify(gateway)).unexplained === 0);
      const charged = await until('a wallet nobody dead holds', async () => {
        const { length } = await books.charges();
        await expectCharged(books, outcomes, userId);
        return length;
      });
      outcomes.push(...(await expectLastPenny(gateway, key, charged)));
      expect(await gateway.end('SIGTERM')).toBe(0);
      expect(await expectCharged(books, outcomes, userId)).toBe(affordable);
      expect(await books.leased(userId)).toBe(0n);
      expect(await verify(gateway)).toEqual(balanced);
    } finally {
      await gateway.stop();
      await books.close();
      await database.drop();
    }
  });
});

test('workers do not outlive their supervisor', async () => {
  const gateway = await startGateway({ env: { TOLLGATE_WORKERS: '2' } });
  const workers = await until('two workers', async () => {
    const found = await workersOf(gateway);
    return found.length === 2 && found;
  });
  try {
    process.kill(gateway.pid, 'SIGKILL');
    await until('a port nobody answers at', async () => {
      const answered = fetch(`${gateway.url}/healthz`, { keepalive: false }).then(
        () => true,
        () => false,
      );
      return !(await answered);
    });
  } finally {
    for (const pid of workers) killIfAlive(pid);
    await gateway.stop();
  }
});

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended, as it should.
  }
}
