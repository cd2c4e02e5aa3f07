import { afterAll, beforeAll, expect, test } from 'bun:test';
import { z } from 'zod';
import {
  channelHealthSchema,
  gatewayOverviewSchema,
  gatewayStatusSchema,
  myOverviewSchema,
} from '@tollgate/contract/api/overview';
import { usageAnswerSchema } from '@tollgate/contract/api/usage';
import { freshHealth } from '../../domain/health.ts';
import { requestIdFloor } from '../../domain/record.ts';
import type { Database } from '../../store/database.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import type { HealthDeps } from '../../services/activity/channel-health.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { field, openTestApp, sampleRequest } from '../testing/admin-app.ts';

type TestApp = Awaited<ReturnType<typeof openTestApp>>;
type Person = Awaited<ReturnType<TestApp['enroll']>>;

let database: Database;
let app: TestApp;
let admin: Person;
let ann: Person;
let bob: Person;
let channelId: string;
let keyId: string;

const hourMs = 3_600_000;
const now = Date.now();

async function post(userId: string, key: string, count: number, ageMs: number, failed = false): Promise<void> {
  const at = now - ageMs;
  const rows = Array.from({ length: count }, (_, index) =>
    postingRow({
      ...sampleRequest(userId, key, 0),
      id: `${requestIdFloor(at)}${userId.slice(-6)}${index}`,
      at,
      channelId,
      ...(failed ? { status: 502, errorCode: 'upstream_error', charge: undefined } : {}),
    }),
  );
  await postBatch(database, { transactionId: `tx_${userId}_${ageMs}`, at, nodeId: 'n', rows }, () => undefined);
}

beforeAll(async () => {
  database = await openInMemory();
  app = await openTestApp(database);
  admin = await app.enroll('admin', 'admin@example.com');
  ann = await app.enroll('user', 'ann@example.com');
  bob = await app.enroll('user', 'bob@example.com');
  const channel = await app.call('POST', '/api/v1/channels', {
    token: admin.token,
    body: {
      name: 'main',
      provider: 'local',
      baseUrl: 'http://localhost:1/v1',
      credentials: [{ apiKey: 'sk-test' }],
      models: ['gpt-x', 'no-price'],
    },
  });
  channelId = field(channel.json, 'id');
  const body = { name: 'soon over', expiresAt: now + 24 * hourMs };
  const key = await app.call('POST', '/api/v1/keys', { token: ann.token, body });
  keyId = field(key.json, 'id');
  await post(ann.user.id, keyId, 4, 0);
  await post(ann.user.id, keyId, 1, 60_000, true);
  await post(ann.user.id, keyId, 6, 26 * hourMs);
  await post(bob.user.id, 'key_bob', 3, 2 * hourMs);
});

afterAll(async () => {
  app.snapshots.close();
  await database.close();
});

const read = async <T extends z.ZodType>(schema: T, path: string, person: Person): Promise<z.output<T>> => {
  const reply = await app.call('GET', `/api/v1${path}`, { token: person.token });
  expect(`${path} ${reply.status} ${reply.status === 200 ? '' : reply.text}`).toBe(`${path} 200 `);
  return schema.parse(reply.json);
};

test('one sees what one has spent, and nothing of others', async () => {
  const mine = await read(myOverviewSchema, '/overview/mine', ann);
  expect(mine.last24h).toMatchObject({ requests: 5, errors: 1, costNanos: '60' });
  expect(mine.previous24h).toMatchObject({ requests: 6, costNanos: '90' });
  expect(mine.series).toHaveLength(24);
  expect(mine.series.reduce((sum, { sums }) => sum + sums.requests, 0)).toBe(5);
  expect(mine.keys).toMatchObject([{ id: keyId, name: 'soon over', last24h: { requests: 5 } }]);
  expect(mine.errors).toMatchObject([{ status: 502, errorCode: 'upstream_error', keyId }]);
  expect(mine.balanceNanos).toBe('-150');
  const his = await read(myOverviewSchema, '/overview/mine', bob);
  expect(his.last24h.requests).toBe(3);
  expect(his.keys).toEqual([]);
});

