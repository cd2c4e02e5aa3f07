import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServer, type Server as TlsServer } from 'node:tls';
import { GoogleGenAI, Modality, type LiveServerMessage } from '@google/genai';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { LiveWS } from 'openai/resources/live/ws';
import type { ResponsesServerEvent } from 'openai/resources/responses/responses';
import { ResponsesWS } from 'openai/resources/responses/ws';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks, type Books } from '../books.ts';
import { endWell, startGateway, type Gateway } from '../gateway.ts';
import { until } from '../until.ts';
import { watchEndpoints } from './asked-endpoints.ts';
import { holdToRows } from './endpoint-rows.ts';
import { startGoogle, startLive, startSpeaking } from './upstreams/sessions.ts';

setDefaultTimeout(60_000);

const watched = watchEndpoints();

/** Official SDKs over WebSockets, scripted upstreams behind, the real gateway process between. */

let upstream: LLMock;
let speaking: ReturnType<typeof startSpeaking>;
let live: ReturnType<typeof startLive>;
let google: ReturnType<typeof startGoogle>;
let gateway: Gateway;
let books: Books;
let openai: OpenAI;
let apiKey: string;

const config = (): string => `
channels:
  - { name: openai, provider: openai, baseUrl: "${upstream.url}/v1", credentials: [{ apiKey: sk-upstream }], models: [gpt-5-codex] }
  - { name: speaking, provider: openai, baseUrl: "http://127.0.0.1:${speaking.port}/v1", credentials: [{ apiKey: sk-upstream }], models: [gpt-realtime, gpt-4o-realtime-preview, gpt-4o-transcribe] }
  - { name: live, provider: openai, baseUrl: "http://127.0.0.1:${live.port}/v1", credentials: [{ apiKey: sk-upstream }], models: [gpt-live-1] }
  - { name: google, provider: gemini, baseUrl: "http://127.0.0.1:${google.port}", credentials: [{ apiKey: AIza-upstream }], models: [gemini-live] }
models:
  - { name: gpt-5-codex, price: { input: 1, output: 2 } }
  - { name: gpt-realtime, price: { input: 4, cacheRead: 0.4, inputAudio: 32, output: 16, outputAudio: 64 } }
  - { name: gpt-4o-realtime-preview, price: { input: 4, cacheRead: 0.4, inputAudio: 32, output: 16, outputAudio: 64 } }
  - { name: gpt-4o-transcribe, price: { input: 2.5, inputAudio: 6, output: 10 } }
  - { name: gpt-live-1, price: { input: 0, output: 0, perSecond: 0.001 } }
  - { name: gpt-helper, price: { input: 1, output: 2 } }
  - { name: gemini-live, price: { input: 1, inputAudio: 3, output: 4, outputAudio: 12 } }
`;

beforeAll(async () => {
  upstream = new LLMock({ port: 0 });
  await upstream.start();
  speaking = startSpeaking();
  live = startLive();
  google = startGoogle();
  upstream.on(
    { userMessage: 'Hi' },
    { content: 'Hello there', usage: { input_tokens: 20, output_tokens: 4, total_tokens: 24 } },
  );
  upstream.on(
    { userMessage: 'And then?' },
    { content: 'Nothing more', usage: { input_tokens: 31, output_tokens: 3, total_tokens: 34 } },
  );
  gateway = await startGateway({ config: config(), commands: setUpRoot });
  books = openBooks(gateway, undefined);
  const admin = await openAdmin(gateway);
  await admin.credit('50');
  ({ key: apiKey } = await admin.createKey('sockets'));
  openai = new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
});

afterAll(async () => {
  await books?.close();
  if (gateway) await endWell(gateway);
  await upstream?.stop();
  await speaking?.stop(true);
  await live?.stop(true);
  await google?.stop(true);
});

/** 5 of text, 10 cached, 5 of sound in; 2 of text and 8 of sound out. */
const realtimeCost = 5n * 4000n + 10n * 400n + 5n * 32_000n + 2n * 16_000n + 8n * 64_000n;

