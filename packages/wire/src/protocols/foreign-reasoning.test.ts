import { describe, expect, test } from 'bun:test';
import type { JsonObject, TextProtocolId } from '../protocol.ts';
import type { IrResponse } from '../ir/response.ts';
import { anthropicMessages } from './anthropic-messages/protocol.ts';
import { gemini } from './gemini/protocol.ts';
import { openaiChat } from './openai-chat/protocol.ts';
import { codecOf, codecs, contextFor, signingModels } from './testing/codecs.ts';
import { named } from '../models/testing/named.ts';
import { traitsByName } from '../models/by-name.ts';

const passthroughs = {
  'anthropic-messages': anthropicMessages,
  gemini,
  'openai-chat': openaiChat,
} as const;
type Spoken = keyof typeof passthroughs;

/** An answer whose thought is signed by `by`, or by nobody. */
const answerOf = (by: TextProtocolId | undefined, redacted: boolean): IrResponse => ({
  id: 'r',
  model: 'm',
  choices: [
    {
      index: 0,
      parts: [
        {
          type: 'reasoning',
          text: redacted ? '' : 'Hm.',
          // OpenRouter's signatures are its details as they were.
          signature: by && {
            by,
            value: by === 'openai-chat' ? '{"type":"reasoning.text","signature":"x"}' : 'c2VhbA==',
          },
          redacted: redacted || undefined,
        },
        { type: 'tool-call', callId: 'call_1', name: 'now', kind: 'function', arguments: '{}' },
      ],
      finish: { reason: 'tool-calls', raw: 'x' },
    },
  ],
});

/** Whether a client that goes on after such an answer cannot be served as it is. */
function isForeign(
  client: Spoken,
  by: TextProtocolId | undefined,
  model = signingModels[client],
  redacted = false,
): boolean {
  const codec = codecOf(client);
  const { value } = codec.ingress.writeResponse(answerOf(by, redacted), contextFor());
  return passthroughs[client].hasForeignReasoning(codec.continued(value), traitsByName(model));
}

describe.each(Object.keys(passthroughs) as readonly Spoken[])('%s', (client) => {
  test.each([...codecs.keys()])('after an answer of %s', (by) => {
    expect(isForeign(client, by)).toBe(by !== client);
    if (by !== 'openai-chat' && by !== client) expect(isForeign(client, by, undefined, true)).toBe(true);
  });

  test('without a signature', () => {
    expect(isForeign(client, undefined)).toBe(client === 'anthropic-messages');
    expect(passthroughs[client].hasForeignReasoning({}, traitsByName('m'))).toBe(false);
    expect(passthroughs[client].hasForeignReasoning({ messages: 'x', contents: [1] }, traitsByName('m'))).toBe(false);
  });
});

test('calls that Gemini 3 would miss a signature on', () => {
  const call = (more: object): object => ({
    role: 'model',
    parts: [{ functionCall: { name: 'now', args: {} }, ...more }],
  });
  const result = { role: 'user', parts: [{ functionResponse: { name: 'now', response: {} } }] };
  const words = { role: 'user', parts: [{ text: 'Go' }] };
  const wanders = (contents: readonly object[], model = 'gemini-3-pro-preview'): boolean =>
    gemini.hasForeignReasoning({ contents } as JsonObject, traitsByName(model));
  expect(wanders([words, call({}), result])).toBe(true);
  expect(wanders([words, call({}), result], 'gemini-2.5-pro')).toBe(false);
  expect(wanders([words, call({ thoughtSignature: 'c2VhbA==' }), result])).toBe(false);
  expect(wanders([words, call({ thought_signature: 'c2VhbA==' }), result, call({}), result])).toBe(true);
  // What was called before the user's last words needs none.
  expect(wanders([words, call({}), result, words])).toBe(false);
});

