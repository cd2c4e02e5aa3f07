import { afterEach, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { overridesSchema } from '@tollgate/contract/api/overrides';
import {
  channelOf,
  openTestGateway,
  snapshotOf,
  type ChannelSpec,
  type TestGateway,
} from '../relay/testing/gateway.ts';
import {
  answer,
  delta,
  finish,
  frame,
  openScriptedUpstream,
  streamAnswer,
  type Behaviour,
  type ScriptedUpstream,
} from '../relay/testing/scripted-upstream.ts';
import { openChannelTrials } from './channel-trials.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function upstream(behaviour?: Behaviour): Promise<ScriptedUpstream> {
  const one = await openScriptedUpstream(behaviour);
  open.push(one);
  return one;
}

async function gateway(spec: ChannelSpec): Promise<TestGateway> {
  const one = await openTestGateway(snapshotOf([channelOf(spec)], defaultSettings));
  open.push(one);
  return one;
}

test('a channel is asked something small, which nobody pays for and nothing remembers', async () => {
  const up = await upstream();
  const gate = await gateway({ id: 'a', baseUrl: up.baseUrl, apiKeys: ['k0', 'k1'], fields: { enabled: false } });
  const tested = await openChannelTrials(gate.deps).test('a', { credential: 1 });
  expect(tested).toMatchObject({
    ok: true,
    status: 200,
    endpoint: 'chat',
    model: 'm',
    upstreamModel: 'm-upstream',
    credential: 1,
    cause: null,
  });
  expect(up.received[0]).toMatchObject({ path: '/v1/chat/completions', json: { model: 'm-upstream' } });
  expect(up.received[0]?.headers.authorization).toBe('Bearer k1');
  expect(gate.records).toEqual([]);
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
});

test('streamed, and by other endpoints', async () => {
  const up = await upstream(streamAnswer([frame(delta('Hi')), frame(finish()), frame('[DONE]')]));
  const gate = await gateway({ id: 'a', baseUrl: up.baseUrl, models: { m: 'm', e: 'text-embedding-3-small' } });
  const trials = openChannelTrials(gate.deps);
  expect(await trials.test('a', { stream: true })).toMatchObject({ ok: true, stream: true });
  expect(await trials.test('a', { stream: true, endpoint: 'messages' })).toMatchObject({
    ok: true,
    endpoint: 'messages',
  });
  up.behave(answer(200, { object: 'list', data: [{ embedding: [1] }], usage: { prompt_tokens: 1, total_tokens: 1 } }));
  expect(await trials.test('a', { model: 'e', endpoint: 'embeddings' })).toMatchObject({ ok: true });
  up.behave(streamAnswer([frame({ error: { message: 'broken' } })]));
  expect(await trials.test('a', { stream: true })).toMatchObject({ ok: false, message: 'broken' });
});

test('a chat is tried with a tool and with a picture, in the words of its channel', async () => {
  const up = await upstream();
  const gate = await gateway({ id: 'a', baseUrl: up.baseUrl });
  const trials = openChannelTrials(gate.deps);
  expect(await trials.test('a', { feature: 'tools' })).toMatchObject({ ok: true, endpoint: 'chat' });
  expect(up.received[0]?.json).toMatchObject({ tools: [{ function: { name: 'greet' } }] });
  expect(await trials.test('a', { feature: 'vision', stream: false })).toMatchObject({ ok: true });
  expect(up.received[1]?.json).toMatchObject({ messages: [{ content: [{ type: 'text' }, { type: 'image_url' }] }] });
  expect(trials.test('a', { feature: 'vision', endpoint: 'embeddings' })).rejects.toMatchObject({ param: 'feature' });
});

