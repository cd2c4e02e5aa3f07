import { afterEach, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { channelOf, openTestWorld, snapshotOf, type ChannelSpec, type TestWorld } from '../../relay/testing/gateway.ts';
import {
  answer,
  openScriptedUpstream,
  wholeAnswer,
  type ScriptedUpstream,
} from '../../relay/testing/scripted-upstream.ts';

const opened: (ScriptedUpstream | TestWorld)[] = [];
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
const hello = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] };
const betas = 'context-1m-2025-08-07, made-up-2026-01-01';

async function ask(
  spec: Partial<ChannelSpec>,
  path: string,
  headers: Readonly<Record<string, string>>,
  more: { readonly body?: object; readonly passBillingFields?: boolean } = {},
) {
  const speaksChat = path.includes('chat') || spec.provider === 'mistral';
  const upstream = await openScriptedUpstream(speaksChat ? wholeAnswer('Hello') : answer(200, message));
  opened.push(upstream);
  const channel = channelOf({ id: 'a', baseUrl: upstream.baseUrl, models: { m: 'claude-sonnet-4-5' }, ...spec });
  const { passBillingFields = false } = more;
  const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, passBillingFields } };
  const world = await openTestWorld(snapshotOf([channel], settings));
  opened.push(world);
  const response = await world.post(more.body ?? hello, { path, headers });
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('Hello') as string]);
  const [received] = upstream.received;
  return { received, losses: response.headers.get('x-tollgate-conversion-loss') };
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
