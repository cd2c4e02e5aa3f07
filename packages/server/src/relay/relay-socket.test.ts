import { afterEach, describe, expect, test } from 'bun:test';
import WebSocket from 'ws';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import type { Channel } from '../domain/snapshot.ts';
import type { Frame } from '../upstream/upstream-socket.ts';
import { channelOf, openTestGateway, snapshotOf, type ChannelSpec, type TestGateway } from './testing/gateway.ts';
import {
  openScriptedSocket,
  type ScriptedSocket,
  type SocketScript,
  type UpstreamSession,
} from './testing/scripted-socket.ts';
import { socketEndpoint } from './testing/socket-endpoint.ts';

const open: { close(): Promise<void> }[] = [];
const logged: string[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
  logged.length = 0;
});

function upstream(script?: SocketScript): ScriptedSocket {
  const one = openScriptedSocket(script);
  open.push(one);
  return one;
}

/** A channel whose provider holds sessions. */
function socketChannel(spec: ChannelSpec): Channel {
  const channel = channelOf(spec);
  const [dialect] = channel.provider.dialects;
  const paths = { ...dialect.paths, completions: '/session?model={model}' };
  return { ...channel, provider: { ...channel.provider, dialects: [{ ...dialect, paths }] } };
}

async function gateway(channels: readonly Channel[], relay: Partial<Settings['relay']> = {}): Promise<TestGateway> {
  const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, ...relay } };
  const one = await openTestGateway(snapshotOf(channels, settings), {
    table: [socketEndpoint],
    logged: (fields, message) => logged.push(`${message} ${Bun.inspect(fields)}`),
  });
  open.push(one);
  return one;
}

const gatewayTo = (up: ScriptedSocket, relay?: Partial<Settings['relay']>): Promise<TestGateway> =>
  gateway([socketChannel({ id: 'a', baseUrl: up.baseUrl })], relay);

/** A client's side of a session. */
type Client = {
  readonly socket: WebSocket;
  readonly frames: Frame[];
  /** How it ended: code and reason. */
  readonly ended: Promise<readonly [number, string]>;
  say(event: object): void;
  /** Resolves once so many frames have come. */
  received(count: number): Promise<void>;
};

type Knock = { readonly key?: string | undefined; readonly subprotocols?: readonly string[]; readonly query?: string };

/** Opens a session; the answer in its place when it is refused. */
function knock(gate: TestGateway, { key = 'sk-test', subprotocols = [], query = '?model=m' }: Knock = {}) {
  return new Promise<Client | { readonly status: number; readonly text: string }>((resolve, reject) => {
    const headers: Record<string, string> = key === '' ? {} : { authorization: `Bearer ${key}` };
    const socket = new WebSocket(`${gate.url('/v1/session').replace('http', 'ws')}${query}`, [...subprotocols], {
      headers,
    });
    const frames: Frame[] = [];
    const ended = new Promise<readonly [number, string]>((end) => {
      socket.on('close', (code, reason) => end([code, reason.toString()]));
    });
    socket.onmessage = ({ data }) => void frames.push(typeof data === 'string' ? data : (data as Uint8Array));
    socket.on('unexpected-response', (_, answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => {
        socket.terminate();
        resolve({ status: answer.statusCode ?? 0, text });
      });
    });
    socket.on('error', (error) => reject(error));
    socket.on('open', () =>
      resolve({
        socket,
        frames,
        ended,
        say: (event) => socket.send(JSON.stringify(event)),
        received: (count) => until(() => frames.length >= count),
      }),
    );
  });
}

async function client(gate: TestGateway, how?: Knock): Promise<Client> {
  const got = await knock(gate, how);
  if ('status' in got) throw new Error(`refused: ${got.status} ${got.text}`);
  return got;
}

async function refusal(gate: TestGateway, how?: Knock): Promise<{ readonly status: number; readonly text: string }> {
  const got = await knock(gate, how);
  if ('status' in got) return got;
  throw new Error('a session was opened');
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(5);
}

