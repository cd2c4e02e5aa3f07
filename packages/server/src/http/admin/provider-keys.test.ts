import { afterAll, beforeAll, expect, test } from 'bun:test';
import { z } from 'zod';
import type { AnyProvider } from '../../providers/define.ts';
import { findProvider } from '../../providers/index.ts';
import { personActor } from '../../services/accounts/account-deps.ts';
import { openAccountDisabler } from '../../services/channel-tests/account-disabler.ts';
import { testProviders } from '../../services/configuration/testing/configuration.ts';
import { rotateDataKey } from '../../services/secret-box/rotate.ts';
import { endTeam } from '../../services/teams/end-team.ts';
import type { Database } from '../../store/database.ts';
import { providerKeyRepository } from '../../store/provider-keys.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { field, openTestApp } from '../testing/admin-app.ts';
import { outcomeOf } from '../testing/browser.ts';

const canary = 'sk-own-canary-0123456789';

let database: Database;
let app: Awaited<ReturnType<typeof openTestApp>>;
type Person = Awaited<ReturnType<typeof app.enroll>>;
let people: Readonly<Record<'root' | 'admin' | 'ann' | 'bob' | 'eve', Person>>;
let team: string;

const real = ['bedrock', 'databricks', 'lmstudio', 'codex', 'custom'].flatMap((id): [string, AnyProvider][] => {
  const provider = findProvider(id);
  return provider === undefined ? [] : [[id, provider]];
});

const call = async (who: keyof typeof people, method: string, path: string, body?: unknown) =>
  await app.call(method, `/api/v1${path}`, { token: people[who].token, ...(body !== undefined && { body }) });
const outcome = async (...ask: Parameters<typeof call>): Promise<string> => outcomeOf(await call(...ask));
const namesIn = z.object({ data: z.array(z.object({ name: z.string() })) });
const named = async (...ask: Parameters<typeof call>) =>
  namesIn.parse((await call(...ask)).json).data.map(({ name }) => name);
const settings = async (providerKeys: Readonly<Record<string, unknown>>): Promise<void> => {
  for (const [name, value] of Object.entries(providerKeys))
    expect(await outcome('root', 'PUT', `/settings/providerKeys.${name}`, { value })).toBe('200');
};

const key = (fields: object = {}) => ({
  name: 'mine',
  provider: 'acme',
  credential: { apiKey: canary },
  models: ['gpt-x'],
  ...fields,
});
const make = async (who: keyof typeof people, fields: object = {}): Promise<string> =>
  field((await call(who, 'POST', '/provider-keys', key(fields))).json, 'id');

beforeAll(async () => {
  database = await openInMemory();
  app = await openTestApp(database, { providers: new Map([...testProviders, ...real]) });
  people = {
    root: await app.enroll('root', 'root@example.com'),
    admin: await app.enroll('admin', 'admin@example.com'),
    ann: await app.enroll('user', 'ann@example.com'),
    bob: await app.enroll('user', 'bob@example.com'),
    eve: await app.enroll('user', 'eve@example.com'),
  };
  team = field((await call('ann', 'POST', '/teams', { name: 'Research' })).json, 'id');
  const invited = await call('ann', 'POST', `/teams/${team}/invitations`, { role: 'member' });
  await call('bob', 'POST', '/teams/members', { token: field(invited.json, 'token') });
});

afterAll(async () => {
  app.snapshots.close();
  await database.close();
});

test('nothing may be brought until the operator says so', async () => {
  expect(await outcome('ann', 'POST', '/provider-keys', key())).toBe('forbidden');
  expect(await outcome('ann', 'POST', '/provider-keys/trials', { ...key(), models: undefined })).not.toBe('200');
  expect((await call('ann', 'GET', '/provider-keys/choices')).json).toMatchObject({ enabled: false, providers: [] });
  await settings({ enabled: true });
});

