import { expect, test } from 'bun:test';
import { answer, delta, finish, frame, streamAnswer, wholeAnswer } from '../../relay/testing/scripted-upstream.ts';
import { setStage } from '../testing/stage.ts';

const stage = setStage();
const chat = { model: 'm', messages: [{ role: 'user', content: 'x' }] };
const messages = { ...chat, max_tokens: 9 };
const contents = { contents: [{ role: 'user', parts: [{ text: 'x' }] }] };
const gemini = '/v1beta/models/m:generateContent';
const message = (usage: object) =>
  answer(200, {
    id: 'msg',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'text', text: 'Hi' }],
    stop_reason: 'end_turn',
    usage,
  });
const painted = (usageMetadata: object) =>
  answer(200, {
    candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
    usageMetadata,
  });
const response = (usage: object) =>
  answer(200, {
    id: 'resp',
    object: 'response',
    status: 'completed',
    model: 'm',
    output: [
      { type: 'message', id: 'i', role: 'assistant', content: [{ type: 'output_text', text: 'Hi', annotations: [] }] },
    ],
    usage,
  });
const chatUsage = (prompt: number, completion: number) => ({ prompt_tokens: prompt, completion_tokens: completion });
const streamed = (usage: object) =>
  streamAnswer([frame(delta('Hi')), frame(finish()), frame({ choices: [], usage }), 'data: [DONE]\n\n']);

/** Far more than the request could cost, and far less than 1e12 tokens would. */
const most = 1_000_000n;

test.each([
  ['openai', '/v1/chat/completions', chat, wholeAnswer('Hi', chatUsage(10, -5))],
  ['openai', '/v1/chat/completions', chat, wholeAnswer('Hi', chatUsage(-10, -5))],
  ['openai', '/v1/chat/completions', chat, wholeAnswer('Hi', chatUsage(10, 1e12))],
  ['openai', '/v1/chat/completions', { ...chat, stream: true }, streamed(chatUsage(-1, 5))],
  ['openai', '/v1/messages', messages, wholeAnswer('Hi', chatUsage(10, 1e12))],
  ['openai', '/v1/messages', { ...messages, stream: true }, streamed(chatUsage(1e15, 5))],
  ['openai', '/v1/responses', { model: 'm', input: 'x' }, response({ input_tokens: -3, output_tokens: 5 })],
  ['anthropic', '/v1/messages', messages, message({ input_tokens: 10, output_tokens: -5 })],
  ['anthropic', '/v1/chat/completions', chat, message({ input_tokens: 1e12, output_tokens: 5 })],
  ['gemini', gemini, contents, painted({ promptTokenCount: -10, candidatesTokenCount: 5, totalTokenCount: 15 })],
  ['gemini', '/v1/chat/completions', chat, painted({ promptTokenCount: 10, candidatesTokenCount: 1e12 })],
] as const)('%s at %s: usage that cannot be is marked, told, and bounded', async (provider, path, body, behaviour) => {
  const up = await stage.upstream(behaviour);
  const gate = await stage.gateway([{ id: 'a', provider, baseUrl: up.baseUrl }]);
  const served = await gate.post(body, { path });
  expect([served.status, (await served.text()).includes('Hi')]).toEqual([200, true]);
  expect(gate.records[0]).toMatchObject({ usageSource: 'implausible' });
  expect((gate.records[0]?.charge?.amount as bigint) < most).toBe(true);
  expect((await gate.verify()).problems).toEqual([]);
});
