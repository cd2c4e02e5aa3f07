import { expect, test } from 'bun:test';
import { nanos } from '../../domain/money.ts';
import { multiplierOne } from '../../domain/price.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { testId, testRecord } from '../ledger/testing/ledger.ts';
import { cacheRoutes } from './cache-meter.ts';

const at = Date.parse('2026-11-03T10:20Z');
const hourMs = 3_600_000;

/** So many tokens written at 1.25 of the plain rate and read at 0.1 of it. */
const cached = (channelId: string, [written, read]: readonly [number, number], when = at) =>
  postingRow(
    testRecord(1n, {
      at: when,
      channelId,
      usage: { inputText: 10, cacheWrite5m: written, cacheRead: read, outputText: 5 },
      charge: {
        amount: nanos(1n),
        lines: [
          { bucket: 'inputText', quantity: 10, rate: 1_000_000n },
          { bucket: 'cacheWrite5m', quantity: written, rate: 1_250_000n },
          { bucket: 'cacheRead', quantity: read, rate: 100_000n },
        ],
        multiplier: multiplierOne,
        priceVersion: 'prc_1',
      },
    }),
  );

eachDatabase('caches of prompts', (open) => {
  test('are wasted where they are written again and again and hardly read', async () => {
    const database = await open();
    const rows = [
      cached('chn_works', [60_000, 600_000]),
      ...[1, 2, 3].map(() => cached('chn_wasted', [20_000, 1000])),
      cached('chn_little', [40_000, 0]),
      cached('chn_plain', [0, 0]),
      cached('chn_past', [90_000, 0], at - 6 * hourMs),
    ];
    await postBatch(database, { transactionId: testId('txn'), at, nodeId: 'n', rows }, () => undefined);
    const snapshot = () => ({ channels: new Map([['chn_wasted', { name: 'Wasted' }]]) });
    const routes = await cacheRoutes({ database, snapshot, now: () => at }, 6);
    expect(routes).toMatchObject([
      {
        channelId: 'chn_wasted',
        channel: 'Wasted',
        requests: 3,
        writtenTokens: 60_000,
        readTokens: 3000,
        unread: true,
      },
      { channelId: 'chn_little', channel: null, writtenTokens: 40_000, wastedNanos: '10000', unread: false },
      { channelId: 'chn_works', readTokens: 600_000, wastedNanos: '0', unread: false },
    ]);
    // A quarter more than plain input for what was written, nine tenths less for what was read.
    expect(routes[0]).toMatchObject({ extraNanos: '15000', savedNanos: '2700', wastedNanos: '12300' });
  });
});
