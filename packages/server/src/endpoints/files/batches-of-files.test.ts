import { describe, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { channelOf, openTestGateway, snapshotOf, testPrice, type TestGateway } from '../../relay/testing/gateway.ts';
import { setStage } from '../testing/stage.ts';

const stage = setStage();

const path = '/v1beta/models/m:batchGenerateContent';
const request = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], generationConfig: { maxOutputTokens: 50 } };
const line = (key: string, more: object = {}): string => JSON.stringify({ key, request: { ...request, ...more } });
const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;

/** An account that keeps files in pieces, and works on batches of them, as Google documents it. */
async function house(upstreamModel = 'm-upstream', price = testPrice) {
  const state = { file: '', batch: undefined as object | undefined, results: '', state: 'BATCH_STATE_PENDING' };
  const output = (): object => (state.results === '' ? {} : { output: { responsesFile: 'files/batch-out' } });
  const file = () => ({
    name: 'files/in',
    sizeBytes: `${state.file.length}`,
    mimeType: 'application/jsonl',
    expirationTime: new Date(Date.now() + 48 * 3_600_000).toISOString(),
  });
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(asked) {
      const url = new URL(asked.url);
      const text = await asked.text();
      const command = asked.headers.get('x-goog-upload-command') ?? '';
      if (command === 'start') {
        state.file = '';
        const at = 'https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=u1';
        return new Response(null, { headers: { 'x-goog-upload-url': at, 'x-goog-upload-status': 'active' } });
      }
      if (url.pathname === '/upload/v1beta/files') {
        if (command === 'cancel') return new Response(null, { headers: { 'x-goog-upload-status': 'cancelled' } });
        const isNext = command === '' || Number(asked.headers.get('x-goog-upload-offset')) === state.file.length;
        if (!isNext) return Response.json({ error: { code: 400, message: 'offset' } }, { status: 400 });
        state.file += text;
        return command === 'upload'
          ? new Response(null, { headers: { 'x-goog-upload-status': 'active' } })
          : Response.json({ file: file() }, { headers: { 'x-goog-upload-status': 'final' } });
      }
      if (url.pathname.includes(':batchGenerateContent') || url.pathname.includes(':asyncBatchEmbedContent')) {
        state.batch = { path: url.pathname, body: JSON.parse(text) as unknown };
        return Response.json({ name: 'batches/abc', metadata: { state: state.state } });
      }
      if (url.pathname === '/v1beta/files/batch-out:download') return new Response(state.results);
      if (url.pathname === '/v1beta/batches/abc')
        return Response.json({
          name: 'batches/abc',
          metadata: { state: state.state, ...output() },
          ...(state.state.endsWith('SUCCEEDED') && { done: true }),
        });
      return Response.json({ error: { code: 404, message: url.pathname } }, { status: 404 });
    },
  });
  stage.close({ close: () => server.stop(true) });
  const channel = channelOf({
    id: 'c',
    provider: 'gemini',
    baseUrl: `http://127.0.0.1:${server.port}`,
    models: { m: upstreamModel },
  });
  const snapshot = snapshotOf([channel], defaultSettings);
  const models = new Map([...snapshot.models].map(([name, model]) => [name, { ...model, price }]));
  const gate = await openTestGateway({ ...snapshot, models }, { objects: { firstPollMs: 5, lastPollMs: 10 } });
  stage.close(gate);
  return { gate, state };
}

type Told = Readonly<Record<string, unknown>>;
async function told(response: Response, status = 200): Promise<Told> {
  const json = (await response.json()) as Told;
  expect([response.status, response.status === status ? 0 : json]).toEqual([status, 0]);
  return json;
}

/** Begins an upload; returns where its pieces go. */
async function begin(gate: TestGateway, type: string): Promise<string> {
  const headers = { 'x-goog-upload-command': 'start', 'x-goog-upload-header-content-type': type };
  const begun = await gate.post({ file: {} }, { path: '/upload/v1beta/files', headers });
  return begun.headers.get('x-goog-upload-url') ?? '';
}

/** Uploads a file in pieces of so many bytes, as the SDKs do. */
async function upload(gate: TestGateway, text: string, pieceBytes = text.length, type = 'application/jsonl') {
  const url = await begin(gate, type);
  for (let at = 0; at < text.length; at += pieceBytes) {
    const isLast = at + pieceBytes >= text.length;
    const headers = {
      'x-goog-upload-command': isLast ? 'upload, finalize' : 'upload',
      'x-goog-upload-offset': `${at}`,
    };
    const sent = await fetch(url, { method: 'POST', headers, body: text.slice(at, at + pieceBytes) });
    expect(sent.status).toBe(200);
    await sent.arrayBuffer();
  }
  return url;
}

