import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { createFetchPublic, type FetchLimits, type FetchPublicOptions } from './fetch-public.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

type Heard = { readonly port: number; readonly requests: string[]; connections: number };

/** Listens on one loopback address; `answer` gives the raw answer to a request, or undefined for silence. */
async function serve(
  answer: (path: string, socket: Socket) => string | Buffer | undefined,
  options: { readonly address?: string; readonly port?: number; readonly tls?: { key: string; cert: string } } = {},
): Promise<Heard> {
  const heard: { port: number; requests: string[]; connections: number } = { port: 0, requests: [], connections: 0 };
  const sockets = new Set<Socket>();
  const onSocket = (socket: Socket): void => {
    sockets.add(socket);
    heard.connections += 1;
    socket.on('error', () => socket.destroy());
    socket.once('data', (chunk: Buffer) => {
      const request = chunk.toString('latin1');
      heard.requests.push(request);
      const bytes = answer(request.split(' ')[1] ?? '', socket);
      if (bytes !== undefined) socket.end(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    });
  };
  const server: Server = options.tls ? createTlsServer(options.tls, onSocket) : createServer(onSocket);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, options.address ?? '127.0.0.1', resolve));
  heard.port = (server.address() as AddressInfo).port;
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return heard;
}

const ok = (body: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`;
const moved = (to: string, status = 302): string =>
  `HTTP/1.1 ${status} Moved\r\nlocation: ${to}\r\ncontent-length: 0\r\n\r\n`;
const png = '\x89PNG\r\n\x1a\n....';

/** A resolver that plays a script: the answers of a host in turn, the last one for ever. */
function resolver(script: Readonly<Record<string, readonly (readonly string[])[]>>) {
  const asked: string[] = [];
  return {
    asked,
    resolve: async (host: string): Promise<readonly string[]> => {
      const answers = script[host];
      if (!answers) throw new Error(`ENOTFOUND ${host}`);
      const turn = asked.filter((name) => name === host).length;
      asked.push(host);
      return answers[Math.min(turn, answers.length - 1)] ?? [];
    },
  };
}

const nobody = resolver({});
const limits = (port: number, more: Partial<FetchLimits> = {}): FetchLimits => ({
  maxBytes: 10_000,
  timeoutMs: 5000,
  ports: [port],
  allowPrivate: ['127.0.0.1'],
  ...more,
});
const fetchOf = (options: Partial<FetchPublicOptions> = {}) =>
  createFetchPublic({ resolve: nobody.resolve, ...options });

/** What was fetched, or why not. */
async function told(fetching: ReturnType<ReturnType<typeof fetchOf>>): Promise<string> {
  const answer = await fetching;
  return 'why' in answer ? `${answer.why}: ${answer.problem}` : `${answer.mediaType} ${answer.bytes.length}`;
}

describe('what may be asked', () => {
  test('a file is fetched, with nothing of anybody’s in the request', async () => {
    const heard = await serve(() => ok(png, 'content-type: image/png; x=y\r\nset-cookie: a=b\r\n'));
    const answer = await fetchOf()(`http://127.0.0.1:${heard.port}/a%20b.png?x=1#top`, limits(heard.port));
    expect(answer).toMatchObject({ mediaType: 'image/png' });
    if ('bytes' in answer) expect(Buffer.from(answer.bytes).toString('latin1')).toBe(png);
    expect(heard.requests).toEqual([
      `GET /a%20b.png?x=1 HTTP/1.1\r\nhost: 127.0.0.1:${heard.port}\r\naccept: */*\r\naccept-encoding: identity\r\nconnection: close\r\nuser-agent: Tollgate\r\n\r\n`,
    ]);
  });

  test.each([
    ['file:///etc/passwd', 'only http and https'],
    ['ftp://example.com/a', 'only http and https'],
    ['gopher://127.0.0.1:80/_x', 'only http and https'],
    ['javascript:1', 'only http and https'],
    ['data:text/plain,x', 'only http and https'],
    ['//example.com/a', 'no valid URL'],
    ['http://', 'no valid URL'],
    ['http://1.2.3.4.5.6/', 'no valid URL'],
    ['http://256.1.1.1/', 'no valid URL'],
    ['http://exa mple.com/', 'no valid URL'],
    ['http://user:password@example.com/', 'credentials'],
    ['http://user@example.com/', 'credentials'],
    ['http://example.com:22/', 'port 22'],
    ['https://example.com:6379/', 'port 6379'],
    ['http://example.com:0/', 'port 0'],
  ])('%s is not', async (url, why) => {
    const names = resolver({ 'example.com': [['127.0.0.1']] });
    const text = await told(fetchOf(names)(url, limits(80, { ports: [80, 443, 8080, 8443] })));
    expect(text).toStartWith('url: ');
    expect(text).toContain(why);
    expect(names.asked).toEqual([]);
  });

  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://0/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'http://100.100.100.200/',
    'http://168.63.129.16/',
    'http://①②⑦.⓪.⓪.①/',
  ])('%s is not, without the setting', async (url) => {
    const heard = await serve(() => ok('secret'));
    const at = new URL(url);
    at.port = `${heard.port}`;
    const text = await told(fetchOf()(at.href, limits(heard.port, { allowPrivate: [] })));
    expect(text).toBe('address: its host has no public address');
    expect(heard.connections).toBe(0);
  });

  test('a name is not when only one of its addresses is private, nor when it does not exist; both alike', async () => {
    const heard = await serve(() => ok('secret'));
    const names = resolver({
      'mixed.test': [['127.0.0.1', '10.0.0.1']],
      'mapped.test': [['127.0.0.1', '::ffff:10.0.0.1']],
      'odd.test': [['127.0.0.1', 'what?']],
      'zone.test': [['fe80::1%eth0']],
      'empty.test': [[]],
    });
    for (const host of ['mixed.test', 'mapped.test', 'odd.test', 'zone.test', 'empty.test', 'missing.test'])
      expect(await told(fetchOf(names)(`http://${host}:${heard.port}/`, limits(heard.port)))).toBe(
        'address: its host has no public address',
      );
    expect(heard.connections).toBe(0);
  });

  test('the allow list takes addresses, networks and names', async () => {
    const heard = await serve(() => ok(png));
    const names = resolver({ 'files.internal': [['127.0.0.1']], 'other.internal': [['127.0.0.1']] });
    const ask = (host: string, allowPrivate: readonly string[]): Promise<string> =>
      told(fetchOf(names)(`http://${host}:${heard.port}/`, limits(heard.port, { allowPrivate })));
    const fetched = 'image/png 12';
    expect(await ask('127.0.0.1', ['127.0.0.0/8'])).toBe(fetched);
    expect(await ask('files.internal', ['127.0.0.1/32'])).toBe(fetched);
    expect(await ask('files.internal', ['Files.Internal'])).toBe(fetched);
    expect(await ask('files.internal.', ['files.internal'])).toBe(fetched);
    expect(await ask('other.internal', ['files.internal'])).toStartWith('address');
    expect(await ask('127.0.0.1', ['files.internal', '10.0.0.0/8', '::1'])).toStartWith('address');
  });
});

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
test.skipIf(!hasIpv6)('IPv6 is asked under its own address', async () => {
  const heard = await serve(() => ok(png), { address: '::1' });
  const names = resolver({ 'six.test': [['::1']] });
  const allowed = limits(heard.port, { allowPrivate: ['::1'] });
  expect(await told(fetchOf()(`http://[0:0::1]:${heard.port}/`, allowed))).toBe('image/png 12');
  expect(await told(fetchOf(names)(`http://six.test:${heard.port}/`, allowed))).toBe('image/png 12');
  expect(heard.requests[0]).toContain(`host: [::1]:${heard.port}\r\n`);
});

