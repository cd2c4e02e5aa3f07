import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { JsonObject, StreamProbe } from '../../protocol.ts';
import { concatBytes, decodeText, encodeText } from '../../text.ts';
import { openArrayFraming } from './array-framing.ts';
import type { GeminiProbeOptions } from './probe.ts';
import { gemini } from './protocol.ts';

const limits = { maxOutputTokens: 1000, maxChoices: 4 };
const contents = [{ role: 'user', parts: [{ text: 'Go' }] }];
const path = { model: 'gemini-2.5-pro', stream: true };

describe('inspect', () => {
  test('takes the model and the stream from the path', () => {
    const summary = gemini.inspect(
      'chat',
      { contents, generation_config: { maxOutputTokens: 9, candidate_count: 2 } },
      limits,
      path,
    );
    expect(summary).toMatchObject({ ...path, maxOutputTokens: 9, choices: 2, wantsUsage: true });
  });

  test('refuses what nobody could serve', () => {
    expect(gemini.inspect('chat', { contents }, limits)).toMatchObject({ param: 'model' });
    expect(gemini.inspect('chat', { contents: [] }, limits, path)).toMatchObject({ param: 'contents' });
    expect(gemini.inspect('chat', { contents: ['x'] }, limits, path)).toMatchObject({ param: 'contents[0]' });
    const config = (generationConfig: JsonObject) =>
      gemini.inspect('chat', { contents, generationConfig }, limits, path);
    expect(config({ maxOutputTokens: 2000 })).toMatchObject({ param: 'generationConfig.maxOutputTokens' });
    expect(config({ candidateCount: 0.5 })).toMatchObject({ param: 'generationConfig.candidateCount' });
  });

  test('counts media by kind, not by bytes', () => {
    const data = 'A'.repeat(1_000_000);
    const parts = [{ inline_data: { mime_type: 'image/png', data } }];
    expect(gemini.inspect('chat', { contents: [{ parts }] }, limits, path)).toMatchObject({
      inputEstimate: expect.any(Number),
    });
    const summary = gemini.inspect('chat', { contents: [{ parts }] }, limits, path);
    expect('inputEstimate' in summary ? summary.inputEstimate : 0).toBeLessThan(4000);
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        gemini.inspect('chat', json, limits, path);
      }),
    );
  });
});

const piece = (json: JsonObject): string => `data: ${JSON.stringify(json)}\r\n\r\n`;
const said = (text: string, more: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0, ...more }],
});
const usageMetadata = { promptTokenCount: 4, candidatesTokenCount: 2, totalTokenCount: 6 };

function run(text: string, cuts: readonly number[] = [], options: GeminiProbeOptions = {}) {
  const probe: StreamProbe = gemini.probe(options);
  const bytes = encodeText(text);
  const out: Uint8Array[] = [];
  const at = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  for (const [i, end] of at.slice(1).entries()) {
    const passed = probe.push(bytes.slice(at[i], end));
    if (passed) out.push(passed);
  }
  const rest = probe.end();
  if (rest) out.push(rest);
  const { meaningful, finished, finishReason, usage, error, outputEstimate } = probe;
  return {
    out: decodeText(concatBytes(out)),
    facts: { meaningful, finished, finishReason, usage, error, outputEstimate },
  };
}