/** Answers each `ask` with a report of so many tokens. */
const reporting = (input: number, output: number): SocketScript => ({
  frame({ socket }, frame) {
    if (frame === '{"type":"ask"}') socket.send(JSON.stringify({ type: 'report', input, output }));
  },
});
const ask = { type: 'ask' };
const costOf = (input: number, output: number): bigint => BigInt(input) * 1000n + BigInt(output) * 2000n;
/** What one step may cost, and what is held for it: its input may be dearer than it turns out to be. */
const stepCost = costOf(100, 100);
const stepHold = 400_000n;

async function onlySession(up: ScriptedSocket): Promise<UpstreamSession> {
  await until(() => up.sessions.length > 0);
  const [session] = up.sessions;
  if (!session) throw new Error('no session');
  return session;
}

/** Nothing of a session is left: no money held, nothing unexplained, no load. */
async function expectClean(gate: TestGateway): Promise<void> {
  const { load } = gate.deps;
  // The record is there before the last bytes are: both sides of a session end for themselves.
  await until(() => load.openRequests === 0 && load.drains === 0 && load.bufferedBytes === 0);
  expect(await gate.verify()).toMatchObject({ unexplained: 0 });
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0, drains: 0 });
}

describe('sessions', () => {
  test('pass text and binary frames both ways, and are asked for where their provider holds them', async () => {
    const up = upstream();
    const gate = await gatewayTo(up);
    const one = await client(gate, { subprotocols: ['other', 'session-v1'] });
    expect(one.socket.protocol).toBe('session-v1');
    one.socket.send('hello');
    one.socket.send(new Uint8Array([1, 2, 3]));
    await one.received(2);
    expect(one.frames[0]).toBe('hello');
    expect([...(one.frames[1] as Uint8Array)]).toEqual([1, 2, 3]);
    const session = await onlySession(up);
    expect(session.path).toBe('/v1/session?model=m-upstream');
    expect(session.headers).toMatchObject({
      authorization: 'Bearer sk-upstream-canary',
      'sec-websocket-protocol': 'upstream-v1',
    });
    one.socket.close(1000);
    await gate.recorded(1);
    await until(() => session.closed !== undefined);
    expect(gate.records[0]).toMatchObject({ status: 101, endReason: 'completed', charge: undefined });
    await expectClean(gate);
  });

  test('are charged what was reported, once, and the hold grows with what they use', async () => {
    const up = upstream(reporting(90, 80));
    const gate = await gatewayTo(up);
    const one = await client(gate);
    for (let step = 1; step <= 20; step++) {
      one.say(ask);
      await one.received(step);
    }
    expect(gate.extensions.length).toBeGreaterThan(10);
    // Always for what was used and one step more.
    expect(stepHold + gate.extensions.reduce((sum, by) => sum + by, 0n)).toBeGreaterThanOrEqual(
      20n * costOf(90, 80) + stepHold,
    );
    one.socket.close(1000);
    await gate.recorded(1);
    expect(gate.records).toHaveLength(1);
    expect(gate.records[0]).toMatchObject({
      endReason: 'completed',
      usageSource: 'provider',
      usage: { inputText: 1800, outputText: 1600 },
      modelServed: 'm-upstream',
      attempts: [{ channelId: 'a', status: 101, cause: 'ok' }],
    });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(20n * costOf(90, 80));
    await expectClean(gate);
  });

  test('end with a word when the money does, and the wallet pays exactly what was used', async () => {
    const up = upstream(reporting(100, 100));
    const gate = await gatewayTo(up);
    await gate.leave(2n * stepCost + stepHold);
    const one = await client(gate);
    for (let step = 1; step <= 2; step++) {
      one.say(ask);
      await one.received(step);
    }
    one.say(ask);
    expect(await one.ended).toEqual([1008, 'insufficient_balance']);
    expect(JSON.parse(one.frames.at(-1) as string)).toMatchObject({ type: 'error', code: 'insufficient_balance' });
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ endReason: 'refused', errorCode: 'insufficient_balance' });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(3n * stepCost);
    await expectClean(gate);
    expect(await gate.balance()).toBe(stepHold - stepCost);
    // The last one was asked for once more, for no more than was needed.
    expect(gate.extensions.slice(1, 3)).toEqual([stepHold, 2n * stepCost - stepHold]);
  });

  test('that cannot be paid for at all are refused as requests are', async () => {
    const gate = await gatewayTo(upstream());
    await gate.leave(stepHold - 1n);
    expect(await refusal(gate)).toMatchObject({ status: 402 });
  });
});

