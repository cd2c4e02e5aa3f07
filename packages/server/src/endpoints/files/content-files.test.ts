import { expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../../relay/testing/gateway.ts';
import { setStage } from '../testing/stage.ts';

const stage = setStage();
const google = 'https://generativelanguage.googleapis.com/v1beta/';

type Account = {
  readonly baseUrl: string;
  readonly asked: string[];
  /** Headers of the last request. */
  last: Headers;
  readonly files: Map<string, { readonly bytes: string; state: string }>;
  /** What is answered in place of the next piece. */
  broken: Response | undefined;
};

/** An account that keeps files, as Google documents it. */
function account(name: string): Account {
  const uploads = new Map<string, { text: string; name: string }>();
  const state: Account = { baseUrl: '', asked: [], last: new Headers(), files: new Map(), broken: undefined };
  const fileOf = (id: string) => ({
    name: `files/${id}`,
    uri: `${google}files/${id}`,
    mimeType: 'text/plain',
    sizeBytes: `${state.files.get(id)?.bytes.length}`,
    state: state.files.get(id)?.state,
    expirationTime: new Date(Date.now() + 48 * 3_600_000).toISOString(),
  });
  const keep = (id: string, bytes: string): Response => {
    state.files.set(id, { bytes, state: 'PROCESSING' });
    return Response.json({ file: fileOf(id) }, { headers: { 'x-goog-upload-status': 'final' } });
  };
  const nothing = (): Response =>
    Response.json({ error: { code: 404, message: 'no', status: 'NOT_FOUND' } }, { status: 404 });
  const piece = async (request: Request, id: string): Promise<Response> => {
    const upload = uploads.get(id);
    const command = request.headers.get('x-goog-upload-command') ?? '';
    if (state.broken) return state.broken;
    if (!upload) return nothing();
    if (command === 'query')
      return new Response(null, {
        headers: { 'x-goog-upload-status': 'active', 'x-goog-upload-size-received': `${upload.text.length}` },
      });
    if (Number(request.headers.get('x-goog-upload-offset')) !== upload.text.length)
      return new Response(null, { status: 400 });
    upload.text += await request.text();
    if (command.includes('finalize')) return keep(upload.name, upload.text);
    return new Response(null, { headers: { 'x-goog-upload-status': 'active' } });
  };
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    async fetch(request) {
      const url = new URL(request.url);
      state.asked.push(`${request.method} ${url.pathname}${url.search}`);
      state.last = request.headers;
      const id = url.searchParams.get('upload_id');
      if (url.pathname === '/upload/v1beta/files' && id !== null) return await piece(request, id);
      if (url.pathname === '/upload/v1beta/files' && request.headers.get('x-goog-upload-command') === 'start') {
        const { file } = (await request.json()) as { readonly file?: { readonly name?: string } };
        uploads.set(`${name}1`, { text: '', name: file?.name?.replace('files/', '') ?? `${name}-file` });
        return new Response(null, {
          headers: {
            'x-goog-upload-status': 'active',
            'x-goog-upload-chunk-granularity': '262144',
            'x-goog-upload-url': `https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=${name}1&upload_protocol=resumable`,
          },
        });
      }
      if (url.pathname === '/upload/v1beta/files') return keep(`${name}-whole`, await request.text());
      const file = /^\/v1beta\/files\/([\w-]+?)(:download)?$/.exec(url.pathname);
      const known = file?.[1] !== undefined && state.files.has(file[1]) ? file[1] : undefined;
      if (known !== undefined && file?.[2]) return new Response(state.files.get(known)?.bytes);
      if (known !== undefined && request.method === 'DELETE') {
        state.files.delete(known);
        return Response.json({});
      }
      if (known !== undefined) return Response.json(fileOf(known));
      if (url.pathname.endsWith(':generateContent'))
        return Response.json({
          candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
          usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 1, totalTokenCount: 6 },
        });
      return nothing();
    },
  });
  stage.close({ close: () => server.stop(true) });
  return Object.assign(state, { baseUrl: `http://127.0.0.1:${server.port}` });
}

async function house(settings: Settings = defaultSettings) {
  const [first, second] = [account('a'), account('b')];
  const channels = [first, second].map(({ baseUrl }, index) =>
    channelOf({ id: `c${index}`, provider: 'gemini', baseUrl, priority: -index, apiKeys: [`AIza-secret-${index}`] }),
  );
  const gate = await openTestGateway(snapshotOf(channels, settings));
  stage.close(gate);
  return { first, second, gate };
}

