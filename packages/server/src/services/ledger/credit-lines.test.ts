import { afterEach, expect, test } from 'bun:test';
import { walletMeter } from '../../domain/meters.ts';
import type { Database } from '../../store/database.ts';
import { setCreditLine } from '../../store/ledger/credit-lines.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { withWallet } from '../subscriptions/pay.ts';
import type { OpenLedger } from './ledger.ts';
import { mustHold, settled, testCredit, testFolder, testLedger, testPlan, testRecord } from './testing/ledger.ts';
import type { Hold, HoldRefusal } from './types.ts';
import { repair, verify } from './verify.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const ownerId = 'usr_1';
const wallet = walletMeter(ownerId);

async function started(database: Database): Promise<OpenLedger> {
  const { path, clear } = testFolder();
  cleanups.push(clear);
  const ledger = testLedger(database, path);
  cleanups.push(() => ledger.close());
  await ledger.start();
  return ledger;
}

const setLine = (database: Database, amount: bigint): Promise<bigint> =>
  database.transact((db) =>
    setCreditLine(db, database.kind, { ownerId, amount, reason: 'known customer', actor: 'test', at: Date.now() }),
  );
const stateOf = async (database: Database) => (await meterStatus(database, [wallet])).get(wallet);
const isHold = (hold: Hold | HoldRefusal): hold is Hold => !('refused' in hold);
const clean = async (database: Database): Promise<void> => {
  expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
};

eachDatabase('credit lines', (open) => {
  test('many requests at two gateways together go as far as the line, and never below it', async () => {
    const database = await open();
    await testCredit(database, 300n);
    expect(await setLine(database, 500n)).toBe(0n);
    const gateways = [await started(database), await started(database)];
    const asked = await Promise.all(
      Array.from({ length: 24 }, async (_, index) => {
        const gateway = gateways[index % 2];
        if (gateway === undefined) throw new Error('no gateway');
        return { gateway, hold: await gateway.hold(testPlan(50n)) };
      }),
    );
    const held = asked.flatMap(({ gateway, hold }) => (isHold(hold) ? [{ gateway, hold }] : []));
    // 300 of its own and 500 of its line are 16 times 50.
    expect(held).toHaveLength(16);
    for (const { hold } of asked)
      if (!isHold(hold))
        expect(hold).toMatchObject({ refused: 'insufficient', debit: { meter: wallet }, available: 0n });
    for (const { gateway, hold } of held) await settled(gateway, hold, testRecord(50n));
    for (const gateway of gateways) await gateway.close();
    expect(await stateOf(database)).toMatchObject({ spent: 800n, remaining: -500n, creditLine: 500n, available: 0n });
    await clean(database);
  });

  test('a lower line is asked back from who leased up to the old one; what is spent stays owed', async () => {
    const database = await open();
    await setLine(database, 500n);
    const ledger = await started(database);
    await settled(ledger, await mustHold(ledger, 100n), testRecord(100n));
    expect(await setLine(database, 150n)).toBe(500n);
    while (((await stateOf(database))?.leased ?? 0n) > 50n) await Bun.sleep(10);
    await ledger.flush();
    expect(await ledger.hold(testPlan(51n))).toMatchObject({ refused: 'insufficient', available: 50n });
    expect(await setLine(database, 0n)).toBe(150n);
    await testCredit(database, 80n);
    await ledger.close();
    expect(await stateOf(database)).toMatchObject({ remaining: -20n, creditLine: 0n, available: -20n });
    await clean(database);
  });

  test('a reservation may stand on the line; a price may not be paid out of it', async () => {
    const database = await open();
    await testCredit(database, 10n);
    await setLine(database, 90n);
    const ledger = await started(database);
    const hold = await ledger.reserve(await mustHold(ledger, 60n), { id: 'req_1', expiresAt: Date.now() + 3_600_000 });
    expect(hold).not.toHaveProperty('refused');
    await ledger.close();
    expect(await stateOf(database)).toMatchObject({ reserved: 60n, available: 40n });
    const deps = { database, now: () => Date.now() };
    expect(await withWallet(deps, ownerId, 1n, () => Promise.resolve('paid'))).toBe('short');
    await clean(database);
  });

  test('verify finds a line that nobody set, and repair makes it what was set', async () => {
    const database = await open();
    await setLine(database, 70n);
    await database.db.updateTable('meters').set({ credit_line_nanos: 7000n }).where('id', '=', wallet).execute();
    expect(await verify(database, Date.now())).toMatchObject({
      unexplained: 1,
      problems: [
        { check: 'an account has the credit line that was set', subject: wallet, found: '7000', expected: '70' },
      ],
    });
    await database.db.deleteFrom('meters').where('id', '=', wallet).execute();
    expect((await verify(database, Date.now())).unexplained).toBe(1);
    expect(await repair(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
    expect(await stateOf(database)).toMatchObject({ creditLine: 70n, available: 70n });
  });
});
