import { afterEach, describe, expect, test } from 'bun:test';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createFetchClient } from './fetch-client.ts';
import { socksServer } from './testing/socks-server.ts';
import type { UpstreamRequest } from './upstream.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const socks = (targets: string[]): Promise<number> => listen(socksServer(targets));

/** A forward proxy for plain HTTP; notes the request lines it saw. */
async function forwarder(lines: string[]): Promise<number> {
  return await listen(
    createServer((client) => {
      client.on('error', () => client.destroy());
      client.once('data', (head: Buffer) => {
        lines.push(head.toString('latin1').split('\r\n', 1)[0] ?? '');
        client.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nvia proxy');
      });
    }),
  );
}

async function upstream(): Promise<number> {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) =>
      new Response(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`),
  });
  open.push(() => void server.stop(true));
  return server.port ?? 0;
}

function ask(port: number, proxy: string, host = '127.0.0.1'): UpstreamRequest {
  return {
    origin: { tls: false, host, port, proxy },
    method: 'POST',
    path: '/v1/x',
    headers: { 'content-type': 'text/plain' },
    body: new TextEncoder().encode('hello'),
    connectTimeoutMs: 1000,
  };
}

function answerOf(request: UpstreamRequest): Promise<string> {
  const client = createFetchClient();
  open.push(() => client.close());
  return new Promise((resolve) => {
    let text = '';
    const decoder = new TextDecoder();
    client.send(request, {
      head: (status) => void (text += `${status} `),
      data: (chunk) => void (text += decoder.decode(chunk)),
      end: () => resolve(text),
      fail: (cause) => resolve(`${text}fail ${cause}`),
    });
  });
}

describe('channels behind a proxy', () => {
  test('socks5 carries the call to an address', async () => {
    const targets: string[] = [];
    const [proxy, port] = [await socks(targets), await upstream()];
    expect(await answerOf(ask(port, `socks5://127.0.0.1:${proxy}`))).toBe('200 POST /v1/x hello');
    expect(targets).toEqual([`127.0.0.1:${port}`]);
  });

  test('socks5h leaves the name to the proxy', async () => {
    const targets: string[] = [];
    const [proxy, port] = [await socks(targets), await upstream()];
    expect(await answerOf(ask(port, `socks5h://127.0.0.1:${proxy}`, 'upstream.test'))).toBe('200 POST /v1/x hello');
    expect(targets).toEqual([`upstream.test:${port}`]);
  });

  test.each(['socks5', 'direct'])('a body coded unasked is decoded (%s)', async (way) => {
    const targets: string[] = [];
    const server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: () => new Response(Bun.gzipSync('packed'), { headers: { 'content-encoding': 'gzip' } }),
    });
    open.push(() => void server.stop(true));
    const request = ask(server.port ?? 0, `socks5://127.0.0.1:${await socks(targets)}`);
    const origin = way === 'direct' ? { ...request.origin, proxy: undefined } : request.origin;
    expect(await answerOf({ ...request, origin })).toBe('200 packed');
  });

  test('an HTTP proxy is asked with the absolute URL', async () => {
    const lines: string[] = [];
    const proxy = await forwarder(lines);
    expect(await answerOf(ask(80, `http://127.0.0.1:${proxy}`, 'upstream.test'))).toBe('200 via proxy');
    expect(lines).toEqual(['POST http://upstream.test/v1/x HTTP/1.1']);
  });

  test.each(['http', 'socks5'])('a %s proxy that is not there is a failure to connect', async (scheme) => {
    expect(await answerOf(ask(80, `${scheme}://127.0.0.1:1`))).toBe('fail connect');
  });
});
