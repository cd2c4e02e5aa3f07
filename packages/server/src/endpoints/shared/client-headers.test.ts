import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import {
  channelOf,
  openTestGateway,
  snapshotOf,
  type ChannelSpec,
  type TestGateway,
} from '../../relay/testing/gateway.ts';
import {
  answer,
  openScriptedUpstream,
  wholeAnswer,
  type Behaviour,
  type ScriptedUpstream,
} from '../../relay/testing/scripted-upstream.ts';

const opened: (ScriptedUpstream | TestGateway)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 5 },
};
const candidates = { candidates: [{ content: { role: 'model', parts: [{ text: 'Hello' }] }, finishReason: 'STOP' }] };
const hello = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] };
const betas = 'context-1m-2025-08-07, made-up-2026-01-01';

async function ask(
  spec: Partial<ChannelSpec>,
  path: string,
  headers: Readonly<Record<string, string>>,
  more: { readonly body?: object; readonly passBillingFields?: boolean; readonly behaviour?: Behaviour } = {},
) {
  const speaksMessages = spec.provider === 'anthropic' || (path.includes('messages') && spec.provider !== 'mistral');
  const said = path.includes('gemini') ? answer(200, candidates) : wholeAnswer('Hello');
  const upstream = await openScriptedUpstream(more.behaviour ?? (speaksMessages ? answer(200, message) : said));
  opened.push(upstream);
  const channel = channelOf({ id: 'a', baseUrl: upstream.baseUrl, models: { m: 'claude-sonnet-4-5' }, ...spec });
  const { passBillingFields = false } = more;
  const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, passBillingFields } };
  const world = await openTestGateway(snapshotOf([channel], settings));
  opened.push(world);
  const response = await world.post(more.body ?? hello, { path, headers });
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('Hello') as string]);
  const [received] = upstream.received;
  return { received, headers: response.headers, losses: response.headers.get('x-tollgate-conversion-loss') };
}

test.each(['2023-06-01', '2026-10-21'])('version %s and betas of its own reach Anthropic', async (version) => {
  const headers = { 'anthropic-version': version, 'anthropic-beta': betas };
  const { received, losses } = await ask({ provider: 'anthropic' }, '/v1/messages', headers);
  expect(received?.headers).toMatchObject({
    'anthropic-version': version,
    'anthropic-beta': 'context-1m-2025-08-07,made-up-2026-01-01',
  });
  expect(losses).toBeNull();
});

test('a client that says no version gets the vendor’s usual one', async () => {
  const { received } = await ask({ provider: 'anthropic' }, '/v1/messages', {});
  expect(received?.headers).toMatchObject({ 'anthropic-version': '2023-06-01' });
  expect(received?.headers).not.toHaveProperty('anthropic-beta');
});

test('a compatible vendor gets the version, and no betas, which is told', async () => {
  const headers = { 'anthropic-version': '2026-10-21', 'anthropic-beta': betas };
  const { received, losses } = await ask({ provider: 'deepseek' }, '/v1/messages', headers);
  expect(received?.path).toBe('/v1/anthropic/v1/messages');
  expect(received?.headers['anthropic-version']).toBe('2026-10-21');
  expect(received?.headers).not.toHaveProperty('anthropic-beta');
  expect(losses).toBe('anthropic-beta.context-1m-2025-08-07;dropped, anthropic-beta.made-up-2026-01-01;dropped');
});

test('Bedrock gets the betas that it knows in the body', async () => {
  const { received, losses } = await ask({ provider: 'bedrock' }, '/v1/messages', { 'anthropic-beta': betas });
  expect(received?.json).toMatchObject({ anthropic_beta: ['context-1m-2025-08-07'] });
  expect(received?.headers).not.toHaveProperty('anthropic-beta');
  expect(losses).toBe('anthropic-beta.made-up-2026-01-01;dropped');
});

test('another protocol gets none, which is told', async () => {
  const { received, losses } = await ask({ provider: 'mistral' }, '/v1/messages', { 'anthropic-beta': betas });
  expect(received?.headers).not.toHaveProperty('anthropic-version');
  expect(losses).toContain('anthropic-beta.made-up-2026-01-01;dropped');
});

test('OpenAI’s betas reach OpenAI, and nobody who is merely compatible', async () => {
  const headers = { 'openai-beta': 'trial=v2' };
  const own = await ask({ provider: 'openai' }, '/v1/chat/completions', headers);
  expect(own.received?.headers['openai-beta']).toBe('trial=v2');
  const other = await ask({ provider: 'groq' }, '/v1/chat/completions', headers);
  expect(other.received?.headers).not.toHaveProperty('openai-beta');
  expect(other.losses).toBe('openai-beta.trial_v2;dropped');
});

test('what the channel says of a header goes before what the client says', async () => {
  const overrides = { headers: { set: { 'anthropic-beta': 'house' }, remove: ['anthropic-version'] } };
  const { received } = await ask({ provider: 'anthropic', overrides }, '/v1/messages', {
    'anthropic-version': '2026-10-21',
    'anthropic-beta': betas,
  });
  expect(received?.headers['anthropic-beta']).toBe('house');
  expect(received?.headers).not.toHaveProperty('anthropic-version');
});