test('administrators see the gateway, and what needs attention', async () => {
  const gateway = await read(gatewayOverviewSchema, '/overview/gateway', admin);
  expect(gateway.last24h).toMatchObject({ requests: 8, errors: 1 });
  expect(gateway.status).toMatchObject({ channels: { total: 1, enabled: 1 }, last15m: { requests: 5, errors: 1 } });
  expect(gateway.top.users.map(({ label, sums }) => [label, sums.requests])).toEqual([
    ['ann@example.com', 5],
    ['bob@example.com', 3],
  ]);
  expect(gateway.top.channels.map(({ label }) => label)).toEqual(['main']);
  expect(gateway.attention.map(({ kind, label }) => `${kind} ${label}`)).toEqual([
    'wallet_empty ann@example.com',
    'wallet_empty bob@example.com',
    'model_unpriced gpt-x',
    'model_unpriced no-price',
    'key_expiring soon over',
  ]);
  const refused = await app.call('GET', '/api/v1/overview/gateway', { token: ann.token });
  expect(refused.status).toBe(403);
});

test('channels say how they do, and why', async () => {
  const [main] = (await read(z.object({ data: z.array(channelHealthSchema) }), '/channel-health', admin)).data;
  expect(main).toMatchObject({ name: 'main', state: 'enabled', keys: { ok: 1, total: 1 }, last24h: { requests: 8 } });
  expect(main?.strip).toHaveLength(30);
  expect(main?.strip.reduce((sum, { requests }) => sum + requests, 0)).toBe(14);
  const entries = [[`${channelId}#0#gpt-x`, { ...freshHealth(0), coolUntil: 41_000 }]] as const;
  const cooling = app.variant({ health: { entries: () => entries, now: () => 1000 } });
  const reply = await cooling('GET', '/api/v1/channel-health', { token: admin.token });
  expect(reply.json).toMatchObject({
    data: [{ state: 'cooling', resumesInMs: 40_000, reason: 'its provider asked for a pause', keys: { ok: 0 } }],
  });
  const off = { enabled: false, disabledReason: 'too slow' };
  await app.call('PATCH', `/api/v1/channels/${channelId}`, { token: admin.token, body: off });
  const [disabled] = (await read(z.object({ data: z.array(channelHealthSchema) }), '/channel-health', admin)).data;
  expect(disabled).toMatchObject({ state: 'disabled', reason: 'too slow', by: `user:${admin.user.id}` });
  expect(disabled?.byName).toBe(admin.user.email);
});

test('usage is told by sides that one may see', async () => {
  const query = `/usage/query?from=${now - 3 * hourMs}`;
  const own = await read(usageAnswerSchema, `${query}&groupBy=key`, ann);
  expect(own.rows).toMatchObject([
    { key: keyId, label: 'soon over', sums: { requests: 5 }, previous: { requests: 0 } },
  ]);
  const all = await read(usageAnswerSchema, `${query}&userId=all&groupBy=user&splitBy=model&limit=1`, admin);
  expect(all.rows).toMatchObject([{ label: 'ann@example.com', split: [{ key: 'gpt-x', sums: { requests: 5 } }] }]);
  expect(all.others).toMatchObject({ rows: 1, sums: { requests: 3 } });
  expect(all.total.requests).toBe(8);
  const byProvider = await read(usageAnswerSchema, `${query}&userId=all&groupBy=provider`, admin);
  expect(byProvider.rows.map(({ key }) => key)).toEqual(['local']);
  const narrowed = await read(usageAnswerSchema, `${query}&userId=all&provider=nobody`, admin);
  expect(narrowed.total.requests).toBe(0);
  const statuses = await read(usageAnswerSchema, `${query}&userId=all&groupBy=status`, admin);
  expect(statuses.source).toBe('log');
  expect(statuses.rows.map(({ key, sums }) => `${key} ${sums.requests}`)).toEqual(['200 7', '502 1']);
  for (const wrong of [
    'groupBy=channel',
    'splitBy=provider',
    'groupBy=user',
    'channelId=x',
    'provider=x',
    'userId=all',
  ])
    expect((await app.call('GET', `/api/v1${query}&${wrong}`, { token: ann.token })).status).toBe(403);
  for (const wrong of [
    'groupBy=model&splitBy=model',
    'splitBy=status',
    'groupBy=status&group=x',
    `to=${now - 9 * hourMs}`,
  ])
    expect((await app.call('GET', `/api/v1${query}&${wrong}`, { token: admin.token })).status).toBe(400);
});

