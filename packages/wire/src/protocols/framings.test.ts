import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Frame, readFrames } from '../json/sse.ts';
import type { StreamProbe } from '../protocol.ts';
import { concatBytes, decodeText, encodeText } from '../text.ts';
import { probeMessages } from './anthropic-messages/probe.ts';
import { openArrayFraming } from './gemini/array-framing.ts';
import { probeGemini } from './gemini/probe.ts';
import { probeInteractions } from './gemini-interactions/probe.ts';
import { probeChat } from './openai-chat/probe.ts';
import { probeEvents } from './openai-media/events-probe.ts';
import { probeResponses } from './openai-responses/probe.ts';
import { framingsOf, sentIn } from './testing/framings.ts';
import { cutAt } from './testing/mutations.ts';

function fixtures(protocol: string): readonly string[] {
  const folder = path.join(import.meta.dirname, protocol, 'fixtures');
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readFileSync(path.join(folder, name, 'stream.sse'), 'utf8')];
    } catch {
      return [];
    }
  });
}

const pictures = [
  'event: image_generation.partial_image\ndata: {"type":"image_generation.partial_image","b64_json":"QUJD","partial_image_index":0}\n\n' +
    'event: image_generation.completed\ndata: {"type":"image_generation.completed","b64_json":"QUJDRA==","usage":{"input_tokens":3,"output_tokens":9}}\n\n',
];

function probePictures(): StreamProbe {
  let usage: StreamProbe['usage'];
  return probeEvents({
    fields: ['usage'],
    see(type, fields) {
      if (fields.has('usage')) usage = { outputText: JSON.stringify(fields.get('usage')).length };
      return { meaningful: true, done: type.endsWith('.completed') };
    },
    get usage() {
      return usage;
    },
  });
}

const probes: readonly (readonly [string, readonly string[], () => StreamProbe])[] = [
  ['openai-chat', fixtures('openai-chat'), () => probeChat({ hideUsage: false })],
  ['openai-responses', fixtures('openai-responses'), () => probeResponses({ hideUsage: false })],
  ['anthropic-messages', fixtures('anthropic-messages'), () => probeMessages({})],
  ['gemini', fixtures('gemini'), () => probeGemini({})],
  ['gemini-interactions', fixtures('gemini-interactions'), () => probeInteractions({})],
  ['typed events', pictures, probePictures],
];

function factsOf(probe: StreamProbe) {
  const { meaningful, finished, finishReason, usage, servedAs, storedIds, error, outputEstimate, unreported } = probe;
  return { meaningful, finished, finishReason, usage, servedAs, storedIds, error, outputEstimate, unreported };
}

/** As sockets deliver bytes: pieces of one buffer of Node's kind, whose `slice` is a view. */
const arriving = (text: string, cuts: readonly number[]): readonly Uint8Array[] => cutAt(Buffer.from(text), cuts);

/** Pushes a stream; returns what came out of it. */
function pass(probe: StreamProbe, chunks: readonly Uint8Array[]): string {
  const out = chunks.map((chunk) => probe.push(chunk));
  return decodeText(concatBytes([...out, probe.end()].filter((part) => part !== undefined)));
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });

describe.each(probes)('whatever the framing of %s', (_, streams, open) => {
  for (const stream of streams) {
    const plain = open();
    const whole = pass(plain, [encodeText(stream)]);
    // One that tells of a failure goes on to nobody from there; its words are the gateway's.
    const passes = whole === stream;

    test(`its bytes pass and say the same: ${stream.slice(0, 40)}`, () => {
      fc.assert(
        fc.property(framingsOf(sentIn(stream)), cuts, (frames, at) => {
          const text = frames.join('');
          const chunks = arriving(text, at);
          const probe = open();
          const out = pass(probe, chunks);
          expect(decodeText(concatBytes(chunks))).toBe(text);
          if (passes) expect(out).toBe(text);
          else expect(text.startsWith(out)).toBe(true);
          expect(factsOf(probe)).toEqual(factsOf(plain));
        }),
        { numRuns: 60 },
      );
    });

    test(`no event waits for the next: ${stream.slice(0, 40)}`, () => {
      if (!passes) return;
      fc.assert(
        fc.property(framingsOf(sentIn(stream)), (frames) => {
          const probe = open();
          for (const frame of frames) expect(probe.push(Buffer.from(frame))?.toString()).toBe(frame);
          expect(probe.end()).toBeUndefined();
        }),
        { numRuns: 20 },
      );
    });
  }
});

describe('whatever the framing', () => {
  const events = sentIn(fixtures('anthropic-messages').join(''));
  const meant = (frame: Frame) => ({ ...frame, id: undefined, data: frame.data.replaceAll('\n', '') });

  test('a reader finds the same events, and none waits for the next', () => {
    fc.assert(
      fc.property(framingsOf(events), cuts, (frames, at) => {
        const reader = readFrames();
        const found = arriving(frames.join(''), at).flatMap((chunk) => reader.push(chunk));
        expect(reader.end()).toEqual([]);
        expect(found.map(meant)).toEqual(events.map((event) => ({ ...event, id: undefined })));
      }),
      { numRuns: 100 },
    );
  });

  test('a frame is left out whole, its last line feed too', () => {
    const usage = 'data: {"id":"c","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}';
    const text = 'data: {"id":"c","choices":[{"index":0,"delta":{"content":"a"}}]}';
    fc.assert(
      fc.property(fc.constantFrom('\n', '\r\n', '\r'), cuts, (end, at) => {
        const [said, told, done] = [text, usage, 'data: [DONE]'].map((line) => `${line}${end}${end}`);
        const probe = probeChat({ hideUsage: true });
        expect(pass(probe, arriving(`${said}${told}${done}`, at))).toBe(`${said}${done}`);
      }),
    );
  });

  test('a usage report is cut out of several data lines, and the rest is the same JSON', () => {
    const chunk =
      '{"id":"c","usage":{"prompt_tokens":1,"completion_tokens":1},"choices":[{"index":0,"delta":{"content":"a"}}]}';
    fc.assert(
      fc.property(framingsOf([{ event: undefined, data: chunk }]), cuts, (frames, at) => {
        const reader = readFrames();
        const probe = probeChat({ hideUsage: true });
        const [frame] = reader.push(encodeText(pass(probe, arriving(frames.join(''), at))));
        const { usage, ...rest } = JSON.parse(chunk);
        expect(usage).toBeDefined();
        expect(JSON.parse(frame?.data ?? '')).toEqual(rest);
      }),
    );
  });

  test('an array has the same items', () => {
    const sent = sentIn(fixtures('gemini')[0] ?? '');
    fc.assert(
      fc.property(framingsOf(sent), cuts, (frames, at) => {
        const array = openArrayFraming();
        const out = arriving(frames.join(''), at).map((chunk) => array.push(chunk));
        const text = decodeText(concatBytes([...out, array.end()].filter((part) => part !== undefined)));
        expect(JSON.parse(text)).toEqual(sent.map(({ data }): unknown => JSON.parse(data)));
      }),
      { numRuns: 30 },
    );
  });
});
