import { afterAll, afterEach, beforeAll, describe, expect, test, setDefaultTimeout } from 'bun:test';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { balanced, openAdmin, setUpRoot, verify } from './account.ts';
import { openBooks } from './books.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { frames, startUpstream, streamedAnswer, wholeAnswer, type ScriptedUpstream } from './scripted-upstream.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';

setDefaultTimeout(60_000);

/** A process from its start to its end: signals, health, metrics, ids. */

let upstream: ScriptedUpstream;
/** Lets the streams go that wait in the middle. */
let release: () => void = () => undefined;
let released = Promise.resolve();

const hold = (): void => {
  released = new Promise((resolve) => {
    release = resolve;
  });
};

async function* halting(): AsyncGenerator<string> {
  yield frames.words('first');
  await released;
  yield frames.words(' last');
  yield frames.end(10, 2);
}

beforeAll(() => {
  upstream = startUpstream(({ stream, text }) => {
    if (text === 'fail') return Response.json({ error: { message: 'broken', type: 'server_error' } }, { status: 500 });
    return stream ? streamedAnswer(halting()) : wholeAnswer('words', 10, 2);
  });
});
afterEach(() => release());
afterAll(async () => {
  release();
  await upstream.stop();
});

const config = (): string => `
channels:
  - { name: main, provider: openai, baseUrl: "${upstream.baseUrl}", credentials: [{ apiKey: sk-upstream }], models: [m] }
models:
  - { name: m, price: { input: 1, output: 10 } }
`;

async function openWallet(gateway: Gateway): Promise<{ readonly key: string; readonly userId: string }> {
  const admin = await openAdmin(gateway);
  await admin.credit('1');
  return { key: (await admin.createKey('life')).key, userId: admin.userId };
}

const post = (gateway: Gateway, key: string, stream: boolean, text = 'go'): Promise<Response> =>
  fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: text }] }),
    keepalive: false,
  });

/** A stream that has begun: its id, and the rest of its text. */
async function beginStream(gateway: Gateway, key: string): Promise<{ readonly id: string; rest(): Promise<string> }> {
  const response = await post(gateway, key, true);
  expect(response.status).toBe(200);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const first = await reader.read();
  expect(first.value).toContain('first');
  return {
    id: response.headers.get('x-request-id') ?? '',
    rest: async () => {
      let text = '';
      for (let read = await reader.read(); !read.done; read = await reader.read()) text += read.value;
      return text;
    },
  };
}

const refusesConnections = (gateway: Gateway): Promise<boolean> =>
  until('no new connections', async () => {
    const answered = fetch(`${gateway.url}/healthz`, { keepalive: false }).then(
      () => true,
      () => false,
    );
    return !(await answered);
  });

describe('SIGTERM', () => {
  for (const workers of ['1', '2'])
    test(`lets open streams finish (TOLLGATE_WORKERS=${workers})`, async () => {
      hold();
      const folder = await temporaryFolder();
      const env = { TOLLGATE_WORKERS: workers };
      const gateway = await startGateway({ dataDir: folder.path, config: config(), commands: setUpRoot, env });
      const books = openBooks(gateway, undefined);
      try {
        const { key, userId } = await openWallet(gateway);
        const streams = await Promise.all([1, 2, 3].map(() => beginStream(gateway, key)));
        const ended = gateway.end('SIGTERM');
        await refusesConnections(gateway);
        release();
        for (const stream of streams) expect(await stream.rest()).toEndWith('data: [DONE]\n\n');
        expect(await ended).toBe(0);
        // Posted and given back by the process itself, before it ended.
        const charges = await books.charges();
        expect(charges.map((charge) => charge.requestId)).toEqual(streams.map((stream) => stream.id).toSorted());
        expect(charges.map((charge) => [charge.amount, charge.source])).toEqual(
          streams.map(() => [30_000n, 'provider']),
        );
        expect(await books.leased(userId)).toBe(0n);
        expect(await readdir(path.join(folder.path, 'outbox'))).toEqual([]);
        expect(await verify(gateway)).toEqual(balanced);
      } finally {
        await gateway.stop();
        await books.close();
        await folder.remove();
      }
    });

  test('ends streams visibly when the grace is over, and charges what was delivered', async () => {
    hold();
    const folder = await temporaryFolder();
    const env = { TOLLGATE_SHUTDOWN_GRACE_MS: '300' };
    const gateway = await startGateway({ dataDir: folder.path, config: config(), commands: setUpRoot, env });
    const books = openBooks(gateway, undefined);
    try {
      const { key } = await openWallet(gateway);
      const stream = await beginStream(gateway, key);
      const ended = gateway.end('SIGTERM');
      const rest = await stream.rest();
      expect(rest).toContain('"code":"shutting_down"');
      expect(rest).not.toContain('[DONE]');
      expect(await ended).toBe(0);
      const [charge, ...others] = await books.charges();
      expect(others).toEqual([]);
      expect(charge).toMatchObject({ requestId: stream.id, source: 'estimated' });
      expect(charge!.amount).toBeGreaterThan(0n);
      const [row] = await books.requests();
      expect(row?.detail).toContain('gateway_shutdown');
      expect(await readdir(path.join(folder.path, 'outbox'))).toEqual([]);
      expect(await verify(gateway)).toEqual(balanced);
    } finally {
      await gateway.stop();
      await books.close();
      await folder.remove();
    }
  });
});

