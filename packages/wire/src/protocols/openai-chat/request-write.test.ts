import { describe, expect, test } from 'bun:test';
import type { IrMessage, IrRequest } from '../../ir/request.ts';
import type { JsonObject } from '../../protocol.ts';
import { writeChatRequest } from './request-write.ts';
import { named } from '../../models/testing/named.ts';

const user: IrMessage = { role: 'user', parts: [{ type: 'text', text: 'hi' }] };
const base: IrRequest = { by: 'anthropic-messages', model: 'asked', stream: true, messages: [user] };

function write(request: Partial<IrRequest>, model: string): { body: JsonObject; losses: readonly string[] } {
  const { value, losses } = writeChatRequest({ ...base, ...request }, named(model));
  return { body: value, losses: losses.map(({ path }) => path) };
}

describe('a request for Chat', () => {
  test('caps and samples as the model takes it', () => {
    const request = { maxOutputTokens: 9, sampling: { temperature: 0.5, topP: 1 }, stop: ['x'] };
    expect(write(request, 'deepseek-chat').body).toMatchObject({
      max_tokens: 9,
      temperature: 0.5,
      top_p: 1,
      stop: ['x'],
    });
    expect(write(request, 'gpt-4o').body).toMatchObject({ max_completion_tokens: 9, temperature: 0.5 });
    const { body, losses } = write(request, 'openai/gpt-5-mini');
    expect(Object.keys(body).sort()).toEqual(['max_completion_tokens', 'messages', 'model', 'stream']);
    expect([...losses].sort()).toEqual(['sampling.temperature', 'stop']);
  });

  test.each([
    ['o3-mini', { effort: 'xhigh' }, 'high', ['reasoning.effort']],
    ['gpt-5.2', { effort: 'xhigh' }, 'xhigh', []],
    ['gpt-4o', { effort: 'low' }, undefined, ['reasoning']],
    ['gpt-5.1', { mode: 'off' }, 'none', []],
    ['deepseek-chat', { mode: 'off' }, undefined, []],
    ['grok-4', { mode: 'on', budgetTokens: 2048 }, 'low', ['reasoning.budgetTokens']],
  ] as const)('%s thinks %j', (model, reasoning, word, lost) => {
    const { body, losses } = write({ reasoning }, model);
    expect(body['reasoning_effort']).toEqual(word);
    expect(losses).toEqual([...lost]);
  });

  test('results come right behind their calls, what a tool cannot say behind them', () => {
    const image = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } } as const;
    const { body } = write(
      {
        messages: [
          user,
          {
            role: 'assistant',
            parts: [{ type: 'tool-call', callId: 'a', name: 'f', kind: 'function', arguments: '' }],
          },
          { role: 'user', parts: [{ type: 'tool-result', callId: 'a', kind: 'function', content: [image] }] },
          { role: 'user', parts: [{ type: 'tool-result', callId: 'b', kind: 'function', content: [], error: true }] },
        ],
      },
      'gpt-4o',
    );
    const messages = body['messages'] as readonly JsonObject[];
    expect(messages.map((message) => message['role'])).toEqual(['user', 'assistant', 'tool', 'tool', 'user']);
    expect(messages[3]).toEqual({ role: 'tool', tool_call_id: 'b', content: 'Error: ' });
    expect(messages[4]).toEqual({
      role: 'user',
      content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }],
    });
  });

  test('DeepSeek, which has JSON but no schemas, is shown one in words', () => {
    const asked: IrRequest = {
      ...base,
      messages: [{ role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] }, ...base.messages],
      format: { type: 'schema', schema: { type: 'object', properties: { days: { type: 'integer' } } } },
    };
    const { value, losses } = writeChatRequest(asked, named('deepseek-chat'));
    expect(value['response_format']).toEqual({ type: 'json_object' });
    expect(value['messages']).toMatchObject([
      { role: 'system', content: 'Be brief.' },
      { role: 'system', content: expect.stringContaining('"days":{"type":"integer"}') as string },
      { role: 'user' },
    ]);
    expect(losses).toMatchObject([{ path: 'format', kind: 'approximated' }]);
    const elsewhere = writeChatRequest(asked, named('deepseek-ai/DeepSeek-V3'));
    expect(elsewhere.value['response_format']).toMatchObject({ type: 'json_schema' });
  });

  test('a developer is one only before OpenAI', () => {
    const messages: readonly IrMessage[] = [{ ...user, role: 'developer' }, user];
    const roleFor = (model: string): unknown =>
      (write({ messages }, model).body['messages'] as readonly JsonObject[])[0]?.['role'];
    expect([roleFor('gpt-5'), roleFor('mistral-large')]).toEqual(['developer', 'system']);
  });

  test('caching is asked for only where it has to be', () => {
    const messages: readonly IrMessage[] = [{ role: 'user', parts: [{ type: 'text', text: 'hi', cache: {} }] }];
    expect(JSON.stringify(write({ messages }, 'anthropic/claude-sonnet-4.5').body)).toContain('cache_control');
    expect(write({ messages }, 'gpt-4o').losses).toEqual(['messages[0].parts[0].cache']);
  });

  test('OpenAI gets no reasoning, others their own', () => {
    const messages: readonly IrMessage[] = [
      user,
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'hm' },
          { type: 'text', text: 'so' },
        ],
      },
    ];
    expect(write({ messages }, 'gpt-4o').losses).toEqual(['messages[1].reasoning']);
    expect(JSON.stringify(write({ messages }, 'deepseek-chat').body)).toContain('"reasoning_content":"hm"');
  });
});
