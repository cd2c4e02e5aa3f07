import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openDatabase, type Database } from '../../store/database.ts';
import { migrate } from '../../store/migrations/index.ts';
import { field, openTestApp } from '../testing/admin-app.ts';
import { outcomeOf } from '../testing/browser.ts';

let database: Database;
let app: Awaited<ReturnType<typeof openTestApp>>;
let root: string;

beforeAll(async () => {
  database = await openDatabase('sqlite::memory:');
  await migrate(database);
  app = await openTestApp(database);
  root = (await app.enroll('root', 'root@example.com')).token;
});

afterAll(async () => {
  app.snapshots.close();
  await database.close();
});

const call = async (method: string, path: string, body?: unknown, token = root) =>
  await app.call(method, `/api/v1${path}`, { token, ...(body !== undefined && { body }) });

test('a role gives its people its permissions at once, and takes them as soon', async () => {
  const made = await call('POST', '/roles', {
    name: 'support',
    permissions: { 'users:read': 'any', 'keys:read': 'own' },
  });
  expect(made.status).toBe(201);
  const { user, token } = await app.enroll('user', 'sue@example.com');
  expect((await call('GET', '/users', undefined, token)).status).toBe(403);
  const given = await call('PATCH', `/users/${user.id}`, { role: 'support' });
  expect(field(given.json, 'role')).toBe('support');
  expect((await call('GET', '/users', undefined, token)).status).toBe(200);
  expect((await call('GET', '/roles', undefined, token)).status).toBe(200);
  // What every user has otherwise is not in the role.
  expect((await call('POST', '/keys', { name: 'app' }, token)).status).toBe(403);
  const me = await call('GET', '/me', undefined, token);
  expect(me.json).toMatchObject({
    permissions: ['account:read', 'account:write', 'keys:read', 'users:read'],
    reachesAny: ['users:read'],
  });
  expect((await call('PATCH', '/roles/support', { permissions: {} })).status).toBe(200);
  expect((await call('GET', '/users', undefined, token)).status).toBe(403);
});

test('an exception takes a permission from one administrator, whose tokens have it no more either', async () => {
  const { user, token } = await app.enroll('admin', 'adam@example.com');
  const scoped = await call('POST', '/tokens', { name: 'some', scopes: ['audit:read', 'groups:read'] }, token);
  const child = field(scoped.json, 'token');
  expect((await call('GET', '/audit', undefined, child)).status).toBe(200);
  await call('PATCH', `/users/${user.id}`, { exceptions: { 'audit:read': 'none', 'settings:write': 'any' } });
  for (const one of [token, child]) expect((await call('GET', '/audit', undefined, one)).status).toBe(403);
  // What is given to a person is given to no token that was not made for it.
  const set = (by: string) => call('PUT', '/settings/site.name', { value: 'Northwind' }, by);
  expect((await set(child)).status).toBe(403);
  expect((await set(token)).status).toBe(200);
  // By these somebody could read the letter in which root resets a password.
  for (const [path, value] of [
    ['mail.host', 'mail.example'],
    ['site.publicUrl', 'https://elsewhere.example'],
  ]) {
    expect((await call('PUT', `/settings/${path}`, { value }, token)).status).toBe(403);
    expect((await call('PUT', `/settings/${path}`, { value })).status).toBe(200);
    expect((await call('PUT', `/settings/${path}`, { value: null })).status).toBe(200);
  }
});

test('what is root’s alone, and what reaches further than it can, is in no role and no exception', async () => {
  const { user } = await app.enroll('user', 'una@example.com');
  const attempts = [
    call('POST', '/roles', { name: 'king', permissions: { 'administrators:write': 'any' } }),
    call('POST', '/roles', { name: 'king', permissions: { 'tokens:read': 'any' } }),
    call('POST', '/roles', { name: 'admin', permissions: {} }),
    call('PATCH', `/users/${user.id}`, { exceptions: { 'signIn:write': 'any' } }),
  ];
  expect((await Promise.all(attempts)).map(({ json }) => field(json, 'error.param'))).toEqual([
    'permissions.administrators:write',
    'permissions.tokens:read',
    'name',
    'exceptions.signIn:write',
  ]);
});

test('whoever only runs channels leaves their secrets and addresses alone', async () => {
  await call('POST', '/roles', {
    name: 'operator',
    permissions: { 'channels:read': 'any', 'channels:write': 'any', 'groups:read': 'any' },
  });
  const { user, token } = await app.enroll('user', 'olga@example.com');
  await call('PATCH', `/users/${user.id}`, { role: 'operator' });
  const channel = { name: 'main', provider: 'acme', credentials: [{ apiKey: 'sk-upstream-0123456789' }] };
  expect((await call('POST', '/channels', channel, token)).status).toBe(403);
  const id = field((await call('POST', '/channels', channel)).json, 'id');
  expect((await call('PATCH', `/channels/${id}`, { priority: 7 }, token)).status).toBe(200);
  const sensitive = {
    provider: 'local',
    baseUrl: 'https://elsewhere.example',
    credentials: [],
    settings: {},
    overrides: { headers: { set: { authorization: 'mine' } } },
    proxy: 'http://proxy.example:8080',
  };
  for (const [name, value] of Object.entries(sensitive)) {
    const reply = await call('PATCH', `/channels/${id}`, { priority: 8, [name]: value }, token);
    expect(`${name} ${outcomeOf(reply)} ${field(reply.json, 'error.param')}`).toBe(`${name} forbidden ${name}`);
  }
  const append = await call('POST', `/channels/${id}/credentials`, { credentials: [{ apiKey: 'sk-2' }] }, token);
  expect(append.status).toBe(403);
  expect((await call('POST', `/channels/${id}/copy`, { name: 'copy' }, token)).status).toBe(403);
  expect((await call('GET', `/channels/${id}`)).json).toMatchObject({ priority: 7 });
});
