import { expect, test } from 'bun:test';
import { walletMeter } from '../domain/meters.ts';
import { postCredit } from '../store/ledger/journal.ts';
import { postBatch } from '../store/ledger/posting.ts';
import { postingRow } from '../store/ledger/posting-row.ts';
import { openInMemory } from '../store/testing/schema-copies.ts';
import { openTestApp, sampleRequest } from './testing/admin-app.ts';

test('clients of New API read balance and usage of an account by a personal access token', async () => {
  const database = await openInMemory();
  const app = await openTestApp(database);
  try {
    const { token, user } = await app.enroll('user', 'ann@example.com');
    const account = walletMeter(user.id);
    const credit = { account, amount: 3_000_000_000n, kind: 'grant', note: '', actor: 'test', at: 1 } as const;
    await postCredit(database, { ...credit, transactionId: 'tx_1', idempotencyKey: 'key_1' });
    const before = await app.call('GET', '/api/user/self', { token });
    expect(before.json).toEqual({
      success: true,
      message: '',
      data: {
        id: user.id,
        username: 'ann@example.com',
        display_name: expect.any(String),
        email: 'ann@example.com',
        role: 1,
        status: 1,
        group: 'default',
        quota: 1_500_000,
        used_quota: 0,
        request_count: 0,
      },
    });
    const rows = [postingRow(sampleRequest(user.id, 'key_1', 1))];
    await postBatch(database, { transactionId: 'tx_usage', at: 1, nodeId: 'n', rows }, () => undefined);
    const after = await app.call('GET', '/api/user/self', { token });
    expect(after.json).toMatchObject({ data: { request_count: 1 } });
    const stranger = await app.call('GET', '/api/user/self', { token: 'tgp_nonsense' });
    expect([stranger.status, stranger.json]).toMatchObject([401, { success: false }]);
    expect((await app.call('DELETE', '/api/user/self', { token })).status).toBe(404);
    expect((await app.call('GET', '/api/user/self/groups', { token })).status).toBe(404);
  } finally {
    app.snapshots.close();
    await database.close();
  }
});
