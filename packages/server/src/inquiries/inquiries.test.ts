import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import type { ServerResponse } from 'node:http';
import type { Database } from '../store/database.ts';
import { openInMemory } from '../store/testing/schema-copies.ts';
import { defaultSettings } from '@tollgate/contract/settings';
import { openChannelTrials } from '../endpoints/channel-trials.ts';
import { providers } from '../providers/index.ts';
import { field, openTestApp } from '../http/testing/admin-app.ts';
import {
  answer,
  openScriptedUpstream,
  type Behaviour,
  type ScriptedUpstream,
} from '../relay/testing/scripted-upstream.ts';
import { bedrockListing } from '../providers/shared/listings.ts';
import { openTokenCache } from '../providers/shared/token-cache.ts';
import { hostHeaderOf } from '../upstream/request-head.ts';
import { channelOf, openTestGateway, snapshotOf } from '../relay/testing/gateway.ts';
import { until } from '../upstream/testing/sources.ts';
import { createUpstreamClient } from '../upstream/client.ts';
import { requestOf } from './ask-account.ts';
import { firstAccount } from './list-models.ts';

/** Through the admin API, with a vendor on a socket. */

let database: Database;
let app: Awaited<ReturnType<typeof openTestApp>>;
let token: string;
let closing: () => Promise<void>;
const opened: ScriptedUpstream[] = [];

beforeAll(async () => {
  database = await openInMemory();
  const gateway = await openTestGateway(snapshotOf([], defaultSettings));
  closing = () => gateway.close();
  app = await openTestApp(database, {
    providers: new Map(providers.map((one) => [one.id, one])),
    trials: openChannelTrials(gateway.deps),
  });
  ({ token } = await app.enroll('root', 'root@example.com'));
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
afterAll(async () => {
  app.snapshots.close();
  await closing();
  await database.close();
});

let channels = 0;

async function channel(behaviour: Behaviour, more: Readonly<Record<string, unknown>> = {}) {
  const upstream = await openScriptedUpstream(behaviour);
  opened.push(upstream);
  const body = {
    name: `channel ${(channels += 1)}`,
    provider: 'custom',
    baseUrl: upstream.baseUrl,
    credentials: [{ apiKey: 'sk-one-canary' }],
    models: ['a', { name: 'public-b', upstream: 'b' }, 'c'],
    ...more,
  };
  const made = await app.call('POST', '/api/v1/channels', { token, body });
  expect(made.text).toContain('"id"');
  await app.snapshots.refresh();
  return { upstream, id: field(made.json, 'id') };
}

const fetchModels = async (id: string, body: Readonly<Record<string, unknown>> = {}) =>
  await app.call('POST', `/api/v1/channels/${id}/models/fetch`, { token, body });
const balanceOf = async (id: string) => await app.call('POST', `/api/v1/channels/${id}/balance`, { token });

const listOf = (...ids: readonly string[]) => ({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) });

test('the upstream’s models are compared with the channel’s, by its own account', async () => {
  const { upstream, id } = await channel(answer(200, listOf('a', 'b', 'new', 'old-preview')), {
    ignoredModels: ['regex:-preview$'],
  });
  const reply = await fetchModels(id);
  expect(reply.json).toEqual({
    new: ['new'],
    existing: ['a', 'b'],
    gone: [{ name: 'c', upstream: 'c' }],
    ignored: ['old-preview'],
  });
  expect(upstream.received.map(({ method, path, headers }) => [method, path, headers.authorization])).toEqual([
    ['GET', '/v1/models', 'Bearer sk-one-canary'],
  ]);
  expect((await fetchModels(id, { ignore: ['new'] })).json).toMatchObject({ new: ['old-preview'], ignored: ['new'] });
  expect((await fetchModels(id, { ignore: ['regex:('] })).status).toBe(400);
});

test('a list that goes on is read to its end, and one without end is given up', async () => {
  const pages: Behaviour = (response, received) => {
    const after = new URL(received.path, 'http://x').searchParams.get('after_id');
    const id = after === null ? 'a' : 'b';
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ data: [{ id }], has_more: after === null, last_id: id }));
  };
  const paged = await channel(pages, { provider: 'anthropic' });
  expect((await fetchModels(paged.id)).json).toMatchObject({ existing: ['a', 'b'], new: [] });
  expect(paged.upstream.received.map(({ path }) => path)).toEqual([
    '/v1/v1/models?limit=1000',
    '/v1/v1/models?limit=1000&after_id=a',
  ]);
  expect(paged.upstream.received[0]?.headers).toMatchObject({ 'anthropic-version': '2023-06-01' });
  const endless = await channel(answer(200, { data: [{ id: 'a' }], has_more: true, last_id: 'a' }));
  expect(await fetchModels(endless.id)).toMatchObject({ status: 502 });
});

