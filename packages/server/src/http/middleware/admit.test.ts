import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Database } from '../../store/database.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { cookiesOf, field, openTestApp, testPassword } from '../testing/admin-app.ts';
import { mayUseCookies } from './same-origin.ts';

let database: Database;
let app: Awaited<ReturnType<typeof openTestApp>>;
let ann: Awaited<ReturnType<typeof app.enroll>>;

beforeAll(async () => {
  database = await openInMemory();
  app = await openTestApp(database);
  ann = await app.enroll('user', 'ann@example.com');
});
afterAll(async () => {
  app.snapshots.close();
  await database.close();
});

const sameOrigin = { 'sec-fetch-site': 'same-origin' };

/** The gateway as it is once it knows its own address. */
const named = () => {
  const snapshot = () => {
    const now = app.snapshots.current();
    const site = { ...now.settings.site, publicUrl: 'https://tollgate.example/' };
    return { ...now, settings: { ...now.settings, site } };
  };
  return app.variant({ accounts: { ...app.accounts, snapshot } });
};

describe('with a public URL set', () => {
  test('a name that a stranger has made to lead here signs nobody in, and uses no session', async () => {
    const call = named();
    const body = { email: 'ann@example.com', password: testPassword };
    const at = (host: string) => ({ headers: { ...sameOrigin, host } });
    const refused = await call('POST', '/api/v1/session', { body, ...at('evil.example') });
    expect([refused.status, field(refused.json, 'error.code')]).toEqual([403, 'cross_site_request']);
    expect(field(refused.json, 'error.message')).toContain('https://tollgate.example/');
    expect(refused.headers.get('set-cookie')).toBeNull();

    const entered = await call('POST', '/api/v1/session', { body, ...at('tollgate.example') });
    expect(entered.status).toBe(201);
    const cookie = cookiesOf(entered);
    for (const path of ['/api/v1/me', '/api/v1/session']) {
      expect((await call('GET', path, { cookie, ...at('tollgate.example') })).status).toBe(200);
      expect((await call('GET', path, { cookie, ...at('evil.example') })).status).toBe(403);
    }
    // The browser says which page asks, and a stranger's page cannot say another.
    const stranger = { ...sameOrigin, host: 'evil.example', origin: 'https://evil.example' };
    expect((await call('POST', '/api/v1/session', { body, headers: stranger })).status).toBe(403);
    const page = { ...stranger, referer: 'https://evil.example/keys' };
    expect((await call('GET', '/api/v1/me', { cookie, headers: page })).status).toBe(403);
    // What needs no cookie is for everybody who finds the way.
    expect((await call('GET', '/api/v1/site', at('evil.example'))).status).toBe(200);
    expect((await call('GET', '/api/v1/me', { token: ann.token, ...at('evil.example') })).status).toBe(200);
  });
});

test('a proxy that asks under a name of its own shuts nobody out who is on a page of the public URL', async () => {
  const call = named();
  const body = { email: 'ann@example.com', password: testPassword };
  const behind = { ...sameOrigin, host: 'gateway-7f9c:3000' };
  const posting = { ...behind, origin: 'https://tollgate.example' };
  const entered = await call('POST', '/api/v1/session', { body, headers: posting });
  expect(entered.status).toBe(201);
  const cookie = cookiesOf(entered);
  const reading = { ...behind, referer: 'https://tollgate.example/keys' };
  expect((await call('GET', '/api/v1/me', { cookie, headers: reading })).status).toBe(200);
  // A form of a privacy-minded browser says no origin, but its page.
  const shy = { ...behind, origin: 'null', referer: 'https://tollgate.example/keys' };
  expect((await call('DELETE', '/api/v1/session', { cookie, headers: shy })).status).toBe(204);
  // Nobody knows from where this comes.
  expect((await call('POST', '/api/v1/session', { body, headers: behind })).status).toBe(403);
});

test.each([
  ['tollgate.example', true],
  ['tollgate.example:8443', true],
  ['TOLLGATE.example', true],
  ['localhost:3000', true],
  ['127.0.0.1:3000', true],
  ['192.0.2.7', true],
  ['[::1]:3000', true],
  ['evil.example', false],
  ['tollgate.example.evil.example', false],
  ['1.2.3.4.evil.example', false],
  ['eviltollgate.example', false],
  ['', false],
  [null, false],
])('cookies at the host %s: %p', (host, may) => {
  expect(mayUseCookies(host, 'https://tollgate.example')).toBe(may);
  expect(mayUseCookies(host, '')).toBe(true);
});
