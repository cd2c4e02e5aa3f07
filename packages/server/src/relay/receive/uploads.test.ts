import { afterAll, afterEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../domain/refusal.ts';
import { openSpool } from '../../services/spool.ts';
import { createHttp1Client } from '../../upstream/http1-client.ts';
import { exchange, rawUpstream, requestTo } from '../../upstream/testing/servers.ts';
import { until } from '../../upstream/testing/sources.ts';
import { emptyLoad } from '../admit/load.ts';
import { openDeadlines } from '../send/deadlines.ts';
import type { Form } from './multipart/parts.ts';
import { writeMultipart } from './multipart/write-multipart.ts';
import { formLimits, readMultipart } from './read-multipart.ts';
import { BodyCut } from './read-pieces.ts';
import { formBody, sentField, sentFile } from './testing/forms.ts';

// Uploads over real sockets: client, gateway's reading, spool, gateway's writing, upstream.

const dir = mkdtempSync(join(tmpdir(), 'tollgate-uploads-'));
const spool = openSpool({ dir: join(dir, 'spool'), maxBytes: 1 << 30 });
let mostBuffered = 0;
let buffered = 0;
const load = {
  ...emptyLoad(),
  get bufferedBytes() {
    return buffered;
  },
  set bufferedBytes(bytes: number) {
    buffered = bytes;
    mostBuffered = Math.max(mostBuffered, bytes);
  },
};
let skippedMs = 0;
const now = (): number => performance.now() + skippedMs;
const deadlines = openDeadlines(now, () => undefined);
const client = createHttp1Client();

const boundary = 'b0undary';
const maxBytes = 256 << 20;
/** What a test does with a form that has come; and how each request ended. */
let use: (form: Form) => Promise<Response> = () => Promise.resolve(new Response('unused'));
let ends: string[] = [];

const server = Bun.serve({
  port: 0,
  idleTimeout: 0,
  maxRequestBodySize: Number.MAX_SAFE_INTEGER,
  async fetch(request) {
    if (request.method === 'GET') return new Response('not read');
    let form: Form | undefined;
    try {
      const watch = { deadlines, now, load, maxBufferedBytes: 1 << 30 };
      form = await readMultipart(request, { ...formLimits, maxBytes }, { watch, spool });
      ends.push('read');
      return await use(form);
    } catch (error) {
      ends.push(error instanceof Refusal ? error.code : error instanceof BodyCut ? 'cut' : String(error));
      return new Response(ends.at(-1) ?? '', { status: error instanceof Refusal ? error.status : 500 });
    } finally {
      form?.release();
    }
  },
});

afterAll(async () => {
  await server.stop(true);
  deadlines.close();
  client.close();
  rmSync(dir, { recursive: true });
});
afterEach(async () => {
  // A file is given back when the reads under way are over, which an answer does not wait for.
  await until(() => spool.stats().files === 0);
  expect(load.bufferedBytes).toBe(0);
  expect(spool.stats()).toEqual({ files: 0, bytes: 0 });
  mostBuffered = 0;
  ends = [];
});

/** The beginning of a form, and a connection that may send more of it. */
async function begin(length: number, part: Uint8Array): Promise<{ readonly answer: () => string; close(): void }> {
  let answer = '';
  let unsent = part;
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: server.port ?? 0,
    socket: {
      drain(to) {
        unsent = unsent.subarray(to.write(unsent));
      },
      data(_, chunk) {
        answer += chunk.toString();
      },
    },
  });
  socket.write(
    `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=${boundary}\r\ncontent-length: ${length}\r\n\r\n`,
  );
  unsent = unsent.subarray(socket.write(unsent));
  return { answer: () => answer, close: () => void socket.terminate() };
}

const post = (body: RequestInit['body']) =>
  fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: body ?? null,
  });

const closed = async (name: string): Promise<void> => await until(() => ends.includes(name));

