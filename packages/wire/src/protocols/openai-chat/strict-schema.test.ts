import { expect, test } from 'bun:test';
import type { IrRequest } from '../../ir/request.ts';
import { objectAt } from '../../json/fields.ts';
import type { JsonObject, TextProtocolId } from '../../protocol.ts';
import { codecOf } from '../testing/codecs.ts';
import { named } from '../../models/testing/named.ts';

/** The schema and the strictness with which a schema that the client wants enforced reaches OpenAI. */
function enforced(schema: JsonObject, by: TextProtocolId, to: TextProtocolId): readonly unknown[] {
  const request: IrRequest = {
    by,
    model: 'm',
    stream: false,
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Go' }] }],
    tools: [{ type: 'function', name: 'f', schema, strict: true }],
    format: { type: 'schema', schema, strict: true },
  };
  const { value, losses } = codecOf(to).egress.writeRequest(request, named('gpt-5'));
  const format = objectAt(value, 'response_format') ?? objectAt(value, 'text') ?? {};
  const inner = objectAt(format, 'json_schema') ?? objectAt(format, 'format') ?? {};
  const tool = (value['tools'] as readonly JsonObject[])[0] ?? {};
  const fn = objectAt(tool, 'function') ?? tool;
  expect([fn['parameters'], fn['strict']]).toEqual([inner['schema'], inner['strict']]);
  return [inner['schema'], inner['strict'], losses.map(({ path }) => path)];
}

const city = { type: 'object', properties: { city: { type: 'string' } } } as const;

test.each(['openai-chat', 'openai-responses'] as const)('for %s others’ schemas are closed', (to) => {
  const open = { ...city, required: ['city'] };
  const closed = { ...open, additionalProperties: false };
  const deep = (inner: JsonObject): JsonObject => ({
    type: 'object',
    properties: { list: { type: 'array', items: inner }, either: { anyOf: [inner, { type: 'null' }] } },
    required: ['list', 'either'],
    additionalProperties: false,
    $defs: { inner },
  });
  expect(enforced(open, 'gemini', to)).toEqual([closed, true, []]);
  expect(enforced(deep(open), 'anthropic-messages', to)).toEqual([deep(closed), true, []]);
});

test.each(['openai-chat', 'openai-responses'] as const)('for %s what closing would change is not enforced', (to) => {
  const whole = { ...city, required: ['city'] };
  for (const schema of [city, { ...whole, additionalProperties: true }, { oneOf: [whole] }, { ...whole, not: city }]) {
    const [written, strict, losses] = enforced(schema, 'gemini', to);
    expect([written, strict]).toEqual([schema, false]);
    expect(new Set(losses as readonly string[])).toEqual(new Set(['tools[0].strict', 'format.strict']));
  }
});

test('OpenAI’s own clients know what they ask for', () => {
  expect(enforced(city, 'openai-responses', 'openai-chat')).toEqual([city, true, []]);
});
