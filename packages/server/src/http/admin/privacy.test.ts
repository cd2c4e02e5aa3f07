import { afterEach, expect, test } from 'bun:test';
import { z } from 'zod';
import { accountDeletionRepository } from '../../store/account-deletions.ts';
import { verifyChain } from '../../store/configuration/audit-chain.ts';
import type { Database } from '../../store/database.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { mediaTaskRepository } from '../../store/media-tasks.ts';
import { requestLogRepository } from '../../store/request-log.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { sampleTask, sampleTaskJob } from '../../store/testing/media-tasks.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { userRepository } from '../../store/users.ts';
import { accountExportJobs } from '../../services/privacy/account-exports.ts';
import { eraseJobs } from '../../services/privacy/erase.ts';
import { writeSetting } from '../../services/configuration/settings.ts';
import { until } from '../../services/jobs/testing/jobs.ts';
import { cookiesOf, field, openTestApp, sampleRequest, testPassword } from '../testing/admin-app.ts';
import { outcomeOf } from '../testing/browser.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const root = { actor: 'cli', audience: 'root' } as const;
const sameOrigin = { 'sec-fetch-site': 'same-origin' };

async function gatewayOn(database: Database, graceDays: number) {
  const app = await openTestApp(database);
  cleanups.push(() => app.snapshots.close());
  cleanups.push(() => app.jobs.stop());
  await writeSetting(app.deps.configuration, root, 'accounts.deletionGraceDays', graceDays);
  await app.snapshots.refresh();
  const ann = await app.enroll('user', 'ann@example.com');
  const admin = await app.enroll('admin', 'admin@example.com');
  const enter = async (email: string) =>
    await app.call('POST', '/api/v1/session', { body: { email, password: testPassword }, headers: sameOrigin });
  const cookie = cookiesOf(await enter('ann@example.com'));
  const own = async (method: string, path: string, body?: unknown) =>
    await app.call(method, `/api/v1${path}`, { cookie, headers: sameOrigin, ...(body !== undefined && { body }) });
  const asAdmin = async (method: string, path: string, body?: unknown) =>
    await app.call(method, `/api/v1${path}`, { token: admin.token, ...(body !== undefined && { body }) });
  const work = () => {
    const subscriptions = app.deps.payments;
    app.jobs.start([...eraseJobs({ accounts: app.accounts, subscriptions }), ...accountExportJobs(app.accounts)]);
  };
  return { app, ann, admin, enter, own, asAdmin, work };
}

