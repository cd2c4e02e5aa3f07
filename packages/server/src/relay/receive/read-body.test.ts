import { afterAll, describe, expect, test } from 'bun:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { openDeadlines } from '../send/deadlines.ts';
import { readBody } from './read-body.ts';
import { Refusal } from '../../domain/refusal.ts';

const limit = 64 * 1024;
let buffered = 0;
let peak = 0;
const load = {
  get bufferedBytes() {
    return buffered;
  },
  set bufferedBytes(bytes: number) {
    buffered = bytes;
    peak = Math.max(peak, bytes);
  },
};
let skippedMs = 0;
const now = (): number => Date.now() + skippedMs;
const deadlines = openDeadlines(now, () => undefined);
afterAll(() => deadlines.close());
const server = Bun.serve({
  port: 0,
  maxRequestBodySize: Number.MAX_SAFE_INTEGER,
  async fetch(request) {
    try {
      const body = await readBody(request, Number(request.headers.get('x-limit') ?? limit), {
        deadlines,
        now,
        load,
        maxBufferedBytes: 3 << 20,
      });
      return Response.json({ bytes: body.byteLength, text: new TextDecoder().decode(body.subarray(0, 20)) });
    } catch (error) {
      if (error instanceof Refusal) return Response.json({ code: error.code }, { status: error.status });
      throw error;
    }
  },
});
afterAll(() => server.stop(true));

const post = (body: RequestInit['body'], headers: Record<string, string> = {}) =>
  fetch(server.url, { method: 'POST', body: body ?? null, headers });

/** A body without a declared length. */
const chunked = (size: number) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (let left = size; left > 0; left -= 8192) controller.enqueue(new Uint8Array(Math.min(left, 8192)).fill(97));
      controller.close();
    },
  });

describe('request bodies', () => {
  const text = JSON.stringify({ hello: 'wörld'.repeat(100) });
  test.each([
    ['gzip', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['identity', Buffer.from(text)],
  ])('reads %s', async (encoding, bytes) => {
    const answer = await post(new Uint8Array(bytes), { 'content-encoding': encoding });
    expect(await answer.json()).toEqual({ bytes: Buffer.byteLength(text), text: '{"hello":"wörldwör' });
  });

  test('reads a body of unknown length', async () => {
    expect(await (await post(chunked(50_000))).json()).toMatchObject({ bytes: 50_000 });
  });

  test('refuses a declared length over the limit with an answer, not a broken pipe', async () => {
    const answer = await post(new Uint8Array(8 << 20));
    expect(answer.status).toBe(413);
    expect(await answer.json()).toEqual({ code: 'request_too_large' });
  });

  test('refuses an undeclared length over the limit while reading', async () => {
    expect((await post(chunked(limit + 1))).status).toBe(413);
    expect((await post(chunked(limit))).status).toBe(200);
  });

  test.each(['gzip', 'br', 'deflate', 'zstd'])('refuses a %s bomb', async (encoding) => {
    const bomb = new Uint8Array(4 << 20);
    const packed = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync, zstd: zstdCompressSync }[encoding]?.(
      bomb,
    );
    const answer = await post(new Uint8Array(packed ?? []), { 'content-encoding': encoding });
    expect([answer.status, await answer.json()]).toEqual([413, { code: 'request_too_large' }]);
  });

  test.each(['gzip', 'br', 'deflate', 'zstd'])('many %s bombs at once are counted as they unfold', async (encoding) => {
    const bomb = new Uint8Array(40 << 20);
    const packed = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync, zstd: zstdCompressSync }[encoding]?.(
      bomb,
    );
    peak = 0;
    const headers = { 'content-encoding': encoding, 'x-limit': `${100 << 20}` };
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => post(new Uint8Array(packed ?? []), headers)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    // The limit, and of each bomb the packed bytes and the piece that was too much.
    expect(peak).toBeLessThan((3 << 20) + 5 * (128 << 10));
    expect(load.bufferedBytes).toBe(0);
  });

  test('a small body that waits for its end is counted by what it announces', async () => {
    const waiting = await begin('content-length: 60000', 'abc');
    await until(() => load.bufferedBytes === 60_000);
    waiting.close();
    await until(() => load.bufferedBytes === 0);
  });

  test('refuses damaged and unknown encodings', async () => {
    expect((await post('not gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await post('x', { 'content-encoding': 'lzma' })).status).toBe(415);
  });
});

/** Sends a head and a part of a body, and keeps the connection. */
async function begin(head: string, part: string): Promise<{ readonly answer: () => string; close(): void }> {
  let answer = '';
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: server.port ?? 0,
    socket: {
      data(_, chunk) {
        answer += chunk.toString();
      },
    },
  });
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\n${head}\r\n\r\n${part}`);
  return { answer: () => answer, close: () => socket.terminate() };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(5);
}

describe('bodies that do not end', () => {
  test.each(['content-length: 100', 'content-length: 600000\r\nx-limit: 4000000', 'transfer-encoding: chunked'])(
    'a client that stops sending is answered 408: %s',
    async (head) => {
      const slow = await begin(head, head.includes('chunked') ? '3\r\nabc\r\n' : 'abc');
      await Bun.sleep(50);
      skippedMs += 40_000;
      await until(() => slow.answer().includes('request_timeout'));
      expect(slow.answer()).toStartWith('HTTP/1.1 408');
      slow.close();
      expect(load.bufferedBytes).toBe(0);
    },
  );

  test('what has come of large bodies counts as buffered, and is refused when there is no more room', async () => {
    const head = 'content-length: 2500000\r\nx-limit: 4000000';
    const part = 'x'.repeat(2_000_000);
    const first = await begin(head, part);
    await until(() => load.bufferedBytes === 2_000_000);
    const second = await begin(head, part);
    second.close();
    const body = new Uint8Array(2_500_000);
    const refused = await post(body, { 'x-limit': '4000000' });
    expect([refused.status, await refused.json()]).toEqual([503, { code: 'overloaded' }]);
    first.close();
    await until(() => load.bufferedBytes === 0);
  });

  test('a client that leaves while its huge body is thrown away leaves no rejection behind', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const huge = await begin('content-length: 900000000', 'x');
    await Bun.sleep(50);
    huge.close();
    await Bun.sleep(2100);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});
