import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttp1Client } from './http1-client.ts';
import { exchange, onRequest, rawUpstream, requestTo } from './testing/servers.ts';
import type { Outcome } from './testing/servers.ts';
import { sourceOf } from './testing/sources.ts';

const openssl = Bun.which('openssl');
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

let dir = '';
let ca = '';
const key = (name: string): Promise<string> => readFile(join(dir, `${name}.key`), 'utf8');
const cert = (name: string): Promise<string> => readFile(join(dir, `${name}.pem`), 'utf8');

/** A throw-away authority and certificates: right, for another name, expired, and signed by itself. */
beforeAll(async () => {
  if (openssl === null) return;
  dir = await mkdtemp(join(tmpdir(), 'tollgate-tls-'));
  const run = (...args: readonly string[]): void => {
    const done = Bun.spawnSync([openssl, ...args], { cwd: dir, stderr: 'pipe' });
    if (done.exitCode !== 0) throw new Error(`openssl ${args[0]}: ${done.stderr.toString()}`);
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await writeFile(
    join(dir, 'ca.cnf'),
    '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\nunique_subject=no\ncopy_extensions=copy\n[p]\ncommonName=supplied\n',
  );
  await writeFile(join(dir, 'index.txt'), '');
  await writeFile(join(dir, 'serial'), '01\n');
  run('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=throw-away');
  const issue = (name: string, names: string, dates: readonly string[]): void => {
    run(
      'req',
      ...newKey,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      '/CN=x',
      '-addext',
      `subjectAltName=${names}`,
    );
    run(
      'ca',
      '-batch',
      '-config',
      'ca.cnf',
      '-cert',
      'ca.pem',
      '-keyfile',
      'ca.key',
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
      '-notext',
      ...dates,
    );
  };
  const here = 'DNS:localhost,IP:127.0.0.1';
  issue('right', here, ['-days', '2']);
  issue('name-only', 'DNS:localhost', ['-days', '2']);
  issue('other', 'DNS:other.test', ['-days', '2']);
  issue('expired', here, ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z']);
  run(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'self.key',
    '-out',
    'self.pem',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-addext',
    `subjectAltName=${here}`,
  );
  ca = await cert('ca');
});
afterAll(async () => {
  if (dir !== '') await rm(dir, { recursive: true });
});

type Seen = { requests: string[]; names: (string | false | null)[]; bytes: number };

async function secure(
  name: string,
  seen: Seen,
  answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
): Promise<number> {
  const server = createServer({ key: await key(name), cert: await cert(name) }, (socket) => {
    seen.names.push(socket.servername);
    socket.on('error', () => socket.destroy());
    onRequest(socket, (request) => {
      seen.requests.push(request.slice(0, request.indexOf('\r\n')));
      seen.bytes += request.length;
      socket.write(answer);
    });
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function ask(port: number, host: string, trusted: string | undefined, body?: Uint8Array): Promise<Outcome> {
  const client = createHttp1Client({ ca: trusted });
  cleanups.push(() => client.close());
  const request = requestTo(port, body === undefined ? { tls: true } : { tls: true, body });
  return await exchange(client, { ...request, origin: { ...request.origin, host } });
}

describe.skipIf(openssl === null)('TLS', () => {
  const fresh = (): Seen => ({ requests: [], names: [], bytes: 0 });

  test.each([
    ['right', 'localhost', 'end'],
    ['right', '127.0.0.1', 'end'],
    ['name-only', 'localhost', 'end'],
    ['name-only', '127.0.0.1', 'tls'],
    ['other', 'localhost', 'tls'],
    ['other', '127.0.0.1', 'tls'],
    ['expired', 'localhost', 'tls'],
    ['self', 'localhost', 'tls'],
  ] as const)('certificate %s for host %s: %s', async (name, host, outcome) => {
    const seen = fresh();
    expect((await ask(await secure(name, seen), host, ca)).outcome).toBe(outcome);
    // Not one byte of the request, which carries the credential, reaches a server that is not proven.
    expect(seen.requests).toEqual(outcome === 'end' ? ['POST /v1/x HTTP/1.1'] : []);
  });

  test('an authority that the system does not know', async () => {
    const seen = fresh();
    expect((await ask(await secure('right', seen), 'localhost', undefined)).outcome).toBe('tls');
    expect(seen.requests).toEqual([]);
  });

  test('the name is sent (SNI)', async () => {
    const seen = fresh();
    await ask(await secure('right', seen), 'localhost', ca);
    expect(seen.names).toEqual(['localhost']);
  });

  test('8 MB go through whole', async () => {
    const seen = fresh();
    const body = new Uint8Array(8 << 20).fill(97);
    expect((await ask(await secure('right', seen), 'localhost', ca, body)).outcome).toBe('end');
    expect(seen.bytes).toBeGreaterThan(body.length);
  });

  test('a streamed body goes through whole, and the connection is kept', async () => {
    const seen = fresh();
    const port = await secure('right', seen);
    const client = createHttp1Client({ ca });
    cleanups.push(() => client.close());
    const size = 8 << 20;
    const source = sourceOf(
      'iterable',
      async function* () {
        for (let at = 0; at < size; at += 1 << 16) yield new Uint8Array(1 << 16);
      },
      size,
    );
    const request = requestTo(port, { tls: true, body: source.body });
    for (let round = 1; round < 3; round += 1) {
      expect(await exchange(client, request)).toMatchObject({ outcome: 'end', body: 'ok' });
      expect(seen.bytes).toBeGreaterThan(size * round);
    }
    expect([seen.names.length, source.released()]).toEqual([1, 2]);
  });

  test('connections are kept', async () => {
    const seen = fresh();
    const port = await secure('right', seen);
    const client = createHttp1Client({ ca });
    cleanups.push(() => client.close());
    for (let round = 0; round < 3; round += 1) {
      expect((await exchange(client, requestTo(port, { tls: true }))).body).toBe('ok');
    }
    expect([seen.names.length, seen.requests.length]).toEqual([1, 3]);
  });

  test('a server that does not speak TLS', async () => {
    const plain = await rawUpstream((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    cleanups.push(() => plain.close());
    expect((await ask(plain.port, 'localhost', ca)).outcome).toBe('tls');
  });

  test('a server that closes in the handshake', async () => {
    const plain = await rawUpstream((socket) => socket.once('data', () => socket.end()));
    cleanups.push(() => plain.close());
    expect(['tls', 'connect', 'reset']).toContain((await ask(plain.port, 'localhost', ca)).outcome);
  });

  test('a server that is silent in the handshake: its socket is not kept', async () => {
    const closed = Promise.withResolvers<void>();
    const plain = await rawUpstream((socket) => socket.on('end', closed.resolve).on('close', closed.resolve).resume());
    cleanups.push(() => plain.close());
    const client = createHttp1Client({ ca });
    cleanups.push(() => client.close());
    const seen = await exchange(client, requestTo(plain.port, { tls: true, connectTimeoutMs: 30 }));
    expect(seen.outcome).toBe('connect_timeout');
    await closed.promise;
  });
});
