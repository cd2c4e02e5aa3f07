import Anthropic, { toFile as toMessageFile } from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import OpenAI, { toFile } from 'openai';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks, type Books } from '../books.ts';
import { endWell, startGateway, type Gateway } from '../gateway.ts';
import { until } from '../until.ts';
import { watchEndpoints } from './asked-endpoints.ts';
import { holdToRows } from './endpoint-rows.ts';

setDefaultTimeout(60_000);

const watched = watchEndpoints();

/** What accounts keep, by the official SDKs, through the real gateway process. */

const usage = {
  input_tokens: 20,
  input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
  output_tokens: 4,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 24,
};
const file = { id: 'file-big', object: 'file', bytes: 6, created_at: 1, filename: 'a.bin', purpose: 'user_data' };
const upload = { id: 'upload_1', object: 'upload', bytes: 6, created_at: 1, filename: 'a.bin', purpose: 'user_data' };
const said = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [] };
const store = { id: 'vs_1', object: 'vector_store', name: 'x', status: 'completed' };
const found = { file_id: 'file-big', filename: 'a.bin', score: 0.9, content: [{ type: 'text', text: 'x' }] };

const cacheTokens = 3_600_000;
const cache = () => ({
  name: 'cachedContents/abc',
  model: 'models/gemini-2.5-flash',
  usageMetadata: { totalTokenCount: cacheTokens },
  expireTime: new Date(Date.now() + 3_600_000).toISOString(),
});

const answers: Readonly<Record<string, () => Response>> = {
  'POST /v1/uploads': () => Response.json({ ...upload, status: 'pending' }),
  'POST /v1/uploads/upload_1/parts': () =>
    Response.json({ id: 'part_1', object: 'upload.part', upload_id: 'upload_1' }),
  'POST /v1/uploads/upload_1/complete': () => Response.json({ ...upload, status: 'completed', file }),
  'POST /v1/conversations': () => Response.json({ id: 'conv_1', object: 'conversation', created_at: 1, metadata: {} }),
  'GET /v1/conversations/conv_1/items': () => Response.json({ object: 'list', data: [said], has_more: false }),
  'DELETE /v1/conversations/conv_1': () =>
    Response.json({ id: 'conv_1', object: 'conversation.deleted', deleted: true }),
  'POST /v1/vector_stores': () => Response.json(store),
  'POST /v1/vector_stores/vs_1/search': () =>
    Response.json({ object: 'vector_store.search_results.page', data: [found], has_more: false, next_page: null }),
  'POST /v1/responses': () =>
    Response.json({
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: 'gpt-4o-mini',
      output: [{ ...said, content: [{ type: 'output_text', text: 'Hi', annotations: [] }] }],
      usage,
    }),
  'POST /v1/decisions': () =>
    Response.json({ answers: [{ type: 'predicate', name: null, probability: 0.9 }], model: 'gpt-6-luna', usage }),
  'POST /v1/skills': () => Response.json({ id: 'skill_1', type: 'skill', display_title: 'x', source: 'custom' }),
  'GET /v1/skills/skill_1/versions': () =>
    Response.json({
      data: [{ id: 'skillver_1', type: 'skill_version' }],
      has_more: false,
      next_page: null,
    }),
  'POST /v1beta/cachedContents': () => Response.json(cache()),
  'GET /v1beta/cachedContents/abc': () => Response.json(cache()),
  'PATCH /v1beta/cachedContents/abc': () => Response.json(cache()),
  'DELETE /v1beta/cachedContents/abc': () => Response.json({}),
  'POST /v1beta/models/gemini-2.5-flash:generateContent': () =>
    Response.json({
      candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
      usageMetadata: {
        promptTokenCount: cacheTokens + 5,
        cachedContentTokenCount: cacheTokens,
        candidatesTokenCount: 2,
        totalTokenCount: cacheTokens + 7,
      },
    }),
  'DELETE /v1/skills/skill_1': () => Response.json({ id: 'skill_1', type: 'skill_deleted' }),
};

const upstream = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    await request.arrayBuffer();
    return (
      answers[`${request.method} ${new URL(request.url).pathname}`]?.() ??
      Response.json({ error: { message: `nothing at ${request.url}` } }, { status: 404 })
    );
  },
});
let gateway: Gateway;
let books: Books;
let openai: OpenAI;
let anthropic: Anthropic;
let google: GoogleGenAI;

const config = `
channels:
  - { name: keeper, provider: openai, baseUrl: "http://127.0.0.1:${upstream.port}/v1", credentials: [{ apiKey: sk-upstream }], models: [gpt-4o-mini, gpt-6-luna] }
  - { name: messages, provider: anthropic, baseUrl: "http://127.0.0.1:${upstream.port}", credentials: [{ apiKey: sk-upstream }], models: [claude-haiku-4-5] }
  - { name: caches, provider: gemini, baseUrl: "http://127.0.0.1:${upstream.port}", credentials: [{ apiKey: sk-upstream }], models: [gemini-2.5-flash] }
models:
  - { name: claude-haiku-4-5, price: { input: 1, output: 5 } }
  - { name: gemini-2.5-flash, price: { input: 1, output: 5, cacheRead: 0.1, cacheStorage: 1 } }
  - { name: gpt-4o-mini, price: { input: 1, output: 2 } }
  - { name: gpt-6-luna, price: { input: 2, output: 3 } }
groups:
  - { name: default, multiplier: 1, openEndpoints: [conversations, vector-stores, skills] }
`;

