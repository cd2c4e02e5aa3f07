import { afterAll, beforeAll, expect, test } from 'bun:test';
import { z } from 'zod';
import { planDebits } from '../../domain/debits.ts';
import { meterOf, walletMeter } from '../../domain/meters.ts';
import { nanos } from '../../domain/money.ts';
import type { Database } from '../../store/database.ts';
import { apiKeyRepository } from '../../store/api-keys.ts';
import { acquireLease, giveBack, recallsFor } from '../../store/ledger/leases.ts';
import { verify } from '../../services/ledger/verify.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { field, openTestApp } from '../testing/admin-app.ts';
import { outcomeOf } from '../testing/browser.ts';

let database: Database;
let app: Awaited<ReturnType<typeof openTestApp>>;
type Person = Awaited<ReturnType<typeof app.enroll>>;
let people: Readonly<Record<'admin' | 'ann' | 'bob' | 'eve', Person>>;
let team: string;

const call = async (who: keyof typeof people, method: string, path: string, body?: unknown) =>
  await app.call(method, `/api/v1${path}`, { token: people[who].token, ...(body !== undefined && { body }) });
const outcome = async (...ask: Parameters<typeof call>): Promise<string> => outcomeOf(await call(...ask));
const listSchema = z.object({ data: z.array(z.record(z.string(), z.unknown())) });
const listed = async (...ask: Parameters<typeof call>) => listSchema.parse((await call(...ask)).json).data;
const join = async (who: keyof typeof people, role = 'member'): Promise<string> => {
  const invited = await call('ann', 'POST', `/teams/${team}/invitations`, { role });
  return await outcome(who, 'POST', '/teams/members', { token: field(invited.json, 'token') });
};

beforeAll(async () => {
  database = await openInMemory();
  app = await openTestApp(database);
  people = {
    admin: await app.enroll('admin', 'admin@example.com'),
    ann: await app.enroll('user', 'ann@example.com'),
    bob: await app.enroll('user', 'bob@example.com'),
    eve: await app.enroll('user', 'eve@example.com'),
  };
  team = field((await call('ann', 'POST', '/teams', { name: 'Research' })).json, 'id');
});

afterAll(async () => {
  app.snapshots.close();
  await database.close();
});

test('an invitation lets one person in, once', async () => {
  const invited = await call('ann', 'POST', `/teams/${team}/invitations`, { note: 'for Bob' });
  const token = field(invited.json, 'token');
  expect(await listed('ann', 'GET', `/teams/${team}/invitations`)).toMatchObject([{ note: 'for Bob', role: 'member' }]);
  const both = await Promise.all(
    ['bob', 'eve'].map((who) => outcome(who as 'bob', 'POST', '/teams/members', { token })),
  );
  expect(both.toSorted()).toEqual(['200', 'not_found']);
  const inside = both[0] === '200' ? 'bob' : 'eve';
  expect(await outcome(inside, 'DELETE', `/teams/${team}/members/${people[inside].user.id}`)).toBe('204');
  expect(await listed('ann', 'GET', `/teams/${team}/invitations`)).toEqual([]);
  expect(await join('bob')).toBe('200');
  expect(await join('bob')).toBe('conflict');
});

test('who manages a team sets its budgets, and its members see them', async () => {
  const wanted = { teamId: team, limitUsd: '100' };
  const asked = async (who: 'ann' | 'bob' | 'eve', method: string, path: string, body?: unknown) =>
    await outcome(who, method, path, body);
  expect(await asked('eve', 'POST', '/budgets', wanted)).toBe('not_found');
  expect(await asked('bob', 'POST', '/budgets', wanted)).toBe('forbidden');
  const id = field((await call('ann', 'POST', '/budgets', wanted)).json, 'id');
  expect(await listed('bob', 'GET', `/budgets?teamId=${team}`)).toMatchObject([{ id, userId: null, teamId: team }]);
  expect(await asked('eve', 'GET', `/budgets?teamId=${team}`)).toBe('not_found');
  expect(await asked('bob', 'PATCH', `/budgets/${id}`, { limitUsd: '900' })).toBe('forbidden');
  expect(await asked('eve', 'DELETE', `/budgets/${id}`)).toBe('not_found');
  expect(await asked('ann', 'PATCH', `/budgets/${id}`, { limitUsd: '50' })).toBe('200');
  const key = await call('bob', 'POST', '/keys', { name: 'ours', teamId: team });
  const record = await apiKeyRepository.findRecordOf(database.db, field(key.json, 'id'));
  expect(record?.payers?.budgets.map(({ policy }) => policy.id)).toEqual([id]);
  expect(await asked('ann', 'DELETE', `/budgets/${id}`)).toBe('204');
  // What an administrator has set, the team does not change.
  const locked = field((await call('admin', 'POST', '/budgets', wanted)).json, 'id');
  expect(await asked('ann', 'DELETE', `/budgets/${locked}`)).toBe('forbidden');
  expect(await outcome('admin', 'DELETE', `/budgets/${locked}`)).toBe('204');
  expect(await asked('bob', 'DELETE', `/keys/${field(key.json, 'id')}`)).toBe('204');
});

