import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { field, openTestApp } from '../http/testing/admin-app.ts';
import { codex } from '../providers/codex.ts';
import { codexLogin } from '../providers/codex-login.ts';
import { copilotLogin, githubCopilot } from '../providers/github-copilot.ts';
import { openScriptedUpstream, type Received, type ScriptedUpstream } from '../relay/testing/scripted-upstream.ts';
import type { Database } from '../store/database.ts';
import { openInMemory } from '../store/testing/schema-copies.ts';

/** Through the admin API, with the issuer on a socket. */

let database: Database;
let app: Awaited<ReturnType<typeof openTestApp>>;
let issuer: ScriptedUpstream;
let ann: { readonly token: string };
let bob: { readonly token: string };
let channelId: string;

/** What the issuer has been told, as far as it matters for what it says next. */
type Grant = { readonly code: string; readonly challenge: string; readonly redirectUri: string };
let grants: Grant[];
let typed: boolean;
let deviceAuth: 'on' | 'off';
const deviceVerifier = 'a-verifier-that-the-issuer-made-itself-0123456789';
const secrets = ['canary-refresh', 'canary-access', 'dev-auth-canary', deviceVerifier];

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

/** The issuer of Codex: codes of devices, and the token endpoint, which takes each code once and checks all that binds it. */
function issue({ path, text, json }: Received): readonly [status: number, body: object] {
  if (path === '/api/accounts/deviceauth/usercode')
    return deviceAuth === 'on' && JSON.stringify(json) === JSON.stringify({ client_id: codexLogin.clientId })
      ? [200, { device_auth_id: 'dev-auth-canary', user_code: 'ABCD-12345', interval: '5' }]
      : [404, { error: { code: 'not_enabled', message: 'canary' } }];
  if (path === '/api/accounts/deviceauth/token') {
    const right = JSON.stringify(json) === '{"device_auth_id":"dev-auth-canary","user_code":"ABCD-12345"}';
    if (!right || !typed) return [403, { error: { code: 'deviceauth_authorization_unknown' } }];
    const challenge = challengeOf(deviceVerifier);
    grants.push({ code: 'device-code', challenge, redirectUri: `${base()}/deviceauth/callback` });
    return [200, { authorization_code: 'device-code', code_challenge: challenge, code_verifier: deviceVerifier }];
  }
  const ofDevice = issueByDevice(path, json);
  if (ofDevice) return ofDevice;
  const form = new URLSearchParams(text);
  const at = grants.findIndex(
    ({ code, challenge, redirectUri }) =>
      code === form.get('code') &&
      challenge === challengeOf(form.get('code_verifier') ?? '') &&
      redirectUri === form.get('redirect_uri') &&
      form.get('client_id') === codexLogin.clientId &&
      form.get('grant_type') === 'authorization_code',
  );
  if (path !== '/oauth/token' || at < 0) return [400, { error: 'invalid_grant', error_description: 'canary-refresh' }];
  grants.splice(at, 1);
  return [200, { id_token: '', access_token: 'canary-access', refresh_token: 'canary-refresh', expires_in: 3600 }];
}

/** GitHub's grant for devices, which tells everything with 200. */
function issueByDevice(path: string, json: unknown): readonly [status: number, body: object] | undefined {
  const asked = JSON.stringify(json);
  const client = { client_id: copilotLogin.clientId };
  const grant = 'urn:ietf:params:oauth:grant-type:device_code';
  if (path === '/login/device/code')
    return asked === JSON.stringify({ ...client, scope: 'read:user' })
      ? [200, { device_code: 'dev-auth-canary', user_code: 'WDJB-MJHT', expires_in: 900, interval: 5 }]
      : [404, { error: 'Not Found' }];
  if (path !== '/login/oauth/access_token') return undefined;
  if (asked !== JSON.stringify({ ...client, device_code: 'dev-auth-canary', grant_type: grant }))
    return [200, { error: 'incorrect_device_code' }];
  if (deviceAuth === 'off') return [200, { error: 'access_denied', error_description: 'canary' }];
  return typed
    ? [200, { access_token: 'ghu_canary-access', token_type: 'bearer', scope: '' }]
    : [200, { error: 'authorization_pending' }];
}