test.each([
  [answer(401, { error: { message: 'Incorrect key sk-one-canary at http://10.0.0.1/x' } }), 'upstream_auth'],
  [answer(500, 'oops'), 'upstream_error'],
  [answer(200, '<html>'), 'upstream_error'],
  [answer(200, { object: 'list' }), 'upstream_error'],
  // A redirect is not followed: it may lead anywhere.
  [answer(302, '', { location: 'http://127.0.0.1:9/elsewhere' }), 'upstream_error'],
  [(response) => void response.destroy(), 'upstream_unreachable'],
] as const satisfies readonly (readonly [Behaviour, string])[])(
  'an upstream that cannot be listed is told of without its secrets (%#)',
  async (behaviour, code) => {
    const { id } = await channel(behaviour);
    const reply = await fetchModels(id);
    expect(field(reply.json, 'error.code')).toBe(code);
    expect(reply.text).not.toContain('canary');
    expect(reply.text).not.toContain('10.0.0.1');
  },
);

test('each account in use is asked for its balance, and one that refuses does not hide the others', async () => {
  const behaviour: Behaviour = (response, received) => {
    const poor = received.headers.authorization?.endsWith('two');
    response.writeHead(poor === true ? 401 : 200, { 'content-type': 'application/json' });
    const balance = { balance_infos: [{ currency: 'CNY', total_balance: '110.00', granted_balance: '10.00' }] };
    response.end(JSON.stringify(poor === true ? { error: { message: 'no' } } : balance));
  };
  const { id, upstream } = await channel(behaviour, {
    provider: 'deepseek',
    credentials: [{ apiKey: 'sk-one' }, { apiKey: 'sk-two' }, { apiKey: 'sk-three', enabled: false }],
  });
  expect((await balanceOf(id)).json).toEqual({
    credentials: [
      { index: 0, balances: [{ amount: '110.00', currency: 'CNY' }], problem: null },
      { index: 1, balances: [], problem: 'DeepSeek answered with status 401: no' },
    ],
  });
  expect(upstream.received.every(({ path }) => path === '/v1/user/balance')).toBe(true);
});

test('a balance that is asked with POST and another header is asked so, below the base URL', async () => {
  const { id, upstream } = await channel(answer(200, { usd_balance: '129.46956147' }), { provider: 'nano-gpt' });
  expect((await balanceOf(id)).json).toMatchObject({
    credentials: [{ balances: [{ amount: '129.46956147', currency: 'USD' }] }],
  });
  const [asked] = upstream.received;
  expect([asked?.method, asked?.path]).toEqual(['POST', '/check-balance']);
  expect(asked?.headers['x-api-key']).toMatch(/^sk-/);
  expect(asked?.headers.authorization).toBeUndefined();
});

test('the second way is gone where the first is refused', async () => {
  const behaviour: Behaviour = (response, { path }) => {
    response.writeHead(path.endsWith('/credits') ? 403 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ data: { limit_remaining: 4.2 } }));
  };
  const { id } = await channel(behaviour, { provider: 'openrouter' });
  expect((await balanceOf(id)).json).toMatchObject({
    credentials: [{ balances: [{ amount: '4.2', currency: 'USD' }] }],
  });
});