/** The SDK opens secure sessions only: what stands before the gateway in production, with a throw-away certificate. */
async function startTls(): Promise<{ readonly port: number; stop(): void }> {
  const dir = mkdtempSync(path.join(tmpdir(), 'tollgate-tls-'));
  const made = Bun.spawnSync(
    'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out cert -days 2 -subj /CN=localhost'.split(
      ' ',
    ),
    { cwd: dir },
  );
  if (made.exitCode !== 0) throw new Error(made.stderr.toString());
  const read = (name: string): string => readFileSync(path.join(dir, name), 'utf8');
  const server: TlsServer = createServer({ key: read('key'), cert: read('cert') }, (outside) => {
    const inside = connect(gateway.port, '127.0.0.1');
    outside.pipe(inside).pipe(outside);
    outside.on('error', () => inside.destroy());
    inside.on('error', () => outside.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  rmSync(dir, { recursive: true });
  return { port: (server.address() as AddressInfo).port, stop: () => void server.close() };
}

/** Every charge that the tests must have made, once all of them are posted. */
async function charged(count: number): Promise<readonly bigint[]> {
  await until('all is posted', async () => (await books.charges()).length >= count);
  expect(await verify(gateway)).toEqual(balanced);
  return (await books.charges()).map(({ amount }) => amount);
}

test('openai: Responses over a WebSocket, with a warm-up and a conversation that only the connection knows', async () => {
  watched.note('openai-js', 'responses-socket');
  const socket = new ResponsesWS(openai);
  const events: ResponsesServerEvent[] = [];
  const texts = new Map<string, string>();
  /** The id of the response, once it is whole. */
  const whole = (): Promise<string> =>
    new Promise((resolve, reject) => {
      socket.on('event', (event) => {
        events.push(event);
        if (event.type === 'error') return reject(new Error(JSON.stringify(event)));
        if (event.type !== 'response.completed') return;
        const { id, output } = event.response;
        const [item] = output;
        texts.set(id, item?.type === 'message' && item.content[0]?.type === 'output_text' ? item.content[0].text : '');
        resolve(id);
      });
    });

  socket.send({ type: 'response.create', model: 'gpt-5-codex', input: 'Hi', generate: false, store: false });
  const warm = await whole();
  socket.send({ type: 'response.create', model: 'gpt-5-codex', input: [], store: false, previous_response_id: warm });
  const first = await whole();
  socket.send({
    type: 'response.create',
    model: 'gpt-5-codex',
    input: 'And then?',
    store: false,
    previous_response_id: first,
  });
  const second = await whole();
  expect(new Set([warm, first, second]).size).toBe(3);
  expect([texts.get(first), texts.get(second)]).toEqual(['Hello there', 'Nothing more']);
  expect(events.some(({ type }) => type === 'response.output_text.delta')).toBe(true);
  socket.close();

  expect(upstream.getRequests().length).toBe(2);
  expect(await charged(2)).toEqual([20_000n + 8000n, 31_000n + 6000n]);
});

test('openai: what is refused over a WebSocket is an event', async () => {
  const socket = new ResponsesWS(openai);
  const error = new Promise((resolve) => void socket.on('error', resolve));
  socket.send({ type: 'response.create', model: 'no-such-model', input: 'Hi' });
  expect(String(await error)).toContain('no-such-model');
  socket.close();
});

const openssl = Bun.which('openssl');
test.skipIf(openssl === null)(
  'openai: a Realtime session by a client secret, each response charged by kind of token',
  async () => {
    const tls = await startTls();
    const before = (await books.charges()).length;
    const secret = await openai.realtime.clientSecrets.create({ session: { type: 'realtime', model: 'gpt-realtime' } });
    const client = openai.withOptions({ apiKey: secret.value, baseURL: `https://127.0.0.1:${tls.port}/v1` });
    watched.note('openai-js', 'realtime');
    const session = new OpenAIRealtimeWS({ model: 'gpt-realtime', options: { rejectUnauthorized: false } }, client);
    const types: string[] = [];
    let done = 0;
    session.on('event', ({ type }) => void types.push(type));
    const finished = new Promise<void>((resolve, reject) => {
      session.on('error', reject);
      session.on('session.created', () => {
        session.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } });
        session.send({ type: 'response.create' });
      });
      session.on('response.done', () => {
        done++;
        if (done === 2) return resolve();
        session.send({ type: 'response.create' });
      });
    });
    await finished;
    expect(types.filter((type) => type === 'response.output_audio.delta').length).toBe(2);
    session.close();
    expect((await charged(before + 2)).slice(before)).toEqual([realtimeCost, realtimeCost]);
    tls.stop();
  },
);