describe('handshakes', () => {
  test('that fail are tried elsewhere', async () => {
    const busy = upstream({ handshake: () => Response.json({ error: { message: 'busy' } }, { status: 503 }) });
    const limited = upstream({
      handshake: () =>
        Response.json({ error: { message: 'slow down' } }, { status: 429, headers: { 'retry-after': '7' } }),
    });
    const good = upstream();
    const gate = await gateway([
      socketChannel({ id: 'gone', baseUrl: 'http://127.0.0.1:1', priority: 3 }),
      socketChannel({ id: 'busy', baseUrl: busy.baseUrl, priority: 2 }),
      socketChannel({ id: 'limited', baseUrl: limited.baseUrl, priority: 1 }),
      socketChannel({ id: 'good', baseUrl: good.baseUrl }),
    ]);
    const one = await client(gate);
    one.socket.close();
    await gate.recorded(1);
    expect(gate.records[0]?.attempts).toMatchObject([
      { channelId: 'gone', status: 0, cause: 'connect' },
      { channelId: 'busy', status: 503, cause: 'server_error' },
      { channelId: 'limited', status: 429, cause: 'rate_limited' },
      { channelId: 'good', status: 101, cause: 'ok' },
    ]);
    // Who asked to be left alone is.
    const other = await client(gate);
    expect(limited.asked()).toBe(1);
    other.socket.close();
    await gate.recorded(2);
    await expectClean(gate);
  });

  test('that are refused for good are answered in the words of the upstream', async () => {
    const up = upstream({ handshake: () => Response.json({ error: { message: 'no such voice' } }, { status: 400 }) });
    const gate = await gatewayTo(up);
    expect(await refusal(gate)).toMatchObject({
      status: 400,
      text: expect.stringContaining('no such voice') as string,
    });
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ status: 400, endReason: 'upstream_error', charge: undefined });
    await expectClean(gate);
  });

  test('never show the key that a browser sends among the subprotocols', async () => {
    const up = upstream();
    const gate = await gatewayTo(up);
    const one = await client(gate, { key: '', subprotocols: ['test-key.sk-test', 'session-v1'] });
    expect(one.socket.protocol).toBe('session-v1');
    const { headers } = await onlySession(up);
    expect(JSON.stringify(headers)).not.toContain('sk-test');
    one.socket.close();
    const unknown = await refusal(gate, { key: '', subprotocols: ['session-v1', 'test-key.sk-canary-unknown'] });
    expect(unknown.status).toBe(401);
    const unspoken = await refusal(gate, { key: '', subprotocols: ['test-key.sk-test'] });
    expect(unspoken.status).toBe(400);
    await gate.recorded(1);
    for (const text of [unknown.text, unspoken.text, ...logged, ...gate.records.map((one) => Bun.inspect(one))]) {
      expect(text).not.toContain('sk-test');
      expect(text).not.toContain('sk-canary');
    }
  });

  test('are refused without a key, without a model, and in place of plain requests', async () => {
    const gate = await gatewayTo(upstream());
    expect(await refusal(gate, { key: '' })).toMatchObject({ status: 401 });
    expect(await refusal(gate, { query: '' })).toMatchObject({ status: 400 });
    expect(await refusal(gate, { query: '?model=unknown' })).toMatchObject({ status: 404 });
    const plain = await gate.get('/v1/session?model=m');
    expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket']);
    expect(await plain.json()).toMatchObject({ error: { code: 'upgrade_required' } });
  });

  test('do not go through a proxy that cannot pass them on', async () => {
    const up = upstream();
    const gate = await gateway([{ ...socketChannel({ id: 'a', baseUrl: up.baseUrl }), proxy: 'socks5://127.0.0.1:1' }]);
    expect(await refusal(gate)).toMatchObject({ status: 400, text: expect.stringContaining('SOCKS') as string });
    expect(up.asked()).toBe(0);
  });
});

