import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { IrEvent } from '../ir/event.ts';
import { explode } from '../ir/explode.ts';
import { promisedEvents, responses } from '../ir/testing/arbitraries.ts';
import { factsOf, watchEvents } from '../ir/watch.ts';
import { dropDuplicateKeys } from '../json/duplicates.ts';
import { isObject } from '../json/fields.ts';
import { defaultJsonLimits, readJson } from '../json/read.ts';
import { render } from '../json/render.ts';
import type {
  ErrorWords,
  Json,
  JsonObject,
  TextProtocolId,
  ResponseFacts,
  StreamProbe,
  UpstreamFailure,
} from '../protocol.ts';
import { concatBytes, decodeText, encodeText } from '../text.ts';
import { anthropicMessages } from './anthropic-messages/protocol.ts';
import { gemini } from './gemini/protocol.ts';
import { faultIn } from './testing/legal.ts';
import { cutAt, framesIn, mutated, mutatedBytes, mutatedStreams } from './testing/mutations.ts';
import type { InspectLimits } from './openai-chat/inspect.ts';
import { chatEgress } from './openai-chat/egress.ts';
import { openaiChat } from './openai-chat/protocol.ts';
import { openaiResponses } from './openai-responses/protocol.ts';
import { breachOf } from './testing/promises.ts';
import { type Codec, codecOf, codecs, contextFor, eventsOf, eventsOfBytes, targetModels } from './testing/codecs.ts';
import { named } from '../models/testing/named.ts';

/** `FUZZ_RUNS=100` tries a hundred times as much; together with `FAST_CHECK_SEED=random` it explores. */
const factor = Number(process.env['FUZZ_RUNS'] ?? 1);
const runs = (count: number): { readonly numRuns: number } => ({ numRuns: count * factor });
/** A law takes its time when it explores. */
function law(name: string, body: () => void): void {
  test(name, body, 10_000 * Math.max(1, factor));
}

const words: ErrorWords = { status: 502, code: 'upstream_error', type: 'server_error', message: 'broken', param: null };

/** What the passthrough does with JSON and bytes. */
type Passthrough = {
  readonly id: TextProtocolId;
  inspect(operation: 'chat', json: unknown, limits: InspectLimits): unknown;
  withModel(json: JsonObject, model: string): JsonObject;
  withStreamUsage(json: JsonObject): JsonObject;
  probe(options: { readonly hideUsage: boolean; readonly maxFrameBytes?: number }): StreamProbe;
  readResponse(json: unknown): ResponseFacts;
  readError(status: number, body: string): UpstreamFailure;
};

const passthroughs: readonly Passthrough[] = [openaiChat, openaiResponses, anthropicMessages, gemini];

function fixtures(protocol: TextProtocolId, file: string): readonly string[] {
  const folder = path.join(import.meta.dirname, protocol, 'fixtures');
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readFileSync(path.join(folder, name, file), 'utf8')];
    } catch {
      return [];
    }
  });
}

/**
 * What every client is told of these events must be legal. What is broken in an own block of `from` is its own business:
 * such a block goes to a client of that protocol as it came.
 */
function expectLegal(events: readonly IrEvent[], broken: boolean, from?: TextProtocolId): void {
  for (const [to, codec] of codecs) {
    const text = tell(codec, events, broken);
    if (to !== from) expect(`${to}: ${faultOf(to, text)}`).toBe(`${to}: undefined`);
  }
}

function faultOf(to: TextProtocolId, text: string): string | undefined {
  return to === 'bedrock-converse' ? undefined : faultIn[to](text);
}

function tell(codec: Codec, events: readonly IrEvent[], broken: boolean, context = contextFor()): string {
  const writer = codec.ingress.writeEvents(context);
  let text = events.map((event) => writer.write(event)).join('');
  if (broken) text += writer.fail(words);
  return text;
}

const isWhole = (events: readonly IrEvent[]): boolean => events.at(-1)?.type === 'response-end';

const arbitraryJson = fc.jsonValue() as fc.Arbitrary<Json>;

describe('any promised events are written legally', () => {
  law('what a tracker lets through', () => {
    fc.assert(
      fc.property(promisedEvents, (events) => {
        expect(breachOf(events, false)).toBeUndefined();
        expectLegal(events, !isWhole(events));
      }),
      runs(200),
    );
  });

  law('to clients with tools of free text, of legacy completions, and of JSON arrays', () => {
    const tools = ['f', 'grep'].map((name) => ({ type: 'custom', name }) as const);
    const free = contextFor({ by: 'openai-responses', model: 'm', messages: [], stream: true, tools });
    fc.assert(
      fc.property(promisedEvents, (events) => {
        const broken = !isWhole(events);
        expect(faultOf('openai-responses', tell(codecOf('openai-responses'), events, broken, free))).toBeUndefined();
        for (const codec of codecs.values()) tell(codec, events, broken, { ...contextFor(), operation: 'completions' });
        const array = tell(codecOf('gemini'), events, broken, { ...contextFor(), framing: 'json-array' });
        if (events.length > 0) expect(JSON.parse(array)).toBeArray();
      }),
      runs(100),
    );
  });

  law('whole answers, as streams', () => {
    fc.assert(
      fc.property(responses, (response) => expectLegal(explode(response), false)),
      runs(150),
    );
  });
});