test('calls that Claude would miss the reasoning before', () => {
  const call = { type: 'tool_use', id: 'c', name: 'now', input: {} };
  const loop = (...content: readonly object[]): JsonObject =>
    ({
      thinking: { type: 'enabled', budget_tokens: 1024 },
      messages: [
        { role: 'user', content: 'Go' },
        { role: 'assistant', content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: 'noon' }] },
      ],
    }) as JsonObject;
  expect(anthropicMessages.hasForeignReasoning(loop(call), traitsByName('claude-sonnet-4-5'))).toBe(true);
  expect(anthropicMessages.hasForeignReasoning(loop(call), traitsByName('deepseek-chat'))).toBe(false);
  expect(
    anthropicMessages.hasForeignReasoning(
      { ...loop(call), thinking: { type: 'adaptive' } },
      traitsByName('claude-sonnet-4-5'),
    ),
  ).toBe(false);
  const thought = { type: 'thinking', thinking: 'Hm.', signature: 'c2VhbA==' };
  expect(anthropicMessages.hasForeignReasoning(loop(thought, call), traitsByName('claude-sonnet-4-5'))).toBe(false);
});

test('OpenRouter’s details are nothing to a vendor that serves its own models', () => {
  for (const model of ['deepseek-reasoner', 'gpt-5', 'kimi-k2-thinking'])
    expect([isForeign('openai-chat', 'openai-chat', model), model]).toEqual([true, model]);
  for (const model of ['openai/gpt-5', 'gpt-oss-120b', 'MiniMax-M2'])
    expect([isForeign('openai-chat', 'openai-chat', model), model]).toEqual([false, model]);
  const read = codecOf('openai-chat').ingress.readRequest(
    codecOf('openai-chat').continued(
      codecOf('openai-chat').ingress.writeResponse(answerOf('openai-chat', false), contextFor()).value,
    ),
    { operation: 'chat' },
  );
  if ('invalid' in read) throw new Error(read.invalid);
  const { value, losses } = codecOf('openai-chat').egress.writeRequest(read.value, named('deepseek-reasoner'));
  expect(value['messages']).toMatchObject([{}, { reasoning_content: 'Hm.', tool_calls: [{}] }, {}]);
  expect(JSON.stringify(value)).not.toContain('reasoning_details');
  expect(losses.map(({ path }) => path)).toEqual(['messages[1].reasoning.signature']);
});

test('reasoning is unknown to OpenAI over Chat', () => {
  const told = (more: JsonObject): JsonObject => ({ messages: [{ role: 'assistant', content: 'Hi.', ...more }] });
  const details = [{ type: 'reasoning.text', text: 'Hm.' }];
  for (const more of [{ reasoning_content: 'Hm.' }, { reasoning: 'Hm.' }, { reasoning_details: details }])
    for (const [model, wanders] of [
      ['gpt-4o', true],
      ['o3', true],
      ['openai/gpt-5', false],
      ['kimi-k2', false],
    ] as const)
      expect([openaiChat.hasForeignReasoning(told(more), traitsByName(model)), model]).toEqual([wanders, model]);
  expect(openaiChat.hasForeignReasoning(told({ reasoning_content: null }), traitsByName('gpt-4o'))).toBe(false);
});

test('models that are no Claude leave signatures empty', () => {
  expect(isForeign('anthropic-messages', undefined, 'deepseek-reasoner')).toBe(false);
});

test('Gemini’s signatures on calls are known behind its compatible endpoint', () => {
  const extra_content = { google: { thought_signature: 'c2VhbA==' } };
  const call = { id: 'call_1', type: 'function', function: { name: 'now', arguments: '{}' }, extra_content };
  const json = { messages: [{ role: 'assistant', tool_calls: [call] }] };
  expect(openaiChat.hasForeignReasoning(json, traitsByName('gemini-3-pro-preview'))).toBe(false);
  expect(openaiChat.hasForeignReasoning(json, traitsByName('gpt-5'))).toBe(true);
});
