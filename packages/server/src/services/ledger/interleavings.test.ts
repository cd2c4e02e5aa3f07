import { afterAll, expect, test } from 'bun:test';
import fc from 'fast-check';
import { planDebits, type PlannedDebit } from '../../domain/debits.ts';
import { meterOf, type MeterPolicy } from '../../domain/meters.ts';
import { nanos } from '../../domain/money.ts';
import type { Database } from '../../store/database.ts';
import { postCredit } from '../../store/ledger/journal.ts';
import { setMeterPolicy } from '../../store/ledger/policies.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import type { OpenLedger } from './ledger.ts';
import { testCredit, testFolder, testId, testKeyLimit, testLedger, testRecord } from './testing/ledger.ts';
import type { Hold } from './types.ts';
import { verify } from './verify.ts';

const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups) cleanup();
});

/**
 * What may happen, in any order. `pick` chooses among the open holds, or the requests that were ever reserved; costs may
 * exceed what was held.
 */
type Step =
  | { readonly do: 'hold'; readonly node: 0 | 1; readonly amount: number; readonly payers: Payers }
  | { readonly do: 'extend'; readonly pick: number; readonly by: number }
  | { readonly do: 'reserve'; readonly pick: number; readonly brief: boolean }
  | { readonly do: 'resume'; readonly node: 0 | 1; readonly pick: number }
  | { readonly do: 'renew'; readonly node: 0 | 1; readonly pick: number }
  | { readonly do: 'settle'; readonly pick: number; readonly cost: number; readonly wait: boolean }
  | { readonly do: 'part'; readonly pick: number; readonly cost: number }
  | { readonly do: 'release'; readonly pick: number }
  | { readonly do: 'credit'; readonly amount: number; readonly allowance: boolean }
  | { readonly do: 'limit'; readonly amount: number; readonly budget: boolean }
  | { readonly do: 'flush'; readonly node: 0 | 1 }
  | { readonly do: 'pause' }
  /** The answer of the database to the next change is lost, though the change was made (or was not, before the commit). */
  | { readonly do: 'lose'; readonly node: 0 | 1; readonly at: string }
  | { readonly do: 'crash'; readonly node: 0 | 1; readonly outboxToo: boolean };

/** The wallet alone; the key's limit too; an allowance before the wallet, and a budget. */
type Payers = 'wallet' | 'key' | 'policies';

const node = fc.constantFrom(0 as const, 1 as const);
const pick = fc.nat();
const doing = <D extends Step['do']>(what: D) => fc.constant(what);
const lost = [
  'post:after-commit',
  'acquire:after-commit',
  'give-back:after-commit',
  'reserve:before-commit',
  'reserve:after-commit',
];
const payers = fc.constantFrom<Payers[]>('wallet', 'key', 'policies');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: doing('hold'), node, amount: fc.nat(400), payers }) },
  { weight: 2, arbitrary: fc.record({ do: doing('extend'), pick, by: fc.nat(300) }) },
  { weight: 3, arbitrary: fc.record({ do: doing('reserve'), pick, brief: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: doing('resume'), node, pick }) },
  { weight: 1, arbitrary: fc.record({ do: doing('renew'), node, pick }) },
  { weight: 6, arbitrary: fc.record({ do: doing('settle'), pick, cost: fc.nat(600), wait: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: doing('part'), pick, cost: fc.nat(300) }) },
  { weight: 1, arbitrary: fc.record({ do: doing('release'), pick }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: doing('credit'),
      amount: fc.integer({ min: -500, max: 2000 }),
      allowance: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: doing('limit'), amount: fc.nat(3000), budget: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: doing('flush'), node }) },
  { weight: 1, arbitrary: fc.record({ do: doing('pause') }) },
  { weight: 2, arbitrary: fc.record({ do: doing('lose'), node, at: fc.constantFrom(...lost) }) },
  { weight: 1, arbitrary: fc.record({ do: doing('crash'), node, outboxToo: fc.boolean() }) },
);
const steps = fc.array(step, { minLength: 5, maxLength: 60 });

// On servers a step takes ten times as long.
const runs = { sqlite: 40, postgres: 12, mysql: 12 };

eachDatabase('law', (open, kind) => {
  const numRuns = runs[kind];

  test('no interleaving of hold, extend, reserve, settle, release and crash makes the books disagree', async () => {
    const database = await open();
    await fc.assert(
      fc.asyncProperty(steps, (actions) => play(database, actions, { honest: false })),
      { numRuns, endOnFailure: true },
    );
  }, 300_000);

  test('where nothing costs more than was set aside for it, no meter is ever overspent', async () => {
    const database = await open();
    await fc.assert(
      fc.asyncProperty(steps, (actions) => play(database, actions, { honest: true })),
      { numRuns, endOnFailure: true },
    );
  }, 300_000);
});