/** A connection by hand: says what it is told to, and reads only while it is not paused. */
async function openSocket(gateway: Gateway, text: string) {
  let seen = '';
  const closed = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: gateway.port,
    socket: {
      data(_, chunk) {
        seen += chunk.toString();
      },
      close: () => closed.resolve(),
    },
  });
  socket.write(text);
  return { socket, seen: () => seen, closed: closed.promise };
}

const bigWords = 'x'.repeat(10_000_000);

describe('SIGTERM with clients that take their time', () => {
  test('a settled answer reaches a slow reader whole; a body that never comes ends with the grace', async () => {
    const big = startUpstream(() => wholeAnswer(bigWords, 10, 2));
    const gateway = await startGateway({
      config: config().replace(upstream.baseUrl, big.baseUrl),
      commands: setUpRoot,
      env: { TOLLGATE_SHUTDOWN_GRACE_MS: '2500' },
    });
    try {
      const { key } = await openWallet(gateway);
      const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n`;
      const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'go' }] });
      const slow = await openSocket(gateway, `${head}content-length: ${body.length}\r\n\r\n${body}`);
      slow.socket.pause();
      const half = await openSocket(gateway, `${head}content-length: 100\r\n\r\n{"mod`);
      await Bun.sleep(500);
      const ended = gateway.end('SIGTERM');
      await refusesConnections(gateway);
      // Longer than the moment that idle connections are given.
      await Bun.sleep(1000);
      slow.socket.resume();
      await slow.closed;
      expect(slow.seen().length).toBeGreaterThan(bigWords.length);
      await half.closed;
      expect(await ended).toBe(0);
      expect(gateway.output()).not.toContain('relay failed');
      expect(await verify(gateway)).toEqual(balanced);
    } finally {
      await gateway.stop();
      await big.stop();
    }
  });
});

describe('a running gateway', () => {
  const metricsToken = 'metrics-token-of-the-tests';
  let gateway: Gateway;
  let key: string;
  beforeAll(async () => {
    gateway = await startGateway({
      config: config(),
      commands: setUpRoot,
      env: { TOLLGATE_METRICS_TOKEN: metricsToken },
    });
    key = (await openWallet(gateway)).key;
  });
  afterAll(() => gateway?.stop());

  test('answers the probes of old load balancers: HTTP/1.0 without a Host', async () => {
    const probe = await openSocket(gateway, 'GET /readyz HTTP/1.0\r\n\r\n');
    await until('an answer', () => probe.seen().includes('\r\n\r\n'));
    expect(probe.seen()).toStartWith('HTTP/1.1 200');
    probe.socket.end();
  });

  test('says that it lives and is ready', async () => {
    for (const page of ['healthz', 'readyz']) expect((await fetch(`${gateway.url}/${page}`)).status).toBe(200);
  });

  test('shows its metrics to who has the token', async () => {
    await (await post(gateway, key, false)).json();
    const read = (token?: string): Promise<Response> =>
      fetch(`${gateway.url}/metrics`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    for (const token of [undefined, key, 'metrics-token-of-the-test5']) expect((await read(token)).status).toBe(401);
    const page = await read(metricsToken);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toStartWith('text/plain; version=0.0.4');
    const text = await page.text();
    expect(text).toMatch(/^# TYPE tollgate_requests_total counter$/m);
    expect(text).toMatch(/^tollgate_requests_total\{[^}]*status="200"[^}]*\} [1-9]/m);
    // Prometheus reads every line or none.
    for (const line of text.split('\n').filter((each) => each !== ''))
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z_:\d]+ .+|[a-zA-Z_:][\w:]*(\{[^{}]*\})? [-+.\deInfNa]+)$/);
  });

  test('gives a request one id, in its answer, its charge and the log', async () => {
    const books = openBooks(gateway, undefined);
    try {
      const good = await post(gateway, key, false);
      await good.json();
      const id = good.headers.get('x-request-id');
      expect(id).toStartWith('req_');
      await until('the charge', async () => (await books.charges()).some((charge) => charge.requestId === id));
      const bad = await post(gateway, key, false, 'fail');
      expect(bad.status).toBe(500);
      const failed = bad.headers.get('x-request-id')!;
      await until('the log row', async () => (await books.requests()).some((row) => row.id === failed));
      const line = gateway
        .output()
        .split('\n')
        .find((text) => text.includes(failed));
      expect(JSON.parse(line ?? '{}')).toMatchObject({ requestId: failed, msg: 'attempt failed' });
    } finally {
      await books.close();
    }
  });

  test('answers paths it does not have in the words of OpenAI', async () => {
    const response = await fetch(`${gateway.url}/v1/nothing`, { headers: { authorization: `Bearer ${key}` } });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'unknown_path' } });
    expect(response.headers.get('x-request-id')).toStartWith('req_');
  });
});
