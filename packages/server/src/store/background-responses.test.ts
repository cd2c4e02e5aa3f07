import { expect, test } from 'bun:test';
import { readBackgroundJob, writeBackgroundJob, type BackgroundJob } from '../domain/background-job.ts';
import { backgroundRepository } from './background-responses.ts';
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
  test('are found by their owner, change and are removed', async () => {
    const database = await open();
    await backgroundRepository.insert(database.db, job('a'), 100);
    await backgroundRepository.insert(database.db, job('b'), 100);
    expect(await backgroundRepository.find(database.db, 'user_1', 'resp_a')).toEqual(job('a'));
    expect(await backgroundRepository.findOfRequest(database.db, 'req_a')).toEqual(job('a'));
    expect(await backgroundRepository.find(database.db, 'user_2', 'resp_a')).toBeUndefined();
    const changed = { ...job('b'), given: { usage: undefined, outputEstimate: 7 } };
    await backgroundRepository.update(database.db, changed);
    expect(await backgroundRepository.find(database.db, 'user_1', 'resp_b')).toMatchObject({
      given: { outputEstimate: 7 },
    });
    expect(await backgroundRepository.find(database.db, 'user_1', 'resp_a')).toEqual(job('a'));
    await backgroundRepository.remove(database.db, 'req_a');
    expect(await backgroundRepository.find(database.db, 'user_1', 'resp_a')).toBeUndefined();
    expect(await backgroundRepository.findOfRequest(database.db, 'req_a')).toBeUndefined();
  });

  test('what an earlier version left is taken over once; what it still looks after, or a job does, is not', async () => {
    const database = await open();
    for (const [id, claimedUntil] of [
      ['left', 200],
      ['alive', 900],
    ] as const) {
      await backgroundRepository.insert(database.db, job(id), 100);
      await database.db
        .updateTable('background_responses')
        .set({ claimed_until: claimedUntil })
        .where('request_id', '=', `req_${id}`)
        .execute();
    }
    await backgroundRepository.insert(database.db, job('new'), 100);
    expect(await backgroundRepository.findLeft(database.db, 199, 10)).toEqual([]);
    expect(await backgroundRepository.findLeft(database.db, 300, 10)).toEqual(['req_left']);
    const taken = await Promise.all([1, 2, 3].map(() => backgroundRepository.adopt(database.db, 'req_left', 300)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await backgroundRepository.adopt(database.db, 'req_alive', 300)).toBe(false);
    expect(await backgroundRepository.findLeft(database.db, Date.now(), 10)).toEqual(['req_alive']);
  });
});
