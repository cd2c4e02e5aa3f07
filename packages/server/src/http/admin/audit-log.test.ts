import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openDatabase, type Database } from '../../store/database.ts';
import { migrate } from '../../store/migrations/index.ts';
import { field, openTestApp } from '../testing/admin-app.ts';

let database: Database;
let app: Awaited<ReturnType<typeof openTestApp>>;
let root: string;

beforeAll(async () => {
  database = await openDatabase('sqlite::memory:');
  await migrate(database);
  app = await openTestApp(database);
  root = (await app.enroll('root', 'root@example.com')).token;
  const group = { name: 'gold', multiplier: '0.8' };
  await app.call('POST', '/api/v1/groups', {
    token: root,
    body: group,
    headers: { 'tollgate-reason': 'ticket%2042%3A%20%E5%8A%A0%E6%80%A5' },
    clientIp: '203.0.113.9',
  });
  await app.call('PATCH', '/api/v1/groups/gold', { token: root, body: { multiplier: '0.5' } });
});

afterAll(async () => {
  app.snapshots.close();
  await database.close();
});

const get = async (path: string) => await app.call('GET', `/api/v1${path}`, { token: root });

test('says from where and why, and is found by any of it', async () => {
  const found = await get('/audit?text=ticket');
  expect(found.json).toMatchObject({
    data: [{ action: 'group.create', subject: 'group:gold', address: '203.0.113.9', reason: 'ticket 42: 加急' }],
  });
  const both = await get('/audit?action=group.&subject=group:gold');
  expect(both.json).toMatchObject({ data: [{ action: 'group.update', reason: null }, { action: 'group.create' }] });
  // A wildcard finds nothing that is not there.
  expect((await get('/audit?text=tic%25')).json).toMatchObject({ data: [] });
  expect((await get(`/audit?since=${Date.now() + 60_000}`)).json).toMatchObject({ data: [] });
});

test('a reason that is too long is cut, between two signs too, and the chain holds', async () => {
  const reason = encodeURIComponent(`${'x'.repeat(299)}😀 and so on`);
  const headers = { 'tollgate-reason': reason };
  await app.call('PATCH', '/api/v1/groups/gold', { token: root, body: { multiplier: '0.6' }, headers });
  expect((await get('/audit?limit=1')).json).toMatchObject({ data: [{ reason: `${'x'.repeat(299)}\ufffd` }] });
  expect((await get('/audit/chain')).json).toMatchObject({ problems: [] });
  await app.call('PATCH', '/api/v1/groups/gold', { token: root, body: { multiplier: '0.5' } });
});

test('is exported whole, with the hashes by which it can be checked elsewhere', async () => {
  const csv = await get('/audit/file?subject=group:gold');
  expect(csv.headers.get('content-type')).toContain('text/csv');
  const [head, ...lines] = csv.text.trim().split('\r\n');
  expect(head).toBe('seq,time,actor,actor_name,action,subject,subject_name,before,after,address,reason,hash');
  expect(lines.map((line) => line.split(',')[4])).toEqual([...Array<string>(3).fill('group.update'), 'group.create']);
  const jsonl = await get('/audit/file?format=jsonl');
  const entries = jsonl.text
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  const chain = await get('/audit/chain');
  expect(chain.json).toMatchObject({ entries: entries.length, unchained: 0, problems: [] });
  expect(field(chain.json, 'head.hash')).toBe(field(entries[0], 'hash'));
});

test('tells when somebody has written to the table beside it', async () => {
  await database.db.updateTable('audit_log').set({ reason: 'none' }).where('action', '=', 'group.create').execute();
  expect((await get('/audit/chain')).json).toMatchObject({ problems: [{ kind: 'changed' }] });
});
