import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import {
  openScriptedUpstream,
  wholeAnswer,
  type Behaviour,
  type ScriptedUpstream,
} from '../../relay/testing/scripted-upstream.ts';
import {
  channelOf,
  openTestGateway,
  snapshotOf,
  type ChannelSpec,
  type TestGateway,
} from '../../relay/testing/gateway.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function upstream(behaviour?: Behaviour): Promise<ScriptedUpstream> {
  const one = await openScriptedUpstream(behaviour);
  open.push(one);
  return one;
}

const pdf = `%PDF-1.7 ${'x'.repeat(1000)}`;
const pdfUrl = `data:application/pdf;base64,${Buffer.from(pdf).toString('base64')}`;

/** Serves files; `asked` are the paths it was asked for. */
function files(answer: (path: string) => Response | Promise<Response> = () => new Response(pdf)) {
  const asked: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      return answer(pathname);
    },
  });
  open.push({ close: () => server.stop(true) });
  return { url: `http://127.0.0.1:${server.port}`, port: server.port ?? 0, asked };
}

type Fetch = Partial<Settings['media']['fetch']>;

async function gateway(
  channels: readonly ChannelSpec[],
  fetch: Fetch,
  relay: Partial<Settings['relay']> = {},
): Promise<TestGateway> {
  const settings: Settings = {
    ...defaultSettings,
    relay: { ...defaultSettings.relay, ...relay },
    media: { ...defaultSettings.media, fetch: { ...defaultSettings.media.fetch, ...fetch } },
  };
  const one = await openTestGateway(snapshotOf(channels.map(channelOf), settings));
  open.push(one);
  return one;
}

const document = (url: string) => ({ type: 'document', source: { type: 'url', url } });
const asking = (...urls: readonly string[]) => ({
  model: 'm',
  max_tokens: 10,
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Read.' }, ...urls.map(document)] }],
});
const messages = { path: '/v1/messages' };

/** The files that a Chat upstream was sent, as data URLs. */
const filesSent = (up: ScriptedUpstream): readonly string[] => {
  type Sent = { messages: { content: { file?: { file_data: string } }[] | string }[] };
  const sent = up.received.at(-1)?.json as Sent | undefined;
  const content = sent?.messages.flatMap((message) => (Array.isArray(message.content) ? message.content : [])) ?? [];
  return content.flatMap((part) => (part.file ? [part.file.file_data] : []));
};

const refused = async (response: Response) => ({
  status: response.status,
  body: (await response.json()) as { type: string; error: { type: string; message: string } },
});

describe('media that an upstream takes only as bytes', () => {
  test('are fetched, sent along, and charged once; nothing of them stays counted', async () => {
    const up = await upstream();
    const host = files();
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], { allowPrivate: ['127.0.0.1'], ports: [host.port] });
    const response = await gate.post(asking(`${host.url}/a.pdf`, `${host.url}/b`, `${host.url}/a.pdf`), messages);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-tollgate-conversion-loss')).toBeNull();
    expect(filesSent(up)).toEqual([pdfUrl, pdfUrl, pdfUrl]);
    expect(host.asked.toSorted()).toEqual(['/a.pdf', '/b']);
    await response.text();
    await gate.recorded(1);
    expect(gate.records).toMatchObject([{ status: 200, endReason: 'completed', usageSource: 'provider' }]);
    expect(gate.deps.load).toMatchObject({ bufferedBytes: 0, openRequests: 0 });
  });

  test('are fetched once for all candidates', async () => {
    const [bad, good] = [
      await upstream((response) => void response.writeHead(500, { 'content-type': 'application/json' }).end('{}')),
      await upstream(),
    ];
    const host = files();
    const gate = await gateway(
      [
        { id: 'a', baseUrl: bad.baseUrl, priority: 1 },
        { id: 'b', baseUrl: good.baseUrl },
      ],
      { allowPrivate: ['127.0.0.1'], ports: [host.port] },
    );
    expect((await gate.post(asking(`${host.url}/a`), messages)).status).toBe(200);
    expect([filesSent(bad), filesSent(good)]).toEqual([[pdfUrl], [pdfUrl]]);
    expect(host.asked).toEqual(['/a']);
  });

  test('that are not to be had are left to a candidate that takes URLs', async () => {
    const chat = await upstream();
    const anthropic = await upstream((response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [{ type: 'text', text: 'Read.' }],
          stop_reason: 'end_turn',
          usage: { input_tokens: 10, output_tokens: 5 },
        }),
      );
    });
    const host = files();
    const gate = await gateway(
      [
        { id: 'a', baseUrl: chat.baseUrl, priority: 1 },
        { id: 'b', baseUrl: anthropic.baseUrl.replace('/v1', ''), provider: 'anthropic' },
      ],
      { ports: [host.port] },
    );
    expect((await gate.post(asking(`${host.url}/a`), messages)).status).toBe(200);
    expect([chat.received.length, anthropic.received.length, host.asked.length]).toEqual([0, 1, 0]);
    expect(anthropic.received[0]?.text).toContain(`${host.url}/a`);
  });

  test('are a loss where fetching is switched off', async () => {
    const up = await upstream();
    const host = files();
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], { enabled: false, allowPrivate: ['127.0.0.1'] });
    const response = await gate.post(asking(`${host.url}/a`), messages);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-tollgate-conversion-loss')).toContain('messages[0].parts[1];dropped');
    expect(host.asked).toEqual([]);
  });
});