describe('rebinding', () => {
  test('the connection goes to the address that was checked, and the name is resolved once', async () => {
    const good = await serve(() => ok('good'), { address: '127.0.0.2' });
    const bad = await serve(() => ok('bad'), { address: '127.0.0.3', port: good.port });
    const names = resolver({ 'rebind.test': [['127.0.0.2'], ['127.0.0.3']] });
    const allowed = limits(good.port, { allowPrivate: ['127.0.0.2'] });
    expect(await told(fetchOf(names)(`http://rebind.test:${good.port}/`, allowed))).toBe('text/plain 4');
    expect(names.asked).toEqual(['rebind.test']);
    expect([good.connections, bad.connections]).toEqual([1, 0]);
    expect(good.requests[0]).toContain(`host: rebind.test:${good.port}\r\n`);
    // The second time the name means something else, and that is checked too.
    expect(await told(fetchOf(names)(`http://rebind.test:${good.port}/`, allowed))).toStartWith('address');
    expect([good.connections, bad.connections]).toEqual([1, 0]);
  });

  test('a redirect to the same name resolves and checks it again', async () => {
    const good = await serve(() => moved('/again'), { address: '127.0.0.2' });
    const bad = await serve(() => ok('bad'), { address: '127.0.0.3', port: good.port });
    const names = resolver({ 'rebind.test': [['127.0.0.2'], ['127.0.0.3']] });
    const allowed = limits(good.port, { allowPrivate: ['127.0.0.2'] });
    expect(await told(fetchOf(names)(`http://rebind.test:${good.port}/`, allowed))).toBe(
      'address: after a redirect, its host has no public address',
    );
    expect([good.connections, bad.connections]).toEqual([1, 0]);
  });
});

