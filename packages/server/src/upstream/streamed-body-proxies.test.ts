import { afterEach, describe, expect, test } from 'bun:test';
import type { AddressInfo, Socket } from 'node:net';
import { createFetchClient } from './fetch-client.ts';
import { exchange, rawUpstream, requestTo } from './testing/servers.ts';
import { socksServer } from './testing/socks-server.ts';
import { pieces, sourceOf, until } from './testing/sources.ts';
import type { UpstreamClient, UpstreamRequest } from './upstream.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function client(): UpstreamClient {
  const made = createFetchClient();
  cleanups.push(() => made.close());
  return made;
}

/** A request to a server with this script, behind a proxy; for plain HTTP the proxy is the server. */
async function behind(scheme: string, script: (socket: Socket) => void): Promise<UpstreamRequest> {
  const server = await rawUpstream(script);
  cleanups.push(() => server.close());
  const request = requestTo(server.port);
  if (scheme === 'http')
    return {
      ...request,
      origin: { ...request.origin, host: 'upstream.test', proxy: `http://127.0.0.1:${server.port}` },
    };
  const socks = socksServer([]);
  await new Promise<void>((resolve) => socks.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => void socks.close());
  const { port } = socks.address() as AddressInfo;
  return { ...request, origin: { ...request.origin, proxy: `socks5://127.0.0.1:${port}` } };
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(1 << 16);
}

describe.each(['http', 'socks5'])('streamed bodies behind a %s proxy', (scheme) => {
  test.each(['iterable', 'stream'] as const)('by their length (%s)', async (kind) => {
    let got = '';
    const request = await behind(scheme, (socket) =>
      socket.on('data', (chunk: Buffer) => {
        got += chunk.toString('latin1');
        if (got.endsWith('abcde')) socket.write(ok);
      }),
    );
    const source = sourceOf(kind, () => pieces('abc', '', 'de'), 5);
    const one = client();
    expect(await exchange(one, { ...request, body: source.body })).toMatchObject({
      outcome: 'end',
      body: 'ok',
      late: 0,
    });
    expect([got.toLowerCase().includes('\r\ncontent-length: 5\r\n'), got.endsWith('\r\n\r\nabcde')]).toEqual([
      true,
      true,
    ]);
    expect(got.toLowerCase()).not.toContain('transfer-encoding');
    await until(() => source.released() === 1);
    expect(one.stats().active).toBe(0);
  });

  test('in chunks', async () => {
    let got = '';
    const request = await behind(scheme, (socket) =>
      socket.on('data', (chunk: Buffer) => {
        got += chunk.toString('latin1');
        if (got.endsWith('\r\n0\r\n\r\n')) socket.write(ok);
      }),
    );
    const source = sourceOf('iterable', () => pieces('abc', '', 'de'), undefined);
    expect((await exchange(client(), { ...request, body: source.body })).body).toBe('ok');
    expect(got.toLowerCase()).toContain('\r\ntransfer-encoding: chunked\r\n');
    expect(got.slice(got.indexOf('\r\n\r\n') + 4).replaceAll(/\r\n|[0-9]/g, '')).toBe('abcde');
  });

  test('a slow upstream slows the reading; giving up releases the source', async () => {
    const request = await behind(scheme, (socket) => socket.pause());
    const source = sourceOf('iterable', endless, 1 << 30);
    const one = client();
    const call = one.send(
      { ...request, body: source.body },
      { head: () => undefined, data: () => undefined, end: () => undefined, fail: () => undefined },
    );
    let before = -1;
    await until(async () => {
      const still = source.read() > 0 && source.read() === before;
      before = source.read();
      await Bun.sleep(40);
      return still;
    });
    call.abort();
    await until(() => source.released() === 1);
    expect([source.read(), one.stats().active]).toEqual([before, 0]);
  });

  test('an early 413 is delivered, and the source is released', async () => {
    const request = await behind(scheme, (socket) =>
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig');
      }),
    );
    const source = sourceOf('iterable', endless, 1 << 30);
    const seen = await exchange(client(), { ...request, body: source.body });
    expect([seen.outcome, seen.status, seen.body, seen.late]).toEqual(['end', 413, 'big', 0]);
    await until(() => source.released() === 1);
  });

  test.each([
    ['fails', 9],
    ['fails, in chunks', undefined],
    ['ends too early', 9],
    ['goes beyond its length', 5],
  ] as const)('a body that %s is no fault of the upstream’s', async (how, byteLength) => {
    let got = '';
    let closed = false;
    const request = await behind(scheme, (socket) => {
      socket.on('data', (chunk: Buffer) => (got += chunk.toString('latin1')));
      socket.on('end', () => socket.end());
      socket.on('close', () => (closed = true));
    });
    const source = sourceOf(
      'iterable',
      async function* () {
        yield Buffer.from('abc');
        await Bun.sleep(5);
        if (how.startsWith('fails')) throw new Error('the spool is gone');
        if (how.startsWith('goes')) yield Buffer.from('GET / HTTP/1.1\r\n\r\n');
      },
      byteLength,
    );
    const seen = await exchange(client(), { ...request, body: source.body });
    expect([seen.outcome, seen.late]).toEqual(['request_body', 0]);
    await until(() => closed || got === '');
    expect(got).not.toContain('0\r\n\r\n');
    expect(got).not.toContain('GET /');
  });

  test('a proxy that is not there opens no source', async () => {
    const source = sourceOf('iterable', () => pieces('abc'), 3);
    const request = requestTo(1, { body: source.body });
    const nowhere = { ...request, origin: { ...request.origin, proxy: `${scheme}://127.0.0.1:1` } };
    expect((await exchange(client(), nowhere)).outcome).toBe('connect');
    expect(source.opened() - source.released()).toBe(0);
  });
});
