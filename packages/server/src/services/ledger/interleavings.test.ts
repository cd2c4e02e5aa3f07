import { afterAll, expect, test } from 'bun:test';
import fc from 'fast-check';
import { openDatabase } from '../../store/database.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { migrate } from '../../store/migrations/index.ts';
import type { OpenLedger } from './ledger.ts';
import { testCredit, testFolder, testKeyLimit, testLedger, testPlan, testRecord } from './testing/ledger.ts';
import type { Hold } from './types.ts';
import { verify } from './verify.ts';

const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups) cleanup();
});

/** What may happen, in any order. `pick` chooses among the open holds; costs may exceed what was held. */
type Step =
  | { readonly do: 'hold'; readonly node: 0 | 1; readonly amount: number; readonly key: boolean }
  | { readonly do: 'settle'; readonly pick: number; readonly cost: number; readonly wait: boolean }
  | { readonly do: 'release'; readonly pick: number }
  | { readonly do: 'credit'; readonly amount: number }
  | { readonly do: 'limit'; readonly amount: number }
  | { readonly do: 'flush'; readonly node: 0 | 1 }
  | { readonly do: 'pause' }
  /** The answer of the database to the next change is lost, though the change was made. */
  | { readonly do: 'lose'; readonly node: 0 | 1; readonly at: string }
  | { readonly do: 'crash'; readonly node: 0 | 1; readonly outboxToo: boolean };

const node = fc.constantFrom(0 as const, 1 as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('hold' as const), node, amount: fc.nat(400), key: fc.boolean() }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('settle' as const), pick: fc.nat(), cost: fc.nat(600), wait: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), pick: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('credit' as const), amount: fc.integer({ min: -500, max: 2000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('limit' as const), amount: fc.nat(3000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const), node }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('lose' as const),
      node,
      at: fc.constantFrom('post:after-commit', 'acquire:after-commit', 'give-back:after-commit'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), node, outboxToo: fc.boolean() }) },
);

test('law: no interleaving of hold, settle, release and crash makes the books disagree', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), play), {
    numRuns: 40,
    endOnFailure: true,
  });
}, 120_000);

async function play(steps: readonly Step[]): Promise<void> {
  const database = await openDatabase('sqlite::memory:');
  await migrate(database);
  await testCredit(database, 1000n);
  await testKeyLimit(database, 2000n);
  const { path, clear } = testFolder();
  cleanups.push(clear);
  const begin = async () => {
    const state = { dead: false, deaf: false, lose: '' };
    const ledger = testLedger(database, path, {
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
  const nodes = [await begin(), await begin()];
  let holds: { readonly ledger: OpenLedger; readonly hold: Hold }[] = [];
  const charged = new Map<string, bigint>();
  const maybe = new Map<string, bigint>();
  let credited = 1000n;

  for (const action of steps) {
    switch (action.do) {
      case 'hold': {
        const ledger = nodes[action.node]?.ledger;
        if (ledger === undefined) break;
        const hold = await ledger.hold(testPlan(BigInt(action.amount), action.key));
        if (!('refused' in hold)) holds.push({ ledger, hold });
        break;
      }
      case 'settle': {
        const [open] = holds.splice(action.pick % Math.max(1, holds.length), 1);
        if (open === undefined) break;
        const cost = BigInt(action.cost);
        const record = testRecord(cost);
        maybe.set(record.id, cost);
        const safe = new Promise<void>((resolve) =>
          open.ledger.settle(open.hold, record, () => {
            maybe.delete(record.id);
            charged.set(record.id, cost);
            resolve();
          }),
        );
        if (action.wait) await safe;
        break;
      }
      case 'release': {
        const [open] = holds.splice(action.pick % Math.max(1, holds.length), 1);
        open?.ledger.settle(open.hold, testRecord(undefined), () => undefined);
        break;
      }
      case 'credit':
        credited += BigInt(action.amount);
        await testCredit(database, BigInt(action.amount));
        break;
      case 'limit':
        await testKeyLimit(database, BigInt(action.amount));
        break;
      case 'flush':
        await nodes[action.node]?.ledger.flush();
        break;
      case 'lose': {
        const unlucky = nodes[action.node];
        if (unlucky !== undefined) unlucky.state.lose = action.at;
        break;
      }
      case 'pause':
        await Bun.sleep(3);
        break;
      case 'crash': {
        const dying = nodes[action.node];
        if (dying === undefined) break;
        dying.state.dead = true;
        dying.state.deaf = action.outboxToo;
        holds = holds.filter((open) => open.ledger !== dying.ledger);
        await dying.ledger.close();
        nodes[action.node] = await begin();
        break;
      }
    }
  }
  for (const { ledger, hold } of holds) ledger.settle(hold, testRecord(undefined), () => undefined);
  for (const { ledger, state } of nodes) {
    state.lose = '';
    await ledger.flush();
    expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
  }
  for (const { ledger } of nodes) {
    await ledger.flush();
    await ledger.close();
  }
  const heir = await begin();
  await heir.ledger.close();
  expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });

  const rows = await database.db.selectFrom('charges').select(['request_id', 'amount_nanos']).execute();
  const posted = new Map(rows.map((row) => [row.request_id, row.amount_nanos]));
  for (const [id, cost] of charged) expect(posted.get(id)).toBe(cost);
  for (const id of posted.keys()) expect(charged.has(id) || maybe.has(id)).toBe(true);
  const spent = [...posted.values()].reduce((sum, cost) => sum + cost, 0n);
  const meters = await meterStatus(database, ['wallet:usr_1', 'key:key_1']);
  expect(meters.get('wallet:usr_1')).toMatchObject({ limit: credited, spent, leased: 0n });
  expect(meters.get('key:key_1')).toMatchObject({ spent, leased: 0n });
  await database.close();
}