for (const passthrough of passthroughs) {
  const protocol: TextProtocolId = passthrough.id;
  const codec = codecs.get(protocol);
  if (!codec) throw new Error(`no codec for ${protocol}`);
  const { ingress, egress } = codec;
  const streams = fixtures(protocol, 'stream.sse');
  const requests = fixtures(protocol, 'request.json');
  const answers = fixtures(protocol, 'response.json');
  const errors = fixtures(protocol, 'error.json').map((text) =>
    JSON.stringify((JSON.parse(text) as { readonly body: Json }).body),
  );

  describe(`garbage at ${protocol}`, () => {
    law('goldens are legal, whoever they are written for', () => {
      for (const text of streams) {
        const events = eventsOf(egress, text);
        expectLegal(events, !isWhole(events));
      }
    });

    law('requests', () => {
      fc.assert(
        fc.property(
          fc.oneof({ arbitrary: mutated(requests), weight: 9 }, { arbitrary: arbitraryJson, weight: 1 }),
          (json) => {
            passthrough.inspect('chat', json, { maxOutputTokens: 1e6, maxChoices: 8 });
            if (!isObject(json)) return;
            for (const edited of [passthrough.withModel(json, 'other'), passthrough.withStreamUsage(json)]) {
              const bytes = render(encodeText(JSON.stringify(json)), json, edited);
              expect(readJson(bytes, { ...defaultJsonLimits, maxDepth: 1000 })).toHaveProperty('json');
            }
            const read = ingress.readRequest(json, { operation: 'chat', model: 'm' });
            if ('invalid' in read) return;
            for (const [to, target] of codecs) {
              const { value } = target.egress.writeRequest(read.value, named(targetModels[to]));
              const written = JSON.parse(JSON.stringify(value)) as Json;
              expect(isObject(written)).toBe(true);
            }
          },
        ),
        runs(200),
      );
      expectUnpolluted();
    });

    law('whole answers', () => {
      fc.assert(
        fc.property(
          fc.oneof({ arbitrary: mutated(answers), weight: 9 }, { arbitrary: arbitraryJson, weight: 1 }),
          (json) => {
            passthrough.readResponse(json);
            const answer = egress.readResponse(json, { requestId: 'r' });
            if ('failure' in answer) return;
            factsOf(answer);
            for (const target of codecs.values()) {
              const written = target.ingress.writeResponse(answer, contextFor());
              expect(isObject(JSON.parse(JSON.stringify(written.value)))).toBe(true);
            }
            const events = explode(answer);
            expect(breachOf(events)).toBeUndefined();
            expectLegal(events, false, protocol);
          },
        ),
        runs(150),
      );
      expectUnpolluted();
    });

    law('streams keep the promises, and what is made of them is legal', () => {
      fc.assert(
        fc.property(mutatedStreams(streams), (text) => {
          const events = eventsOf(egress, text);
          expect(breachOf(events)).toBeUndefined();
          expectLegal(events, !isWhole(events), protocol);
          const watch = watchEvents();
          for (const event of events) watch.see(event);
          expect(watch.outputEstimate).toBeGreaterThanOrEqual(0);
        }),
        runs(200),
      );
      expectUnpolluted();
    });

    law('bytes: cut anywhere they mean the same, to the reader and to the probe', () => {
      fc.assert(
        fc.property(mutatedBytes(mutatedStreams(streams)), fc.array(fc.nat(), { maxLength: 8 }), (bytes, cuts) => {
          const whole = eventsOfBytes(egress, [bytes]);
          expect(breachOf(whole)).toBeUndefined();
          const ones = bytes.length < 2000 ? Array.from(bytes, (byte) => Uint8Array.of(byte)) : [bytes];
          for (const chunks of [cutAt(bytes, cuts), ones]) {
            expect(eventsOfBytes(egress, chunks)).toEqual([...whole]);
            expect(probed(passthrough, chunks)).toEqual(probed(passthrough, [bytes]));
          }
        }),
        runs(60),
      );
    });

    law('errors', () => {
      const texts = errors.length > 0 ? errors : ['{"error":{"message":"x"}}'];
      fc.assert(
        fc.property(
          fc.oneof(
            mutated(texts).map((json) => JSON.stringify(json)),
            fc.constantFrom(...texts),
            fc.string(),
          ),
          fc.nat(),
          fc.constantFrom(400, 401, 429, 500, 503, 200),
          (text, cut, status) => {
            for (const body of [text, text.slice(0, cut % (text.length + 1))]) {
              expect(typeof passthrough.readError(status, body).message).toBe('string');
              const failure = egress.readError(status, body);
              expect(failure.message.length).toBeLessThanOrEqual(10_000);
              expect(JSON.stringify(failure)).toBeString();
            }
          },
        ),
        runs(200),
      );
    });
  });
}