test('keys go where their vendor is, and nowhere that somebody else says', async () => {
  const offered = z
    .object({ providers: z.array(z.object({ id: z.string() })) })
    .parse((await call('ann', 'GET', '/provider-keys/choices')).json);
  expect(offered.providers.map(({ id }) => id)).toEqual(['acme', 'bedrock']);
  for (const provider of ['local', 'databricks', 'lmstudio', 'codex', 'custom', 'nobody'])
    expect(await outcome('ann', 'POST', '/provider-keys', key({ provider }))).toBe('invalid_request');
  expect(await outcome('ann', 'POST', '/provider-keys', key({ baseUrl: 'http://169.254.169.254' }))).toBe(
    'invalid_request',
  );
  for (const region of ['evil.example/', 'evil.example#', 'a@evil.example:443/'])
    expect(await outcome('ann', 'POST', '/provider-keys', key({ provider: 'bedrock', settings: { region } }))).toBe(
      'invalid_request',
    );
  expect(await outcome('ann', 'POST', '/provider-keys', key({ overrides: {} }))).toBe('invalid_request');
  // The operator may name one within their own network; those it does not name are none.
  await settings({ providers: ['lmstudio'] });
  expect(await outcome('ann', 'POST', '/provider-keys', key({ name: 'inside', provider: 'lmstudio' }))).toBe('201');
  expect(await outcome('ann', 'POST', '/provider-keys', key())).toBe('invalid_request');
  await settings({ providers: [], maxPerOwner: 2 });
  await make('ann');
  expect(await outcome('ann', 'POST', '/provider-keys', key({ name: 'third' }))).toBe('conflict');
  await settings({ maxPerOwner: 20 });
  expect(await outcome('ann', 'POST', '/provider-keys', key())).toBe('conflict');
});

test('a key is its owner’s: a person’s their own, a team’s its owners’ and admins’; administrators see and stop it', async () => {
  const own = await make('ann', { name: 'hers' });
  const shared = await make('ann', { name: 'shared', teamId: team });
  expect(await named('ann', 'GET', `/provider-keys?teamId=${team}`)).toEqual(['shared']);
  expect(await outcome('bob', 'GET', `/provider-keys?teamId=${team}`)).toBe('forbidden');
  expect(await outcome('eve', 'GET', `/provider-keys?teamId=${team}`)).toBe('not_found');
  expect(await outcome('bob', 'POST', '/provider-keys', key({ teamId: team }))).toBe('forbidden');
  expect(await outcome('eve', 'POST', '/provider-keys', key({ teamId: team }))).toBe('not_found');
  for (const id of [own, shared])
    for (const who of ['admin', 'bob', 'eve'] as const) {
      expect(await outcome(who, 'PATCH', `/provider-keys/${id}`, { enabled: false })).toBe('not_found');
      expect(await outcome(who, 'DELETE', `/provider-keys/${id}`)).toBe('not_found');
      expect(await outcome(who, 'POST', `/provider-keys/${id}/test`, {})).toBe('not_found');
    }
  expect(await named('eve', 'GET', '/provider-keys?all=true')).toEqual([]);
  const all = await call('admin', 'GET', '/provider-keys?all=true');
  expect(all.text).not.toContain(canary);
  const names = namesIn.parse(all.json).data.map(({ name }) => name);
  expect([names.includes('hers'), names.includes('shared')]).toEqual([true, true]);
  expect(await outcome('ann', 'PUT', `/provider-keys/${own}/stop`, { stopped: true })).toBe('forbidden');
  const stopped = await call('admin', 'PUT', `/provider-keys/${own}/stop`, { stopped: true, reason: 'abuse' });
  expect(stopped.json).toMatchObject({ enabled: true, stopped: { reason: 'abuse' } });
  // Its owner cannot undo that, nor ask anything by it.
  expect(await outcome('ann', 'POST', `/provider-keys/${own}/test`, {})).toBe('forbidden');
  await call('ann', 'PATCH', `/provider-keys/${own}`, { enabled: true, credential: { apiKey: 'sk-another' } });
  await app.snapshots.refresh();
  expect(app.snapshots.current().providerKeys.byId.get(own)?.enabled).toBe(false);
  await call('admin', 'PUT', `/provider-keys/${own}/stop`, { stopped: false });
  await app.snapshots.refresh();
  expect(app.snapshots.current().providerKeys.byId.get(own)?.enabled).toBe(true);
});

