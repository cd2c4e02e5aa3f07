import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import OpenAI from 'openai';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks, type Books } from '../books.ts';
import { startGateway, type Gateway } from '../gateway.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../until.ts';
import { watchEndpoints } from './asked-endpoints.ts';
import { holdToRows } from './endpoint-rows.ts';

setDefaultTimeout(60_000);

const watched = watchEndpoints();

/** Answers that OpenAI keeps, made in the background too, and counts of tokens: by the official SDKs, for their owner. */

const usage = { input_tokens: 6, output_tokens: 5, total_tokens: 11 };
const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' } as const;
const content = [{ type: 'output_text', text: 'Hello.', annotations: [] }];

type Stored = { id: string; status: string; [field: string]: unknown };

/** OpenAI as far as it keeps answers; what is made in the background is done when `finish` is called. */
function startKeeper() {
  const kept = new Map<string, Stored>();
  const answerOf = (id: string, model: unknown): Stored => ({
    id,
    object: 'response',
    created_at: 1,
    model,
    status: 'completed',
    output: [{ ...message, content }],
    usage,
  });
  const make = (body: Readonly<Record<string, unknown>>): Response => {
    const previous = body['previous_response_id'];
    if (typeof previous === 'string' && !kept.has(previous)) return failure(400, 'Previous response not found.');
    const id = `resp_${kept.size + 1}`;
    const made =
      body['background'] === true
        ? { ...answerOf(id, body['model']), status: 'queued', output: [], usage: null }
        : answerOf(id, body['model']);
    kept.set(id, made);
    return Response.json(made);
  };
  const interactions = startInteractions();
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith('/v1beta/interactions')) return await interactions.answer(request);
      const body = request.method === 'POST' ? parsed(await request.text()) : {};
      if (pathname === '/v1/responses') return make(body);
      if (pathname === '/v1/responses/input_tokens')
        return Response.json({ object: 'response.input_tokens', input_tokens: 7 });
      if (pathname === '/v1/responses/compact')
        return Response.json({
          id: 'cmp_1',
          object: 'response.compaction',
          created_at: 1,
          output: [{ type: 'compaction', id: 'cmpi_1', encrypted_content: 'xyz' }],
          usage,
        });
      const [, id = '', sub] = /^\/v1\/responses\/([^/]+)(?:\/(.+))?$/.exec(pathname) ?? [];
      const found = kept.get(id);
      if (!found) return failure(404, `Response with id '${id}' not found.`);
      if (sub === 'input_items')
        return Response.json({ object: 'list', data: [{ ...message, id: 'msg_in', role: 'user' }], has_more: false });
      if (sub === 'cancel') found.status = 'cancelled';
      if (request.method !== 'DELETE') return Response.json(found);
      kept.delete(id);
      return Response.json({ id, object: 'response', deleted: true });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/v1`,
    finish(id: string) {
      kept.set(id, answerOf(id, 'gpt-5.1'));
    },
    finishInteraction: interactions.finish,
    stop: () => server.stop(true),
  };
}

/** Google as far as it keeps interactions. https://ai.google.dev/gemini-api/docs/interactions */
function startInteractions() {
  const kept = new Map<string, Stored>();
  const done = (id: string): Stored => ({
    id,
    object: 'interaction',
    model: google,
    status: 'completed',
    steps: [{ type: 'model_output', content: [{ type: 'text', text: 'Hello.' }] }],
    usage: { total_input_tokens: 6, total_output_tokens: 5, total_tokens: 11 },
  });
  return {
    finish: (id: string): void => void kept.set(id, done(id)),
    async answer(request: Request): Promise<Response> {
      const { pathname } = new URL(request.url);
      const body = request.method === 'POST' ? parsed(await request.text()) : {};
      const [, id, act] = /^\/v1beta\/interactions\/(\w+)(?:\/(\w+))?$/.exec(pathname) ?? [];
      if (id === undefined) {
        const next = `v1_${kept.size + 1}`;
        const begun = { id: next, object: 'interaction', model: google, status: 'in_progress', steps: [] };
        kept.set(next, body['background'] === true ? begun : done(next));
        return Response.json(kept.get(next));
      }
      const found = kept.get(id);
      if (!found) return Response.json({ error: { code: 'not_found', message: 'There is none.' } }, { status: 404 });
      if (act === 'cancel') found.status = 'cancelled';
      if (request.method !== 'DELETE') return Response.json(found);
      kept.delete(id);
      return Response.json({});
    },
  };
}

const parsed = (text: string): Readonly<Record<string, unknown>> =>
  text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
const failure = (status: number, text: string): Response =>
  Response.json({ error: { message: text, type: 'invalid_request_error', code: null } }, { status });

const model = 'gpt-5.1';
const google = 'gemini-3-pro-preview';
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let keeper: ReturnType<typeof startKeeper>;
let gateway: Gateway;
let books: Books;
let owner: OpenAI;
let stranger: OpenAI;
let key = '';
let strangersKey = '';

const start = async (): Promise<Gateway> =>
  await startGateway({
    dataDir: folder.path,
    ...(gateway ? { port: gateway.port } : { commands: setUpRoot }),
    config: `
