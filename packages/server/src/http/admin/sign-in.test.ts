import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openOidcServer } from '../../services/sign-in/testing/oidc-server.ts';
import { clientOf, fakeSites, telegramAnswer, type Persona } from '../../services/sign-in/testing/fake-sites.ts';
import { eachDatabase, onSqlite } from '../../store/testing/databases.ts';
import type { Database } from '../../store/database.ts';
import { field, openTestApp, testPassword } from '../testing/admin-app.ts';
import { openBrowser, outcomeOf, type Browser } from '../testing/browser.ts';

let oidc: Awaited<ReturnType<typeof openOidcServer>>;
let other: Awaited<ReturnType<typeof openOidcServer>>;
beforeAll(async () => {
  oidc = await openOidcServer();
  other = await openOidcServer();
});
afterAll(async () => {
  await oidc.stop();
  await other.stop();
});

const botToken = '12345678:AAFakeFakeFakeFakeFakeFakeFakeFake_x';

/** A gateway with a root, and what sets methods up and walks through them. */
async function openGate(database: Database) {
  const sites = fakeSites((url, init) => fetch(url, init));
  const app = await openTestApp(database, { askOutside: sites.fetch });
  const root = await app.enroll('root', 'root@example.com');
  await app.call('PUT', '/api/v1/settings/site.publicUrl', {
    token: root.token,
    body: { value: 'http://gate.example' },
  });
  const method = async (provider: string, more: Readonly<Record<string, unknown>> = {}) => {
    const reply = await app.call('POST', '/api/v1/sign-in-methods', {
      token: root.token,
      body: {
        name: provider,
        provider,
        signUp: true,
        settings: { clientId: clientOf.id },
        secrets: { clientSecret: clientOf.secret },
        ...more,
      },
    });
    return field(reply.json, 'id');
  };
  const oidcMethod = (more: Readonly<Record<string, unknown>> = {}, issuer = oidc.issuer) =>
    method('oidc', { settings: { issuer, clientId: clientOf.id }, ...more });
  const begin = async (browser: Browser, methodId: string) =>
    field((await browser.send('POST', '/api/v1/sign-in/begin', { methodId })).json, 'url');
  const finish = async (browser: Browser, methodId: string, back: URL, more: Readonly<Record<string, string>> = {}) =>
    await browser.send('POST', '/api/v1/sign-in/finish', {
      methodId,
      answer: { ...Object.fromEntries(back.searchParams), ...more },
    });
  /** Signs in at a fake site from a browser of its own. */
  const walk = async (methodId: string, persona: Persona, browser = openBrowser(app.call)) => {
    const reply = await finish(browser, methodId, sites.visit(await begin(browser, methodId), persona));
    return { browser, reply };
  };
  const walkOidc = async (methodId: string, browser = openBrowser(app.call)) => {
    const reply = await finish(browser, methodId, await oidc.visit(await begin(browser, methodId)));
    return { browser, reply };
  };
  return { ...app, root, sites, method, oidcMethod, begin, finish, walk, walkOidc };
}

const whoIs = async (browser: Browser): Promise<unknown> => (await browser.send('GET', '/api/v1/session')).json;

eachDatabase('signing in by OpenID Connect', (open) => {
  test('makes an account with a verified address, and finds it again', async () => {
    const gate = await openGate(await open());
    const id = await gate.oidcMethod();
    oidc.state.person = { sub: 'anna', email: 'Anna@example.com', email_verified: true, name: 'Anna' };
    const { browser, reply } = await gate.walkOidc(id);
    expect(outcomeOf(reply)).toBe('200');
    const userId = field(reply.json, 'me.user.id');
    expect(await whoIs(browser)).toMatchObject({
      me: { user: { email: 'anna@example.com', name: 'Anna', role: 'user' }, via: 'session', readOnly: false },
    });
    const again = await gate.walkOidc(id);
    expect(field(again.reply.json, 'me.user.id')).toBe(userId);
    // Who can change the name of an account there must not become somebody else here.
    oidc.state.person = { sub: 'anna-2', email: 'root@example.com', email_verified: true, name: 'Root' };
    const stranger = await gate.walkOidc(id);
    expect(outcomeOf(stranger.reply)).toBe('conflict');
    expect(await whoIs(stranger.browser)).toEqual({ me: null });
    // Nor is another spelling of Anna's mailbox another person, where spellings are one person's.
    await gate.call('PUT', '/api/v1/settings/accounts.emailAliases', {
      token: gate.root.token,
      body: { value: 'distinct' },
    });
    oidc.state.person = { sub: 'anna-3', email: 'anna+more@example.com', email_verified: true };
    expect(outcomeOf((await gate.walkOidc(id)).reply)).toBe('conflict');
  });

  test('two tabs at once make one account', async () => {
    const gate = await openGate(await open());
    const id = await gate.oidcMethod();
    oidc.state.person = { sub: 'twice', email_verified: false };
    const replies = await Promise.all([1, 2, 3].map(async () => (await gate.walkOidc(id)).reply));
    expect(new Set(replies.map((reply) => field(reply.json, 'me.user.id'))).size).toBe(1);
    const users = await gate.call('GET', '/api/v1/users', { token: gate.root.token });
    expect(users.json).toMatchObject({ data: { length: 2 } });
  });

  test('an address that is not verified is nobody’s, and takes nobody over', async () => {
    const gate = await openGate(await open());
    const id = await gate.oidcMethod();
    oidc.state.person = { sub: 'mallory', email: 'root@example.com', email_verified: false, name: 'Mallory' };
    const { reply } = await gate.walkOidc(id);
    expect(reply.json).toMatchObject({ me: { user: { email: null, name: 'Mallory', role: 'user' } } });
  });
});

