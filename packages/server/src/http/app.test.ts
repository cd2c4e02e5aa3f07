import { operations } from '@tollgate/contract/operations/list';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { z } from 'zod';
import { setupLink } from '../services/accounts/setup.ts';
import type { Database } from '../store/database.ts';
import { postBatch } from '../store/ledger/posting.ts';
import { postingRow } from '../store/ledger/posting-row.ts';
import { openInMemory } from '../store/testing/schema-copies.ts';
import {
  cookiesOf,
  field,
  openTestApp,
  sampleHour,
  sampleRequest,
  testPassword,
  type Reply,
} from './testing/admin-app.ts';

type TestApp = Awaited<ReturnType<typeof openTestApp>>;

let database: Database;
let app: TestApp;
let root: Awaited<ReturnType<TestApp['enroll']>>;
let admin: typeof root;
let ann: typeof root;
let bob: typeof root;
let annsKey: Reply;

const sameOrigin = { 'sec-fetch-site': 'same-origin' };

beforeAll(async () => {
  database = await openInMemory();
  app = await openTestApp(database);
  root = await app.enroll('root', 'root@example.com');
  admin = await app.enroll('admin', 'admin@example.com');
  ann = await app.enroll('user', 'ann@example.com');
  bob = await app.enroll('user', 'bob@example.com');
  annsKey = await app.call('POST', '/api/v1/keys', { token: ann.token, body: { name: 'app' } });
  const rows = [1, 2, 3].map((index) => postingRow(sampleRequest(ann.user.id, field(annsKey.json, 'id'), index)));
  await postBatch(database, { transactionId: 'tx_usage', at: sampleHour + 5000, nodeId: 'n', rows }, () => undefined);
});

afterAll(async () => {
  app.snapshots.close();
  await database.close();
});

const codeOf = (reply: Reply): string => field(reply.json, 'error.code');

const signIn = async (email: string, options: { clientIp?: string; secure?: boolean; password?: string } = {}) =>
  await app.call('POST', '/api/v1/session', {
    body: { email, password: options.password ?? testPassword },
    headers: sameOrigin,
    ...options,
  });

