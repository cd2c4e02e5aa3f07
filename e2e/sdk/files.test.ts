import Anthropic from '@anthropic-ai/sdk';
import { createPartFromUri, createUserContent, GoogleGenAI } from '@google/genai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import OpenAI, { toFile } from 'openai';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks, type Books } from '../books.ts';
import { endWell, startGateway, type Gateway } from '../gateway.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../until.ts';

setDefaultTimeout(60_000);

/** The official SDK's files and batches, an account that keeps them behind, the real gateway process between. */

const usage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };
const results = JSON.stringify({ custom_id: 'a', response: { status_code: 200, body: { usage } }, error: null });
const file = { id: 'file-1', object: 'file', bytes: 3, created_at: 1, filename: 'in.jsonl', purpose: 'batch' };
const batch = { id: 'batch_1', object: 'batch', endpoint: '/v1/chat/completions', input_file_id: 'file-1' };

const kept = {
  id: 'file_1',
  type: 'file',
  filename: 'a.txt',
  mime_type: 'text/plain',
  size_bytes: 3,
  downloadable: true,
};
const messages = { id: 'msgbatch_1', type: 'message_batch', processing_status: 'in_progress', results_url: null };
const message = { id: 'msg_1', type: 'message', content: [], usage: { input_tokens: 7, output_tokens: 3 } };
const done = JSON.stringify({ custom_id: 'a', result: { type: 'succeeded', message } });

const output = {
  inlinedResponses: {
    inlinedResponses: [
      {
        response: {
          candidates: [{ content: { parts: [{ text: 'Hi' }] } }],
          usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 2, totalTokenCount: 10 },
        },
      },
    ],
  },
};
const contentBatch = {
  name: 'batches/abc',
  metadata: { model: 'models/gemini-2.5-flash', state: 'BATCH_STATE_SUCCEEDED', output },
  done: true,
  response: output,
};

const googleFile = {
  name: 'files/abc',
  uri: 'https://generativelanguage.googleapis.com/v1beta/files/abc',
  mimeType: 'text/plain',
  state: 'ACTIVE',
  expirationTime: '2999-01-01T00:00:00Z',
};
/** What its account has been sent of it, and how large the pieces were. */
const uploaded: number[] = [];

/** https://ai.google.dev/gemini-api/docs/files */
async function upload(request: Request): Promise<Response> {
  const command = request.headers.get('x-goog-upload-command');
  const size = (await request.arrayBuffer()).byteLength;
  const url =
    'https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=secret&upload_protocol=resumable';
  if (command === 'start') return new Response(null, { headers: { 'x-goog-upload-url': url } });
  const before = uploaded.reduce((sum, one) => sum + one, 0);
  const isNext =
    request.headers.get('x-goog-upload-offset') === `${before}` && request.url.includes('upload_id=secret');
  if (!isNext) return new Response(null, { status: 400 });
  uploaded.push(size);
  return command === 'upload'
    ? new Response(null, { headers: { 'x-goog-upload-status': 'active' } })
    : Response.json({ file: googleFile }, { headers: { 'x-goog-upload-status': 'final' } });
}

const vectors = {
  inlinedEmbedContentResponses: {
    inlinedResponses: [{ response: { embedding: { values: [0.5] }, tokenCount: '4' } }],
  },
};

