import type { Routes } from '@tollgate/contract/operations/declare';
import { proofHeader } from '@tollgate/contract/api/proof-header';
import type { Operations } from '@tollgate/contract/operations/list';
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { ApiError, createClient, type Client } from './client.ts';

type Seen = {
  readonly line: string;
  readonly type: string | null;
  readonly body: string;
  readonly proof: string | null;
};

/** Few of the real operations, and one of each other kind. */
type TestOperations = Pick<
  Operations,
  'keys.list' | 'keys.create' | 'keys.update' | 'models.read' | 'session.delete'
> & {
  readonly 'keys.export': {
    readonly method: 'get';
    readonly path: '/export';
    readonly permission: 'keys:read';
    readonly summary: '';
    readonly kind: 'file';
    readonly contentTypes: readonly ['text/csv'];
    readonly query: Operations['keys.list']['query'];
  };
};

const routes: Routes<TestOperations> = {
  'keys.list': ['get', '/keys'],
  'keys.create': ['post', '/keys'],
  'keys.update': ['patch', '/keys/{id}'],
  'models.read': ['get', '/models/{name}'],
  'session.delete': ['delete', '/session'],
  'keys.export': ['get', '/export'],
};

const asked: unknown[] = [];
/** Proves the first call that wants it, and gives up at the second. */
const prove = (...call: readonly unknown[]): Promise<string | undefined> =>
  Promise.resolve(asked.push(call) === 1 ? 'a proof' : undefined);

let seen: Seen | undefined;
let reason: string | null;
let answer: () => Response;
let server: Bun.Server<undefined>;
let client: Client<TestOperations>;

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      seen = {
        line: `${request.method} ${pathname}${search}`,
        type: request.headers.get('content-type'),
        body: await request.text(),
        proof: request.headers.get(proofHeader),
      };
      reason = request.headers.get('tollgate-reason');
      return answer();
    },
  });
  client = createClient<TestOperations>(routes, (path) => new URL(path, server.url).href, prove);
});

afterAll(async () => {
  await server.stop(true);
});

test('a call is named, and its parts go where they are declared', async () => {
  answer = () => Response.json({ data: [], next: null });
  expect(await client.call('keys.list')).toEqual({ data: [], next: null });
  expect(seen).toEqual({ line: 'GET /api/v1/keys', type: null, body: '', proof: null });
  await client.call('keys.list', { query: { limit: 5, userId: 'a&b', after: undefined } });
  expect(seen?.line).toBe('GET /api/v1/keys?limit=5&userId=a%26b');
  await client.call('models.read', { params: { name: 'org/m 1' } });
  expect(seen?.line).toBe('GET /api/v1/models/org%2Fm%201');
  await client.call('keys.update', { params: { id: 'key_1' }, body: { enabled: false } });
  expect(seen).toEqual({
    line: 'PATCH /api/v1/keys/key_1',
    type: 'application/json',
    body: '{"enabled":false}',
    proof: null,
  });
  answer = () => new Response(null, { status: 204 });
  expect(await client.call('session.delete')).toBeUndefined();
});

test('a link goes where a call would', () => {
  expect(new URL(client.address('keys.export', { query: { userId: 'all' } })).pathname).toBe('/api/v1/export');
  expect(client.address('keys.export')).toEndWith('/api/v1/export');
});

test('an error says code, field and request', async () => {
  answer = () =>
    Response.json({ error: { code: 'conflict', message: 'No.', param: 'name', requestId: 'req_1' } }, { status: 409 });
  const error = await client.call('keys.create', { body: { name: 'x' } }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 409, code: 'conflict', message: 'No.', param: 'name', requestId: 'req_1' });
  answer = () => new Response('<html>', { status: 502 });
  const proxy = await client.call('keys.list').catch((thrown: unknown) => thrown);
  expect(proxy).toMatchObject({ status: 502, code: 'unknown' });
  const nobody = createClient<TestOperations>(routes, () => 'http://127.0.0.1:1/', prove);
  expect(await nobody.call('keys.list').catch((thrown: unknown) => thrown)).toMatchObject({ status: 0 });
});

test('a call that wants a proof is made again with it, and fails as it did without', async () => {
  const refused = () => Response.json({ error: { code: 'proof_required', message: 'Who?' } }, { status: 403 });
  answer = () => (seen?.proof === 'a proof' ? Response.json({ name: 'x' }) : refused());
  expect(await client.call('keys.update', { params: { id: 'key_1' }, body: { enabled: false } })).toMatchObject({
    name: 'x',
  });
  expect(seen?.body).toBe('{"enabled":false}');
  const thrown = await client.call('session.delete').catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'proof_required' });
  expect(asked).toEqual([
    ['keys.update', { id: 'key_1' }],
    ['session.delete', {}],
  ]);
});

test('a file is fetched with a proof where one is asked for, under the name that it has', async () => {
  asked.length = 0;
  const refused = () => Response.json({ error: { code: 'proof_required', message: 'Who?' } }, { status: 403 });
  const file = () => new Response('a,b', { headers: { 'content-disposition': 'attachment; filename="keys.csv"' } });
  answer = () => (seen?.proof === 'a proof' ? file() : refused());
  const { name, content } = await client.file('keys.export');
  expect([name, await content.text()]).toEqual(['keys.csv', 'a,b']);
  const thrown = await client.file('keys.export').catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'proof_required' });
});

test('a call says why it is made, in any script', async () => {
  answer = () => Response.json({ name: 'x' });
  await client.call('keys.update', { params: { id: 'key_1' }, body: { enabled: true }, reason: 'ticket 42: 加急' });
  expect(decodeURIComponent(reason ?? '')).toBe('ticket 42: 加急');
  await client.call('keys.update', { params: { id: 'key_1' }, body: { enabled: true }, reason: '' });
  expect(reason).toBeNull();
});

test('a call that is left throws what fetch throws', async () => {
  const leaving = AbortSignal.abort();
  const thrown = await client.call('keys.list', { signal: leaving }).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ name: 'AbortError' });
});

test('a wrong name, part or shape does not compile', () => {
  const { call, address } = client;
  const wrong = [
    // @ts-expect-error no such operation
    () => call('keys.steal'),
    // @ts-expect-error the parameter is missing
    () => call('models.read'),
    // @ts-expect-error a parameter by another name
    () => call('models.read', { params: { id: 'm' } }),
    // @ts-expect-error the body is missing
    () => call('keys.create'),
    // @ts-expect-error the body has no such field
    () => call('keys.create', { body: { name: 'x', color: 'red' } }),
    // @ts-expect-error a number is no name
    () => call('keys.create', { body: { name: 7 } }),
    // @ts-expect-error the query has no such field
    () => call('keys.list', { query: { color: 'red' } }),
    // @ts-expect-error a page has a number of rows
    () => call('keys.list', { query: { limit: 'many' } }),
    // @ts-expect-error it takes no body
    () => call('keys.list', { body: {} }),
    // @ts-expect-error a file is no JSON
    () => call('keys.export'),
    // @ts-expect-error JSON is nothing to link to
    () => address('keys.list'),
    // @ts-expect-error the answer has no such field
    async () => typeof (await call('keys.list')).rows,
    // @ts-expect-error nothing is answered
    async () => typeof (await call('session.delete')).id,
  ];
  expect(wrong).toHaveLength(13);
});
