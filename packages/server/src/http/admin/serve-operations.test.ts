import { defaultSettings } from '@tollgate/contract/settings';
import { declare } from '@tollgate/contract/operations/declare';
import { idParams } from '@tollgate/contract/operations/params';
import { afterAll, beforeAll, describe, expect, setSystemTime, test } from 'bun:test';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { revokeToken } from '../../services/accounts/access-tokens.ts';
import { cliActor } from '../../services/accounts/account-deps.ts';
import { changePerson } from '../../services/accounts/change-person.ts';
import type { Database } from '../../store/database.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { cookiesOf, field, openTestApp, testPassword } from '../testing/admin-app.ts';
import { docsPage } from './docs-page.ts';
import { describeApi } from './openapi.ts';
import type { FileAnswer, Handlers } from './operation.ts';
import { serveOperations } from './serve-operations.ts';

/** The four kinds of answers, by operations that exist here only. */
const testOperations = declare({
  'things.read': {
    method: 'get',
    path: '/things/{id}',
    permission: 'keys:read',
    summary: 'One thing',
    params: idParams,
    query: z.strictObject({ size: z.coerce.number<string>().optional() }),
    answer: z.strictObject({ id: z.string(), size: z.number().nullable() }),
  },
  'things.start': {
    method: 'post',
    path: '/things',
    permission: 'keys:write',
    summary: 'Begin one',
    body: z.strictObject({ name: z.string() }),
    answer: z.strictObject({ name: z.string() }),
    status: 202,
  },
  'things.delete': { method: 'delete', path: '/things', permission: 'keys:write', summary: 'Remove all' },
  'things.export': {
    method: 'get',
    path: '/export/{id}',
    permission: 'keys:read',
    summary: 'All of them',
    kind: 'file',
    params: idParams,
    contentTypes: ['text/csv', 'application/json'],
  },
  'things.watch': {
    method: 'get',
    path: '/watch/{id}',
    permission: 'keys:read',
    summary: 'As they come',
    kind: 'events',
    params: idParams,
    event: z.strictObject({ n: z.number() }),
  },
  'things.leave': {
    method: 'get',
    path: '/leave',
    permission: 'public',
    summary: 'Go elsewhere',
    kind: 'redirect',
    query: z.strictObject({ to: z.string() }),
  },
  'things.return': {
    method: 'post',
    path: '/leave',
    permission: 'public',
    summary: 'Come back',
    kind: 'redirect',
    status: 303,
  },
});

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** What the test's handlers do, by the id they are asked for; and what they saw. */
const files: Record<string, () => FileAnswer<'text/csv' | 'application/json'>> = {};
const watches: Record<string, (signal: AbortSignal) => AsyncGenerator<{ n: number }>> = {};

const handlers: Handlers<typeof testOperations> = {
  'things.read': async ({ params, query }) => ({ id: params.id, size: query.size ?? null }),
  'things.start': async ({ body }) => ({ name: body.name }),
  'things.delete': async () => undefined,
  'things.export': async ({ params }, { reach, caller }) => {
    const file = files[params.id];
    if (file === undefined) throw new Refusal('not_found', `Nothing of ${caller.user.email} (${reach}).`);
    return file();
  },
  'things.watch': async ({ params }, { signal }) => {
    const watch = watches[params.id];
    if (watch === undefined) throw new Refusal('not_found', 'There is no such thing.');
    return watch(signal);
  },
  'things.leave': async ({ query }, context) => {
    context.setCookies(['state=1']);
    return query.to;
  },
  'things.return': async () => '/',
};

let database: Database;
let app: Awaited<ReturnType<typeof openTestApp>>;
let ann: Awaited<ReturnType<typeof app.enroll>>;
const logged: string[] = [];
const stopping = new AbortController();
let router: ReturnType<typeof serveOperations>;

beforeAll(async () => {
  database = await openInMemory();
  app = await openTestApp(database);
  ann = await app.enroll('user', 'ann@example.com');
  router = serveOperations(testOperations, handlers, {
    accounts: app.accounts,
    refresh: () => Promise.resolve(),
    stopping: stopping.signal,
    heartbeatMs: 5,
    log: { error: ({ error }) => void logged.push(String(error)) },
  });
});

