import { expect, test } from 'bun:test';
import { sql } from 'kysely';
import type { Compilable } from 'kysely';
import { planDebits } from '../domain/debits.ts';
import { nanos } from '../domain/money.ts';
import { multiplierOne } from '../domain/price.ts';
import type { ChargeLine } from '../domain/quote.ts';
import type { RequestRecord } from '../domain/record.ts';
import type { Database } from './database.ts';
import { postBatch } from './ledger/posting.ts';
import { postingRow } from './ledger/posting-row.ts';
import {
  requestLogRepository,
  billsQuery,
  findQuery,
  latestQuery,
  oldestQuery,
  pruneQuery,
  rollupsQuery,
} from './request-log.ts';
import type { LogFilters } from './request-log.ts';
import { eachDatabase } from './testing/databases.ts';
import { readsEverything } from './testing/query-plans.ts';

const start = Date.UTC(2026, 0, 1);
const idOf = (index: number): string => `req_${String(index).padStart(8, '0')}`;

function record(index: number, stepMs: number): RequestRecord {
  const failed = index % 50 === 0;
  return {
    id: idOf(index),
    at: start + index * stepMs,
    userId: `usr_${index % 40}`,
    keyId: `key_${index % 80}`,
    debits: planDebits(
      { id: `key_${index % 80}`, limited: false, user: { id: `usr_${index % 40}` } },
      nanos(15n),
      start,
    ),
    group: 'default',
    protocol: 'openai-chat',
    operation: 'chat',
    modelAsked: `model-${index % 20}`,
    modelServed: 'served',
    channelId: `chn_${index % 10}`,
    stream: index % 2 === 0,
    status: failed ? 502 : 200,
    endReason: failed ? 'upstream_error' : 'completed',
    errorCode: failed ? 'upstream_error' : '',
    usage: { inputText: 100, outputText: 50 },
    usageSource: 'provider',
    conversion: undefined,
    charge: failed
      ? undefined
      : {
          amount: nanos(15n),
          lines: [{ bucket: 'inputText', quantity: 100, rate: 150_000n }],
          multiplier: multiplierOne,
          priceVersion: 'prc_1',
        },
    ttftMs: 100,
    totalMs: 600,
    clientIp: '::1',
    attempts: [
      {
        channelId: `chn_${index % 10}`,
        credential: 0,
        status: failed ? 502 : 200,
        cause: failed ? 'server_error' : 'ok',
        durationMs: 9,
      },
    ],
  };
}

async function fill(database: Database, count: number, stepMs = 1000): Promise<void> {
  for (let first = 0; first < count; first += 500) {
    const rows = Array.from({ length: Math.min(500, count - first) }, (_, index) =>
      postingRow(record(first + index, stepMs)),
    );
    await postBatch(database, { transactionId: `txn_${first}`, at: start, nodeId: 'n', rows }, () => undefined);
  }
}