channels:
  - { name: openai, provider: openai, baseUrl: "${keeper.url}", credentials: [{ apiKey: sk-up }], models: [${model}] }
  - { name: gemini, provider: gemini, baseUrl: "${keeper.url.replace(/\/v1$/, '')}", credentials: [{ apiKey: sk-up }], models: [${google}] }
models:
  - { name: ${model}, price: { input: 1, output: 2 } }
  - { name: ${google}, price: { input: 1, output: 2 } }
`,
  });
const sdk = (apiKey: string): OpenAI => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 });
const statusOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 200,
    (error: unknown): unknown => (error instanceof OpenAI.APIError ? (error.status as unknown) : error),
  );
const cost = 16_000n;
const charged = async (): Promise<readonly bigint[]> => (await books.charges()).map(({ amount }) => amount);

beforeAll(async () => {
  keeper = startKeeper();
  folder = await temporaryFolder();
  gateway = await start();
  books = openBooks(gateway, undefined);
  const admin = await openAdmin(gateway);
  await admin.credit('5');
  key = (await admin.createKey('owner')).key;
  owner = sdk(key);
  const other = { email: 'other@example.com', password: 'another long password' };
  const { body } = await admin.call<{ id: string }>('POST', '/users', other);
  await admin.call('POST', `/users/${body.id}/credits`, { amountUsd: '5' });
  const made = await gateway.run('keys', 'create', '--user', other.email, '--name', 'stranger');
  strangersKey = made.out.trim();
  stranger = sdk(strangersKey);
});

afterAll(async () => {
  await books?.close();
  await gateway?.stop();
  await keeper?.stop();
  await folder?.remove();
});

describe('an answer that is kept', () => {
  test('is read, listed, gone on from, and deleted by its owner', async () => {
    const first = await owner.responses.create({ model, input: 'hi' });
    expect((await owner.responses.retrieve(first.id)).output_text).toBe('Hello.');
    const items = [];
    for await (const item of owner.responses.inputItems.list(first.id)) items.push(item.id);
    expect(items).toEqual(['msg_in']);
    const second = await owner.responses.create({ model, input: 'go on', previous_response_id: first.id });
    expect(second.output_text).toBe('Hello.');
    await owner.responses.create({ model, input: [{ type: 'item_reference', id: 'msg_1' }] });
    await owner.responses.delete(second.id);
    expect(await statusOf(owner.responses.retrieve(second.id))).toBe(404);
    expect(await statusOf(owner.responses.create({ model, input: 'x', previous_response_id: second.id }))).toBe(400);
  });

  test('is nobody else’s', async () => {
    const { id } = await owner.responses.create({ model, input: 'hi' });
    expect(await statusOf(stranger.responses.retrieve(id))).toBe(404);
    expect(await statusOf(stranger.responses.delete(id))).toBe(404);
    expect(await statusOf(stranger.responses.cancel(id))).toBe(404);
    expect(await statusOf(stranger.responses.create({ model, input: 'x', previous_response_id: id }))).toBe(400);
    expect(await statusOf(stranger.responses.create({ model, input: [{ type: 'item_reference', id: 'msg_1' }] }))).toBe(
      400,
    );
    expect((await owner.responses.retrieve(id)).id).toBe(id);
    expect(await statusOf(stranger.responses.create({ model, input: 'mine' }))).toBe(200);
  });

  test('is compacted, and charged for it', async () => {
    const before = (await charged()).length;
    const compacted = await owner.responses.compact({ model, input: 'a long story' });
    expect(compacted.output.map(({ type }) => type)).toEqual(['compaction']);
    await until('the charge', async () => ((await charged()).length > before ? true : undefined));
  });
});

describe('an answer in the background', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'is charged when it is done, though the gateway was ended by %s meanwhile',
    async (signal) => {
      const before = (await charged()).length;
      const queued = await owner.responses.create({ model, input: 'think', background: true });
      expect(queued.status).toBe('queued');
      expect(await statusOf(owner.responses.delete(queued.id))).toBe(409);
      await gateway.end(signal);
      expect((await charged()).length).toBe(before);
      keeper.finish(queued.id);
      gateway = await start();
      owner = sdk(key);
      await until('the charge', async () => ((await charged()).length > before ? true : undefined));
      expect((await charged()).at(-1)).toBe(cost);
      expect((await owner.responses.retrieve(queued.id)).status).toBe('completed');
    },
  );

  test('is cancelled by its owner, and costs nothing then', async () => {
    const before = (await charged()).length;
    const queued = await owner.responses.create({ model, input: 'think', background: true });
    expect((await owner.responses.cancel(queued.id)).status).toBe('cancelled');
    await until('it is let go', async () =>
      (await statusOf(owner.responses.delete(queued.id))) === 200 ? true : undefined,
    );
    expect((await charged()).length).toBe(before);
  });
});

describe('an interaction', () => {
  const client = (apiKey: string) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: gateway.url } }).interactions;
  const failureOf = (work: PromiseLike<unknown>): PromiseLike<unknown> =>
    work.then(
      () => 200,
      (error: unknown) => (error instanceof Error && 'statusCode' in error ? error.statusCode : error),
    );

  test('is read, gone on from, and deleted by its owner, and is nobody else’s', async () => {
    const before = (await charged()).length;
    const first = await client(key).create({ model: google, input: 'hi' });
    expect(await client(key).get(first.id)).toMatchObject({ id: first.id, status: 'completed' });
    await client(key).create({ model: google, input: 'and?', previous_interaction_id: first.id });
    await until('both are charged', async () => (await charged()).length === before + 2);
    expect(await failureOf(client(strangersKey).get(first.id))).toBe(404);
    await client(key).delete(first.id);
    expect(await failureOf(client(key).get(first.id))).toBe(404);
  });

  test('in the background is charged when it is done, and cancelled for nothing', async () => {
    const before = (await charged()).length;
    const one = await client(key).create({ model: google, input: 'think', background: true });
    expect(one.status).toBe('in_progress');
    keeper.finishInteraction(one.id);
    await until('the charge', async () => (await charged()).length === before + 1);
    const two = await client(key).create({ model: google, input: 'think', background: true });
    expect((await client(key).cancel(two.id)).status).toBe('cancelled');
    await until('it is let go', async () => (await failureOf(client(key).delete(two.id))) === 200);
    expect((await charged()).length).toBe(before + 1);
  });

  test('that cannot be is an error of the SDK', async () => {
    expect(await failureOf(client(key).create({ model: 'none', input: 'hi' }))).toBe(404);
    expect(await failureOf(client(key).cancel('v1_none'))).toBe(404);
    expect(await failureOf(client(key).delete('v1_none'))).toBe(404);
  });
});

test('tokens are counted for every protocol’s client, for nothing', async () => {
  const before = (await charged()).length;
  const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: key, maxRetries: 0 });
  const contents = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: gateway.url } });
  const messages = [{ role: 'user' as const, content: 'How many?' }];
  expect((await owner.responses.inputTokens.count({ model, input: 'How many?' })).input_tokens).toBe(7);
  expect((await anthropic.messages.countTokens({ model, messages })).input_tokens).toBe(7);
  expect((await contents.models.countTokens({ model, contents: 'How many?' })).totalTokens).toBe(7);
  expect((await charged()).length).toBe(before);
});

test('the books agree', async () => {
  expect(new Set(await charged())).toEqual(new Set([cost]));
  expect(await verify(gateway)).toEqual(balanced);
});

test('the endpoints of its rows were asked', () => holdToRows('stored.test.ts', watched));