afterAll(async () => {
  app.snapshots.close();
  await database.close();
});

type AskOptions = { readonly method?: string; readonly body?: unknown; readonly headers?: Record<string, string> };

async function ask(path: string, { method = 'GET', body, headers = {} }: AskOptions = {}): Promise<Response> {
  const request = new Request(`http://gate.example/api/v1${path}`, {
    method,
    headers: {
      host: 'gate.example',
      ...(headers['cookie'] === undefined && { authorization: `Bearer ${ann.token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return await router.fetch(request, { clientIp: '203.0.113.5', secure: false, requestId: 'req_test' });
}

/** Reads until `enough` says so or the stream ends. */
async function readUntil(reader: EventReader, enough: (text: string) => boolean): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  while (!enough(text)) {
    const { done, value } = await reader.read();
    if (done) return `${text}(end)`;
    text += decoder.decode(value, { stream: true });
  }
  return text;
}
type EventReader = { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>; cancel(): Promise<void> };
const readerOf = (response: Response): EventReader => {
  if (response.body === null) throw new Error('no body');
  return response.body.getReader();
};

const lastLogged = (): string => logged.at(-1) ?? '';

describe('json', () => {
  test('is parsed on its way in and on its way out', async () => {
    const read = await ask('/things/a%2Fb?size=7');
    expect([read.status, await read.json()]).toEqual([200, { id: 'a/b', size: 7 }]);
    const started = await ask('/things', { method: 'POST', body: { name: 'x' } });
    expect([started.status, await started.json()]).toEqual([202, { name: 'x' }]);
    const deleted = await ask('/things', { method: 'DELETE' });
    expect([deleted.status, await deleted.text()]).toEqual([204, '']);
    expect((await ask('/things/a?color=red')).status).toBe(400);
    expect(read.headers.get('cache-control')).toBe('no-store');
  });

  test('that breaks the contract does not leave', async () => {
    const leaky = serveOperations(
      testOperations,
      { ...handlers, 'things.start': () => Promise.resolve({ name: 'x', password: 'hunter2' }) },
      {
        accounts: app.accounts,
        refresh: () => Promise.resolve(),
        stopping: stopping.signal,
        log: { error: ({ error }) => void logged.push(String(error)) },
      },
    );
    const before = router;
    router = leaky;
    const reply = await ask('/things', { method: 'POST', body: { name: 'x' } });
    router = before;
    expect(reply.status).toBe(500);
    expect(await reply.text()).not.toContain('hunter2');
    expect(lastLogged()).toContain('things.start breaks its contract');
  });
});

describe('a file', () => {
  test('comes with its type and its name in any script', async () => {
    files['plain'] = () => ({ contentType: 'text/csv', name: 'keys.csv', bytes: bytes('a,b\n') });
    const plain = await ask('/export/plain');
    expect([plain.status, await plain.text()]).toEqual([200, 'a,b\n']);
    expect(plain.headers.get('content-type')).toBe('text/csv');
    expect(plain.headers.get('content-disposition')).toBe(`attachment; filename="keys.csv"; filename*=UTF-8''keys.csv`);
    files['odd'] = () => ({ contentType: 'text/csv', name: 'Schlüssel "1"\r\nx: y/../z.csv', bytes: bytes('') });
    const odd = await ask('/export/odd');
    const disposition = odd.headers.get('content-disposition') ?? '';
    expect(disposition).toStartWith('attachment; filename="Schl_ssel _1___x: y_.._z.csv"; ');
    expect(decodeURIComponent(disposition.split("UTF-8''")[1] ?? '')).toBe('Schlüssel "1"\r\nx: y_.._z.csv');
  });

  test('passes piece by piece, and its source hears that the client left', async () => {
    const { promise: cancelled, resolve } = Promise.withResolvers<string>();
    files['long'] = () => ({
      contentType: 'text/csv',
      name: 'long.csv',
      bytes: new ReadableStream({
        pull: (controller) => controller.enqueue(bytes('line\n')),
        cancel: () => resolve('cancelled'),
      }),
    });
    const server = Bun.serve({
      port: 0,
      fetch: (request) => router.fetch(request, { clientIp: '::1', secure: false, requestId: 'r' }),
    });
    const response = await fetch(`${server.url.href}api/v1/export/long`, {
      headers: { authorization: `Bearer ${ann.token}` },
    });
    const reader = readerOf(response);
    expect(await readUntil(reader, (text) => text !== '')).toStartWith('line\n');
    await reader.cancel();
    expect(await cancelled).toBe('cancelled');
    await server.stop(true);
  });

  test('is refused in JSON before it begins, and is of a declared type', async () => {
    const none = await ask('/export/none');
    expect([none.status, field(await none.json(), 'error.message')]).toEqual([
      404,
      'Nothing of ann@example.com (own).',
    ]);
    // @ts-expect-error not a type that the operation declares
    files['wrong'] = () => ({ contentType: 'text/html', name: 'x.html', bytes: bytes('<script>') });
    expect((await ask('/export/wrong')).status).toBe(500);
    expect(lastLogged()).toContain('does not declare the type text/html');
  });
});

describe('a redirect', () => {
  test('goes to a path of this site or to a page on the web, with cookies', async () => {
    for (const to of ['/keys?after=1', 'https://login.example/authorize?x=1']) {
      const reply = await ask(`/leave?to=${encodeURIComponent(to)}`);
      expect([reply.status, reply.headers.get('location')]).toEqual([302, to]);
      expect(reply.headers.getSetCookie()).toEqual(['state=1']);
    }
    expect((await ask('/leave', { method: 'POST' })).status).toBe(303);
  });

  test('goes nowhere else', async () => {
    for (const to of [
      'javascript:alert(1)',
      '//evil.example',
      '/\\evil.example',
      'keys',
      '',
      '/a\r\nx: y',
      'data:,x',
    ]) {
      const reply = await ask(`/leave?to=${encodeURIComponent(to)}`);
      expect(`${to} ${reply.status} ${reply.headers.get('location')}`).toBe(`${to} 500 null`);
    }
  });
});

describe('events', () => {
  /** A source that says what became of it, and after its first events waits for its end. */
  function source(id: string, first: readonly number[]) {
    const { promise: over, resolve } = Promise.withResolvers<string>();
    const seen = { produced: 0, over };
    watches[id] = async function* (signal) {
      try {
        for (const n of first) {
          seen.produced += 1;
          yield { n };
        }
        await new Promise((wake) => {
          signal.addEventListener('abort', wake);
          if (signal.aborted) wake(undefined);
        });
      } finally {
        resolve(signal.aborted ? 'told to end' : 'ended');
      }
    };
    return seen;
  }

  const toEnd = (): boolean => false;

  test('come as they are made, with signs of life between them', async () => {
    const { over } = source('one', [1, 2]);
    const response = await ask('/watch/one');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const reader = readerOf(response);
    const text = await readUntil(reader, (so) => so.includes('data: {"n":2}') && so.endsWith('\n:\n\n:\n\n'));
    expect(text).toStartWith(':\n\ndata: {"n":1}\n\ndata: {"n":2}\n\n');
    await reader.cancel();
    expect(await over).toBe('told to end');
  });

  test('end with their source', async () => {
    watches['short'] = async function* () {
      yield { n: 1 };
    };
    expect(await (await ask('/watch/short')).text()).toBe(':\n\ndata: {"n":1}\n\n');
  });

  test('that fail say so and end; what the contract does not name does not leave', async () => {
    watches['failing'] = async function* () {
      yield { n: 1 };
      throw new Error('inner detail');
    };
    const failing = await (await ask('/watch/failing')).text();
    expect(failing).toContain('event: problem\ndata: {"error":{"code":"internal_error"');
    expect(failing).not.toContain('inner detail');
    expect(lastLogged()).toContain('inner detail');
    watches['leaky'] = async function* () {
      const leaky = { n: 1, password: 'hunter2' };
      yield leaky;
    };
    const leaky = await (await ask('/watch/leaky')).text();
    expect(leaky).toContain('internal_error');
    expect(leaky).not.toContain('hunter2');
    watches['refusing'] = async function* () {
      yield { n: 1 };
      throw new Refusal('not_found', 'It is gone.');
    };
    expect(await (await ask('/watch/refusing')).text()).toContain('"message":"It is gone."');
    expect((await ask('/watch/none')).status).toBe(404);
  });

  test('end when the client signs out', async () => {
    const { over } = source('session', [1]);
    const headers = { 'sec-fetch-site': 'same-origin' };
    const body = { email: 'ann@example.com', password: testPassword };
    const cookie = cookiesOf(await app.call('POST', '/api/v1/session', { body, headers }));
    const reader = readerOf(await ask('/watch/session', { headers: { cookie } }));
    await reader.read();
    expect((await app.call('DELETE', '/api/v1/session', { cookie, headers })).status).toBe(204);
    expect(await readUntil(reader, toEnd)).toEndWith('(end)');
    expect(await over).toBe('told to end');
  });

  test('do not keep a session from ending that is not used otherwise', async () => {
    const { over } = source('watched', [1]);
    const { sessionIdleMs } = defaultSettings.accounts;
    const headers = { 'sec-fetch-site': 'same-origin' };
    const body = { email: 'ann@example.com', password: testPassword };
    const cookie = cookiesOf(await app.call('POST', '/api/v1/session', { body, headers }));
    const reader = readerOf(await ask('/watch/watched', { headers: { cookie } }));
    try {
      // Looked after shortly before its time is over, which a call would have begun anew, and again after it.
      const begun = Date.now();
      setSystemTime(begun + 0.9 * sessionIdleMs);
      await readUntil(reader, (so) => so.endsWith('\n:\n\n:\n\n'));
      setSystemTime(begun + 1.1 * sessionIdleMs);
      expect(await readUntil(reader, toEnd)).toEndWith('(end)');
      expect(await over).toBe('told to end');
      expect((await app.call('GET', '/api/v1/me', { cookie })).status).toBe(401);
    } finally {
      setSystemTime();
      await reader.cancel();
    }
  });

  test('end when the token is revoked, and when its owner is disabled', async () => {
    const revoked = source('revoked', [1]);
    const made = await app.call('POST', '/api/v1/tokens', {
      token: ann.token,
      body: { name: 'watch', readOnly: true },
    });
    const authorization = `Bearer ${field(made.json, 'token')}`;
    const byToken = readerOf(await ask('/watch/revoked', { headers: { authorization } }));
    await byToken.read();
    await revokeToken(app.accounts, cliActor, ann.user, field(made.json, 'id'));
    expect(await readUntil(byToken, toEnd)).toEndWith('(end)');
    expect(await revoked.over).toBe('told to end');

    const disabled = source('disabled', [1]);
    const bob = await app.enroll('user', 'bob@example.com');
    const byBob = readerOf(await ask('/watch/disabled', { headers: { authorization: `Bearer ${bob.token}` } }));
    await byBob.read();
    await changePerson(app.accounts, cliActor, bob.user.id, { enabled: false });
    expect(await readUntil(byBob, toEnd)).toEndWith('(end)');
    expect(await disabled.over).toBe('told to end');
  });

  test('end when the client hangs up', async () => {
    const { over } = source('gone', [1]);
    const server = Bun.serve({
      port: 0,
      idleTimeout: 0,
      fetch: (request) => router.fetch(request, { clientIp: '::1', secure: false, requestId: 'r' }),
    });
    const leaving = new AbortController();
    const response = await fetch(`${server.url.href}api/v1/watch/gone`, {
      headers: { authorization: `Bearer ${ann.token}` },
      signal: leaving.signal,
    });
    const text = await readUntil(readerOf(response), (so) => so.includes('{"n":1}'));
    expect(text).toContain('data: {"n":1}');
    leaving.abort();
    expect(await over).toBe('told to end');
    await server.stop(true);
  });

  test('are made no faster than they are read, and not at all for nobody', async () => {
    const many = source(
      'many',
      Array.from({ length: 10_000 }, (_, n) => n),
    );
    const reader = readerOf(await ask('/watch/many'));
    await readUntil(reader, (so) => so.includes('data: {"n":3}'));
    // Beats pass while nobody reads.
    await Bun.sleep(50);
    expect(many.produced).toBeLessThan(10);
    await reader.cancel();
    expect(await many.over).toBe('told to end');

    const unread = source('unread', [1]);
    expect((await ask('/watch/unread', { method: 'HEAD' })).status).toBe(200);
    await Bun.sleep(20);
    expect(unread.produced).toBe(0);
  });

  test('end when the gateway stops', async () => {
    const { over } = source('stopping', [1]);
    const reader = readerOf(await ask('/watch/stopping'));
    await readUntil(reader, (so) => so.includes('{"n":1}'));
    stopping.abort();
    expect(await readUntil(reader, toEnd)).toEndWith('(end)');
    expect(await over).toBe('told to end');
    const late = await ask('/watch/stopping');
    expect(await late.text()).toBe(':\n\n');
  });
});

test('each kind is described, for machines and for people', () => {
  const document = JSON.stringify(describeApi(testOperations, '1'));
  expect(document).toContain('"200":{"description":"The file.","content":{"text/csv":{},"application/json":{}}}');
  expect(document).toContain('"text/event-stream":{"schema":');
  expect(document).toContain('"303":{"description":"Go there."');
  expect(document).toContain('"202":{"description":"Done.","content":{"application/json"');
  expect(document).toContain('"204":{"description":"Done."}');
  const page = docsPage(testOperations);
  for (const words of ['A file: text/csv, application/json.', 'Each event', 'Sends the browser elsewhere.'])
    expect(page).toContain(words);
});

test('what is missing or doubled stops the start', () => {
  const deps = {
    accounts: app.accounts,
    refresh: () => Promise.resolve(),
    stopping: stopping.signal,
    log: app.deps.log,
  };
  const { 'things.leave': _left, ...fewer } = handlers;
  // @ts-expect-error a handler is missing: this does not compile, and it does not start either
  expect(() => serveOperations(testOperations, fewer, deps)).toThrow('declared but not served: things.leave');
  const { 'things.read': read } = testOperations;
  const doubled = { 'things.read': read, 'things.again': { ...read, path: '/things/{name}' } } as const;
  const both = { 'things.read': handlers['things.read'], 'things.again': async () => ({ id: '', size: null }) };
  expect(() => serveOperations(doubled, both, deps)).toThrow('things.again (get /things/{}) is served twice');
});

test('what a handler does wrongly does not compile', () => {
  type Wrong = Partial<Handlers<typeof testOperations>>;
  // @ts-expect-error nothing of this name is declared
  const additional: Wrong = { 'things.steal': async () => undefined };
  // @ts-expect-error a number is no name
  const wrongShape: Wrong = { 'things.start': async () => ({ name: 7 }) };
  // @ts-expect-error the answer is missing
  const noAnswer: Wrong = { 'things.start': async () => undefined };
  // @ts-expect-error there is no such field in the body
  const wrongField: Wrong = { 'things.start': async ({ body }) => ({ name: body.nam }) };
  // @ts-expect-error it has no body
  const noBody: Wrong = { 'things.read': async ({ body }) => ({ id: body.id, size: null }) };
  // @ts-expect-error nobody in particular calls a public operation
  const noCaller: Wrong = { 'things.leave': async (_received, context) => typeof context.caller };
  const wrongData = async function* () {
    yield { m: 1 };
  };
  // @ts-expect-error events have the declared shape
  const wrongEvent: Wrong = { 'things.watch': async () => wrongData() };
  expect([additional, wrongShape, noAnswer, wrongField, noBody, noCaller, wrongEvent]).toHaveLength(7);
});
