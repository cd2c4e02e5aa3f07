import { afterEach, describe, expect, test } from 'bun:test';
import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { createHttp1Client } from './http1-client.ts';
import type { Http1Options } from './http1-client.ts';
import { exchange, onRequest, rawUpstream, requestTo } from './testing/servers.ts';
import type { Outcome, Upstream } from './testing/servers.ts';
import type { UpstreamCall, UpstreamClient } from './upstream.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function upstream(script: (socket: Socket, index: number) => void): Promise<Upstream> {
  const made = await rawUpstream(script);
  cleanups.push(() => made.close());
  return made;
}

function client(options: Http1Options = {}): UpstreamClient {
  const made = createHttp1Client(options);
  cleanups.push(() => made.close());
  return made;
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const chunkedHead = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

/** One answer for the first request, then (on whatever connection comes) a plain one for the second. */
async function answerThenNext(
  answer: string | readonly string[],
  then: 'stay' | 'close' | 'reset' = 'stay',
): Promise<{ first: Outcome; second: Outcome; connections: number }> {
  let requests = 0;
  const server = await upstream((socket) =>
    onRequest(socket, () => {
      requests += 1;
      if (requests > 1) {
        socket.write('HTTP/1.1 201 Next\r\ncontent-length: 4\r\n\r\nnext');
        return;
      }
      for (const part of typeof answer === 'string' ? [answer] : answer) socket.write(part, 'latin1');
      if (then === 'close') socket.end();
      else if (then === 'reset') setTimeout(() => socket.resetAndDestroy(), 5);
    }),
  );
  const one = client();
  const first = await exchange(one, requestTo(server.port));
  await Bun.sleep(3);
  const second = await exchange(one, requestTo(server.port));
  expect(first.late + second.late).toBe(0);
  return { first, second, connections: server.connections() };
}

describe('answers that are right', () => {
  const cases: Record<string, { answer: string; body: string; connections: number; status?: number }> = {
    'with a length': { answer: ok, body: 'ok', connections: 1 },
    'with a length of zero': { answer: 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', body: '', connections: 1 },
    'with the same length twice': {
      answer: 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nContent-Length: 2\r\n\r\nok',
      body: 'ok',
      connections: 1,
    },
    'without a reason': { answer: 'HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok', body: 'ok', connections: 1 },
    'in chunks': { answer: `${chunkedHead}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`, body: 'abcde', connections: 1 },
    'in chunks with sizes in both cases': {
      answer: `${chunkedHead}A\r\n0123456789\r\nb\r\n0123456789a\r\n00\r\n\r\n`,
      body: '01234567890123456789a',
      connections: 1,
    },
    'in chunks with extensions': {
      answer: `${chunkedHead}3;name=value;q="x y"\r\nabc\r\n1 ; a\r\nd\r\n0;last\r\n\r\n`,
      body: 'abcd',
      connections: 1,
    },
    'in chunks with trailers': {
      answer: `${chunkedHead}1\r\na\r\n0\r\nx-checksum: 1\r\ncontent-length: 99\r\n\r\n`,
      body: 'a',
      connections: 1,
    },
    'after 100 and 103': {
      answer: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${ok}`,
      body: 'ok',
      connections: 1,
    },
    '204 without a body': { answer: 'HTTP/1.1 204 No Content\r\n\r\n', body: '', connections: 1, status: 204 },
    '304 with a length that means nothing': {
      answer: 'HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n',
      body: '',
      connections: 1,
      status: 304,
    },
    'that wants the connection closed': {
      answer: 'HTTP/1.1 200 OK\r\nConnection: Close\r\ncontent-length: 2\r\n\r\nok',
      body: 'ok',
      connections: 2,
    },
    'in HTTP/1.0': { answer: 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok', body: 'ok', connections: 2 },
  };
  for (const [name, { answer, body, connections, status = 200 }] of Object.entries(cases)) {
    test(`${name}; the next request has its own answer`, async () => {
      const seen = await answerThenNext(answer);
      expect([seen.first.outcome, seen.first.status, seen.first.body]).toEqual(['end', status, body]);
      expect([seen.second.outcome, seen.second.body, seen.connections]).toEqual(['end', 'next', connections]);
    });
  }

  test('delimited by the close', async () => {
    const seen = await answerThenNext('HTTP/1.0 200 OK\r\n\r\nall of it', 'close');
    expect([seen.first.outcome, seen.first.body, seen.second.body]).toEqual(['end', 'all of it', 'next']);
  });

  test('headers are in lower case, trimmed, and joined', async () => {
    const { first } = await answerThenNext(
      'HTTP/1.1 200 OK\r\nX-One:  a \t\r\nx-one: b\r\nX-Empty:\r\ncontent-length: 0\r\n\r\n',
    );
    expect([first.headers.get('x-one'), first.headers.get('x-empty')]).toEqual(['a, b', '']);
  });

  test.each([
    ['gzip', (bytes: Buffer) => gzipSync(bytes)],
    ['GZIP', (bytes: Buffer) => gzipSync(bytes)],
    ['deflate', (bytes: Buffer) => deflateSync(bytes)],
    ['br', (bytes: Buffer) => brotliCompressSync(bytes)],
    ['zstd', (bytes: Buffer) => zstdCompressSync(bytes)],
  ])('coded with %s although identity was asked for', async (coding, encode) => {
    const text = 'All work and no play. '.repeat(2000);
    const coded = encode(Buffer.from(text));
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\ncontent-length: ${coded.length}\r\n\r\n`;
    const seen = await answerThenNext([head, coded.toString('latin1')]);
    expect([seen.first.outcome, seen.first.body]).toEqual(['end', text]);
    expect([seen.first.headers.get('content-encoding'), seen.first.headers.get('content-length')]).toEqual([
      undefined,
      undefined,
    ]);
    expect([seen.second.body, seen.connections]).toEqual(['next', 1]);
  });

  test('a coding named over an empty body', async () => {
    const seen = await answerThenNext('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 0\r\n\r\n');
    expect([seen.first.outcome, seen.first.body, seen.second.body]).toEqual(['end', '', 'next']);
  });

  test('what is sent is one well-formed request', async () => {
    let seen = '';
    const server = await upstream((socket) =>
      onRequest(socket, (request) => {
        seen = request;
        socket.write(ok);
      }),
    );
    await exchange(client(), requestTo(server.port, { path: '/v1/x?y=1' }));
    expect(seen).toBe(
      `POST /v1/x?y=1 HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\ncontent-type: text/plain\r\n` +
        'accept-encoding: identity\r\ncontent-length: 5\r\n\r\nhello',
    );
  });

  test('a GET has no length', async () => {
    let seen = '';
    const server = await upstream((socket) =>
      onRequest(socket, (request) => {
        seen = request;
        socket.write(ok);
      }),
    );
    await exchange(client(), requestTo(server.port, { body: undefined, method: 'GET' }));
    expect(seen.startsWith('GET /v1/x HTTP/1.1\r\n') && !seen.includes('content-length')).toBe(true);
  });
});

describe('answers that are wrong end in one failure, and the next request has its own answer', () => {
  const head = 'HTTP/1.1 200 OK\r\n';
  const cases: Record<string, [answer: string, outcome: Outcome['outcome'], then?: 'close' | 'reset']> = {
    'not HTTP': ['220 smtp ready\r\n\r\n', 'protocol'],
    'HTTP/2 preface': ['HTTP/2.0 200 OK\r\n\r\n', 'protocol'],
    'a status that is no number': ['HTTP/1.1 2x0 OK\r\n\r\n', 'protocol'],
    'a status of four digits': ['HTTP/1.1 2000\r\n\r\n', 'protocol'],
    'an empty line first': [`\r\n${ok}`, 'protocol'],
    'bare LF after the status': ['HTTP/1.1 200 OK\ncontent-length: 2\r\n\r\nok', 'protocol'],
    'bare LF after a header': [`${head}a: b\ncontent-length: 2\r\n\r\nok`, 'protocol'],
    'bare CR in a header': [`${head}a: b\rc: d\r\n\r\n`, 'protocol'],
    'NUL in a header': [`${head}a: b\0\r\n\r\n`, 'protocol'],
    'a folded header': [`${head}a: b\r\n c\r\ncontent-length: 2\r\n\r\nok`, 'protocol'],
    'a space before the colon': [`${head}content-length : 2\r\n\r\nok`, 'protocol'],
    'no colon': [`${head}nonsense\r\n\r\n`, 'protocol'],
    'no name': [`${head}: x\r\n\r\n`, 'protocol'],
    'two lengths': [`${head}content-length: 2\r\ncontent-length: 3\r\n\r\nok`, 'protocol'],
    'two lengths in one line': [`${head}content-length: 2, 3\r\n\r\nok`, 'protocol'],
    'a negative length': [`${head}content-length: -2\r\n\r\nok`, 'protocol'],
    'a signed length': [`${head}content-length: +2\r\n\r\nok`, 'protocol'],
    'a hexadecimal length': [`${head}content-length: 0x2\r\n\r\nok`, 'protocol'],
    'an empty length': [`${head}content-length:\r\n\r\nok`, 'protocol'],
    'a length beyond counting': [`${head}content-length: 99999999999999999999\r\n\r\nok`, 'protocol'],
    'a length and chunks': [`${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 'protocol'],
    'chunked twice': [`${head}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 'protocol'],
    'an unknown coding': [`${head}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 'protocol'],
    'a disguised coding': [`${head}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`, 'protocol'],
    'chunks in HTTP/1.0': ['HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', 'protocol'],
    'switching protocols': ['HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n', 'protocol'],
    'a chunk size that is no number': [`${chunkedHead}xyz\r\n`, 'protocol'],
    'an empty chunk size': [`${chunkedHead}\r\nabc\r\n`, 'protocol'],
    'a negative chunk size': [`${chunkedHead}-1\r\nabc\r\n`, 'protocol'],
    'a prefixed chunk size': [`${chunkedHead}0x3\r\nabc\r\n`, 'protocol'],
    'a chunk size that overflows': [`${chunkedHead}ffffffffffffffff\r\nabc\r\n`, 'protocol'],
    'a chunk size of many zeros': [`${chunkedHead}${'0'.repeat(40)}1\r\na\r\n0\r\n\r\n`, 'protocol'],
    'a chunk size with a bare LF': [`${chunkedHead}3\nabc\r\n0\r\n\r\n`, 'protocol'],
    'a chunk longer than its size': [`${chunkedHead}3\r\nabcd\r\n0\r\n\r\n`, 'protocol'],
    'a chunk without CRLF': [`${chunkedHead}3\r\nabc3\r\ndef\r\n0\r\n\r\n`, 'protocol'],
    'a chunk with a bare LF': [`${chunkedHead}3\r\nabc\n0\r\n\r\n`, 'protocol'],
    'an endless chunk extension': [`${chunkedHead}3;${'x'.repeat(5000)}`, 'protocol'],
    'a chunk extension with LF': [`${chunkedHead}3;a\nabc\r\n0\r\n\r\n`, 'protocol'],
    'endless trailers': [`${chunkedHead}0\r\n${'x: y\r\n'.repeat(4000)}`, 'too_large'],
    'a trailer with a bare LF': [`${chunkedHead}0\r\nx: y\n\r\n`, 'protocol'],
    'a head over the limit': [`${head}${`x-filler: ${'y'.repeat(1000)}\r\n`.repeat(70)}\r\n`, 'too_large'],
    'a head line that never ends': [`${head}x: ${'y'.repeat(70_000)}`, 'too_large'],
    'endless informational answers': ['HTTP/1.1 100 Continue\r\n\r\n'.repeat(4000), 'too_large'],
    'a close before anything': ['', 'reset', 'close'],
    'a close in the head': [`${head}content-le`, 'cut', 'close'],
    'a close after an informational answer': ['HTTP/1.1 100 Continue\r\n\r\n', 'cut', 'close'],
    'a close in the body': [`${head}content-length: 10\r\n\r\nhalf`, 'cut', 'close'],
    'a close in a chunk': [`${chunkedHead}a\r\nhalf`, 'cut', 'close'],
    'a close between chunks': [`${chunkedHead}4\r\nhalf\r\n`, 'cut', 'close'],
    'a close before the last CRLF': [`${chunkedHead}4\r\nhalf\r\n0\r\n`, 'cut', 'close'],
    'an unknown content coding': [`${head}content-encoding: x-own\r\ncontent-length: 2\r\n\r\nok`, 'protocol'],
    'two content codings': [`${head}content-encoding: gzip, br\r\ncontent-length: 2\r\n\r\nok`, 'protocol'],
    'a reset before anything': ['', 'reset', 'reset'],
    'a reset in the body': [`${head}content-length: 10\r\n\r\nhalf`, 'cut', 'reset'],
    'a reset in a body delimited by the close': [`${head}\r\nhalf`, 'cut', 'reset'],
  };
  for (const [name, [answer, outcome, then]] of Object.entries(cases)) {
    test(name, async () => {
      const seen = await answerThenNext(answer, then ?? 'stay');
      expect(seen.first.outcome).toBe(outcome);
      expect([seen.second.outcome, seen.second.status, seen.second.body]).toEqual(['end', 201, 'next']);
      expect(seen.connections).toBe(2);
    });
  }

  test.each([
    ['not what its coding says', 'plainly not gzip, and long enough to tell', 'protocol'],
    ['a coded body that stops short', gzipSync(Buffer.alloc(5000, 'a')).subarray(0, 30).toString('latin1'), 'cut'],
  ] as const)('%s', async (_name, body, outcome) => {
    const seen = await answerThenNext(
      `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    expect([seen.first.outcome, seen.second.body]).toEqual([outcome, 'next']);
  });

  test.each([
    ['a length', `${ok}HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison`],
    ['chunks', `${chunkedHead}2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison`],
    ['no body', 'HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison'],
  ])('more than an answer with %s: the rest is nobody’s', async (_name, answer) => {
    const seen = await answerThenNext(answer);
    expect([seen.first.outcome, seen.second.body, seen.connections]).toEqual(['end', 'next', 2]);
  });

  test('garbage on an idle connection closes it', async () => {
    const server = await upstream((socket) =>
      onRequest(socket, () => {
        socket.write(ok);
        setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison'), 5);
      }),
    );
    const one = client();
    expect((await exchange(one, requestTo(server.port))).body).toBe('ok');
    await Bun.sleep(15);
    expect(one.stats()).toEqual({ active: 0, idle: 0 });
    expect((await exchange(one, requestTo(server.port))).body).toBe('ok');
    expect(server.connections()).toBe(2);
  });
});

describe('timing', () => {
  test('an answer byte by byte is the same answer', async () => {
    const answer = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nx-a: b\r\ntransfer-encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nt: u\r\n\r\n`;
    const server = await upstream((socket) =>
      onRequest(socket, () => {
        const drip = (at: number): void => {
          if (at >= answer.length) return;
          socket.write(answer.slice(at, at + 1), () => setImmediate(drip, at + 1));
        };
        drip(0);
      }),
    );
    const one = client();
    for (let round = 0; round < 2; round += 1) {
      const seen = await exchange(one, requestTo(server.port));
      expect([seen.outcome, seen.body, seen.headers.get('x-a')]).toEqual(['end', 'hello', 'b']);
    }
    expect(server.connections()).toBe(1);
  });

  test('a head cut in two at every byte is the same head', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nx-a: b\r\ncontent-length: 2\r\n\r\nok';
    let cut = 0;
    const server = await upstream((socket) =>
      onRequest(socket, () => {
        socket.write(answer.slice(0, cut), () => setTimeout(() => socket.write(answer.slice(cut)), 1));
      }),
    );
    const one = client();
    for (cut = 1; cut < answer.length; cut += 1) {
      const seen = await exchange(one, requestTo(server.port));
      expect([seen.outcome, seen.body, seen.headers.get('x-a')]).toEqual(['end', 'ok', 'b']);
    }
    expect(server.connections()).toBe(1);
  });

  test('a kept connection that the upstream has closed is replaced without anyone noticing', async () => {
    const server = await upstream((socket, index) => {
      onRequest(socket, (_request, nth) => {
        if (index === 0 && nth === 1) socket.destroy();
        else socket.write(ok);
      });
    });
    const one = client();
    await exchange(one, requestTo(server.port));
    const seen = await exchange(one, requestTo(server.port));
    expect([seen.outcome, seen.body, server.connections()]).toEqual(['end', 'ok', 2]);
  });

  test('closed after a byte of the answer: no second try', async () => {
    let requests = 0;
    const server = await upstream((socket) =>
      onRequest(socket, () => {
        requests += 1;
        if (requests === 1) socket.write(ok);
        else socket.end('H');
      }),
    );
    const one = client();
    await exchange(one, requestTo(server.port));
    expect((await exchange(one, requestTo(server.port))).outcome).toBe('cut');
    expect(requests).toBe(2);
  });

  test('an upstream that closes every time is asked at most twice', async () => {
    let requests = 0;
    const server = await upstream((socket) =>
      onRequest(socket, () => {
        requests += 1;
        if (requests === 1) socket.write(ok);
        else socket.destroy();
      }),
    );
    const one = client();
    await exchange(one, requestTo(server.port));
    expect((await exchange(one, requestTo(server.port))).outcome).toBe('reset');
    expect(requests).toBe(3);
  });

  test('closed while idle', async () => {
    const server = await upstream((socket) => onRequest(socket, () => socket.end(ok)));
    const one = client();
    for (let round = 0; round < 3; round += 1) expect((await exchange(one, requestTo(server.port))).body).toBe('ok');
    await Bun.sleep(5);
    expect(one.stats()).toEqual({ active: 0, idle: 0 });
  });
});

test('a connection that dies after it worked on a request for a while: the request is not sent again', async () => {
  let requests = 0;
  const server = await upstream((socket) =>
    onRequest(socket, (_request, nth) => {
      requests += 1;
      if (nth === 0) socket.write(ok);
      else setTimeout(() => socket.destroy(), 1100);
    }),
  );
  const one = client();
  expect((await exchange(one, requestTo(server.port))).outcome).toBe('end');
  expect((await exchange(one, requestTo(server.port))).outcome).toBe('reset');
  expect(requests).toBe(2);
});

describe('big and slow', () => {
  test('8 MB go out to a reader that stops for a while, whole and in order', async () => {
    const body = new Uint8Array(8 << 20);
    for (let at = 0; at < body.length; at += 1) body[at] = (at * 31 + (at >> 12)) & 0xff;
    const hash = new Bun.CryptoHasher('sha256');
    let read = 0;
    let headOver = false;
    const server = await upstream((socket) => {
      socket.pause();
      setTimeout(() => socket.resume(), 30);
      socket.on('data', (chunk: Buffer) => {
        let part = chunk;
        if (!headOver) {
          headOver = true;
          part = chunk.subarray(chunk.indexOf('\r\n\r\n') + 4);
        }
        hash.update(part);
        read += part.length;
        if (read === body.length) socket.write(ok);
      });
    });
    const one = client();
    const seen = await exchange(one, requestTo(server.port, { body }));
    expect([seen.outcome, read]).toEqual(['end', body.length]);
    expect(hash.digest('hex')).toBe(new Bun.CryptoHasher('sha256').update(body).digest('hex'));
    expect(one.stats()).toEqual({ active: 0, idle: 1 });
  });

  test('many requests at once over partial writes do not mix', async () => {
    const server = await upstream((socket) => {
      socket.pause();
      setTimeout(() => socket.resume(), 10);
      onRequest(socket, (request) => {
        const body = request.slice(request.indexOf('\r\n\r\n') + 4);
        const pure = body.split('').every((char) => char === body[0]);
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n${pure ? body[0] : '!'}${body.length % 10}`);
      });
    });
    const one = client();
    const letters = 'abcdefghijklmnop';
    const seen = await Promise.all(
      [...letters].map((letter, index) =>
        exchange(one, requestTo(server.port, { body: new Uint8Array(60_000 + index).fill(letter.charCodeAt(0)) })),
      ),
    );
    expect(seen.map((one_) => one_.body)).toEqual([...letters].map((letter, index) => `${letter}${index % 10}`));
  });

  test('an answer before the whole request was read is delivered; that connection is not used again', async () => {
    const server = await upstream((socket, index) => {
      if (index > 0) {
        onRequest(socket, () => socket.write(ok));
        return;
      }
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig');
      });
    });
    const one = client();
    const seen = await exchange(one, requestTo(server.port, { body: new Uint8Array(16 << 20) }));
    expect([seen.outcome, seen.status, seen.body]).toEqual(['end', 413, 'big']);
    expect((await exchange(one, requestTo(server.port))).body).toBe('ok');
    expect(server.connections()).toBe(2);
  });

  test('an upstream that never reads can be aborted', async () => {
    const server = await upstream((socket) => socket.pause());
    const one = client();
    const calls: string[] = [];
    const call = one.send(requestTo(server.port, { body: new Uint8Array(16 << 20) }), recorder(calls));
    await Bun.sleep(20);
    expect(one.stats().active).toBe(1);
    call.abort();
    call.abort();
    await Bun.sleep(5);
    expect([calls, one.stats()]).toEqual([[], { active: 0, idle: 0 }]);
  });

  test('a paused exchange stops the upstream, and loses nothing', async () => {
    const size = 32 << 20;
    let taken = 0;
    const server = await upstream((socket) =>
      onRequest(socket, () => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`);
        const piece = Buffer.alloc(1 << 16, 7);
        const fill = (): void => {
          while (taken < size) {
            taken += piece.length;
            if (!socket.write(piece)) {
              socket.once('drain', fill);
              return;
            }
          }
        };
        fill();
      }),
    );
    let got = 0;
    const over = Promise.withResolvers<string>();
    const call: UpstreamCall = client().send(requestTo(server.port), {
      head() {},
      data(chunk) {
        if (got === 0) call.pause();
        got += chunk.length;
      },
      end: () => over.resolve('end'),
      fail: (cause) => over.resolve(cause),
    });
    await Bun.sleep(60);
    const whilePaused = got;
    const sentWhilePaused = taken;
    await Bun.sleep(30);
    expect([got, taken]).toEqual([whilePaused, sentWhilePaused]);
    expect(taken).toBeLessThan(size);
    call.resume();
    expect(await over.promise).toBe('end');
    expect(got).toBe(size);
  });

  test('paused over the end of the answer: the connection works for the next one', async () => {
    const server = await upstream((socket) => onRequest(socket, () => socket.write(ok)));
    const one = client();
    for (let round = 0; round < 3; round += 1) {
      const over = Promise.withResolvers<string>();
      const call: UpstreamCall = one.send(requestTo(server.port), {
        head: () => call.pause(),
        data() {},
        end: () => over.resolve('end'),
        fail: (cause) => over.resolve(cause),
      });
      expect(await over.promise).toBe('end');
    }
    expect(server.connections()).toBe(1);
  });

  test.each(['head', 'data'] as const)('abort inside %s: nothing more is called', async (when) => {
    const server = await upstream((socket, index) =>
      onRequest(socket, () => socket.write(index === 0 ? `${chunkedHead}1\r\na\r\n1\r\nb\r\n0\r\n\r\n` : ok)),
    );
    const one = client();
    const calls: string[] = [];
    const record = recorder(calls);
    const call: UpstreamCall = one.send(requestTo(server.port), {
      ...record,
      head(status, headers) {
        record.head(status, headers);
        if (when === 'head') call.abort();
      },
      data(chunk) {
        record.data(chunk);
        if (when === 'data') call.abort();
      },
    });
    await Bun.sleep(20);
    expect(calls).toEqual(when === 'head' ? ['head 200'] : ['head 200', 'data a']);
    expect((await exchange(one, requestTo(server.port))).body).toBe('ok');
    expect(server.connections()).toBe(2);
  });

  test('a handler that throws ends its own exchange only', async () => {
    const server = await upstream((socket) => onRequest(socket, () => socket.write(ok)));
    const one = client();
    const calls: string[] = [];
    one.send(requestTo(server.port), {
      ...recorder(calls),
      data() {
        throw new Error('a bug');
      },
    });
    await Bun.sleep(15);
    expect(calls).toEqual(['head 200', 'fail protocol']);
    expect((await exchange(one, requestTo(server.port))).body).toBe('ok');
  });
});

describe('connecting', () => {
  test('nobody listens', async () => {
    expect((await exchange(client(), requestTo(1))).outcome).toBe('connect');
  });

  test('a name that does not exist', async () => {
    const request = requestTo(80);
    const named = { ...request, origin: { ...request.origin, host: 'nothing.invalid' } };
    expect((await exchange(client(), named)).outcome).toBe('dns');
  });

  test('nobody answers the connection', async () => {
    const request = requestTo(80, { connectTimeoutMs: 40 });
    // TEST-NET-1 (RFC 5737): routed nowhere; a machine without a route says so at once.
    const away = { ...request, origin: { ...request.origin, host: '192.0.2.1' } };
    expect(['connect_timeout', 'connect']).toContain((await exchange(client(), away)).outcome);
  });

  test('abort while connecting', async () => {
    const server = await upstream((socket) => onRequest(socket, () => socket.write(ok)));
    const calls: string[] = [];
    const one = client();
    one.send(requestTo(server.port), recorder(calls)).abort();
    await Bun.sleep(10);
    expect(calls).toEqual([]);
    expect(one.stats()).toEqual({ active: 0, idle: 1 });
  });

  test('a request that would break out of its head is refused', async () => {
    const server = await upstream((socket) => onRequest(socket, () => socket.write(ok)));
    const one = client();
    const bad = [
      requestTo(server.port, { path: '/x y' }),
      requestTo(server.port, { path: '/x\r\nhost: evil' }),
      requestTo(server.port, { path: 'x' }),
      requestTo(server.port, { headers: { a: 'b\r\nc: d' } }),
      requestTo(server.port, { headers: { 'a: b\r\nc': 'd' } }),
      requestTo(server.port, { headers: { a: 'Привет' } }),
    ];
    for (const request of bad) expect((await exchange(one, request)).outcome).toBe('protocol');
    expect(server.connections()).toBe(0);
  });

  test('connections to one origin are capped; the others wait their turn or time out', async () => {
    let open = 0;
    let most = 0;
    const server = await upstream((socket) =>
      onRequest(socket, () => {
        open += 1;
        most = Math.max(most, open);
        setTimeout(() => {
          open -= 1;
          socket.write(ok);
        }, 3);
      }),
    );
    const one = client({ maxConnections: 2 });
    const seen = await Promise.all(Array.from({ length: 9 }, () => exchange(one, requestTo(server.port))));
    expect(seen.every(({ outcome }) => outcome === 'end')).toBe(true);
    expect([most, server.connections()]).toEqual([2, 2]);

    const silent = await upstream(() => {});
    const held = [0, 1].map(() => one.send(requestTo(silent.port), recorder([])));
    const late = await exchange(one, requestTo(silent.port, { connectTimeoutMs: 20 }));
    expect(late.outcome).toBe('connect_timeout');
    for (const call of held) call.abort();
  });

  test('a waiting request gets the place of one that was aborted', async () => {
    let requests = 0;
    const server = await upstream((socket) =>
      onRequest(socket, () => {
        requests += 1;
        if (requests > 1) socket.write(ok);
      }),
    );
    const one = client({ maxConnections: 1 });
    const stuck = one.send(requestTo(server.port), recorder([]));
    const next = exchange(one, requestTo(server.port));
    await Bun.sleep(10);
    stuck.abort();
    expect((await next).outcome).toBe('end');
  });

  test('idle connections are capped and time out', async () => {
    const server = await upstream((socket) => onRequest(socket, () => setTimeout(() => socket.write(ok), 2)));
    const one = client({ maxIdle: 2, idleTimeoutMs: 20 });
    await Promise.all(Array.from({ length: 5 }, () => exchange(one, requestTo(server.port))));
    expect(one.stats()).toEqual({ active: 0, idle: 2 });
    await Bun.sleep(60);
    expect(one.stats()).toEqual({ active: 0, idle: 0 });
  });

  test('closing the client ends what is open, once', async () => {
    const server = await upstream(() => {});
    const one = client();
    const pending = exchange(one, requestTo(server.port));
    await Bun.sleep(10);
    one.close();
    expect(await pending).toMatchObject({ outcome: 'reset', late: 0 });
    expect((await exchange(one, requestTo(server.port))).outcome).toBe('reset');
  });
});

function recorder(calls: string[]): Parameters<UpstreamClient['send']>[1] {
  return {
    head: (status) => void calls.push(`head ${status}`),
    data: (chunk) => void calls.push(`data ${Buffer.from(chunk).toString('latin1')}`),
    end: () => void calls.push('end'),
    fail: (cause) => void calls.push(`fail ${cause}`),
  };
}
