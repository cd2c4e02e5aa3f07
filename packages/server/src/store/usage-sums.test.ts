import { expect, test } from 'bun:test';
import { sql } from 'kysely';
import type { Compilable } from 'kysely';
import { latencyBuckets, percentileOf } from '../domain/latency-buckets.ts';
import { nanos } from '../domain/money.ts';
import { multiplierOne } from '../domain/price.ts';
import { requestIdFloor, type RequestRecord } from '../domain/record.ts';
import { planDebits } from '../domain/debits.ts';
import type { Database } from './database.ts';
import { postBatch } from './ledger/posting.ts';
import { postingRow } from './ledger/posting-row.ts';
import { apiKeyRepository, expiringKeysQuery } from './api-keys.ts';
import { lastOverheads } from './recent-requests.ts';
import { countQuery, latestIdsQuery, requestLogRepository } from './request-log.ts';
import { statusQuery, sumByStatus } from './status-sums.ts';
import { eachDatabase } from './testing/databases.ts';
import { readsEverything } from './testing/query-plans.ts';
import { sumUsage, usageQuery, type UsageColumn } from './usage-sums.ts';

const start = Date.UTC(2026, 0, 1);
const hourMs = 3_600_000;

function record(index: number, stepMs: number): RequestRecord {
  const at = start + index * stepMs;
  const failed = index % 10 === 0;
  const key = { id: `key_${index % 8}`, limited: false, user: { id: `usr_${index % 4}` } };
  return {
    id: `${requestIdFloor(at)}${index}`,
    at,
    userId: key.user.id,
    keyId: key.id,
    debits: planDebits(key, nanos(50n), start),
    group: index % 2 === 0 ? 'default' : 'team',
    protocol: 'openai-chat',
    operation: index % 5 === 0 ? 'embeddings' : 'chat',
    modelAsked: `model-${index % 3}`,
    modelServed: 'served',
    channelId: `chn_${index % 2}`,
    stream: true,
    status: failed ? 502 : 200,
    endReason: failed ? 'upstream_error' : 'completed',
    errorCode: failed ? 'upstream_error' : '',
    usage: failed ? {} : { inputText: 100, cacheRead: 400, cacheWrite5m: 40, outputText: 50 },
    usageSource: failed ? 'none' : 'provider',
    conversion: undefined,
    charge: failed
      ? undefined
      : {
          amount: nanos(50n),
          lines: [
            { bucket: 'inputText', quantity: 100, rate: 1_000_000n },
            { bucket: 'cacheRead', quantity: 400, rate: 100_000n },
            { bucket: 'cacheWrite5m', quantity: 40, rate: 1_250_000n },
          ],
          multiplier: 2n * multiplierOne,
          priceVersion: 'prc_1',
        },
    ttftMs: failed ? 0 : 100 + (index % 100) * 20,
    totalMs: failed ? 30 : 1100 + (index % 100) * 20,
    clientIp: '::1',
    attempts: [],
  };
}

async function fill(database: Database, count: number, stepMs: number): Promise<readonly RequestRecord[]> {
  const records = Array.from({ length: count }, (_, index) => record(index, stepMs));
  for (let first = 0; first < count; first += 500) {
    const rows = records.slice(first, first + 500).map((one) => postingRow(one));
    await postBatch(database, { transactionId: `txn_${first}`, at: start, nodeId: 'n', rows }, () => undefined);
  }
  return records;
}

async function addKeys({ db }: Database, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const key = {
      ...noLimits,
      enabled: true,
      strictConversion: false,
      passFields: null,
      openEndpoints: null,
      id: `key_${index}`,
      teamId: null,
      userId: 'usr_1',
      name: 'a key',
      prefix: 'sk-',
      lastFour: 'last',
      limitNanos: null,
      groupGranted: false,
      expiresAt: index % 2 === 0 ? start + index * hourMs : null,
      createdAt: start,
    };
    await apiKeyRepository.insert(db, key, `hash ${index}`);
  }
}

const noLimits = {
  models: null,
  allowedIps: null,
  fallbacks: null,
  group: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  concurrent: null,
};

