import { afterAll, beforeAll, expect, test } from 'bun:test';
import { catalogSchema, type Catalog } from '@tollgate/contract/api/catalog';
import { requestIdFloor } from '../../domain/record.ts';
import type { Database } from '../../store/database.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { field, openTestApp, sampleRequest } from '../testing/admin-app.ts';

type TestApp = Awaited<ReturnType<typeof openTestApp>>;
type Person = Awaited<ReturnType<TestApp['enroll']>>;

const hourMs = 3_600_000;
const now = Date.now();
let database: Database;
let app: TestApp;
let root: Person;
let ann: Person;
let channelId: string;

async function post(model: string, count: number, ageMs: number, more: { failed?: boolean; channelId?: string } = {}) {
  const at = now - ageMs;
  const rows = Array.from({ length: count }, (_, index) =>
    postingRow({
      ...sampleRequest(ann.user.id, 'key_1', 0),
      id: `${requestIdFloor(at)}${model}${index}`,
      at,
      modelAsked: model,
      channelId: more.channelId ?? channelId,
      ...(more.failed === true && { status: 502, errorCode: 'upstream_error', charge: undefined }),
    }),
  );
  await postBatch(database, { transactionId: `tx_${model}_${ageMs}`, at, nodeId: 'n', rows }, () => undefined);
}

const put = async (path: string, value: unknown): Promise<void> => {
  const reply = await app.call('PUT', `/api/v1/settings/${path}`, { token: root.token, body: { value } });
  expect(reply.status).toBe(200);
};

/** What a reader sees; with a token of their own, or as a stranger. */
async function read(token?: string): Promise<Catalog> {
  const reply = await app.call('GET', token === undefined ? '/api/v1/site/catalog' : '/api/v1/catalog', {
    ...(token !== undefined && { token }),
  });
  expect(`${reply.status} ${reply.status === 200 ? '' : reply.text}`).toBe('200 ');
  expect(reply.text).not.toContain('secret-name');
  return catalogSchema.parse(reply.json);
}

beforeAll(async () => {
  database = await openInMemory();
  app = await openTestApp(database);
  root = await app.enroll('root', 'root@example.com');
  ann = await app.enroll('user', 'ann@example.com');
  const create = async (path: string, body: unknown) => {
    const reply = await app.call('POST', `/api/v1${path}`, { token: root.token, body });
    expect(`${path} ${reply.status} ${reply.status === 201 ? '' : reply.text}`).toBe(`${path} 201 `);
    return reply;
  };
  const channel = await create('/channels', {
    name: 'secret-name',
    provider: 'local',
    baseUrl: 'http://localhost:1/v1',
    credentials: [{ apiKey: 'sk-test' }],
    models: ['model-a', 'model-b', 'no-price', { name: 'resold', upstream: 'maker/model-a' }],
  });
  channelId = field(channel.json, 'id');
  await create('/models', { name: 'model-a', price: { input: '2', output: '8', perCall: '0.01' }, ownedBy: 'maker' });
  await create('/models', { name: 'model-b', free: true });
  await create('/models', { name: 'resold', price: { input: '1', output: '1' } });
  await app.call('PATCH', '/api/v1/groups/default', { token: root.token, body: { multiplier: '1.5' } });
  await post('model-a', 3, 0);
  await post('model-a', 1, 60_000, { failed: true });
  await post('model-a', 2, 0.5 * hourMs, { failed: true, channelId: '' });
  await post('model-b', 1, 60_000);
});

afterAll(async () => {
  app.snapshots.close();
  await database.close();
});

test('what is closed to a reader is not told, and where all is closed there is nothing', async () => {
  const stranger = await app.call('GET', '/api/v1/site/catalog');
  expect(stranger.status).toBe(404);
  const member = await read(ann.token);
  expect([member.models === null, member.uptime === null, member.rankings]).toEqual([false, false, null]);
  expect((await read(root.token)).rankings).not.toBeNull();
  await put('site.status', 'public');
  const visitor = await read();
  expect([visitor.models, visitor.uptime === null, visitor.rankings]).toEqual([null, false, null]);
  await put('site.marketplace', 'closed');
  expect((await read(ann.token)).models).toBeNull();
  await put('site.marketplace', 'public');
  await put('site.rankings', 'members');
  const doors = { marketplace: 'public', status: 'public', rankings: 'members' };
  expect((await app.call('GET', '/api/v1/site')).json).toMatchObject({
    doors: { ...doors, ownKeys: 'closed', invitations: 'closed' },
  });
  await put('providerKeys.enabled', true);
  await put('rewards.invitations', true);
  expect((await app.call('GET', '/api/v1/site')).json).toMatchObject({
    doors: { ...doors, ownKeys: 'members', invitations: 'members' },
  });
});

test('prices are what the reader pays, and only what can be asked is listed', async () => {
  const { models, multiplier, group } = await read();
  expect([group, multiplier]).toEqual(['default', '1.5']);
  expect(models?.map(({ name, price, vendor }) => [name, price, vendor])).toEqual([
    ['model-a', { input: '3', output: '12', perCall: '0.015' }, 'maker'],
    ['model-b', null, ''],
    ['resold', { input: '1.5', output: '1.5' }, ''],
  ]);
});

test('uptime is of the requests that reached a provider', async () => {
  const { uptime } = await read();
  const a = uptime?.find(({ name }) => name === 'model-a');
  expect(a).toMatchObject({ state: 'up', uptime24h: 0.75 });
  expect(a?.days).toHaveLength(90);
  expect(uptime?.find(({ name }) => name === 'resold')).toMatchObject({ uptime24h: null, uptime90d: null });
});

test('rankings are shares of the tokens, the largest first', async () => {
  const { rankings } = await read(ann.token);
  expect(rankings?.month.map(({ name }) => name)).toEqual(['model-a', 'model-b']);
  expect(rankings?.month.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 5);
});

test('an answer is kept for a while, so that asking often costs nothing', async () => {
  const first = await read();
  await post('model-b', 4, 120_000, { failed: true });
  const again = await read();
  expect(again.at).toBe(first.at);
  expect(again.uptime).toEqual(first.uptime);
});