describe('a medium that cannot be had', () => {
  const cases: readonly (readonly [what: string, url: (port: number) => string, code: string, fetch: Fetch])[] = [
    ['loopback', (port) => `http://127.0.0.1:${port}/a?secret=1`, 'not fetched: its host has no public address', {}],
    ['a spelling of it', (port) => `http://2130706433:${port}/`, 'not fetched: its host has no public address', {}],
    ['a name of it', (port) => `http://localhost:${port}/`, 'not fetched: its host has no public address', {}],
    ['no name at all', (port) => `http://a.invalid:${port}/`, 'not fetched: its host has no public address', {}],
    ['metadata', () => 'http://169.254.169.254/', 'not fetched: its host has no public address', { ports: [80] }],
    ['a port', () => 'http://example.com:22/', 'not fetched: port 22 is not among', {}],
    ['a missing file', (port) => `http://127.0.0.1:${port}/missing`, 'status 404', { allowPrivate: ['127.0.0.1'] }],
    [
      'a redirect inside',
      (port) => `http://127.0.0.1:${port}/inside`,
      'after a redirect',
      { allowPrivate: ['127.0.0.1'] },
    ],
    [
      'a large one',
      (port) => `http://127.0.0.1:${port}/`,
      'larger than 1024',
      { allowPrivate: ['127.0.0.1'], maxBytes: 1024 },
    ],
  ];
  test.each(cases)('%s', async (_, url, words, fetch) => {
    const up = await upstream();
    const host = files((path) => {
      if (path === '/missing') return new Response('no', { status: 404 });
      if (path === '/inside') return Response.redirect('http://10.0.0.1/');
      return new Response(pdf + pdf);
    });
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], { ports: [host.port], ...fetch });
    const { status, body } = await refused(await gate.post(asking(url(host.port)), messages));
    expect([status, body.type, body.error.type]).toEqual([400, 'error', 'invalid_request_error']);
    expect(body.error.message).toContain(words);
    expect(body.error.message).not.toContain('secret');
    expect(body.error.message).not.toContain('10.0.0.1');
    expect(up.received).toEqual([]);
    await gate.recorded(1);
    expect(gate.records).toMatchObject([{ status: 400, endReason: 'refused', charge: undefined }]);
    expect(gate.records[0]?.errorCode).toMatch(/^media_(url_not_allowed|fetch_failed)$/);
    expect(gate.deps.load).toMatchObject({ bufferedBytes: 0, openRequests: 0 });
  });

  test('is named by its place in the request, in the client’s protocol', async () => {
    const file = { type: 'input_file', file_url: 'http://127.0.0.1/a.pdf' };
    const deepseek = await gateway([{ id: 'a', baseUrl: 'http://127.0.0.1:9', provider: 'deepseek' }], {});
    const asked = await deepseek.post(
      { model: 'm', input: [{ role: 'user', content: [{ type: 'input_text', text: 'x' }, file] }] },
      { path: '/v1/responses' },
    );
    expect([asked.status, await asked.json()]).toMatchObject([
      400,
      { error: { code: 'media_url_not_allowed', param: 'messages[0].parts[1]', type: 'invalid_request_error' } },
    ]);
  });

  test('one of several ends the fetching of the others', async () => {
    const up = await upstream();
    const host = files((path) =>
      path === '/bad' ? new Response('', { status: 403 }) : Bun.sleep(5000).then(() => new Response(pdf)),
    );
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], { allowPrivate: ['127.0.0.1'], ports: [host.port] });
    const started = performance.now();
    const urls = ['slow1', 'bad', 'slow2', 'slow3', 'slow4', 'slow5'].map((name) => `${host.url}/${name}`);
    const { status, body } = await refused(await gate.post(asking(...urls), messages));
    expect([status, body.error.message]).toEqual([
      400,
      'The file at 127.0.0.1 could not be fetched: its server answered with status 403.',
    ]);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(host.asked.length).toBeLessThanOrEqual(4);
  });

  test('more than eight, or more together than a body may hold, are refused', async () => {
    const up = await upstream();
    const host = files();
    const gate = await gateway(
      [{ id: 'a', baseUrl: up.baseUrl }],
      { allowPrivate: ['127.0.0.1'], ports: [host.port] },
      { maxBodyBytes: 5000 },
    );
    const urls = Array.from({ length: 9 }, (__, index) => `${host.url}/${index}`);
    const nine = await refused(await gate.post(asking(...urls), messages));
    expect([nine.status, nine.body.error.message]).toMatchObject([400, expect.stringContaining('no more than 8')]);
    expect(host.asked).toEqual([]);
    const four = await refused(await gate.post(asking(...urls.slice(0, 4)), messages));
    expect([four.status, four.body.error.message]).toMatchObject([400, expect.stringContaining('all files together')]);
    expect((await gate.post(asking(...urls.slice(0, 3)), messages)).status).toBe(200);
    expect(up.received.length).toBe(1);
    await gate.recorded(3);
    expect(gate.deps.load.bufferedBytes).toBe(0);
  });
});