describe('probe', () => {
  const whole =
    piece(said('Hel')) + piece(said('lö')) + piece({ ...said('', { finishReason: 'STOP' }), usageMetadata });

  test('passes every byte, and learns from it, wherever the bytes are cut', () => {
    const expected = run(whole);
    expect(expected).toEqual({
      out: whole,
      facts: {
        meaningful: true,
        finished: true,
        finishReason: true,
        usage: { inputText: 4, outputText: 2 },
        error: undefined,
        outputEstimate: 2,
      },
    });
    const { length } = encodeText(whole);
    fc.assert(
      fc.property(fc.array(fc.nat(length), { maxLength: 8 }), (cuts) => {
        expect(run(whole, cuts)).toEqual(expected);
      }),
    );
  });

  test('knows a cut', () => {
    expect(run(piece(said('Hel'))).facts).toMatchObject({ meaningful: true, finished: false, finishReason: false });
    expect(run(whole.slice(0, 40))).toMatchObject({ out: '', facts: { meaningful: false, finished: false } });
  });

  test('never hands on an error', () => {
    const broken = piece(said('Hel')) + piece({ error: { code: 503, message: 'Busy', status: 'UNAVAILABLE' } });
    const { out, facts } = run(broken);
    expect(out).toBe(piece(said('Hel')));
    expect(facts.error).toMatchObject({ status: 503, message: 'Busy' });
    expect(run('{"error":{"code":429,"message":"Slow","status":"RESOURCE_EXHAUSTED"}}')).toMatchObject({
      out: '',
      facts: { error: { status: 429 } },
    });
  });

  test('a blocked prompt is an error, or an answer for those who know it', () => {
    const blocked = piece({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 4 } });
    expect(run(blocked)).toMatchObject({ out: '', facts: { error: { code: 'prompt_blocked' } } });
    expect(run(blocked, [], { keepBlocks: true })).toMatchObject({
      out: blocked,
      facts: { meaningful: true, finished: true, error: undefined, usage: { inputText: 4 } },
    });
  });

  test('a filter that let nothing through is an answer', () => {
    const filtered = piece({ candidates: [{ finishReason: 'SAFETY', index: 0 }] });
    expect(run(filtered).facts).toMatchObject({ meaningful: true, finished: true });
  });
});

describe('array framing', () => {
  const sse = piece(said('Hel')) + piece(said('lö', { finishReason: 'STOP' }));
  const read = (parts: readonly (Uint8Array | undefined)[]): unknown =>
    JSON.parse(parts.map((part) => (part ? decodeText(part) : '')).join(''));

  test('makes one JSON text of a stream, wherever it is cut', () => {
    const bytes = encodeText(sse);
    fc.assert(
      fc.property(fc.nat(bytes.length), (cut) => {
        const framing = openArrayFraming();
        const parts = [framing.push(bytes.subarray(0, cut)), framing.push(bytes.subarray(cut)), framing.end()];
        expect(read(parts)).toEqual([said('Hel'), said('lö', { finishReason: 'STOP' })]);
      }),
    );
    expect(read([openArrayFraming().end()])).toEqual([]);
  });

  test('ends a broken one with the error', () => {
    const words = { status: 502, code: 'upstream_cut', type: 'upstream_error', message: 'Cut.', param: null };
    const framing = openArrayFraming();
    expect(read([framing.push(encodeText(piece(said('Hel')))), framing.fail(words, 'r1')])).toMatchObject([
      said('Hel'),
      { error: { code: 502, status: 'UNAVAILABLE' } },
    ]);
  });
});

describe('facts of a whole answer', () => {
  test('tell usage, meaning and failure', () => {
    expect(gemini.readResponse({ ...said('Hello', { finishReason: 'STOP' }), usageMetadata })).toEqual({
      usage: { inputText: 4, outputText: 2 },
      meaningful: true,
      error: undefined,
      outputEstimate: 0,
    });
    expect(gemini.readResponse(said('Hello', { finishReason: 'STOP' }))).toMatchObject({ outputEstimate: 2 });
    expect(gemini.readResponse({ candidates: [], usageMetadata })).toMatchObject({ meaningful: false });
    expect(gemini.readResponse({ error: { code: 500, message: 'Oh' } })).toMatchObject({ error: { status: 500 } });
    expect(gemini.readResponse({ promptFeedback: { blockReason: 'OTHER' } })).toMatchObject({ error: { status: 400 } });
    expect(gemini.readResponse('x')).toMatchObject({ error: { status: 502 } });
  });
});