test.skipIf(openssl === null)('openai: a Live session by its seconds, and what it delegates by its model', async () => {
  const tls = await startTls();
  const before = (await books.charges()).length;
  const client = openai.withOptions({ baseURL: `https://127.0.0.1:${tls.port}/v1` });
  watched.note('openai-js', 'live-sessions');
  const session = new LiveWS(client, { rejectUnauthorized: false });
  const seconds = new Promise<number>((resolve, reject) => {
    session.on('error', reject);
    session.on('session.started', () => session.send({ type: 'response.create' }));
    session.on('response.event', () => session.send({ type: 'session.close' }));
    session.on('session.closed', ({ usage }) => resolve(usage.seconds));
  });
  session.send({
    type: 'session.start',
    session: { model: 'gpt-live-1', delegation: { type: 'responses', responses: { model: 'gpt-helper' } } },
  });
  expect(await seconds).toBe(7.5);
  // Both are posted at once, in whatever order.
  const [delegated, rest] = [4n * 1_000_000n + 100n * 1000n + 20n * 2000n, 4n * 1_000_000n];
  expect(new Set((await charged(before + 2)).slice(before))).toEqual(new Set([delegated, rest]));
  tls.stop();
});

/** Holds a Live session of so many turns; what came. */
async function talkLive(secret: string, apiVersion: string, turns: number): Promise<readonly LiveServerMessage[]> {
  const client = new GoogleGenAI({ apiKey: secret, httpOptions: { baseUrl: gateway.url, apiVersion } });
  const messages: LiveServerMessage[] = [];
  let heard = (): void => undefined;
  watched.note('google-js', 'gemini-live');
  const session = await client.live.connect({
    model: 'gemini-live',
    config: { responseModalities: [Modality.AUDIO] },
    callbacks: {
      onmessage(message) {
        messages.push(message);
        if (message.serverContent?.turnComplete) heard();
      },
    },
  });
  for (let turn = 0; turn < turns; turn++) {
    const answered = new Promise<void>((resolve) => (heard = resolve));
    session.sendClientContent({ turns: [{ role: 'user', parts: [{ text: 'Hi' }] }] });
    await answered;
  }
  session.close();
  return messages;
}

test('@google/genai: Live sessions by the key and by a token, each turn charged by kind of token', async () => {
  const before = (await books.charges()).length;
  const messages = await talkLive(apiKey, 'v1beta', 2);
  expect(messages.filter(({ data }) => data === 'AAAA').length).toBe(2);
  const client = new GoogleGenAI({
    apiKey,
    httpOptions: { baseUrl: gateway.url, apiVersion: 'v1alpha' },
  });
  const { name = '' } = await client.authTokens.create({
    config: { uses: 1, liveConnectConstraints: { model: 'gemini-live' } },
  });
  expect((await talkLive(name, 'v1alpha', 1)).at(-1)?.usageMetadata?.totalTokenCount).toBe(30);
  const cost = 20n * 1000n + 10n * 12_000n;
  expect((await charged(before + 3)).slice(before)).toEqual([cost, cost, cost]);
  expect(await talkLive(name, 'v1alpha', 1).catch((error: unknown) => `${String(error)}`)).toContain('failed');
});

