import { expect, test } from 'bun:test';
import { requestIdFloor, type RequestRecord } from '../../domain/record.ts';
import { sampleRequest } from '../../http/testing/admin-app.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { loggedOf, requestLogRepository } from '../../store/request-log.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { histogram } from './histogram.ts';
import { logFilters, matches } from './log-filters.ts';
import { openTail, type Tail, type Watched } from './tail.ts';

const hourMs = 3_600_000;
const start = Date.UTC(2026, 0, 5);

function record(at: number, name: string, parts: Partial<RequestRecord> = {}): RequestRecord {
  return { ...sampleRequest('usr_1', 'key_1', 0), id: `${requestIdFloor(at)}${name}`, at, ...parts };
}

const failing = { status: 503, errorCode: 'upstream_error', charge: undefined } as const;
let batches = 0;

async function post(database: Database, records: readonly RequestRecord[]): Promise<readonly string[]> {
  const rows = records.map((one) => postingRow(one));
  await postBatch(database, { transactionId: `tx_${(batches += 1)}`, at: start, nodeId: 'n', rows }, () => undefined);
  return rows.map(({ id }) => id);
}

/** Reads from a tail until so many requests have come. */
async function take(watched: AsyncIterable<Watched>, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { requests } of watched) {
    ids.push(...requests.map(({ id }) => id));
    if (ids.length >= count) break;
  }
  return ids;
}

/** Lets a watcher begin to wait before anything ends. */
async function begun(tail: Tail, filters: Parameters<Tail['watch']>[0], signal: AbortSignal) {
  const watched = tail.watch(filters, signal);
  const first = watched.next();
  await Bun.sleep(50);
  return {
    async *[Symbol.asyncIterator]() {
      const { value, done } = await first;
      if (done !== true) yield value;
      yield* watched;
    },
  };
}

