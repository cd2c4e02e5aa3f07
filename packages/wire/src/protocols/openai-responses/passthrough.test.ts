import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { StreamProbe } from '../../protocol.ts';
import { concatBytes, decodeText, encodeText } from '../../text.ts';
import { openaiResponses } from './protocol.ts';

const { inspect, probe, readResponse, readError, writeError, writeStreamError, withStreamUsage } = openaiResponses;
const limits = { maxOutputTokens: 1000, maxChoices: 8 };
const base = { model: 'gpt-5.1', input: 'hi' };

describe('inspectResponses', () => {
  test('reads what the gateway must know', () => {
    expect(inspect('chat', { ...base, stream: true, max_output_tokens: 10 }, limits)).toMatchObject({
      model: 'gpt-5.1',
      stream: true,
      maxOutputTokens: 10,
      choices: 1,
      wantsUsage: true,
    });
    const named = [{ type: 'item_reference', id: 'rs_1' }, { id: 'msg_1' }, { role: 'user', content: 'hi' }];
    expect(inspect('chat', { model: 'm', previous_response_id: 'resp_1', input: named }, limits)).toMatchObject({
      stream: false,
      references: { response: 'resp_1', items: ['rs_1', 'msg_1'] },
    });
    for (const conversation of ['conv_1', { id: 'conv_1' }])
      expect(inspect('chat', { model: 'm', conversation }, limits)).toMatchObject({
        references: { conversation: 'conv_1' },
      });
    expect(inspect('chat', { ...base, background: true }, limits)).toMatchObject({
      references: undefined,
      background: true,
    });
  });

  test.each([
    [[], null],
    [{ ...base, model: '' }, 'model'],
    [{ model: 'm' }, 'input'],
    [{ ...base, input: 1 }, 'input'],
    [{ ...base, input: [1] }, 'input[0]'],
    [{ model: 'm', conversation: {} }, 'conversation'],
    [{ ...base, conversation: 'conv_1', previous_response_id: 'resp_1' }, 'conversation'],
    [{ ...base, background: 'yes' }, 'background'],
    [{ ...base, previous_response_id: 1 }, 'previous_response_id'],
    [{ ...base, max_output_tokens: 0 }, 'max_output_tokens'],
    [{ ...base, max_output_tokens: 1001 }, 'max_output_tokens'],
    [{ ...base, stream: 'yes' }, 'stream'],
  ])('refuses %j', (json, param) => {
    expect(inspect('chat', json, limits)).toMatchObject({ param });
  });

  test.each([
    [{ role: 'user', content: [{ type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(1_000_000)}` }] }],
    [{ type: 'image_generation_call', id: 'ig_1', result: 'A'.repeat(1_000_000) }],
    [
      {
        type: 'function_call_output',
        call_id: 'c',
        output: [{ type: 'input_image', image_url: 'A'.repeat(1_000_000) }],
      },
    ],
  ])('estimates a medium as one, not by its letters', (item) => {
    const seen = inspect('chat', { ...base, input: [item] }, limits);
    expect('inputEstimate' in seen && seen.inputEstimate).toBeLessThan(5000);
  });

  test('estimates an inline file by its bytes', () => {
    const file = { type: 'input_file', filename: 'a.pdf', file_data: 'A'.repeat(1_600_000) };
    const seen = inspect('chat', { ...base, input: [{ role: 'user', content: [file] }] }, limits);
    expect('inputEstimate' in seen && seen.inputEstimate).toBeWithin(100_000, 120_000);
  });

  test('never throws', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => void inspect('chat', json, limits)));
    fc.assert(fc.property(fc.jsonValue(), (json) => void inspect('chat', { model: 'm', input: [json] }, limits)));
  });
});

const fixtures = path.join(import.meta.dirname, 'fixtures');
const fixture = (name: string): Uint8Array => readFileSync(path.join(fixtures, name, 'stream.sse'));
const whole = readdirSync(fixtures).filter((name) => {
  try {
    return !decodeText(fixture(name)).includes('response.failed');
  } catch {
    return false;
  }
});

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

describe('probeResponses', () => {
  test('passes every byte on, however they are cut, and sees usage and end', () => {
    expect(whole.length).toBeGreaterThan(5);
    for (const bytes of whole.map(fixture)) {
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
          const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
          const watch = probe({ hideUsage: false });
          const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i] ?? 0, end));
          expect(run(watch, chunks)).toBe(decodeText(bytes));
          const { finished, finishReason, meaningful, error } = watch;
          expect({ finished, finishReason, meaningful, error }).toEqual({
            finished: true,
            finishReason: true,
            meaningful: true,
            error: undefined,
          });
          expect(watch.usage?.outputText).toBeGreaterThan(0);
        }),
        { numRuns: 20 },
      );
    }
  });

  test('tells under which ids the answer is kept: its own at once, its items’ at the end', () => {
    const [created = '', ...rest] = decodeText(fixture('tools')).split(/(?<=\n\n)/);
    const watch = probe({ hideUsage: false });
    watch.push(encodeText(created));
    const [id = ''] = watch.storedIds ?? [];
    expect(id).toMatch(/^resp_/);
    run(watch, [encodeText(rest.join(''))]);
    expect(watch.storedIds?.[0]).toBe(id);
    expect(watch.storedIds?.length).toBeGreaterThan(1);
  });

  test('counts searches and pictures beside the tokens', () => {
    const watch = probe({ hideUsage: true });
    run(watch, [fixture('search')]);
    expect(watch.usage).toMatchObject({ inputText: 10, outputText: 5, searches: 1 });
    const pictures = probe({ hideUsage: true });
    run(pictures, [fixture('media')]);
    expect(pictures.usage).toMatchObject({ images: 1 });
  });

  test('keeps a failure, and all behind it, from the client', () => {
    const watch = probe({ hideUsage: false });
    const out = run(watch, [fixture('failed'), encodeText('data: {"type":"response.completed"}\n\n')]);
    expect(out).toContain('response.output_text.delta');
    expect(out).not.toContain('The model broke.');
    expect(watch.error).toMatchObject({ status: 500, code: 'server_error', message: 'The model broke.' });
    expect(watch.finished).toBe(false);
    const flat = probe({ hideUsage: false });
    expect(run(flat, [encodeText('event: error\ndata: {"type":"error","code":"x","message":"No."}\n\n')])).toBe('');
    expect(flat.error).toMatchObject({ code: 'x', message: 'No.' });
  });

  test('a stream that says nothing is not meaningful, and a cut is no end', () => {
    const text = decodeText(fixture('text'));
    const opening = text.split('response.output_text.delta')[0] ?? '';
    const watch = probe({ hideUsage: false });
    run(watch, [encodeText(opening.slice(0, opening.lastIndexOf('event:')))]);
    expect({ meaningful: watch.meaningful, finished: watch.finished }).toEqual({ meaningful: false, finished: false });
    const cut = probe({ hideUsage: false });
    const half = text.slice(0, text.lastIndexOf('"output_tokens"'));
    expect(run(cut, [encodeText(half)])).toBe(text.slice(0, text.lastIndexOf('event: response.completed')));
    expect({ finished: cut.finished, usage: cut.usage }).toEqual({ finished: false, usage: undefined });
    expect(cut.outputEstimate).toBeGreaterThan(2);
  });

  test('never throws, and forgets no byte of what is no event of its own', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.json(), fc.string()), { maxLength: 6 }), (list) => {
        const text = list.map((data) => `data: ${data.replaceAll(/[\r\n]/g, ' ')}\n\n`).join('');
        const watch = probe({ hideUsage: false });
        expect(run(watch, [encodeText(text)])).toBe(text);
      }),
    );
  });
});

describe('readResponse', () => {
  test('reads usage and whether anything was said', () => {
    const json: unknown = JSON.parse(readFileSync(path.join(fixtures, 'text', 'response.json'), 'utf8'));
    expect(readResponse(json)).toMatchObject({
      usage: { inputText: 10, cacheRead: 8, cacheWrite5m: 2, outputText: 5, reasoning: 0 },
      meaningful: true,
      error: undefined,
    });
    expect(readResponse({ status: 'completed', output: [] })).toMatchObject({ meaningful: false, error: undefined });
    expect(readResponse({ error: { message: 'No.' } })).toMatchObject({ error: { message: 'No.' } });
    fc.assert(fc.property(fc.jsonValue(), (any) => void readResponse(any)));
  });
});

test("errors are told in OpenAI's words", () => {
  const words = { status: 429, code: 'rate_limited', type: 'rate_limit_error', message: 'Slow down.', param: null };
  expect(writeError(words, 'req1')).toEqual({
    error: { message: 'Slow down.', type: 'rate_limit_error', param: null, code: 'rate_limited' },
  });
  expect(decodeText(writeStreamError(words, 'req1'))).toStartWith(
    'event: error\ndata: {"type":"error","sequence_number":0,',
  );
  expect(readError(400, '{"error":{"message":"Bad.","type":"invalid_request_error","param":"input"}}')).toMatchObject({
    status: 400,
    message: 'Bad.',
    param: 'input',
  });
  const json = { model: 'm' };
  expect(withStreamUsage(json)).toBe(json);
});
