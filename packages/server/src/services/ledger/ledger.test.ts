import { afterEach, expect, test } from 'bun:test';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { planDebits, type PlannedDebit } from '../../domain/debits.ts';
import { meterOf, type MeterPolicy } from '../../domain/meters.ts';
import { nanos } from '../../domain/money.ts';
import { openDatabase } from '../../store/database.ts';
import { postCredit } from '../../store/ledger/journal.ts';
import { dissolveNode } from '../../store/ledger/leases.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { silentNodes } from '../../store/ledger/nodes.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import type { LedgerOptions, OpenLedger } from './ledger.ts';
import {
  mustHold,
  settled,
  testCredit,
  testFolder,
  testId,
  testKeyLimit,
  testLedger,
  testPlan,
  testRecord,
} from './testing/ledger.ts';
import { repair, verify } from './verify.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const folder = (): string => {
  const made = testFolder();
  cleanups.push(made.clear);
  return made.path;
};

const closing = (ledger: OpenLedger): OpenLedger => {
  cleanups.push(() => ledger.close());
  return ledger;
};

const wallet = 'wallet:usr_1';
const allowance: MeterPolicy = { id: 'pol_a', subject: 'user:usr_1', kind: 'account', period: 'ever', order: -1 };
const grant = { amount: 8n, kind: 'grant', note: '', idempotencyKey: 'allowance', actor: 'test', at: 1 } as const;