const answers: Readonly<Record<string, () => Response>> = {
  'POST /v1beta/models/gemini-embedding-001:asyncBatchEmbedContent': () =>
    Response.json({ name: 'batches/vectors', metadata: {} }),
  'GET /v1beta/batches/vectors': () =>
    Response.json({
      name: 'batches/vectors',
      metadata: { state: 'BATCH_STATE_SUCCEEDED', output: vectors },
      done: true,
      response: vectors,
    }),
  'GET /v1beta/files/abc': () => Response.json(googleFile),
  'GET /v1beta/files/abc:download': () => new Response('made by a model'),
  'DELETE /v1beta/files/abc': () => Response.json({}),
  'POST /v1beta/models/gemini-2.5-flash:generateContent': () =>
    Response.json({
      candidates: [{ content: { role: 'model', parts: [{ text: 'A long book' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 3, totalTokenCount: 103 },
    }),
  'POST /v1/files': () => Response.json(file),
  'DELETE /v1/files/file-1': () => Response.json({ id: 'file-1', object: 'file', deleted: true }),
  'GET /v1/files/file-out/content': () => new Response(results),
  'POST /v1/batches': () => Response.json({ ...batch, status: 'validating' }),
  'anthropic POST /v1/files': () => Response.json(kept),
  'anthropic GET /v1/files/file_1/content': () => new Response('abc'),
  'DELETE /v1/files/file_1': () => Response.json({ id: 'file_1', type: 'file_deleted' }),
  'POST /v1/messages/batches': () => Response.json(messages),
  'GET /v1/messages/batches/msgbatch_1': () =>
    Response.json({ ...messages, processing_status: 'ended', results_url: 'https://api.example/results' }),
  'GET /v1/messages/batches/msgbatch_1/results': () => new Response(done),
  'DELETE /v1/messages/batches/msgbatch_1': () => Response.json({ id: 'msgbatch_1', type: 'message_batch_deleted' }),
  'POST /v1beta/models/gemini-2.5-flash:batchGenerateContent': () =>
    Response.json({ name: 'batches/abc', metadata: {} }),
  'GET /v1beta/batches/abc': () => Response.json(contentBatch),
  'DELETE /v1beta/batches/abc': () => Response.json({}),
  'GET /v1/batches/batch_1': () => Response.json({ ...batch, status: 'completed', output_file_id: 'file-out' }),
};

const upstream = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    if (new URL(request.url).pathname === '/upload/v1beta/files') return await upload(request);
    await request.arrayBuffer();
    const at = `${request.method} ${new URL(request.url).pathname}`;
    const own = request.headers.has('anthropic-version') ? answers[`anthropic ${at}`] : undefined;
    return (own ?? answers[at])?.() ?? new Response(null, { status: 404 });
  },
});
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let gateway: Gateway;
let books: Books;
let openai: OpenAI;
let anthropic: Anthropic;
let google: GoogleGenAI;

const config = `
channels:
  - { name: keeper, provider: openai, baseUrl: "http://127.0.0.1:${upstream.port}/v1", credentials: [{ apiKey: sk-upstream }], models: [gpt-4o-mini] }
  - { name: messages, provider: anthropic, baseUrl: "http://127.0.0.1:${upstream.port}", credentials: [{ apiKey: sk-upstream }], models: [claude-haiku-4-5] }
  - { name: contents, provider: gemini, baseUrl: "http://127.0.0.1:${upstream.port}", credentials: [{ apiKey: sk-upstream }], models: [gemini-2.5-flash, gemini-embedding-001] }
models:
  - { name: claude-haiku-4-5, price: { input: 1, output: 5 } }
  - { name: gemini-2.5-flash, price: { input: 1, output: 3 } }
  - { name: gemini-embedding-001, price: { input: 0.15 } }
  - { name: gpt-4o-mini, price: { input: 1, output: 2 } }
`;

beforeAll(async () => {
  folder = await temporaryFolder();
  gateway = await startGateway({ config, commands: setUpRoot });
  books = openBooks(gateway, undefined);
  const admin = await openAdmin(gateway);
  await admin.credit('50');
  const { key } = await admin.createKey('files');
  openai = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: key, baseURL: gateway.url, maxRetries: 0 });
  google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: gateway.url } });
});

afterAll(async () => {
  await books?.close();
  if (gateway) await endWell(gateway);
  await upstream.stop(true);
  await folder?.remove();
});

test('openai: a file of requests becomes a batch, which is charged once by its results', async () => {
  const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 100 };
  const line = JSON.stringify({ custom_id: 'a', method: 'POST', url: batch.endpoint, body });
  const kept = await openai.files.create({ purpose: 'batch', file: await toFile(Buffer.from(line), 'in.jsonl') });
  const begun = await openai.batches.create({
    input_file_id: kept.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  });
  expect((await openai.batches.list()).data.map(({ id }) => id)).toEqual([begun.id]);
  await until('the batch is over', async () => (await openai.batches.retrieve(begun.id)).status === 'completed');
  const done = await openai.batches.retrieve(begun.id);
  expect(await (await openai.files.content(done.output_file_id ?? '')).text()).toBe(results);
  await until('it is charged', async () => (await books.charges()).length === 1);
  expect((await books.charges()).map(({ amount }) => amount)).toEqual([10n * 1000n + 4n * 2000n]);
  expect(await verify(gateway)).toEqual(balanced);
  expect(await openai.files.delete(kept.id)).toMatchObject({ deleted: true });
  const gone = await openai.files.retrieve(kept.id).catch((error: unknown) => error);
  expect(gone).toBeInstanceOf(OpenAI.NotFoundError);
});