const base = (): string => new URL(issuer.baseUrl).origin;

beforeAll(async () => {
  issuer = await openScriptedUpstream((response, received) => {
    const [status, body] = issue(received);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  database = await openInMemory();
  const provider = { ...codex, login: { ...codexLogin, issuer: base() } };
  const copilot = { ...githubCopilot, login: { ...copilotLogin, issuer: base() } };
  const keyed = { ...codex, id: 'keyed' };
  delete (keyed as { login?: unknown }).login;
  app = await openTestApp(database, { providers: new Map([provider, copilot, keyed].map((one) => [one.id, one])) });
  ann = await app.enroll('root', 'ann@example.com');
  bob = await app.enroll('root', 'bob@example.com');
});
beforeEach(async () => {
  [grants, typed, deviceAuth] = [[], false, 'on'];
  channelId = await channelOf('codex');
});
afterEach(() => void (issuer.received.length = 0));
afterAll(async () => {
  app.snapshots.close();
  await database.close();
  await issuer.close();
});

let channels = 0;
async function channelOf(provider: string, enabled = true): Promise<string> {
  const body = { name: `channel ${(channels += 1)}`, provider, enabled, models: ['gpt-5.5'] };
  const made = await app.call('POST', '/api/v1/channels', { token: ann.token, body });
  await app.snapshots.refresh();
  return field(made.json, 'id');
}

const call = async (path: string, body: object, { token } = ann, id = channelId) =>
  await app.call('POST', `/api/v1/channels/${id}/credentials/${path}`, { token, body });
const begin = async (by: string) => await call('login', { by });
const finish = async (body: object, who = ann, id = channelId) => await call('login/finish', body, who, id);
const accounts = async (): Promise<readonly unknown[]> => {
  const reply = await app.call('GET', `/api/v1/channels/${channelId}/credentials`, { token: ann.token });
  for (const secret of secrets) expect(reply.text).not.toContain(secret);
  return (reply.json as { data: unknown[] }).data;
};

/** As a browser does whose person agrees: the issuer notes what was asked for, and sends it back with a code. */
function agree(url: string): string {
  const { origin, pathname, searchParams } = new URL(url);
  expect(origin + pathname).toBe(`${base()}/oauth/authorize`);
  const asked = Object.fromEntries(searchParams);
  expect(asked).toMatchObject({
    response_type: 'code',
    client_id: codexLogin.clientId,
    code_challenge_method: 'S256',
    scope: 'openid profile email offline_access',
    redirect_uri: 'http://localhost:1455/auth/callback',
  });
  const { code_challenge: challenge = '', redirect_uri: redirectUri = '', state = '' } = asked;
  grants.push({ code: 'browser-code', challenge, redirectUri });
  return `${redirectUri}?${new URLSearchParams({ code: 'browser-code', state })}`;
}

test('a code typed at the vendor’s page adds an account, whose tokens are sealed and never shown', async () => {
  const begun = await begin('device');
  expect(begun.json).toMatchObject({ url: `${base()}/codex/device`, userCode: 'ABCD-12345', pollMs: 5000 });
  for (const secret of secrets) expect(begun.text).not.toContain(secret);
  const rows = JSON.stringify(await database.db.selectFrom('auth_flows').selectAll().execute());
  expect(rows).not.toContain('ABCD-12345');
  expect(rows).not.toContain('canary');
  const flow = field(begun.json, 'flow');
  expect((await finish({ flow })).json).toEqual({ state: 'pending' });
  expect(await accounts()).toHaveLength(0);
  typed = true;
  const done = await finish({ flow });
  expect([done.status, done.text]).toEqual([200, '{"state":"added"}']);
  expect(await accounts()).toMatchObject([{ index: 0, state: 'in-use' }]);
  expect(field((await finish({ flow })).json, 'error.code')).toBe('not_found');
  expect(await accounts()).toHaveLength(1);
  await app.snapshots.refresh();
  const [credential] = app.snapshots.current().channels.get(channelId)?.credentials ?? [];
  expect(JSON.parse(credential?.values['auth'] ?? '')).toEqual({
    refresh_token: 'canary-refresh',
    access_token: 'canary-access',
  });
});

test('the address that a browser ended at adds an account, and a wrong one changes nothing', async () => {
  const begun = await begin('browser');
  expect(begun.json).toMatchObject({ userCode: null, pollMs: null });
  const flow = field(begun.json, 'flow');
  const redirected = agree(field(begun.json, 'url'));
  const other = agree(field((await begin('browser')).json, 'url'));
  const denied = redirected.replace('code=browser-code', 'error=access_denied');
  for (const [wrong, words] of [
    [undefined, 'Paste the whole address'],
    ['browser-code', 'Paste the whole address'],
    [other, 'of another sign-in'],
    [denied, 'access_denied'],
    [redirected.replace('code=browser-code&', ''), 'no code'],
  ] as const) {
    const reply = await finish({ flow, redirected: wrong });
    expect(`${reply.status} ${field(reply.json, 'error.param')}`).toBe('400 redirected');
    expect(field(reply.json, 'error.message')).toContain(words);
  }
  expect(issuer.received).toHaveLength(0);
  // Twice at once: the code is good once, and the account is added once.
  const both = await Promise.all([finish({ flow, redirected }), finish({ flow, redirected: ` ${redirected}\n` })]);
  expect(both.map(({ status }) => String(status)).toSorted()).toEqual(['200', '404']);
  expect(await accounts()).toHaveLength(1);
});

test('a sign-in is of who began it, for the channel that it was begun for', async () => {
  const begun = await begin('device');
  const flow = field(begun.json, 'flow');
  typed = true;
  for (const reply of [
    await finish({ flow }, bob),
    await finish({ flow }, ann, await channelOf('codex')),
    await finish({ flow: 'nonsense' }),
  ])
    expect(`${reply.status} ${field(reply.json, 'error.code')}`).toBe('404 not_found');
  expect(issuer.received.map(({ path }) => path)).toEqual(['/api/accounts/deviceauth/usercode']);
  expect((await finish({ flow })).json).toEqual({ state: 'added' });
});

test('a vendor that says no is told of in words without its secrets', async () => {
  deviceAuth = 'off';
  const refused = await begin('device');
  expect(refused.status).toBe(502);
  expect(field(refused.json, 'error.message')).toEndWith('answered with status 404 (not_enabled).');
  const begun = await begin('browser');
  const redirected = agree(field(begun.json, 'url')).replace('browser-code', 'forged');
  const reply = await finish({ flow: field(begun.json, 'flow'), redirected });
  expect(field(reply.json, 'error.message')).toEndWith('answered with status 400 (invalid_grant).');
  expect(reply.text).not.toContain('canary');
  expect(await accounts()).toHaveLength(0);
});

test('a vendor that gives tokens at once is signed in to by a code alone', async () => {
  const id = await channelOf('github-copilot');
  const ask = async (flow: string) => await call('login/finish', { flow }, ann, id);
  const inBrowser = await call('login', { by: 'browser' }, ann, id);
  expect(field(inBrowser.json, 'error.code')).toBe('operation_not_supported');
  const begun = await call('login', { by: 'device' }, ann, id);
  expect(begun.json).toMatchObject({ url: `${base()}/login/device`, userCode: 'WDJB-MJHT', pollMs: 5000 });
  const flow = field(begun.json, 'flow');
  expect((await ask(flow)).json).toEqual({ state: 'pending' });
  deviceAuth = 'off';
  const denied = await ask(flow);
  expect(denied.status).toBe(502);
  expect(field(denied.json, 'error.message')).toContain('access_denied');
  expect(denied.text).not.toContain('canary');
  [deviceAuth, typed] = ['on', true];
  expect((await ask(flow)).json).toEqual({ state: 'added' });
  expect(field((await ask(flow)).json, 'error.code')).toBe('not_found');
  await app.snapshots.refresh();
  const [credential] = app.snapshots.current().channels.get(id)?.credentials ?? [];
  expect(credential?.values).toEqual({ githubToken: 'ghu_canary-access' });
});

test('a provider whose accounts have keys is not signed in to', async () => {
  const reply = await call('login', { by: 'device' }, ann, await channelOf('keyed', false));
  expect(field(reply.json, 'error.code')).toBe('operation_not_supported');
});
