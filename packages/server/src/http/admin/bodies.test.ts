import { operations } from '@tollgate/contract/operations/list';
import type { Declaration } from '@tollgate/contract/operations/declare';
import { may } from '@tollgate/contract/permissions';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Database } from '../../store/database.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { field, openTestApp } from '../testing/admin-app.ts';

let database: Database;
let app: Awaited<ReturnType<typeof openTestApp>>;
let root: Awaited<ReturnType<typeof app.enroll>>;
let ann: Awaited<ReturnType<typeof app.enroll>>;

beforeAll(async () => {
  database = await openInMemory();
  app = await openTestApp(database);
  root = await app.enroll('root', 'root@example.com');
  ann = await app.enroll('user', 'ann@example.com');
});

afterAll(async () => {
  app.snapshots.close();
  await database.close();
});

const bodyOps = Object.entries<Declaration>(operations).filter(([, one]) => one.body !== undefined);
const pathOf = (declared: Declaration): string => `/api/v1${declared.path.replaceAll(/\{\w+\}/g, 'x')}`;
const filler = (bytes: number): string => JSON.stringify({ name: 'x'.repeat(bytes) });

describe('bodies of the admin API', () => {
  test.each(bodyOps.filter(([, one]) => one.permission === 'public'))(
    '%s, which anybody may call, takes a small body only',
    async (_, declared) => {
      const reply = await app.call(declared.method.toUpperCase(), pathOf(declared), { text: filler(16 << 10) });
      expect([reply.status, field(reply.json, 'error.code')]).toEqual([413, 'request_too_large']);
    },
  );

  test.each(bodyOps.filter(([, one]) => one.permission !== 'public' && may(one.permission, { role: 'user' })))(
    '%s, which every person may call, takes no list of an administrator’s',
    async (_, declared) => {
      const path = pathOf(declared);
      const method = declared.method.toUpperCase();
      const reply = await app.call(method, path, { token: ann.token, text: filler(256 << 10) });
      expect([reply.status, field(reply.json, 'error.code')]).toEqual([413, 'request_too_large']);
      // Who may not call it at all sends a body of no size.
      expect((await app.call(method, path, { text: filler(256 << 10) })).status).toBe(401);
    },
  );

  test('an administrator’s list may be long, not without end', async () => {
    const names = Array.from({ length: 20_000 }, (_, n) => ({ name: `m${n}` }));
    const long = { name: 'x', provider: 'openai', credentials: [], models: names };
    const reply = await app.call('POST', '/api/v1/channels', { token: root.token, body: long });
    expect(reply.status).not.toBe(413);
    const values = `[${'0,'.repeat(200_001)}0]`;
    const refused = await app.call('POST', '/api/v1/channels', { token: root.token, text: values });
    expect(field(refused.json, 'error.message')).toContain('more than 200000 values');
    const deep = '['.repeat(100_000);
    const nested = await app.call('POST', '/api/v1/channels', { token: root.token, text: deep });
    expect(field(nested.json, 'error.message')).toContain('nested deeper than 64');
  });

  const unknown = (count: number, length: number): Record<string, number> =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`${'f'.repeat(length)}${n}`, n]));

  test.each([
    ['many unknown fields', unknown(1000, 0)],
    ['one with a long name', unknown(1, 15_000)],
    ['one with a long name in a value', { email: 'e'.repeat(15_000), password: 1 }],
  ])('%s are complained of in few words', async (_, body) => {
    const reply = await app.call('POST', '/api/v1/session', { body });
    expect(reply.status).toBe(400);
    expect(reply.text.length).toBeLessThan(1500);
  });

  test('many mistakes are told by the first of them and their number', async () => {
    const models = Array.from({ length: 5000 }, () => ({ name: '' }));
    const body = { name: 'x', provider: 'openai', models };
    const reply = await app.call('POST', '/api/v1/channels', { token: root.token, body });
    expect(reply.status).toBe(400);
    expect(reply.text.length).toBeLessThan(3000);
    expect(field(reply.json, 'error.message')).toMatch(/models\.0\.name.*and \d{4} more$/);
  });
});
