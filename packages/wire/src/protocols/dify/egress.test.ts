import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { assemble } from '../../ir/assemble.ts';
import type { Egress } from '../../ir/codec.ts';
import type { IrEvent } from '../../ir/event.ts';
import type { IrRequest } from '../../ir/request.ts';
import { textAt } from '../../json/fields.ts';
import { unknownModel } from '../../models/traits.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { cozeEgress } from '../coze/egress.ts';
import { breachOf } from '../testing/promises.ts';
import { difyEgress } from './egress.ts';

// Two protocols of applications that take words; what is true of both is tested of both.

const request: IrRequest = {
  by: 'openai-chat',
  model: 'asked',
  stream: false,
  user: 'u1',
  messages: [
    { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
    {
      role: 'user',
      parts: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', source: { kind: 'url', url: 'https://pics.example/a.png' } },
      ],
    },
    { role: 'assistant', parts: [{ type: 'text', text: 'A cat.' }] },
    { role: 'user', parts: [{ type: 'text', text: 'Sure?' }] },
  ],
};
const one: IrRequest = { ...request, messages: request.messages.slice(3) };
const write = (egress: Egress, of: IrRequest) => egress.writeRequest(of, { model: 'bot-1', traits: unknownModel });

function read(egress: Egress, frames: readonly { readonly event?: string; readonly data: Json }[]): readonly IrEvent[] {
  const reader = egress.readEvents({ requestId: 'req1' });
  const events = frames.flatMap(({ event, data }) =>
    reader.read({ event, data: typeof data === 'string' ? data : JSON.stringify(data), id: undefined }),
  );
  return [...events, ...reader.end()];
}

describe('Dify', () => {
  test('is asked one question as it is, and a conversation as one question', () => {
    expect(write(difyEgress, one)).toEqual({
      value: { inputs: {}, query: 'Sure?', response_mode: 'streaming', user: 'u1', auto_generate_name: false },
      losses: [],
    });
    const { value, losses } = write(difyEgress, request);
    expect(value['query']).toBe('System: Be brief.\n\nUser: What is this?\n\nAssistant: A cat.\n\nUser: Sure?');
    expect(value['files']).toEqual([
      { type: 'image', transfer_method: 'remote_url', url: 'https://pics.example/a.png' },
    ]);
    expect(losses.map(({ kind, path }) => `${kind} ${path}`)).toEqual(['approximated messages']);
  });

  test('tells an agent’s reasoning before its answer, and what it used', () => {
    const events = read(difyEgress, [
      { data: { event: 'agent_thought', message_id: 'm', thought: 'Hm.' } },
      { data: { event: 'agent_message', message_id: 'm', answer: 'Yes' } },
      { data: { event: 'agent_thought', message_id: 'm', thought: 'Yes' } },
      { event: 'ping', data: '' },
      { data: { event: 'message_end', metadata: { usage: { prompt_tokens: 3, completion_tokens: 1 } } } },
    ]);
    const { choices, usage } = assemble(events);
    expect(choices[0]?.parts.map((part) => [part.type, 'text' in part ? part.text : ''])).toEqual([
      ['reasoning', 'Hm.'],
      ['text', 'Yes'],
    ]);
    expect(usage).toEqual({ inputText: 3, outputText: 1 });
  });

  test.each([
    [{ event: 'error', status: 400, code: 'provider_quota_exceeded', message: 'No quota.' }, 400, 'No quota.'],
    [{ event: 'workflow_finished', data: { status: 'failed', error: 'Node broke.' } }, 500, 'Node broke.'],
  ])('tells failures within the stream: %j', (data, status, message) => {
    expect(read(difyEgress, [{ data }]).at(-1)).toMatchObject({ type: 'error', failure: { status, message } });
  });
});

describe('Coze', () => {
  test('is asked with the turns of the conversation; the bot is the model', () => {
    const { value, losses } = write(cozeEgress, request);
    expect(value).toMatchObject({ bot_id: 'bot-1', user_id: 'u1', stream: true, auto_save_history: false });
    const messages = value['additional_messages'] as readonly JsonObject[];
    expect(messages.map(({ role, type, content_type: kind }) => [role, type, kind])).toEqual([
      ['user', undefined, 'text'],
      ['user', 'question', 'object_string'],
      ['assistant', 'answer', 'text'],
      ['user', 'question', 'text'],
    ]);
    expect(JSON.parse(textAt(messages[1] ?? {}, 'content') ?? '')).toEqual([
      { type: 'text', text: 'What is this?' },
      { type: 'image', file_url: 'https://pics.example/a.png' },
    ]);
    expect(losses).toHaveLength(1);
    expect(write(cozeEgress, one).losses).toEqual([]);
  });

  test.each([
    ['conversation.chat.failed', { last_error: { code: 5000, msg: 'Broke.' } }, 500, 'Broke.'],
    ['error', { code: 4100, msg: 'Who?' }, 401, 'Who?'],
    ['conversation.chat.requires_action', {}, 500, 'tool of its own'],
  ])('tells failures within the stream: %s', (event, data, status, message) => {
    const last = read(cozeEgress, [{ event, data }]).at(-1);
    expect(last).toMatchObject({
      type: 'error',
      failure: { status, message: expect.stringContaining(message) as string },
    });
  });

  test.each([
    [200, '{"code":4101,"msg":"no"}', 403],
    [200, '{"code":4013,"msg":"slow"}', 429],
    [502, '<html>', 502],
  ])('reads refusals with status %d: %s', (status, body, means) => {
    expect(cozeEgress.readError(status, body).status).toBe(means);
    if (status === 200)
      expect(cozeEgress.readResponse(JSON.parse(body) as Json, { requestId: 'r' })).toMatchObject({
        failure: { status: means },
      });
  });
});

describe.each([difyEgress, cozeEgress])('applications', (egress) => {
  test('what they have no word for is told as lost', () => {
    const more: IrRequest = {
      ...one,
      tools: [{ type: 'function', name: 'f' }],
      maxOutputTokens: 5,
      sampling: { temperature: 0 },
      format: { type: 'json' },
      messages: [
        ...one.messages,
        {
          role: 'assistant',
          parts: [{ type: 'tool-call', callId: 'c', name: 'f', kind: 'function', arguments: '{}' }],
        },
      ],
    };
    const lost = write(egress, more).losses.filter(({ kind }) => kind === 'dropped');
    expect(lost.map(({ path }) => path).toSorted()).toEqual([
      'format',
      'maxOutputTokens',
      'messages[1].parts[0]',
      'sampling.temperature',
      'tools',
    ]);
  });

  test('nothing they say breaks the reader, nor a promise of its events', () => {
    const name = fc.constantFrom(
      'message',
      'agent_message',
      'agent_thought',
      'message_end',
      'workflow_finished',
      'error',
      'conversation.chat.created',
      'conversation.message.delta',
      'conversation.chat.completed',
      'conversation.chat.failed',
    );
    const field = fc.oneof(fc.string(), fc.integer(), fc.jsonValue());
    const body = fc.record({
      event: name,
      answer: field,
      content: field,
      code: field,
      msg: field,
      metadata: field,
      data: field,
    });
    fc.assert(
      fc.property(
        fc.array(fc.record({ event: name, data: body }), { maxLength: 8 }),
        fc.jsonValue(),
        (frames, json) => {
          const events = read(egress, frames as Parameters<typeof read>[1]);
          if (events.length > 0) expect(breachOf(events, false)).toBeUndefined();
          egress.readResponse(json as Json, { requestId: 'r' });
          egress.readError(500, JSON.stringify(json));
        },
      ),
    );
  });
});
