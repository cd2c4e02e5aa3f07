import { afterAll, describe, expect, test } from 'bun:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { readBody } from './read-body.ts';
import { Refusal } from './refusal.ts';

const limit = 64 * 1024;
const server = Bun.serve({
  port: 0,
  maxRequestBodySize: Number.MAX_SAFE_INTEGER,
  async fetch(request) {
    try {
      const body = await readBody(request, limit);
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

  test('refuses damaged and unknown encodings', async () => {
    expect((await post('not gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await post('x', { 'content-encoding': 'lzma' })).status).toBe(415);
  });
});