test('what is wrong is told without secrets, and what cannot be asked is refused', async () => {
  const up = await upstream(answer(401, { error: { message: 'bad key sk-upstream-canary' } }));
  const gate = await gateway({ id: 'a', baseUrl: up.baseUrl });
  const trials = openChannelTrials(gate.deps);
  const tested = await trials.test('a', {});
  expect(tested).toMatchObject({ ok: false, status: 401, cause: 'auth' });
  expect(tested.message).not.toContain('canary');
  expect(trials.test('b', {})).rejects.toMatchObject({ code: 'not_found' });
  expect(trials.test('a', { model: 'none' })).rejects.toMatchObject({ param: 'model' });
  expect(trials.test('a', { endpoint: 'none' })).rejects.toMatchObject({ param: 'endpoint' });
  expect(trials.test('a', { credential: 7 })).rejects.toMatchObject({ param: 'credential' });
  up.behave((response) => void response.destroy());
  expect(await trials.test('a', {})).toMatchObject({ ok: false, status: 0 });
});

test('a preview shows a request before and after, and sends nothing', async () => {
  const up = await upstream();
  const gate = await gateway({ id: 'a', baseUrl: up.baseUrl });
  const trials = openChannelTrials(gate.deps);
  const overrides = overridesSchema.parse({
    headers: { set: { 'x-key': 'k {api_key}' }, pass: ['x-session'] },
    body: { operations: [{ mode: 'set', path: 'temperature', value: 0 }] },
  });
  const tried = { body: { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }, headers: { 'x-session': 's1' } };
  const shown = await trials.preview('a', tried, overrides);
  expect(shown).toMatchObject({ mode: 'passthrough', endpoint: 'chat', model: 'm', returned: null });
  expect(shown.before.body).toEqual({ ...tried.body, model: 'm-upstream' });
  expect(shown.after?.body).toEqual({ ...tried.body, model: 'm-upstream', temperature: 0 });
  expect(shown.after?.headers).toMatchObject({ 'x-key': 'k ********', 'x-session': 's1', authorization: '********' });
  expect(shown.after?.url).toBe(`${up.baseUrl}/chat/completions`);
  expect(JSON.stringify(shown)).not.toContain('canary');
  const returning = overridesSchema.parse({
    body: { operations: [{ mode: 'return_error', value: { message: 'No.', status_code: 451 } }] },
  });
  expect(await trials.preview('a', {}, returning)).toMatchObject({ after: null, returned: { status: 451 } });
  expect(up.received).toEqual([]);
});

test('a preview shows no secret of the overrides that a channel has', async () => {
  const up = await upstream();
  const overrides = {
    headers: { set: { 'x-tenant-secret': 'canary-header' } },
    body: {
      set: { 'metadata.token': 'canary "body"' },
      operations: [{ mode: 'set' as const, path: 'user', value: 'sk-canary-0123456789' }],
    },
  };
  const gate = await gateway({ id: 'a', baseUrl: up.baseUrl, overrides });
  const shown = await openChannelTrials(gate.deps).preview('a', {}, undefined);
  expect(shown.after?.headers).toMatchObject({ 'x-tenant-secret': '********' });
  expect(shown.after?.body).toMatchObject({ metadata: { token: '********' }, user: '********' });
  expect(JSON.stringify(shown)).not.toContain('canary');
  // Nor does an upstream that repeats one.
  up.behave(answer(400, { error: { message: 'no tenant canary-header, says sk-canary-0123456789' } }));
  const tested = await openChannelTrials(gate.deps).test('a', {});
  expect(tested.message).not.toContain('canary');
});

test('an account whose refusal says that it is no good is taken out of use, unless its channel is exempt', async () => {
  const up = await upstream(answer(401, { error: { message: 'bad key sk-upstream-canary' } }));
  const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
  const gate = await gateway({ id: 'a', baseUrl: up.baseUrl, apiKeys: ['sk-upstream-canary', 'k1'] });
  await gate.post(hello);
  expect(new Set(gate.disabled.map(({ channelId, index }) => `${channelId}#${index}`))).toEqual(
    new Set(['a#0', 'a#1']),
  );
  expect(JSON.stringify(gate.disabled)).not.toContain('canary');
  const exempt = await gateway({ id: 'a', baseUrl: up.baseUrl, fields: { autoDisable: false } });
  await exempt.post(hello);
  expect(exempt.disabled).toEqual([]);
});
