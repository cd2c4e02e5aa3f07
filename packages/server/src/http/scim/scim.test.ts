import { expect, test } from 'bun:test';
import { directoryRepository } from '../../store/directories.ts';
import { teamRepository } from '../../store/teams.ts';
import { eachDatabase, onSqlite } from '../../store/testing/databases.ts';
import { userRepository } from '../../store/users.ts';
import { openOrganisation } from '../admin/testing/organisation.ts';
import { field, testPassword } from '../testing/admin-app.ts';
import { outcomeOf } from '../testing/browser.ts';

type Corp = Awaited<ReturnType<typeof openOrganisation>>;

const userSchemaId = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupSchemaId = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const patchId = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const patchOf = (...Operations: readonly object[]) => ({ schemas: [patchId], Operations });
const userOf = (email: string, more: object = {}) => ({
  schemas: [userSchemaId],
  userName: email,
  externalId: `ext of ${email}`,
  name: { givenName: 'Ann', familyName: 'Able' },
  emails: [{ value: email, type: 'work', primary: true }],
  active: true,
  ...more,
});

/** A directory of a team, with its token. */
async function openDirectory(corp: Corp, token = corp.olga.token, team = corp.team) {
  const made = await corp.as(token, 'POST', `/teams/${team}/directory/tokens`, { name: 'directory' });
  const text = field(made.json, 'token');
  const call = async (method: string, path: string, body?: object) =>
    await corp.call(method, `/scim/v2${path}`, {
      token: text,
      ...(body !== undefined && { body, headers: { 'content-type': 'application/scim+json' } }),
    });
  return { call, text, id: field(made.json, 'id') };
}