eachDatabase('ledger', (open) => {
  const clean = async (database: Parameters<typeof verify>[0]): Promise<void> => {
    expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
  };

  test('charges what was settled, once, and shows it everywhere', async () => {
    const database = await open();
    await testCredit(database, 1000n);
    await testKeyLimit(database, 500n);
    const ledger = closing(testLedger(database, folder()));
    await ledger.start();
    const hold = await mustHold(ledger, 100n, true);
    await settled(ledger, hold, testRecord(70n));
    expect(() => ledger.settle(hold, testRecord(70n), () => undefined)).toThrow('ended before');
    ledger.note(testRecord(undefined));
    expect(await ledger.flush()).toBe(true);
    await clean(database);
    await ledger.close();
    const meters = await meterStatus(database, [wallet, 'key:key_1']);
    expect(meters.get(wallet)).toEqual({
      limit: 1000n,
      spent: 70n,
      leased: 0n,
      reserved: 0n,
      remaining: 930n,
      creditLine: 0n,
      available: 930n,
    });
    expect(meters.get('key:key_1')).toEqual({
      limit: 500n,
      spent: 70n,
      leased: 0n,
      reserved: 0n,
      remaining: 430n,
      creditLine: 0n,
      available: 430n,
    });
    const logs = await database.db
      .selectFrom('request_logs')
      .select(['status', 'amount_nanos'])
      .orderBy('id')
      .execute();
    expect(logs).toEqual([
      { status: 200, amount_nanos: 70n },
      { status: 502, amount_nanos: 0n },
    ]);
    const rollups = await database.db.selectFrom('usage_rollups').selectAll().execute();
    expect(rollups.reduce((sum, row) => sum + row.requests, 0)).toBe(2);
    await clean(database);
  });

  test('holds on all meters or on none, and says which one is empty', async () => {
    const database = await open();
    await testCredit(database, 1000n);
    await testKeyLimit(database, 50n);
    const ledger = closing(testLedger(database, folder()));
    await ledger.start();
    expect(await ledger.hold(testPlan(60n, true))).toMatchObject({
      refused: 'insufficient',
      debit: { meter: 'key:key_1', kind: 'limit' },
      available: 50n,
    });
    const all = await mustHold(ledger, 1000n);
    expect(await ledger.hold(testPlan(10n, true))).toMatchObject({ refused: 'insufficient', debit: { meter: wallet } });
    await settled(ledger, all, testRecord(undefined));
    await mustHold(ledger, 50n, true);
    const stranger = planDebits({ id: 'key_9', limited: false, user: { id: 'nobody' } }, nanos(1n), 0);
    expect(await ledger.hold(stranger)).toMatchObject({ refused: 'insufficient', available: 0n });
  });

  test('charges more than was held when it cost more, and no lease hides it', async () => {
    const database = await open();
    await testCredit(database, 100n);
    const ledger = closing(testLedger(database, folder()));
    await ledger.start();
    await settled(ledger, await mustHold(ledger, 10n), testRecord(130n));
    expect(await ledger.hold(testPlan(1n))).toMatchObject({ refused: 'insufficient' });
    await ledger.flush();
    await ledger.close();
    expect((await meterStatus(database, [wallet])).get(wallet)).toMatchObject({ remaining: -30n, leased: 0n });
    await clean(database);
  });

  test('a top-up, a key limit and a withdrawal made beside a running gateway take effect', async () => {
    const database = await open();
    await testCredit(database, 100n);
    const ledger = closing(testLedger(database, folder(), { refusalMemoMs: 20 }));
    await ledger.start();
    await mustHold(ledger, 100n);
    expect(await ledger.hold(testPlan(50n))).toMatchObject({ refused: 'insufficient' });
    const other = await openDatabase(database.url, { poolSize: 1 });
    cleanups.push(() => other.close());
    await testCredit(other, 1000n);
    await Bun.sleep(40);
    const hold = await mustHold(ledger, 50n);
    await testCredit(other, -900n);
    // The idle rest of the lease goes back within the poll interval.
    const deadline = Date.now() + 5000;
    while ((await meterStatus(other, [wallet])).get(wallet)?.leased !== 150n && Date.now() < deadline)
      await Bun.sleep(20);
    expect((await meterStatus(other, [wallet])).get(wallet)).toMatchObject({ leased: 150n, available: 50n });
    await settled(ledger, hold, testRecord(50n));
    await ledger.flush();
    await clean(database);
  });

  test('a credit is posted once for its idempotency key, by however many at once', async () => {
    const database = await open();
    const credit = {
      account: wallet,
      amount: 5n,
      kind: 'top_up',
      note: '',
      idempotencyKey: 'order-1',
      actor: 'test',
      at: 1,
    } as const;
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => postCredit(database, { ...credit, transactionId: testId('txn') })),
    );
    expect(answers.filter((answer) => answer.posted)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.transactionId)).size).toBe(1);
    const other = await postCredit(database, { ...credit, amount: 6n, transactionId: testId('txn') }).catch(String);
    expect(other).toContain('another movement');
    expect((await meterStatus(database, [wallet])).get(wallet)).toMatchObject({ remaining: 5n });
    await clean(database);
  });

  test('two nodes on one wallet of exactly 400 requests serve exactly 400', async () => {
    const database = await open();
    const second = await openDatabase(database.url, { poolSize: 4 });
    cleanups.push(() => second.close());
    await testCredit(database, 4000n);
    const nodes = [
      closing(testLedger(database, folder(), { heartbeatMs: 50 })),
      closing(testLedger(second, folder(), { heartbeatMs: 50 })),
    ] as const;
    await Promise.all(nodes.map((node) => node.start()));
    let served = 0;
    const client = async (node: OpenLedger): Promise<void> => {
      for (let count = 0; count < 40; count++) {
        const hold = await node.hold(testPlan(10n));
        if ('refused' in hold) {
          expect(hold.refused).toBe('insufficient');
          return;
        }
        served++;
        await settled(node, hold, testRecord(10n));
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => client(index % 2 === 0 ? nodes[0] : nodes[1])));
    expect(served).toBe(400);
    for (const node of nodes) await node.flush();
    expect((await meterStatus(database, [wallet])).get(wallet)).toMatchObject({ remaining: 0n });
    await clean(database);
  });

  test('a busy node and one that comes after it share a wallet, and neither is refused', async () => {
    const database = await open();
    const second = await openDatabase(database.url, { poolSize: 4 });
    cleanups.push(() => second.close());
    await testCredit(database, 1_000_000n);
    // Its next heartbeat, and with it the news of the other, are far away: it takes all there is.
    const busy = closing(testLedger(database, folder(), { heartbeatMs: 60_000 }));
    const late = closing(testLedger(second, folder()));
    await busy.start();
    await settled(busy, await mustHold(busy, 1n), testRecord(1n));
    await late.start();
    let waiting = true;
    const load = Array.from({ length: 20 }, async () => {
      for (let count = 0; waiting || count < 40; count++) {
        const hold = await mustHold(busy, 1n);
        await Bun.sleep(3);
        await settled(busy, hold, testRecord(1n));
      }
    });
    const answers = await Promise.all(Array.from({ length: 20 }, async () => late.hold(testPlan(1n))));
    waiting = false;
    await Promise.all(load);
    expect(answers.filter((answer) => 'refused' in answer)).toEqual([]);
    for (const hold of answers) if (!('refused' in hold)) await settled(late, hold, testRecord(1n));
    for (const node of [busy, late]) await node.flush();
    await clean(database);
  });

  /** Two gateways of which the first leases all there is of a meter, and may be kept from answering recalls. */
  const withHolder = async (plan: readonly PlannedDebit[], patience: Partial<LedgerOptions>) => {
    const database = await open();
    const second = await openDatabase(database.url, { poolSize: 4 });
    cleanups.push(() => second.close());
    const state = { answers: false };
    const fault = (point: string): void => {
      if (point === 'give-back:before-commit' && !state.answers) throw new Error('busy');
    };
    const holder = closing(testLedger(database, folder(), { fault }));
    const asking = closing(testLedger(second, folder(), { recallPollMs: 10, ...patience }));
    return {
      database,
      state,
      asking,
      async lease() {
        await holder.start();
        const hold = await holder.hold(plan);
        if ('refused' in hold) throw new Error(hold.refused);
        await settled(holder, hold, testRecord(1n, { debits: plan }));
        await asking.start();
      },
      async spent() {
        for (const node of [holder, asking]) await node.flush();
        await clean(database);
        const meters = await meterStatus(database, [wallet, plan[0]?.meter ?? wallet]);
        return [...meters.values()].reduce((sum, { spent }) => sum + spent, 0n);
      },
    };
  };

  test('a gateway that does not answer is waited for, and no client hears that there is no money', async () => {
    const { database, state, asking, lease, spent } = await withHolder(testPlan(1n), {
      recallWaitMs: 50,
      patienceMs: 400,
    });
    await testCredit(database, 1000n);
    await lease();
    const [small, great] = await Promise.all([asking.hold(testPlan(10n)), asking.hold(testPlan(2000n))]);
    expect(small).toEqual({ refused: 'unavailable' });
    // More than the holder can have: that is known without its answer, and says nothing of less.
    expect(great).toMatchObject({ refused: 'insufficient' });
    expect(await asking.hold(testPlan(10n))).toEqual({ refused: 'unavailable' });
    state.answers = true;
    let hold = await asking.hold(testPlan(10n));
    // Another try of the asker's may have run out of patience on a machine that is slow.
    while ('refused' in hold) {
      expect(hold).toEqual({ refused: 'unavailable' });
      hold = await asking.hold(testPlan(10n));
    }
    await settled(asking, hold, testRecord(10n));
    expect(await spent()).toBe(11n);
  });

  test('an allowance that another gateway leases is asked back before an empty wallet refuses', async () => {
    const plan: readonly PlannedDebit[] = [
      { meter: meterOf(allowance, 0).id, kind: 'account', amount: nanos(10n), checked: true, opens: undefined },
      ...testPlan(10n),
    ];
    const { database, state, asking, lease, spent } = await withHolder(plan, { recallWaitMs: 1e6, patienceMs: 1e6 });
    await testCredit(database, 4n);
    await postCredit(database, { ...grant, account: meterOf(allowance, 0).id, transactionId: testId('txn') });
    await lease();
    state.answers = true;
    const hold = await asking.hold(plan);
    if ('refused' in hold) throw new Error(hold.refused);
    await settled(asking, hold, testRecord(10n, { debits: plan }));
    expect(await spent()).toBe(11n);
  });

  test('leaves the outbox and the leases of a living process alone', async () => {
    const database = await open();
    await testCredit(database, 1000n);
    const dataDir = folder();
    const living = testLedger(database, dataDir, { postIntervalMs: 1e6 });
    await living.start();
    await mustHold(living, 200n);
    await settled(living, await mustHold(living, 10n), testRecord(7n));
    const [nest] = readdirSync(join(dataDir, 'outbox'));
    const neighbour = closing(testLedger(database, dataDir));
    await neighbour.start();
    expect(readdirSync(join(dataDir, 'outbox')).toSorted()).toEqual([`${nest}`, neighbour.stats().nodeId].toSorted());
    expect((await meterStatus(database, [wallet])).get(wallet)).toMatchObject({ spent: 0n, leased: 1000n });
    await living.close();
    expect((await meterStatus(database, [wallet])).get(wallet)).toMatchObject({ spent: 7n, leased: 0n });
    await clean(database);
  });

  test('a node that was silent for too long loses its leases, and notices', async () => {
    const database = await open();
    await testCredit(database, 1000n);
    const silent = closing(testLedger(database, folder(), { heartbeatMs: 1e6, leaseTtlMs: 60_000 }));
    await silent.start();
    await settled(silent, await mustHold(silent, 10n), testRecord(7n));
    await silent.flush();
    await database.db.updateTable('nodes').set({ heartbeat_at: 1 }).execute();
    expect((await verify(database, Date.now())).problems.map((problem) => problem.check)).toEqual([
      'no lease outlives its node',
    ]);
    for (const node of await silentNodes(database, 2)) await dissolveNode(database, node, 2);
    await clean(database);
    expect((await meterStatus(database, [wallet])).get(wallet)).toMatchObject({ spent: 7n, leased: 0n });
  });

  test('verify names what does not fit, and repair mends projections only', async () => {
    const database = await open();
    await testCredit(database, 1000n);
    const ledger = closing(testLedger(database, folder()));
    await ledger.start();
    await settled(ledger, await mustHold(ledger, 10n), testRecord(7n));
    await settled(ledger, await mustHold(ledger, 10n), testRecord(8n));
    await ledger.flush();
    await ledger.close();
    await clean(database);
    await sql`update meters set spent_nanos = spent_nanos + 1, leased_nanos = 5 where id = ${wallet}`.execute(
      database.db,
    );
    await sql`insert into leases (node_id, meter_id, amount_nanos, version) values ('gone', 'key:key_1', 3, 1)`.execute(
      database.db,
    );
    const wrong = await verify(database, Date.now());
    expect(wrong.problems.map((problem) => problem.check).toSorted()).toEqual([
      'a meter spent what debits took from it',
      'no lease outlives its node',
      'the leases of a meter are what it has lent',
      'the leases of a meter are what it has lent',
    ]);
    expect(await repair(database, Date.now())).toEqual({ unexplained: 0, problems: [] });

    // Facts cannot be repaired, only shown.
    await sql`update charges set amount_nanos = 9 where amount_nanos = 8`.execute(database.db);
    await sql`delete from journal_entries where account like 'source:%'`.execute(database.db);
    const facts = (await repair(database, Date.now())).problems.map((problem) => problem.check);
    expect(new Set(facts)).toEqual(
      new Set([
        'a bill comes to what its lines say',
        'a limit counts all of a charge',
        'the accounts of a charge pay all of it',
        'the entries of a transaction sum to zero',
        'the hourly sums are those of the charges',
        'the log shows what was charged',
      ]),
    );
  });
});

