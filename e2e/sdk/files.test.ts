import Anthropic from '@anthropic-ai/sdk';
import { ApiError, createPartFromUri, createUserContent, GoogleGenAI } from '@google/genai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import OpenAI, { toFile } from 'openai';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks, type Books } from '../books.ts';
import { endWell, startGateway, type Gateway } from '../gateway.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../until.ts';
import { watchEndpoints } from './asked-endpoints.ts';
import { holdToRows } from './endpoint-rows.ts';
import { batchResults, contentResults, fileAccountsConfig, startFileAccounts } from './upstreams/file-accounts.ts';

setDefaultTimeout(60_000);

const watched = watchEndpoints();

/** The official SDK's files and batches, an account that keeps them behind, the real gateway process between. */

const upstream = startFileAccounts();
const { channels, prices } = fileAccountsConfig(upstream.port);
const batchEndpoint = '/v1/chat/completions';
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let gateway: Gateway;
let books: Books;
let openai: OpenAI;
let anthropic: Anthropic;
let google: GoogleGenAI;

const config = `
channels:${channels}
models:${prices}
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
  await upstream.stop();
  await folder?.remove();
});

test('openai: a file of requests becomes a batch, which is charged once by its results', async () => {
  const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 100 };
  const line = JSON.stringify({ custom_id: 'a', method: 'POST', url: batchEndpoint, body });
  const kept = await openai.files.create({ purpose: 'batch', file: await toFile(Buffer.from(line), 'in.jsonl') });
  const begun = await openai.batches.create({
    input_file_id: kept.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  });
  expect((await openai.batches.list()).data.map(({ id }) => id)).toEqual([begun.id]);
  await until('the batch is over', async () => (await openai.batches.retrieve(begun.id)).status === 'completed');
  const done = await openai.batches.retrieve(begun.id);
  expect(await (await openai.files.content(done.output_file_id ?? '')).text()).toBe(batchResults);
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
  expect([name, upstream.uploaded]).toEqual(['files/abc1', [8 << 20, 1 << 20]]);
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

test('google: a batch of an uploaded file is charged once by its results, which the SDK downloads', async () => {
  const before = (await books.charges()).length;
  const request = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };
  const blob = new Blob([`${JSON.stringify({ key: 'a', request })}\n`]);
  const uploadedFile = await google.files.upload({ file: blob, config: { mimeType: 'application/jsonl' } });
  const src = { fileName: uploadedFile.name ?? '' };
  const { name = '' } = await google.batches.create({ model: 'gemini-2.5-flash', src });
  await until('it is done', async () => (await google.batches.get({ name })).state === 'JOB_STATE_SUCCEEDED');
  const file = (await google.batches.get({ name })).dest?.fileName ?? '';
  expect(file).toBe('files/batch-made');
  await google.files.download({ file, downloadPath: join(folder.path, 'results') });
  expect(readFileSync(join(folder.path, 'results'), 'utf8')).toBe(contentResults);
  await until('it is charged', async () => (await books.charges()).length === before + 1);
  expect((await books.charges()).at(-1)?.amount).toBe(8n * 1000n + 2n * 3000n);
  expect(await verify(gateway)).toEqual(balanced);
});

test('batches that are cancelled cost what their results say, which is nothing', async () => {
  const before = (await books.charges()).length;
  // At once, for each waits until it is asked after.
  const ofOpenai = async (): Promise<void> => {
    const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 100 };
    const line = JSON.stringify({ custom_id: 'a', method: 'POST', url: batchEndpoint, body });
    const kept = await openai.files.create({ purpose: 'batch', file: await toFile(Buffer.from(line), 'in.jsonl') });
    const { id } = await openai.batches.create({
      input_file_id: kept.id,
      endpoint: batchEndpoint,
      completion_window: '24h',
      metadata: { slow: 'yes' },
    });
    expect((await openai.batches.cancel(id)).status).toMatch(/^cancel/);
    await until('it is over', async () => (await openai.batches.retrieve(id)).status === 'cancelled');
  };
  const ofAnthropic = async (): Promise<void> => {
    const params = { model: 'claude-haiku-4-5', max_tokens: 50, messages: [{ role: 'user' as const, content: 'Hi' }] };
    const { batches } = anthropic.messages;
    const { id } = await batches.create({ requests: [{ custom_id: 'slow', params }] });
    expect((await batches.cancel(id)).processing_status).toBe('canceling');
    await until('it has ended', async () => (await batches.retrieve(id)).processing_status === 'ended');
    expect(await Array.fromAsync(await batches.results(id))).toMatchObject([{ result: { type: 'canceled' } }]);
  };
  const ofGoogle = async (): Promise<void> => {
    const src = [{ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], config: { maxOutputTokens: 50 } }];
    const { name = '' } = await google.batches.create({
      model: 'gemini-2.5-flash',
      src,
      config: { displayName: 'slow' },
    });
    await google.batches.cancel({ name });
    await until('it is over', async () => (await google.batches.get({ name })).state === 'JOB_STATE_CANCELLED');
  };
  await Promise.all([ofOpenai(), ofAnthropic(), ofGoogle()]);
  expect((await books.charges()).slice(before).reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
  expect(await verify(gateway)).toEqual(balanced);
});

/** What is wrong, with the error that its SDK raises. */
const errorOf = (work: PromiseLike<unknown>): PromiseLike<unknown> =>
  work.then(
    () => {
      throw new Error('it was answered');
    },
    (error: unknown) => error,
  );

test.each<[string, number, string, () => PromiseLike<unknown>]>([
  [
    'a file of requests that are none',
    400,
    'invalid_request',
    async () => openai.files.create({ purpose: 'batch', file: await toFile(Buffer.from('{}'), 'in.jsonl') }),
  ],
  ['what file?', 404, 'object_not_found', () => openai.files.retrieve('file-none')],
  ['the content of none', 404, 'object_not_found', () => openai.files.content('file-none')],
  ['deleting none', 404, 'object_not_found', () => openai.files.delete('file-none')],
  ['a list of files', 400, 'invalid_request', () => openai.files.list({ limit: 0 })],
  [
    'a batch of no file',
    404,
    'object_not_found',
    () => openai.batches.create({ input_file_id: 'file-none', endpoint: batchEndpoint, completion_window: '24h' }),
  ],
  ['what batch?', 404, 'object_not_found', () => openai.batches.retrieve('batch_none')],
  ['cancelling none', 404, 'object_not_found', () => openai.batches.cancel('batch_none')],
  ['a list of batches', 400, 'invalid_request', () => openai.batches.list({ limit: 1000 })],
])('openai: %s is refused with %d %s', async (_name, status, code, ask) => {
  const error = await errorOf(ask());
  expect(error).toBeInstanceOf(status === 404 ? OpenAI.NotFoundError : OpenAI.BadRequestError);
  expect(error).toMatchObject({ status, code });
});

test.each<[string, number, string, () => PromiseLike<unknown>]>([
  ['a batch of nothing', 400, 'invalid_request_error', () => anthropic.messages.batches.create({ requests: [] })],
  ['what batch?', 404, 'not_found_error', () => anthropic.messages.batches.retrieve('msgbatch_none')],
  ['cancelling none', 404, 'not_found_error', () => anthropic.messages.batches.cancel('msgbatch_none')],
  ['deleting none', 404, 'not_found_error', () => anthropic.messages.batches.delete('msgbatch_none')],
  ['the results of none', 404, 'not_found_error', () => anthropic.messages.batches.results('msgbatch_none')],
  ['a list of batches', 400, 'invalid_request_error', () => anthropic.messages.batches.list({ limit: 5000 })],
  ['what file?', 404, 'not_found_error', () => anthropic.beta.files.retrieveMetadata('file_none')],
  ['the content of none', 404, 'not_found_error', () => anthropic.beta.files.download('file_none')],
  ['deleting none', 404, 'not_found_error', () => anthropic.beta.files.delete('file_none')],
  ['a list of files', 400, 'invalid_request_error', () => anthropic.beta.files.list({ limit: 5000 })],
])('anthropic: %s is refused with %d %s', async (_name, status, type, ask) => {
  const error = await errorOf(ask());
  expect(error).toBeInstanceOf(status === 404 ? Anthropic.NotFoundError : Anthropic.BadRequestError);
  expect(error).toMatchObject({ status, error: { error: { type } } });
});

test.each<[string, number, () => PromiseLike<unknown>]>([
  ['what file?', 404, () => google.files.get({ name: 'files/none' })],
  ['deleting none', 404, () => google.files.delete({ name: 'files/none' })],
  ['a list of files', 400, () => google.files.list({ config: { pageSize: 5000 } })],
  ['what batch?', 404, () => google.batches.get({ name: 'batches/none' })],
  ['cancelling none', 404, () => google.batches.cancel({ name: 'batches/none' })],
  ['deleting no batch', 404, () => google.batches.delete({ name: 'batches/none' })],
  ['a list of batches', 400, () => google.batches.list({ config: { pageSize: 5000 } })],
  ['a batch of nothing', 400, () => google.batches.create({ model: 'gemini-2.5-flash', src: [] })],
])('google: %s is refused with %d', async (_name, status, ask) => {
  const error = await errorOf(ask());
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status });
});

test('the endpoints of its rows were asked', () => holdToRows('files.test.ts', watched));