eachDatabase('the request log', (open) => {
  test('is counted once in a range within one hour, and over the end of one', async () => {
    const database = await open();
    const minute = hourMs / 60;
    await post(
      database,
      Array.from({ length: 24 }, (_, index) => record(start + index * 5 * minute, `m${index}`)),
    );
    const count = async (from: number, to: number) => {
      const range = { from: start + from * minute, to: start + to * minute };
      const drawn = await histogram(database, { ...range, buckets: 1, now: start + 2 * hourMs, filters: {} });
      return drawn.buckets.map(({ requests }) => requests);
    };
    expect(await count(10, 50)).toEqual([8]);
    expect(await count(0, 50)).toEqual([10]);
    expect(await count(10, 60)).toEqual([10]);
    expect(await count(0, 60)).toEqual([12]);
    expect(await count(40, 80)).toEqual([4, 4]);
    expect(await count(40, 120)).toEqual([16]);
  });

  test('is counted over time, by the hour and finer, whatever it is narrowed by', async () => {
    const database = await open();
    await post(database, [
      ...Array.from({ length: 48 }, (_, index) => record(start + index * hourMs, `a${index}`)),
      ...Array.from({ length: 12 }, (_, index) =>
        record(start + index * hourMs, `b${index}`, { ...failing, modelAsked: 'gpt-y' }),
      ),
    ]);
    const ask = { from: start, to: start + 48 * hourMs, buckets: 48, now: start + 48 * hourMs };
    const hours = await histogram(database, { ...ask, filters: {} });
    expect(hours.bucketMs).toBe(hourMs);
    expect(hours.buckets).toHaveLength(48);
    expect(hours.buckets[0]).toEqual({ at: start, requests: 2, errors: 1 });
    expect(hours.buckets[47]).toEqual({ at: start + 47 * hourMs, requests: 1, errors: 0 });
    for (const filters of [{ failed: true }, { status: '5xx' }, { status: '503' }, { errorCode: 'upstream_error' }]) {
      const failed = await histogram(database, { ...ask, filters });
      expect(failed.buckets.reduce((sum, { requests }) => sum + requests, 0)).toBe(12);
      expect(failed.buckets.reduce((sum, { errors }) => sum + errors, 0)).toBe(12);
    }
    // Buckets are wider than the range is whole: what lies before and after it is not counted.
    const within = await histogram(database, {
      from: start + 90 * 60_000,
      to: start + 45.5 * hourMs,
      buckets: 10,
      now: start + 48 * hourMs,
      filters: {},
    });
    expect(within.bucketMs).toBe(6 * hourMs);
    expect(within.buckets[0]).toEqual({ at: start, requests: 8, errors: 4 });
    expect(within.buckets.reduce((sum, { requests }) => sum + requests, 0)).toBe(54);
    const good = await histogram(database, { ...ask, filters: { failed: false } });
    expect(good.buckets.reduce((sum, { requests, errors }) => sum + requests + errors, 0)).toBe(48);
    const fine = await histogram(database, {
      ...ask,
      to: start + 2 * hourMs,
      buckets: 24,
      filters: { model: 'gpt-y' },
    });
    expect(fine.bucketMs).toBe(300_000);
    expect(fine.buckets.map(({ requests }) => requests)).toEqual([
      1,
      ...Array<number>(11).fill(0),
      1,
      ...Array<number>(11).fill(0),
    ]);
    const dear = await histogram(database, { ...ask, filters: { minCostUsd: '0.000000015' } });
    expect(dear.buckets.reduce((sum, { requests }) => sum + requests, 0)).toBe(48);
    expect((await histogram(database, { ...ask, filters: { minCostUsd: '1' } })).buckets[0]?.requests).toBe(0);
  });

  test('is listed by what no index leads to as well, no further back than a week', async () => {
    const database = await open();
    const now = start + 30 * 24 * hourMs;
    await post(database, [
      record(start, 'old', failing),
      record(now - hourMs, 'new', failing),
      record(now - hourMs, 'ok'),
    ]);
    const idsOf = async (asked: Parameters<typeof logFilters>[0]): Promise<readonly string[]> => {
      const found = await requestLogRepository.latest(database.db, { filters: logFilters(asked, now), limit: 9 });
      return found.map(({ id }) => id.slice(14));
    };
    expect(await idsOf({ status: '5xx' })).toEqual(['new']);
    expect(await idsOf({ status: '5xx', from: start })).toEqual(['new', 'old']);
    expect(await idsOf({ failed: true })).toEqual(['new', 'old']);
    expect(await idsOf({ to: now - 2 * hourMs })).toEqual(['old']);
    expect(await idsOf({ stream: true, status: '2xx' })).toEqual(['ok']);
  });

  test('is narrowed by a pattern, by several keys and channels, and by what only the detail says', async () => {
    const database = await open();
    const asked = [
      record(start, 'a', { modelAsked: 'gpt-5.1', keyId: 'key_1', channelId: 'ch_1', group: 'VIP' }),
      record(start, 'b', { modelAsked: 'GPT-4.1', keyId: 'key_2', channelId: 'ch_2', group: 'vip' }),
      record(start, 'c', { modelAsked: 'my_gpt', keyId: 'key_3', group: 'default', operation: 'embeddings' }),
      record(start, 'd', { modelAsked: 'gpt', keyId: 'key_2', group: 'x","group":"vip' }),
    ];
    await post(database, asked);
    const now = start + hourMs;
    const range = { from: start, to: now };
    const one = asked[2];
    if (one === undefined) throw new Error('nothing was asked');
    const cases: readonly (readonly [Parameters<typeof logFilters>[0], string])[] = [
      [{ model: 'gpt*' }, 'abd'],
      [{ model: '*_gpt' }, 'c'],
      [{ model: 'gpt' }, 'd'],
      [{ keyIds: ['key_1', 'key_3'] }, 'ac'],
      [{ keyIds: [] }, ''],
      [{ channelIds: ['ch_2', 'ch_3'] }, 'b'],
      [{ group: 'vip' }, 'b'],
      [{ endpoint: `${one.protocol}/embeddings` }, 'c'],
      [{ group: 'VIP', model: 'gpt*' }, 'a'],
    ];
    for (const [filters, names] of cases) {
      const found = await requestLogRepository.latest(database.db, {
        filters: logFilters({ ...filters, ...range }, now),
        limit: 9,
      });
      const expected = [...names];
      expect(found.map(({ id }) => id.slice(14)).toSorted()).toEqual(expected);
      // Where nothing is asked of the database, it is the same.
      const watched = asked.filter((row) => matches(loggedOf(postingRow(row)), logFilters(filters, now)));
      expect(watched.map(({ id }) => id.slice(14)).toSorted()).toEqual(expected);
      for (const buckets of [1, 60]) {
        const drawn = await histogram(database, { filters, ...range, buckets, now });
        expect(drawn.buckets.reduce((sum, { requests }) => sum + requests, 0)).toBe(expected.length);
      }
    }
  });

  test('tells the speed of streams only', async () => {
    const database = await open();
    await post(database, [
      record(start, 'whole', { stream: false, ttftMs: 900, totalMs: 901 }),
      record(start, 'streamed', { stream: true, ttftMs: 400, totalMs: 1400 }),
    ]);
    const rows = await requestLogRepository.latest(database.db, { filters: {}, limit: 9 });
    const speeds = new Map(rows.map(({ id, tokensPerSecond }) => [id.slice(14), tokensPerSecond]));
    expect(speeds.get('whole')).toBeUndefined();
    expect(speeds.get('streamed')).toBeGreaterThan(0);
  });

  test('is watched as requests end, in this process and in others', async () => {
    const database = await open();
    const now = Date.now();
    await post(database, [record(now - 1000, 'before')]);
    const errors: unknown[] = [];
    const tail = openTail({
      database,
      now: Date.now,
      processes: () => 2,
      pollMs: 20,
      failed: (error) => errors.push(error),
    });
    const ending = new AbortController();
    const all = await begun(tail, {}, ending.signal);
    const failed = await begun(tail, { failed: true, userId: 'usr_1' }, ending.signal);
    const mine = [
      record(now, 'mine'),
      record(now, 'ours', failing),
      record(now, 'hers', { ...failing, userId: 'usr_2' }),
    ];
    await post(database, mine);
    tail.posted(mine.map((one) => postingRow(one)));
    const [theirs = ''] = await post(database, [record(now + 1, 'theirs', failing)]);
    const [, ours = ''] = mine.map(({ id }) => id);
    expect(await take(failed, 2)).toEqual([ours, theirs]);
    expect((await take(all, 4)).toSorted()).toEqual([...mine.map(({ id }) => id), theirs].toSorted());
    ending.abort();
    tail.close();
    expect(errors).toEqual([]);
  });
});

test('a watcher who is slow is told how much was missed', async () => {
  const database = await openDatabase('sqlite::memory:');
  const tail = openTail({ database, now: Date.now, processes: () => 1, failed: () => undefined });
  const ending = new AbortController();
  const watched = await begun(tail, {}, ending.signal);
  tail.posted(Array.from({ length: 700 }, (_, index) => postingRow(record(start, `${index}`.padStart(4, '0')))));
  const events = watched[Symbol.asyncIterator]();
  const first = await events.next();
  if (first.done === true) throw new Error('nothing came');
  expect(first.value.missed).toBe(200);
  expect(first.value.requests).toHaveLength(100);
  expect(first.value.requests[0]?.id).toEndWith('0200');
  ending.abort();
  expect((await events.next()).done).toBe(true);
  tail.close();
  await database.close();
});
