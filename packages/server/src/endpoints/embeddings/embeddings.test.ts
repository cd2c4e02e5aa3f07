import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import {
  channelOf,
  openTestGateway,
  snapshotOf,
  type ChannelSpec,
  type TestGateway,
} from '../../relay/testing/gateway.ts';
import { answer, openScriptedUpstream, type Behaviour } from '../../relay/testing/scripted-upstream.ts';
import { inspectGeminiEmbeddings } from '../shared/inspect-embeddings.ts';
import { inspectCohereEmbeddings, inspectEmbeddings } from './inspect.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function upstream(behaviour: Behaviour) {
  const one = await openScriptedUpstream(behaviour);
  open.push(one);
  return one;
}

async function gateway(...channels: readonly ChannelSpec[]): Promise<TestGateway> {
  const one = await openTestGateway(snapshotOf(channels.map(channelOf), defaultSettings));
  open.push(one);
  return one;
}

const path = '/v1/embeddings';
const vectors = {
  object: 'list',
  data: [{ object: 'embedding', index: 0, embedding: [0.1, -2e-8] }],
  model: 'm-upstream',
  usage: { prompt_tokens: 7, total_tokens: 7 },
};
const ask = { model: 'm', input: 'Hello' };

describe('embeddings', () => {
  test('pass byte for byte both ways, and are charged for their input', async () => {
    const up = await upstream(answer(200, vectors));
    const gate = await gateway({ id: 'a', baseUrl: up.baseUrl });
    const text = '{"x" : 12345678901234567890, "model":"m","input":["a",\n"b"],"encoding_format":"float"}';
    const response = await gate.post(text, { path });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(JSON.stringify(vectors));
    expect(up.received[0]?.text).toBe(text.replace('"m"', '"m-upstream"'));
    expect(new URL(up.received[0]?.path ?? '', 'http://up').pathname).toEndWith('/embeddings');
    const [record] = gate.records;
    expect(record).toMatchObject({ operation: 'embeddings', endReason: 'completed', usageSource: 'provider' });
    expect(record?.charge?.amount as bigint).toBe(7n * 1000n);
  });

  test('one without a vector, or with an error inside a 200, is tried elsewhere and not charged', async () => {
    const empty = await upstream(answer(200, { ...vectors, data: [] }));
    const wrong = await upstream(answer(200, { error: { message: 'overloaded', type: 'server_error' } }));
    const up = await upstream(answer(200, vectors));
    const gate = await gateway(
      { id: 'a', baseUrl: empty.baseUrl, priority: 3 },
      { id: 'b', baseUrl: wrong.baseUrl, priority: 2 },
      { id: 'c', baseUrl: up.baseUrl, priority: 1 },
    );
    expect((await gate.post(ask, { path })).status).toBe(200);
    expect(gate.records.map(({ attempts }) => attempts.map(({ cause }) => cause))).toEqual([
      ['empty', 'server_error', 'ok'],
    ]);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(7n * 1000n);
  });

  test('an upstream’s refusal reaches the client, redacted, and costs nothing', async () => {
    const up = await upstream(answer(400, { error: { message: 'too long: sk-upstream-canary', code: 'too_long' } }));
    const gate = await gateway({ id: 'a', baseUrl: up.baseUrl });
    const response = await gate.post(ask, { path });
    expect(response.status).toBe(400);
    const body = await response.text();
    expect(body).toContain('too long');
    expect(body).not.toContain('canary');
    expect(gate.records[0]?.charge).toBeUndefined();
  });

  test('a provider without them is not asked', async () => {
    const up = await upstream(answer(200, vectors));
    const gate = await gateway({ id: 'a', baseUrl: up.baseUrl, provider: 'groq' });
    const response = await gate.post(ask, { path });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'protocol_not_supported' } });
    expect(up.received).toEqual([]);
  });

  test('nobody gets them without money', async () => {
    const up = await upstream(answer(200, vectors));
    const gate = await gateway({ id: 'a', baseUrl: up.baseUrl });
    await gate.spendAll();
    expect((await gate.post(ask, { path })).status).toBe(402);
    expect(up.received).toEqual([]);
  });
});

test.each([
  [[], null],
  [{ input: 'x' }, 'model'],
  [{ model: '', input: 'x' }, 'model'],
  [{ model: 'm' }, 'input'],
  [{ model: 'm', input: '' }, 'input'],
  [{ model: 'm', input: [] }, 'input'],
  [{ model: 'm', input: [{}] }, 'input'],
  [{ model: 'm', input: [[]] }, 'input'],
] as const)('%j is refused at %p', (json, param) => {
  expect(inspectEmbeddings(json)).toMatchObject({ param });
});

test('texts and tokens are taken, and never counted for less than they are', () => {
  for (const input of ['some words', ['a', 'b'], [1, 2, 3], [[1], [2, 3]]])
    expect(inspectEmbeddings({ model: 'm', input })).toMatchObject({ model: 'm', maxOutputTokens: 0 });
  const { inputEstimate } = inspectEmbeddings({ model: 'm', input: Array.from({ length: 500 }, () => 9) }) as {
    inputEstimate: number;
  };
  expect(inputEstimate).toBeGreaterThanOrEqual(500);
});

test.each([
  [[], null],
  [{}, 'content'],
  [{ content: { parts: [] } }, 'content'],
  [{ requests: [] }, 'requests'],
  [{ requests: [{ content: { parts: [{ text: 'x' }] } }, {}] }, 'requests[1].content'],
] as const)('of Gemini, %j is refused at %p', (json, param) => {
  expect(inspectGeminiEmbeddings(json, 'm')).toMatchObject({ param });
});

test.each([
  [[], null],
  [{ texts: ['x'] }, 'model'],
  [{ model: 'm' }, 'texts'],
  [{ model: 'm', texts: [3] }, 'texts'],
] as const)('of Cohere, %j is refused at %p', (json, param) => {
  expect(inspectCohereEmbeddings(json)).toMatchObject({ param });
});
