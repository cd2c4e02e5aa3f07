import { afterAll, describe, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { channelOf, openTestGateway, snapshotOf } from '../testing/gateway.ts';
import { leaveUnread } from './answer-unread.ts';

const world = await openTestGateway(snapshotOf([channelOf({ id: 'c', baseUrl: 'http://127.0.0.1:9' })]));
afterAll(() => world.close());

const site = Bun.serve({
  port: 0,
  maxRequestBodySize: Number.MAX_SAFE_INTEGER,
  fetch: (request) => leaveUnread(request, new Response('no such page', { status: 404, headers: { 'x-a': 'b' } })),
});
afterAll(() => site.stop(true));

const announced = 1_000_000_000;
const piece = Buffer.alloc(1 << 16, 'a');

type Seen = { readonly answer: string; readonly sentAtAnswer: number; readonly sent: number };

/** Sends as fast as the other side takes it, and does not look at the answer before it would have to stop. */
function upload(url: string, head: string, chunked: boolean): Promise<Seen> {
  const { hostname, port, pathname } = new URL(url);
  const frame = chunked ? Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')]) : piece;
  return new Promise((resolve) => {
    let sent = 0;
    let sentAtAnswer = -1;
    let answer = '';
    const socket = connect(Number(port), hostname);
    const send = (): void => {
      while (sent < announced && !socket.destroyed) {
        sent += piece.length;
        if (!socket.write(frame)) return void socket.once('drain', send);
      }
    };
    socket.on('connect', () => {
      const length = chunked ? 'transfer-encoding: chunked' : `content-length: ${announced}`;
      socket.write(`POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\n${length}\r\n${head}\r\n`);
      send();
    });
    socket.on('data', (bytes) => {
      if (answer === '') sentAtAnswer = sent;
      answer += bytes.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ answer, sentAtAnswer, sent }));
  });
}

const json = 'content-type: application/json\r\n';
const good = 'authorization: Bearer sk-test\r\n';
const form = 'content-type: multipart/form-data; boundary=x\r\n';

describe('a body of a gigabyte', () => {
  test.each([
    ['announced', 413, world.url('/v1/chat/completions'), json + good, false],
    ['in an announced form', 413, world.url('/v1/audio/transcriptions'), form + good, false],
    ['that nobody may send', 401, world.url('/v1/chat/completions'), `${json}authorization: Bearer sk-no\r\n`, false],
    ['that nobody may send, in chunks', 401, world.url('/v1/messages'), json, true],
    ['to where nothing is', 404, world.url('/v1/nowhere'), json + good, false],
    ['to the console', 404, `${site.url.href}x`, json, false],
  ] as const)('%s: %d at once, and the connection is closed soon after', async (_, status, url, head, chunked) => {
    const { answer, sentAtAnswer, sent } = await upload(url, head, chunked);
    expect(answer).toStartWith(`HTTP/1.1 ${status} `);
    expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n');
    // What sockets hold on both sides is some megabytes.
    expect(sentAtAnswer).toBeLessThan(16 << 20);
    expect(sent).toBeLessThan(64 << 20);
  });

  test('that grows beyond what was allowed is refused where it does', async () => {
    const { maxBodyBytes } = world.deps.snapshot().settings.relay;
    const { answer, sent } = await upload(world.url('/v1/chat/completions'), json + good, true);
    expect(answer).toStartWith('HTTP/1.1 413 ');
    expect(answer).toContain('"request_too_large"');
    expect(sent).toBeLessThan(maxBodyBytes + (64 << 20));
    expect(world.deps.load.bufferedBytes).toBe(0);
  });
});

test('a client that sends its whole body before it looks has its answer, and a short one its connection', async () => {
  const answer = await world.post('x'.repeat(8 << 20), { key: 'sk-no' });
  expect([answer.status, await answer.json()]).toMatchObject([401, { error: { code: 'invalid_api_key' } }]);
  const short = await world.post('x'.repeat(1 << 19), { key: 'sk-no' });
  expect([short.status, short.headers.get('connection')]).toEqual([401, null]);
  const page = await fetch(site.url, { method: 'POST', body: 'x'.repeat(8 << 20) });
  expect([page.status, page.headers.get('x-a'), await page.text()]).toEqual([404, 'b', 'no such page']);
});