/** What a probe saw, and what it let through. */
function probed(passthrough: Passthrough, chunks: readonly Uint8Array[]): unknown {
  const probe: StreamProbe = passthrough.probe({ hideUsage: true });
  const out: Uint8Array[] = [];
  for (const chunk of chunks) {
    const passed = probe.push(chunk);
    if (passed) out.push(passed);
  }
  const rest = probe.end();
  if (rest) out.push(rest);
  const { meaningful, finished, finishReason, usage, error, outputEstimate } = probe;
  // Whether a byte order mark without anything behind it goes on is nobody's business.
  const text = decodeText(concatBytes(out)).replace(/^\ufeff\s*$/, '');
  return { out: text, meaningful, finished, finishReason, usage, error, outputEstimate };
}

function expectUnpolluted(): void {
  const blank: Record<string, unknown> = {};
  expect(blank['polluted']).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
}

/** Without negative zeros, which JSON writes as zeros. */
const plain = (json: Json): Json => JSON.parse(JSON.stringify(json)) as Json;
const parsed = (bytes: Uint8Array): Json => plain(JSON.parse(decodeText(bytes)) as Json);

describe('JSON', () => {
  const texts = passthroughs.flatMap(({ id }) => fixtures(id, 'request.json'));

  law('read, cleaned of duplicates and rendered, whatever it is', () => {
    const damaged = mutatedBytes(
      fc.oneof(
        mutated(texts).map((json) => JSON.stringify(json)),
        fc.json(),
      ),
    );
    fc.assert(
      fc.property(damaged, mutated(texts), (bytes, other) => {
        const read = readJson(bytes);
        if ('failure' in read) return;
        const clean = dropDuplicateKeys(bytes);
        const { json } = read;
        expect(readJson(clean)).toEqual({ json, duplicateKeys: false });
        if (!isObject(json) || !isObject(other)) return;
        expect(parsed(render(bytes, json, other))).toEqual(plain(other));
        const [key = ''] = Object.keys(other);
        const mixed = { ...json, [key]: other[key] ?? null };
        expect(parsed(render(bytes, json, mixed))).toEqual(plain(mixed));
      }),
      runs(150),
    );
  });

  law('twice the same key, at the front, in between and in escapes', () => {
    const key = fc.constantFrom('"a"', '"\\u0061"', '"b"', '"__proto__"', '"\\u005f_proto__"', '""');
    const value = fc.constantFrom('1', '"x,}"', '[{"a":1}]', '{"a":{"a":2}}', 'null');
    const space = fc.constantFrom('', ' ', '\n\t');
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value, space), { maxLength: 6 }), (members) => {
        const text = `{${members.map(([k, v, s]) => `${s}${k}${s}:${v}${s}`).join(',')}}`;
        const bytes = encodeText(text);
        const clean = decodeText(dropDuplicateKeys(bytes));
        expect(JSON.parse(clean)).toEqual(JSON.parse(text));
        expect(readJson(encodeText(clean))).toHaveProperty('duplicateKeys', false);
      }),
      runs(150),
    );
  });
});

describe('found by exploring', () => {
  const chunk = (choice: JsonObject): string =>
    `data: ${JSON.stringify({ id: 'a', model: 'm', choices: [choice] })}\n\n`;

  test('an index that is no whole number is not believed', () => {
    for (const index of [-1, 1.5, 1e300, '0', null]) {
      const text = chunk({ index, delta: { content: 'x' }, finish_reason: 'stop' });
      const starts = eventsOf(chatEgress, text).flatMap((event) => ('choice' in event ? [event.choice] : []));
      expect(starts).toEqual([0, 0]);
    }
  });

  test('two choices of one index are two choices', () => {
    const choice = { index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' };
    const answer = chatEgress.readResponse({ id: 'a', choices: [choice, choice] }, { requestId: 'r' });
    expect('failure' in answer ? [] : answer.choices.map(({ index }) => index)).toEqual([0, 1]);
  });

  test('a text that is not closed is not looked for in the next frame', () => {
    const broken = 'data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"abc\n\n';
    const next = 'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"abcdefgh"}}\n\n';
    const whole = probed(anthropicMessages, [encodeText(broken + next)]);
    expect(whole).toEqual(probed(anthropicMessages, [encodeText(broken), encodeText(next)]));
    expect(whole).toHaveProperty('outputEstimate', 2);
  });

  test('members called like the parts of every object are members', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const schema = `{"type":"object","properties":{"${name}":{"type":"string"}},"required":["${name}"]}`;
      const json = JSON.parse(
        `{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":${schema}}}]}`,
      ) as JsonObject;
      const read = codecOf('openai-chat').ingress.readRequest(json, { operation: 'chat' });
      if ('invalid' in read) throw new Error(read.invalid);
      for (const [to, { egress }] of codecs) {
        const written = JSON.stringify(egress.writeRequest(read.value, named(targetModels[to])).value);
        expect(written).toContain(`"${name}":{"type":"`);
      }
    }
  });
});

test('every fixture has frames', () => {
  for (const { id } of passthroughs) expect(framesIn(fixtures(id, 'stream.sse')).length).toBeGreaterThan(10);
});
