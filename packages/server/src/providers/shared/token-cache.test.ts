import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { ExchangeGrant, TokenAuth } from '../auth.ts';
import { openTokenCache as openCache, TokenFailure, type TokenCacheOptions, type TokenOwner } from './token-cache.ts';
import type { TokenRequest } from './granted-token.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A token endpoint as RFC 6749 and RFC 7523 have it: it checks what it is given, and refuses as they say. */
const endpoint = {
  asked: [] as { readonly how: string; readonly scope: string | null }[],
  lifeSeconds: 3600 as number | string | undefined,
  broken: undefined as { readonly status: number; readonly body: string } | undefined,
  /** Holds answers back until it is called off. */
  gate: undefined as Promise<void> | undefined,
  at: 0,
};

/** As vendors exchange a token that lasts for one that expires, each at a place of its own. */
function exchange(request: Request): Response {
  const { authorization, 'user-agent': agent } = Object.fromEntries(request.headers);
  if (agent !== 'tollgate') return new Response('Request forbidden by administrative rules.', { status: 403 });
  if (authorization !== (request.method === 'GET' ? 'token lasting' : 'Bearer lasting'))
    return new Response('', { status: 401 });
  endpoint.asked.push({ how: request.method, scope: null });
  const token = `exchanged-${endpoint.asked.length}`;
  return request.method === 'GET'
    ? Response.json({ token, expires_at: endpoint.at / 1000 + 1500, refresh_in: 1200 })
    : Response.json(
        { token, headers: { 'X-House-Realm': 'saas', 'x-api-key': token, 'x-house-other': 'a\r\nb' } },
        { status: 201 },
      );
}

const refuse = (error: string, status = 400): Response => Response.json({ error }, { status });

async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname === '/exchange') return endpoint.broken ? new Response('no', endpoint.broken) : exchange(request);
  const form = new URLSearchParams(await request.text());
  await endpoint.gate;
  if (endpoint.broken) return new Response(endpoint.broken.body, { status: endpoint.broken.status });
  const how = await authenticate(request, url, form);
  if (how instanceof Response) return how;
  endpoint.asked.push({ how, scope: form.get('scope') ?? url.searchParams.get('scope') });
  const expires = endpoint.lifeSeconds === undefined ? {} : { expires_in: endpoint.lifeSeconds };
  return Response.json({ access_token: `token-${endpoint.asked.length}`, token_type: 'Bearer', ...expires });
}

async function authenticate(request: Request, url: URL, form: URLSearchParams): Promise<string | Response> {
  if (request.method !== 'POST') return refuse('invalid_request', 405);
  if (!request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded'))
    return refuse('invalid_request');
  const assertion = form.get('assertion');
  if (form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' && assertion !== null) {
    try {
      const { payload, protectedHeader } = await jwtVerify(assertion, publicKey, {
        issuer: 'robot@example.com',
        audience: 'https://oauth.example/token',
        currentDate: new Date(endpoint.at),
        maxTokenAge: '1h',
      });
      return `jwt ${protectedHeader.alg} ${protectedHeader.kid} ${String(payload['scope'])}`;
    } catch {
      return refuse('invalid_grant');
    }
  }
  const basic = /^Basic (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  const [id, secret] = basic === undefined ? [] : atob(basic).split(':').map(decodeURIComponent);
  const from = url.searchParams.has('client_id') ? url.searchParams : form;
  if ((from.get('grant_type') ?? form.get('grant_type')) !== 'client_credentials')
    return refuse('unsupported_grant_type');
  if ((id ?? from.get('client_id')) !== 'id:1' || (secret ?? from.get('client_secret')) !== 'sécret')
    return refuse('invalid_client', 401);
  return `client by ${basic === undefined ? (from === form ? 'body' : 'query') : 'header'}`;
}

const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: answer });
afterAll(() => server.stop(true));

/** The cache as who looks at tokens alone sees it. */
function openTokenCache(options: TokenCacheOptions) {
  const { get, drop } = openCache(options);
  return {
    drop,
    get(of: TokenOwner): string | Promise<string> {
      const access = get(of);
      return access instanceof Promise ? access.then(({ token }) => token) : access.token;
    },
  };
}

let cache: ReturnType<typeof openTokenCache>;
beforeEach(() => {
  Object.assign(endpoint, { asked: [], lifeSeconds: 3600, broken: undefined, gate: undefined, at: 1_800_000_000_000 });
  cache = openTokenCache({ ask: post, now: () => endpoint.at });
});

async function post({ url: at, method, headers, body }: TokenRequest) {
  const response = await fetch(at, { method, headers, ...(body !== undefined && { body }) });
  return { status: response.status, body: await response.text() };
}