test('a full disk refuses new holds, loses nothing, and ends', async () => {
  const database = await openInMemory();
  cleanups.push(() => database.close());
  await testCredit(database, 1000n);
  let full = false;
  const ledger = closing(
    testLedger(database, folder(), {
      postIntervalMs: 400,
      fault: (point) => {
        if (full && point === 'outbox:before-write') throw new Error('ENOSPC');
      },
    }),
  );
  await ledger.start();
  const first = await mustHold(ledger, 10n);
  const second = await mustHold(ledger, 10n);
  full = true;
  let safe = false;
  ledger.settle(first, testRecord(5n), () => (safe = true));
  await Bun.sleep(30);
  expect(safe).toBe(false);
  expect(await ledger.hold(testPlan(1n))).toEqual({ refused: 'unavailable' });
  full = false;
  await settled(ledger, second, testRecord(6n));
  expect(safe).toBe(true);
  await ledger.flush();
  expect((await meterStatus(database, [wallet])).get(wallet)).toMatchObject({ spent: 11n });
  expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
});

test('a database that is away: served within the lease, then 503, then everything is posted', async () => {
  const database = await openInMemory();
  cleanups.push(() => database.close());
  await testCredit(database, 100n);
  let away = false;
  const dataDir = folder();
  const ledger = closing(
    testLedger(
      {
        ...database,
        transact: (work) => (away ? Promise.reject(new Error('away')) : database.transact(work)),
      },
      dataDir,
      {
        maxUnpostedBytes: 2400,
        maxBackoffMs: 20,
        fault: (point) => {
          if (away && point === 'post:before') throw new Error('away');
        },
      },
    ),
  );
  await ledger.start();
  const first = await mustHold(ledger, 10n);
  away = true;
  await settled(ledger, first, testRecord(10n));
  await settled(ledger, await mustHold(ledger, 10n), testRecord(10n));
  const stranger = planDebits({ id: 'key_9', limited: false, user: { id: 'stranger' } }, nanos(1n), 0);
  expect(await ledger.hold(stranger)).toEqual({ refused: 'unavailable' });
  expect(await ledger.hold(testPlan(90n))).toEqual({ refused: 'unavailable' });
  for (let count = 0; count < 3; count++) await settled(ledger, await mustHold(ledger, 1n), testRecord(1n));
  // The cap on what waits is reached.
  expect(await ledger.hold(testPlan(1n))).toEqual({ refused: 'unavailable' });
  away = false;
  expect(await ledger.flush()).toBe(true);
  await mustHold(ledger, 1n);
  expect((await meterStatus(database, [wallet])).get(wallet)).toMatchObject({ spent: 23n });
  rmSync(dataDir, { recursive: true, force: true });
});

test('a request refused after closing leaves no timer behind that would keep the process', async () => {
  const dataDir = folder();
  const script = `
    import { openDatabase } from '${import.meta.dirname}/../../store/database.ts';
    import { migrate } from '${import.meta.dirname}/../../store/migrations/index.ts';
    import { testLedger, testRecord } from '${import.meta.dirname}/testing/ledger.ts';
    const database = await openDatabase('sqlite::memory:');
    await migrate(database);
    const ledger = testLedger(database, ${JSON.stringify(dataDir)});
    await ledger.start();
    await ledger.close();
    ledger.note(testRecord(undefined));
    await database.close();
  `;
  const run = Bun.spawn([process.execPath, '-e', script], { cwd: import.meta.dirname, stderr: 'inherit' });
  cleanups.push(() => run.kill());
  expect(await run.exited).toBe(0);
  rmSync(dataDir, { recursive: true, force: true });
});