test('200 MB go through with little of them in memory, to an upstream that is slower than the client', async () => {
  const size = 200 << 20;
  const piece = (index: number): Uint8Array => new Uint8Array(1 << 20).fill(index);
  const frame = Buffer.from(formBody(boundary, [sentField('model', 'alias'), sentFile('file', Buffer.from('@'))]));
  const at = frame.indexOf('@');
  const sent = new Bun.CryptoHasher('sha256');
  let index = 0;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(frame.subarray(0, at)),
    pull(controller) {
      if (index * (1 << 20) >= size) {
        controller.enqueue(frame.subarray(at + 1));
        controller.close();
        return;
      }
      const bytes = piece(index);
      sent.update(bytes);
      controller.enqueue(bytes);
      index += 1;
    },
  });

  const got = new Bun.CryptoHasher('sha256');
  let head = '';
  let left = Infinity;
  const upstream = await rawUpstream((socket: Socket) => {
    socket.on('data', (chunk: Buffer) => {
      let part = chunk;
      if (left === Infinity) {
        // The fields are before the file, in the first bytes.
        head += chunk.toString('latin1');
        const start = /filename="a.bin"\r\nContent-Type: application\/octet-stream\r\n\r\n/.exec(head);
        if (!start) return;
        part = Buffer.from(head.slice(start.index + start[0].length), 'latin1');
        left = size;
      }
      const content = part.subarray(0, left);
      got.update(content);
      left -= content.length;
      if (left === 0 && part.subarray(-4).toString() === '--\r\n') {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
        return;
      }
      socket.pause();
      setImmediate(() => socket.resume());
    });
  });
  use = async (form) => {
    expect(form.parts.map(({ name, content }) => [name, content.size])).toEqual([
      ['model', 5],
      ['file', size],
    ]);
    const { contentType, body: written } = writeMultipart(form, { set: new Map([['model', 'whisper-1']]) });
    const outcome = await exchange(
      client,
      requestTo(upstream.port, { headers: { 'content-type': contentType }, body: written }),
    );
    return new Response(outcome.body);
  };
  expect(await (await post(body)).text()).toBe('ok');
  await upstream.close();
  expect(got.digest('hex')).toBe(sent.digest('hex'));
  expect(head).toContain('whisper-1');
  // What may stay in memory, and the piece that is being worked on; Bun hands on pieces of a megabyte and a little more.
  expect(mostBuffered).toBeGreaterThan(1 << 20);
  expect(mostBuffered).toBeLessThan(formLimits.memoryBytes + (4 << 20));
}, 60_000);

describe('a client that goes wrong', () => {
  const file = formBody(boundary, [sentField('model', 'm'), sentFile('file', Buffer.alloc(3 << 20, 'x'))]);

  test('leaves before the end: nothing is kept', async () => {
    const leaving = await begin(file.length, file.subarray(0, 2 << 20));
    await until(() => spool.stats().bytes > 1 << 20);
    leaving.close();
    await closed('cut');
  });

  test('stops sending: 408, and nothing is kept', async () => {
    const slow = await begin(file.length, file.subarray(0, 2 << 20));
    await until(() => spool.stats().bytes > 1 << 20);
    await until(() => {
      skippedMs += 60_000;
      return slow.answer().includes('request_timeout');
    });
    expect(slow.answer()).toStartWith('HTTP/1.1 408');
    slow.close();
  });

  test('announces too much: 413, not a broken pipe', async () => {
    const answer = await post(new Uint8Array(maxBytes + 1));
    expect([answer.status, await answer.text()]).toEqual([413, 'request_too_large']);
  }, 30_000);

  test('sends what is no form: 400, not a broken pipe', async () => {
    const answer = await post(new Uint8Array(8 << 20));
    expect([answer.status, await answer.text()]).toEqual([400, 'invalid_request']);
  });
});

describe('passing on', () => {
  const file = formBody(boundary, [sentFile('file', Buffer.alloc(8 << 20, 'x'))]);

  test('an upstream that refuses early is heard, and no more is read of the form', async () => {
    const upstream = await rawUpstream((socket) =>
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig');
      }),
    );
    use = async (form) => {
      const { body } = writeMultipart(form);
      const outcome = await exchange(client, requestTo(upstream.port, { body }));
      return new Response(outcome.body, { status: outcome.status ?? 0 });
    };
    const answer = await post(file);
    expect([answer.status, await answer.text()]).toEqual([413, 'big']);
    await upstream.close();
  });

  test('it is sent again from its beginning to the next upstream', async () => {
    const bodies: number[] = [];
    const upstream = await rawUpstream((socket) => {
      let got = 0;
      socket.on('data', (chunk: Buffer) => {
        got += chunk.length;
        if (!chunk.subarray(-4).equals(Buffer.from('--\r\n'))) return;
        bodies.push(got);
        socket.end(`HTTP/1.1 ${bodies.length === 1 ? 500 : 200} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      });
    });
    use = async (form) => {
      const { body } = writeMultipart(form);
      const statuses = [];
      for (let round = 0; round < 2; round += 1)
        statuses.push((await exchange(client, requestTo(upstream.port, { body }))).status);
      return new Response(statuses.join(' '));
    };
    expect(await (await post(file)).text()).toBe('500 200');
    expect([bodies.length, bodies[0]]).toEqual([2, bodies[1] ?? 0]);
    await upstream.close();
  });

  test('a form that is given back while it is sent is no fault of the upstream’s', async () => {
    const upstream = await rawUpstream((socket) => socket.pause());
    use = async (form) => {
      const { body } = writeMultipart(form);
      const sending = exchange(client, requestTo(upstream.port, { body }));
      await until(() => client.stats().active === 1);
      form.release();
      return new Response((await sending).outcome);
    };
    const asked = post(file);
    expect(await (await asked).text()).toBe('request_body');
    await upstream.close();
  });
});

test('a body that is not asked for is not read, and the next request has its own answer', async () => {
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
  socket.write(`GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabcGET / HTTP/1.1\r\nhost: x\r\n\r\n`);
  await until(() => answer.split('not read').length === 3);
  expect(mostBuffered).toBe(0);
  socket.terminate();
});
