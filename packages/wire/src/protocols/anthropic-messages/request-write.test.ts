import { describe, expect, test } from 'bun:test';
import type { IrMessage, IrRequest } from '../../ir/request.ts';
import type { JsonObject } from '../../protocol.ts';
import { writeMessagesRequest } from './request-write.ts';
import { named } from '../../models/testing/named.ts';

const user: IrMessage = { role: 'user', parts: [{ type: 'text', text: 'hi' }] };
const base: IrRequest = { by: 'openai-chat', model: 'asked', stream: false, messages: [user] };

function write(
  request: Partial<IrRequest>,
  model = 'claude-sonnet-4-5',
): { body: JsonObject; losses: readonly string[] } {
  const { value, losses } = writeMessagesRequest({ ...base, ...request }, named(model));
  return { body: value, losses: losses.map(({ path }) => path) };
}

describe('messages for Anthropic', () => {
  test('begin with the user, alternate, carry no blank text', () => {
    const { body, losses } = write({
      messages: [
        { role: 'assistant', parts: [{ type: 'text', text: 'Before' }] },
        { role: 'user', parts: [{ type: 'text', text: ' ' }] },
        { role: 'assistant', parts: [{ type: 'text', text: 'after ' }] },
      ],
    });
    expect(body['messages']).toEqual([
      { role: 'user', content: '...' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Before' },
          { type: 'text', text: 'after' },
        ],
      },
    ]);
    expect(losses).toEqual(['messages[1].parts[0]', 'messages']);
  });

  test('put all results of a turn in front of the next message, in one', () => {
    const result = (callId: string) =>
      ({ type: 'tool-result', callId, kind: 'function', content: [{ type: 'text', text: callId }] }) as const;
    const { body } = write({
      messages: [
        user,
        { role: 'assistant', parts: [{ type: 'tool-call', callId: 'a', name: 'f', kind: 'function', arguments: '[' }] },
        { role: 'user', parts: [{ type: 'text', text: 'first' }, result('a')] },
        { role: 'user', parts: [result('b'), { type: 'text', text: 'last' }] },
      ],
    });
    expect((body['messages'] as readonly JsonObject[]).slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'a' },
          { type: 'tool_result', tool_use_id: 'b', content: 'b' },
          { type: 'text', text: 'first' },
          { type: 'text', text: 'last' },
        ],
      },
    ]);
  });
});

