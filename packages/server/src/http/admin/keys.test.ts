import { batchNames } from '@tollgate/contract/api/keys';
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { z } from 'zod';
import type { Database } from '../../store/database.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { keysNamed } from '../../services/activity/named-keys.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { field, openTestApp, sampleRequest } from '../testing/admin-app.ts';

let database: Database;
let app: Awaited<ReturnType<typeof openTestApp>>;
let root: string;
let ann: Awaited<ReturnType<typeof app.enroll>>;

beforeAll(async () => {
  database = await openInMemory();
  app = await openTestApp(database);
  root = (await app.enroll('root', 'root@example.com')).token;
  ann = await app.enroll('user', 'ann@example.com');
});
afterAll(async () => {
  app.snapshots.close();
  await database.close();
});

const make = async (body: object): Promise<string> =>
  field((await app.call('POST', '/api/v1/keys', { token: ann.token, body })).json, 'id');
const effective = async (id: string) =>
  (await app.call('GET', `/api/v1/keys/${id}/effective`, { token: ann.token })).json;

test('what holds for a key, and who said so', async () => {
  const plain = await make({ name: 'plain' });
  expect(await effective(plain)).toMatchObject({
    refusal: null,
    group: { name: 'default', from: 'user', multiplier: '1' },
    models: { from: 'group', data: [] },
    limits: [],
    walletNanos: '0',
    walletOf: 'user',
  });

  const settings = async (name: string, value: number) =>
    await app.call('PUT', `/api/v1/settings/limits.user.${name}`, { token: root, body: { value } });
  await settings('requestsPerMinute', 600);
  await settings('concurrent', 8);
  await app.call('PATCH', `/api/v1/users/${ann.user.id}`, { token: root, body: { concurrent: 3 } });
  const own = await make({ name: 'own', requestsPerMinute: 60, models: ['gpt-4o'] });
  expect(await effective(own)).toMatchObject({
    models: { from: 'key' },
    limits: [
      { metric: 'requestsPerMinute', amount: 60, of: 'key', from: 'key' },
      { metric: 'requestsPerMinute', amount: 600, of: 'user', from: 'settings' },
      { metric: 'concurrent', amount: 3, of: 'user', from: 'user' },
    ],
  });
});

test('its models are those of its group that have a price, without those that it may not use', async () => {
  const made = await app.call('POST', '/api/v1/channels', {
    token: root,
    body: {
      name: 'one',
      provider: 'acme',
      credentials: [{ apiKey: 'x' }],
      models: ['gpt-4o', 'house-model'],
      groups: ['default'],
    },
  });
  expect(made.status).toBe(201);
  await app.call('POST', '/api/v1/models', { token: root, body: { name: 'house-model', free: true } });
  await app.call('POST', '/api/v1/models', {
    token: root,
    body: { name: 'gpt-4o', price: { input: '1', output: '2' } },
  });
  expect(await effective(await make({ name: 'all' }))).toMatchObject({
    models: { from: 'group', data: [{ name: 'gpt-4o' }, { name: 'house-model' }] },
  });
  expect(await effective(await make({ name: 'one', models: ['gpt-4o', 'gone'] }))).toMatchObject({
    models: { from: 'key', data: [{ name: 'gpt-4o' }] },
  });
});

test('why its requests are refused is told by the code that they get', async () => {
  const id = await make({ name: 'off', enabled: false, allowedIps: ['10.0.0.1'] });
  expect(await effective(id)).toMatchObject({ refusal: 'key_disabled' });
  await app.call('PATCH', `/api/v1/keys/${id}`, { token: ann.token, body: { enabled: true, expiresAt: 1 } });
  expect(await effective(id)).toMatchObject({ refusal: 'key_expired' });
  await app.call('PATCH', `/api/v1/keys/${id}`, { token: ann.token, body: { expiresAt: null } });
  expect(await effective(id)).toMatchObject({ refusal: null });
});

test('a rotated key shows until when its former text works, and its new text once', async () => {
  const id = await make({ name: 'rotated' });
  const rotate = async (body: object) =>
    await app.call('POST', `/api/v1/keys/${id}/rotate`, { token: ann.token, body });
  const rotated = await rotate({ overlapMs: 3_600_000 });
  expect(rotated.status).toBe(200);
  expect(field(rotated.json, 'key')).toMatch(/^sk-\S{30,}$/);
  const read = async () => (await app.call('GET', `/api/v1/keys/${id}`, { token: ann.token })).json;
  expect(await read()).toMatchObject({ previousUntil: expect.any(Number) as number });
  expect(JSON.stringify(await read())).not.toContain(field(rotated.json, 'key'));
  expect((await app.call('DELETE', `/api/v1/keys/${id}/previous`, { token: ann.token })).status).toBe(204);
  expect(await read()).toMatchObject({ previousUntil: null });
  expect((await rotate({ overlapMs: -1 })).status).toBe(400);
  expect((await rotate({ overlapMs: 91 * 86_400_000 })).status).toBe(400);
});