type Told = Readonly<Record<string, unknown>>;
async function told(response: Response, status = 200): Promise<Told> {
  const body = (await response.json()) as Told;
  expect([response.status, response.status === status ? 0 : body]).toEqual([status, 0]);
  return body;
}

const begin = (gate: TestGateway, file: object = {}): Promise<Response> =>
  gate.post(
    { file },
    {
      path: '/upload/v1beta/files',
      headers: {
        'x-goog-upload-protocol': 'resumable',
        'x-goog-upload-command': 'start',
        'x-goog-upload-header-content-length': '6',
        'x-goog-upload-header-content-type': 'text/plain',
      },
    },
  );

async function urlOf(gate: TestGateway, file?: object): Promise<string> {
  const begun = await begin(gate, file);
  expect([begun.status, begun.headers.get('x-goog-upload-status')]).toEqual([200, 'active']);
  return begun.headers.get('x-goog-upload-url') ?? '';
}

/** Sends a piece to an address, without any key. */
const send = (url: string, command: string, offset: number, body?: RequestInit['body']): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'x-goog-upload-command': command, 'x-goog-upload-offset': `${offset}` },
    ...(body !== undefined && { body }),
  });

const stranger = {
  id: 'user_2',
  role: 'user',
  enabled: true,
  group: 'default',
  limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined },
} as const;

const naming = (fileUri: string) => ({ contents: [{ role: 'user', parts: [{ fileData: { fileUri } }] }] });
const answering = { path: '/v1beta/models/m:generateContent' };

test('an upload in pieces goes to one account by an address of ours, which needs no key and tells nothing', async () => {
  const { first, second, gate } = await house();
  const url = await urlOf(gate);
  expect(url.startsWith(gate.url('/upload/v1beta/files/upload_'))).toBe(true);
  expect(url).not.toContain('a1');
  expect(first.last.get('x-goog-api-key')).toBe('AIza-secret-0');
  expect(first.last.get('x-goog-upload-header-content-type')).toBe('text/plain');
  const half = await send(url, 'upload', 0, 'abc');
  expect([half.status, half.headers.get('x-goog-upload-status')]).toEqual([200, 'active']);
  expect(first.last.get('content-length')).toBe('3');
  const how = await send(url, 'query', 0);
  expect(how.headers.get('x-goog-upload-size-received')).toBe('3');
  const last = await send(url, 'upload, finalize', 3, 'def');
  expect(last.headers.get('x-goog-upload-status')).toBe('final');
  expect(await told(last)).toMatchObject({ file: { name: 'files/a-file', sizeBytes: '6' } });
  expect(first.files.get('a-file')?.bytes).toBe('abcdef');
  expect(first.asked.at(-1)).toBe('POST /upload/v1beta/files?upload_id=a1&upload_protocol=resumable');
  expect(await told(await gate.get('/v1beta/files'))).toMatchObject({ files: [{ state: 'PROCESSING' }] });
  first.files.set('a-file', { bytes: 'abcdef', state: 'ACTIVE' });
  expect(await told(await gate.get('/v1beta/files/a-file'))).toMatchObject({ state: 'ACTIVE' });
  expect(await told(await gate.get('/v1beta/files'))).toMatchObject({ files: [{ state: 'ACTIVE' }] });
  expect(await (await gate.get('/v1beta/files/a-file:download?alt=media')).text()).toBe('abcdef');
  expect(second.asked).toEqual([]);
  expect(gate.records).toEqual([]);
  expect(await gate.verify()).toMatchObject({ unexplained: 0 });
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
});

test('a request that names a file goes where it is kept, and is its owner’s alone', async () => {
  const { first, second, gate } = await house();
  await told(await send(await urlOf(gate), 'upload, finalize', 0, 'abcdef'));
  const uri = `${google}files/a-file`;
  for (const one of [uri, 'files/a-file']) await told(await gate.post(naming(one), answering));
  expect(first.asked.filter((path) => path.includes(':generateContent')).length).toBe(2);
  expect(second.asked).toEqual([]);
  gate.changeKey({ user: stranger });
  const before = first.asked.length;
  expect(await told(await gate.post(naming(uri), answering), 400)).toMatchObject({
    error: { status: 'INVALID_ARGUMENT' },
  });
  expect(await told(await gate.get('/v1beta/files/a-file'), 404)).toMatchObject({ error: { status: 'NOT_FOUND' } });
  await told(await gate.get('/v1beta/files/a-file:download'), 404);
  await told(await gate.get('/v1beta/files/a-file', 'DELETE'), 404);
  expect(await told(await gate.get('/v1beta/files'))).toEqual({ files: [] });
  expect([first.asked.length, second.asked]).toEqual([before, []]);
  // A name that is free again at the vendor is whoever's takes it next, and not its first owner's.
  first.files.clear();
  await told(await send(await urlOf(gate, { name: 'files/a-file' }), 'upload, finalize', 0, 'theirs'));
  gate.changeKey({ user: { ...stranger, id: 'user_1' } });
  await told(await gate.get('/v1beta/files/a-file'), 404);
  await told(await gate.post(naming(uri), answering), 400);
  gate.changeKey({ user: stranger });
  await told(await gate.get('/v1beta/files/a-file', 'DELETE'));
  expect(first.files.size).toBe(0);
  await told(await gate.get('/v1beta/files/a-file'), 404);
});