test('to others a team does not exist, and members do what their role says', async () => {
  const paths = ['', '/members', '/keys', '/invitations'];
  for (const path of paths) expect(await outcome('eve', 'GET', `/teams/${team}${path}`)).toBe('not_found');
  expect(await listed('eve', 'GET', '/teams?all=true')).toEqual([]);
  expect(await outcome('eve', 'POST', '/keys', { name: 'x', teamId: team })).toBe('not_found');
  const bobs = `/teams/${team}/members/${people.bob.user.id}`;
  const asks: readonly (readonly [string, string, unknown?])[] = [
    ['PATCH', bobs, { role: 'owner' }],
    ['PATCH', `/teams/${team}`, { name: 'Mine' }],
    ['POST', `/teams/${team}/invitations`, {}],
    ['DELETE', `/teams/${team}/members/${people.ann.user.id}`],
  ];
  for (const [method, path, body] of asks) expect(await outcome('bob', method, path, body)).toBe('forbidden');
  expect(await outcome('ann', 'PATCH', bobs, { role: 'admin' })).toBe('204');
  // An admin of a team makes no owner, and acts on none.
  expect(await outcome('bob', 'PATCH', bobs, { role: 'owner' })).toBe('forbidden');
  expect(await outcome('bob', 'POST', `/teams/${team}/invitations`, { role: 'owner' })).toBe('forbidden');
  expect(await outcome('bob', 'DELETE', `/teams/${team}/members/${people.ann.user.id}`)).toBe('forbidden');
  expect(await outcome('ann', 'PATCH', `/teams/${team}/members/${people.ann.user.id}`, { role: 'member' })).toBe(
    'conflict',
  );
  expect(await outcome('ann', 'PATCH', bobs, { role: 'member' })).toBe('204');
  expect(await listed('admin', 'GET', '/teams?all=true')).toMatchObject([{ id: team, role: null, members: 2 }]);
});

