import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { parseExact, parseJson } from '../json/exact.ts';
import { isObject } from '../json/fields.ts';
import { readJson } from '../json/read.ts';
import { render } from '../json/render.ts';
import { setAt } from '../json/path.ts';
import type { Json, JsonObject, TextProtocolId } from '../protocol.ts';
import { decodeText, encodeText } from '../text.ts';
import { inspectMessages } from './anthropic-messages/inspect.ts';
import { inspectGemini } from './gemini/inspect.ts';
import { inspectChat } from './openai-chat/inspect.ts';
import { inspectResponses } from './openai-responses/inspect.ts';
import { codecOf, codecs, contextFor, eventsOf, targetModels } from './testing/codecs.ts';
import { named } from '../models/testing/named.ts';

/** Whole numbers beyond 2^53 come out with the digits they went in with, wherever a value is carried through. */
const ID = '12345678901234567890';
const MAX = '9223372036854775807';

const args = `{"id":${ID},"in":[-${ID}]}`;
const schema = `{"type":"object","properties":{"id":{"type":"integer","maximum":${MAX},"description":"d"}}}`;
/** Arguments as a text within JSON. */
const quoted = JSON.stringify(args);

const requests: ReadonlyMap<TextProtocolId, string> = new Map([
  [
    'openai-chat',
    `{"model":"m","seed":${ID},"tools":[{"type":"function","function":{"name":"f","parameters":${schema}}}],"messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":${quoted}}}]},{"role":"tool","tool_call_id":"c1","content":"y"}]}`,
  ],
  [
    'openai-responses',
    `{"model":"m","tools":[{"type":"function","name":"f","parameters":${schema}}],"input":[{"role":"user","content":"x"},{"type":"function_call","call_id":"c1","name":"f","arguments":${quoted}},{"type":"function_call_output","call_id":"c1","output":"y"}]}`,
  ],
  [
    'anthropic-messages',
    `{"model":"m","max_tokens":9,"tools":[{"name":"f","input_schema":${schema}}],"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"f","input":${args}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"y"}]}]}`,
  ],
  [
    'gemini',
    `{"generationConfig":{"seed":${ID}},"tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":${schema}}]}],"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"functionCall":{"id":"c1","name":"f","args":${args}}}]},{"role":"user","parts":[{"functionResponse":{"id":"c1","name":"f","response":{"output":"y"}}}]}]}`,
  ],
  [
    'gemini-interactions',
    `{"model":"m","generation_config":{"seed":${ID}},"tools":[{"type":"function","name":"f","parameters":${schema}}],"input":[{"type":"user_input","content":[{"type":"text","text":"x"}]},{"type":"function_call","id":"c1","name":"f","arguments":${args}},{"type":"function_result","call_id":"c1","result":"y"}]}`,
  ],
]);

const answers: ReadonlyMap<TextProtocolId, string> = new Map([
  [
    'openai-chat',
    `{"id":"a","model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":${quoted}}}]}}]}`,
  ],
  [
    'openai-responses',
    `{"id":"a","model":"m","status":"completed","output":[{"type":"function_call","id":"fc1","call_id":"c1","name":"f","arguments":${quoted}}]}`,
  ],
  [
    'anthropic-messages',
    `{"id":"a","type":"message","role":"assistant","model":"m","stop_reason":"tool_use","content":[{"type":"tool_use","id":"c1","name":"f","input":${args}}],"usage":{"input_tokens":1,"output_tokens":1}}`,
  ],
  [
    'gemini',
    `{"responseId":"a","modelVersion":"m","candidates":[{"index":0,"finishReason":"STOP","content":{"role":"model","parts":[{"functionCall":{"id":"c1","name":"f","args":${args}}}]}}]}`,
  ],
  [
    'gemini-interactions',
    `{"id":"a","model":"m","status":"requires_action","steps":[{"type":"function_call","id":"c1","name":"f","arguments":${args}}]}`,
  ],
]);

