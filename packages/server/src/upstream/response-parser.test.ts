import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { createResponseParser } from './response-parser.ts';

/** Feeds an answer in pieces; returns what was reported, with the body joined. */
function read(bytes: Buffer, cuts: readonly number[], closes: boolean): string {
  const seen: string[] = [];
  const body: Uint8Array[] = [];
  let ends = 0;
  const parser = createResponseParser({
    head: (status, headers) => void seen.push(`${status} ${JSON.stringify([...headers])}`),
    data: (chunk) => void body.push(Buffer.from(chunk)),
    end(clean) {
      ends += 1;
      seen.push(`end ${clean}`);
    },
    bad(cause, message) {
      ends += 1;
      seen.push(`${cause}: ${message}`);
    },
  });
  parser.reset();
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const place of [...places, bytes.length]) {
    if (place > from && ends === 0) parser.feed(Buffer.from(bytes.subarray(from, place)));
    from = place;
  }
  if (closes && ends === 0) parser.eof();
  expect(ends).toBeLessThanOrEqual(1);
  return `${seen.join('\n')}\n${Buffer.concat(body).toString('hex')}`;
}

const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,12}$/).map((text) => `x-${text}`);
const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
const payload = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const chunkExtension = fc.constantFrom('', ';a=b', ' ; "x"', '\t');

const answer = fc
  .record({
    informational: fc.array(fc.constantFrom('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Hints\r\na: b\r\n\r\n'), {
      maxLength: 2,
    }),
    status: fc.constantFrom(200, 204, 304, 404, 429, 500),
    headers: fc.array(fc.tuple(name, value), { maxLength: 5 }),
    framing: fc.constantFrom('length', 'chunked', 'close'),
    chunks: fc.array(fc.tuple(payload, chunkExtension), { maxLength: 5 }),
    trailers: fc.array(fc.tuple(name, value), { maxLength: 2 }),
    upper: fc.boolean(),
  })
  .map(({ informational, status, headers, framing, chunks, trailers, upper }) => {
    const empty = status === 204 || status === 304;
    const body = empty ? Buffer.alloc(0) : Buffer.concat(chunks.map(([bytes]) => bytes));
    const lines = headers.map(([key, text]) => `${key}: ${text}\r\n`).join('');
    const extra =
      framing === 'length'
        ? `content-length: ${body.length}\r\n`
        : framing === 'chunked'
          ? 'transfer-encoding: chunked\r\n'
          : '';
    const head = Buffer.from(`${informational.join('')}HTTP/1.1 ${status} X\r\n${lines}${extra}\r\n`, 'latin1');
    const parts = empty
      ? []
      : framing === 'chunked'
        ? [
            ...chunks.flatMap(([bytes, extension]) => {
              const size = bytes.length.toString(16);
              return bytes.length === 0
                ? []
                : [Buffer.from(`${upper ? size.toUpperCase() : size}${extension}\r\n`), bytes, Buffer.from('\r\n')];
            }),
            Buffer.from(`0\r\n${trailers.map(([key, text]) => `${key}: ${text}\r\n`).join('')}\r\n`),
          ]
        : [body];
    return { bytes: Buffer.concat([head, ...parts]), body, status };
  });

describe('response parser', () => {
  test('cutting an answer anywhere changes nothing, and the body is the body', () => {
    fc.assert(
      fc.property(answer, fc.array(fc.nat(), { maxLength: 12 }), ({ bytes, body, status }, cuts) => {
        const whole = read(bytes, [], true);
        expect(read(bytes, cuts, true)).toBe(whole);
        expect(whole.startsWith(String(status))).toBe(true);
        expect(whole.slice(whole.lastIndexOf('\n') + 1)).toBe(body.toString('hex'));
      }),
      { numRuns: 400 },
    );
  });

  test('every byte on its own is the same answer', () => {
    fc.assert(
      fc.property(answer, ({ bytes }) => {
        expect(
          read(
            bytes,
            Array.from(bytes, (_, index) => index),
            true,
          ),
        ).toBe(read(bytes, [], true));
      }),
      { numRuns: 100 },
    );
  });

  test('a spoiled answer ends once, with the same body wherever it is cut', () => {
    fc.assert(
      fc.property(
        answer,
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        ({ bytes }, place, byte, cuts) => {
          const spoiled = Buffer.from(bytes);
          spoiled[place % bytes.length] = byte;
          expect(read(spoiled, cuts, true)).toBe(read(spoiled, [], true));
        },
      ),
      { numRuns: 400 },
    );
  });

  test('noise never throws and never reports twice', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (noise, prefixed) => {
        const start = prefixed ? 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n' : '';
        read(Buffer.concat([Buffer.from(start), noise]), [], true);
      }),
      { numRuns: 400 },
    );
  });

  test('body bytes are views of what came in, not copies', () => {
    const views: Uint8Array[] = [];
    const parser = createResponseParser({ head() {}, data: (chunk) => void views.push(chunk), end() {}, bad() {} });
    parser.reset();
    const chunk = Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n');
    parser.feed(chunk);
    expect(views.map((view) => Buffer.from(view).toString())).toEqual(['abc', 'de']);
    expect(views.every((view) => view.buffer === chunk.buffer)).toBe(true);
  });
});