eachDatabase('the end of an account', (open) => {
  test('takes who somebody was, and leaves what was paid', async () => {
    const database = await open();
    const { db } = database;
    const { app, ann, enter, own, asAdmin, work } = await gatewayOn(database, 0);
    const { id } = ann.user;
    await asAdmin('POST', `/users/${id}/credits`, { amountUsd: '-0.02', note: 'owed' });
    expect(outcomeOf(await own('POST', '/me/deletion'))).toBe('conflict');
    await asAdmin('POST', `/users/${id}/credits`, { amountUsd: '0.02', note: 'paid' });
    const key = await own('POST', '/keys', { name: 'of Ann', allowedIps: ['198.51.100.7'] });
    const rows = [1, 2, 3].map((index) => postingRow(sampleRequest(id, field(key.json, 'id'), index)));
    await postBatch(database, { transactionId: 'tx_1', at: 1, nodeId: 'n', rows }, () => undefined);
    expect((await own('POST', '/views', { page: 'requests', name: 'Ann’s', query: 'a=b' })).status).toBe(201);
    const task = sampleTask(1, id);
    await mediaTaskRepository.insert(db, task, sampleTaskJob(task));

    expect((await own('POST', '/me/deletion')).status).toBe(202);
    work();
    // What a vendor still works on is waited for; nothing new begins meanwhile.
    await until(async () => (await accountDeletionRepository.find(db, id))?.waitsFor !== null);
    expect(await accountDeletionRepository.find(db, id)).toMatchObject({ erasedAt: null, disabled: true });
    expect((await userRepository.find(db, id))?.enabled).toBe(false);
    expect(outcomeOf(await own('GET', '/me'))).toBe('unauthenticated');
    await mediaTaskRepository.drop(db, task.id);
    const waiting = await db.selectFrom('jobs').select('id').where('kind', '=', 'accounts.erase').executeTakeFirst();
    await db
      .updateTable('jobs')
      .set({ due_at: 1 })
      .where('id', '=', waiting?.id ?? '')
      .execute();
    app.jobs.wake();
    const ofAnn = async () =>
      await requestLogRepository.latest(db, { filters: { userId: id }, before: undefined, limit: 9 });
    await until(async () => (await ofAnn()).every(({ clientIp }) => clientIp === ''));

    expect(await userRepository.find(db, id)).toMatchObject({
      name: 'Deleted account',
      email: null,
      username: null,
      enabled: false,
    });
    expect(outcomeOf(await enter('ann@example.com'))).toBe('invalid_credentials');
    expect(outcomeOf(await app.call('GET', '/api/v1/me', { token: ann.token }))).toBe('unauthenticated');
    const keys = await db.selectFrom('api_keys').selectAll().where('user_id', '=', id).execute();
    expect(keys).toMatchObject([{ id: field(key.json, 'id'), name: '', allowed_ips: null, enabled: 0 }]);
    const left = await Promise.all(
      (['auth_accounts', 'auth_sessions', 'saved_views', 'stored_objects'] as const).map(
        async (table) => await db.selectFrom(table).select('id').where('user_id', '=', id).execute(),
      ),
    );
    expect(left).toEqual([[], [], [], []]);
    // Bills stand as they were, and the log of them.
    expect(await ofAnn()).toHaveLength(3);
    const charges = await db.selectFrom('charges').select('amount_nanos').where('user_id', '=', id).execute();
    expect(charges).toHaveLength(3);
    expect((await verifyChain(database)).problems).toEqual([]);
    // The address is free again, and nobody can bring the account back.
    expect((await app.enroll('user', 'ann@example.com')).user.id).not.toBe(id);
    expect(await accountDeletionRepository.remove(db, id)).toBe(false);
  });

  test('is taken back by whoever asked for it, until it is due', async () => {
    const database = await open();
    const { ann, own, asAdmin, enter, admin, app, work } = await gatewayOn(database, 14);
    work();
    const asked = await own('POST', '/me/deletion');
    expect(asked.json).toMatchObject({ deletion: { own: true, erasedAt: null }, graceDays: 14, hindrance: null });
    expect(outcomeOf(await own('POST', '/me/deletion'))).toBe('conflict');
    expect((await own('GET', '/me')).status).toBe(200);
    expect((await own('DELETE', '/me/deletion')).status).toBe(204);
    expect(outcomeOf(await own('DELETE', '/me/deletion'))).toBe('not_found');

    // An administrator's disables the account, and is theirs to take back.
    const path = `/users/${ann.user.id}/deletion`;
    expect(outcomeOf(await asAdmin('POST', path, {}))).toBe('invalid_request');
    expect((await asAdmin('POST', path, { reason: 'Left the company' })).status).toBe(202);
    expect((await enter('ann@example.com')).status).toBe(403);
    expect((await asAdmin('DELETE', path)).status).toBe(204);
    expect((await enter('ann@example.com')).status).toBe(201);
    expect(outcomeOf(await asAdmin('POST', `/users/${admin.user.id}/deletion`, { reason: 'x' }))).toBe('forbidden');
    const root = await app.enroll('root', 'root@example.com');
    const ofAdmin = { token: root.token, body: { reason: 'Gone' } };
    expect((await app.call('POST', `/api/v1/users/${admin.user.id}/deletion`, ofAdmin)).status).toBe(202);
    const other = await app.enroll('root', 'other@example.com');
    expect(outcomeOf(await app.call('POST', `/api/v1/users/${other.user.id}/deletion`, ofAdmin))).toBe('conflict');
  });
});