eachDatabase('a directory by SCIM', (open) => {
  test('makes, changes, stops and takes back people, who are signed out and whose keys stop', async () => {
    const corp = await openOrganisation(await open());
    const { db } = corp.deps.database;
    const { call } = await openDirectory(corp);
    const made = await call('POST', '/Users', userOf('ann@corp.example'));
    expect([made.status, made.headers.get('content-type')]).toEqual([201, 'application/scim+json; charset=utf-8']);
    expect(made.json).toMatchObject({ userName: 'ann@corp.example', displayName: 'Ann Able', active: true });
    const id = field(made.json, 'id');
    expect(await teamRepository.member(db, corp.team, id)).toMatchObject({ role: 'member' });
    expect((await call('POST', '/Users', userOf('ann@corp.example'))).json).toMatchObject({
      status: '409',
      scimType: 'uniqueness',
    });

    // What there is is found by the filter that directories ask with before they make anybody.
    const found = async (filter: string) => (await call('GET', `/Users?filter=${encodeURIComponent(filter)}`)).json;
    expect(await found('userName eq "ann@corp.example"')).toMatchObject({ totalResults: 1, Resources: [{ id }] });
    expect(await found('userName eq "bob@corp.example"')).toMatchObject({ totalResults: 0 });
    expect(await found('externalId eq "ext of ann@corp.example"')).toMatchObject({ totalResults: 1 });

    // She has a session and keys; the directory says that she is gone.
    const replaced = await call('PUT', `/Users/${id}`, userOf('ann@corp.example', { displayName: 'Ann B.' }));
    expect(replaced.json).toMatchObject({ displayName: 'Ann B.', active: true });
    await corp.deps.accounts.auth(false);
    const link = await corp.as(corp.root.token, 'POST', `/users/${id}/password-resets`);
    const browser = corp.browser();
    await browser.send('POST', '/api/v1/password-resets', {
      token: field(link.json, 'token'),
      password: testPassword,
    });
    const signIn = async () =>
      outcomeOf(await browser.send('POST', '/api/v1/session', { email: 'ann@corp.example', password: testPassword }));
    expect(await signIn()).toBe('201');
    const token = field((await browser.send('POST', '/api/v1/tokens', { name: 'script' })).json, 'token');
    expect((await corp.as(token, 'GET', '/me')).status).toBe(200);
    // As Entra says it: op in capitals, false as a text.
    const stopped = await call('PATCH', `/Users/${id}`, patchOf({ op: 'Replace', path: 'active', value: 'False' }));
    expect(stopped.json).toMatchObject({ id, active: false });
    expect((await browser.send('GET', '/api/v1/session')).json).toEqual({ me: null });
    expect(outcomeOf(await corp.as(token, 'GET', '/me'))).toBe('unauthenticated');
    expect(await signIn()).toBe('user_disabled');
    expect(await userRepository.find(db, id)).toMatchObject({ enabled: false });
    // And back.
    expect(
      (await call('PATCH', `/Users/${id}`, patchOf({ op: 'replace', value: { active: true } }))).json,
    ).toMatchObject({ active: true });
    expect(await signIn()).toBe('201');

    // Renamed and readdressed, under the team's domain only.
    const address = (value: string) => patchOf({ op: 'replace', path: 'emails[type eq "work"].value', value });
    expect((await call('PATCH', `/Users/${id}`, address('ann@elsewhere.example'))).json).toMatchObject({
      status: '400',
      scimType: 'invalidValue',
    });
    expect((await call('PATCH', `/Users/${id}`, address('able@corp.example'))).status).toBe(200);
    expect(await userRepository.find(db, id)).toMatchObject({ email: 'able@corp.example', name: 'Ann B.' });

    expect((await call('DELETE', `/Users/${id}`)).status).toBe(204);
    expect((await call('GET', `/Users/${id}`)).json).toMatchObject({ status: '404' });
    expect(await userRepository.find(db, id)).toMatchObject({ enabled: false });
    expect(await teamRepository.member(db, corp.team, id)).toBeUndefined();
    // Hired again.
    const back = await call('POST', '/Users', userOf('able@corp.example'));
    expect(back.json).toMatchObject({ id, active: true });
    expect(await userRepository.find(db, id)).toMatchObject({ enabled: true });
    await corp.close();
  });

  test('its groups give roles in the team, the most powerful of several, and never that of owners', async () => {
    const corp = await openOrganisation(await open());
    const { db } = corp.deps.database;
    const { call } = await openDirectory(corp);
    const ann = field((await call('POST', '/Users', userOf('ann@corp.example'))).json, 'id');
    const group = async (displayName: string, members: readonly string[]) =>
      field(
        (
          await call('POST', '/Groups', {
            schemas: [groupSchemaId],
            displayName,
            members: members.map((value) => ({ value })),
          })
        ).json,
        'id',
      );
    const admins = await group('Admins', []);
    const money = await group('Money', [ann]);
    const give = async (id: string, role: string | null) =>
      outcomeOf(await corp.as(corp.olga.token, 'PATCH', `/teams/${corp.team}/directory/groups/${id}`, { role }));
    const roleOf = async () => (await teamRepository.member(db, corp.team, ann))?.role;
    expect(await roleOf()).toBe('member');
    expect([await give(money, 'billing'), await give(admins, 'admin')]).toEqual(['200', '200']);
    expect(await give(money, 'owner')).toBe('invalid_request');
    expect(await roleOf()).toBe('billing');
    await call('PATCH', `/Groups/${admins}`, patchOf({ op: 'Add', path: 'members', value: [{ value: ann }] }));
    expect(await roleOf()).toBe('admin');
    expect((await call('GET', `/Groups/${admins}`)).json).toMatchObject({ members: [{ value: ann }] });
    await call('PATCH', `/Groups/${admins}`, patchOf({ op: 'Remove', path: `members[value eq "${ann}"]` }));
    expect(await roleOf()).toBe('billing');
    expect((await call('DELETE', `/Groups/${money}`)).status).toBe(204);
    expect(await roleOf()).toBe('member');
    expect((await call('POST', '/Groups', { schemas: [groupSchemaId], displayName: 'Admins' })).json).toMatchObject({
      scimType: 'uniqueness',
    });
    expect((await corp.as(corp.olga.token, 'GET', `/teams/${corp.team}/directory`)).json).toMatchObject({
      baseUrl: 'http://gate.example/scim/v2',
      users: 1,
      inactive: 0,
      groups: [{ name: 'Admins', role: 'admin', members: 0 }],
    });
    await corp.close();
  });
});