const month = Date.now();
const allowance: MeterPolicy = { id: 'pol_a', subject: 'user:usr_1', kind: 'account', period: 'month', order: -1 };
const budget: MeterPolicy = { id: 'pol_b', subject: 'key:key_1', kind: 'limit', period: 'month', order: 0 };

function planOf(which: Payers, amount: bigint): readonly PlannedDebit[] {
  const key = { id: 'key_1', limited: which !== 'wallet', user: { id: 'usr_1' } };
  return planDebits(key, nanos(amount), month, which === 'policies' ? [allowance, budget] : []);
}

/** A hold that somebody has, of a request that may be reserved. */
type Open = { readonly ledger: OpenLedger; readonly hold: Hold; readonly id: string; held: bigint };

/** What ended a request: the costs it was settled with, and whether a client was told that it is safe. */
type Ended = { readonly costs: Set<bigint | undefined>; safe: boolean };

/** Begins anew in a database that was played in before. */
async function clear({ db }: Database): Promise<void> {
  for (const table of [
    'nodes',
    'meters',
    'meter_policies',
    'leases',
    'lease_recalls',
    'reservations',
    'journal_transactions',
    'journal_entries',
    'charges',
    'request_logs',
    'usage_rollups',
  ] as const)
    await db.deleteFrom(table).execute();
}

function creditAllowance(database: Database, amount: bigint): Promise<unknown> {
  return postCredit(database, {
    transactionId: testId('txn'),
    account: meterOf(allowance, month).id,
    amount,
    kind: amount < 0n ? 'adjustment' : 'grant',
    note: '',
    idempotencyKey: testId('idem'),
    actor: 'test',
    at: month,
  });
}

const limitBudget = (database: Database, limit: bigint): Promise<void> =>
  database.transact((db) => setMeterPolicy(db, database.kind, { policy: budget, limit, at: month }));

