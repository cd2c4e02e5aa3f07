import { afterEach, expect, test } from 'bun:test';
import { sql } from 'kysely';
import { planDebits, planFor, type PlannedDebit } from '../../domain/debits.ts';
import { meterOf, type MeterKind, type MeterPolicy } from '../../domain/meters.ts';
import { nanos } from '../../domain/money.ts';
import type { Database } from '../../store/database.ts';
import { postCredit } from '../../store/ledger/journal.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { setMeterPolicy } from '../../store/ledger/policies.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import type { OpenLedger } from './ledger.ts';
import { pay, settled, testCredit, testFolder, testId, testLedger, testRecord } from './testing/ledger.ts';
import { repair, verify } from './verify.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function folder(): string {
  const { path, clear } = testFolder();
  cleanups.push(clear);
  return path;
}

async function started(database: Database): Promise<OpenLedger> {
  const ledger = testLedger(database, folder());
  cleanups.push(() => ledger.close());
  await ledger.start();
  return ledger;
}

const key = { id: 'key_1', limited: false, user: { id: 'usr_1' } };
const policy = (change: Partial<MeterPolicy>): MeterPolicy => ({
  id: 'pol_1',
  subject: 'key:key_1',
  kind: 'limit',
  period: 'month',
  order: 0,
  ...change,
});
const november = Date.UTC(2026, 10, 3);
const december = Date.UTC(2026, 11, 1);

const credit = (database: Database, account: string, amount: bigint): Promise<unknown> =>
  postCredit(database, {
    transactionId: testId('txn'),
    account,
    amount,
    kind: 'grant',
    note: '',
    idempotencyKey: testId('idem'),
    actor: 'test',
    at: november,
  });

const setLimit = (database: Database, which: MeterPolicy, limit: bigint | null, at = november): Promise<void> =>
  database.transact((db) => setMeterPolicy(db, database.kind, { policy: which, limit, at }));

async function debitsOf({ db }: Database): Promise<readonly unknown[]> {
  const charges = await db.selectFrom('charges').select('debits').orderBy('request_id').execute();
  return charges.map(({ debits }): unknown => JSON.parse(debits ?? 'null'));
}

const agree = async (database: Database): Promise<void> => {
  expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
};