describe('thinking for Anthropic', () => {
  const high: Partial<IrRequest> = { reasoning: { effort: 'high' } };
  test.each([
    ['claude-3-5-sonnet-20241022', high, undefined, undefined, ['reasoning']],
    ['claude-3-7-sonnet-20250219', high, { type: 'enabled', budget_tokens: 16_384 }, undefined, ['reasoning']],
    ['claude-opus-4-6', high, { type: 'adaptive', display: 'summarized' }, { effort: 'high' }, []],
    [
      'anthropic/claude-opus-4.7',
      { reasoning: { effort: 'xhigh' } },
      { type: 'adaptive', display: 'summarized' },
      { effort: 'xhigh' },
      [],
    ],
    [
      'claude-opus-4-6',
      { reasoning: { effort: 'xhigh' } },
      { type: 'adaptive', display: 'summarized' },
      { effort: 'high' },
      ['reasoning.effort'],
    ],
    ['claude-sonnet-4-5', { reasoning: { mode: 'off' } }, { type: 'disabled' }, undefined, []],
    ['claude-opus-4-7', { reasoning: { mode: 'off' } }, undefined, undefined, []],
    ['claude-opus-5', { reasoning: { mode: 'off' } }, { type: 'disabled' }, undefined, []],
    ['claude-mythos-preview', { reasoning: { mode: 'off' } }, undefined, { effort: 'low' }, ['reasoning']],
    ['claude-sonnet-4-5', { ...high, maxOutputTokens: 1024 }, undefined, undefined, ['reasoning']],
    [
      'claude-sonnet-4-5',
      { ...high, maxOutputTokens: 4000 },
      { type: 'enabled', budget_tokens: 3999 },
      undefined,
      ['reasoning'],
    ],
    [
      'claude-sonnet-4-5',
      { reasoning: { mode: 'on', budgetTokens: 2000 } },
      { type: 'enabled', budget_tokens: 2000 },
      undefined,
      [],
    ],
    [
      'claude-sonnet-4-5',
      { ...high, tools: [{ type: 'function', name: 'f' }], toolChoice: { type: 'required' } },
      undefined,
      undefined,
      ['reasoning'],
    ],
  ] satisfies readonly [
    string,
    Partial<IrRequest>,
    JsonObject | undefined,
    JsonObject | undefined,
    readonly string[],
  ][])('%s %j', (model, request, thinking, output, lost) => {
    const { body, losses } = write(request, model);
    expect(body['thinking']).toEqual(thinking);
    expect(body['output_config']).toEqual(output);
    expect(losses).toEqual([...lost]);
  });

  test('is left out in a tool loop whose reasoning is not signed by Anthropic', () => {
    const call = { type: 'tool-call', callId: 'a', name: 'f', kind: 'function', arguments: '{}' } as const;
    const loop = (signature: 'anthropic-messages' | 'gemini'): readonly IrMessage[] => [
      user,
      { role: 'assistant', parts: [{ type: 'reasoning', text: 'hm', signature: { by: signature, value: 's' } }, call] },
      { role: 'user', parts: [{ type: 'tool-result', callId: 'a', kind: 'function', content: [] }] },
    ];
    expect(write({ ...high, messages: loop('gemini') }).body['thinking']).toBeUndefined();
    expect(write({ ...high, messages: loop('anthropic-messages') }).body['thinking']).toMatchObject({
      type: 'enabled',
    });
    // Adaptive thinking does not mind.
    expect(write({ ...high, messages: loop('gemini') }, 'claude-opus-4-6').body['thinking']).toBeDefined();
  });
});

describe('parameters for Anthropic', () => {
  test.each([
    [
      'claude-3-5-haiku-20241022',
      { temperature: 0.5, topP: 0.9, topK: 3 },
      { temperature: 0.5, top_p: 0.9, top_k: 3 },
      [],
    ],
    ['claude-sonnet-4-5', { temperature: 1.7 }, { temperature: 1 }, ['sampling.temperature']],
    ['claude-sonnet-4-5', { temperature: 0.5, topP: 0.9 }, { temperature: 0.5 }, ['sampling.topP']],
    ['claude-opus-4-8', { temperature: 0.5, topK: 1 }, {}, ['sampling.temperature', 'sampling.topK']],
    ['claude-opus-4-8', { temperature: 1 }, {}, []],
    ['claude-sonnet-4-5', { seed: 1, presencePenalty: 0.1 }, {}, ['sampling.presencePenalty', 'sampling.seed']],
  ])('%s samples %j', (model, sampling, written, lost) => {
    const { body, losses } = write({ sampling }, model);
    const { temperature, top_p, top_k } = body;
    expect({ temperature, top_p, top_k }).toEqual({
      temperature: undefined,
      top_p: undefined,
      top_k: undefined,
      ...written,
    });
    expect(losses).toEqual(lost);
  });

  test.each([
    ['claude-3-haiku-20240307', 4096],
    ['claude-3-5-sonnet-latest', 8192],
    ['claude-opus-4-20250514', 32_000],
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', 32_000],
    ['kimi-k2', 8192],
  ])('%s puts out %i tokens unless told otherwise', (model, tokens) => {
    expect(write({}, model).body['max_tokens']).toBe(tokens);
    expect(write({ maxOutputTokens: 5 }, model).body['max_tokens']).toBe(5);
  });

  test('a schema is told in words where the model takes none', () => {
    const format = { type: 'schema', schema: { type: 'object' } } as const;
    expect(write({ format }).body['output_config']).toMatchObject({ format: { type: 'json_schema' } });
    const { body, losses } = write({ format }, 'claude-3-5-haiku-latest');
    expect(body['output_config']).toBeUndefined();
    expect(JSON.stringify(body['system'])).toContain('JSON schema');
    expect(losses).toEqual(['format']);
  });
});