test('many keys are made at once, all or none, and each text is told once', async () => {
  const batch = async (body: object) =>
    await app.call('POST', '/api/v1/keys/batch', { token: ann.token, body: { name: 'seat-{n}', count: 3, ...body } });
  const made = z
    .object({ data: z.array(z.object({ id: z.string(), name: z.string(), key: z.string(), limitUsd: z.string() })) })
    .parse((await batch({ from: 7, limitUsd: '2.5' })).json).data;
  expect(made.map(({ name, limitUsd }) => [name, limitUsd])).toEqual([
    ['seat-7', '2.5'],
    ['seat-8', '2.5'],
    ['seat-9', '2.5'],
  ]);
  expect(new Set(made.map(({ key }) => key)).size).toBe(3);
  expect((await effective(made[2]?.id ?? '')) as object).toMatchObject({ group: { name: 'default' } });
  const names = async () =>
    field({ text: (await app.call('GET', '/api/v1/keys?limit=100', { token: ann.token })).text }, 'text');
  const before = await names();
  for (const wrong of [{ count: 0 }, { count: 101 }, { group: 'vip' }, { allowedIps: ['nowhere'] }, { name: '' }])
    expect((await batch(wrong)).status).toBeGreaterThanOrEqual(400);
  expect(await names()).toBe(before);
  expect(batchNames({ name: 'seat', count: 2, from: 1 })).toEqual(['seat 1', 'seat 2']);
});

test('are found by name, owner, and ends of their text, and say whose they are and when they were last used', async () => {
  const bob = await app.enroll('user', 'bob@example.com');
  const make = async (name: string) =>
    (await app.call('POST', '/api/v1/keys', { token: bob.token, body: { name } })).json;
  const [used, spare] = [await make('Bots 100%'), await make('spare')];
  const record = { ...sampleRequest(bob.user.id, field(used, 'id'), 7), id: 'req_00000000007' };
  const rows = [postingRow(record)];
  await postBatch(database, { transactionId: 'tx_keys', at: record.at, nodeId: 'n', rows }, () => undefined);
  const listed = z.object({
    data: z.array(z.object({ name: z.string(), userName: z.string(), lastUsedAt: z.number().nullable() })),
  });
  const find = async (search: string) => {
    const query = `userId=all&search=${encodeURIComponent(search)}`;
    return listed.parse((await app.call('GET', `/api/v1/keys?${query}`, { token: root })).json).data;
  };
  const [bots, other] = [
    { name: 'Bots 100%', userName: 'bob@example.com', lastUsedAt: record.at },
    { name: 'spare', userName: 'bob@example.com', lastUsedAt: null },
  ];
  expect(await find('bots')).toMatchObject([bots]);
  expect(await find('0%')).toMatchObject([bots]);
  expect(await find('0_')).toEqual([]);
  expect(await find('BOB@')).toMatchObject([other, bots]);
  expect(await find(field(spare, 'lastFour'))).toMatchObject([other]);
  // Somebody who sees only their own finds no others.
  const own = await app.call('GET', '/api/v1/keys?search=bob', { token: ann.token });
  expect(listed.parse(own.json).data).toEqual([]);

  // The request log is asked by the name of a key, too.
  const asked = async (query: string, token = root) =>
    (await app.call('GET', `/api/v1/requests?from=0&${query}`, { token })).json;
  expect(await asked('userId=all&keyName=bots*')).toMatchObject({ data: [{ keyName: 'Bots 100%' }] });
  expect(await asked('userId=all&keyName=bots')).toMatchObject({ data: [] });
  expect(await asked('keyName=bots*', ann.token)).toMatchObject({ data: [] });
  // Whose keys may be seen decides which names are matched: neither another's key nor the number of all of them shows.
  const matched = async (userId: string | undefined) =>
    (await keysNamed(database, { userId, name: 'bots*', param: 'keyName' })).length;
  expect([await matched(undefined), await matched(bob.user.id), await matched(ann.user.id)]).toEqual([1, 1, 0]);
  const { db } = database;
  const one = await db
    .selectFrom('api_keys')
    .selectAll()
    .where('id', '=', field(spare, 'id'))
    .executeTakeFirstOrThrow();
  for (let n = 0; n < 1001; n++)
    await db
      .insertInto('api_keys')
      .values({ ...one, id: `key_heap_${n}`, hash: `heap ${n}`, name: 'heap' })
      .execute();
  const many = async (query: string, token: string) =>
    (await app.call('GET', `/api/v1/requests?from=0&keyName=heap*${query}`, { token })).status;
  expect([await many('', ann.token), await many('', bob.token), await many('&userId=all', root)]).toEqual([
    200, 400, 400,
  ]);
  const secret = await app.call('GET', '/api/v1/requests?provider=acme', { token: ann.token });
  expect(secret.status).toBe(403);
});
