import { expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { nanos } from '../../domain/money.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../../relay/testing/gateway.ts';
import { setStage } from '../testing/stage.ts';

const stage = setStage();

const path = '/v1beta/models/m:batchGenerateContent';
const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }];
const request = { contents, generationConfig: { maxOutputTokens: 50 } };
const body = (requests: readonly object[], more: object = {}) => ({
  batch: { displayName: 'x', inputConfig: { requests: { requests } }, ...more },
});
const two = body([
  { request, metadata: { key: 'a' } },
  { request: { contents, model: 'models/m' }, metadata: { key: 'b' } },
]);
const answered = (prompt: number, out: number) => ({
  response: {
    candidates: [{ content: { parts: [{ text: 'Hi' }] } }],
    usageMetadata: { promptTokenCount: prompt, candidatesTokenCount: out, totalTokenCount: prompt + out },
  },
});

/** An account that works on batches, as Google documents it. */
async function house(settings: Settings = defaultSettings) {
  const state = {
    name: 'BATCH_STATE_PENDING',
    output: {} as object,
    deleted: false,
    cancelled: false,
    beforeAnswer: undefined as (() => Promise<void>) | undefined,
  };
  const told = () => ({
    name: 'batches/abc',
    metadata: { model: 'models/m-upstream', state: state.name, output: state.output },
    ...(state.name.endsWith('_SUCCEEDED') && { done: true, response: state.output }),
  });
  const up = await stage.upstream(async (response, { method, path: at }) => {
    await state.beforeAnswer?.();
    if (at.endsWith(':cancel')) state.cancelled = true;
    if (method === 'DELETE') state.deleted = true;
    const known = at.startsWith('/v1beta/models/m-upstream:batch') || at === '/v1beta/batches/abc';
    const answer = at.endsWith(':cancel') || method === 'DELETE' ? {} : known ? told() : { error: { message: at } };
    response
      .writeHead('error' in answer ? 404 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer));
  });
  const channel = channelOf({ id: 'c', provider: 'gemini', baseUrl: up.baseUrl.replace(/\/v1$/, '') });
  const snapshot = snapshotOf([channel], settings);
  const gate = await openTestGateway(snapshot, { objects: { firstPollMs: 5, lastPollMs: 10 } });
  stage.close(gate);
  return { up, gate, state, told };
}

type Told = Readonly<Record<string, unknown>> & { readonly metadata?: { readonly state?: string } };
async function told(response: Response, status = 200): Promise<Told> {
  const json = (await response.json()) as Told;
  expect([response.status, response.status === status ? 0 : json]).toEqual([status, 0]);
  return json;
}

async function over(gate: TestGateway): Promise<Told> {
  for (;;) {
    const batch = await told(await gate.get('/v1beta/batches/abc'));
    if (/SUCCEEDED|FAILED|CANCELLED/.test(batch.metadata?.state ?? '')) return batch;
    await Bun.sleep(5);
  }
}

const stranger = {
  id: 'user_2',
  role: 'user',
  enabled: true,
  group: 'default',
  limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined },
} as const;

test('a batch is charged once by its answers, which its owner alone is given', async () => {
  const { up, gate, state, told: whole } = await house();
  expect(await told(await gate.post(two, { path }))).toMatchObject({ name: 'batches/abc' });
  const sent = up.received[0]?.json as typeof two;
  expect(sent.batch.inputConfig.requests.requests).toMatchObject([
    { request, metadata: { key: 'a' } },
    { request: { model: 'models/m-upstream' }, metadata: { key: 'b' } },
  ]);
  expect(gate.records).toEqual([]);
  expect(await told(await gate.get('/v1beta/batches'))).toMatchObject({ operations: [{ name: 'batches/abc' }] });
  state.output = { inlinedResponses: { inlinedResponses: [answered(10, 4), { error: { code: 3 } }, answered(20, 8)] } };
  state.name = 'BATCH_STATE_SUCCEEDED';
  expect(await over(gate)).toEqual(whole());
  await gate.recorded(1);
  expect(gate.records).toMatchObject([{ modelAsked: 'm', modelServed: 'm-upstream', usageSource: 'provider' }]);
  expect(gate.records[0]?.charge?.amount).toBe(nanos(30n * 1000n + 12n * 2000n));
  gate.changeKey({ user: stranger });
  await told(await gate.get('/v1beta/batches/abc'), 404);
  await told(await gate.get('/v1beta/batches/abc:cancel', 'POST'), 404);
  await told(await gate.get('/v1beta/batches/abc', 'DELETE'), 404);
  gate.changeKey({ user: { ...stranger, id: 'user_1' } });
  await told(await gate.get('/v1beta/batches/abc', 'DELETE'));
  expect(state.deleted).toBe(true);
  await told(await gate.get('/v1beta/batches/abc'), 404);
  expect(gate.records.length).toBe(1);
  expect(await gate.verify()).toMatchObject({ unexplained: 0 });
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
});

test('one is looked after, and charged, though whoever began it left before its account answered', async () => {
  const relay = { ...defaultSettings.relay, disconnectPolicy: 'cancel' as const };
  const { gate, state } = await house({ ...defaultSettings, relay });
  const leaving = new AbortController();
  state.beforeAnswer = async () => {
    leaving.abort();
    await Bun.sleep(30);
  };
  await gate.post(two, { path, signal: leaving.signal }).catch(() => undefined);
  while ((await gate.get('/v1beta/batches/abc')).status !== 200) await Bun.sleep(5);
  state.beforeAnswer = undefined;
  state.output = { inlinedResponses: { inlinedResponses: [answered(10, 4)] } };
  state.name = 'BATCH_STATE_SUCCEEDED';
  await gate.recorded(1);
  expect(gate.records[0]?.charge?.amount).toBe(nanos(10n * 1000n + 4n * 2000n));
  expect(await gate.verify()).toMatchObject({ unexplained: 0 });
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0, drains: 0 });
});

test('one that is cancelled before anything was done costs nothing', async () => {
  const { gate, state } = await house();
  await told(await gate.post(two, { path }));
  await told(await gate.get('/v1beta/batches/abc', 'DELETE'), 400);
  await told(await gate.get('/v1beta/batches/abc:cancel', 'POST'));
  expect(state.cancelled).toBe(true);
  state.name = 'BATCH_STATE_CANCELLED';
  expect(await over(gate)).not.toHaveProperty('response');
  await gate.recorded(1);
  expect(gate.records[0]?.charge).toBeUndefined();
  expect(await gate.balance()).toBe(100_000_000_000n);
});

test('what is none is refused before anybody is asked', async () => {
  const { up, gate } = await house();
  const cases: readonly object[] = [
    {},
    body([]),
    body([{}]),
    body([{ request: {} }]),
    body([{ request: { contents, model: 'models/other' } }]),
    body([{ request }], { input_config: {} }),
    { batch: { inputConfig: { fileName: 'a' } } },
    body([{ request: { contents: [{ role: 'user', parts: [{ fileData: { fileUri: 'files/others' } }] }] } }]),
  ];
  for (const one of cases)
    expect(await told(await gate.post(one, { path }), 400)).toMatchObject({ error: { status: 'INVALID_ARGUMENT' } });
  await told(await gate.post(body([{ request }]), { path: path.replace('/m:', '/other:') }), 404);
  await gate.leave(100n);
  await told(await gate.post(two, { path }), 402);
  expect(up.received).toEqual([]);
});