onSqlite('what a directory may not do', (open) => {
  test('touch people of other domains, administrators, owners, prepared accounts, or another team’s', async () => {
    const corp = await openOrganisation(await open());
    const { db } = corp.deps.database;
    const { call } = await openDirectory(corp);
    const outcome = async (email: string) => (await call('POST', '/Users', userOf(email))).status;
    expect(await outcome('victim@elsewhere.example')).toBe(400);
    expect(await outcome('root@example.com')).toBe(400);
    const boss = await corp.enroll('admin', 'boss@corp.example');
    expect(await outcome('boss@corp.example')).toBe(409);
    // Somebody made this account with an address that nobody has shown to be theirs.
    const prepared = await corp.enroll('user', 'prepared@corp.example');
    expect(await outcome('prepared@corp.example')).toBe(409);
    const email = 'prepared@corp.example';
    await userRepository.setEmail(db, prepared.user.id, { email, key: email, at: 1 });
    expect(await outcome(email)).toBe(201);
    // Somebody who administers the gateway since.
    await corp.as(corp.root.token, 'PATCH', `/users/${prepared.user.id}`, { role: 'admin' });
    const off = patchOf({ op: 'replace', path: 'active', value: false });
    expect((await call('PATCH', `/Users/${prepared.user.id}`, off)).status).toBe(200);
    expect(await userRepository.find(db, prepared.user.id)).toMatchObject({ enabled: true });
    expect(await teamRepository.member(db, corp.team, prepared.user.id)).toBeUndefined();

    // Ids of another team's people, and of people whom no directory has named.
    const eve = await corp.enroll('user', 'eve@example.com');
    const evil = await corp.newTeam(eve.token, 'Evil');
    await corp.verify(eve.token, evil, 'evil.example');
    const hers = await openDirectory(corp, eve.token, evil);
    const ann = field((await call('POST', '/Users', userOf('ann@corp.example'))).json, 'id');
    for (const id of [ann, boss.user.id, corp.olga.user.id]) {
      expect((await hers.call('GET', `/Users/${id}`)).status).toBe(404);
      expect((await hers.call('PATCH', `/Users/${id}`, off)).status).toBe(404);
      expect((await hers.call('PUT', `/Users/${id}`, userOf('x@evil.example'))).status).toBe(404);
      expect((await hers.call('DELETE', `/Users/${id}`)).status).toBe(404);
      const members = { schemas: [groupSchemaId], displayName: `g ${id}`, members: [{ value: id }] };
      expect((await hers.call('POST', '/Groups', members)).status).toBe(400);
    }
    expect((await hers.call('GET', '/Users')).json).toMatchObject({ totalResults: 0 });
    expect(await userRepository.find(db, ann)).toMatchObject({ enabled: true });
    // An owner is stopped by no directory.
    await corp.as(corp.olga.token, 'PATCH', `/teams/${corp.team}/members/${ann}`, { role: 'owner' });
    expect((await call('PATCH', `/Users/${ann}`, off)).status).toBe(409);
    expect(await userRepository.find(db, ann)).toMatchObject({ enabled: true });
    await corp.close();
  });

  test('let in whom the gateway has disabled, by whatever detour', async () => {
    const corp = await openOrganisation(await open());
    const { db } = corp.deps.database;
    const { call } = await openDirectory(corp);
    const id = field((await call('POST', '/Users', userOf('ann@corp.example'))).json, 'id');
    const active = (value: boolean) => patchOf({ op: 'replace', path: 'active', value });
    const stays = async () => expect(await userRepository.find(db, id)).toMatchObject({ enabled: false });
    await corp.as(corp.root.token, 'PATCH', `/users/${id}`, { enabled: false });
    await call('PATCH', `/Users/${id}`, active(false));
    expect((await call('PATCH', `/Users/${id}`, active(true))).status).toBe(409);
    await stays();
    expect((await call('DELETE', `/Users/${id}`)).status).toBe(204);
    expect((await call('POST', '/Users', userOf('ann@corp.example'))).status).toBe(409);
    await stays();
    // Nor whom it has stopped itself, once an administrator has them disabled or erased.
    await corp.as(corp.root.token, 'PATCH', `/users/${id}`, { enabled: true });
    await call('POST', '/Users', userOf('ann@corp.example'));
    await call('PATCH', `/Users/${id}`, active(false));
    const erased = await corp.as(corp.root.token, 'POST', `/users/${id}/deletion`, { reason: 'fraud' });
    expect(erased.status).toBeLessThan(300);
    expect((await call('PATCH', `/Users/${id}`, active(true))).status).toBe(409);
    await stays();
    await corp.close();
  });

  test('come without a token, with another one, or with one that was ended; and it says what it can', async () => {
    const corp = await openOrganisation(await open());
    const { call, id, text } = await openDirectory(corp);
    const wrong = `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
    for (const token of ['', 'nonsense', corp.olga.token, corp.root.token, wrong])
      expect(`${token} ${(await corp.call('GET', '/scim/v2/Users', { token })).status}`).toBe(`${token} 401`);
    expect((await corp.call('GET', '/api/v1/me', { token: text })).status).toBe(401);
    expect((await call('GET', '/ServiceProviderConfig')).json).toMatchObject({ patch: { supported: true } });
    expect((await call('GET', '/ResourceTypes')).json).toMatchObject({ totalResults: 2 });
    expect((await call('GET', `/Schemas/${userSchemaId}`)).json).toMatchObject({ id: userSchemaId });
    expect((await call('GET', '/Nothing')).status).toBe(404);
    expect((await call('POST', '/Users/x', {})).status).toBe(405);
    expect((await call('POST', '/Users', { schemas: [userSchemaId] })).status).toBe(400);
    // What takes long to read is not read: others wait meanwhile.
    const long = encodeURIComponent(`a${'.b'.repeat(600)} eq "c"`);
    for (const query of [`filter=${long}`, `attributes=${long}`, `sortBy=${long}`])
      expect((await call('GET', `/Users?${query}`)).json).toMatchObject({ status: '400', scimType: 'invalidValue' });
    const path = `members[${'value eq "a" or '.repeat(100)}value eq "b"]`;
    for (const operations of [
      [{ op: 'remove', path }],
      Array.from({ length: 1001 }, () => ({ op: 'remove', path: 'members' })),
    ])
      expect((await call('PATCH', '/Groups/x', patchOf(...operations))).json).toMatchObject({ status: '400' });
    const ended = `/teams/${corp.team}/directory/tokens/${id}`;
    expect((await corp.as(corp.olga.token, 'DELETE', ended)).status).toBe(204);
    expect((await call('GET', '/Users')).status).toBe(401);
    // Nor with one of a team that there is no more.
    const last = await openDirectory(corp);
    const group = { schemas: [groupSchemaId], displayName: 'All' };
    expect((await last.call('POST', '/Groups', group)).status).toBe(201);
    expect((await corp.as(corp.olga.token, 'DELETE', `/teams/${corp.team}`)).status).toBe(204);
    expect((await last.call('GET', '/Groups')).status).toBe(401);
    expect(await directoryRepository.groups(corp.deps.database.db, corp.team)).toEqual([]);
    await corp.close();
  });
});
