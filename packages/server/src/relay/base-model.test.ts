import { afterEach, describe, expect, test } from 'bun:test';
import type { JsonObject } from '@tollgate/wire/protocol';
import { channelOf, openTestGateway, snapshotOf, type ChannelSpec } from './testing/gateway.ts';
import { answer, openScriptedUpstream } from './testing/scripted-upstream.ts';

// What a model is asked depends on what it is, and not on what it is called where it runs.

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function kept<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> {
  const one = await opening;
  open.push(one);
  return one;
}

const messages = [{ role: 'user', content: 'Hello' }];
const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };

/** Requests with much in them that some models refuse, and what differs between models otherwise. */
const clients: Readonly<Record<string, { readonly path: string; readonly body: JsonObject }>> = {
  chat: {
    path: '/v1/chat/completions',
    body: {
      model: 'm',
      messages: [
        ...messages,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'c1', content: 'x' },
      ],
      max_tokens: 5000,
      temperature: 0.3,
      top_p: 0.5,
      stop: ['x'],
      logprobs: true,
      reasoning_effort: 'xhigh',
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } },
    },
  },
  messages: {
    path: '/v1/messages',
    body: {
      model: 'm',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello', cache_control: { type: 'ephemeral' } }] }],
      max_tokens: 5000,
      temperature: 0.3,
      stop_sequences: ['x'],
      thinking: { type: 'enabled', budget_tokens: 2000 },
    },
  },
  responses: {
    path: '/v1/responses',
    body: { model: 'm', input: 'Hello', max_output_tokens: 5000, temperature: 0.3, reasoning: { effort: 'minimal' } },
  },
  gemini: {
    path: '/v1beta/models/m:generateContent',
    body: {
      contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
      generationConfig: { maxOutputTokens: 5000, temperature: 0.3, thinkingConfig: { thinkingBudget: 2000 } },
    },
  },
};

const azure = (textApi: string, apiVersion = 'v1') => ({ provider: 'azure-openai', settings: { textApi, apiVersion } });

/** Models, each behind channels of a vendor that serves it under a name of one's own. */
const served: readonly (readonly [model: string, channel: Partial<ChannelSpec>])[] = [
  ['gpt-5', azure('chat')],
  ['gpt-5', azure('responses')],
  ['gpt-5', azure('auto', '2025-04-01-preview')],
  ['gpt-5-pro', azure('auto')],
  ['gpt-4o', azure('chat')],
  ['o3', azure('chat', '2024-10-21')],
  ['claude-opus-4-7', { provider: 'anthropic' }],
  ['claude-3-5-haiku-20241022', { provider: 'anthropic' }],
  ['claude-sonnet-4-5', { provider: 'bedrock' }],
  ['gemini-2.5-flash', { provider: 'gemini' }],
  ['gemini-3-pro-preview', { provider: 'gemini' }],
  ['deepseek-chat', { provider: 'deepseek' }],
  ['gpt-5', { provider: 'custom' }],
];

/** What reaches the upstream; its paths with the model's name taken out. */
async function sent(client: string, spec: Partial<ChannelSpec>, upstream: string, baseModel?: string) {
  const up = await kept(openScriptedUpstream(answer(400, { error: { message: 'seen' } })));
  const channel = channelOf({ id: 'a', baseUrl: up.baseUrl, ...spec, models: { m: { upstream, baseModel } } });
  const gate = await kept(openTestGateway(snapshotOf([channel])));
  const { path = '', body = {} } = clients[client] ?? {};
  await gate.post(body, { path });
  const [received] = up.received;
  if (!received) throw new Error('nothing was asked');
  const { model: _, ...rest } = received.json as JsonObject;
  return { path: received.path.replace(encodeURIComponent(upstream), 'MODEL'), body: rest };
}

describe.each(Object.keys(clients))('asked from %s', (client) => {
  test.each(served)('%s called prod is asked as %s: %o', async (model, channel) => {
    const expected = await sent(client, channel, model);
    expect(await sent(client, channel, 'prod', model)).toEqual(expected);
  });
});

test('a name that tells nothing is asked otherwise', async () => {
  const known = await sent('chat', azure('chat'), 'prod', 'gpt-5');
  expect(known.body).toMatchObject({ max_completion_tokens: 5000 });
  expect((await sent('chat', azure('chat'), 'prod')).body).toMatchObject({ max_tokens: 5000 });
  expect((await sent('messages', azure('chat'), 'prod', 'gpt-5')).body).not.toHaveProperty('temperature');
  expect((await sent('messages', azure('chat'), 'prod')).body).toHaveProperty('temperature');
  expect((await sent('chat', azure('auto'), 'prod', 'gpt-5-pro')).path).toBe('/v1/openai/v1/responses');
  expect((await sent('chat', azure('auto'), 'prod')).path).toBe('/v1/openai/v1/chat/completions');
});