eachDatabase('usage', (open, kind) => {
  test('adds up to the requests, whatever it is told apart by', async () => {
    const database = await open();
    const records = await fill(database, 400, 600_000);
    const range = { from: start, to: start + 400 * 600_000 };
    const [all] = await sumUsage(database, range, []);
    expect(all?.sums).toMatchObject({
      requests: 400,
      errors: 40,
      inputTokens: 360 * 540,
      outputTokens: 360 * 50,
      cacheRead: 360 * 400,
      cacheWrite: 360 * 40,
      amount: 360n * 50n,
      // 400 x 0.9 and 40 x 0.25 of a million nano-dollars a million, times the multiplier.
      cacheSaved: 360n * 720n,
      cacheExtra: 360n * 20n,
      writtenTokens: 360 * 50,
      writingMs: 360 * 1000,
    });
    const counted = latencyBuckets.reduce((sum, bucket) => sum + (all?.sums.ttft[bucket] ?? 0), 0);
    expect(counted).toBe(360);
    const sides: readonly (readonly [UsageColumn, number, (one: RequestRecord) => string])[] = [
      ['model', 3, (one) => one.modelAsked],
      ['channel_id', 2, (one) => one.channelId],
      ['key_id', 8, (one) => one.keyId],
      ['user_id', 4, (one) => one.userId],
      ['group_name', 2, (one) => one.group],
      ['endpoint', 2, (one) => `${one.protocol}/${one.operation}`],
      ['hour', 67, (one) => `${one.at - (one.at % hourMs)}`],
      ['day', 3, (one) => `${one.at - (one.at % (24 * hourMs))}`],
    ];
    for (const [column, values, valueOf] of sides) {
      const found = await sumUsage(database, range, [column]);
      expect(`${column} ${found.length}`).toBe(`${column} ${values}`);
      for (const { by, sums } of found) {
        const own = records.filter((one) => valueOf(one) === by[0]);
        expect(`${column} ${by[0]} ${sums.requests}`).toBe(`${column} ${by[0]} ${own.length}`);
        expect(sums.amount).toBe(own.reduce((sum, { charge }) => sum + (charge?.amount ?? 0n), 0n));
      }
    }
    const split = await sumUsage(database, range, ['day', 'model']);
    expect(split).toHaveLength(9);
    expect(split.reduce((sum, { sums }) => sum + sums.requests, 0)).toBe(400);
    const narrowed = await sumUsage(
      database,
      { ...range, userId: 'usr_1', keyId: 'key_1', group: 'team', channelIds: ['chn_1'], endpoint: 'openai-chat/chat' },
      [],
    );
    const own = records.filter((one) => one.keyId === 'key_1' && one.operation === 'chat');
    expect(narrowed[0]?.sums.requests).toBe(own.length);
    expect(await sumUsage(database, { ...range, channelIds: [] }, [])).toEqual([]);
    expect(await sumUsage(database, { ...range, keyId: 'none' }, [])).toEqual([]);
  });

  test('counts days by the reader’s clock', async () => {
    const database = await open();
    await fill(database, 48, hourMs);
    const days = await sumUsage(database, { from: start, to: start + 48 * hourMs }, ['day'], -90 * 60_000);
    const byStart = days
      .map(({ by, sums }) => [Number(by[0]) - start, sums.requests])
      .toSorted(([a = 0], [b = 0]) => a - b);
    expect(byStart).toEqual([
      [-22.5 * hourMs, 2],
      [1.5 * hourMs, 24],
      [25.5 * hourMs, 22],
    ]);
  });

  test('knows statuses by the log', async () => {
    const database = await open();
    await fill(database, 400, 600_000);
    const range = { from: start, to: start + 400 * 600_000 };
    const found = (await sumByStatus(database, range)).toSorted((a, b) => Number(a.by[0]) - Number(b.by[0]));
    expect(found.map(({ by, sums }) => [by[0], sums.requests, sums.errors, sums.amount])).toEqual([
      ['200', 360, 0, 18_000n],
      ['502', 40, 40, 0n],
    ]);
    expect(await sumByStatus(database, { ...range, channelIds: [] })).toEqual([]);
  });

  test('knows the last requests, and what the gateway took of them', async () => {
    const database = await open();
    const records = await fill(database, 50, 60_000);
    const { db } = database;
    expect(await requestLogRepository.count(db, { fromId: requestIdFloor(start + 30 * 60_000) })).toEqual({
      requests: 20,
      errors: 2,
    });
    expect(await requestLogRepository.count(db, { fromId: requestIdFloor(start + 50 * 60_000) })).toEqual({
      requests: 0,
      errors: 0,
    });
    expect(await lastOverheads(db, 10)).toEqual([]);
    const attempts = [
      { channelId: 'chn_0', credential: 0, status: 503, cause: 'server_error', durationMs: 300 },
      { channelId: 'chn_1', credential: 0, status: 200, cause: 'ok', durationMs: 690.4 },
    ];
    const [, , one] = records;
    if (one === undefined) throw new Error('no record');
    const rows = [postingRow({ ...one, id: `${requestIdFloor(start + 51 * 60_000)}x`, totalMs: 1000, attempts })];
    await postBatch(database, { transactionId: 'txn_more', at: start, nodeId: 'n', rows }, () => undefined);
    expect(await lastOverheads(db, 10)).toEqual([10]);
  });

  test('reads no more of a table than the range', async () => {
    const database = await open();
    await fill(database, 8000, 600_000);
    await addKeys(database, 300);
    if (kind === 'postgres') await sql`vacuum analyze`.execute(database.db);
    if (kind === 'mysql') await sql`analyze table request_logs, usage_rollups, api_keys`.execute(database.db);
    if (kind === 'sqlite') await sql`analyze`.execute(database.db);
    const { db } = database;
    const day = { from: start + 24 * hourMs, to: start + 48 * hourMs };
    const questions: Record<string, Compilable> = {
      all: usageQuery(db, day, [], 0),
      'by model': usageQuery(db, day, ['model'], 0),
      'by day and channel': usageQuery(db, day, ['day', 'channel_id'], 0),
      'of a user by key': usageQuery(db, { ...day, userId: 'usr_1' }, ['key_id'], 0),
      'of a key by hour': usageQuery(db, { ...day, keyId: 'key_1' }, ['hour'], 0),
      'of channels': usageQuery(db, { ...day, channelIds: ['chn_1'] }, ['model'], 0),
      'since a moment': countQuery(db, { fromId: requestIdFloor(start + 7900 * 600_000) }),
      'of an hour, by more': countQuery(db, {
        fromId: requestIdFloor(day.from),
        toId: requestIdFloor(day.from + hourMs),
        status: [500, 599],
        stream: true,
      }),
      'the newest ids': latestIdsQuery(db, start + 7900 * 600_000, 50),
      'keys that end': expiringKeysQuery(db, { from: start, to: start + hourMs, limit: 10 }),
      statuses: statusQuery(db, { from: day.from, to: day.from + 6 * hourMs }),
      'statuses of a user': statusQuery(db, { from: day.from, to: day.from + 6 * hourMs, userId: 'usr_1' }),
    };
    for (const [name, query] of Object.entries(questions))
      expect({ name, reads: await readsEverything(database, query) }).toEqual({ name, reads: [] });
    const planted = db.selectFrom('usage_rollups').select('hour').where('requests', '=', 7);
    expect(await readsEverything(database, planted)).not.toEqual([]);
  });
});

test('a percentile is as near as its bucket', () => {
  const counts = Object.fromEntries(latencyBuckets.map((bucket) => [bucket, 0])) as Record<
    (typeof latencyBuckets)[number],
    number
  >;
  expect(percentileOf(counts, 0.5)).toBeUndefined();
  const some = { ...counts, ttft350: 90, ttft3000: 10 };
  expect(percentileOf(some, 0.5)).toBeGreaterThan(200);
  expect(percentileOf(some, 0.5)).toBeLessThanOrEqual(350);
  expect(percentileOf(some, 0.9)).toBe(350);
  expect(percentileOf(some, 0.95)).toBeGreaterThan(1700);
  expect(percentileOf(some, 1)).toBe(3000);
  expect(percentileOf({ ...counts, ttftMore: 3 }, 0.5)).toBeGreaterThan(20_000);
});
