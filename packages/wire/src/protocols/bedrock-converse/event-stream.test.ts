import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { crc32 } from '../../json/crc32.ts';
import type { Frame } from '../../json/sse.ts';
import { concatBytes, encodeText } from '../../text.ts';
import { readEventStream } from './event-stream.ts';
import { encodeFrame, encodeMessage, textHeader } from './testing/frames.ts';

function framesOf(chunks: readonly Uint8Array[], max?: number): { frames: readonly Frame[]; overflowed: boolean } {
  const reader = readEventStream(max);
  const frames = [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
  return { frames, overflowed: reader.overflowed };
}

const read = (...chunks: readonly Uint8Array[]): readonly Frame[] => framesOf(chunks).frames;

const hex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

const delta = encodeFrame({ event: 'contentBlockDelta', data: '{"delta":{"text":"wörd"}}', id: undefined });
const broken = { event: 'error', data: expect.stringContaining('EventStreamException') as string };

function changed(bytes: Uint8Array, at: number, by = 1): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = ((copy[at] ?? 0) + by) & 0xff;
  return copy;
}

/** A message whose prelude is consistent with itself, whatever it says. */
function withPrelude(total: number, headers: number): Uint8Array {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, total);
  view.setUint32(4, headers);
  view.setUint32(8, crc32(bytes, 0, 8));
  return bytes;
}

test('crc32 is the one of zip', () => {
  expect(crc32(encodeText('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
  expect(crc32(encodeText('xx123456789y'), 2, 11)).toBe(0xcbf43926);
});

describe('messages of an event stream', () => {
  test('AWS’s own vectors are read', () => {
    // https://smithy.io/2.0/aws/amazon-eventstream.html: an empty message, and one with a payload.
    expect(read(hex('000000100000000005c248eb7d98c8ff'))).toEqual([{ event: undefined, data: '', id: undefined }]);
    expect(read(hex('0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936'))).toEqual([
      { event: undefined, data: "{'foo':'bar'}", id: undefined },
    ]);
  });

  test('are named by their event or exception', () => {
    const exception = encodeFrame({ event: 'throttlingException', data: '{"message":"slow"}', id: undefined });
    expect(read(delta, exception)).toEqual([
      { event: 'contentBlockDelta', data: '{"delta":{"text":"wörd"}}', id: undefined },
      { event: 'throttlingException', data: '{"message":"slow"}', id: undefined },
    ]);
  });

  test('headers of every type are passed over', () => {
    const header = (name: string, type: number, value: readonly number[]): Uint8Array =>
      concatBytes([Uint8Array.of(name.length), encodeText(name), Uint8Array.of(type, ...value)]);
    const headers = [
      header('true', 0, []),
      header('false', 1, []),
      header('byte', 2, [1]),
      header('short', 3, [1, 2]),
      header('int', 4, [1, 2, 3, 4]),
      header('long', 5, [1, 2, 3, 4, 5, 6, 7, 8]),
      header('bytes', 6, [0, 3, 1, 2, 3]),
      header('time', 8, [1, 2, 3, 4, 5, 6, 7, 8]),
      header(
        'uuid',
        9,
        Array.from({ length: 16 }, () => 7),
      ),
      textHeader(':event-type', 'metadata'),
    ];
    expect(read(encodeMessage(headers, '{}'))).toEqual([{ event: 'metadata', data: '{}', id: undefined }]);
    expect(read(encodeMessage([header('what', 10, [])], '{}'))).toMatchObject([broken]);
    expect(read(encodeMessage([header('short', 7, [0, 9, 1])], '{}'))).toMatchObject([broken]);
    expect(read(encodeMessage([Uint8Array.of(200, 1)], '{}'))).toMatchObject([broken]);
  });

  test('an error without a model has its words in headers', () => {
    const headers = [
      textHeader(':message-type', 'error'),
      textHeader(':error-code', 'InternalFailure'),
      textHeader(':error-message', 'Oh.'),
    ];
    expect(read(encodeMessage(headers, ''))).toEqual([
      { event: 'error', data: '{"__type":"InternalFailure","message":"Oh."}', id: undefined },
    ]);
  });

  test('may be cut at any byte', () => {
    const stream = concatBytes([delta, encodeFrame({ event: 'metadata', data: '{}', id: undefined }), delta]);
    const whole = read(stream);
    expect(whole).toHaveLength(3);
    for (let at = 0; at <= stream.length; at++)
      expect(read(stream.subarray(0, at), stream.subarray(at))).toEqual([...whole]);
    expect(read(...Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual([...whole]);
  });

  test('a message that is not whole says nothing', () => {
    for (let at = 0; at < delta.length; at++) expect(read(delta, delta.subarray(0, at))).toHaveLength(1);
  });
});

describe('a stream that cannot be trusted', () => {
  test('any changed byte ends it with one failure, and nothing is read behind it', () => {
    for (let at = 0; at < delta.length; at++) {
      const frames = read(delta, changed(delta, at), delta);
      expect(frames).toHaveLength(2);
      expect(frames[1]).toMatchObject(broken);
    }
  });

  test.each([
    [0, 0],
    [15, 0],
    [16, 1],
    [100, 85],
    [100, 0xffffffff],
  ])('a prelude of %i and %i bytes contradicts itself', (total, headers) => {
    expect(read(withPrelude(total, headers), new Uint8Array(200))).toMatchObject([broken]);
  });

  test('a message longer than is allowed is refused by its prelude, before any of it is kept', () => {
    expect(framesOf([withPrelude(1001, 0)], 1000)).toMatchObject({ frames: [broken], overflowed: true });
    expect(framesOf([withPrelude(1000, 0)], 1000)).toEqual({ frames: [], overflowed: false });
    expect(read(withPrelude(0xffffffff, 0))).toMatchObject([broken]);
  });

  test('no bytes make it throw, and there is at most one failure, the last', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.constant(delta),
      fc.tuple(fc.nat(200), fc.nat(200)).map(([total, headers]) => withPrelude(total, headers)),
      fc
        .tuple(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 3 }), fc.string())
        .map(([headers, payload]) => encodeMessage(headers, payload)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat(600), { maxLength: 6 }), (pieces, cuts) => {
        const bytes = concatBytes([...pieces, new Uint8Array()]);
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i] ?? 0, end));
        const frames = read(...chunks);
        expect(frames).toEqual([...read(bytes)]);
        const failures = frames.filter((frame) => frame.data.includes('EventStreamException'));
        expect(failures.length).toBeLessThanOrEqual(1);
        if (failures.length === 1) expect(frames.at(-1)).toBe(failures[0] as Frame);
      }),
      { numRuns: 500 },
    );
  });
});