describe('the admin API', () => {
  test('errors say code, message, request id and the path at fault', async () => {
    const reply = await app.call('POST', '/api/v1/channels', {
      token: admin.token,
      body: { name: 'a', provider: 'acme', models: ['ok', { name: '' }], nonsense: 1 },
    });
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({
      error: {
        code: 'invalid_request',
        requestId: reply.headers.get('x-request-id'),
        param: 'models.1.name',
      },
    });
    const cases = [
      [await app.call('GET', '/api/v1/nowhere', { token: admin.token }), 404, 'unknown_path'],
      [await app.call('GET', '/api/nowhere'), 404, 'unknown_path'],
      [await app.call('PUT', '/api/v1/keys', { token: ann.token }), 404, 'unknown_path'],
      [await app.call('GET', '/api/v1/keys?limit=0', { token: ann.token }), 400, 'invalid_request'],
      [await app.call('GET', '/api/v1/keys?after=%00', { token: ann.token }), 400, 'invalid_request'],
      [await app.call('GET', '/api/v1/users/usr_nobody', { token: admin.token }), 404, 'not_found'],
      [
        await app.call('POST', '/api/v1/keys', {
          token: ann.token,
          body: { name: 'x' },
          headers: { 'content-type': 'text/plain' },
        }),
        400,
        'invalid_request',
      ],
      [
        await app.call('POST', '/api/v1/keys', { token: ann.token, body: { name: 'x'.repeat(5 << 20) } }),
        413,
        'request_too_large',
      ],
    ] as const;
    for (const [answer, status, code] of cases) expect(`${answer.status} ${codeOf(answer)}`).toBe(`${status} ${code}`);
    const broken = await app.call('POST', '/api/v1/keys', { token: ann.token, text: '{' });
    expect(codeOf(broken)).toBe('invalid_json');
  });

  test('a bug is logged under its id and says nothing', async () => {
    const call = app.variant({
      snapshot: () => {
        throw new Error('secret inner detail');
      },
    });
    const reply = await call('GET', '/api/v1/site');
    expect(reply.status).toBe(500);
    expect(codeOf(reply)).toBe('internal_error');
    expect(reply.text).not.toContain('secret inner detail');
    expect(app.errors).toHaveLength(1);
  });

  test('people, credits, keys, channels, models, groups, settings and audit, from end to end', async () => {
    const { call } = app;
    const token = admin.token;
    const made = await call('POST', '/api/v1/users', {
      token,
      body: { email: 'New@example.com', password: testPassword },
    });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ email: 'new@example.com', role: 'user', group: 'default', balanceNanos: '0' });
    const id = field(made.json, 'id');
    expect(
      (
        await call('POST', '/api/v1/users', {
          token,
          body: { email: 'x@example.com', password: testPassword, role: 'admin' },
        })
      ).status,
    ).toBe(403);
    const credit = { amountUsd: '2.5', note: 'welcome', idempotencyKey: 'order-0001' };
    for (let i = 0; i < 2; i += 1)
      expect((await call('POST', `/api/v1/users/${id}/credits`, { token, body: credit })).json).toEqual({
        balanceNanos: '2500000000',
      });
    expect((await call('GET', '/api/v1/users?email=NEW', { token })).json).toMatchObject({
      data: [{ id, balanceNanos: '2500000000' }],
      next: null,
    });

    const key = await call('POST', '/api/v1/keys', {
      token,
      body: { name: 'for new', userId: id, limitUsd: '1', strictConversion: true, allowedIps: ['10.0.0.0/8'] },
    });
    expect(key.json).toMatchObject({
      userId: id,
      limitUsd: '1',
      strictConversion: true,
      spentNanos: '0',
      enabled: true,
    });
    expect(field(key.json, 'key')).toMatch(/^sk-\w{46}$/);
    const keyPath = `/api/v1/keys/${field(key.json, 'id')}`;
    expect((await call('PATCH', keyPath, { token, body: { limitUsd: null, enabled: false } })).json).toMatchObject({
      limitUsd: null,
      spentNanos: null,
      enabled: false,
    });
    expect((await call('PATCH', keyPath, { token, body: { strictConversion: false } })).json).toMatchObject({
      strictConversion: false,
    });
    expect((await call('GET', keyPath, { token })).json).toMatchObject({ strictConversion: false, enabled: false });
    expect(codeOf(await call('PATCH', keyPath, { token, body: { strictConversion: 1 } }))).toBe('invalid_request');
    const back = { strictConversion: null, enabled: null, group: null };
    expect((await call('PATCH', keyPath, { token, body: back })).json).toMatchObject({
      strictConversion: false,
      enabled: true,
      group: null,
    });
    expect(codeOf(await call('PATCH', keyPath, { token, body: { allowedIps: ['10.0.0.0/8', 'x!'] } }))).toBe(
      'invalid_request',
    );
    expect((await call('DELETE', keyPath, { token })).status).toBe(204);
    expect((await call('GET', keyPath, { token })).status).toBe(404);

    const channel = await call('POST', '/api/v1/channels', {
      token,
      body: {
        name: 'main',
        provider: 'acme',
        credentials: [{ apiKey: 'CANARY-upstream-secret-1234' }],
        models: ['m1'],
      },
    });
    expect(channel.status).toBe(201);
    expect(app.snapshots.current().channels.size).toBe(1);
    const channelPath = `/api/v1/channels/${field(channel.json, 'id')}`;
    expect((await call('PATCH', channelPath, { token, body: { priority: 7 } })).json).toMatchObject({ priority: 7 });
    const tagged = await call('PATCH', channelPath, { token, body: { tags: ['a b/c'], remark: 'for the team' } });
    expect(tagged.json).toMatchObject({ tags: ['a b/c'], remark: 'for the team', priority: 7 });
    const named = async (query: string) => (await call('GET', `/api/v1/channels?${query}`, { token })).json;
    expect(await named('tag=a%20b%2Fc')).toMatchObject({ data: [{ name: 'main' }] });
    expect(await named('tag=a')).toEqual({ data: [] });
    expect(codeOf(await call('GET', '/api/v1/channels?tags=a', { token }))).toBe('invalid_request');
    const shown = [
      await call('GET', channelPath, { token }),
      await call('GET', '/api/v1/channels', { token }),
      await call('GET', '/api/v1/audit', { token }),
      await call('GET', '/api/v1/status', { token }),
    ];
    for (const reply of [channel, ...shown]) {
      expect(reply.status).toBeLessThan(300);
      expect(reply.text).not.toContain('CANARY');
    }
    expect(shown[3]?.json).toMatchObject({
      database: { kind: 'sqlite', reachable: true },
      channels: { total: 1, enabled: 1 },
    });
    expect((await call('DELETE', channelPath, { token })).status).toBe(204);

    expect(
      (await call('POST', '/api/v1/groups', { token, body: { name: 'team a/b', multiplier: '0.5' } })).status,
    ).toBe(201);
    expect((await call('GET', '/api/v1/groups/team%20a%2Fb', { token })).json).toMatchObject({ multiplier: '0.5' });
    expect((await call('PATCH', `/api/v1/users/${id}`, { token, body: { group: 'team a/b' } })).json).toMatchObject({
      group: 'team a/b',
    });
    expect(
      (
        await call('POST', '/api/v1/models', {
          token,
          body: { name: 'org/m1', price: { input: '0.15', output: '0.6' } },
        })
      ).status,
    ).toBe(201);
    expect((await call('GET', '/api/v1/models/org%2Fm1', { token })).json).toMatchObject({
      history: [{ price: { input: '0.15' } }],
    });
    expect((await call('DELETE', '/api/v1/models/org%2Fm1', { token })).status).toBe(204);
    const setting = await call('PUT', '/api/v1/settings/site.name', { token: root.token, body: { value: 'Gate' } });
    expect(setting.json).toMatchObject({ path: 'site.name', value: 'Gate', updatedBy: `user:${root.user.id}` });
    expect((await call('GET', '/api/v1/site')).json).toMatchObject({ name: 'Gate', setupNeeded: false });
    expect(codeOf(await call('PUT', '/api/v1/settings/site.nam', { token: root.token, body: { value: 'x' } }))).toBe(
      'invalid_request',
    );
    expect((await call('GET', '/api/v1/providers', { token })).json).toMatchObject({
      data: [
        { id: 'acme', credential: { type: 'object' } },
        { id: 'local', baseUrl: null },
      ],
    });

    const first = await call('GET', '/api/v1/audit?limit=2', { token });
    const next = await call('GET', `/api/v1/audit?limit=2&after=${field(first.json, 'next')}`, { token });
    expect(field(first.json, 'data.0.action')).toBe('setting.create');
    expect(next.status).toBe(200);
  });

  test('a setting is for those it is meant for: administrators do not hear of those of root', async () => {
    const path = 'media.fetch.allowPrivate';
    const written = await app.call('PUT', `/api/v1/settings/${path}`, {
      token: root.token,
      body: { value: ['minio'] },
    });
    expect(written.json).toMatchObject({ path, value: ['minio'], audience: 'root', secret: false, restart: false });
    const secret = await app.call('PUT', '/api/v1/settings/planted.password', {
      token: root.token,
      body: { value: 'never-shown-again-1234' },
    });
    expect(secret.json).toMatchObject({ value: '…1234', unit: null });
    const seen = async (token: string) =>
      (await Promise.all(['/settings', '/audit'].map((list) => app.call('GET', `/api/v1${list}`, { token }))))
        .map((reply) => reply.text)
        .join();
    const [roots, admins] = [await seen(root.token), await seen(admin.token)];
    expect(roots).toContain(`setting:${path}`);
    expect(admins).not.toContain('allowPrivate');
    expect(admins).not.toContain('minio');
    expect(admins).toContain('planted.password');
    for (const text of [roots, admins]) expect(text).not.toContain('never-shown');
    const site = z.record(z.string(), z.unknown()).parse((await app.call('GET', '/api/v1/site')).json);
    expect(Object.keys(site).toSorted()).toEqual([
      'captcha',
      'doors',
      'firstPage',
      'images',
      'mail',
      'mode',
      'name',
      'publicUrl',
      'registrationOpen',
      'setupNeeded',
      'signUp',
      'startedAt',
      'version',
    ]);
  });

  test('a key or a token is told once, by the answer that creates it', async () => {
    const { call } = app;
    const key = await call('POST', '/api/v1/keys', { token: ann.token, body: { name: 'canary' } });
    const token = await call('POST', '/api/v1/tokens', { token: ann.token, body: { name: 'canary' } });
    const secrets = [field(key.json, 'key'), field(token.json, 'token'), testPassword];
    const paths = ['/me', '/keys', `/keys/${field(key.json, 'id')}`, '/tokens', '/sessions'].map(
      (path) => [path, ann.token] as const,
    );
    const wide = ['/users', '/keys?userId=all', '/audit?limit=200', '/settings', '/status'].map(
      (path) => [path, root.token] as const,
    );
    for (const [path, asked] of [...paths, ...wide]) {
      const { text } = await call('GET', `/api/v1${path}`, { token: asked });
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
    const updated = await call('PATCH', `/api/v1/keys/${field(key.json, 'id')}`, {
      token: ann.token,
      body: { name: 'again' },
    });
    expect(updated.text).not.toContain(secrets[0]);
    const { sqlite } = database;
    const dump = await sqlite?.exclusive((db) => db.serialize());
    const bytes = Buffer.from(dump ?? []).toString('latin1');
    expect(bytes.length).toBeGreaterThan(10_000);
    for (const secret of [...secrets, 'CANARY']) expect(bytes).not.toContain(secret);
  });

  test('requests, sums and movements: one’s own without channels, everything for administrators', async () => {
    const { call } = app;
    const first = await call('GET', '/api/v1/requests?limit=2', { token: ann.token });
    expect(first.json).toMatchObject({
      data: [
        {
          id: 'req_3',
          amountNanos: '15',
          channelId: null,
          modelServed: null,
          conversion: {
            upstreamProtocol: null,
            losses: [{ path: 'logitBias', kind: 'dropped' }],
            moreLosses: 0,
          },
          attempts: [],
          attemptCount: 1,
          tokensPerSecond: 100,
        },
        {
          id: 'req_2',
          conversion: null,
          bill: {
            lines: [{ bucket: 'inputText', quantity: 100, rateNanos: '150000', condition: null }],
            multiplier: '1',
            priceVersion: 'prc_1',
          },
        },
      ],
      next: 'req_2',
    });
    const rest = await call('GET', '/api/v1/requests?limit=2&after=req_2', { token: ann.token });
    expect(rest.json).toMatchObject({ data: [{ id: 'req_1' }], next: null });
    const range = `from=${sampleHour}&to=${sampleHour + 3_600_000}`;
    const sums = await call('GET', `/api/v1/usage?${range}`, { token: ann.token });
    expect(sums.json).toMatchObject({
      data: [{ hour: sampleHour, model: 'gpt-x', channelId: null, requests: 3, amountNanos: '45' }],
    });
    const statement = await call('GET', '/api/v1/statement', { token: ann.token });
    expect(statement.json).toMatchObject({ data: [{ kind: 'usage', amountNanos: '-45' }], next: null });
    for (const reply of [first, rest, sums, statement])
      expect(reply.text).not.toMatch(/ch_secret|upstream-x|anthropic/);
    const token = admin.token;
    expect((await call('GET', '/api/v1/requests/req_1', { token })).json).toMatchObject({
      channelId: 'ch_secret_1',
      modelServed: 'upstream-x',
      attempts: [{ cause: 'ok' }],
    });
    expect((await call('GET', '/api/v1/requests/req_3', { token })).json).toMatchObject({
      conversion: { upstreamProtocol: 'anthropic-messages', losses: [{ path: 'logitBias', kind: 'dropped' }] },
    });
    expect(
      (await call('GET', '/api/v1/requests?userId=all&channelId=ch_secret_0&failed=false', { token })).json,
    ).toMatchObject({ data: [{ id: 'req_2' }] });
    expect((await call('GET', '/api/v1/requests?userId=all&failed=true', { token })).json).toEqual({
      data: [],
      next: null,
    });
    expect((await call('GET', `/api/v1/usage?${range}&userId=all`, { token })).json).toMatchObject({
      data: [{ requests: 1 }, { requests: 2 }],
    });
    expect((await call('GET', '/api/v1/requests', { token: bob.token })).json).toEqual({ data: [], next: null });
    expect(codeOf(await call('GET', '/api/v1/requests?channelId=ch_secret_0', { token: ann.token }))).toBe('forbidden');
    expect(codeOf(await call('GET', `/api/v1/usage?from=0&to=${sampleHour}`, { token: ann.token }))).toBe(
      'invalid_request',
    );
    expect(codeOf(await call('GET', '/api/v1/statement?userId=all', { token }))).toBe('invalid_request');
    expect((await call('GET', `/api/v1/users/${ann.user.id}`, { token })).json).toMatchObject({ balanceNanos: '-45' });
  });

  test('sign-in: cookies, wrong passwords, bounded attempts', async () => {
    const good = await signIn('ann@example.com');
    expect(good.json).toMatchObject({ user: { email: 'ann@example.com' }, via: 'session' });
    expect(good.text).not.toContain('token"');
    expect(good.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/);
    const cookie = cookiesOf(good);
    const sessions = await app.call('GET', '/api/v1/sessions', { cookie });
    expect(sessions.json).toMatchObject({ data: [{ current: true, ipAddress: '203.0.113.5' }] });
    const out = await app.call('DELETE', '/api/v1/sessions', { cookie, headers: sameOrigin });
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await app.call('GET', '/api/v1/me', { cookie })).status).toBe(401);
    const tls = await signIn('ann@example.com', { secure: true });
    expect(tls.headers.get('set-cookie')).toContain('__Secure-tollgate.session_token');
    expect(tls.headers.get('strict-transport-security')).not.toBeNull();
    const codes: string[] = [];
    for (let i = 0; i < 12; i += 1)
      codes.push(codeOf(await signIn('ann@example.com', { clientIp: '198.51.100.9', password: `wrong ${i}` })));
    expect(new Set(codes.slice(0, 10))).toEqual(new Set(['invalid_credentials']));
    expect(codes.slice(10)).toEqual(['too_many_attempts', 'too_many_attempts']);
    const limited = await signIn('ann@example.com', { clientIp: '198.51.100.9' });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn('ann@example.com')).status).toBe(201);
    const unknown = await signIn('nobody@example.com', { clientIp: '198.51.100.10' });
    expect(codeOf(unknown)).toBe('invalid_credentials');
  });

  test('the first root by the printed link, over HTTP', async () => {
    const fresh = await openInMemory();
    const gate = await openTestApp(fresh);
    expect((await gate.call('GET', '/api/v1/setup')).json).toEqual({ needed: true });
    const link = await setupLink(gate.accounts, 'http://gate.example');
    const token = new URL(link ?? '').hash.slice('#token='.length);
    const body = { token, email: 'root@example.com', password: testPassword };
    expect(codeOf(await gate.call('POST', '/api/v1/setup', { body: { ...body, token: 'guess' } }))).toBe(
      'setup_token_invalid',
    );
    const done = await gate.call('POST', '/api/v1/setup', { body, headers: sameOrigin });
    expect(done.json).toMatchObject({ user: { role: 'root' } });
    expect((await gate.call('GET', '/api/v1/users', { cookie: cookiesOf(done) })).status).toBe(200);
    expect(codeOf(await gate.call('POST', '/api/v1/setup', { body }))).toBe('setup_done');
    expect(
      codeOf(
        await gate.call('POST', '/api/v1/registrations', { body: { email: 'x@example.com', password: testPassword } }),
      ),
    ).toBe('registration_closed');
    gate.snapshots.close();
    await fresh.close();
  });

  test('describes itself completely', async () => {
    const reply = await app.call('GET', '/api/openapi.json');

    const paths = z
      .object({
        openapi: z.literal('3.1.0'),
        paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))),
      })
      .parse(reply.json).paths;
    const described = Object.values(paths).flatMap((path) => Object.values(path).map((one) => one.operationId));
    expect(described.sort()).toEqual(Object.keys(operations).sort());
    const refs = [...reply.text.matchAll(/"\$ref": "([^"]+)"/g)].map(([, ref = '']) => ref);
    expect(refs.length).toBeGreaterThan(20);
    const document = z.record(z.string(), z.json()).parse(reply.json);
    for (const ref of new Set(refs)) {
      let target: unknown = document;
      for (const step of ref.slice(2).split('/')) target = z.record(z.string(), z.unknown()).parse(target)[step];
      expect(target, ref).toBeDefined();
    }
    const docs = await app.call('GET', '/api/docs');
    expect(docs.headers.get('content-type')).toContain('text/html');
    expect(docs.text).not.toMatch(/<script|<link|<img|<iframe|src=|href="(?!#|\/api)|url\(|@import/);
    for (const name of Object.keys(operations)) expect(docs.text).toContain(`id="${name}"`);
  });
});