describe('redirects', () => {
  test('are followed, relative ones too, but not for ever', async () => {
    const heard = await serve((path) => {
      const left = Number(path.slice(1));
      return left === 0
        ? ok('there')
        : moved(left % 2 === 0 ? `/${left - 1}` : `http://127.0.0.1:${heard.port}/${left - 1}`, 300 + left);
    });
    const at = (path: string): Promise<string> =>
      told(fetchOf()(`http://127.0.0.1:${heard.port}${path}`, limits(heard.port)));
    expect(await at('/3')).toBe('text/plain 5');
    expect(heard.connections).toBe(4);
    const circle = await serve(() => moved('/'));
    expect(await told(fetchOf()(`http://127.0.0.1:${circle.port}/`, limits(circle.port)))).toBe(
      'redirects: it redirects more than 3 times',
    );
    expect(circle.connections).toBe(4);
  });

  test.each([
    ['http://169.254.169.254/', 'address: '],
    ['http://2852039166/', 'address: '],
    ['http://[::ffff:10.0.0.1]/', 'address: '],
    ['http://127.0.0.9/', 'address: '],
    ['//localhost/', 'address: '],
    ['file:///etc/passwd', 'url: '],
    ['http://a:b@127.0.0.1/', 'url: '],
    ['http://127.0.0.1:22/', 'url: '],
    ['http://', 'url: '],
  ])('to %s ends there', async (location, why) => {
    const heard = await serve(() => moved(location));
    const names = resolver({ localhost: [['127.0.0.9', '::1']] });
    const allowed = limits(heard.port, { ports: [80, heard.port] });
    const text = await told(fetchOf(names)(`http://127.0.0.1:${heard.port}/`, allowed));
    expect(text).toStartWith(`${why}after a redirect, `);
    expect(heard.connections).toBe(1);
  });

  test('without a place to go to is only a status', async () => {
    const heard = await serve(() => 'HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n');
    expect(await told(fetchOf()(`http://127.0.0.1:${heard.port}/`, limits(heard.port)))).toStartWith('status: ');
  });
});