test('views are kept by who saved them', async () => {
  const body = { page: 'usage', name: 'Mine', query: 'groupBy=key' };
  const made = await app.call('POST', '/api/v1/views', { token: ann.token, body });
  const id = field(made.json, 'id');
  await app.call('PATCH', `/api/v1/views/${id}`, { token: ann.token, body: { name: 'Keys' } });
  const list = await app.call('GET', '/api/v1/views?page=usage', { token: ann.token });
  expect(list.json).toMatchObject({ data: [{ id, name: 'Keys', query: 'groupBy=key' }] });
  expect((await app.call('GET', '/api/v1/views?page=other', { token: ann.token })).json).toEqual({ data: [] });
  expect((await app.call('GET', '/api/v1/views', { token: bob.token })).json).toEqual({ data: [] });
  expect((await app.call('DELETE', `/api/v1/views/${id}`, { token: ann.token })).status).toBe(204);
  expect((await app.call('GET', '/api/v1/views', { token: ann.token })).json).toEqual({ data: [] });
});

test('the word for the gateway follows its channels and the errors of the last 15 minutes', async () => {
  const status = async (health?: HealthDeps['health']) => {
    const call = health === undefined ? app.call : app.variant({ health });
    const reply = await call('GET', '/api/v1/overview/status', { token: admin.token });
    return gatewayStatusSchema.parse(reply.json);
  };
  expect(await status()).toMatchObject({ state: 'degraded', channels: { total: 1, disabled: 1 } });
  await app.call('PATCH', `/api/v1/channels/${channelId}`, { token: admin.token, body: { enabled: true } });
  expect(await status()).toMatchObject({ state: 'healthy', last15m: { requests: 5, errors: 1 } });
  const entries = [[`${channelId}#0#gpt-x`, { ...freshHealth(0), coolUntil: 41_000 }]] as const;
  const cooling = await status({ entries: () => entries, now: () => 1000 });
  expect(cooling).toMatchObject({ state: 'degraded', channels: { total: 1, cooling: 1, enabled: 0 } });
  await post(bob.user.id, 'key_bob', 2, 30_000, true);
  expect(await status()).toMatchObject({ state: 'degraded', channels: { enabled: 1 }, last15m: { errors: 3 } });
  const gateway = await read(gatewayOverviewSchema, '/overview/gateway', admin);
  expect(gateway.status).toEqual(await status());
  expect((await app.call('GET', '/api/v1/overview/status', { token: ann.token })).status).toBe(403);
});

test('a view is shared by who may change the settings; others see it, and cannot change it', async () => {
  const root = await app.enroll('root', 'root@example.com');
  const body = { page: 'requests', name: 'Failures', query: 'failed=true', shared: true };
  expect((await app.call('POST', '/api/v1/views', { token: ann.token, body })).status).toBe(403);
  const made = await app.call('POST', '/api/v1/views', { token: root.token, body });
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({ shared: true, own: true, changeable: true });
  const at = `/api/v1/views/${field(made.json, 'id')}`;
  const seen = await app.call('GET', '/api/v1/views?page=requests', { token: ann.token });
  expect(seen.json).toMatchObject({ data: [{ name: 'Failures', shared: true, own: false, changeable: false }] });
  expect((await app.call('PATCH', at, { token: ann.token, body: { name: 'Mine' } })).status).toBe(403);
  expect((await app.call('PATCH', at, { token: ann.token, body: { shared: false } })).status).toBe(403);
  expect((await app.call('DELETE', at, { token: ann.token })).status).toBe(403);
  // What is not said stays.
  const renamed = await app.call('PATCH', at, { token: root.token, body: { name: 'Failed' } });
  expect(renamed.json).toMatchObject({ name: 'Failed', query: 'failed=true', shared: true });
  // Somebody's own is nobody else's, whatever they may.
  const own = await app.call('POST', '/api/v1/views', { token: ann.token, body: { ...body, shared: false } });
  const ofAnn = `/api/v1/views/${field(own.json, 'id')}`;
  expect((await app.call('PATCH', ofAnn, { token: ann.token, body: { shared: true } })).status).toBe(403);
  expect((await app.call('DELETE', ofAnn, { token: root.token })).status).toBe(404);
  expect((await app.call('PATCH', at, { token: root.token, body: { shared: false } })).json).toMatchObject({
    shared: false,
  });
  const left = await app.call('GET', '/api/v1/views', { token: ann.token });
  expect(left.json).toMatchObject({ data: [{ name: 'Failures', shared: false, own: true }] });
  expect((await app.call('DELETE', at, { token: root.token })).status).toBe(204);
});