async function play(
  database: Database,
  actions: readonly Step[],
  { honest }: { readonly honest: boolean },
): Promise<void> {
  await clear(database);
  await testCredit(database, 1000n);
  await creditAllowance(database, 300n);
  await testKeyLimit(database, 2000n);
  await limitBudget(database, 1500n);
  const folder = testFolder();
  cleanups.push(folder.clear);
  const begin = async () => {
    const state = { dead: false, deaf: false, lose: '' };
    const ledger = testLedger(database, folder.path, {
      heartbeatMs: 20,
      recallWaitMs: 0,
      refusalMemoMs: 0,
      closeTimeoutMs: 0,
      fault: (point) => {
        if (point === state.lose) {
          state.lose = '';
          throw new Error('lost');
        }
        // What a dead process does after its death does not happen.
        if (state.dead && (point !== 'outbox:before-write' || state.deaf)) throw new Error('dead');
      },
    });
    await ledger.start();
    return { ledger, state };
  };
  const nodes = [await begin(), await begin()] as const;
  const running = [...nodes];
  let holds: Open[] = [];
  const reserved: string[] = [];
  const ended = new Map<string, Ended>();
  let credited = 1300n;

  const taken = (at: number): Open | undefined => holds.splice(at % Math.max(1, holds.length), 1)[0];
  const chosen = (at: number): Open | undefined => holds[at % Math.max(1, holds.length)];
  const end = ({ ledger, hold, id }: Open, cost: bigint | undefined): Promise<void> => {
    const known = ended.get(id) ?? { costs: new Set(), safe: false };
    ended.set(id, known);
    known.costs.add(cost);
    return new Promise((resolve) =>
      ledger.settle(hold, testRecord(cost, { id, debits: hold.debits }), () => {
        known.safe = true;
        resolve();
      }),
    );
  };
  const release = (one: Open | undefined): void => {
    if (one !== undefined) void end(one, undefined);
  };

  for (const action of actions) {
    switch (action.do) {
      case 'hold': {
        const ledger = running[action.node]?.ledger;
        if (ledger === undefined) break;
        const held = BigInt(action.amount);
        const hold = await ledger.hold(planOf(action.payers, held));
        if (!('refused' in hold)) holds.push({ ledger, hold, id: testId('req'), held });
        break;
      }
      case 'extend': {
        const one = chosen(action.pick);
        if (one === undefined) break;
        const by = BigInt(action.by);
        const answer = await one.ledger.extend(one.hold, nanos(by));
        if (!('refused' in answer)) one.held += by;
        break;
      }
      case 'reserve': {
        const one = chosen(action.pick);
        if (one === undefined) break;
        const expiresAt = Date.now() + (action.brief && !honest ? 3 : 3_600_000);
        reserved.push(one.id);
        await one.ledger.reserve(one.hold, { id: one.id, expiresAt });
        break;
      }
      case 'resume': {
        const ledger = running[action.node]?.ledger;
        const id = reserved[action.pick % Math.max(1, reserved.length)];
        if (ledger === undefined || id === undefined) break;
        const hold = await ledger.resume(id);
        if (hold === undefined || hold === 'settled') break;
        const accounts = hold.debits.filter(({ kind }) => kind === 'account');
        holds.push({ ledger, hold, id, held: accounts.reduce((sum, { amount }) => sum + amount, 0n) });
        break;
      }
      case 'renew': {
        const id = reserved[action.pick % Math.max(1, reserved.length)];
        if (id !== undefined) await running[action.node]?.ledger.renew({ id, expiresAt: Date.now() + 3_600_000 });
        break;
      }
      case 'settle': {
        const one = taken(action.pick);
        if (one === undefined) break;
        const cost = BigInt(action.cost);
        const safe = end(one, honest && cost > one.held ? one.held : cost);
        if (action.wait) await safe;
        break;
      }
      case 'part': {
        const one = chosen(action.pick);
        if (one === undefined || reserved.includes(one.id)) break;
        const asked = BigInt(action.cost);
        const cost = honest && asked > one.held ? one.held : asked;
        const id = testId('req');
        const part: Ended = { costs: new Set([cost]), safe: false };
        ended.set(id, part);
        one.ledger.settlePart(one.hold, testRecord(cost, { id, debits: one.hold.debits }), () => {
          part.safe = true;
        });
        one.held = cost > one.held ? 0n : one.held - cost;
        break;
      }
      case 'release':
        release(taken(action.pick));
        break;
      case 'credit': {
        const amount = honest && action.amount < 0 ? 0n : BigInt(action.amount);
        credited += amount;
        await (action.allowance ? creditAllowance(database, amount) : testCredit(database, amount));
        break;
      }
      case 'limit': {
        const limit = BigInt(action.amount) + (honest ? 2000n : 0n);
        await (action.budget ? limitBudget(database, limit) : testKeyLimit(database, limit));
        break;
      }
      case 'flush':
        await running[action.node]?.ledger.flush();
        break;
      case 'lose': {
        const unlucky = running[action.node];
        if (unlucky !== undefined) unlucky.state.lose = action.at;
        break;
      }
      case 'pause':
        await Bun.sleep(3);
        break;
      case 'crash': {
        const dying = running[action.node];
        if (dying === undefined) break;
        dying.state.dead = true;
        dying.state.deaf = action.outboxToo;
        holds = holds.filter((one) => one.ledger !== dying.ledger);
        await dying.ledger.close();
        running[action.node] = await begin();
        break;
      }
    }
  }
  for (const one of holds) release(one);
  for (const { ledger, state } of running) {
    state.lose = '';
    await ledger.flush();
    expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
  }
  for (const { ledger } of running) {
    await ledger.flush();
    await ledger.close();
  }
  // Jobs that never ended: their time is up.
  await database.db.updateTable('reservations').set({ expires_at: 1 }).where('state', '=', 'open').execute();
  const heir = await begin();
  await heir.ledger.close();
  expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
  await expectCharges(database, ended);
  await expectMeters(database, { credited, honest });
}

/** Everything that a client knows of is charged, once, and nothing else is. */
async function expectCharges({ db }: Database, ended: ReadonlyMap<string, Ended>): Promise<void> {
  const rows = await db.selectFrom('charges').select(['request_id', 'amount_nanos']).execute();
  const posted = new Map(rows.map((row) => [row.request_id, row.amount_nanos]));
  for (const [id, { costs, safe }] of ended) {
    const amount = posted.get(id);
    // Of several that settled a reservation one was first, and it may have been one that charged nothing.
    if (amount !== undefined || (safe && !costs.has(undefined))) expect([...costs]).toContain(amount);
  }
  for (const id of posted.keys()) expect(ended.has(id)).toBe(true);
}

async function expectMeters(
  { db }: Database,
  { credited, honest }: { readonly credited: bigint; readonly honest: boolean },
): Promise<void> {
  const meters = await db.selectFrom('meters').selectAll().execute();
  const sum = (of: (meter: (typeof meters)[number]) => bigint | null): bigint =>
    meters.filter(({ kind }) => kind === 'account').reduce((total, meter) => total + (of(meter) ?? 0n), 0n);
  const charges = await db.selectFrom('charges').select('amount_nanos').execute();
  expect(sum((meter) => meter.spent_nanos)).toBe(charges.reduce((total, charge) => total + charge.amount_nanos, 0n));
  expect(sum((meter) => meter.limit_nanos)).toBe(credited);
  for (const meter of meters) {
    expect(meter).toMatchObject({ leased_nanos: 0n, reserved_nanos: 0n });
    if (honest && meter.limit_nanos !== null) expect(meter.spent_nanos <= meter.limit_nanos).toBe(true);
  }
}
