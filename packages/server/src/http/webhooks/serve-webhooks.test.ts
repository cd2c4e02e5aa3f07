import { declareWebhooks } from '@tollgate/contract/webhooks';
import { beforeEach, expect, test } from 'bun:test';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../../domain/refusal.ts';
import { serveWebhooks } from './serve-webhooks.ts';
import type { WebhookHandlers } from './webhook.ts';

/** Doors as payments and sign-in from elsewhere will have them. */
const doors = declareWebhooks({
  'payments.notify': {
    method: 'post',
    path: '/webhooks/payments/{method}',
    summary: 'A payment provider says what became of a payment',
    secret: 'signing secret of the payment method',
    maxBytes: 100,
  },
  'login.return': {
    method: 'get',
    path: '/callbacks/login/{provider}',
    summary: 'A browser comes back from signing in elsewhere',
    secret: 'client secret of the login provider',
    maxBytes: 0,
  },
});

const secrets = new Map<string, string>();
const logged: string[] = [];
let refreshes = 0;

const handlers: WebhookHandlers<typeof doors> = {
  'payments.notify': {
    secret: async ({ method }) => secrets.get(method),
    answer: async ({ body, headers, secret, clientIp, requestId }) => {
      const given = Buffer.from(headers.get('x-signature') ?? '', 'hex');
      const due = createHmac('sha256', secret).update(body).digest();
      if (given.length !== due.length || !timingSafeEqual(given, due))
        throw new Refusal('forbidden', 'The signature is wrong.');
      const text = new TextDecoder().decode(body);
      if (text === 'crash') throw new Error('inner detail');
      return new Response(`${text} ${clientIp} ${requestId}`, { headers: { 'content-type': 'text/plain' } });
    },
  },
  'login.return': {
    secret: async ({ provider }) => secrets.get(provider),
    answer: async ({ query, params }) =>
      new Response(null, {
        status: 303,
        headers: { location: `/?${params.provider}=${query.get('code')}`, 'cache-control': 'private' },
      }),
  },
};

const router = serveWebhooks(doors, handlers, {
  refresh: () => {
    refreshes += 1;
    return Promise.resolve();
  },
  log: { error: ({ error }) => void logged.push(String(error)) },
});

const call = async (path: string, init: RequestInit = {}): Promise<Response> =>
  await router.fetch(new Request(`http://gate.example/api${path}`, init), {
    clientIp: '203.0.113.5',
    secure: true,
    requestId: 'req_1',
  });

const signed = (body: Uint8Array<ArrayBuffer> | string, secret = 'whsec'): RequestInit => ({
  method: 'POST',
  body,
  headers: {
    'x-signature': createHmac('sha256', secret).update(body).digest('hex'),
    // Whoever calls here has neither session nor origin; what they say of either changes nothing.
    'sec-fetch-site': 'cross-site',
    origin: 'https://pay.example',
    'content-type': 'application/x-www-form-urlencoded',
  },
});

beforeEach(() => {
  secrets.clear();
  logged.length = 0;
  refreshes = 0;
});

test('a door exists only while its secret is set', async () => {
  const unknown = await (await call('/webhooks/nothing', { method: 'POST' })).text();
  const closed = await call('/webhooks/payments/card', signed('paid'));
  expect([closed.status, await closed.text()]).toEqual([404, unknown]);
  secrets.set('card', '');
  expect((await call('/webhooks/payments/card', signed('paid', ''))).status).toBe(404);
  secrets.set('card', 'whsec');
  expect((await call('/webhooks/payments/card', signed('paid'))).status).toBe(200);
  expect((await call('/webhooks/payments/cash', signed('paid'))).status).toBe(404);
  expect((await call('/webhooks/payments/card')).status).toBe(404);
});

test('the handler gets the very bytes, and its answer goes out as it is', async () => {
  secrets.set('card', 'whsec');
  const odd = new Uint8Array([0xff, 0x00, 0x0d, 0x0a, 0xfe]);
  expect((await call('/webhooks/payments/card', signed(odd))).status).toBe(200);
  const reply = await call('/webhooks/payments/card', signed('{"a": 1}'));
  expect(await reply.text()).toBe('{"a": 1} 203.0.113.5 req_1');
  expect(reply.headers.get('content-type')).toBe('text/plain');
  expect(reply.headers.get('cache-control')).toBe('no-store');
  expect(refreshes).toBe(2);
  expect((await call('/webhooks/payments/card', signed('{"a": 1}', 'guess'))).status).toBe(403);
});

test('a longer body is refused', async () => {
  secrets.set('card', 'whsec');
  expect((await call('/webhooks/payments/card', signed('x'.repeat(101)))).status).toBe(413);
  expect((await call('/webhooks/payments/card', signed('x'.repeat(100)))).status).toBe(200);
});

test('a failure is logged and answered with 500, so that the caller tries again', async () => {
  secrets.set('card', 'whsec');
  const reply = await call('/webhooks/payments/card', signed('crash'));
  expect(reply.status).toBe(500);
  expect(await reply.text()).not.toContain('inner detail');
  expect(logged).toEqual(['Error: inner detail']);
});

test('a browser that comes back is sent on', async () => {
  secrets.set('github', 'oauth');
  const reply = await call('/callbacks/login/github?code=c%2F1&state=s');
  expect([reply.status, reply.headers.get('location')]).toEqual([303, '/?github=c/1']);
  expect(reply.headers.get('cache-control')).toBe('private');
  expect(refreshes).toBe(0);
});

test('what is declared and not answered does not compile and does not start', () => {
  const deps = { refresh: () => Promise.resolve(), log: { error: () => undefined } };
  const { 'login.return': _missing, ...fewer } = handlers;
  // @ts-expect-error nobody answers login.return
  expect(() => serveWebhooks(doors, fewer, deps)).toThrow('login.return is declared');
  // @ts-expect-error a door is below /webhooks or /callbacks
  declareWebhooks({ 'payments.bad': { ...doors['payments.notify'], path: '/payments' } });
  // @ts-expect-error a door without a secret is open to anybody
  declareWebhooks({ 'payments.bad': { method: 'post', path: '/webhooks/x', summary: '', maxBytes: 1 } });
  const wrong: Partial<WebhookHandlers<typeof doors>> = {
    'login.return': {
      // @ts-expect-error the path has no such parameter
      secret: async (params) => typeof params.method,
      answer: async () => new Response(),
    },
  };
  expect(wrong).toBeDefined();
});