test('anthropic: a batch of messages is charged once by its results, which the SDK reads where it is told', async () => {
  const before = (await books.charges()).length;
  const params = { model: 'claude-haiku-4-5', max_tokens: 50, messages: [{ role: 'user' as const, content: 'Hi' }] };
  const { batches } = anthropic.messages;
  const begun = await batches.create({ requests: [{ custom_id: 'a', params }] });
  await until('it has ended', async () => (await batches.retrieve(begun.id)).processing_status === 'ended');
  const results = await Array.fromAsync(await batches.results(begun.id));
  expect(results).toMatchObject([{ custom_id: 'a', result: { type: 'succeeded' } }]);
  expect((await batches.list()).data.map(({ id }) => id)).toEqual([begun.id]);
  await until('it is charged', async () => (await books.charges()).length === before + 1);
  expect((await books.charges()).at(-1)?.amount).toBe(7n * 1000n + 3n * 5000n);
  expect(await verify(gateway)).toEqual(balanced);
  expect(await batches.delete(begun.id)).toMatchObject({ type: 'message_batch_deleted' });
  const gone = await batches.retrieve(begun.id).catch((error: unknown) => error);
  expect(gone).toBeInstanceOf(Anthropic.NotFoundError);
});

test('anthropic: files are kept at one account, at the paths of the other protocol', async () => {
  const { files } = anthropic.beta;
  const own = await files.upload({ file: await toFile(Buffer.from('abc'), 'a.txt', { type: 'text/plain' }) });
  expect(own).toMatchObject({ id: 'file_1', size_bytes: 3 });
  expect((await Array.fromAsync(files.list())).map(({ id }) => id)).toEqual(['file_1']);
  expect((await openai.files.list()).data.map(({ id }) => id)).not.toContain('file_1');
  expect(await (await files.download('file_1')).text()).toBe('abc');
  expect(await files.delete('file_1')).toMatchObject({ type: 'file_deleted' });
  const gone = await files.retrieveMetadata('file_1').catch((error: unknown) => error);
  expect(gone).toBeInstanceOf(Anthropic.NotFoundError);
});

test('google: a batch of requests is charged once by its answers', async () => {
  const before = (await books.charges()).length;
  const src = [{ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], config: { maxOutputTokens: 50 } }];
  const { name = '' } = await google.batches.create({ model: 'gemini-2.5-flash', src });
  await until('it is done', async () => (await google.batches.get({ name })).state === 'JOB_STATE_SUCCEEDED');
  const done = await google.batches.get({ name });
  expect(done.dest?.inlinedResponses?.[0]?.response?.usageMetadata).toMatchObject({ totalTokenCount: 10 });
  expect((await Array.fromAsync(await google.batches.list())).map((one) => one.name)).toEqual([name]);
  await until('it is charged', async () => (await books.charges()).length === before + 1);
  expect((await books.charges()).at(-1)?.amount).toBe(8n * 1000n + 2n * 3000n);
  expect(await verify(gateway)).toEqual(balanced);
  await google.batches.delete({ name });
  expect(await google.batches.get({ name }).catch((error: unknown) => error)).toMatchObject({ status: 404 });
});

test('google: a batch of embeddings is charged once by its tokens', async () => {
  const before = (await books.charges()).length;
  const src = { inlinedRequests: { contents: [{ parts: [{ text: 'Hi' }] }] } };
  const { name = '' } = await google.batches.createEmbeddings({ model: 'gemini-embedding-001', src });
  await until('it is done', async () => (await google.batches.get({ name })).state === 'JOB_STATE_SUCCEEDED');
  const { dest } = await google.batches.get({ name });
  expect(dest?.inlinedEmbedContentResponses?.[0]?.response?.embedding?.values).toEqual([0.5]);
  await until('it is charged', async () => (await books.charges()).length === before + 1);
  expect((await books.charges()).at(-1)?.amount).toBe(4n * 150n);
  expect(await verify(gateway)).toEqual(balanced);
});

test('google: a file is uploaded in pieces, read by a model at its account, and deleted', async () => {
  const before = (await books.charges()).length;
  const size = 9 << 20;
  const blob = new Blob([new Uint8Array(size)], { type: 'text/plain' });
  const { name = '', uri = '', mimeType = '' } = await google.files.upload({ file: blob });
  expect([name, uploaded]).toEqual(['files/abc', [8 << 20, 1 << 20]]);
  expect(await google.files.get({ name })).toMatchObject({ state: 'ACTIVE' });
  expect((await Array.fromAsync(await google.files.list())).map((one) => one.name)).toEqual([name]);
  const contents = [createUserContent(['What is it?', createPartFromUri(uri, mimeType)])];
  expect((await google.models.generateContent({ model: 'gemini-2.5-flash', contents })).text).toBe('A long book');
  await google.files.download({ file: name, downloadPath: join(folder.path, 'file') });
  expect(readFileSync(join(folder.path, 'file'), 'utf8')).toBe('made by a model');
  await google.files.delete({ name });
  expect(await google.files.get({ name }).catch((error: unknown) => error)).toMatchObject({ status: 404 });
  await until('the answer is charged', async () => (await books.charges()).length === before + 1);
  expect((await books.charges()).at(-1)?.amount).toBe(100n * 1000n + 3n * 3000n);
  expect(await verify(gateway)).toEqual(balanced);
});