test('who pays at the vendor is not for clients to say, unless administrators let them', async () => {
  const body = { ...hello, billing_policy: { type: 'customer' }, fallback_credit_token: 'fct_1' };
  const left = await ask({ provider: 'anthropic' }, '/v1/messages', {}, { body });
  expect(left.received?.json).toEqual({ ...hello, model: 'claude-sonnet-4-5' });
  expect(left.losses).toBe('billing_policy;dropped, fallback_credit_token;dropped');
  const passed = await ask({ provider: 'anthropic' }, '/v1/messages', {}, { body, passBillingFields: true });
  expect(passed.received?.json).toEqual({ ...body, model: 'claude-sonnet-4-5' });
  expect(passed.losses).toBeNull();
});

const chat = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], temperature: 0.5 };

test('who is translated to Anthropic is asked in the version in which the request is written', async () => {
  const { received } = await ask({ provider: 'anthropic' }, '/v1/chat/completions', {}, { body: chat });
  expect(received?.headers['anthropic-version']).toBe('2023-06-01');
  expect(received?.json).toMatchObject({ temperature: 0.5 });
});

describe('a request that is written anew in the client’s own protocol', () => {
  const headers = { 'anthropic-version': '2026-10-21', 'anthropic-beta': 'context-management-2025-06-27' };
  const body = { ...hello, context_management: { edits: [] }, billing_policy: { type: 'customer' } };
  const anew = { thinkingToContent: true };

  test('keeps its headers, as its own fields need them, but not who pays', async () => {
    const { received, losses } = await ask({ provider: 'anthropic', fields: anew }, '/v1/messages', headers, { body });
    expect(received?.headers).toMatchObject(headers);
    expect(received?.json).toHaveProperty('context_management');
    expect(received?.json).not.toHaveProperty('billing_policy');
    expect(losses).toBe('billing_policy;dropped');
  });

  test('has them in the body where the vendor wants them there', async () => {
    const { received } = await ask({ provider: 'bedrock', fields: anew }, '/v1/messages', headers, { body });
    expect(received?.json).toMatchObject({ anthropic_beta: ['context-management-2025-06-27'] });
  });
});

describe('a request of version 2026-10-21 that is translated', () => {
  const document = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } };
  const cited = { type: 'text', text: 'x', citations: [{ type: 'char_location' }] };
  const wrong = [
    ['temperature', { ...hello, temperature: 1 }],
    ['top_p', { ...hello, top_p: 1 }],
    ['top_k', { ...hello, top_k: 5 }],
    ['messages.1.content.0', { ...hello, messages: [...hello.messages, { role: 'assistant', content: [document] }] }],
    ['messages.0.content.0', { ...hello, messages: [{ role: 'user', content: [cited] }] }],
  ] as const;

  test.each(wrong)('is refused as that version refuses it: %s', async (param, body) => {
    const upstream = await openScriptedUpstream(wholeAnswer('Hello'));
    opened.push(upstream);
    const world = await openTestGateway(
      snapshotOf([channelOf({ id: 'a', baseUrl: upstream.baseUrl, provider: 'mistral' })]),
    );
    opened.push(world);
    const send = (version: string) =>
      world.post(body, { path: '/v1/messages', headers: { 'anthropic-version': version } });
    const refused = await send('2026-10-21');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining(`${param}`) as string },
    });
    expect(upstream.received).toEqual([]);
    expect((await send('2023-06-01')).status).toBe(200);
  });

  test('and served when there is nothing of the kind in it', async () => {
    const { received } = await ask({ provider: 'mistral' }, '/v1/messages', { 'anthropic-version': '2026-10-21' });
    expect(received?.json).toMatchObject({ messages: [{ role: 'user', content: 'Hi' }] });
  });
});

test('the client’s own id of a request reaches OpenAI, and is nothing that others lose', async () => {
  const headers = { 'x-client-request-id': 'mine-1', cookie: 'a=b', 'x-forwarded-for': '1.2.3.4', 'x-other': 'x' };
  const own = await ask({ provider: 'openai' }, '/v1/chat/completions', headers);
  expect(own.received?.headers['x-client-request-id']).toBe('mine-1');
  for (const name of ['cookie', 'x-forwarded-for', 'x-other']) expect(own.received?.headers).not.toHaveProperty(name);
  const other = await ask({ provider: 'groq' }, '/v1/chat/completions', headers);
  expect(other.received?.headers).not.toHaveProperty('x-client-request-id');
  expect(other.losses).toBeNull();
});

test('what keeps a conversation at its cache reaches who knows it', async () => {
  const { received } = await ask({ provider: 'xai' }, '/v1/chat/completions', { 'x-grok-conv-id': 'conv-1' });
  expect(received?.headers['x-grok-conv-id']).toBe('conv-1');
});

test('whose quota is used is not for clients to say, unless administrators let them', async () => {
  const body = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };
  const headers = { 'x-goog-user-project': 'payer', 'x-server-timeout': '30' };
  const path = '/v1beta/models/m:generateContent';
  const spec = { provider: 'gemini', models: { m: 'gemini-2.5-pro' } };
  const behaviour = answer(200, candidates);
  const left = await ask(spec, path, headers, { body, behaviour });
  expect(left.received?.headers).not.toHaveProperty('x-goog-user-project');
  expect(left.received?.headers['x-server-timeout']).toBe('30');
  expect(left.losses).toBe('x-goog-user-project;dropped');
  const passed = await ask(spec, path, headers, { body, behaviour, passBillingFields: true });
  expect(passed.received?.headers['x-goog-user-project']).toBe('payer');
});
