import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../protocol.ts';
import { messagesCounting } from './anthropic-messages/counting.ts';
import { geminiCounting } from './gemini/counting.ts';
import { responsesCounting } from './openai-responses/counting.ts';

const all = { messagesCounting, geminiCounting, responsesCounting };

describe.each(Object.entries(all))('%s', (_, counting) => {
  test('reads what it writes, and takes nothing else for a count', () => {
    fc.assert(
      fc.property(fc.nat(), (tokens) => {
        expect(counting.readCount(counting.writeCount(tokens))).toBe(tokens);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const count = counting.readCount(json as Json);
        expect(count === undefined || Number.isSafeInteger(count)).toBe(true);
      }),
    );
    for (const odd of [-1, 1.5, '7', null, 1e300])
      expect(counting.readCount({ input_tokens: odd, totalTokens: odd })).toBeUndefined();
  });

  test('finds the request again that it asks about', () => {
    const request: JsonObject = { model: 'm', system: 's', contents: [], messages: [], input: 'x', tools: [] };
    const asked = counting.requestIn(counting.writeQuestion(request, 'm'));
    for (const key of ['tools', 'model']) expect(asked).toHaveProperty(key);
    for (const key of ['max_tokens', 'stream', 'max_output_tokens'])
      expect(counting.writeQuestion({ ...request, [key]: 1 }, 'm')).not.toHaveProperty(key);
  });
});