beforeAll(async () => {
  gateway = await startGateway({ config, commands: setUpRoot });
  books = openBooks(gateway, undefined);
  const admin = await openAdmin(gateway);
  await admin.credit('50');
  const { key } = await admin.createKey('pinned');
  openai = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: key, baseURL: gateway.url, maxRetries: 0 });
  google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: gateway.url } });
});

afterAll(async () => {
  await books?.close();
  if (gateway) await endWell(gateway);
  await upstream.stop(true);
});

test('openai: an upload in parts becomes a file', async () => {
  const begun = await openai.uploads.create({ bytes: 6, filename: 'a.bin', mime_type: 'x/y', purpose: 'user_data' });
  const part = await openai.uploads.parts.create(begun.id, { data: await toFile(Buffer.from('abcdef'), 'part') });
  const done = await openai.uploads.complete(begun.id, { part_ids: [part.id] });
  expect(await openai.files.retrieve(done.file?.id ?? '')).toMatchObject({ filename: 'a.bin' });
});

test('openai: conversations and vector stores, and answers that name them; only answers cost', async () => {
  const before = (await books.charges()).length;
  const { id } = await openai.conversations.create();
  await openai.responses.create({ model: 'gpt-4o-mini', input: 'Hi', conversation: id });
  expect((await Array.fromAsync(openai.conversations.items.list(id))).length).toBe(1);
  const made = await openai.vectorStores.create({ name: 'x', file_ids: ['file-big'] });
  expect((await Array.fromAsync(openai.vectorStores.search(made.id, { query: 'x' }))).length).toBe(1);
  expect((await Array.fromAsync(openai.vectorStores.list())).map((one) => one.id)).toEqual([made.id]);
  expect(await openai.conversations.delete(id)).toMatchObject({ deleted: true });
  const closed = await openai.containers.create({ name: 'x' }).catch((error: unknown) => error);
  expect(closed).toBeInstanceOf(OpenAI.PermissionDeniedError);
  const questions = [{ type: 'predicate' as const, instructions: 'Is it rude?' }];
  const decided = await openai.decisions.create({ model: 'gpt-6-luna', input: 'Oh, you', questions });
  expect(decided.answers).toMatchObject([{ probability: 0.9 }]);
  await until('the answers are charged', async () => (await books.charges()).length === before + 2);
  const amounts = (await books.charges()).slice(before).map(({ amount }) => amount);
  expect(amounts).toEqual([20n * 1000n + 4n * 2000n, 20n * 2000n + 4n * 3000n]);
  expect(await verify(gateway)).toEqual(balanced);
});

test('anthropic: skills and their versions', async () => {
  const made = await anthropic.skills.create({
    display_name: 'x',
    files: [await toMessageFile(Buffer.from('# x'), 'x/SKILL.md')],
  });
  expect((await Array.fromAsync(anthropic.skills.versions.list(made.id))).map((one) => one.id)).toEqual(['skillver_1']);
  expect((await Array.fromAsync(anthropic.skills.list())).map((one) => one.id)).toEqual([made.id]);
  expect(await anthropic.skills.delete(made.id)).toMatchObject({ type: 'skill_deleted' });
  const gone = await anthropic.skills.retrieve(made.id).catch((error: unknown) => error);
  expect(gone).toBeInstanceOf(Anthropic.NotFoundError);
});

test('google: a cache is paid once as input, by the time that it is kept, and read at the price of cached tokens', async () => {
  const before = (await books.charges()).length;
  const model = 'gemini-2.5-flash';
  const begun = Date.now();
  const { name = '' } = await google.caches.create({ model, config: { contents: 'A long book', ttl: '3600s' } });
  const answer = await google.models.generateContent({ model, contents: 'Who?', config: { cachedContent: name } });
  expect(answer.text).toBe('Hi');
  expect((await google.caches.get({ name })).usageMetadata?.totalTokenCount).toBe(cacheTokens);
  expect((await Array.fromAsync(await google.caches.list())).map((one) => one.name)).toEqual([name]);
  expect(await google.caches.update({ name, config: { ttl: '600s' } })).toHaveProperty('expireTime');
  await google.caches.delete({ name });
  const keptMs = BigInt(Date.now() - begun);
  const gone = await google.caches.get({ name }).catch((error: unknown) => error);
  expect(gone).toMatchObject({ status: 404 });
  await until('all three are charged', async () => (await books.charges()).length === before + 3);
  const charges = (await books.charges()).slice(before);
  const isStorage = ({ requestId }: { readonly requestId: string }): boolean => requestId.endsWith('_1');
  const kept = charges.find(isStorage)?.amount ?? 0n;
  const tokens = BigInt(cacheTokens);
  expect(charges.filter((one) => !isStorage(one)).map(({ amount }) => amount)).toEqual([
    tokens * 1000n,
    5n * 1000n + tokens * 100n + 2n * 5000n,
  ]);
  // 3.6 million tokens, at 1 USD a million and hour, are 1000 nano-dollars a millisecond.
  expect(kept).toBeGreaterThan(0n);
  expect(kept).toBeLessThanOrEqual(keptMs * 1000n);
  expect(await verify(gateway)).toEqual(balanced);
});

test('the endpoints of its rows were asked', () => holdToRows('pinned.test.ts', watched));
