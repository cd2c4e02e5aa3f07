import { afterEach, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import type { RequestRecord } from '../domain/record.ts';
import { postingRow } from '../store/ledger/posting-row.ts';
import { channelOf, openTestGateway, snapshotOf, type ChannelSpec, type TestGateway } from './testing/gateway.ts';
import { answer, openScriptedUpstream, wholeAnswer, type ScriptedUpstream } from './testing/scripted-upstream.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function upstream(behaviour = wholeAnswer('Hello')): Promise<ScriptedUpstream> {
  const one = await openScriptedUpstream(behaviour);
  open.push(one);
  return one;
}

async function gateway(channels: readonly ChannelSpec[]): Promise<TestGateway> {
  const one = await openTestGateway(snapshotOf(channels.map(channelOf), defaultSettings));
  open.push(one);
  return one;
}

const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };

test('a record tells the steps of a request and the times of its attempts, one after the other', async () => {
  const [bad, good] = [await upstream(answer(503, { error: { message: 'no' } })), await upstream()];
  const gate = await gateway([
    { id: 'bad', baseUrl: bad.baseUrl, priority: 2 },
    { id: 'good', baseUrl: good.baseUrl, priority: 1 },
  ]);
  expect((await gate.post(hello)).status).toBe(200);
  const [record] = gate.records;
  const { identifiedMs = -1, inspectedMs = -1, plannedMs = -1, admittedMs = -1 } = record?.steps ?? {};
  const [first, second] = record?.attempts ?? [];
  const moments = [
    0,
    identifiedMs,
    inspectedMs,
    plannedMs,
    admittedMs,
    first?.startedMs ?? -1,
    second?.startedMs ?? -1,
    (second?.startedMs ?? 0) + (second?.headMs ?? -1),
  ];
  expect(moments).toEqual(moments.toSorted((a, b) => a - b));
  // Each upstream was asked for the first time.
  expect(first?.connectMs).toBeGreaterThanOrEqual(0);
  expect(first?.headMs).toBeGreaterThanOrEqual(first?.connectMs ?? Infinity);
  expect(record?.routing).toEqual({
    order: [
      ['bad', 0],
      ['good', 0],
    ],
    aside: [],
  });
  expect((await gate.post(hello)).status).toBe(200);
  expect(gate.records[1]?.attempts.at(-1)?.connectMs).toBeUndefined();
});

test('who rests is told with the time that it still rests, also to who finds nobody else', async () => {
  const limited = answer(429, { error: { message: 'slow down' } }, { 'retry-after': '60' });
  const only = await upstream(limited);
  const gate = await gateway([{ id: 'only', baseUrl: only.baseUrl }]);
  expect((await gate.post(hello)).status).toBe(429);
  expect(gate.records[0]?.routing).toBeUndefined();
  expect((await gate.post(hello)).status).toBe(429);
  const [, refused] = gate.records;
  expect(refused).toMatchObject({
    errorCode: 'upstream_rate_limited',
    steps: { plannedMs: 0, admittedMs: 0 },
    routing: { order: [], aside: [{ channelId: 'only', credential: 0, reason: 'resting' }] },
  });
  const forMs = refused?.routing?.aside[0]?.forMs ?? 0;
  expect(forMs).toBeGreaterThan(30_000);
  expect(forMs).toBeLessThanOrEqual(60_000);
});

test('what is written of it has a bound', () => {
  const many = Array.from({ length: 50 }, (_, index) => `ch_${index}`);
  const record = {
    ...base,
    routing: {
      order: many.map((id): readonly [string, number] => [id, 0]),
      aside: many
        .slice(0, 8)
        .map((channelId) => ({ channelId, credential: undefined, reason: 'no_price' as const, forMs: undefined })),
    },
  };
  expect(postingRow(record).detail.length - postingRow(base).detail.length).toBeLessThan(500);
});

const base: RequestRecord = {
  id: 'req_1',
  at: 1,
  userId: 'usr_1',
  keyId: 'key_1',
  group: 'default',
  protocol: 'openai-chat',
  operation: 'chat',
  modelAsked: 'm',
  modelServed: 'm',
  channelId: 'a',
  stream: false,
  conversion: undefined,
  status: 200,
  endReason: 'completed',
  errorCode: '',
  usage: {},
  usageSource: 'none',
  charge: undefined,
  debits: [],
  ttftMs: 1,
  totalMs: 2,
  clientIp: '',
  attempts: [],
};
