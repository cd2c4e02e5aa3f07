import { createHmac } from 'node:crypto';
import type { CallbackCall } from '../adapter.ts';
import { bodyChanged, deliver, page, posted, type FakeProvider, type KnownOrder } from './fake-provider.ts';

const clientId = 'paypal-client';
const clientSecret = 'paypal-secret';
const webhookId = 'WH-1';
const accessToken = 'A21AA-fake';
/** What PayPal signs with; nobody else has it. */
const own = 'paypal-own-key';

type Kept = {
  readonly id: string;
  readonly orderId: string;
  value: string;
  currency: string;
  status: 'PAYER_ACTION_REQUIRED' | 'APPROVED' | 'COMPLETED';
  readonly returnUrl: string;
  readonly refunds: Map<string, string>;
  dispute: 'OPEN' | 'RESOLVED_SELLER_FAVOUR' | 'RESOLVED_BUYER_FAVOUR' | undefined;
};
type Money = { readonly currency_code: string; readonly value: string };

const no = (status: number, name: string): Response => Response.json({ name, message: name }, { status });

/** What of PayPal's API the gateway uses, as its reference describes it. */
export function openFakePaypal(): FakeProvider {
  const orders = new Map<string, Kept>();
  const byOrder = (orderId: string): Kept | undefined => [...orders.values()].find((one) => one.orderId === orderId);
  const byCapture = (id: string | null): Kept | undefined => [...orders.values()].find((one) => `cap_${one.id}` === id);

  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request): Promise<Response> {
      const url = new URL(request.url);
      const cashier = /^\/checkoutnow\/(\w+)(\/done)?$/.exec(url.pathname);
      if (cashier !== null) return await approve(cashier[1] ?? '', cashier[2] !== undefined);
      const body = await request.text();
      if (url.pathname === '/v1/oauth2/token') {
        const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
        return request.headers.get('authorization') === basic && body === 'grant_type=client_credentials'
          ? Response.json({ access_token: accessToken, token_type: 'Bearer', expires_in: 32_400 })
          : no(401, 'invalid_client');
      }
      if (request.headers.get('authorization') !== `Bearer ${accessToken}`) return no(401, 'AUTHENTICATION_FAILURE');
      const key = request.headers.get('paypal-request-id') ?? '';
      return serve(request.method, url, body, key);
    },
  });
  const origin = `http://127.0.0.1:${server.port}`;

  const serve = (method: string, url: URL, body: string, key: string): Response => {
    const [, , , resource, id = '', verb] = url.pathname.split('/');
    if (url.pathname === '/v1/notifications/verify-webhook-signature') return verify(body);
    if (url.pathname === '/v2/checkout/orders' && method === 'POST') return create(body);
    if (resource === 'disputes') return disputes(url, id);
    const one = resource === 'captures' ? byCapture(id) : orders.get(id);
    if (one === undefined) return no(404, 'RESOURCE_NOT_FOUND');
    if (resource === 'captures') return refund(one, key, (JSON.parse(body) as { readonly amount: Money }).amount);
    if (verb === 'capture') {
      if (one.status === 'PAYER_ACTION_REQUIRED') return no(422, 'ORDER_NOT_APPROVED');
      one.status = 'COMPLETED';
    }
    return Response.json(show(one));
  };

  const create = (body: string): Response => {
    const asked = JSON.parse(body) as {
      readonly purchase_units: readonly [{ readonly custom_id: string; readonly amount: Money }];
      readonly payment_source: { readonly paypal: { readonly experience_context: { readonly return_url: string } } };
    };
    const [{ custom_id: orderId, amount }] = asked.purchase_units;
    if (['HUF', 'TWD', 'JPY'].includes(amount.currency_code) && amount.value.includes('.'))
      return no(422, 'DECIMAL_PRECISION');
    // The same request id is the same order.
    const known = byOrder(orderId);
    if (known !== undefined) return Response.json(show(known));
    const id = `PP${orders.size + 1}`;
    const one: Kept = {
      id,
      orderId,
      value: amount.value,
      currency: amount.currency_code,
      status: 'PAYER_ACTION_REQUIRED',
      returnUrl: asked.payment_source.paypal.experience_context.return_url,
      refunds: new Map(),
      dispute: undefined,
    };
    orders.set(id, one);
    return Response.json(show(one));
  };

  const sumOf = (one: Kept): number => [...one.refunds.values()].reduce((sum, value) => sum + Number(value), 0);
  const money = (one: Kept, value: string): Money => ({ currency_code: one.currency, value });
  const show = (one: Kept) => ({
    id: one.id,
    status: one.status,
    links: [{ rel: 'payer-action', href: `${origin}/checkoutnow/${one.id}`, method: 'GET' }],
    purchase_units: [
      {
        custom_id: one.orderId,
        amount: money(one, one.value),
        ...(one.status === 'COMPLETED' && {
          payments: {
            captures: [{ id: `cap_${one.id}`, status: 'COMPLETED', amount: money(one, one.value) }],
            refunds: [...one.refunds.values()].map((value) => ({ status: 'COMPLETED', amount: money(one, value) })),
          },
        }),
      },
    ],
  });

  const refund = (one: Kept, key: string, amount: Money): Response => {
    if (!one.refunds.has(key)) {
      if (sumOf(one) + Number(amount.value) > Number(one.value)) return no(422, 'REFUND_AMOUNT_EXCEEDED');
      one.refunds.set(key, amount.value);
    }
    return Response.json({ id: `ref_${key}`, status: 'COMPLETED' }, { status: 201 });
  };

  const disputes = (url: URL, id: string): Response => {
    const one = byCapture(id === '' ? url.searchParams.get('disputed_transaction_id') : id.replace('dis_', ''));
    if (one?.dispute === undefined) return id === '' ? Response.json({ items: [] }) : no(404, 'RESOURCE_NOT_FOUND');
    const shown = { dispute_id: `dis_cap_${one.id}`, status: one.dispute === 'OPEN' ? 'OPEN' : 'RESOLVED' };
    if (id === '') return Response.json({ items: [shown] });
    return Response.json({ ...shown, dispute_outcome: { outcome_code: one.dispute } });
  };

  const signatureOf = (id: string, time: string, event: string): string =>
    createHmac('sha256', own).update(`${id}|${time}|${webhookId}|${event}`).digest('base64');
  /** As PayPal does it: over the very bytes of the event. */
  const verify = (body: string): Response => {
    const asked = JSON.parse(body) as Readonly<Record<string, string>>;
    const event = body.slice(body.indexOf('"webhook_event":') + '"webhook_event":'.length, -1);
    const due = signatureOf(asked['transmission_id'] ?? '', asked['transmission_time'] ?? '', event);
    const genuine = asked['webhook_id'] === webhookId && asked['transmission_sig'] === due;
    return Response.json({ verification_status: genuine ? 'SUCCESS' : 'FAILURE' });
  };
  const event = (type: string, resource: object): CallbackCall => {
    const body = JSON.stringify({ id: 'WH-EVENT', event_version: '1.0', event_type: type, resource });
    const [id, time] = ['transmission-1', '2026-11-29T12:00:00Z'];
    return posted(body, {
      'content-type': 'application/json',
      'paypal-auth-algo': 'SHA256withRSA',
      'paypal-cert-url': 'https://api.paypal.com/v1/notifications/certs/CERT',
      'paypal-transmission-id': id,
      'paypal-transmission-time': time,
      'paypal-transmission-sig': signatureOf(id, time, body),
    });
  };

  const approve = async (id: string, done: boolean): Promise<Response> => {
    const one = orders.get(id);
    if (one === undefined) return new Response('no such order', { status: 404 });
    if (!done) return page(`Pay ${one.value}`, `${origin}/checkoutnow/${id}/done`);
    one.status = 'APPROVED';
    await deliver(fake.hook, event('CHECKOUT.ORDER.APPROVED', show(one)));
    return Response.redirect(one.returnUrl, 303);
  };

  const of = ({ id }: KnownOrder): Kept => {
    const one = byOrder(id);
    if (one === undefined) throw new Error('there is no such order');
    return one;
  };

  const fake: FakeProvider = {
    hook: undefined,
    wrongSecret: { clientSecret: 'wrong' },
    doorSecret: 'webhookId',
    currencyCanDiffer: true,
    input: (name) => ({
      name,
      provider: 'paypal',
      currency: 'USD',
      rate: '1',
      settings: { apiUrl: origin, clientId },
      secrets: { clientSecret, webhookId },
    }),
    async pay(order, _next, paid) {
      const one = of(order);
      one.status = 'APPROVED';
      one.value = paid?.amount ?? one.value;
      one.currency = paid?.currency ?? one.currency;
      if (paid?.currency === 'JPY') one.value = '10';
      return event('CHECKOUT.ORDER.APPROVED', show(one));
    },
    async dispute(order, state) {
      const one = of(order);
      one.dispute = state === 'opened' ? 'OPEN' : state === 'won' ? 'RESOLVED_SELLER_FAVOUR' : 'RESOLVED_BUYER_FAVOUR';
      return event(state === 'opened' ? 'CUSTOMER.DISPUTE.CREATED' : 'CUSTOMER.DISPUTE.RESOLVED', {
        dispute_id: 'dis_1',
        disputed_transactions: [{ seller_transaction_id: `cap_${one.id}`, custom: one.orderId }],
      });
    },
    forge: (call) => bodyChanged(call, '"APPROVED"', '"COMPLETED"'),
    foreign: (id) => event('CHECKOUT.ORDER.APPROVED', { id: 'PPX', purchase_units: [{ custom_id: id }] }),
    refunded: (order) => Math.round(sumOf(of(order)) * 100),
    close: () => void server.stop(true),
  };
  return fake;
}