eachDatabase('who pays', (open) => {
  test('accounts pay in their order, as far as each has it, and the last one the rest', async () => {
    const database = await open();
    const allowance = policy({ id: 'pol_a', subject: 'user:usr_1', kind: 'account', order: -1 });
    const { id } = meterOf(allowance, november);
    await credit(database, id, 100n);
    await testCredit(database, 1000n);
    const ledger = await started(database);
    const plan = (amount: bigint) => planDebits(key, nanos(amount), november, [allowance]);
    await pay(ledger, plan(50n), 40n);
    await pay(ledger, plan(200n), 90n);
    await pay(ledger, plan(30n), 20n);
    expect(await debitsOf(database)).toEqual([
      [
        [id, 'account', '40'],
        ['wallet:usr_1', 'account', '0'],
        ['key:key_1', 'limit', '40'],
      ],
      [
        [id, 'account', '60'],
        ['wallet:usr_1', 'account', '30'],
        ['key:key_1', 'limit', '90'],
      ],
      [
        [id, 'account', '0'],
        ['wallet:usr_1', 'account', '20'],
        ['key:key_1', 'limit', '20'],
      ],
    ]);
    // Together they do not have more than what is left.
    expect(await ledger.hold(plan(951n))).toMatchObject({ refused: 'insufficient', debit: { meter: 'wallet:usr_1' } });
    await pay(ledger, plan(950n), 970n);
    await ledger.close();
    const meters = await meterStatus(database, [id, 'wallet:usr_1', 'key:key_1']);
    expect(meters.get(id)).toMatchObject({ spent: 100n, leased: 0n, remaining: 0n });
    expect(meters.get('wallet:usr_1')).toMatchObject({ spent: 1020n, leased: 0n, remaining: -20n });
    expect(meters.get('key:key_1')).toMatchObject({ spent: 1120n });
    await agree(database);
  });

  test('a reserved request is paid by the accounts that set it aside, in whichever process', async () => {
    const database = await open();
    const allowance = policy({ id: 'pol_a', subject: 'user:usr_1', kind: 'account', order: -1 });
    const { id } = meterOf(allowance, november);
    await credit(database, id, 100n);
    await testCredit(database, 1000n);
    const first = await started(database);
    const hold = await first.hold(planDebits(key, nanos(300n), november, [allowance]));
    if ('refused' in hold) throw new Error(hold.refused);
    await first.reserve(hold, { id: 'req_1', expiresAt: Date.now() + 3_600_000 });
    await first.close();
    const second = await started(database);
    const resumed = await second.resume('req_1');
    if (resumed === undefined || resumed === 'settled') throw new Error('no reservation');
    await settled(second, resumed, testRecord(180n, { id: 'req_1', debits: resumed.debits }));
    await second.close();
    expect(await debitsOf(database)).toEqual([
      [
        [id, 'account', '100'],
        ['wallet:usr_1', 'account', '80'],
        ['key:key_1', 'limit', '180'],
      ],
    ]);
    await agree(database);
  });

  test('what a meter is stands in its kind, and nobody reads it in a name', async () => {
    const database = await open();
    const debit = (meter: string, kind: MeterKind): PlannedDebit => ({
      meter,
      kind,
      amount: nanos(50n),
      checked: true,
      opens: undefined,
    });
    // Names that lie.
    const plan = [debit('key:key_1', 'account'), debit('revenues', 'account'), debit('wallet:usr_1', 'limit')];
    await credit(database, 'key:key_1', 70n);
    await credit(database, 'revenues', 500n);
    await sql`insert into meters (id, kind, limit_nanos, spent_nanos, leased_nanos)
      values ('wallet:usr_1', 'limit', 120, 0, 0)`.execute(database.db);
    const ledger = await started(database);
    await pay(ledger, plan, 60n);
    await pay(ledger, plan, 55n);
    expect(await ledger.hold(planFor(plan, nanos(6n)))).toMatchObject({
      refused: 'insufficient',
      debit: { meter: 'wallet:usr_1', kind: 'limit' },
    });
    await ledger.close();
    await agree(database);
    const entries = await database.db
      .selectFrom('journal_entries')
      .innerJoin('journal_transactions', 'journal_transactions.id', 'transaction_id')
      .select(({ fn }) => ['account', fn.sum<bigint>('amount_nanos').as('amount_nanos')])
      .where('kind', '=', 'usage')
      .groupBy('account')
      .orderBy('account')
      .execute();
    expect(entries).toEqual([
      { account: 'key:key_1', amount_nanos: -70n },
      { account: 'revenue', amount_nanos: 115n },
      { account: 'revenues', amount_nanos: -45n },
    ]);
    await database.db.updateTable('meters').set({ spent_nanos: 0n }).execute();
    expect(await repair(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
    expect((await meterStatus(database, ['wallet:usr_1'])).get('wallet:usr_1')).toMatchObject({ spent: 115n });
  });

  test('a charge that nobody pays is refused before anything changes', async () => {
    const database = await open();
    await testCredit(database, 100n);
    const ledger = await started(database);
    const hold = await ledger.hold(planDebits(key, nanos(10n), november));
    if ('refused' in hold) throw new Error(hold.refused);
    expect(() => ledger.settle(hold, testRecord(5n, { debits: [] }), () => undefined)).toThrow('nobody pays');
    await settled(ledger, hold, testRecord(5n));
    await ledger.close();
    await agree(database);
  });
});

eachDatabase('budgets', (open) => {
  const monthly = policy({});
  const plan = (amount: bigint, at: number) => planDebits(key, nanos(amount), at, [monthly]);

  test('each month has its own meter, made when it is first needed, with the limit of its policy', async () => {
    const database = await open();
    await testCredit(database, 10_000n);
    await setLimit(database, monthly, 100n);
    const ledger = await started(database);
    await pay(ledger, plan(100n, november), 80n, { at: november });
    expect(await ledger.hold(plan(21n, november))).toMatchObject({
      refused: 'insufficient',
      debit: { meter: 'budget:key:key_1:2026-11' },
      available: 20n,
    });
    await pay(ledger, plan(100n, december), 100n, { at: december });
    await ledger.close();
    const meters = await database.db
      .selectFrom('meters')
      .selectAll()
      .where('policy_id', '=', 'pol_1')
      .orderBy('id')
      .execute();
    expect(meters).toMatchObject([
      {
        id: 'budget:key:key_1:2026-11',
        kind: 'limit',
        period: 'month',
        starts_at: Date.UTC(2026, 10, 1),
        ends_at: december,
        limit_nanos: 100n,
        spent_nanos: 80n,
        leased_nanos: 0n,
      },
      { id: 'budget:key:key_1:2026-12', limit_nanos: 100n, spent_nanos: 100n },
    ]);
    await agree(database);
  });

  test('another limit holds for the meter of now, wherever its leases are, and for later ones', async () => {
    const database = await open();
    await testCredit(database, 10_000n);
    await setLimit(database, monthly, 1000n);
    const ledger = await started(database);
    await pay(ledger, plan(10n, november), 10n, { at: november });
    await pay(ledger, plan(10n, december), 10n, { at: december });
    await setLimit(database, monthly, 50n, december);
    const left = async () => await ledger.hold(plan(41n, december));
    for (let answer = await left(); !('refused' in answer); answer = await left()) {
      await settled(ledger, answer, testRecord(undefined));
      await Bun.sleep(10);
    }
    const limits = await database.db
      .selectFrom('meters')
      .select('limit_nanos')
      .where('policy_id', '=', 'pol_1')
      .orderBy('id')
      .execute();
    expect(limits.map((row) => row.limit_nanos)).toEqual([1000n, 50n]);
    await setLimit(database, monthly, null, december);
    await Bun.sleep(500);
    await pay(ledger, plan(5000n, december), 5000n, { at: december });
    await agree(database);
  });

  test('a meter that a charge made in passing belongs to its policy as soon as something is held on it', async () => {
    const database = await open();
    await testCredit(database, 10_000n);
    await setLimit(database, monthly, 100n);
    const ledger = await started(database);
    // Nothing is held for what is free by its estimate.
    await pay(ledger, plan(0n, november), 30n, { at: november });
    expect(await ledger.hold(plan(71n, november))).toMatchObject({ refused: 'insufficient', available: 70n });
    await pay(ledger, plan(70n, november), 70n, { at: november });
    await ledger.close();
    await agree(database);
  });
});

eachDatabase('verify', (open) => {
  test('names what does not fit of debits, budgets and reservations', async () => {
    const database = await open();
    await testCredit(database, 1000n);
    await setLimit(database, policy({}), 500n);
    const ledger = await started(database);
    await pay(ledger, planDebits(key, nanos(50n), november, [policy({})]), 40n, { id: 'req_1', at: november });
    await pay(ledger, planDebits(key, nanos(50n), november), 30n, { id: 'req_2', at: november });
    const hold = await ledger.hold(planDebits(key, nanos(100n), november));
    if ('refused' in hold) throw new Error(hold.refused);
    await ledger.reserve(hold, { id: 'req_3', expiresAt: november + 86_400_000 * 365 });
    await ledger.close();
    await agree(database);
    const { db } = database;
    const wrong = async (): Promise<readonly string[]> => {
      const { problems } = await verify(database, Date.now());
      return [
        ...new Set(problems.map(({ check, subject }) => `${check}: ${subject.replace(/^txn_.*/, 'txn')}`)),
      ].toSorted();
    };
    await sql`update meters set reserved_nanos = reserved_nanos + 1 where id = 'wallet:usr_1'`.execute(db);
    expect(await wrong()).toEqual(['the reservations of a meter are what it has set aside: wallet:usr_1']);
    expect(await repair(database, Date.now())).toEqual({ unexplained: 0, problems: [] });

    // Who paid is a fact: shown, and not repaired.
    await sql`update charges set debits = '[["wallet:usr_2","account","30"],["key:key_1","limit","30"]]'
      where request_id = 'req_2'`.execute(db);
    expect(await wrong()).toEqual([
      'a debit takes from a meter of its kind: req_2',
      'a meter spent what debits took from it: wallet:usr_1',
      'what accounts paid is what was posted for it: txn',
    ]);
    await sql`update charges set debits = '[["wallet:usr_1","account","30"],["key:key_1","limit","29"]]'
      where request_id = 'req_2'`.execute(db);
    expect(await wrong()).toEqual([
      'a limit counts all of a charge: req_2',
      'a meter spent what debits took from it: key:key_1',
    ]);
    await sql`update charges set debits = '[["wallet:usr_1","account","30"],["key:key_1","limit","30"]]'
      where request_id = 'req_2'`.execute(db);
    await sql`update charges set created_at = ${december} where request_id = 'req_1'`.execute(db);
    await sql`update reservations set id = 'req_2' where id = 'req_3'`.execute(db);
    expect(await wrong()).toEqual([
      'a budget counts what falls into its period: req_1',
      'no reservation stands for a request that was charged: req_2',
      `the hourly sums are those of the charges: hour ${november}`,
      `the hourly sums are those of the charges: hour ${december}`,
    ]);
  });
});