const streams: ReadonlyMap<TextProtocolId, string> = new Map([
  [
    'openai-chat',
    `data: {"id":"a","model":"m","choices":[{"index":0,"finish_reason":"tool_calls","delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":${quoted}}}]}}]}\n\ndata: [DONE]\n\n`,
  ],
  [
    'openai-responses',
    `data: {"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","id":"fc1","call_id":"c1","name":"f","arguments":${quoted}}}\n\ndata: {"type":"response.completed","response":{"id":"a","status":"completed","output":[]}}\n\n`,
  ],
  [
    'anthropic-messages',
    // The input comes whole with the start, as some vendors send it.
    `data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"c1","name":"f","input":${args}}}\n\ndata: {"type":"content_block_stop","index":0}\n\ndata: {"type":"message_stop"}\n\n`,
  ],
  ['gemini', `data: ${answers.get('gemini') ?? ''}\n\n`],
  [
    'gemini-interactions',
    `data: {"event_type":"step.start","index":0,"step":{"type":"function_call","id":"c1","name":"f","arguments":${args}}}\n\ndata: {"event_type":"step.stop","index":0}\n\ndata: {"event_type":"interaction.completed","interaction":{"id":"a","status":"requires_action"}}\n\n`,
  ],
]);

function sourceOf(texts: ReadonlyMap<TextProtocolId, string>, protocol: TextProtocolId): string {
  const text = texts.get(protocol);
  if (text === undefined) throw new Error(`nothing of ${protocol}`);
  return text;
}

function readObject(text: string): JsonObject {
  const read = readJson(encodeText(text));
  if ('failure' in read || !isObject(read.json)) throw new Error('no JSON object');
  return read.json;
}

/** Backslashes gone, so that arguments look the same as an object and as a text. */
const flat = (text: string): string => text.replaceAll('\\', '');

for (const from of codecs.keys()) {
  for (const to of codecs.keys()) {
    if (to === from) continue;
    describe(`big numbers from ${from} to ${to}`, () => {
      test('in a request', () => {
        const read = codecOf(from).ingress.readRequest(readObject(sourceOf(requests, from)), {
          operation: 'chat',
          model: 'm',
        });
        if ('invalid' in read) throw new Error(read.invalid);
        const written = flat(
          JSON.stringify(codecOf(to).egress.writeRequest(read.value, named(targetModels[to])).value),
        );
        expect(written).toContain(args);
        expect(written).toContain(MAX);
        const seeded = from === 'openai-chat' || from === 'gemini';
        if (seeded && (to === 'openai-chat' || to === 'gemini')) expect(written).toContain(`"seed":${ID}`);
      });

      test('in a whole answer', () => {
        const answer = codecOf(from).egress.readResponse(parseJson(sourceOf(answers, from)) ?? null, {
          requestId: 'r',
        });
        if ('failure' in answer) throw new Error(answer.failure.message);
        expect(flat(JSON.stringify(codecOf(to).ingress.writeResponse(answer, contextFor()).value))).toContain(args);
      });

      test('in a stream', () => {
        const writer = codecOf(to).ingress.writeEvents(contextFor());
        const events = eventsOf(codecOf(from).egress, sourceOf(streams, from));
        expect(flat(events.map((event) => writer.write(event)).join(''))).toContain(args);
      });
    });
  }
}