describe('while media are fetched', () => {
  const slow = () => files(() => Bun.sleep(5000).then(() => new Response(pdf)));

  test('a client that leaves ends it: nothing is sent, nothing charged', async () => {
    const up = await upstream();
    const host = slow();
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], { allowPrivate: ['127.0.0.1'], ports: [host.port] });
    const leaving = new AbortController();
    const asked = gate.post(asking(`${host.url}/a`), { ...messages, signal: leaving.signal }).catch(() => 'left');
    while (host.asked.length === 0) await Bun.sleep(5);
    leaving.abort();
    expect(await asked).toBe('left');
    await gate.recorded(1);
    expect(gate.records).toMatchObject([{ status: 499, endReason: 'client_disconnected', charge: undefined }]);
    expect(up.received).toEqual([]);
    expect(gate.deps.load).toMatchObject({ bufferedBytes: 0, openRequests: 0 });
  });

  test('the request’s own time runs', async () => {
    const host = slow();
    const gate = await gateway(
      [{ id: 'a', baseUrl: 'http://127.0.0.1:9' }],
      { allowPrivate: ['127.0.0.1'], ports: [host.port] },
      { totalTimeoutMs: 100 },
    );
    const { status, body } = await refused(await gate.post(asking(`${host.url}/a`), messages));
    expect([status, body.error.message]).toMatchObject([
      400,
      expect.stringContaining('longer than the gateway allows'),
    ]);
  });

  test('a gateway that shuts down says so', async () => {
    const host = slow();
    const gate = await gateway([{ id: 'a', baseUrl: 'http://127.0.0.1:9' }], {
      allowPrivate: ['127.0.0.1'],
      ports: [host.port],
    });
    const asked = gate.post(asking(`${host.url}/a`), messages);
    while (host.asked.length === 0) await Bun.sleep(5);
    gate.deps.load.shuttingDown = true;
    gate.deps.deadlines.expireAll();
    expect((await asked).status).toBe(503);
  });

  test('no more is read than the process has room for', async () => {
    const up = await upstream();
    const host = files();
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], { allowPrivate: ['127.0.0.1'], ports: [host.port] });
    const { maxBufferedBytes } = defaultSettings.overload;
    gate.deps.load.bufferedBytes = maxBufferedBytes - 1200;
    expect((await gate.post(asking(`${host.url}/a`), messages)).status).toBe(503);
    expect(gate.deps.load.bufferedBytes).toBe(maxBufferedBytes - 1200);
    expect(up.received).toEqual([]);
  });
});

test('where nothing is to be fetched, nothing is waited for', async () => {
  const up = await upstream(wholeAnswer('Hello'));
  const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], {});
  const image = { type: 'image', source: { type: 'url', url: 'http://127.0.0.1/a.png' } };
  const response = await gate.post(
    { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: [image] }] },
    messages,
  );
  // Chat takes images by URL: it is the upstream that fetches.
  expect(response.status).toBe(200);
  expect(up.received[0]?.text).toContain('http://127.0.0.1/a.png');
});