test('the only owner of a team stays, and owners on their way out count for none', async () => {
  const database = await openInMemory();
  cleanups.push(() => database.close());
  const { app, own } = await gatewayOn(database, 14);
  const bob = await app.enroll('user', 'bob@example.com');
  const team = field((await own('POST', '/teams', { name: 'Research' })).json, 'id');
  const refused = await own('POST', '/me/deletion');
  expect(outcomeOf(refused)).toBe('conflict');
  expect(refused.text).toContain('Research');
  const invited = await own('POST', `/teams/${team}/invitations`, { role: 'owner' });
  const join = { token: bob.token, body: { token: field(invited.json, 'token') } };
  expect((await app.call('POST', '/api/v1/teams/members', join)).status).toBe(200);
  expect((await own('POST', '/me/deletion')).status).toBe(202);
  const leave = await app.call('DELETE', `/api/v1/teams/${team}/members/${bob.user.id}`, { token: bob.token });
  expect(outcomeOf(leave)).toBe('conflict');
});

test('a file of one’s own holds what is kept, without secrets, for its owner alone', async () => {
  const database = await openInMemory();
  cleanups.push(() => database.close());
  const { app, ann, own, asAdmin, work } = await gatewayOn(database, 14);
  const made = await own('POST', '/keys', { name: 'of Ann' });
  const rows = [1, 2].map((index) => postingRow(sampleRequest(ann.user.id, 'key_1', index)));
  await postBatch(database, { transactionId: 'tx_1', at: 1, nodeId: 'n', rows }, () => undefined);
  const begun = await own('POST', '/me/exports', {});
  expect(begun.status).toBe(202);
  const id = field(begun.json, 'id');
  expect(outcomeOf(await own('GET', `/me/exports/${id}/file`))).toBe('conflict');
  work();
  await until(async () => field((await own('GET', '/me/exports')).json, 'data.0.state') === 'done');
  const file = await own('GET', `/me/exports/${id}/file`);
  expect(file.headers.get('content-disposition')).toContain('account-');
  const read = z
    .looseObject({
      account: z.looseObject({ email: z.string(), sessions: z.array(z.unknown()) }),
      keys: z.array(z.looseObject({ name: z.string() })),
      requests: z.array(z.looseObject({ amountNanos: z.string(), address: z.string() })),
      movements: z.array(z.looseObject({ kind: z.string() })),
    })
    .parse(file.json);
  expect(read.account.email).toBe('ann@example.com');
  expect(read.account.sessions).toHaveLength(1);
  expect(read.keys.map(({ name }) => name)).toEqual(['of Ann']);
  expect(read.requests.map(({ amountNanos }) => amountNanos)).toEqual(['15', '15']);
  expect(read.movements).toMatchObject([{ kind: 'usage', amountNanos: '-30' }]);
  for (const secret of [field(made.json, 'key'), 'ch_secret', '"hash"', 'argon2'])
    expect(file.text).not.toContain(secret);
  // Not among the exports of the log, where no proof is asked for, and not another's.
  expect(outcomeOf(await own('GET', `/exports/${id}/file`))).toBe('not_found');
  expect((await own('GET', '/exports')).json).toEqual({ data: [] });
  expect(outcomeOf(await asAdmin('GET', `/me/exports/${id}/file`))).toBe('not_found');
  // A session that has been open for a while proves itself first, for the file as for the making of it.
  await writeSetting(app.deps.configuration, root, 'accounts.proofGraceMs', 0);
  await app.snapshots.refresh();
  for (const reply of [
    await own('POST', '/me/exports', {}),
    await own('GET', `/me/exports/${id}/file`),
    await own('POST', '/me/deletion'),
  ])
    expect(outcomeOf(reply)).toBe('proof_required');
  expect((await own('DELETE', `/me/exports/${id}`)).status).toBe(204);
  expect((await own('GET', '/me/exports')).json).toEqual({ data: [] });
});
