import { expect, test } from 'bun:test';
import { delta, finish, frame, streamAnswer, usageChunk } from '../../relay/testing/scripted-upstream.ts';
import { setStage } from '../testing/stage.ts';

// An upstream that reports several times, and less in the end: the largest of each count is what was served.

const stage = setStage();
const chat = { model: 'm', stream: true, messages: [{ role: 'user', content: 'x' }] };
const messages = { ...chat, max_tokens: 9 };
const contents = { contents: [{ role: 'user', parts: [{ text: 'x' }] }] };
const gemini = '/v1beta/models/m:streamGenerateContent?alt=sse';
const event = (value: { readonly type: string } & Record<string, unknown>): string =>
  `event: ${value.type}\n${frame(value)}`;
const opened = (usage: object) => ({ id: 'msg', type: 'message', role: 'assistant', model: 'm', content: [], usage });

const chatStream = [
  frame(delta('Hi')),
  frame(usageChunk(100, 50)),
  frame(finish()),
  frame(usageChunk(90, 60)),
  frame(usageChunk(1, 1)),
  'data: [DONE]\n\n',
];
const piece = (promptTokenCount: number, candidatesTokenCount: number, more = {}) =>
  frame({
    candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'Hi' }] }, ...more }],
    usageMetadata: { promptTokenCount, candidatesTokenCount, totalTokenCount: promptTokenCount + candidatesTokenCount },
  });
const geminiStream = [piece(100, 50), piece(90, 60), piece(1, 1, { finishReason: 'STOP' })];
const messageStream = [
  event({ type: 'message_start', message: opened({ input_tokens: 100, output_tokens: 1 }) }),
  event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Hi' } }),
  event({ type: 'content_block_stop', index: 0 }),
  event({ type: 'message_delta', delta: {}, usage: { output_tokens: 60 } }),
  event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { input_tokens: 0, output_tokens: 1 } }),
  event({ type: 'message_stop' }),
];

test.each([
  ['openai', '/v1/chat/completions', chat, chatStream],
  ['openai', '/v1/messages', messages, chatStream],
  ['gemini', gemini, contents, geminiStream],
  ['gemini', '/v1/chat/completions', chat, geminiStream],
  ['anthropic', '/v1/messages', messages, messageStream],
  ['anthropic', '/v1/chat/completions', chat, messageStream],
] as const)('%s at %s is charged by the largest of each count', async (provider, path, body, stream) => {
  const up = await stage.upstream(streamAnswer(stream));
  // Its Chat, where it has other protocols too.
  const gate = await stage.gateway([{ id: 'a', provider, baseUrl: up.baseUrl }]);
  const response = await gate.post(body, { path });
  expect([response.status, (await response.text()).includes('Hi')]).toEqual([200, true]);
  expect(gate.records[0]).toMatchObject({ usage: { inputText: 100, outputText: 60 }, usageSource: 'provider' });
  expect(gate.records[0]?.charge?.amount as bigint).toBe(100n * 1000n + 60n * 2000n);
  expect((await gate.verify()).problems).toEqual([]);
});