test('the wallet of a team pays for its keys, and members have limits of their own', async () => {
  expect(await outcome('ann', 'POST', `/teams/${team}/funds`, { amountUsd: '1', idempotencyKey: 'fund-0001' })).toBe(
    'conflict',
  );
  await call('admin', 'POST', `/users/${people.ann.user.id}/credits`, { amountUsd: '10' });
  for (const _twice of [1, 2]) {
    const funded = await call('ann', 'POST', `/teams/${team}/funds`, { amountUsd: '4', idempotencyKey: 'fund-0002' });
    expect(field(funded.json, 'balanceNanos')).toBe('4000000000');
  }
  const mine = await call('ann', 'GET', '/me');
  expect(field(mine.json, 'user.balanceNanos')).toBe('6000000000');
  expect(await outcome('ann', 'POST', `/teams/${team}/credits`, { amountUsd: '1', idempotencyKey: 'credit-01' })).toBe(
    'forbidden',
  );
  const credit = { amountUsd: '-1', idempotencyKey: 'credit-01' };
  expect(field((await call('admin', 'POST', `/teams/${team}/credits`, credit)).json, 'balanceNanos')).toBe(
    '3000000000',
  );
  // Once for each key; a key that stands for another team, person or amount moves nothing.
  expect(await outcome('admin', 'POST', `/teams/${team}/credits`, credit)).toBe('200');
  const other = field((await call('ann', 'POST', '/teams', { name: 'Another' })).json, 'id');
  for (const path of [`/teams/${other}/credits`, `/users/${people.ann.user.id}/credits`])
    expect(await call('admin', 'POST', path, credit)).toMatchObject({
      status: 409,
      json: { error: { code: 'conflict', param: 'idempotencyKey' } },
    });
  expect(await outcome('admin', 'POST', `/teams/${team}/credits`, { ...credit, amountUsd: '-2' })).toBe('conflict');
  expect(await outcome('ann', 'DELETE', `/teams/${other}`)).toBe('204');
  const ends = { amountUsd: '1', idempotencyKey: 'credit-02', expiresAt: Date.now() + 86_400_000 };
  const given = async (who: 'bob' | 'eve', body: unknown) =>
    await outcome('admin', 'POST', `/users/${people[who].user.id}/credits`, body);
  expect([await given('eve', ends), await given('eve', ends), await given('bob', ends)]).toEqual([
    '200',
    '200',
    'conflict',
  ]);
  expect(await given('eve', { amountUsd: '1', idempotencyKey: 'credit-02' })).toBe('conflict');
  expect(field((await call('ann', 'GET', `/teams/${team}`)).json, 'balanceNanos')).toBe('3000000000');

  // Money that is owed by a line is spent on usage only, and nobody below an administrator sets it.
  const line = { amountUsd: '5', reason: 'pays monthly' };
  for (const path of [`/teams/${team}/credit-line`, `/users/${people.ann.user.id}/credit-line`]) {
    expect(await outcome('ann', 'PUT', path, line)).toBe('forbidden');
    expect(await outcome('admin', 'PUT', path, { ...line, reason: '' })).toBe('invalid_request');
    expect(await outcome('admin', 'PUT', path, { ...line, amountUsd: '-1' })).toBe('invalid_request');
    const set = await call('admin', 'PUT', path, line);
    expect(field(set.json, 'creditLineNanos')).toBe('5000000000');
  }
  expect(field((await call('ann', 'GET', '/wallet')).json, 'creditLineNanos')).toBe('5000000000');
  const beyond = { amountUsd: '6.5', idempotencyKey: 'fund-0003' };
  expect(await outcome('ann', 'POST', `/teams/${team}/funds`, beyond)).toBe('conflict');
  expect(await listed('admin', 'GET', `/audit?subject=team:${team}&limit=1`)).toMatchObject([
    { action: 'team.credit_line', after: { amountNanos: '5000000000', reason: 'pays monthly' } },
  ]);
  const ended = { amountUsd: '0', reason: 'paid up' };
  const without = await call('admin', 'PUT', `/users/${people.ann.user.id}/credit-line`, ended);
  expect(field(without.json, 'creditLineNanos')).toBe('0');

  const key = field((await call('bob', 'POST', '/keys', { name: 'shared', teamId: team })).json, 'id');
  expect(await outcome('ann', 'PATCH', `/teams/${team}/members/${people.bob.user.id}`, { limitUsd: '2.5' })).toBe(
    '204',
  );
  const record = await apiKeyRepository.findRecordOf(database.db, key);
  if (record === undefined) throw new Error('the key is gone');
  const policies = record.payers?.budgets.map(({ policy }) => policy) ?? [];
  const [wallet, , budget] = planDebits(record, nanos(5n), Date.now(), policies);
  expect(wallet).toMatchObject({ meter: walletMeter(team), kind: 'account' });
  expect(policies.map((policy) => meterOf(policy, Date.now()).id)).toEqual([budget?.meter ?? '']);
  // The limit is that of the team: what Bob spends of his own is not counted.
  const own = field((await call('bob', 'POST', '/keys', { name: 'own' })).json, 'id');
  expect(await apiKeyRepository.findRecordOf(database.db, own)).toMatchObject({ teamId: undefined, payers: undefined });
  expect(await listed('ann', 'GET', `/teams/${team}/members`)).toMatchObject([
    { role: 'owner', keys: 0, limitUsd: null },
    { role: 'member', keys: 1, limitUsd: '2.5', email: 'bob@example.com' },
  ]);
});

test('owners see and end the keys of their team, and these end with a membership', async () => {
  const [shared] = await listed('bob', 'GET', `/teams/${team}/keys`);
  const path = `/keys/${String(shared?.['id'])}`;
  expect(await outcome('eve', 'GET', path)).toBe('not_found');
  expect(await outcome('ann', 'PATCH', path, { enabled: false })).toBe('200');
  expect(await listed('ann', 'GET', `/teams/${team}/keys`)).toMatchObject([{ enabled: false, teamId: team }]);
  expect(await outcome('ann', 'DELETE', `/teams/${team}/members/${people.bob.user.id}`)).toBe('204');
  expect(await outcome('ann', 'GET', path)).toBe('not_found');
  expect(await outcome('bob', 'GET', path)).toBe('not_found');
  expect(await outcome('bob', 'GET', `/teams/${team}`)).toBe('not_found');
  expect(await listed('ann', 'GET', `/teams/${team}/members`)).toHaveLength(1);
});