const url = `http://127.0.0.1:${server.port}/{tenant}/token`;
const byClient = (sentIn: 'header' | 'body' | 'query'): TokenAuth => ({
  by: 'token',
  url,
  grant: { type: 'client-credentials', clientId: 'id', clientSecret: 'secret', sentIn, scope: 'models' },
  placed: { by: 'bearer' },
});
const byKey: TokenAuth = {
  by: 'token',
  url,
  grant: {
    type: 'jwt-bearer',
    issuer: 'account.client_email',
    privateKey: 'account.private_key',
    keyId: 'account.private_key_id',
    algorithm: 'RS256',
    audience: 'https://oauth.example/token',
    scope: 'cloud',
  },
  placed: { by: 'bearer' },
};
const account = JSON.stringify({ client_email: 'robot@example.com', private_key: pem, private_key_id: 'key-7' });
const settings = { tenant: 'a/b' };

const owner = (more: Partial<TokenOwner> = {}): TokenOwner => ({
  auth: byClient('body'),
  credential: { id: 'id:1', secret: 'sécret' },
  settings,
  proxy: undefined,
  ...more,
});

describe('what is asked of a token endpoint', () => {
  test.each(['header', 'body', 'query'] as const)('an id and a secret, in the %s', async (sentIn) => {
    expect(await cache.get(owner({ auth: byClient(sentIn) }))).toBe('token-1');
    expect(endpoint.asked).toEqual([{ how: `client by ${sentIn}`, scope: 'models' }]);
  });

  test('an assertion signed with the key of a service account', async () => {
    expect(await cache.get(owner({ auth: byKey, credential: { account } }))).toBe('token-1');
    expect(endpoint.asked).toEqual([{ how: 'jwt RS256 key-7 cloud', scope: null }]);
  });
});

describe('a token that lasts is exchanged', () => {
  const exchanged = (grant: Partial<ExchangeGrant>): TokenOwner =>
    owner({
      auth: {
        by: 'token',
        url: `http://127.0.0.1:${server.port}/exchange`,
        grant: {
          type: 'exchange',
          method: 'GET',
          field: 'lasting',
          shown: { by: 'header', header: 'authorization', prefix: 'token ' },
          lifeSeconds: 60,
          ...grant,
        },
        placed: { by: 'bearer' },
      },
      credential: { lasting: 'lasting' },
    });
  const posted = { method: 'POST', shown: { by: 'bearer' }, headersBegin: 'x-house-' } as const;

  test('until the moment that the answer says', async () => {
    expect(await cache.get(exchanged({}))).toBe('exchanged-1');
    endpoint.at += 1_490_000 - 1;
    expect(cache.get(exchanged({}))).toBe('exchanged-1');
    endpoint.at += 1;
    expect(await cache.get(exchanged({}))).not.toBe('exchanged-1');
  });

  test('for as long as the vendor has said, with the headers that its calls want and no others', async () => {
    const whole = openCache({ ask: post, now: () => endpoint.at });
    expect(await whole.get(exchanged(posted))).toEqual({
      token: 'exchanged-1',
      headers: { 'x-house-realm': 'saas' },
    });
    expect(
      await openCache({ ask: post, now: () => endpoint.at }).get(exchanged({ ...posted, headersBegin: 'x-other-' })),
    ).toEqual({
      token: 'exchanged-2',
      headers: {},
    });
    endpoint.at += 57_000 - 1;
    expect(await whole.get(exchanged(posted))).toMatchObject({ token: 'exchanged-1' });
    endpoint.at += 1;
    expect(await whole.get(exchanged(posted))).not.toMatchObject({ token: 'exchanged-1' });
  });

  test.each([
    [{ lasting: 'wrong' }, undefined, 'the token endpoint answered 401', true],
    [{ lasting: 'lasting' }, { status: 200, body: '' }, 'the token endpoint did not give a token', false],
    [{ lasting: 'lasting' }, { status: 502, body: '' }, 'the token endpoint answered 502', false],
  ])('or not: %o %o', async (credential, broken, message, refused) => {
    endpoint.broken = broken;
    const failed = await Promise.resolve(cache.get({ ...exchanged({}), credential })).catch((error: unknown) => error);
    expect(failed).toMatchObject({ message, refused });
  });
});

