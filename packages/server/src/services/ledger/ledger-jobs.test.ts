import { afterEach, expect, test } from 'bun:test';
import { walletMeter } from '../../domain/meters.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { registerNode } from '../../store/ledger/nodes.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { testJobs, until } from '../jobs/testing/jobs.ts';
import { ledgerJobs } from './ledger-jobs.ts';
import { openLedger } from './ledger.ts';
import { mustHold, testCredit, testFolder, testId } from './testing/ledger.ts';
import { verify } from './verify.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const wallet = walletMeter('usr_1');
const day = 86_400_000;

eachDatabase('jobs of the ledger', (open) => {
  test('give back what a silent machine leased and what was reserved for too long, and forget what is over', async () => {
    const database = await open();
    await testCredit(database, 1000n);
    const { path, clear } = testFolder();
    cleanups.push(clear);
    let now = Date.now();
    const ledger = openLedger({
      database,
      nodeId: 'living',
      dataDir: path,
      clock: { now: () => now },
      newId: testId,
      log: { warn: () => undefined, error: () => undefined },
      // So long that the clock may jump without anybody looking as if asleep.
      options: { heartbeatMs: 5000 },
    });
    cleanups.push(() => ledger.close());
    await ledger.start();
    await ledger.reserve(await mustHold(ledger, 100n), { id: 'req_short', expiresAt: now + 1000 });
    await ledger.reserve(await mustHold(ledger, 50n), { id: 'req_long', expiresAt: now + 90 * day });
    // A machine that is off, with a lease of 300.
    await registerNode(database, 'off.node_1', now - 600_000);
    await database.db
      .updateTable('leases')
      .set(({ eb }) => ({ amount_nanos: eb('amount_nanos', '-', 300n) }))
      .execute();
    await database.db
      .insertInto('leases')
      .values({ node_id: 'off.node_1', meter_id: wallet, amount_nanos: 300n, version: 1 })
      .execute();
    await database.db
      .insertInto('reservations')
      .values({ id: 'req_old', debits: '[]', state: 'settled', expires_at: now - 31 * day, created_at: 0 })
      .execute();
    // More than one turn of the job gives back at once.
    const left = Array.from({ length: 250 }, (_, n) => `req_left_${n}`);
    await database.db
      .insertInto('reservations')
      .values(left.map((id) => ({ id, debits: '[]', state: 'open', expires_at: now - 1, created_at: 0 })))
      .execute();
    const processes = [1, 2].map(() => testJobs(database, { now: () => now }));
    for (const jobs of processes) {
      cleanups.push(() => jobs.stop());
      jobs.start(ledgerJobs(ledger, database, () => now));
    }
    // Who was silent for ten minutes is dead; but only who has seen the database for half a minute may say so.
    now += 31_000;
    await until(async () => (await database.db.selectFrom('nodes').select('id').execute()).length === 1);
    await until(async () => (await meterStatus(database, [wallet])).get(wallet)?.reserved === 50n);
    const nodes = await database.db.selectFrom('nodes').select('id').execute();
    expect(nodes).toEqual([{ id: ledger.stats().nodeId }]);
    expect(
      await database.db.selectFrom('leases').select('node_id').where('node_id', '=', 'off.node_1').execute(),
    ).toEqual([]);
    const states = async () =>
      (await database.db.selectFrom('reservations').select(['id', 'state']).execute()).map(
        ({ id, state }) => `${id} ${state}`,
      );
    await until(async () => (await states()).every((row) => row === 'req_long open' || !row.endsWith('open')));
    expect(await processes[0]?.runNow('recurring:reservations.prune')).toBe('continued');
    expect((await states()).toSorted()).toEqual(
      ['req_long open', 'req_short expired', ...left.map((id) => `${id} expired`)].toSorted(),
    );
    expect(await verify(database, now)).toEqual({ unexplained: 0, problems: [] });
  });

  test('who has slept judges nobody, not even itself', async () => {
    const database = await open();
    const { path, clear } = testFolder();
    cleanups.push(clear);
    let now = Date.now();
    const ledger = openLedger({
      database,
      nodeId: 'sleeper',
      dataDir: path,
      clock: { now: () => now },
      newId: testId,
      log: { warn: () => undefined, error: () => undefined },
      options: { heartbeatMs: 30_000 },
    });
    cleanups.push(() => ledger.close());
    await ledger.start();
    await registerNode(database, 'other.node_1', now);
    // Its timers have not run since: the next heartbeat comes after the recall.
    now += 600_000;
    await ledger.recall();
    expect(await database.db.selectFrom('nodes').select('id').execute()).toHaveLength(2);
  });
});
