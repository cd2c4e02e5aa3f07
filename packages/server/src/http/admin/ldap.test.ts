import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { ldapPrograms, openLdap } from '../../services/sign-in/testing/open-ldap.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { field, testPassword } from '../testing/admin-app.ts';
import { outcomeOf } from '../testing/browser.ts';
import { openOrganisation } from './testing/organisation.ts';

const missing = ldapPrograms.slapd === null || ldapPrograms.openssl === null;
if (missing) console.warn('skipped: LDAP, for there is no OpenLDAP on this machine (Debian: slapd)');

describe.skipIf(missing)('LDAP, against OpenLDAP', () => {
  let gate: Awaited<ReturnType<typeof openOrganisation>>;
  let ldap: Awaited<ReturnType<typeof openLdap>>;
  let method: string;
  let visitors = 0;

  const settingsOf = (more: object = {}) => ({ url: ldap.url, baseDn: ldap.base, bindDn: ldap.admin.dn, ...more });
  const create = async (name: string, settings: object, bindPassword = ldap.admin.password) =>
    await gate.as(gate.root.token, 'POST', '/sign-in-methods', {
      name,
      provider: 'ldap',
      signUp: true,
      settings,
      secrets: { bindPassword },
    });
  const signIn = async (login: string, password: string, methodId = method) => {
    // Each from an address of its own: many failures from one are slowed down.
    const browser = gate.browser(`198.51.100.${(visitors += 1)}`);
    const reply = await browser.send('POST', '/api/v1/sign-in/password', { methodId, login, password });
    return { browser, reply, outcome: outcomeOf(reply) };
  };

  beforeAll(async () => {
    ldap = await openLdap();
    await ldap.add('ann', { mail: 'ann@corp.example', cn: 'Ann Able' });
    await ldap.add('bob', { mail: 'bob@corp.example', title: 'guest' });
    gate = await openOrganisation(await openInMemory());
    method = field((await create('Staff', settingsOf())).json, 'id');
  });
  afterAll(async () => {
    await ldap.close();
    await gate.close();
  });

  test('signs in by uid or address, and finds the same account again', async () => {
    expect((await gate.call('GET', '/api/v1/sign-in/options')).json).toMatchObject({
      data: [{ id: method, provider: 'ldap', byPassword: true }],
    });
    const first = await signIn('ann', 'ann secret');
    expect(first.reply.json).toMatchObject({ user: { email: 'ann@corp.example', name: 'Ann Able', role: 'user' } });
    const again = await signIn('ann@corp.example', 'ann secret');
    expect(field(again.reply.json, 'user.id')).toBe(field(first.reply.json, 'user.id'));
  });

  test('wrong, empty and injected credentials open nothing', async () => {
    for (const [login, password] of [
      ['ann', 'wrong'],
      ['ann', ''],
      ['', 'ann secret'],
      ['nobody', 'ann secret'],
      ['*', 'ann secret'],
      ['a*', 'ann secret'],
      ['ann)(uid=*', 'ann secret'],
      ['bob)(|(uid=ann', 'ann secret'],
      [`uid=ann,${ldap.base}`, 'ann secret'],
    ] as const) {
      const { outcome, browser } = await signIn(login, password);
      const refused = login === '' || password === '' ? 'invalid_request' : 'invalid_credentials';
      expect(`${login} ${outcome}`).toBe(`${login} ${refused}`);
      expect((await browser.send('GET', '/api/v1/session')).json).toEqual({ me: null });
    }
  });

  test('an account that is there is not entered by its address; it is linked, and then found', async () => {
    await ldap.add('carl', { mail: 'carl@example.com' });
    await gate.enroll('user', 'carl@example.com');
    expect((await signIn('carl', 'carl secret')).outcome).toBe('conflict');
    const browser = gate.browser();
    await browser.send('POST', '/api/v1/session', { email: 'carl@example.com', password: testPassword });
    const link = { methodId: method, login: 'carl', password: 'wrong' };
    expect(outcomeOf(await browser.send('POST', '/api/v1/me/identities/password', link))).toBe('invalid_credentials');
    const right = await browser.send('POST', '/api/v1/me/identities/password', { ...link, password: 'carl secret' });
    expect(outcomeOf(right)).toBe('204');
    expect((await signIn('carl', 'carl secret')).outcome).toBe('201');
    expect(outcomeOf(await gate.as(gate.root.token, 'POST', '/me/identities/password', link))).toBe('forbidden');
  });

  test('policies are asked of the entry, TLS is checked, and an open wire is refused', async () => {
    const policy = { logic: 'and', conditions: [{ field: 'title', op: 'eq', value: 'guest' }], groups: [] };
    const guests = field((await create('Guests', settingsOf({ policy }))).json, 'id');
    expect((await signIn('ann', 'ann secret', guests)).outcome).toBe('sign_in_closed');
    expect((await signIn('bob', 'bob secret', guests)).outcome).toBe('201');
    const local = ldap.url.replace('127.0.0.1', 'localhost');
    const byTls = async (name: string, more: object) =>
      (await signIn('ann', 'ann secret', field((await create(name, settingsOf(more))).json, 'id'))).outcome;
    expect(await byTls('Unknown authority', { url: local, startTls: true })).toBe('sign_in_failed');
    expect(await byTls('Open', { url: 'ldap://directory.corp.example' })).toBe('sign_in_failed');
    const wrongAccount = field((await create('Wrong account', settingsOf(), 'wrong')).json, 'id');
    expect((await signIn('ann', 'ann secret', wrongAccount)).outcome).toBe('sign_in_failed');
    const encrypted = { url: local, startTls: true, certificate: ldap.certificate };
    // The account is the one that the first method has made: its address is taken, and its person may link it.
    expect(await byTls('StartTLS', encrypted)).toBe('conflict');
    // Nothing of it is a team's to set up.
    expect(outcomeOf(await gate.addMethod({ name: 'LDAP', provider: 'ldap', settings: settingsOf() }))).toBe(
      'invalid_request',
    );
  });
});
