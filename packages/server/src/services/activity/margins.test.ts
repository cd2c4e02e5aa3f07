import { expect, test } from 'bun:test';
import { walletMeter } from '../../domain/meters.ts';
import { nanos } from '../../domain/money.ts';
import { planDebits } from '../../domain/debits.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { postCredit } from '../../store/ledger/journal.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { testId, testRecord } from '../ledger/testing/ledger.ts';
import { verify } from '../ledger/verify.ts';
import { readRow, writeRow } from '../outbox/row-text.ts';
import { readMargins } from './margins.ts';

const at = Date.parse('2026-11-03T10:20Z');

eachDatabase('margins', (open) => {
  test('are what people were charged less what providers charge, where that is known', async () => {
    const database = await open();
    const account = walletMeter('usr_1');
    const credit = { account, amount: 1000n, kind: 'grant', note: '', actor: 'test', at } as const;
    await postCredit(database, { ...credit, transactionId: testId('tx'), idempotencyKey: testId('key') });
    const debits = (amount: bigint) =>
      planDebits({ id: 'key_1', limited: false, user: { id: 'usr_1' } }, nanos(amount), at);
    const spend = (amount: bigint, channelId: string, cost?: bigint) =>
      postingRow({
        ...testRecord(amount, { userId: 'usr_1', at, channelId, debits: debits(amount) }),
        ...(cost !== undefined && { cost: nanos(cost) }),
      });
    // As they come out of an outbox.
    const rows = [spend(100n, 'chn_a', 60n), spend(50n, 'chn_a', 0n), spend(30n, 'chn_b'), spend(7n, 'chn_b', 9n)].map(
      (row) => readRow(writeRow(row)),
    );
    await postBatch(database, { transactionId: testId('tx'), at, nodeId: 'n', rows }, () => undefined);
    const ask = { groupBy: 'channel', from: at, to: at + 1, zoneMs: 0 } as const;
    const margins = await readMargins({ database, channels: [{ id: 'chn_a', name: 'First' }] }, ask);
    expect(margins.rows).toEqual([
      { key: 'chn_a', label: 'First', requests: 2, revenueNanos: '150', costedNanos: '150', costNanos: '60' },
      { key: 'chn_b', label: 'chn_b', requests: 2, revenueNanos: '37', costedNanos: '7', costNanos: '9' },
    ]);
    expect(margins.total).toEqual({ requests: 4, revenueNanos: '187', costedNanos: '157', costNanos: '69' });
    expect((await verify(database, at)).problems).toEqual([]);
    await database.db.updateTable('usage_rollups').set({ cost_nanos: 1n }).where('channel_id', '=', 'chn_b').execute();
    expect((await verify(database, at)).problems.map(({ check }) => check)).toEqual([
      'the hourly sums show what providers charge',
    ]);
  });
});
