import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assemble } from '../ir/assemble.ts';
import { explode } from '../ir/explode.ts';
import type { Part, Signature } from '../ir/part.ts';
import { finishReasons, type IrResponse } from '../ir/response.ts';
import { isList, isObject } from '../json/fields.ts';
import type { Json, JsonObject, TextProtocolId } from '../protocol.ts';
import { breachOf } from './testing/promises.ts';
import {
  codecOf,
  codecs,
  contextFor,
  eventsOf,
  eventsOfBytes,
  signingModels,
  streamBytes,
  targetModels,
  upstreams,
} from './testing/codecs.ts';
import { named } from '../models/testing/named.ts';

/** Fixtures of a kind, of one protocol, as text. */
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

/** The JSON with the value at some place replaced: `steps` choose the way down. */
function mutate(json: Json, steps: readonly number[], value: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (isList(json)) {
    if (json.length === 0) return value;
    const at = step % json.length;
    return json.map((item, i) => (i === at ? mutate(item, rest, value) : item));
  }
  if (!isObject(json)) return value;
  const keys = Object.keys(json);
  const key = keys[step % Math.max(keys.length, 1)];
  if (key === undefined) return value;
  return { ...json, [key]: mutate(json[key] ?? null, rest, value) };
}

/** Real inputs with something wrong in them, somewhere. */
function broken(texts: readonly string[]): fc.Arbitrary<Json> {
  const inputs = texts.map((text) => JSON.parse(text) as Json);
  const steps = fc.array(fc.nat(30), { minLength: 1, maxLength: 7 });
  const strange = fc.oneof(
    fc.jsonValue() as fc.Arbitrary<Json>,
    fc.constantFrom<Json>(null, '', 0, -1, true, [], {}, [null], 'x'),
  );
  return fc.tuple(fc.constantFrom(...inputs), steps, strange).map(([json, way, value]) => mutate(json, way, value));
}

/** Streams of fixtures with the data of some event replaced. */
function brokenStreams(texts: readonly string[]): fc.Arbitrary<string> {
  const frames = texts.flatMap((text) => text.split('\n\n').filter((frame) => /^data: \{/m.test(frame)));
  const strange = fc.constantFrom(...frames).chain((frame) => {
    const data = frame.indexOf('data: ') + 'data: '.length;
    return broken([frame.slice(data)]).map((json) => frame.slice(0, data) + JSON.stringify(json));
  });
  const frame = fc.oneof(fc.constantFrom(...frames), fc.constantFrom(...frames), strange);
  return fc.array(frame, { maxLength: 12 }).map((list) => `${list.join('\n\n')}\n\n`);
}

for (const [protocol, { ingress, egress }] of codecs) {
  describe(`laws of ${protocol} clients`, () => {
    const requests = fixtures(protocol, 'request.json');

    test('no request makes a reader or a writer throw', () => {
      fc.assert(
        fc.property(fc.oneof(broken(requests), fc.jsonValue() as fc.Arbitrary<Json>), (json) => {
          if (!isObject(json)) return;
          const read = ingress.readRequest(json, { operation: 'chat', model: 'm' });
          if ('invalid' in read) return;
          for (const [to, target] of upstreams) {
            const written = target.writeRequest(read.value, named(targetModels[to]));
            expect(JSON.stringify(written.value)).toBeString();
          }
        }),
        { numRuns: 300 },
      );
    });

    test('an answer reads the same whole and streamed', () => {
      fc.assert(
        fc.property(plainAnswers, (answer) => {
          const whole = egress.readResponse(ingress.writeResponse(answer, contextFor()).value, { requestId: 'r' });
          const writer = ingress.writeEvents(contextFor());
          const text = explode(answer)
            .map((event) => writer.write(event))
            .join('');
          const streamed = assemble(eventsOf(egress, text));
          if ('failure' in whole) throw new Error(whole.failure.message);
          expect(streamed.choices).toEqual([...whole.choices]);
          expect(streamed.usage).toEqual(whole.usage);
        }),
      );
    });

    test('what is unknown in a request is a loss everywhere else', () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...requests),
          fc.stringMatching(/^x_[a-z]{3}$/),
          fc.integer(),
          (text, key, value) => {
            const json = { ...(JSON.parse(text) as JsonObject), [key]: value };
            const read = ingress.readRequest(json, { operation: 'chat', model: 'm' });
            if ('invalid' in read) throw new Error(read.invalid);
            for (const [to, target] of upstreams) {
              if (to === protocol) continue;
              const { losses } = target.writeRequest(read.value, named(targetModels[to]));
              expect([...read.losses, ...losses].map((loss) => loss.path)).toContain(key);
            }
          },
        ),
        { numRuns: 50 },
      );
    });
  });
}