test.skipIf(openssl === null)('openai: a session by a secret as it was made before', async () => {
  const tls = await startTls();
  const before = (await books.charges()).length;
  const made = await openai.beta.realtime.sessions.create({ model: 'gpt-4o-realtime-preview' });
  const client = openai.withOptions({
    apiKey: made.client_secret.value,
    baseURL: `https://127.0.0.1:${tls.port}/v1`,
  });
  const session = new OpenAIRealtimeWS(
    { model: 'gpt-4o-realtime-preview', options: { rejectUnauthorized: false } },
    client,
  );
  await new Promise<void>((resolve, reject) => {
    session.on('error', reject);
    session.on('session.created', () => session.send({ type: 'response.create' }));
    session.on('response.done', () => resolve());
  });
  session.close();
  expect((await charged(before + 1)).slice(before)).toEqual([realtimeCost]);
  tls.stop();
});

test.each([
  ['a session of a model that there is none of', { session: { type: 'realtime', model: 'none' } }, 404],
  ['a secret that lives for a year', { expires_after: { anchor: 'created_at', seconds: 31_536_000 } }, 400],
] as const)('openai: no secret for %s', async (_what, body, status) => {
  const error = await openai.realtime.clientSecrets.create(body).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(status === 404 ? OpenAI.NotFoundError : OpenAI.BadRequestError);
  expect(error).toMatchObject({ status, type: 'invalid_request_error' });
});

test.skipIf(openssl === null)('openai: a Realtime session of no model is an error of the SDK', async () => {
  const tls = await startTls();
  const client = openai.withOptions({ baseURL: `https://127.0.0.1:${tls.port}/v1` });
  const session = new OpenAIRealtimeWS({ model: 'none', options: { rejectUnauthorized: false } }, client);
  expect(String(await new Promise((resolve) => void session.on('error', resolve)))).toContain('404');
  tls.stop();
});

test.skipIf(openssl === null)(
  'openai: secrets of both shapes open sessions that only transcribe, and each piece is charged',
  async () => {
    const tls = await startTls();
    const before = (await books.charges()).length;
    const transcription = { model: 'gpt-4o-transcribe' } as const;
    const today = await openai.realtime.clientSecrets.create({
      session: { type: 'transcription', audio: { input: { transcription } } },
    });
    const older = await openai.beta.realtime.transcriptionSessions.create({ input_audio_transcription: transcription });
    for (const secret of [today.value, older.client_secret.value]) {
      const client = openai.withOptions({ apiKey: secret, baseURL: `https://127.0.0.1:${tls.port}/v1` });
      watched.note('openai-js', 'realtime-transcription');
      const session = new OpenAIRealtimeWS({ intent: 'transcription', options: { rejectUnauthorized: false } }, client);
      await new Promise<void>((resolve, reject) => {
        session.on('error', reject);
        session.on('session.created', () => session.send({ type: 'input_audio_buffer.commit' }));
        session.on('conversation.item.input_audio_transcription.completed', () => resolve());
      });
      session.close();
    }
    const cost = 20n * 6000n + 4n * 10_000n;
    expect((await charged(before + 2)).slice(before)).toEqual([cost, cost]);
    tls.stop();
  },
);

test('what a Realtime session was answered is charged, though the gateway is killed in the midst of it', async () => {
  const before = (await books.charges()).length;
  const at = `${gateway.url.replace('http', 'ws')}/v1/realtime?model=gpt-realtime`;
  const socket = new WebSocket(at, ['realtime', `openai-insecure-api-key.${openai.apiKey}`]);
  let done = 0;
  const again = (): void => socket.send(JSON.stringify({ type: 'response.create' }));
  const answered = new Promise<void>((resolve) => {
    socket.addEventListener('open', again);
    socket.addEventListener('message', ({ data }) => {
      if (!String(data).includes('"response.done"')) return;
      if (++done === 3) resolve();
      else again();
    });
  });
  await answered;
  await gateway.end('SIGKILL');
  gateway = await startGateway({ dataDir: gateway.dataDir });
  expect((await charged(before + 3)).slice(before)).toEqual([realtimeCost, realtimeCost, realtimeCost]);
});

test('the endpoints of its rows were asked', () => holdToRows('sockets.test.ts', watched));