describe('the console', () => {
  const file = (text: string, type: string) => ({ bytes: new TextEncoder().encode(text), type });
  const files = new Map([
    [
      '/index.html',
      file(
        '<!doctype html><!--base--><script nonce="{{nonce}}">boot()</script><script type="module" src="/assets/app-1a2b3c4d.js"></script>',
        'text/html',
      ),
    ],
    ['/assets/app-1a2b3c4d.js', file('1', 'text/javascript')],
    ['/favicon.svg', file('<svg/>', 'image/svg+xml')],
  ]);

  test('is served with a nonce of its own, immutable assets, and its page for its own paths', async () => {
    const gate = { call: app.variant({ console: () => files }) };
    const page = await gate.call('GET', '/channels/ch_1');
    const [, nonce = 'none'] = /<script nonce="([\w-]{20,})">boot\(\)<\/script>/.exec(page.text) ?? [];
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`script-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).not.toContain('unsafe');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('etag')).toBeNull();
    expect((await gate.call('GET', '/channels/ch_1')).text).not.toContain(nonce);
    expect((await gate.call('GET', '/assets/app-1a2b3c4d.js')).headers.get('cache-control')).toContain('immutable');
    expect((await gate.call('GET', '/favicon.svg')).headers.get('cache-control')).toBe('public, max-age=300');
    expect((await gate.call('GET', '/assets/gone-12345678.js')).status).toBe(404);
    expect((await gate.call('POST', '/')).status).toBe(405);
    expect((await gate.call('GET', '/../../etc/passwd')).text).toContain('boot()');
  });

  test('every answer carries the security headers', async () => {
    for (const path of ['/', '/api/v1/site', '/api/docs', '/api/openapi.json', '/api/v1/nowhere', '/assets/none.js']) {
      const { headers } = await app.call('GET', path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-request-id')).toStartWith('req_');
    }
    expect((await app.call('GET', '/')).text).toContain('Tollgate is up');
    expect((await app.call('GET', '/', { headers: { host: 'evil/path' } })).status).toBe(400);
  });
});

test('the manifest has the site’s own name, and addresses that hold below any prefix', async () => {
  const reply = await app.call('GET', '/manifest.webmanifest');
  expect(reply.headers.get('content-type')).toBe('application/manifest+json');
  const manifest = z
    .looseObject({ name: z.string(), start_url: z.string(), icons: z.array(z.looseObject({ src: z.string() })) })
    .parse(JSON.parse(reply.text));
  expect(manifest.name).toBe(app.deps.snapshot().settings.site.name);
  for (const address of [manifest.start_url, ...manifest.icons.map(({ src }) => src)])
    expect(address).toStartWith('./');
});
