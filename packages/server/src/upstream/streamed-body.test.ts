import { afterEach, describe, expect, test } from 'bun:test';
import type { Socket } from 'node:net';
import { createHttp1Client } from './http1-client.ts';
import { exchange, onRequest, rawUpstream, requestTo } from './testing/servers.ts';
import type { Upstream } from './testing/servers.ts';
import { collectBytes, pieces, sourceOf, until } from './testing/sources.ts';
import type { UpstreamCall, UpstreamClient, UpstreamHandler } from './upstream.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function upstream(script: (socket: Socket, index: number) => void): Promise<Upstream> {
  const made = await rawUpstream(script);
  cleanups.push(() => made.close());
  return made;
}

function client(): UpstreamClient {
  const made = createHttp1Client();
  cleanups.push(() => made.close());
  return made;
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const tooLarge = 'HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig';
const ignore: UpstreamHandler = {
  head: () => undefined,
  data: () => undefined,
  end: () => undefined,
  fail: () => undefined,
};

describe('what is sent', () => {
  test.each(['iterable', 'stream'] as const)(
    'an announced length, then the bytes and nothing else (%s)',
    async (kind) => {
      let seen = '';
      const server = await upstream((socket) =>
        onRequest(socket, (request) => {
          seen = request;
          socket.write(ok);
        }),
      );
      const one = client();
      const source = sourceOf(kind, () => pieces('abc', '', 'de'), 5);
      for (let round = 0; round < 2; round += 1) {
        expect(await exchange(one, requestTo(server.port, { body: source.body }))).toMatchObject({
          outcome: 'end',
          body: 'ok',
          late: 0,
        });
        expect(seen).toBe(
          `POST /v1/x HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\ncontent-type: text/plain\r\n` +
            'accept-encoding: identity\r\ncontent-length: 5\r\n\r\nabcde',
        );
      }
      expect([server.connections(), source.opened(), source.released()]).toEqual([1, 2, 2]);
    },
  );

  test.each(['iterable', 'stream'] as const)(
    'chunks where the length is not known; no piece ends them early (%s)',
    async (kind) => {
      let seen = '';
      const server = await upstream((socket) =>
        socket.on('data', (chunk: Buffer) => {
          seen += chunk.toString('latin1');
          if (seen.endsWith('\r\n0\r\n\r\n')) socket.write(ok);
        }),
      );
      const one = client();
      const source = sourceOf(kind, () => pieces('', 'abc', '', '0\r\n\r\n', 'x'.repeat(20), ''), undefined);
      const outcome = await exchange(one, requestTo(server.port, { body: source.body }));
      expect([outcome.outcome, outcome.body]).toEqual(['end', 'ok']);
      expect(seen).toBe(
        `POST /v1/x HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\ncontent-type: text/plain\r\n` +
          'accept-encoding: identity\r\ntransfer-encoding: chunked\r\n\r\n' +
          `3\r\nabc\r\n5\r\n0\r\n\r\n\r\n14\r\n${'x'.repeat(20)}\r\n0\r\n\r\n`,
      );
      expect(one.stats()).toEqual({ active: 0, idle: 1 });
    },
  );

  test.each([[0], [undefined]])('an empty body of length %p', async (byteLength) => {
    let seen = '';
    const server = await upstream((socket) =>
      socket.on('data', (chunk: Buffer) => {
        seen += chunk.toString('latin1');
        if (/\r\n\r\n(0\r\n\r\n)?$/.test(seen)) socket.write(ok);
      }),
    );
    const one = client();
    const source = sourceOf('iterable', () => pieces(), byteLength);
    expect((await exchange(one, requestTo(server.port, { body: source.body }))).body).toBe('ok');
    expect(seen).toEndWith(
      byteLength === 0 ? 'content-length: 0\r\n\r\n' : 'transfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    );
  });

  test('the body keeps its place behind a head that the kernel does not take at once', async () => {
    const filler = 'y'.repeat(8 << 20);
    const got = collectBytes();
    const server = await upstream((socket) => {
      socket.pause();
      setTimeout(() => socket.resume(), 30);
      socket.on('data', (chunk: Buffer) => {
        got.add(chunk);
        if (got.endsWith('last')) socket.write(ok);
      });
    });
    const source = sourceOf('iterable', () => pieces('first ', 'and ', 'last'), 14);
    const request = requestTo(server.port, { headers: { 'x-filler': filler }, body: source.body });
    expect((await exchange(client(), request)).body).toBe('ok');
    expect(got.text().slice(-60)).toEndWith('content-length: 14\r\n\r\nfirst and last');
    expect(got.size()).toBe(got.text().indexOf('\r\n\r\n') + 4 + 14);
  });

  test('the handler hears of what was written', async () => {
    const server = await upstream((socket) => onRequest(socket, () => socket.write(ok)));
    const source = sourceOf('iterable', () => pieces('abc', 'de'), 5);
    const sent: number[] = [];
    const over = Promise.withResolvers<void>();
    client().send(requestTo(server.port, { body: source.body }), {
      ...ignore,
      sent: (bytes) => void sent.push(bytes),
      end: over.resolve,
    });
    await over.promise;
    expect(sent).toEqual([3, 2]);
  });
});

describe('pace', () => {
  test.each(['iterable', 'stream'] as const)(
    'a slow upstream slows the reading, and gets all of it in order (%s)',
    async (kind) => {
      const count = 1024;
      const size = 64 * 1024;
      let made = 0;
      const expected = new Bun.CryptoHasher('sha256');
      const source = sourceOf(
        kind,
        async function* () {
          for (; made < count; made += 1) {
            const piece = new Uint8Array(size).fill(made * 7);
            expected.update(piece);
            yield piece;
          }
        },
        count * size,
      );
      const hash = new Bun.CryptoHasher('sha256');
      let read = 0;
      let headOver = false;
      let reader: Socket | undefined;
      const server = await upstream((socket) => {
        reader = socket.pause();
        socket.on('data', (chunk: Buffer) => {
          const part = headOver ? chunk : chunk.subarray(chunk.indexOf('\r\n\r\n') + 4);
          headOver = true;
          hash.update(part);
          read += part.length;
          if (read === count * size) socket.write(ok);
        });
      });
      const one = client();
      const over = exchange(one, requestTo(server.port, { body: source.body }));
      // The kernel's buffers fill, and then nothing more is asked of the source.
      let before = -1;
      await until(async () => {
        const still = made > 0 && made === before;
        before = made;
        await Bun.sleep(30);
        return still;
      });
      expect(made).toBeLessThan(count / 2);
      reader?.resume();
      expect(await over).toMatchObject({ outcome: 'end', body: 'ok' });
      expect(hash.digest('hex')).toBe(expected.digest('hex'));
      expect(one.stats()).toEqual({ active: 0, idle: 1 });
    },
  );

  test('a source that never waits lets others have their turn', async () => {
    const server = await upstream((socket) => onRequest(socket, () => socket.write(ok)));
    // No more than the kernel takes at once.
    const size = 1 << 20;
    const source = sourceOf(
      'iterable',
      async function* () {
        for (let at = 0; at < size; at += 1024) yield new Uint8Array(1024);
      },
      size,
    );
    let sent = 0;
    let sentAtTurn = 0;
    const over = Promise.withResolvers<void>();
    client().send(requestTo(server.port, { body: source.body }), {
      ...ignore,
      sent(bytes) {
        if (sent === 0) setImmediate(() => (sentAtTurn = sent));
        sent += bytes;
      },
      end: over.resolve,
    });
    await over.promise;
    expect(sent).toBe(size);
    expect(sentAtTurn).toBeLessThan(size);
  });
});

describe('the call is given up', () => {
  test.each(['iterable', 'stream'] as const)('while the upstream does not read (%s)', async (kind) => {
    const server = await upstream((socket) => socket.pause());
    const one = client();
    const source = sourceOf(
      kind,
      async function* () {
        for (;;) yield new Uint8Array(1 << 16);
      },
      1 << 30,
    );
    const call = one.send(requestTo(server.port, { body: source.body }), ignore);
    await until(() => source.read() > 8);
    call.abort();
    call.abort();
    await until(() => source.released() === 1);
    expect(one.stats()).toEqual({ active: 0, idle: 0 });
    const read = source.read();
    await Bun.sleep(10);
    expect(source.read()).toBe(read);
  });

  test('while a stream waits for its next piece: it is cancelled at once', async () => {
    const server = await upstream(() => undefined);
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(3)),
      cancel() {
        cancelled = true;
      },
    });
    let sent = 0;
    const call = client().send(requestTo(server.port, { body: { byteLength: 100, open: () => stream } }), {
      ...ignore,
      sent: (bytes) => (sent += bytes),
    });
    await until(() => sent === 3);
    call.abort();
    expect(cancelled).toBe(true);
  });

  test('before there is a connection: the source is never opened', async () => {
    const server = await upstream((socket) => onRequest(socket, () => socket.write(ok)));
    const source = sourceOf('iterable', () => pieces('abc'), 3);
    const one = client();
    one.send(requestTo(server.port, { body: source.body }), ignore).abort();
    await until(() => one.stats().idle === 1);
    one.send(requestTo(server.port, { body: source.body }), ignore).abort();
    await Bun.sleep(5);
    expect(source.opened()).toBe(0);
  });

  test('the upstream cannot be reached: the source is never opened', async () => {
    const source = sourceOf('iterable', () => pieces('abc'), 3);
    expect((await exchange(client(), requestTo(1, { body: source.body }))).outcome).toBe('connect');
    expect(source.opened()).toBe(0);
  });
});