test('a vendor that tells neither says so', async () => {
  const silent = await channel(answer(200, {}), { provider: 'jina', models: [] });
  expect(field((await fetchModels(silent.id)).json, 'error.code')).toBe('operation_not_supported');
  expect(field((await balanceOf(silent.id)).json, 'error.code')).toBe('operation_not_supported');
  expect(silent.upstream.received).toEqual([]);
  expect((await fetchModels('ch_none')).status).toBe(404);
});

test('a server of one’s own is told which models to hold', async () => {
  const tags = { models: [{ name: 'qwen3:8b', size: 5_225_388_164, modified_at: '2026-05-01T10:00:00.5+02:00' }] };
  let pulling: ServerResponse | undefined;
  const { upstream, id } = await channel(
    async (response, received) => {
      if (received.path === '/api/tags') return await answer(200, tags)(response, received);
      if (received.method === 'DELETE') return void response.end();
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write('{"status":"pulling manifest"}\n{"status":"pulling 6a0","total":100,"completed":40}\n{"sta');
      pulling = response;
    },
    { provider: 'ollama', credentials: [{}] },
  );
  const held = `/api/v1/channels/${id}/held-models`;
  const pull = async (model: string) => await app.call('POST', held, { token, body: { model } });
  const remove = async (model: string) => await app.call('POST', `${held}/delete`, { token, body: { model } });
  const pulls = async () =>
    new Map<string, unknown>(Object.entries((await app.call('GET', held, { token })).json ?? {})).get('pulls');
  const pullsAre = async (wanted: readonly object[]) =>
    await until(async () => Bun.deepMatch({ pulls: wanted }, { pulls: await pulls() }));
  expect((await app.call('GET', held, { token })).json).toEqual({
    models: [{ name: 'qwen3:8b', bytes: 5_225_388_164, about: '', changedAt: Date.parse('2026-05-01T08:00:00.500Z') }],
    pulls: [],
  });
  expect((await pull('llama3.3:70b')).status).toBe(202);
  expect((await pull('no model')).status).toBe(400);
  const half = { step: 'pulling 6a0', doneBytes: 40, totalBytes: 100, problem: null };
  await pullsAre([{ model: 'llama3.3:70b', ...half }]);
  // Asked for twice it is fetched once, and meanwhile it is not removed.
  await pull('llama3.3:70b');
  expect((await remove('llama3.3:70b')).status).toBe(409);
  expect(upstream.received.filter(({ path }) => path === '/api/pull').map(({ json }) => json)).toEqual([
    { model: 'llama3.3:70b', stream: true },
  ]);
  pulling?.end('tus":"success"}\n');
  await pullsAre([]);
  // One that breaks off says so until it is begun again, or put away.
  await pull('gone');
  await pullsAre([{ model: 'gone', ...half }]);
  pulling?.end('tus":"x"}\n{"error":"pull model manifest: file does not exist"}\n');
  await pullsAre([{ problem: 'pull model manifest: file does not exist' }]);
  expect((await remove('gone')).json).toMatchObject({ pulls: [] });
  expect((await remove('qwen3:8b')).status).toBe(200);
  expect(upstream.received.flatMap(({ method, path, json }) => (method === 'DELETE' ? [[path, json]] : []))).toEqual([
    ['/api/delete', { model: 'qwen3:8b' }],
  ]);
});

test('what a vendor serves is not for its clients to say', async () => {
  const { id } = await channel(answer(200, {}));
  const reply = await app.call('GET', `/api/v1/channels/${id}/held-models`, { token });
  expect(field(reply.json, 'error.code')).toBe('operation_not_supported');
});