const ofFile = { batch: { displayName: 'x', inputConfig: { fileName: 'files/in' } } };
const answered = (key: string, prompt: number, out: number): string =>
  JSON.stringify({
    key,
    response: {
      candidates: [{ content: { parts: [{ text: 'Hi' }] } }],
      usageMetadata: { promptTokenCount: prompt, candidatesTokenCount: out, totalTokenCount: prompt + out },
    },
  });

const user = (id: string) =>
  ({
    id,
    role: 'user',
    enabled: true,
    group: 'default',
    limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined },
  }) as const;

async function refusal(gate: TestGateway, body: object = ofFile, at = path): Promise<string> {
  const { error } = (await told(await gate.post(body, { path: at }), 400)) as { error: { message: string } };
  return error.message;
}

describe('a batch of a file of requests', () => {
  test.each([1000, 50, 7])(
    'is reserved, and charged once by its results, which its owner alone reads: pieces of %d',
    async (bytes) => {
      const { gate, state } = await house();
      await upload(gate, lines(line('a'), line('b')), bytes);
      const kept = await gate.database.db.selectFrom('kept_values').select('value').execute();
      expect(kept.filter(({ value }) => value.includes('reading'))).toEqual([]);
      await told(await gate.post(ofFile, { path }));
      expect(state.batch).toEqual({ path: '/v1beta/models/m-upstream:batchGenerateContent', body: ofFile });
      const [held] = await gate.database.db.selectFrom('reservations').select(['debits', 'state']).execute();
      expect(held?.state).toBe('open');
      // Two answers of at most 50 tokens at 2 USD a million, and what was asked.
      const [[, , amount]] = JSON.parse(held?.debits ?? '') as [[string, string, string]];
      expect(Number(amount)).toBeGreaterThan(2 * 50 * 2000);
      expect(Number(amount)).toBeLessThan(2 * 50 * 2000 + 300 * 1000);
      state.results = lines(answered('b', 20, 8), '{"key":"c","error":{"code":3}}', answered('a', 10, 4));
      state.state = 'BATCH_STATE_SUCCEEDED';
      await gate.recorded(1);
      expect(gate.records[0]).toMatchObject({ modelAsked: 'm', usageSource: 'provider' });
      expect(gate.records[0]?.charge?.amount as bigint).toBe(30n * 1000n + 12n * 2000n);
      expect(await told(await gate.get('/v1beta/batches/abc'))).toMatchObject({
        metadata: { output: { responsesFile: 'files/batch-out' } },
      });
      const download = '/v1beta/files/batch-out:download?alt=media';
      expect(await (await gate.get(download)).text()).toBe(state.results);
      gate.changeKey({ user: user('user_2') });
      await told(await gate.get(download), 404);
      await told(await gate.post(ofFile, { path }), 404);
      expect(await gate.verify()).toMatchObject({ unexplained: 0 });
    },
  );

  test('may be of embeddings, of a file in one body', async () => {
    const { gate, state } = await house();
    const body = lines(JSON.stringify({ key: 'a', request: { content: { parts: [{ text: 'Hi' }] } } }));
    const headers = { 'content-type': 'application/jsonl' };
    await told(await gate.post(body, { path: '/upload/v1beta/files?uploadType=media', headers }));
    expect(await refusal(gate)).toContain('not of the kind');
    await told(await gate.post(ofFile, { path: '/v1beta/models/m:asyncBatchEmbedContent' }));
    state.results = lines(JSON.stringify({ key: 'a', response: { embedding: { values: [1] }, tokenCount: '4' } }));
    state.state = 'BATCH_STATE_SUCCEEDED';
    await gate.recorded(2);
    expect(gate.records[1]?.charge?.amount as bigint).toBe(4n * 1000n);
  });

  test.each<[string, string, number]>([
    ['names a file of somebody else', lines(line('a'), line('b', naming('files/others'))), 1000],
    ['names a cache of somebody else', lines(line('a', { cached_content: 'cachedContents/others' })), 30],
  ])('that %s is refused', async (_, text, bytes) => {
    const { gate, state } = await house();
    await upload(gate, text, bytes);
    expect(await refusal(gate)).toContain('is not known to be yours');
    expect(state.batch).toBeUndefined();
  });

  test.each<[string, string, string]>([
    ['no JSON', 'Line 2:', lines(line('a'), '{"key":')],
    ['no request', 'Line 1:', lines('{"key":"a"}')],
    ['a key that stands twice', 'twice', lines(`{"key":"a","request":{},"request":${JSON.stringify(request)}}`)],
    ['something unknown', '"config" is not known', lines(line('a').replace('"key"', '"config"'))],
    ['two kinds', 'one kind', lines(line('a'), '{"request":{"content":{"parts":[{"text":"x"}]}}}')],
    ['two models', 'one model', lines(line('a', { model: 'models/m-upstream' }), line('b'))],
    ['too much output', 'must not be larger', lines(line('a', { generationConfig: { maxOutputTokens: 1e9 } }))],
    ['nothing', 'has no requests', '\n \n'],
    ['another model', 'Leave out the model', lines(line('a', { model: 'models/other' }))],
    ['a line without end', 'has no requests', ' '.repeat(10)],
  ])('is not made of %s', async (_, says, text) => {
    const { gate, state } = await house();
    await upload(gate, text);
    expect(await refusal(gate)).toContain(says);
    expect(state.batch).toBeUndefined();
    await gate.leave(100n);
    expect(await gate.verify()).toMatchObject({ unexplained: 0 });
  });

  test('is made of lines that name its model as the account knows it', async () => {
    const { gate } = await house('m');
    await upload(gate, lines(line('a', { model: 'models/m' })));
    await told(await gate.post(ofFile, { path }));
  });

  test('is not made of what nobody has read: another type, a piece sent anew, or one that is not whole', async () => {
    const { gate, state } = await house();
    await upload(gate, lines(line('a')), 1000, 'text/plain');
    expect(await refusal(gate)).toContain('were not read');
    const evil = lines(line('a', naming('files/others')));
    const clean = lines(line('b'));
    // The account takes a piece of which the gateway is told another place.
    const url = await begin(gate, 'application/jsonl');
    await fetch(url, { method: 'POST', headers: command('upload', 0), body: clean.slice(0, 20) });
    state.file = '';
    await fetch(url, { method: 'POST', headers: command('upload', 0), body: evil });
    const rest = clean.slice(20);
    state.file = ' '.repeat(20);
    await fetch(url, { method: 'POST', headers: command('upload, finalize', 20), body: rest });
    expect(await refusal(gate)).toContain('sent anew');
    expect(state.batch).toBeUndefined();
  });

  test('has lines of which no more than 64 KiB lie before the end of a piece', async () => {
    const { gate } = await house();
    const long = lines(line('a', { contents: [{ role: 'user', parts: [{ text: 'x'.repeat(100 << 10) }] }] }));
    await upload(gate, long, 60 << 10);
    await told(await gate.post(ofFile, { path }));
    await upload(gate, long, 70 << 10);
    expect(await refusal(gate)).toContain('more than 64 KiB');
    expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
  });

  test('is of a file of which its owner has a hundred under way, and no more', async () => {
    const { gate } = await house();
    const start = (type: string): Promise<Response> =>
      gate.post(
        { file: {} },
        {
          path: '/upload/v1beta/files',
          headers: { 'x-goog-upload-command': 'start', 'x-goog-upload-header-content-type': type },
        },
      );
    let url = '';
    for (let at = 0; at < 100; at++) url = (await start('jsonl')).headers.get('x-goog-upload-url') ?? '';
    expect(url).toContain('upload_');
    expect(await told(await start('jsonl'), 429)).toMatchObject({
      error: { message: expect.stringContaining('begun 100 uploads') },
    });
    // Others are not read, and somebody else has places of their own.
    expect((await start('text/plain')).status).toBe(200);
    const sent = await fetch(url, { method: 'POST', headers: command('upload, finalize', 0), body: lines(line('a')) });
    expect(sent.status).toBe(200);
    url = (await start('jsonl')).headers.get('x-goog-upload-url') ?? '';
    expect((await start('jsonl')).status).toBe(429);
    expect((await fetch(url, { method: 'POST', headers: command('cancel', 0) })).status).toBe(200);
    expect((await start('jsonl')).status).toBe(200);
    expect((await start('jsonl')).status).toBe(429);
    gate.changeKey({ user: user('user_2') });
    expect((await start('jsonl')).status).toBe(200);
  });

  test('is refused where its price goes by each request, without money, and by two ways at once', async () => {
    const { gate, state } = await house();
    await upload(gate, lines(line('a')));
    const both = { batch: { inputConfig: { fileName: 'files/in', requests: { requests: [{ request }] } } } };
    expect(await refusal(gate, both)).toContain('not both');
    expect(await refusal(gate, { batch: { inputConfig: { file_name: 'in' } } })).toContain('files/abc');
    await told(await gate.post(ofFile, { path: path.replace('/m:', '/other:') }), 404);
    await gate.leave(100n);
    await told(await gate.post(ofFile, { path }), 402);
    expect(state.batch).toBeUndefined();
  });
});

function naming(fileUri: string): object {
  return { contents: [{ role: 'user', parts: [{ fileData: { fileUri } }] }] };
}
function command(what: string, offset: number): Record<string, string> {
  return { 'x-goog-upload-command': what, 'x-goog-upload-offset': `${offset}` };
}