describe('a big number where a number is reckoned with', () => {
  const limits = { maxOutputTokens: 1_000_000, maxChoices: 8 };
  const messages = '"messages":[{"role":"user","content":"x"}]';

  test('is refused by the inspection', () => {
    const bodies = [
      inspectChat('chat', readObject(`{"model":"m",${messages},"max_tokens":${ID}}`), limits),
      inspectChat('chat', readObject(`{"model":"m",${messages},"n":${ID}}`), limits),
      inspectResponses('chat', readObject(`{"model":"m","input":"x","max_output_tokens":${ID}}`), limits),
      inspectMessages('chat', readObject(`{"model":"m",${messages},"max_tokens":${ID}}`), limits),
      inspectGemini(
        'chat',
        readObject(`{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":${ID}}}`),
        limits,
        { model: 'm', stream: false },
      ),
      inspectChat('chat', readJsonOf(ID), limits),
    ];
    for (const seen of bodies) expect(seen).toHaveProperty('invalid');
  });

  test('is read rounded', () => {
    const read = codecOf('openai-chat').ingress.readRequest(
      readObject(
        `{"model":"m",${messages},"max_tokens":${ID},"temperature":${ID},"metadata":${ID},"response_format":${ID}}`,
      ),
      { operation: 'chat' },
    );
    if ('invalid' in read) throw new Error(read.invalid);
    expect(read.value.maxOutputTokens).toBe(Number(ID));
    expect(read.value.sampling?.temperature).toBe(Number(ID));
    expect(read.value.metadata).toBeUndefined();
    expect(read.value.format).toBeUndefined();
  });

  test('is no object to edits and to the writer of bodies', () => {
    const text = `{"a": ${ID}, "b": {"c": ${ID}}}`;
    const json = readObject(text);
    expect(setAt(json, 'a.x', 1)).toBe(json);
    const edited = setAt(json, 'b.d', readJsonOf(`1${ID}`));
    expect(decodeText(render(encodeText(text), json, edited))).toBe(`{"a": ${ID}, "b": {"c": ${ID},"d":1${ID}}}`);
    expect(setAt(json, 'a', readJsonOf(ID))).toBe(json);
    const replaced = setAt(json, 'a', readJsonOf(`1${ID}`));
    expect(decodeText(render(encodeText(text), json, replaced))).toBe(`{"a": 1${ID}, "b": {"c": ${ID}}}`);
  });

  test('bounds that are stepped over keep their digits', () => {
    const tools = `"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"integer","exclusiveMaximum":${MAX}},"b":{"enum":[${MAX}]}}}}}]`;
    const read = codecOf('openai-chat').ingress.readRequest(readObject(`{"model":"m",${messages},${tools}}`), {
      operation: 'chat',
    });
    if ('invalid' in read) throw new Error(read.invalid);
    const written = JSON.stringify(codecOf('gemini').egress.writeRequest(read.value, named('gemini-2.5-pro')).value);
    expect(written).toMatch(/9223372036854775806|exclusiveMaximum":9223372036854775807/);
    expect(written).toContain(MAX);
  });

  function readJsonOf(text: string): Json {
    return parseJson(text) ?? null;
  }
});

describe('parseExact', () => {
  test('keeps the digits of every big number, wherever it stands', () => {
    const number = fc.constantFrom(
      ID,
      MAX,
      `-${ID}`,
      '9007199254740993',
      '1234567890123456',
      '12345678901234567890.5',
      '1e300',
      '1',
    );
    const key = fc.constantFrom('a', 'b', '__proto__', '0', 'q"uote', `x ${ID}`, '\\');
    const { json } = fc.letrec<{ json: string }>((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        number,
        key.map((text) => JSON.stringify(text)),
        fc
          .uniqueArray(fc.tuple(key, tie('json')), { selector: ([name]) => name, maxLength: 4 })
          .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
        fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
      ),
    }));
    fc.assert(
      fc.property(json, (text) => {
        // What JSON writes otherwise than it stood: fractions, and exponents.
        const expected = text
          .replaceAll('12345678901234567890.5', '12345678901234567000')
          .replaceAll('1e300', '1e+300');
        const order = (value: string): unknown =>
          JSON.parse(value.replaceAll(/(?<=[[:,]|^)(-?\d{16,})(?=[\]},]|$)/g, '"$1"'));
        expect(order(JSON.stringify(parseExact(text)))).toEqual(order(expected));
      }),
    );
  });

  test('of two members of one name the last counts', () => {
    expect(JSON.stringify(parseExact(`{"a":${ID},"a":1}`))).toBe('{"a":1}');
    expect(JSON.stringify(parseExact(`{"a":{"b":${ID}},"a":{"b":${MAX}}}`))).toBe(`{"a":{"b":${MAX}}}`);
    expect(JSON.stringify(parseExact(`{"a":[${ID}],"a":"x"}`))).toBe('{"a":"x"}');
    expect(JSON.stringify(parseExact(` ${ID} `))).toBe(ID);
  });
});

describe('parseJson', () => {
  test('is undefined for what is no JSON, or nested so deep that nobody could walk over it', () => {
    expect(parseJson('{')).toBeUndefined();
    expect(parseJson('null')).toBeNull();
    expect(parseJson(`${'['.repeat(400)}${']'.repeat(400)}`)).toBeArray();
    expect(parseJson(`${'['.repeat(600)}${']'.repeat(600)}`)).toBeUndefined();
    expect(parseJson(`${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`)).toBeUndefined();
    const brackets = JSON.stringify({ a: `${'['.repeat(2000)}\\"${'['.repeat(2000)}` });
    expect(parseJson(brackets)).toEqual(JSON.parse(brackets) as Json);
  });

  for (const [protocol, { egress }] of codecs) {
    test(`a stream of ${protocol} with such a frame goes on`, () => {
      const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
      const text = sourceOf(streams, protocol).replaceAll(quoted, deep).replaceAll(args, deep);
      expect(() => eventsOf(egress, text + sourceOf(streams, protocol))).not.toThrow();
      expect(() => egress.readError(400, `{"error":{"message":${deep}}}`)).not.toThrow();
    });
  }
});