test('what is changed is in force, and other settings want the credential again', async () => {
  const id = await make('eve', { provider: 'acme', settings: { apiVersion: '1' } });
  await app.snapshots.refresh();
  const at = () => app.snapshots.current().providerKeys.byOwner.get(people.eve.user.id);
  expect(at()?.before.has('gpt-x')).toBe(true);
  expect(await outcome('eve', 'PATCH', `/provider-keys/${id}`, { settings: { apiVersion: '2' } })).toBe(
    'invalid_request',
  );
  const changed = { placement: 'only', models: [{ name: 'a', upstream: 'gpt-x' }], name: 'renamed' };
  expect((await call('eve', 'PATCH', `/provider-keys/${id}`, changed)).json).toMatchObject({
    ...changed,
    settings: { apiVersion: '1' },
  });
  await app.snapshots.refresh();
  expect([at()?.before.has('gpt-x'), at()?.only.has('a')]).toEqual([false, true]);
  expect(await outcome('eve', 'DELETE', `/provider-keys/${id}`)).toBe('204');
  await app.snapshots.refresh();
  expect(at()).toBeUndefined();
});

test('one that cannot be read serves nothing, and its models are asked of nothing else', async () => {
  const id = await make('eve', { name: 'unreadable', placement: 'only' });
  await database.db.updateTable('provider_keys').set({ sealed: 'broken' }).where('id', '=', id).execute();
  await call('eve', 'PATCH', `/provider-keys/${id}`, { name: 'unreadable still' });
  await app.snapshots.refresh();
  const own = app.snapshots.current().providerKeys.byOwner.get(people.eve.user.id);
  expect([own?.only.has('gpt-x'), own?.before.has('gpt-x')]).toEqual([true, false]);
  expect(await outcome('eve', 'POST', `/provider-keys/${id}/test`, {})).toBe('conflict');
  expect(await outcome('eve', 'DELETE', `/provider-keys/${id}`)).toBe('204');
});

test('one that its provider refused is out of use until its owner takes it back', async () => {
  const { configuration } = app.deps;
  const id = await make('bob', { name: 'refused' });
  const disabler = openAccountDisabler(configuration, { warn: () => undefined });
  disabler.disable({ channelId: id, index: 0 }, 'answered 401');
  await disabler.settled();
  await app.snapshots.refresh();
  const inUse = () => app.snapshots.current().providerKeys.byId.get(id)?.credentials[0]?.enabled;
  expect(inUse()).toBe(false);
  const renamed = await call('bob', 'PATCH', `/provider-keys/${id}`, { name: 'still refused' });
  expect(renamed.json).toMatchObject({ enabled: true, disabled: { by: 'gateway', reason: 'answered 401' } });
  expect((await call('bob', 'PATCH', `/provider-keys/${id}`, { enabled: true })).json).toMatchObject({
    disabled: null,
  });
  await app.snapshots.refresh();
  expect(inUse()).toBe(true);
});

test('the secret is shown to nobody, is no part of any channel list or config, and outlives a new data key', async () => {
  const id = await make('bob');
  for (const path of ['/provider-keys', '/audit-log', '/channels', '/status', '/models'])
    for (const who of ['root', 'bob'] as const) expect((await call(who, 'GET', path)).text).not.toContain(canary);
  expect((await call('admin', 'GET', '/channels')).text).not.toContain(id);
  const { secretBox, settings: index } = app.deps.configuration;
  const sealed = (await providerKeyRepository.find(database.db, id))?.sealed;
  await rotateDataKey({ database, secretBox, settings: index, now: Date.now, actor: 'cli' });
  const after = await providerKeyRepository.find(database.db, id);
  expect(after?.sealed).not.toBe(sealed ?? '');
  await app.snapshots.refresh();
  expect(app.snapshots.current().providerKeys.byId.get(id)?.credentials[0]?.values).toEqual({ apiKey: canary });
});

test('a team that is deleted takes its keys with it', async () => {
  const other = field((await call('ann', 'POST', '/teams', { name: 'Short' })).json, 'id');
  const id = await make('ann', { name: 'of the team', teamId: other });
  await endTeam({ ...app.accounts, jobs: app.jobs }, personActor(people.ann.user), other, { payOut: false });
  expect(await providerKeyRepository.find(database.db, id)).toBeUndefined();
});