describe('what comes back', () => {
  const from = async (answer: string | Buffer, more: Partial<FetchLimits> = {}): Promise<string> => {
    const heard = await serve(() => answer);
    return told(fetchOf()(`http://127.0.0.1:${heard.port}/`, limits(heard.port, more)));
  };

  test('any other status, and packed answers, are none', async () => {
    expect(await from('HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno')).toBe(
      'status: its server answered with status 404',
    );
    expect(await from('HTTP/1.1 204 No Content\r\n\r\n')).toStartWith('status: ');
    const bomb = gzipSync(Buffer.alloc(1 << 20));
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`;
    expect(await from(Buffer.concat([Buffer.from(head), bomb]))).toStartWith('encoding: ');
    expect(await from('SSH-2.0-OpenSSH_9.2\r\n')).toStartWith('connection: ');
    expect(await from('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ncut')).toStartWith('connection: ');
  });

  test('size is counted while it comes: announced, chunked, and without a length', async () => {
    const body = 'x'.repeat(101);
    const chunked = `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${'b\r\nxxxxxxxxxxx\r\n'.repeat(10)}0\r\n\r\n`;
    const tooLarge = 'too_large: it is larger than 100 bytes';
    expect(await from(ok(body), { maxBytes: 100 })).toBe(tooLarge);
    expect(await from(chunked, { maxBytes: 100 })).toBe(tooLarge);
    expect(await from(`HTTP/1.1 200 OK\r\n\r\n${body}`, { maxBytes: 100 })).toBe(tooLarge);
    expect(await from(ok(body), { maxBytes: 101 })).toBe('text/plain 101');
    expect(await from(chunked, { maxBytes: 110 })).toBe('text/plain 110');
  });

  test('who holds the bytes may say that there is no room', async () => {
    const taken: number[] = [];
    const take = (bytes: number): boolean => {
      taken.push(bytes);
      return false;
    };
    expect(await from(ok('12345'), { take })).toStartWith('room: ');
    expect(taken).toEqual([5]);
  });
});

describe('time', () => {
  test('runs out for a server that is silent, trickles, or for a name that never resolves', async () => {
    const silent = await serve(() => undefined);
    const at = (port: number) => `http://127.0.0.1:${port}/`;
    expect(await told(fetchOf()(at(silent.port), limits(silent.port, { timeoutMs: 60 })))).toStartWith('timeout: ');
    expect(await told(fetchOf({ idleMs: 60 })(at(silent.port), limits(silent.port)))).toStartWith('timeout: ');
    const trickle = await serve((_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
      const timer = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => clearInterval(timer));
      return undefined;
    });
    const started = performance.now();
    expect(
      await told(fetchOf({ idleMs: 1000 })(at(trickle.port), limits(trickle.port, { timeoutMs: 150 }))),
    ).toStartWith('timeout: ');
    expect(performance.now() - started).toBeLessThan(1000);
    const never = fetchOf({ resolve: () => new Promise(() => undefined) });
    expect(await told(never('http://slow.test/', limits(80, { timeoutMs: 50 })))).toStartWith('timeout: ');
  });

  test('ends with the signal, and the connection with it', async () => {
    const closed = Promise.withResolvers<void>();
    const leaving = new AbortController();
    const heard = await serve((_, socket) => {
      socket.on('close', () => closed.resolve());
      leaving.abort();
      return undefined;
    });
    const url = `http://127.0.0.1:${heard.port}/`;
    expect(await told(fetchOf()(url, limits(heard.port, { signal: leaving.signal })))).toStartWith('aborted: ');
    await closed.promise;
    expect(await told(fetchOf()(url, limits(heard.port, { signal: leaving.signal })))).toStartWith('aborted: ');
    expect(heard.connections).toBe(1);
  });

  test('is not lost on an address where nobody listens: the next one is tried', async () => {
    const heard = await serve(() => ok('here'), { address: '127.0.0.3' });
    const names = resolver({ 'two.test': [['127.0.0.2', '127.0.0.3']], 'one.test': [['127.0.0.2']] });
    const allowed = limits(heard.port, { allowPrivate: ['127.0.0.0/8'] });
    expect(await told(fetchOf(names)(`http://two.test:${heard.port}/`, allowed))).toBe('text/plain 4');
    const answer = await fetchOf(names)(`http://one.test:${heard.port}/x?secret`, allowed);
    if (!('why' in answer)) throw new Error('answered');
    expect(answer.why).toBe('connection');
    expect(answer.problem).not.toContain('127.0.0.2');
    expect(answer.detail).toContain('127.0.0.2');
    expect(answer.detail).not.toContain('secret');
  });
});

const openssl = Bun.which('openssl');
describe.skipIf(openssl === null)('TLS', () => {
  let dir = '';
  const pem = (name: string): Promise<string> => readFile(join(dir, name), 'utf8');
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tollgate-egress-'));
    for (const [name, names] of [
      ['media', 'DNS:media.test'],
      ['address', 'IP:127.0.0.1'],
    ] as const) {
      const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=x -keyout ${name}.key -out ${name}.pem -addext subjectAltName=${names}`;
      const made = Bun.spawnSync([openssl ?? '', ...words.split(' ')], { cwd: dir, stderr: 'pipe' });
      if (made.exitCode !== 0) throw new Error(made.stderr.toString());
    }
  });
  afterAll(() => rm(dir, { recursive: true }));

  const secure = async (name: string) =>
    serve(() => ok(png), { tls: { key: await pem(`${name}.key`), cert: await pem(`${name}.pem`) } });

  test('the certificate is checked for the name, although the connection goes to an address', async () => {
    const names = resolver({ 'media.test': [['127.0.0.1']], 'other.test': [['127.0.0.1']] });
    const media = await secure('media');
    const ca = await pem('media.pem');
    const ask = (host: string, heard: Heard, trusted: string | undefined): Promise<string> =>
      told(fetchOf({ ...names, ca: trusted })(`https://${host}:${heard.port}/`, limits(heard.port)));
    expect(await ask('media.test', media, ca)).toBe('image/png 12');
    expect(await ask('media.test.', media, ca)).toBe('image/png 12');
    expect(await ask('other.test', media, ca)).toStartWith('connection: ');
    expect(await ask('127.0.0.1', media, ca)).toStartWith('connection: ');
    expect(await ask('media.test', media, undefined)).toStartWith('connection: ');
    // One that is right for the address is not for the name.
    const address = await secure('address');
    const addressCa = await pem('address.pem');
    expect(await ask('media.test', address, addressCa)).toStartWith('connection: ');
    expect(await ask('127.0.0.1', address, addressCa)).toBe('image/png 12');
    expect([media.requests.length, address.requests.length]).toEqual([2, 1]);
  });
});
