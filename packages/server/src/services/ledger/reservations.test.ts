import { afterEach, expect, test } from 'bun:test';
import { nanos } from '../../domain/money.ts';
import type { Database } from '../../store/database.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
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
  testRecord,
} from './testing/ledger.ts';
import type { Hold } from './types.ts';
import { verify } from './verify.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const wallet = 'wallet:usr_1';
const key = 'key:key_1';
const far = (): number => Date.now() + 3_600_000;

async function started(database: Database, options: Partial<LedgerOptions> = {}): Promise<OpenLedger> {
  const { path, clear } = testFolder();
  cleanups.push(clear);
  const ledger = testLedger(database, path, options);
  cleanups.push(() => ledger.close());
  await ledger.start();
  return ledger;
}

async function mustReserve(ledger: OpenLedger, amount: bigint, id: string, expiresAt = far()): Promise<Hold> {
  const hold = await ledger.reserve(await mustHold(ledger, amount, true), { id, expiresAt });
  if ('refused' in hold) throw new Error(`refused: ${hold.refused}`);
  return hold;
}

async function mustResume(ledger: OpenLedger, id: string): Promise<Hold> {
  const hold = await ledger.resume(id);
  if (hold === undefined || hold === 'settled') throw new Error(`${hold}`);
  return hold;
}

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await Bun.sleep(10);
};