describe('tokens are kept', () => {
  test('one is fetched for all who wait, and given at once to whoever comes later', async () => {
    const many = Array.from({ length: 20 }, async () => await cache.get(owner()));
    expect(new Set(await Promise.all(many))).toEqual(new Set(['token-1']));
    expect(cache.get(owner())).toBe('token-1');
    expect(endpoint.asked).toHaveLength(1);
  });

  test('each account has its own', async () => {
    const other = await cache.get(owner({ settings: { tenant: 'c' } }));
    expect([await cache.get(owner()), other]).toEqual(['token-2', 'token-1']);
  });

  test('in its last fifth a token is replaced by one call, while it goes on being used', async () => {
    await cache.get(owner());
    endpoint.at += 3_300_000 - 1;
    expect(cache.get(owner())).toBe('token-1');
    endpoint.at += 1;
    const { promise, resolve } = Promise.withResolvers<void>();
    endpoint.gate = promise;
    expect([cache.get(owner()), cache.get(owner())]).toEqual(['token-1', 'token-1']);
    resolve();
    await until(() => cache.get(owner()) === 'token-2');
    expect(endpoint.asked).toHaveLength(2);
  });

  test('an expired one is not used, nor one that would expire on its way', async () => {
    await cache.get(owner());
    endpoint.at += 3_590_000;
    expect(await cache.get(owner())).toBe('token-2');
  });

  test.each([
    ['120', 114_000],
    [undefined, 290_000],
    ['soon', 290_000],
  ])('a life of %p is used for %d ms', async (lifeSeconds, ms) => {
    endpoint.lifeSeconds = lifeSeconds;
    await cache.get(owner());
    endpoint.at += ms - 1;
    expect(cache.get(owner())).toBe('token-1');
    endpoint.at += 1;
    // The early replacement may have come meanwhile; the first is never given any more.
    expect(await cache.get(owner())).not.toBe('token-1');
  });

  test('one that an upstream refused is fetched anew, once', async () => {
    await cache.get(owner());
    cache.drop(owner(), 'token-1');
    expect(await cache.get(owner())).toBe('token-2');
    cache.drop(owner(), 'token-1');
    expect(cache.get(owner())).toBe('token-2');
  });

  test('no more than so many', async () => {
    cache = openTokenCache({ ask: post, now: () => endpoint.at, maxEntries: 2 });
    for (const tenant of ['a', 'b', 'c', 'a']) await cache.get(owner({ settings: { tenant } }));
    expect(endpoint.asked).toHaveLength(4);
    expect(cache.get(owner({ settings: { tenant: 'c' } }))).toBe('token-3');
  });
});

describe('a failure', () => {
  const failing = async (of = owner()): Promise<TokenFailure> => {
    try {
      await cache.get(of);
    } catch (error) {
      if (error instanceof TokenFailure) return error;
    }
    throw new Error('it did not fail');
  };

  test('is everybody’s who waited, and remembered for a moment', async () => {
    const credential = { id: 'id:1', secret: 'wrong' };
    let asked = 0;
    cache = openTokenCache({ ask: (request) => (asked++, post(request)), now: () => endpoint.at });
    const failures = await Promise.all([failing(owner({ credential })), failing(owner({ credential }))]);
    for (const { message, refused } of failures)
      expect([message, refused]).toEqual(['the token endpoint answered 401 (invalid_client)', true]);
    await failing(owner({ credential }));
    expect(asked).toBe(1);
    endpoint.at += 5000;
    await failing(owner({ credential }));
    expect(asked).toBe(2);
  });

  test('leaves the old token in use, and does not ask again at once', async () => {
    let asked = 0;
    cache = openTokenCache({ ask: (request) => (asked++, post(request)), now: () => endpoint.at });
    await cache.get(owner());
    endpoint.at += 3_400_000;
    endpoint.broken = { status: 503, body: 'busy' };
    void cache.get(owner());
    await until(() => asked === 2);
    await Bun.sleep(20);
    expect([cache.get(owner()), asked]).toEqual(['token-1', 2]);
    endpoint.at += 190_000;
    expect(await failing()).toMatchObject({ message: 'the token endpoint answered 503', refused: false });
  });

  test.each([
    [{ status: 200, body: '{}' }, 'the token endpoint did not give a token'],
    [{ status: 200, body: '<html>' }, 'the token endpoint did not give a token'],
    [{ status: 429, body: 'slow down' }, 'the token endpoint answered 429'],
  ])('of the endpoint is not the credential’s', async (broken, message) => {
    endpoint.broken = broken;
    expect(await failing()).toMatchObject({ message, refused: false });
  });

  test('of the key is told without the key', async () => {
    const broken = JSON.stringify({ client_email: 'robot@example.com', private_key: 'c2VjcmV0', private_key_id: 'k' });
    const failure = await failing(owner({ auth: byKey, credential: { account: broken } }));
    expect(failure.refused).toBe(true);
    expect(failure.message).not.toContain('c2VjcmV0');
  });

  test('of the way there is told as such', async () => {
    cache = openTokenCache({ ask: () => Promise.reject(new Error('refused')), now: () => endpoint.at });
    expect(await failing()).toMatchObject({ message: 'the token endpoint does not answer', refused: false });
  });
});

/** Lets what goes on beside it go on. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(1);
}