describe('the end of a session', () => {
  test('by the client, in the middle of a step, waits for what the step costs', async () => {
    const up = upstream({ frame: () => undefined });
    const gate = await gatewayTo(up);
    const one = await client(gate);
    one.say(ask);
    const session = await onlySession(up);
    await until(() => session.frames.length === 1);
    one.socket.terminate();
    await until(() => gate.deps.load.drains === 1);
    session.socket.send('{"type":"report","input":10,"output":5}');
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ status: 499, endReason: 'client_disconnected' });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(costOf(10, 5));
    await until(() => session.closed !== undefined);
    await expectClean(gate);
  });

  test('by an upstream that breaks off is told to the client, and what was used is charged', async () => {
    const up = upstream(reporting(10, 5));
    const gate = await gatewayTo(up);
    const one = await client(gate);
    one.say(ask);
    await one.received(1);
    (await onlySession(up)).socket.terminate();
    expect(await one.ended).toEqual([1011, 'upstream_cut']);
    expect(JSON.parse(one.frames.at(-1) as string)).toMatchObject({ type: 'error', code: 'upstream_cut' });
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ endReason: 'upstream_cut', attempts: [{ cause: 'cut' }] });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(costOf(10, 5));
    await expectClean(gate);
  });

  test('by an upstream with a code and a reason is passed on, without what the client must not learn', async () => {
    const up = upstream({ opened: ({ socket }) => socket.close(4001, 'expired at https://secret.example/x') });
    const gate = await gatewayTo(up);
    const one = await client(gate);
    expect(await one.ended).toEqual([4001, 'expired at ***']);
    await gate.recorded(1);
    await expectClean(gate);
  });

  test('comes when the key is revoked', async () => {
    const gate = await gatewayTo(upstream());
    const one = await client(gate);
    gate.changeKey({ enabled: false });
    expect(await one.ended).toEqual([1008, 'key_disabled']);
    expect(JSON.parse(one.frames.at(-1) as string)).toMatchObject({ code: 'key_disabled' });
    await gate.recorded(1);
    await expectClean(gate);
  });

  test('comes when the gateway stops: at once when idle, at the end of the grace period in a step', async () => {
    const up = upstream({ frame: () => undefined });
    const gate = await gatewayTo(up);
    const [idle, busy] = [await client(gate), await client(gate)];
    busy.say(ask);
    await until(() => up.sessions.some(({ frames }) => frames.length === 1));
    gate.deps.load.shuttingDown = true;
    expect(await idle.ended).toEqual([1001, 'shutting_down']);
    await gate.recorded(1);
    expect(gate.records).toHaveLength(1);
    gate.deps.deadlines.expireAll();
    expect(await busy.ended).toEqual([1001, 'shutting_down']);
    await gate.recorded(2);
    expect(gate.records[1]).toMatchObject({ endReason: 'gateway_shutdown' });
    await expectClean(gate);
  });

  test('comes when it lasts too long, or nobody says anything', async () => {
    const [minute, day] = [60_000, 86_400_000];
    const long = await gatewayTo(upstream(), { totalTimeoutMs: minute, idleTimeoutMs: day });
    const lasting = await client(long);
    long.skip(minute);
    expect(await lasting.ended).toEqual([1011, 'upstream_timeout']);
    const silent = await gatewayTo(upstream(), { totalTimeoutMs: day, idleTimeoutMs: minute });
    const idle = await client(silent);
    silent.skip(minute);
    expect(await idle.ended).toEqual([1008, 'request_timeout']);
    for (const gate of [long, silent]) {
      await gate.recorded(1);
      expect(gate.records[0]).toMatchObject({ endReason: 'timeout_total' });
      await expectClean(gate);
    }
  });

  test('comes with a frame that is larger than any may be, from either side', async () => {
    const large = new Uint8Array((16 << 20) + 1);
    const up = upstream({ frame: ({ socket }) => void socket.send(large) });
    const gate = await gatewayTo(up);
    const sender = await client(gate);
    sender.socket.send(large);
    expect((await sender.ended)[0]).toBeOneOf([1006, 1009]);
    const receiver = await client(gate);
    receiver.socket.send('large, please');
    expect(await receiver.ended).toEqual([1011, 'upstream_error']);
    await gate.recorded(2);
    await expectClean(gate);
  });
});