for (const [protocol, egress] of upstreams) {
  describe(`laws of ${protocol} upstreams`, () => {
    const responses = fixtures(protocol, 'response.json');
    const streams = fixtures(protocol, 'stream.sse');

    test('no answer makes a reader or a writer throw', () => {
      fc.assert(
        fc.property(fc.oneof(broken(responses), fc.jsonValue() as fc.Arbitrary<Json>), (json) => {
          const answer = egress.readResponse(json, { requestId: 'r' });
          if ('failure' in answer) return;
          for (const codec of codecs.values()) codec.ingress.writeResponse(answer, contextFor());
        }),
        { numRuns: 300 },
      );
    });

    test('whatever a stream says, its events keep the promises, and every writer takes them', () => {
      fc.assert(
        fc.property(brokenStreams(streams), (text) => {
          const events = eventsOf(egress, text);
          expect(breachOf(events)).toBeUndefined();
          for (const codec of codecs.values()) {
            const writer = codec.ingress.writeEvents(contextFor());
            for (const event of events) writer.write(event);
          }
        }),
        { numRuns: 300 },
      );
    });

    test('where a stream is cut changes nothing', () => {
      for (const text of streams) {
        const bytes = streamBytes(egress, text);
        const whole = eventsOf(egress, text);
        expect(breachOf(whole)).toBeUndefined();
        fc.assert(
          fc.property(fc.array(fc.nat(bytes.length), { maxLength: 10 }), (cuts) => {
            const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
            const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i] ?? 0, end));
            expect(eventsOfBytes(egress, chunks)).toEqual([...whole]);
          }),
          { numRuns: 30 },
        );
      }
    });

    test('a stream cut short has no end, and keeps the promises so far', () => {
      for (const text of streams) {
        const lines = text.split('\n\n');
        for (let count = 1; count < lines.length; count++) {
          const events = eventsOf(egress, `${lines.slice(0, count).join('\n\n')}\n\n`);
          expect(breachOf(events, false)).toBeUndefined();
        }
      }
    });
  });
}

const plainParts: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: fc.string({ minLength: 1 }) }),
  fc.record({
    type: fc.constant('tool-call' as const),
    callId: fc.stringMatching(/^call_[a-z0-9]{1,8}$/),
    name: fc.stringMatching(/^[a-z]{1,8}$/),
    kind: fc.constant('function' as const),
    arguments: fc.dictionary(fc.string(), fc.jsonValue()).map((object) => JSON.stringify(object)),
  }),
);

/** Answers that every protocol can say: at most one thought, one text, then calls of different ids. */
const plainAnswers: fc.Arbitrary<IrResponse> = fc
  .record({
    thought: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
    text: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
    calls: fc.uniqueArray(plainParts, {
      maxLength: 3,
      selector: (part) => (part.type === 'tool-call' ? part.callId : part.type),
    }),
    reason: fc.constantFrom(...finishReasons),
    usage: fc.record({ inputText: fc.integer({ min: 1, max: 1000 }), outputText: fc.nat(1000) }),
  })
  .map(({ thought, text, calls, reason, usage }) => ({
    id: 'a',
    model: 'm',
    choices: [
      {
        index: 0,
        parts: [
          ...(thought === undefined ? [] : [{ type: 'reasoning', text: thought } as const]),
          ...(text === undefined ? [] : [{ type: 'text', text } as const]),
          ...calls.filter((part) => part.type === 'tool-call'),
        ],
        finish: { reason },
      },
    ],
    usage,
  }));

describe('signatures', () => {
  const value = fc.stringMatching(/^[A-Za-z0-9+/=_.-]{1,60}$/);
  for (const [client, { ingress, continued }] of codecs) {
    for (const upstream of upstreams.keys()) {
      test(`a ${upstream} signature comes back from a ${client} client, to its issuer alone`, () => {
        fc.assert(
          fc.property(value, (text) => {
            const answer = signedAnswer({ by: upstream, value: signValue(upstream, text) });
            const body = ingress.writeResponse(answer, contextFor()).value;
            const read = ingress.readRequest(continued(body), { operation: 'chat', model: 'm' });
            if ('invalid' in read) throw new Error(read.invalid);
            for (const [to, target] of upstreams) {
              const sent = JSON.stringify(target.writeRequest(read.value, named(signingModels[to])).value);
              const carries = sent.includes(JSON.stringify(text).slice(1, -1)) && !sent.includes('tollgate-seal');
              // A text of a letter or two stands in any request.
              if (to === upstream || text.length > 12) expect(carries).toBe(to === upstream);
            }
          }),
          { numRuns: 50 },
        );
      });
    }
  }

  function signedAnswer(signature: Signature): IrResponse {
    const parts: readonly Part[] = [
      { type: 'reasoning', text: 'I thought.', signature },
      { type: 'tool-call', callId: 'call_1', name: 'now', kind: 'function', arguments: '{}' },
    ];
    return { id: 'a', model: 'm', choices: [{ index: 0, parts, finish: { reason: 'tool-calls' } }] };
  }

  /** OpenRouter's signatures are details without their text. */
  function signValue(by: TextProtocolId, text: string): string {
    return by === 'openai-chat' ? JSON.stringify({ type: 'reasoning.text', signature: text }) : text;
  }
});

test('the codecs understand their own protocol', () => {
  for (const protocol of codecs.keys()) {
    expect(codecOf(protocol).ingress.protocol).toBe(protocol);
  }
  for (const [protocol, egress] of upstreams) expect(egress.protocol).toBe(protocol);
});