eachDatabase('request log', (open, kind) => {
  test('shows why a line of a bill has its rate, and reads bills from before that was told', async () => {
    const database = await open();
    const lines: readonly ChargeLine[] = [
      { bucket: 'inputText', quantity: 100, rate: 75_000n, condition: 'tier: flex, model: "o\n\u0000\ud800' },
      { bucket: 'outputText', quantity: 50, rate: 150_000n },
    ];
    const charge = { amount: nanos(15n), lines, multiplier: multiplierOne, priceVersion: 'prc_1' };
    const rows = [postingRow({ ...record(1, 1000), charge }), postingRow(record(2, 1000))];
    await postBatch(database, { transactionId: 'txn', at: start, nodeId: 'n', rows }, () => undefined);
    const told = 'tier: flex, model: "o\ufffd\ufffd\ufffd';
    expect((await requestLogRepository.find(database.db, idOf(1)))?.bill?.lines).toEqual([
      { bucket: 'inputText', quantity: 100, rate: 75_000n, condition: told },
      { bucket: 'outputText', quantity: 50, rate: 150_000n },
    ]);
    const before = '[["cacheRead",3,"150000"],["call",1,"7"]]';
    await database.db.updateTable('charges').set({ bill_lines: before }).where('request_id', '=', idOf(2)).execute();
    expect((await requestLogRepository.find(database.db, idOf(2)))?.bill?.lines).toEqual([
      { bucket: 'cacheRead', quantity: 3, rate: 150_000n },
      { bucket: 'call', quantity: 1, rate: 7n },
    ]);
  });

  test('shows what was recorded, page by page, whatever it is filtered by', async () => {
    const database = await open();
    await fill(database, 400);
    const one = await requestLogRepository.find(database.db, idOf(7));
    expect(one).toMatchObject({
      id: idOf(7),
      userId: 'usr_7',
      status: 200,
      amount: 15n,
      // It came whole.
      tokensPerSecond: undefined,
      usage: { inputText: 100, outputText: 50 },
      bill: {
        lines: [{ bucket: 'inputText', quantity: 100, rate: 150_000n }],
        multiplier: 1_000_000n,
        priceVersion: 'prc_1',
      },
      attempts: [{ channelId: 'chn_7', credential: 0, status: 200, cause: 'ok', durationMs: 9 }],
    });
    expect(await requestLogRepository.find(database.db, idOf(50))).toMatchObject({
      bill: undefined,
      usage: { inputText: 100, outputText: 50 },
    });
    expect(await requestLogRepository.find(database.db, 'req_none')).toBeUndefined();

    const all: string[] = [];
    let before: string | undefined;
    for (;;) {
      const page = await requestLogRepository.latest(database.db, { filters: {}, before, limit: 150 });
      all.push(...page.map((row) => row.id));
      before = page.at(-1)?.id;
      if (page.length < 150) break;
    }
    expect(all).toEqual(Array.from({ length: 400 }, (_, index) => idOf(399 - index)));

    const filters: readonly (readonly [LogFilters, number])[] = [
      [{ userId: 'usr_3' }, 10],
      [{ keyId: 'key_3' }, 5],
      [{ model: 'model-3' }, 20],
      [{ channelId: 'chn_3' }, 40],
      [{ failed: true }, 8],
      [{ userId: 'usr_10', failed: true }, 2],
      [{ fromId: idOf(390) }, 10],
      [{ userId: 'usr_3', fromId: idOf(200) }, 5],
    ];
    for (const [filter, count] of filters) {
      expect(await requestLogRepository.latest(database.db, { filters: filter, limit: 100 })).toHaveLength(count);
    }
  });

  test('keeps the times of a request, and among whom it was routed', async () => {
    const database = await open();
    const steps = { identifiedMs: 0.1, inspectedMs: 1.2, plannedMs: 1.4, admittedMs: 1.5 };
    const aside = [
      { channelId: 'chn_2', credential: 1, reason: 'resting' as const, forMs: 41_000 },
      { channelId: 'chn_3', credential: undefined, reason: 'no_price' as const, forMs: undefined },
    ];
    const routing = { order: [['chn_1', 0] as const], aside };
    const tried = { channelId: 'chn_1', credential: 0, status: 200, cause: 'ok', durationMs: 9 };
    const attempts = [
      { ...tried, startedMs: 1.6, connectMs: 3, headMs: 5 },
      { ...tried, startedMs: 11.5 },
    ];
    const rows = [postingRow({ ...record(1, 1000), steps, routing, attempts }), postingRow(record(2, 1000))];
    await postBatch(database, { transactionId: 'txn', at: start, nodeId: 'n', rows }, () => undefined);
    const told = await requestLogRepository.find(database.db, idOf(1));
    expect(told).toMatchObject({ steps, routing, attempts });
    expect(told?.attempts[1]?.headMs).toBeUndefined();
    const silent = await requestLogRepository.find(database.db, idOf(2));
    expect([silent?.steps, silent?.routing, silent?.attempts[0]?.startedMs]).toEqual([undefined, undefined, undefined]);
  });

  test('keeps what was lost in translation, and not more than fits', async () => {
    const database = await open();
    const dropped = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        path: `messages[${index}].${'x'.repeat(500)}\0`,
        kind: 'dropped' as const,
        detail: 'd'.repeat(1000),
      }));
    const few = [
      { path: 'logitBias', kind: 'dropped', detail: 'of the request' },
      { path: 'logitBias', kind: 'dropped', detail: 'of the answer' },
      { path: 'logitBias', kind: 'approximated', detail: 'too' },
      { path: 'a\0"\ud800', kind: 'dropped', detail: '' },
    ] as const;
    const rows = [[], few, dropped(200)].map((losses, index) =>
      postingRow({ ...record(index + 1, 1000), conversion: { protocol: 'anthropic-messages', losses } }),
    );
    const passed = postingRow(record(4, 1000));
    expect(Math.max(...rows.map((row) => row.detail.length))).toBeLessThan(passed.detail.length + 2500);
    expect(passed.detail).not.toContain('conversion');
    const batch = { transactionId: 'txn_1', at: start, nodeId: 'n', rows: [...rows, passed] };
    await postBatch(database, batch, () => undefined);
    const kept = async (index: number) => (await requestLogRepository.find(database.db, idOf(index)))?.conversion;
    expect(await kept(1)).toEqual({ upstreamProtocol: 'anthropic-messages', losses: [], moreLosses: 0 });
    expect(await kept(2)).toEqual({
      upstreamProtocol: 'anthropic-messages',
      losses: [
        { path: 'logitBias', kind: 'dropped' },
        { path: 'logitBias', kind: 'approximated' },
        { path: 'a\ufffd"\ufffd', kind: 'dropped' },
      ],
      moreLosses: 0,
    });
    const many = await kept(3);
    expect(many?.losses).toHaveLength(20);
    expect(many?.losses[19]?.path).toStartWith('messages[19].xxx');
    expect(many?.moreLosses).toBe(180);
    expect(await kept(4)).toBeUndefined();
  });

  test('sums by the hour', async () => {
    const database = await open();
    await fill(database, 4000);
    const hour = 3_600_000;
    const everybody = await requestLogRepository.rollups(database.db, { from: start, to: start + hour });
    expect(everybody.reduce((sum, row) => sum + row.requests, 0)).toBe(3600);
    const own = await requestLogRepository.rollups(database.db, {
      from: start,
      to: start + 2 * hour,
      userId: 'usr_10',
    });
    expect(own.reduce((sum, row) => sum + row.requests, 0)).toBe(100);
    expect(own.reduce((sum, row) => sum + row.errors, 0)).toBe(20);
    expect(own.reduce((sum, row) => sum + row.amount, 0n)).toBe(80n * 15n);
  });

  test('forgets the oldest in bounded chunks and keeps their charges', async () => {
    const database = await open();
    await fill(database, 300);
    const before = start + 250_000;
    const counts = [];
    for (let count = 1; count > 0; counts.push(count))
      count = await requestLogRepository.prune(database.db, before, 100);
    expect(counts).toEqual([100, 100, 50, 0]);
    expect((await requestLogRepository.latest(database.db, { filters: {}, limit: 1000 })).map((row) => row.id)).toEqual(
      Array.from({ length: 50 }, (_, index) => idOf(299 - index)),
    );
    const { n } = await database.db
      .selectFrom('charges')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    expect(n).toBe(294);
  });

  test('no query reads the whole table, and the check would notice one that does', async () => {
    const database = await open();
    await fill(database, 8000, 60_000);
    if (kind === 'postgres') await sql`vacuum analyze`.execute(database.db);
    if (kind === 'mysql') await sql`analyze table request_logs, charges, usage_rollups`.execute(database.db);
    if (kind === 'sqlite') await sql`analyze`.execute(database.db);
    const { db } = database;
    const before = idOf(6000);
    const questions: Record<string, Compilable> = {
      find: findQuery(db, before),
      'bills of a page': billsQuery(
        db,
        Array.from({ length: 50 }, (_, index) => idOf(5000 + index)),
      ),
      oldest: oldestQuery(db, 1000),
      prune: pruneQuery(db, idOf(100), start + 10_000),
      'rollups of everybody': rollupsQuery(db, { from: start + 3_600_000, to: start + 7_200_000 }),
      'rollups of a user': rollupsQuery(db, { from: start, to: start + 7_200_000, userId: 'usr_1' }),
    };
    const filters: Record<string, LogFilters> = {
      all: {},
      user: { userId: 'usr_3' },
      key: { keyId: 'key_3' },
      model: { model: 'model-3' },
      channel: { channelId: 'chn_3' },
      failures: { failed: true },
      'failures of a user': { userId: 'usr_10', failed: true },
      'user since': { userId: 'usr_3', fromId: idOf(4000) },
    };
    for (const [name, filter] of Object.entries(filters)) {
      questions[`latest: ${name}`] = latestQuery(db, { filters: filter, before: undefined, limit: 50 });
      questions[`latest before: ${name}`] = latestQuery(db, { filters: filter, before, limit: 50 });
    }
    for (const [name, query] of Object.entries(questions)) {
      expect({ name, reads: await readsEverything(database, query) }).toEqual({ name, reads: [] });
    }
    if (kind !== 'mysql') {
      const unsorted = db
        .selectFrom('request_logs')
        .select('id')
        .where('id', '>', idOf(9))
        .orderBy('total_ms')
        .limit(5);
      expect(await readsEverything(database, unsorted)).not.toEqual([]);
    }
    const planted = db.selectFrom('request_logs').select('id').where('total_ms', '=', 7);
    expect(await readsEverything(database, planted)).not.toEqual([]);
    const joined = db.selectFrom('charges').select('request_id').where('user_id', '=', 'usr_1').limit(5);
    expect(await readsEverything(database, joined)).not.toEqual([]);
  });
});
