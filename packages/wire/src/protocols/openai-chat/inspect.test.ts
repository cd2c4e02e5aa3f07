import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../protocol.ts';
import { withModel, withStreamUsage } from './edits.ts';
import { estimateInput } from './estimate.ts';
import { inspectChat } from './inspect.ts';

const limits = { maxOutputTokens: 1000, maxChoices: 8 };
const messages = [{ role: 'user', content: 'hello' }];
const chat = (more: object): ReturnType<typeof inspectChat> =>
  inspectChat('chat', { model: 'm', messages, ...more }, limits);
const param = (more: object): string | null | undefined => {
  const summary = chat(more);
  return 'invalid' in summary ? summary.param : undefined;
};

describe('inspectChat', () => {
  test('reads a plain request', () => {
    const summary = chat({ anything: { else: [1] } });
    expect(summary).toMatchObject({
      model: 'm',
      stream: false,
      maxOutputTokens: undefined,
      choices: 1,
      wantsUsage: false,
    });
  });

  test('reads caps, choices and stream options; null is absent', () => {
    const summary = chat({
      stream: true,
      max_tokens: null,
      max_completion_tokens: 50,
      n: 3,
      stream_options: { include_usage: true },
    });
    expect(summary).toMatchObject({ stream: true, maxOutputTokens: 50, choices: 3, wantsUsage: true });
    expect(chat({ max_tokens: 10, max_completion_tokens: 20 })).toMatchObject({ maxOutputTokens: 20 });
    expect(chat({ stream_options: null })).toMatchObject({ wantsUsage: false });
  });

  test('counts a completion for every prompt of a batch, and every candidate of best_of', () => {
    const completions = (more: object) => inspectChat('completions', { model: 'm', ...more }, limits);
    expect(completions({ prompt: 'x' })).toMatchObject({ choices: 1 });
    expect(completions({ prompt: ['x', 'y'], n: 2, best_of: 4 })).toMatchObject({ choices: 8 });
    expect(completions({ prompt: [1, 2, 3] })).toMatchObject({ choices: 1 });
    expect(completions({ prompt: [[1], [2]] })).toMatchObject({ choices: 2 });
    for (const prompt of [undefined, null, 3, [], {}])
      expect(completions({ prompt })).toMatchObject({ param: 'prompt' });
  });

  test('refuses wrong types and absurd numbers, and names the field', () => {
    for (const model of [undefined, '', 3, null, ['m']]) expect(param({ model })).toBe('model');
    for (const wrong of [undefined, 'x', [], {}]) expect(param({ messages: wrong })).toBe('messages');
    expect(param({ messages: [messages[0], 'x'] })).toBe('messages[1]');
    expect(param({ stream: 'yes' })).toBe('stream');
    expect(param({ stream_options: [] })).toBe('stream_options');
    expect(param({ stream_options: { include_usage: 1 } })).toBe('stream_options.include_usage');
    for (const field of ['max_tokens', 'max_completion_tokens', 'n']) {
      for (const wrong of [0, -1, 1.5, '7', true, 1e308, 1001]) expect(param({ [field]: wrong })).toBe(field);
    }
    expect(param({ n: 9 })).toBe('n');
    for (const body of [null, 3, 'x', []]) expect(inspectChat('chat', body, limits)).toMatchObject({ param: null });
    expect(inspectChat('chat', JSON.parse('{"__proto__":{"model":"m"},"messages":[{}]}'), limits)).toMatchObject({
      param: 'model',
    });
  });

  test('never throws on any JSON', () => {
    const key = fc.constantFrom(
      'model',
      'messages',
      'prompt',
      'stream',
      'stream_options',
      'n',
      'best_of',
      'max_tokens',
      'image_url',
      '__proto__',
    );
    const body = fc.oneof(fc.jsonValue(), fc.dictionary(key, fc.jsonValue()));
    fc.assert(
      fc.property(body, fc.constantFrom('chat', 'completions'), (json, operation) => {
        const summary = inspectChat(operation, json, limits);
        if (!('invalid' in summary)) expect(Number.isSafeInteger(summary.inputEstimate)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('estimateInput', () => {
  test('is above real counts of cl100k for prose, code and Chinese, and not silly', () => {
    // Text, and the number of its tokens in cl100k_base, the less thrifty of the current encodings.
    for (const [text, tokens] of [
      ['The quick brown fox jumps over the lazy dog. '.repeat(100), 1001],
      ['for (let i = 0; i < list.length; i++) { total += list[i].price; }\n'.repeat(100), 2400],
      ['今天天气很好，我们去公园散步吧。'.repeat(100), 2000],
    ] as const) {
      const estimate = estimateInput({ role: 'user', content: text });
      expect(estimate).toBeGreaterThanOrEqual(tokens);
      expect(estimate).toBeLessThan(tokens * 3);
    }
  });

  test('media have a price of their own, not that of their base64', () => {
    const data = 'A'.repeat(1_000_000);
    const part = (value: Json): number => estimateInput([{ type: 'x', ...(value as JsonObject) }]);
    expect(part({ image_url: { url: `data:image/png;base64,${data}` } })).toBeLessThan(4000);
    expect(part({ input_audio: { data, format: 'mp3' } })).toBeLessThan(10_000);
    expect(part({ file: { file_data: data } })).toBeLessThan(100_000);
    expect(estimateInput({ prompt: [1, 2, 3] })).toBeGreaterThanOrEqual(3);
  });

  test('grows with what is added', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.jsonValue(), (list, more) => {
        expect(estimateInput([...list, more] as Json)).toBeGreaterThanOrEqual(estimateInput(list as Json));
      }),
    );
  });
});

describe('edits', () => {
  const body: JsonObject = { model: 'm', stream_options: { include_usage: false, include_obfuscation: true } };

  test('return their argument when they change nothing', () => {
    expect(withModel(body, 'm')).toBe(body);
    const asked = withStreamUsage(body);
    expect(withStreamUsage(asked)).toBe(asked);
  });

  test('set the model, and ask for usage beside the other stream options', () => {
    expect(withModel(body, 'x')).toEqual({ ...body, model: 'x' });
    expect(withStreamUsage(body)).toEqual({
      model: 'm',
      stream_options: { include_usage: true, include_obfuscation: true },
    });
    for (const stream_options of [null, 'x', [1]]) {
      expect(withStreamUsage({ stream_options })).toEqual({ stream_options: { include_usage: true } });
    }
  });
});