test('a file in one body is passed on as it comes', async () => {
  const { first, gate } = await house();
  const headers = { 'x-goog-upload-protocol': 'multipart', 'content-type': 'multipart/related; boundary=b' };
  const part = 'content-type: application/json\r\n\r\n{"file":{}}';
  const body = `--b\r\n${part}\r\n--b\r\n\r\nabc\r\n--b--`;
  expect(await told(await gate.post(body, { path: '/upload/v1beta/files', headers }))).toMatchObject({
    file: { name: 'files/a-whole' },
  });
  expect(first.files.get('a-whole')?.bytes).toBe(body);
  expect(first.last.get('content-type')).toBe('multipart/related; boundary=b');
  expect(first.last.get('x-goog-upload-protocol')).toBe('multipart');
  await told(await gate.get('/v1beta/files/a-whole'));
  const plain = { 'content-type': 'text/plain' };
  await told(await gate.post('abc', { path: '/upload/v1beta/files?uploadType=media', headers: plain }));
  expect(first.asked.at(-1)).toBe('POST /upload/v1beta/files?uploadType=media');
});

test('what is none is refused in Google’s words, before anybody is asked', async () => {
  const { first, gate } = await house();
  const url = await urlOf(gate);
  const path = '/upload/v1beta/files';
  const asked = first.asked.length;
  const command = { 'x-goog-upload-command': 'upload' };
  for (const [response, status] of [
    [await gate.post({}, { path, headers: command }), 400],
    [await gate.post({}, { path, headers: { 'x-goog-upload-command': 'start' }, key: null }), 401],
    [await gate.post('x', { path: `${path}?uploadType=resumable` }), 400],
    [await gate.post('x', { path: `${path}?uploadType=odd` }), 400],
    [await gate.post('', { path }), 400],
    [await send(url, 'start', 0, 'abc'), 400],
    [await send(url.slice(0, -1), 'upload', 0, 'abc'), 404],
    [await send(`${gate.url(path)}/sk-test`, 'upload', 0, 'abc'), 404],
    [await gate.post({ uris: ['gs://theirs/x'] }, { path: '/v1beta/files:register' }), 400],
  ] as const)
    expect(await told(response, status)).toMatchObject({ error: { code: status } });
  gate.changeKey({ enabled: false });
  await told(await send(url, 'upload', 0, 'abc'), 401);
  expect(first.asked.length).toBe(asked);
});

test('a piece is never held whole, and one that is refused or too large changes nothing', async () => {
  const relay = { ...defaultSettings.relay, maxBodyBytes: 64 << 20 };
  const { first, gate } = await house({ ...defaultSettings, relay });
  const url = await urlOf(gate);
  const mebibyte = new Uint8Array(1 << 20).fill(97);
  let most = 0;
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      most = Math.max(most, gate.deps.load.bufferedBytes);
      if (sent++ === 32) controller.close();
      else controller.enqueue(mebibyte);
    },
  });
  let sent = 0;
  expect((await send(url, 'upload', 0, source)).headers.get('x-goog-upload-status')).toBe('active');
  expect(most).toBeLessThan(1 << 20);
  expect((await send(url, 'query', 0)).headers.get('x-goog-upload-size-received')).toBe(`${32 << 20}`);
  expect((await send(url, 'upload', 0, new Uint8Array((64 << 20) + 1))).status).toBe(413);
  // The wrong offset, which the account refuses while the piece is still on its way.
  expect((await send(url, 'upload', 7, new Uint8Array(8 << 20))).status).toBe(400);
  first.broken = Response.json({ error: { message: 'later', status: 'UNAVAILABLE' } }, { status: 503 });
  expect((await send(url, 'upload', 32 << 20, 'abc')).status).toBe(503);
  first.broken = undefined;
  const end = await told(await send(url, 'upload, finalize', 32 << 20, 'abc'));
  expect(end).toMatchObject({ file: { sizeBytes: `${(32 << 20) + 3}` } });
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
});