test('a frame that the endpoint refuses is answered, and the session goes on', async () => {
  const up = upstream();
  const gate = await gatewayTo(up);
  const one = await client(gate);
  one.say({ type: 'forbidden' });
  one.socket.send('hello');
  await one.received(2);
  expect(JSON.parse(one.frames[0] as string)).toMatchObject({ type: 'error', code: 'invalid_request' });
  expect(one.frames[1]).toBe('hello');
  expect((await onlySession(up)).frames).toEqual(['hello']);
  one.socket.close();
  await gate.recorded(1);
});

test('a client that reads slowly slows the upstream, and what waits for it counts in the load', async () => {
  const frames = 200;
  const size = 256 << 10;
  let sent = 0;
  const up = upstream({
    async frame({ socket }) {
      for (; sent < frames; sent++) {
        socket.send(new Uint8Array(size).fill(sent));
        while (socket.getBufferedAmount() > 0) await Bun.sleep(1);
      }
    },
  });
  const gate = await gatewayTo(up);
  const one = await client(gate);
  one.socket.pause();
  one.socket.send('go');
  await until(() => gate.deps.load.bufferedBytes > 1 << 20);
  // What the kernels take is not known; that it stops is.
  for (let before = -1; before !== sent; await Bun.sleep(200)) before = sent;
  expect(sent).toBeLessThan(frames);
  expect(gate.deps.load.bufferedBytes).toBeLessThan(4 << 20);
  one.socket.resume();
  await one.received(frames);
  expect(one.frames.map((frame) => (frame as Uint8Array)[0])).toEqual(Array.from({ length: frames }, (_, at) => at));
  one.socket.close();
  await gate.recorded(1);
  await expectClean(gate);
});

test('an upstream that reads slowly slows the client, and nothing is lost', async () => {
  const frames = 80;
  const size = 256 << 10;
  const up = upstream({ opened: ({ socket }) => socket.pause(), frame: () => undefined });
  const gate = await gatewayTo(up);
  const one = await client(gate);
  for (let at = 0; at < frames; at++) one.socket.send(new Uint8Array(size).fill(at));
  await until(() => gate.deps.load.bufferedBytes > 1 << 20);
  // Most of it is not taken from the client.
  for (let before = -1; before !== one.socket.bufferedAmount; await Bun.sleep(200)) before = one.socket.bufferedAmount;
  expect(one.socket.bufferedAmount).toBeGreaterThan(0);
  expect(gate.deps.load.bufferedBytes).toBeLessThan(8 << 20);
  const session = await onlySession(up);
  session.socket.resume();
  await until(() => session.frames.length === frames);
  expect(session.frames.map((frame) => (frame as Uint8Array)[0])).toEqual(
    Array.from({ length: frames }, (_, at) => at),
  );
  one.socket.close();
  await gate.recorded(1);
  await expectClean(gate);
});

// Codex does without a session upon a 426, and upon nothing else.
test('endpoints that hold no sessions say so with 426, and what to speak instead', async () => {
  const gate = await openTestGateway(snapshotOf([]));
  open.push(gate);
  const asked = (path: string): Promise<Response> =>
    fetch(gate.url(path), {
      headers: { authorization: 'Bearer sk-test', connection: 'Upgrade', upgrade: 'websocket' },
    });
  for (const path of ['/v1/messages', '/v1/chat/completions', '/v1/responses/resp_1']) {
    const answer = await asked(path);
    expect([answer.status, answer.headers.get('upgrade')]).toEqual([426, 'HTTP/1.1']);
    expect(await answer.json()).toMatchObject({ error: { code: 'upgrade_required' } });
  }
  expect((await asked('/v1/nowhere')).status).toBe(404);
});