describe('attacks on OpenID Connect', () => {
  eachDatabase('state', (open) => {
    test('a state works once, in its own browser, for its own method', async () => {
      const gate = await openGate(await open());
      const id = await gate.oidcMethod();
      const second = await gate.oidcMethod({ name: 'second' });
      oidc.state.person = { sub: 'bob' };
      const browser = openBrowser(gate.call);
      const back = await oidc.visit(await gate.begin(browser, id));
      // Forged, and absent.
      expect(outcomeOf(await gate.finish(browser, id, back, { state: 'forged' }))).toBe('sign_in_failed');
      expect(outcomeOf(await gate.finish(browser, id, back, { state: '' }))).toBe('sign_in_failed');
      // The victim's browser is made to end what the attacker began.
      const victim = openBrowser(gate.call, '203.0.113.8');
      await gate.begin(victim, id);
      expect(outcomeOf(await gate.finish(victim, id, back))).toBe('sign_in_failed');
      expect(await whoIs(victim)).toEqual({ me: null });
      // And so is spent for everybody.
      expect(outcomeOf(await gate.finish(browser, id, back))).toBe('sign_in_failed');
      // Begun by one method, ended by another.
      const mixed = await oidc.visit(await gate.begin(browser, id));
      expect(outcomeOf(await gate.finish(browser, second, mixed))).toBe('sign_in_failed');
      // Replayed after it went well.
      const well = await oidc.visit(await gate.begin(browser, id));
      expect(outcomeOf(await gate.finish(browser, id, well))).toBe('200');
      expect(outcomeOf(await gate.finish(openBrowser(gate.call, '203.0.113.9'), id, well))).toBe('sign_in_failed');
    });
  });

  onSqlite('the provider', (open) => {
    test('an answer of another provider, and forged id tokens', async () => {
      const gate = await openGate(await open());
      const id = await gate.oidcMethod();
      oidc.state.person = { sub: 'carol' };
      const refused = async (what: () => void, more: Readonly<Record<string, string>> = {}) => {
        const browser = openBrowser(gate.call, `198.51.100.${Math.floor(Math.random() * 250)}`);
        const back = await oidc.visit(await gate.begin(browser, id));
        what();
        try {
          const reply = await gate.finish(browser, id, back, more);
          expect(await whoIs(browser)).toEqual({ me: null });
          return outcomeOf(reply);
        } finally {
          oidc.state.tamper = undefined;
          oidc.state.forge = undefined;
        }
      };
      const claims = (changes: Record<string, unknown>) => () => {
        oidc.state.tamper = (token) => void Object.assign(token, changes);
      };
      const nothing = () => undefined;
      expect(await refused(nothing, { iss: other.issuer })).toBe('sign_in_failed');
      expect(await refused(nothing, { code: 'forged' })).not.toBe('200');
      expect(await refused(claims({ nonce: 'another' }))).toBe('sign_in_failed');
      expect(await refused(claims({ iss: other.issuer }))).toBe('sign_in_failed');
      expect(await refused(claims({ aud: 'another-client' }))).toBe('sign_in_failed');
      expect(await refused(claims({ exp: 1_000_000_000 }))).toBe('sign_in_failed');
      // The userinfo of somebody else.
      expect(await refused(claims({ sub: 'somebody else' }))).toBe('sign_in_failed');
      const part = (claimsOf: (token: Record<string, unknown>) => void) => (text: string) => {
        const [head, body = '', seal] = text.split('.');
        const token = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
        claimsOf(token);
        return [head, Buffer.from(JSON.stringify(token)).toString('base64url'), seal].join('.');
      };
      expect(await refused(() => void (oidc.state.forge = part((token) => (token['sub'] = 'root'))))).toBe(
        'sign_in_failed',
      );
      const none = (text: string) =>
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${text.split('.')[1] ?? ''}.`;
      expect(await refused(() => void (oidc.state.forge = none))).toBe('sign_in_failed');
    });
  });

  onSqlite('the browser', (open) => {
    test('sessions are new, planted cookies are worth nothing, and other sites may not begin', async () => {
      const gate = await openGate(await open());
      const id = await gate.oidcMethod();
      oidc.state.person = { sub: 'dora' };
      const browser = openBrowser(gate.call);
      browser.jar.set('tollgate.session_token', 'planted.value');
      const first = await gate.walkOidc(id, browser);
      expect(outcomeOf(first.reply)).toBe('200');
      const session = browser.jar.get('tollgate.session_token');
      expect(session).not.toContain('planted');
      await gate.walkOidc(id, browser);
      expect(browser.jar.get('tollgate.session_token')).not.toBe(session);
      for (const path of ['/api/v1/sign-in/begin', '/api/v1/sign-in/finish']) {
        const reply = await gate.call('POST', path, {
          body: { methodId: id, answer: {} },
          headers: { 'sec-fetch-site': 'cross-site' },
        });
        expect(outcomeOf(reply)).toBe('cross_site_request');
      }
    });
  });
});

eachDatabase('who may enter', (open) => {
  test('sign-up can be closed; a method that is off is no way in; a disabled account stays out', async () => {
    const gate = await openGate(await open());
    const id = await gate.oidcMethod({ signUp: false });
    oidc.state.person = { sub: 'eve' };
    expect(outcomeOf((await gate.walkOidc(id)).reply)).toBe('sign_in_closed');
    const change = async (body: unknown) =>
      await gate.call('PATCH', `/api/v1/sign-in-methods/${id}`, { token: gate.root.token, body });
    await change({ signUp: true });
    const entered = await gate.walkOidc(id);
    const userId = field(entered.reply.json, 'me.user.id');
    await change({ signUp: false });
    expect(outcomeOf((await gate.walkOidc(id)).reply)).toBe('200');
    await gate.call('PATCH', `/api/v1/users/${userId}`, { token: gate.root.token, body: { enabled: false } });
    expect(outcomeOf((await gate.walkOidc(id)).reply)).toBe('user_disabled');
    expect(await whoIs(entered.browser)).toEqual({ me: null });
    const browser = openBrowser(gate.call);
    const back = await oidc.visit(await gate.begin(browser, id));
    await change({ enabled: false });
    expect(outcomeOf(await gate.finish(browser, id, back))).toBe('not_found');
    expect((await gate.call('GET', '/api/v1/sign-in/options')).json).toEqual({
      data: [],
      passkeys: true,
      organisations: false,
    });
    expect(outcomeOf(await gate.call('DELETE', `/api/v1/sign-in-methods/${id}`, { token: gate.root.token }))).toBe(
      'conflict',
    );
  });

  test('linking: to one account only, in its own session; the last way in stays', async () => {
    const gate = await openGate(await open());
    const id = await gate.oidcMethod({ signUp: false });
    const own = await gate.enroll('user', 'own@example.com');
    const browser = openBrowser(gate.call);
    const enter = async (email: string, at: Browser) =>
      await at.send('POST', '/api/v1/session', { email, password: testPassword });
    await enter('own@example.com', browser);
    oidc.state.person = { sub: 'frank', preferred_username: 'frank' };
    const link = async (at: Browser) =>
      await oidc.visit(field((await at.send('POST', '/api/v1/me/identities', { methodId: id })).json, 'url'));
    const linked = await gate.finish(browser, id, await link(browser));
    expect(linked.json).toEqual({ me: null, linked: true });
    const back = await gate.walkOidc(id);
    expect(field(back.reply.json, 'me.user.id')).toBe(own.user.id);
    // Another account cannot have it as well.
    await gate.enroll('user', 'else@example.com');
    const elsewhere = openBrowser(gate.call);
    await enter('else@example.com', elsewhere);
    expect(outcomeOf(await gate.finish(elsewhere, id, await link(elsewhere)))).toBe('conflict');
    // The session that began it must still be the one that ends it.
    oidc.state.person = { sub: 'grace' };
    const begun = await link(elsewhere);
    await enter('else@example.com', elsewhere);
    expect(outcomeOf(await gate.finish(elsewhere, id, begun))).toBe('sign_in_failed');
    // A token cannot link, nor see whom.
    expect(
      outcomeOf(await gate.call('POST', '/api/v1/me/identities', { token: own.token, body: { methodId: id } })),
    ).toBe('forbidden');
    const list = await browser.send('GET', '/api/v1/me/identities');
    expect(list.json).toMatchObject({ data: [{ label: 'frank', method: 'oidc' }], hasPassword: true });
    const identity = field(list.json, 'data.0.id');
    expect(outcomeOf(await elsewhere.send('DELETE', `/api/v1/me/identities/${identity}`))).toBe('not_found');
    expect(outcomeOf(await browser.send('DELETE', `/api/v1/me/identities/${identity}`))).toBe('204');
    expect(outcomeOf((await gate.walkOidc(id)).reply)).toBe('sign_in_closed');
  });

  test('the last way in cannot be unlinked, not even twice at once', async () => {
    const gate = await openGate(await open());
    const first = await gate.oidcMethod();
    const second = await gate.method('github');
    oidc.state.person = { sub: 'henry' };
    const { browser } = await gate.walkOidc(first);
    const identities = async () => (await browser.send('GET', '/api/v1/me/identities')).json;
    const only = field(await identities(), 'data.0.id');
    expect(outcomeOf(await browser.send('DELETE', `/api/v1/me/identities/${only}`))).toBe('conflict');
    const url = field((await browser.send('POST', '/api/v1/me/identities', { methodId: second })).json, 'url');
    await gate.finish(browser, second, gate.sites.visit(url, { id: 7, login: 'henry', emails: [] }));
    const all = await identities();
    const replies = await Promise.all(
      [0, 1].map(async (at) => await browser.send('DELETE', `/api/v1/me/identities/${field(all, `data.${at}.id`)}`)),
    );
    expect(replies.map(outcomeOf).sort()).toEqual(['204', 'conflict']);
  });
});

onSqlite('every site that people sign in by', (open) => {
  test('lets in whom it names, by the id that stays', async () => {
    const gate = await openGate(await open());
    const users = new Map<string, string>();
    const enters = async (provider: string, persona: Persona, more: Readonly<Record<string, unknown>> = {}) => {
      const id = users.get(provider) ?? (await gate.method(provider, more));
      users.set(provider, id);
      const { reply } = await gate.walk(id, persona);
      return reply.status === 200 ? reply.json : outcomeOf(reply);
    };
    const emails = [
      { email: 'other@example.com', primary: false, verified: true },
      { email: 'octo@example.com', primary: true, verified: true },
    ];
    const octo = await enters('github', { id: 583231, login: 'octocat', name: null, emails });
    expect(octo).toMatchObject({ me: { user: { email: 'octo@example.com', name: 'octocat' } } });
    // A login that somebody else took over is somebody else.
    const thief = await enters('github', { id: 99, login: 'octocat', name: null, emails: [] });
    expect(field(thief, 'me.user.id')).not.toBe(field(octo, 'me.user.id'));
    const dis = { id: '80351110224678912', username: 'nelly', global_name: 'Nelly', email: 'nelly@example.com' };
    expect(await enters('discord', { ...dis, verified: false })).toMatchObject({
      me: { user: { email: null, name: 'Nelly' } },
    });
    const linux = { settings: { clientId: clientOf.id, minimumTrustLevel: 2 } };
    expect(await enters('linuxdo', { id: 1, username: 'neo', trust_level: 1, active: true }, linux)).toBe(
      'sign_in_closed',
    );
    expect(await enters('linuxdo', { id: 1, username: 'neo', trust_level: 3, active: true, silenced: true })).toBe(
      'sign_in_closed',
    );
    expect(await enters('linuxdo', { id: 1, username: 'neo', trust_level: 2, active: true })).toMatchObject({
      me: { user: { email: null, name: 'neo' } },
    });
    const tenant = { settings: { clientId: clientOf.id, tenantKey: 'ten-1' } };
    const lark = { open_id: 'ou_1', name: '张三', enterprise_email: 'zhang@corp.example', email: 'root@example.com' };
    expect(await enters('feishu', { ...lark, tenant_key: 'ten-2' }, tenant)).toBe('sign_in_closed');
    expect(await enters('feishu', { ...lark, tenant_key: 'ten-1' })).toMatchObject({
      me: { user: { name: '张三', email: 'zhang@corp.example' } },
    });
    const ding = await enters('dingtalk', { unionId: 'du_1', nick: '李四' });
    expect(ding).toMatchObject({
      me: { user: { name: '李四' } },
    });
    const corp = { settings: { corpId: clientOf.id, agentId: '1000002' } };
    expect(await enters('wecom', { userid: 'wangwu' }, corp)).toMatchObject({ me: { user: { name: 'wangwu' } } });
    expect(await enters('wecom', { openid: 'stranger' })).toBe('sign_in_failed');
    const wechat = { settings: { appId: clientOf.id }, secrets: { appSecret: clientOf.secret } };
    const first = await enters('wechat', { openid: 'o_1', unionid: 'u_1', nickname: '王' }, wechat);
    const later = await enters('wechat', { openid: 'o_2', unionid: 'u_1', nickname: '王' });
    expect(field(later, 'me.user.id')).toBe(field(first, 'me.user.id'));
  });

  test('a site of one’s own: fields by their paths, and who may enter by a policy', async () => {
    const gate = await openGate(await open());
    const id = await gate.method('oauth2', {
      settings: {
        clientId: clientOf.id,
        authorizationUrl: 'https://own.example/authorize',
        tokenUrl: 'https://own.example/token',
        userInfoUrl: 'https://own.example/me',
        subjectField: 'data.user.id',
        nameField: 'data.user.title',
        emailField: 'data.mails.0',
        emailVerifiedField: 'data.checked',
        policy: {
          logic: 'and',
          conditions: [{ field: 'data.level', op: 'gte', value: 3 }],
          groups: [
            {
              logic: 'or',
              conditions: [
                { field: 'data.teams', op: 'contains', value: 'ops' },
                { field: 'data.user.id', op: 'in', value: [1, 2] },
              ],
            },
          ],
        },
      },
    });
    const person = (level: Persona[string], teams: readonly string[], userId: Persona[string] = 42) => ({
      data: { user: { id: userId, title: 'Ida' }, mails: ['ida@example.com'], checked: true, level, teams },
    });
    const outcome = async (persona: Persona) => outcomeOf((await gate.walk(id, persona)).reply);
    expect(await outcome(person(2, ['ops']))).toBe('sign_in_closed');
    expect(await outcome(person('x', ['ops']))).toBe('sign_in_closed');
    expect(await outcome(person(3, ['dev']))).toBe('sign_in_closed');
    expect(await outcome(person(3, ['ops'], null))).toBe('sign_in_failed');
    const { reply } = await gate.walk(id, person('3', ['ops']));
    expect(reply.json).toMatchObject({ me: { user: { email: 'ida@example.com', name: 'Ida' } } });
  });

  test('Telegram: signed, fresh, and each assertion once', async () => {
    const gate = await openGate(await open());
    const id = await gate.method('telegram', { settings: {}, secrets: { botToken } });
    const now = Math.floor(Date.now() / 1000);
    const person = { id: 4242, first_name: 'Tess', username: 'tess', auth_date: now };
    const tried = async (tgAuthResult: string) => {
      const browser = openBrowser(gate.call, `192.0.2.${(tries += 1)}`);
      const url = new URL(await gate.begin(browser, id));
      const back = new URL(url.searchParams.get('return_to') ?? '');
      return await gate.finish(browser, id, back, { tgAuthResult });
    };
    let tries = 0;
    const good = telegramAnswer(botToken, person);
    expect(outcomeOf(await tried(telegramAnswer('12345678:BB-another-token-entirely-xx', person)))).toBe(
      'sign_in_failed',
    );
    expect(outcomeOf(await tried(telegramAnswer(botToken, { ...person, auth_date: now - 400 })))).toBe(
      'sign_in_failed',
    );
    expect(outcomeOf(await tried(telegramAnswer(botToken, { ...person, auth_date: now + 400 })))).toBe(
      'sign_in_failed',
    );
    expect(outcomeOf(await tried('nonsense'))).toBe('sign_in_failed');
    const entered = await tried(good);
    expect(entered.json).toMatchObject({ me: { user: { name: 'Tess', email: null } } });
    expect(outcomeOf(await tried(good))).toBe('sign_in_failed');
    // The same assertion, spelt otherwise.
    const again = Buffer.from(` ${Buffer.from(good, 'base64url').toString()}`).toString('base64url');
    expect(outcomeOf(await tried(again))).toBe('sign_in_failed');
  });
});
