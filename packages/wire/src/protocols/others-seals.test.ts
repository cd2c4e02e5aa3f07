import { describe, expect, test } from 'bun:test';
import type { ProtocolId } from '../protocol.ts';
import type { IrResponse } from '../ir/response.ts';
import { anthropicMessages } from './anthropic-messages/protocol.ts';
import { gemini } from './gemini/protocol.ts';
import { openaiChat } from './openai-chat/protocol.ts';
import { openaiResponses } from './openai-responses/protocol.ts';
import { codecOf, codecs, contextFor, targetModels } from './testing.ts';

const lanes = {
  'anthropic-messages': anthropicMessages,
  gemini,
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
} as const;
type Spoken = keyof typeof lanes;

/** An answer whose thought is sealed by `by`, or by nobody. */
const answerOf = (by: ProtocolId | undefined, redacted: boolean): IrResponse => ({
  id: 'r',
  model: 'm',
  choices: [
    {
      index: 0,
      parts: [
        {
          type: 'reasoning',
          text: redacted ? '' : 'Hm.',
          // OpenRouter's seals are its details as they were.
          seal: by && { by, value: by === 'openai-chat' ? '{"type":"reasoning.text","signature":"x"}' : 'c2VhbA==' },
          redacted: redacted || undefined,
        },
        { type: 'tool-call', callId: 'call_1', name: 'now', kind: 'function', arguments: '{}' },
      ],
      finish: { reason: 'tool-calls', raw: 'x' },
    },
  ],
});

/** Whether a client that goes on after such an answer cannot be served as it is. */
function wandered(client: Spoken, by: ProtocolId | undefined, model = targetModels[client], redacted = false): boolean {
  const codec = codecOf(client);
  const { value } = codec.ingress.writeResponse(answerOf(by, redacted), contextFor());
  return lanes[client].holdsOthersSeals(codec.continued(value), model);
}

describe.each(Object.keys(lanes) as readonly Spoken[])('%s', (client) => {
  test.each([...codecs.keys()])('after an answer of %s', (by) => {
    expect(wandered(client, by)).toBe(by !== client);
    if (by !== 'openai-chat' && by !== client) expect(wandered(client, by, undefined, true)).toBe(true);
  });

  test('without a seal', () => {
    expect(wandered(client, undefined)).toBe(client === 'anthropic-messages');
    expect(lanes[client].holdsOthersSeals({}, 'm')).toBe(false);
    expect(lanes[client].holdsOthersSeals({ messages: 'x', input: 'x', contents: [1] }, 'm')).toBe(false);
  });
});

test('models that are no Claude leave signatures empty', () => {
  expect(wandered('anthropic-messages', undefined, 'deepseek-reasoner')).toBe(false);
});

test('Gemini’s seals on calls are known behind its compatible endpoint', () => {
  const extra_content = { google: { thought_signature: 'c2VhbA==' } };
  const call = { id: 'call_1', type: 'function', function: { name: 'now', arguments: '{}' }, extra_content };
  const json = { messages: [{ role: 'assistant', tool_calls: [call] }] };
  expect(openaiChat.holdsOthersSeals(json, 'gemini-3-pro-preview')).toBe(false);
  expect(openaiChat.holdsOthersSeals(json, 'gpt-5')).toBe(true);
});
