import { expect, test } from 'bun:test';
import { readBackgroundJob, writeBackgroundJob, type BackgroundJob } from '../domain/background-job.ts';
import {
  claimBackground,
  findBackground,
  insertBackground,
  removeBackground,
  renewBackground,
  updateBackground,
} from './background-responses.ts';
import { eachDatabase } from './testing/databases.ts';

const job = (id: string): BackgroundJob => ({
  responseId: `resp_${id}`,
  channelId: 'ch_1',
  credential: 1,
  record: {
    id: `req_${id}`,
    at: 1,
    userId: 'user_1',
    keyId: 'key_1',
    group: 'default',
    protocol: 'openai-responses',
    operation: 'chat',
    modelAsked: 'm',
    modelServed: 'm',
    channelId: 'ch_1',
    stream: false,
    status: 200,
    endReason: 'completed',
    errorCode: '',
    usage: {},
    usageSource: 'none',
    charge: undefined,
    debits: [],
    ttftMs: 0,
    totalMs: 0,
    clientIp: '',
    attempts: [],
    conversion: undefined,
  },
  price: {
    version: 'price_1',
    rates: { inputText: 9_007_199_254_740_993n },
    conditional: [{ when: { inputAbove: 200_000 }, rates: { outputText: 2n }, perCall: undefined }],
    perCall: undefined,
    source: 'test',
    asOf: '2026-01-01',
  },
  multiplier: 1_500_000n,
  inputEstimate: 12,
  given: { usage: { outputText: 3 }, outputEstimate: 0 },
});

test('a job that was written down before prices had other conditions is charged the same', () => {
  const written = JSON.parse(writeBackgroundJob(job('a'))) as { price: Record<string, unknown> };
  delete written.price['conditional'];
  written.price['tiers'] = [{ above: 200_000, rates: { outputText: { nanos: '2' } } }];
  expect(readBackgroundJob(JSON.stringify(written))).toEqual(job('a'));
  expect(readBackgroundJob(writeBackgroundJob({ ...job('b'), price: undefined })).price).toBeUndefined();
});

eachDatabase('background responses', (open) => {
  test('are claimed by one at a time, renewed, found by their owner and removed', async () => {
    const database = await open();
    await insertBackground(database, job('a'), 100, 200);
    await insertBackground(database, job('b'), 100, 300);
    expect(await findBackground(database, 'user_1', 'resp_a')).toEqual(job('a'));
    expect(await findBackground(database, 'user_2', 'resp_a')).toBeUndefined();
    expect(await claimBackground(database, 199, 900, 10)).toEqual([]);
    const claims = await Promise.all([1, 2, 3].map(() => claimBackground(database, 250, 900, 10)));
    expect(claims.flat().map(({ responseId }) => responseId)).toEqual(['resp_a']);
    await renewBackground(database, ['req_b'], 1000);
    expect(await claimBackground(database, 950, 2000, 10)).toMatchObject([{ responseId: 'resp_a' }]);
    const changed = { ...job('b'), given: { usage: undefined, outputEstimate: 7 } };
    await updateBackground(database, changed);
    expect(await findBackground(database, 'user_1', 'resp_b')).toMatchObject({ given: { outputEstimate: 7 } });
    expect(await findBackground(database, 'user_1', 'resp_a')).toEqual(job('a'));
    await removeBackground(database, 'req_a');
    expect(await findBackground(database, 'user_1', 'resp_a')).toBeUndefined();
    expect((await claimBackground(database, 5000, 6000, 10)).length).toBe(1);
  });
});