test('what a gateway holds of a wallet without using it is asked back before that is paid in', async () => {
  const nobody = (): void => undefined;
  const funds = { amountUsd: '6', idempotencyKey: 'fund-0003' };
  const lease = { nodeId: 'gateway', meterId: walletMeter(people.ann.user.id), at: Date.now() };
  const wish = { ...lease, atLeast: nanos(1n), wanted: nanos(1n), alive: 1, recall: false, opens: undefined };
  const { lease: held, available } = await acquireLease(database, wish, nobody);
  expect([held.amount, available]).toEqual([6_000_000_000n, 0n]);
  const paid = outcome('ann', 'POST', `/teams/${team}/funds`, funds);
  while ((await recallsFor(database, lease.nodeId)).length === 0) await Bun.sleep(5);
  await giveBack(database, { ...lease, idle: () => held.amount }, nobody);
  expect(await paid).toBe('200');
  // Nothing is left of it, and still a second call is the first one.
  expect(await outcome('ann', 'POST', `/teams/${team}/funds`, funds)).toBe('200');
  expect(field((await call('ann', 'GET', '/me')).json, 'user.balanceNanos')).toBe('0');
});

test('a team ends when its wallet is empty or paid out, for its owners alone', async () => {
  const made = field((await call('eve', 'POST', '/teams', { name: 'Short' })).json, 'id');
  const invited = await call('eve', 'POST', `/teams/${made}/invitations`, { role: 'admin' });
  expect(await outcome('bob', 'POST', '/teams/members', { token: field(invited.json, 'token') })).toBe('200');
  const key = field((await call('bob', 'POST', '/keys', { name: 'shared', teamId: made })).json, 'id');
  const credit = { amountUsd: '3', idempotencyKey: 'credit-end-1' };
  expect(await outcome('admin', 'POST', `/teams/${made}/credits`, credit)).toBe('200');
  expect(await outcome('ann', 'DELETE', `/teams/${made}?payOut=true`)).toBe('not_found');
  expect(await outcome('bob', 'DELETE', `/teams/${made}?payOut=true`)).toBe('forbidden');
  expect(await outcome('eve', 'DELETE', `/teams/${made}`)).toBe('conflict');
  const before = BigInt(field((await call('eve', 'GET', '/me')).json, 'user.balanceNanos'));
  // Two at once end it once.
  const both = await Promise.all([1, 2].map(() => outcome('eve', 'DELETE', `/teams/${made}?payOut=true`)));
  expect(both.toSorted()).toEqual(['204', 'not_found']);
  const after = BigInt(field((await call('eve', 'GET', '/me')).json, 'user.balanceNanos'));
  expect(after - before).toBe(3_000_000_000n);
  expect(await apiKeyRepository.find(database.db, key)).toBeUndefined();
  expect(await outcome('eve', 'GET', `/teams/${made}`)).toBe('not_found');
  expect((await verify(database, Date.now())).problems).toEqual([]);
});

test('an invitation is mailed where the gateway sends mail, and its link known to nobody else', async () => {
  const path = `/teams/${team}/invitations`;
  expect(await outcome('ann', 'POST', path, { email: 'new@example.com' })).toBe('conflict');
  const mailing = app.variant({ signUp: { ...app.deps.signUp, mayMail: () => true } });
  const ask = { token: people.ann.token, body: { email: 'New@Example.com', note: 'for New' } };
  const reply = await mailing('POST', `/api/v1${path}`, ask);
  expect(reply.json).toMatchObject({ email: 'new@example.com', token: null });
  const [letter] = await database.db.selectFrom('jobs').selectAll().where('kind', '=', 'accounts.mail').execute();
  expect(JSON.parse(letter?.payload ?? '')).toEqual({ letter: 'teamInvitation', ref: field(reply.json, 'id') });
  // To one mailbox only so many letters go in an hour, whoever has them sent.
  const outcomes = await Promise.all(
    [1, 2, 3, 4, 5, 6].map(async () => outcomeOf(await mailing('POST', `/api/v1${path}`, ask))),
  );
  expect(outcomes.toSorted()).toEqual(['201', '201', '201', '201', '201', 'rate_limit_exceeded']);
});