test('a list that another server of the vendor’s keeps is asked there, and at the channel’s own base URL where it has one', async () => {
  const asked = async (baseUrl: string): Promise<readonly string[]> => {
    const urls: string[] = [];
    const fields = { id: 'a', provider: 'bedrock', settings: { region: 'eu-central-1' }, baseUrl } as const;
    const target = firstAccount(channelOf({ ...fields, apiKeys: ['key'] }));
    const deps = {
      clock: { now: Date.now, elapsed: () => 0 },
      log: { warn: () => undefined, error: () => undefined },
      tokens: openTokenCache({ ask: () => Promise.reject(new Error('nobody asks')), now: Date.now }),
      upstream: createUpstreamClient({}),
    };
    for (const part of [bedrockListing, bedrockListing.also ?? bedrockListing]) {
      const { origin, path } = await requestOf(deps, target, { path: part.path, at: part.at });
      urls.push(`${hostHeaderOf(origin)}${path}`);
    }
    deps.upstream.close();
    return urls;
  };
  expect(await asked('https://bedrock-runtime.eu-central-1.amazonaws.com')).toEqual([
    'bedrock.eu-central-1.amazonaws.com/foundation-models',
    'bedrock.eu-central-1.amazonaws.com/inference-profiles?maxResults=1000',
  ]);
  expect(await asked('https://vpce-1.example.com/aws')).toEqual([
    'vpce-1.example.com/aws/foundation-models',
    'vpce-1.example.com/aws/inference-profiles?maxResults=1000',
  ]);
});

const draftOf = (baseUrl: string, more: Readonly<Record<string, unknown>> = {}) => ({
  provider: 'custom',
  baseUrl,
  credentials: [{ apiKey: 'sk-draft-canary' }],
  ...more,
});
const tryDraft = async (what: 'models' | 'test', body: Readonly<Record<string, unknown>>) =>
  await app.call('POST', `/api/v1/channel-drafts/${what}`, { token, body });

test('an account is asked before there is a channel, and nothing of it is kept', async () => {
  const upstream = await openScriptedUpstream(answer(200, listOf('small', 'large')));
  opened.push(upstream);
  const before = (await app.call('GET', '/api/v1/channels', { token })).text;
  const listed = await tryDraft('models', draftOf(upstream.baseUrl));
  expect(listed.json).toMatchObject({ models: ['small', 'large'] });
  upstream.behave(
    answer(200, {
      id: '1',
      object: 'chat.completion',
      model: 'small',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    }),
  );
  const tested = await tryDraft('test', { ...draftOf(upstream.baseUrl), model: 'small' });
  expect(tested.json).toMatchObject({ ok: true, status: 200, model: 'small', upstreamModel: 'small' });
  expect(upstream.received.map(({ path, headers }) => [path, headers.authorization])).toEqual([
    ['/v1/models', 'Bearer sk-draft-canary'],
    ['/v1/chat/completions', 'Bearer sk-draft-canary'],
  ]);
  expect((await app.call('GET', '/api/v1/channels', { token })).text).toBe(before);
});

test('a draft that is refused says so without its secrets, and one that cannot be a channel names the field', async () => {
  const refusal = answer(401, { error: { message: 'Incorrect key sk-draft-canary' } });
  const upstream = await openScriptedUpstream(refusal);
  opened.push(upstream);
  const listed = await tryDraft('models', draftOf(upstream.baseUrl));
  expect(field(listed.json, 'error.code')).toBe('upstream_auth');
  const tested = await tryDraft('test', { ...draftOf(upstream.baseUrl), model: 'small' });
  expect(tested.json).toMatchObject({ ok: false, status: 401, cause: 'auth' });
  expect(listed.text + tested.text).not.toContain('canary');
  const wrong = [
    [draftOf(upstream.baseUrl, { provider: 'nobody' }), 'provider'],
    [draftOf(upstream.baseUrl, { credentials: [{ apikey: 'x' }] }), 'credentials.0.apikey'],
    [draftOf(upstream.baseUrl, { settings: { none: 1 } }), 'settings.none'],
  ] as const;
  for (const [body, param] of wrong) {
    const reply = await tryDraft('models', body);
    expect([reply.status, field(reply.json, 'error.param')]).toEqual([400, param]);
  }
});
