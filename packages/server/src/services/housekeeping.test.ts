import { expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { postBatch } from '../store/ledger/posting.ts';
import { postingRow } from '../store/ledger/posting-row.ts';
import { latest } from '../store/request-log.ts';
import { eachDatabase } from '../store/testing/databases.ts';
import { pruneLogs } from './housekeeping.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 5, 1);

eachDatabase('housekeeping', (open) => {
  test('old log rows go in small steps, young ones and all charges stay', async () => {
    const database = await open();
    const rows = Array.from({ length: 1200 }, (_, index) =>
      postingRow({
        id: `req_${String(index).padStart(8, '0')}`,
        at: now - (index < 1100 ? 10 : 1) * day + index,
        userId: 'usr_1',
        keyId: 'key_1',
        group: 'default',
        protocol: 'openai-chat',
        operation: 'chat',
        modelAsked: 'm',
        modelServed: 'm',
        channelId: 'ch_1',
        stream: false,
        status: 200,
        endReason: 'completed',
        errorCode: '',
        usage: {},
        usageSource: 'provider',
        conversion: undefined,
        charge: undefined,
        debits: [],
        ttftMs: 1,
        totalMs: 1,
        clientIp: '',
        attempts: [],
      }),
    );
    await postBatch(database, { transactionId: 'txn_1', at: now, nodeId: 'n', rows }, () => undefined);
    const settings = () => ({ ...defaultSettings, log: { ...defaultSettings.log, retentionDays: 7 } });
    expect(await pruneLogs({ database, settings, now: () => now }, () => false)).toBe(1100);
    expect(await pruneLogs({ database, settings, now: () => now }, () => false)).toBe(0);
    const left = await latest(database, { filters: {}, limit: 500, before: undefined });
    expect(left.length).toBe(100);
  });
});
