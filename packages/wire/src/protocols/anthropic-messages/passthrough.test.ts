import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { concatBytes, decodeText, encodeText } from '../../text.ts';
import type { StreamProbe } from '../../protocol.ts';
import { anthropicMessages } from './protocol.ts';

const { inspect, probe, readResponse, writeError, readError } = anthropicMessages;
const limits = { maxOutputTokens: 1000, maxChoices: 8 };
const base = { model: 'claude', max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] };

describe('inspectMessages', () => {
  test('reads what the gateway must know', () => {
    expect(inspect('chat', { ...base, stream: true }, limits)).toMatchObject({
      model: 'claude',
      stream: true,
      maxOutputTokens: 10,
      choices: 1,
      wantsUsage: true,
    });
  });

  test.each([
    [[], null],
    [{ ...base, model: '' }, 'model'],
    [{ ...base, messages: [] }, 'messages'],
    [{ ...base, messages: [1] }, 'messages[0]'],
    [{ ...base, max_tokens: 0 }, 'max_tokens'],
    [{ ...base, max_tokens: 1001 }, 'max_tokens'],
    [{ ...base, stream: 'yes' }, 'stream'],
  ])('refuses %j', (json, param) => {
    expect(inspect('chat', json, limits)).toMatchObject({ param });
  });

  test('estimates an image as one, not by its letters', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(1_000_000) } };
    const seen = inspect('chat', { ...base, messages: [{ role: 'user', content: [image] }] }, limits);
    expect('inputEstimate' in seen && seen.inputEstimate).toBeLessThan(5000);
  });

  test('never throws', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => void inspect('chat', json, limits)));
  });
});

const streams = (() => {
  const folder = path.join(import.meta.dirname, 'fixtures');
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readFileSync(path.join(folder, name, 'stream.sse'))];
    } catch {
      return [];
    }
  });
})();

function run(watch: StreamProbe, chunks: readonly Uint8Array[]): string {
  const out: Uint8Array[] = [];
  for (const chunk of chunks) {
    const passed = watch.push(chunk);
    if (passed) out.push(passed);
  }
  const rest = watch.end();
  if (rest) out.push(rest);
  return decodeText(concatBytes(out));
}

describe('probeMessages', () => {
  test('passes every byte on, however they are cut, and sees usage, finish and end', () => {
    expect(streams.length).toBeGreaterThan(2);
    for (const bytes of streams) {
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
          const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
          const watch = probe({});
          const out = run(
            watch,
            at.slice(1).map((end, i) => bytes.subarray(at[i] ?? 0, end)),
          );
          expect(out).toBe(decodeText(bytes));
          expect(watch.meaningful && watch.finished && watch.finishReason).toBe(true);
          expect(watch.usage?.outputText).toBeGreaterThan(0);
          expect(watch.usage?.inputText).toBeGreaterThan(0);
          expect(watch.outputEstimate).toBeGreaterThan(0);
        }),
        { numRuns: 20 },
      );
    }
  });

  test('keeps back an error and what follows it', () => {
    const watch = probe({});
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const out = run(watch, [
      encodeText('event: ping\ndata: {"type":"ping"}\n\n'),
      encodeText(`event: error\ndata: ${JSON.stringify(error)}\n\nevent: ping\ndata: {"type":"ping"}\n\n`),
    ]);
    expect(out).toBe('event: ping\ndata: {"type":"ping"}\n\n');
    expect(watch.error).toMatchObject({ status: 529, message: 'Overloaded', type: 'overloaded_error' });
    expect(watch.meaningful).toBe(false);
  });

  test('a stream of nothing but a start and an end is not meaningful', () => {
    const watch = probe({});
    const frames = ['message_start', 'message_stop'].map((type) => `event: ${type}\ndata: {"type":"${type}"}\n\n`);
    run(watch, [encodeText(frames.join(''))]);
    expect([watch.meaningful, watch.finished]).toEqual([false, true]);
  });

  test('takes any bytes, byte by byte too, without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        run(probe({}), [bytes]);
        run(
          probe({ maxFrameBytes: 20 }),
          Array.from(bytes, (byte) => new Uint8Array([byte])),
        );
      }),
    );
  });
});

describe('whole messages and errors', () => {
  test('caches are disjoint from the input, and split by lifetime', () => {
    const usage = {
      input_tokens: 1,
      cache_creation_input_tokens: 10,
      cache_read_input_tokens: 2,
      cache_creation: { ephemeral_1h_input_tokens: 4 },
      output_tokens: 3,
    };
    const facts = readResponse({ type: 'message', content: [{ type: 'text', text: 'hi' }], usage });
    expect(facts.meaningful).toBe(true);
    expect(facts.usage).toEqual({ inputText: 1, cacheRead: 2, cacheWrite5m: 6, cacheWrite1h: 4, outputText: 3 });
  });

  test('an error inside a success is one', () => {
    const facts = readResponse({ type: 'error', error: { type: 'rate_limit_error', message: 'slow' } });
    expect(facts.error).toMatchObject({ status: 429, message: 'slow' });
  });

  test.each([
    [400, 'invalid_request_error'],
    [402, 'billing_error'],
    [413, 'request_too_large'],
    [429, 'rate_limit_error'],
    [502, 'api_error'],
    [503, 'overloaded_error'],
    [529, 'overloaded_error'],
  ])('status %i is told as %s', (status, type) => {
    const words = { status, code: 'some_code', type: 'x', message: 'm', param: null };
    const error = { type, message: 'm', code: 'some_code' };
    expect(writeError(words, 'req1')).toEqual({ type: 'error', error, request_id: 'req1' });
  });

  test('reads a refusal in words', () => {
    const body = '{"type":"error","error":{"type":"not_found_error","message":"model: x"}}';
    expect(readError(404, body)).toMatchObject({ status: 404, type: 'not_found_error', message: 'model: x' });
    expect(readError(502, '<html>')).toMatchObject({ status: 502 });
  });
});