describe('the upstream answers before the body is whole', () => {
  /** Pieces up to a `go`, then the rest. */
  const inTwo = (): { readonly source: ReturnType<typeof sourceOf>; go(): void } => {
    const gate = Promise.withResolvers<void>();
    const source = sourceOf(
      'iterable',
      async function* () {
        yield Buffer.from('first');
        await gate.promise;
        yield Buffer.from('second');
      },
      11,
    );
    return { source, go: () => gate.resolve() };
  };

  test.each([
    ['413', tooLarge, 413, 'big'],
    ['401', 'HTTP/1.1 401 No\r\ncontent-length: 2\r\n\r\nno', 401, 'no'],
    ['a redirect', 'HTTP/1.1 307 There\r\nlocation: /y\r\ncontent-length: 0\r\n\r\n', 307, ''],
  ] as const)(
    '%s: delivered, nothing more is read, and the connection is not used again',
    async (_name, answer, status, text) => {
      let got = '';
      const server = await upstream((socket, index) => {
        if (index > 0) return onRequest(socket, () => socket.write(ok));
        socket.on('data', (chunk: Buffer) => {
          got += chunk.toString('latin1');
          if (got.endsWith('first')) socket.write(answer);
        });
      });
      const one = client();
      const { source, go } = inTwo();
      const seen = await exchange(one, requestTo(server.port, { body: source.body }));
      go();
      await until(() => source.released() === 1);
      expect([seen.outcome, seen.status, seen.body, seen.late]).toEqual(['end', status, text, 0]);
      expect((await exchange(one, requestTo(server.port))).body).toBe('ok');
      expect([server.connections(), got.endsWith('first')]).toEqual([2, true]);
    },
  );

  test('a refusal whose body comes later is waited for, while nothing more is sent', async () => {
    let socket: Socket | undefined;
    let got = '';
    const server = await upstream((made) => {
      socket = made;
      made.on('data', (chunk: Buffer) => {
        if (got === '') made.write('HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\n');
        got += chunk.toString('latin1');
      });
    });
    const { source, go } = inTwo();
    let status = 0;
    const over = Promise.withResolvers<string>();
    let text = '';
    client().send(requestTo(server.port, { body: source.body }), {
      head: (code) => (status = code),
      data: (chunk) => (text += Buffer.from(chunk).toString()),
      end: () => over.resolve('end'),
      fail: over.resolve,
    });
    await until(() => status === 413);
    go();
    await until(() => source.released() === 1);
    socket?.write('big');
    expect([await over.promise, text, got.includes('second')]).toEqual(['end', 'big', false]);
  });

  test('an upstream that takes nothing and answers 413 to a large body', async () => {
    const server = await upstream((socket, index) => {
      if (index > 0) return onRequest(socket, () => socket.write(ok));
      socket.once('data', () => {
        socket.pause();
        socket.write(tooLarge);
      });
    });
    const one = client();
    const source = sourceOf(
      'stream',
      async function* () {
        for (;;) yield new Uint8Array(1 << 16);
      },
      1 << 30,
    );
    const seen = await exchange(one, requestTo(server.port, { body: source.body }));
    expect([seen.outcome, seen.status, seen.body]).toEqual(['end', 413, 'big']);
    expect((await exchange(one, requestTo(server.port))).body).toBe('ok');
    expect([server.connections(), source.released()]).toEqual([2, 1]);
  });

  test.each(['iterable', 'bytes'] as const)('413 and a reset: what was said before it is heard (%s)', async (kind) => {
    const hungUp = Promise.withResolvers<void>();
    const server = await upstream((socket) =>
      socket.once('data', () => {
        socket.pause();
        socket.write(tooLarge, () => {
          socket.resetAndDestroy();
          // The next write meets the reset before the answer was read.
          setImmediate(() => hungUp.resolve());
        });
      }),
    );
    const source = sourceOf(
      'iterable',
      async function* () {
        yield new Uint8Array(1 << 16);
        await hungUp.promise;
        for (;;) yield new Uint8Array(1 << 16);
      },
      1 << 30,
    );
    const body = kind === 'bytes' ? new Uint8Array(16 << 20) : source.body;
    const seen = await exchange(client(), requestTo(server.port, { body }));
    expect([seen.outcome, seen.status, seen.body]).toEqual(['end', 413, 'big']);
  });

  test('a success that begins early goes on beside the body', async () => {
    let got = '';
    const server = await upstream((socket) =>
      socket.on('data', (chunk: Buffer) => {
        got += chunk.toString('latin1');
        if (got.endsWith('first')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nea');
        if (got.endsWith('second')) socket.write('rl');
      }),
    );
    const one = client();
    const { source, go } = inTwo();
    const text: string[] = [];
    const over = Promise.withResolvers<string>();
    one.send(requestTo(server.port, { body: source.body }), {
      head: () => undefined,
      data: (chunk) => {
        text.push(Buffer.from(chunk).toString());
        go();
      },
      end: () => over.resolve('end'),
      fail: over.resolve,
    });
    expect([await over.promise, text]).toEqual(['end', ['ea', 'rl']]);
    expect(one.stats()).toEqual({ active: 0, idle: 1 });
  });

  test('a success that is whole before the body is: delivered, and the connection is not used again', async () => {
    const server = await upstream((socket, index) => {
      if (index > 0) return onRequest(socket, () => socket.write(ok));
      socket.once('data', () => socket.write(ok));
    });
    const one = client();
    const { source, go } = inTwo();
    expect((await exchange(one, requestTo(server.port, { body: source.body }))).body).toBe('ok');
    go();
    await until(() => source.released() === 1);
    expect((await exchange(one, requestTo(server.port))).body).toBe('ok');
    expect(server.connections()).toBe(2);
  });
});

describe('the body cannot be read', () => {
  const broken = (after: number, byteLength: number | undefined) =>
    sourceOf(
      'iterable',
      async function* () {
        for (let at = 0; at < after; at += 1) yield Buffer.from('abc');
        await Bun.sleep(2);
        throw new Error('the spool is gone');
      },
      byteLength,
    );

  const failing: [name: string, make: () => ReturnType<typeof sourceOf>, most: number][] = [
    ['it fails at once', () => broken(0, 9), 0],
    ['it fails in the middle', () => broken(2, 9), 6],
    ['it fails in the middle, in chunks', () => broken(2, undefined), 16],
    ['it ends too early', () => sourceOf('iterable', () => pieces('abc', 'de'), 9), 5],
    ['a stream that ends too early', () => sourceOf('stream', () => pieces('abc', 'de'), 9), 5],
    ['a piece goes beyond its length', () => sourceOf('iterable', () => pieces('abc', 'GET / HTTP/1.1\r\n\r\n'), 9), 3],
    [
      'it cannot be opened',
      () => ({
        ...sourceOf('iterable', () => pieces(), 9),
        body: {
          byteLength: 9,
          open() {
            throw new Error('no such file');
          },
        },
      }),
      0,
    ],
  ];
  test.each(failing)(
    '%s: no fault of the upstream’s, and the next request has its own answer',
    async (_name, make, most) => {
      let first = '';
      let closed = false;
      const server = await upstream((socket, index) => {
        if (index > 0) return onRequest(socket, () => socket.write(ok));
        socket.on('data', (chunk: Buffer) => (first += chunk.toString('latin1')));
        socket.on('close', () => (closed = true));
        socket.on('end', () => socket.end());
      });
      const one = client();
      const seen = await exchange(one, requestTo(server.port, { body: make().body }));
      expect([seen.outcome, seen.status, seen.late]).toEqual(['request_body', undefined, 0]);
      await until(() => closed);
      const body = first.slice(first.indexOf('\r\n\r\n') + 4);
      expect(body.length).toBeLessThanOrEqual(most);
      expect(body).not.toContain('0\r\n\r\n');
      expect((await exchange(one, requestTo(server.port))).body).toBe('ok');
    },
  );

  test('what lies beyond the announced length is never sent', async () => {
    let seen = '';
    const server = await upstream((socket) =>
      onRequest(socket, (request) => {
        seen += request;
        socket.write(ok);
      }),
    );
    const one = client();
    const source = sourceOf('iterable', () => pieces('abc', 'GET / HTTP/1.1\r\n\r\n'), 3);
    expect((await exchange(one, requestTo(server.port, { body: source.body }))).body).toBe('ok');
    expect([seen.endsWith('\r\n\r\nabc'), source.released()]).toEqual([true, 1]);
  });

  test('once the upstream has begun to answer', async () => {
    const server = await upstream((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nea')),
    );
    const gate = Promise.withResolvers<void>();
    const source = sourceOf(
      'iterable',
      async function* () {
        yield Buffer.from('abc');
        await gate.promise;
        throw new Error('the client left');
      },
      9,
    );
    const over = Promise.withResolvers<string>();
    client().send(requestTo(server.port, { body: source.body }), {
      head: () => gate.resolve(),
      data: () => undefined,
      end: () => over.resolve('end'),
      fail: (cause, message) => over.resolve(`${cause}: ${message}`),
    });
    expect(await over.promise).toBe('request_body: the client left');
  });
});

describe('the connection breaks', () => {
  test('a kept connection that the upstream has closed is replaced, and the body read again from its beginning', async () => {
    const bodies: string[] = [];
    const server = await upstream((socket, index) => {
      onRequest(socket, (request, nth) => {
        if (index === 0 && nth === 1) return;
        bodies.push(request.slice(request.indexOf('\r\n\r\n') + 4));
        socket.write(ok);
      });
      let got = 0;
      socket.on('data', () => {
        got += 1;
        if (index === 0 && got > 1) socket.destroy();
      });
    });
    const one = client();
    const source = sourceOf(
      'iterable',
      async function* () {
        for (const letter of ['a', 'b', 'c']) {
          yield Buffer.from(letter);
          await Bun.sleep(2);
        }
      },
      3,
    );
    await exchange(one, requestTo(server.port));
    const seen = await exchange(one, requestTo(server.port, { body: source.body }));
    expect([seen.outcome, seen.body, seen.late]).toEqual(['end', 'ok', 0]);
    expect([bodies, server.connections(), source.opened()]).toEqual([['hello', 'abc'], 2, 2]);
    await until(() => source.released() === 2);
  });

  test('a new connection that dies in the middle of the body is a reset, and the source is released', async () => {
    const server = await upstream((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const source = sourceOf(
      'iterable',
      async function* () {
        for (;;) {
          yield Buffer.from('abc');
          await Bun.sleep(1);
        }
      },
      1 << 20,
    );
    const one = client();
    expect((await exchange(one, requestTo(server.port, { body: source.body }))).outcome).toBe('reset');
    await until(() => source.released() === 1);
    expect([one.stats(), server.connections()]).toEqual([{ active: 0, idle: 0 }, 1]);
  });

  test('the client closes', async () => {
    const server = await upstream((socket) => socket.pause());
    const source = sourceOf(
      'stream',
      async function* () {
        for (;;) yield new Uint8Array(1 << 16);
      },
      undefined,
    );
    const one = client();
    const call: Promise<{ readonly outcome: string }> = exchange(one, requestTo(server.port, { body: source.body }));
    await until(() => source.read() > 8);
    one.close();
    expect((await call).outcome).toBe('reset');
    await until(() => source.released() === 1);
  });

  test('a handler that throws ends its own exchange only', async () => {
    const server = await upstream((socket) => onRequest(socket, () => socket.write(ok)));
    const one = client();
    const over = Promise.withResolvers<string>();
    const source = sourceOf('iterable', () => pieces('abc', 'def'), 6);
    const call: UpstreamCall = one.send(requestTo(server.port, { body: source.body }), {
      ...ignore,
      sent() {
        throw new Error('a bug');
      },
      fail: (cause) => over.resolve(cause),
    });
    expect(await over.promise).toBe('request_body');
    call.abort();
    expect((await exchange(one, requestTo(server.port))).body).toBe('ok');
  });
});