eachDatabase('holds that change', (open) => {
  const prepared = async (credit = 1000n) => {
    const database = await open();
    await testCredit(database, credit);
    await testKeyLimit(database, credit);
    return database;
  };
  const clean = async (database: Database): Promise<void> => {
    expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
  };
  const stateOf = async (database: Database, meter = wallet) => (await meterStatus(database, [meter])).get(meter);

  test('a hold grows on all its meters, at once while the leases suffice', async () => {
    const database = await prepared();
    const ledger = await started(database);
    const hold = await mustHold(ledger, 100n, true);
    expect(ledger.extend(hold, nanos(300n))).toBe(hold);
    expect(await ledger.hold(hold.debits.map((debit) => ({ ...debit, amount: nanos(601n) })))).toMatchObject({
      refused: 'insufficient',
      available: 600n,
    });
    await settled(ledger, hold, testRecord(350n));
    await ledger.flush();
    expect(await stateOf(database)).toMatchObject({ spent: 350n });
    await clean(database);
  });

  test('a hold that cannot grow is as it was', async () => {
    const database = await prepared();
    await testKeyLimit(database, 500n);
    const ledger = await started(database);
    const hold = await mustHold(ledger, 100n, true);
    // The wallet has it, the key has not.
    expect(await ledger.extend(hold, nanos(450n))).toMatchObject({ refused: 'insufficient', debit: { meter: key } });
    const rest = await mustHold(ledger, 900n);
    expect(await ledger.extend(hold, nanos(1n))).toMatchObject({ refused: 'insufficient', debit: { meter: wallet } });
    await settled(ledger, rest, testRecord(undefined));
    expect(await ledger.extend(hold, nanos(400n))).toBe(hold);
    await settled(ledger, hold, testRecord(500n));
    expect(await ledger.extend(hold, nanos(1n))).toEqual({ refused: 'over' });
    await ledger.close();
    expect(await stateOf(database)).toMatchObject({ spent: 500n, leased: 0n });
    await clean(database);
  });

  test('a reservation counts against what is available, and outlives its process', async () => {
    const database = await prepared();
    const first = await started(database);
    await mustReserve(first, 600n, 'req_a');
    expect(await stateOf(database)).toMatchObject({ reserved: 600n, leased: 400n, available: 0n });
    await first.close();
    await clean(database);
    expect(await stateOf(database)).toMatchObject({ reserved: 600n, leased: 0n, available: 400n });

    const second = await started(database);
    expect(
      await second.hold((await mustHold(second, 0n, true)).debits.map((d) => ({ ...d, amount: nanos(401n) }))),
    ).toMatchObject({
      refused: 'insufficient',
    });
    const hold = await mustResume(second, 'req_a');
    expect(hold.debits.map(({ meter, amount }) => [meter, amount])).toEqual([
      [wallet, nanos(600n)],
      [key, nanos(600n)],
    ]);
    await settled(second, hold, testRecord(450n, { id: 'req_a' }));
    await second.flush();
    expect(await stateOf(database)).toMatchObject({ spent: 450n, reserved: 0n });
    expect(await stateOf(database, key)).toMatchObject({ spent: 450n, reserved: 0n });
    expect(await second.resume('req_a')).toBe('settled');
    expect(await second.resume('req_none')).toBeUndefined();
    await second.close();
    await clean(database);
  });

  test('two processes that settle one reservation settle it once, with a charge or without', async () => {
    const database = await prepared();
    const nodes = [await started(database), await started(database)] as const;
    for (const [id, costs] of [
      ['req_a', [10n, 20n]],
      ['req_b', [undefined, 30n]],
      ['req_c', [40n, undefined]],
    ] as const) {
      await mustReserve(nodes[0], 100n, id);
      const holds = [await mustResume(nodes[0], id), await mustResume(nodes[1], id)] as const;
      for (const index of [0, 1] as const) {
        await settled(nodes[index], holds[index], testRecord(costs[index], { id }));
        await nodes[index].flush();
      }
    }
    await clean(database);
    const charges = await database.db
      .selectFrom('charges')
      .select(['request_id', 'amount_nanos'])
      .orderBy('request_id')
      .execute();
    expect(charges).toEqual([
      { request_id: 'req_a', amount_nanos: 10n },
      { request_id: 'req_c', amount_nanos: 40n },
    ]);
    expect(await stateOf(database)).toMatchObject({ spent: 50n, reserved: 0n });
  });

  test('a reservation whose time is up goes back by itself, and can still be charged once', async () => {
    const database = await prepared();
    const ledger = await started(database, { heartbeatMs: 20 });
    await mustReserve(ledger, 600n, 'req_late', Date.now() + 30);
    await mustReserve(ledger, 100n, 'req_renewed', Date.now() + 30);
    expect(await ledger.renew({ id: 'req_renewed', expiresAt: far() })).toBe(true);
    await until(async () => (await stateOf(database))?.reserved === 100n);
    expect(await ledger.renew({ id: 'req_late', expiresAt: far() })).toBe(false);
    await mustHold(ledger, 900n);
    const late = await mustResume(ledger, 'req_late');
    expect(await ledger.extend(late, nanos(1n))).toMatchObject({ refused: 'insufficient' });
    await settled(ledger, late, testRecord(500n, { id: 'req_late' }));
    await ledger.flush();
    expect(await stateOf(database)).toMatchObject({ spent: 500n, reserved: 100n });
    expect(await ledger.resume('req_late')).toBe('settled');
    await clean(database);
  });

  test('a reservation grows, and one that is over does not', async () => {
    const database = await prepared();
    const ledger = await started(database);
    const hold = await mustReserve(ledger, 100n, 'req_a');
    expect(await ledger.extend(hold, nanos(200n))).toBe(hold);
    expect(await stateOf(database)).toMatchObject({ reserved: 300n });
    expect(await ledger.extend(hold, nanos(800n))).toMatchObject({ refused: 'insufficient', debit: { meter: wallet } });
    const elsewhere = await started(database);
    await settled(elsewhere, await mustResume(elsewhere, 'req_a'), testRecord(250n, { id: 'req_a' }));
    await elsewhere.flush();
    expect(await ledger.extend(hold, nanos(10n))).toEqual({ refused: 'over' });
    await settled(ledger, hold, testRecord(250n, { id: 'req_a' }));
    await ledger.flush();
    for (const node of [ledger, elsewhere]) await node.close();
    expect(await stateOf(database)).toMatchObject({ spent: 250n, reserved: 0n, leased: 0n });
    await clean(database);
  });

  test('when the answer of the database is lost, the hold stands, and reserving it again finds what was written', async () => {
    const database = await prepared();
    let lose = '';
    const ledger = await started(database, {
      fault: (point) => {
        if (point !== lose) return;
        lose = '';
        throw new Error('lost');
      },
    });
    const hold = await mustHold(ledger, 100n, true);
    lose = 'reserve:after-commit';
    expect(await ledger.reserve(hold, { id: 'req_a', expiresAt: far() })).toEqual({ refused: 'unavailable' });
    expect(await stateOf(database)).toMatchObject({ reserved: 100n });
    expect(await ledger.reserve(hold, { id: 'req_a', expiresAt: far() })).toBe(hold);
    expect(() => ledger.settle(hold, testRecord(70n), () => undefined)).toThrow('reserved as req_a');
    await settled(ledger, hold, testRecord(70n, { id: 'req_a' }));

    // The same, but settled without another try; and one that was not written at all.
    for (const point of ['reserve:after-commit', 'reserve:before-commit']) {
      const next = await mustHold(ledger, 50n, true);
      lose = point;
      const id = testId('req');
      expect(await ledger.reserve(next, { id, expiresAt: far() })).toEqual({ refused: 'unavailable' });
      await settled(ledger, next, testRecord(40n, { id }));
    }
    await ledger.flush();
    await clean(database);
    // All that is left can be spent, and nothing beyond.
    await mustHold(ledger, 850n, true);
    expect(await ledger.hold(hold.debits.map((debit) => ({ ...debit, amount: nanos(1n) })))).toMatchObject({
      refused: 'insufficient',
    });
    await ledger.close();
    expect(await stateOf(database)).toMatchObject({ spent: 150n, reserved: 0n, leased: 0n });
    await clean(database);
  });

  test('a request that ends while it is being reserved is settled all the same', async () => {
    const database = await prepared();
    const ledger = await started(database);
    const hold = await mustHold(ledger, 100n, true);
    const reserving = ledger.reserve(hold, { id: 'req_a', expiresAt: far() });
    const settling = settled(ledger, hold, testRecord(30n, { id: 'req_a' }));
    await reserving;
    await settling;
    await ledger.close();
    expect(await stateOf(database)).toMatchObject({ spent: 30n, reserved: 0n, leased: 0n });
    await clean(database);
  });
});
