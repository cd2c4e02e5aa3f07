import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { walletMeter } from '../../domain/meters.ts';
import { openPlayground } from '../../endpoints/playground.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../../relay/testing/gateway.ts';
import { postCredit } from '../../store/ledger/journal.ts';
import { cookiesOf, field, openTestApp, testPassword, type Reply } from '../testing/admin-app.ts';

/** People asking models from the console: with a key of theirs, and without its text. */

const answer = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'm-upstream',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello to you.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 },
};
const question = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
const sameOrigin = { 'sec-fetch-site': 'same-origin' };

let world: TestGateway;
let app: Awaited<ReturnType<typeof openTestApp>>;
let call: (typeof app)['call'];
let upstream: ReturnType<typeof Bun.serve>;
let ann: Awaited<ReturnType<(typeof app)['enroll']>>;
let cookie: string;
let keyId: string;
const asked: { readonly headers: Record<string, string>; readonly text: string }[] = [];

const ask = (body: unknown = question, id = keyId): Promise<Reply> =>
  call('POST', `/api/v1/playground/${id}/chat/completions`, { cookie, headers: sameOrigin, body });

beforeAll(async () => {
  upstream = Bun.serve({
    port: 0,
    async fetch(request) {
      asked.push({ headers: Object.fromEntries(request.headers), text: await request.text() });
      return Response.json(answer);
    },
  });
  world = await openTestGateway(snapshotOf([channelOf({ id: 'ch_1', baseUrl: `${upstream.url.origin}/v1` })]));
  app = await openTestApp(world.database);
  call = app.variant({ playground: openPlayground(world.deps) });
  ann = await app.enroll('user', 'ann@example.com');
  const signedIn = await call('POST', '/api/v1/session', {
    headers: sameOrigin,
    body: { email: 'ann@example.com', password: testPassword },
  });
  cookie = cookiesOf(signedIn);
  const made = await call('POST', '/api/v1/keys', { cookie, headers: sameOrigin, body: { name: 'playing' } });
  keyId = field(made.json, 'id');
  await postCredit(world.database, {
    transactionId: 'txn_ann',
    kind: 'adjustment',
    account: walletMeter(ann.user.id),
    amount: 1_000_000_000n,
    note: 'test',
    idempotencyKey: 'ann',
    actor: 'test',
    at: Date.now(),
  });
});
afterAll(async () => {
  app.snapshots.close();
  await world.close();
  await upstream.stop(true);
});

describe('asking in the playground', () => {
  test('is answered, charged and logged as with the key’s text, and the log says where it came from', async () => {
    const reply = await ask();
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({ choices: [{ message: { content: 'Hello to you.' } }] });
    const id = reply.headers.get('x-request-id') ?? '';
    const record = world.records.find((one) => one.id === id);
    // 1000 at 1 USD and 500 at 2 USD per million.
    expect(record).toMatchObject({ keyId, userId: ann.user.id, via: 'playground', charge: { amount: 2_000_000n } });
    expect((await world.verify()).problems).toEqual([]);
    const logged = await call('GET', `/api/v1/requests/${id}`, { cookie });
    expect(logged.json).toMatchObject({ keyId, via: 'playground', amountNanos: '2000000', clientIp: '203.0.113.5' });
  });

  test('sends nothing of the session to the provider', async () => {
    await ask();
    const { headers, text } = asked.at(-1) ?? { headers: {}, text: '' };
    expect(JSON.stringify(headers) + text).not.toContain(cookie.split('=')[1]?.slice(0, 20) ?? cookie);
    expect(headers).not.toHaveProperty('cookie');
    expect(headers['authorization']).toBe('Bearer sk-upstream-canary');
  });

  test('is told of mistakes in the words of the protocol, under an id that the log knows', async () => {
    const reply = await ask({ ...question, model: 'no-such-model' });
    expect(reply.status).toBe(404);
    expect(reply.json).toMatchObject({ error: { code: 'model_not_found', type: 'invalid_request_error' } });
    const id = reply.headers.get('x-request-id');
    expect(world.records.find((one) => one.id === id)).toMatchObject({ via: 'playground', charge: undefined });
  });

  test('has the limits of the key', async () => {
    const change = (body: object) => call('PATCH', `/api/v1/keys/${keyId}`, { cookie, headers: sameOrigin, body });
    for (const [limits, code] of [
      [{ models: ['another'] }, 'model_not_allowed'],
      [{ models: null, allowedIps: ['192.0.2.1'] }, 'ip_not_allowed'],
      [{ allowedIps: null, expiresAt: 1 }, 'key_expired'],
      [{ expiresAt: null, enabled: false }, 'key_disabled'],
    ] as const) {
      expect((await change(limits)).status).toBe(200);
      const refused = await ask();
      expect(field(refused.json, 'error.code')).toBe(code);
      const id = refused.headers.get('x-request-id');
      expect(world.records.find((one) => one.id === id)).toMatchObject({ errorCode: code, charge: undefined });
    }
    await change({ enabled: true });
    expect((await ask()).status).toBe(200);
  });

  test('is of one’s own keys only, even for who sees those of others', async () => {
    const root = await app.enroll('root', 'root@example.com');
    const before = world.records.length;
    const path = `/api/v1/playground/${keyId}/chat/completions`;
    const byRoot = await call('POST', path, { token: root.token, body: question });
    expect([byRoot.status, field(byRoot.json, 'error.code')]).toEqual([403, 'forbidden']);
    const bob = await app.enroll('user', 'bob@example.com');
    expect((await call('POST', path, { token: bob.token, body: question })).status).toBe(404);
    const elsewhere = await call('POST', path, { cookie, headers: { origin: 'https://evil.example' }, body: question });
    expect(field(elsewhere.json, 'error.code')).toBe('cross_site_request');
    expect((await call('POST', path, { body: question })).status).toBe(401);
    expect(world.records.length).toBe(before);
  });

  test('leaves no request open', () => {
    expect(world.deps.load.openRequests).toBe(0);
    expect(world.deps.load.bufferedBytes).toBe(0);
  });
});
