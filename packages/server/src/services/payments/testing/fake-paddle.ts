import { createHmac } from 'node:crypto';
import type { CallbackCall } from '../adapter.ts';
import { bodyChanged, deliver, page, posted, type FakeProvider, type KnownOrder } from './fake-provider.ts';

const apiKey = 'pdl_sdbx_apikey_fake';
const webhookSecret = 'pdl_ntfset_fake';
const productId = 'pro_credit';
/** Taxes come on top: a fifth. */
const withTax = (price: number): number => Math.round(price * 1.2);

type Adjustment = {
  readonly action: 'refund' | 'chargeback' | 'chargeback_reverse';
  readonly total: number;
  readonly at: string;
};
type Kept = {
  readonly id: string;
  readonly orderId: string;
  price: number;
  currency: string;
  paid: boolean;
  readonly adjustments: Adjustment[];
};
type Asked = {
  readonly custom_data: { readonly order: string };
  readonly items: readonly [
    {
      readonly price?: {
        readonly product_id: string;
        readonly unit_price: { readonly amount: string; readonly currency_code: string };
      };
      readonly amount?: string;
    },
  ];
  readonly transaction_id: string;
  readonly type: 'full' | 'partial';
};

const no = (status: number, code: string): Response =>
  Response.json({ error: { type: 'request_error', code, detail: code } }, { status });

/** What of Paddle's API the gateway uses, as its reference and the types of its SDK describe it. */
export function openFakePaddle(now: () => number = Date.now): FakeProvider {
  const kept = new Map<string, Kept>();
  let returnTo = '/';
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request): Promise<Response> {
      const url = new URL(request.url);
      if (url.pathname === '/checkout') return await checkout(url.searchParams);
      if (request.headers.get('authorization') !== `Bearer ${apiKey}`) return no(403, 'forbidden');
      const [, resource, id] = url.pathname.split('/');
      if (resource === 'products') return id === productId ? Response.json({ data: { id } }) : no(404, 'not_found');
      if (request.method === 'GET' && resource === 'adjustments') {
        const one = kept.get(url.searchParams.get('transaction_id') ?? '');
        return Response.json({ data: (one?.adjustments ?? []).map(showAdjustment) });
      }
      if (request.method === 'GET') {
        const one = kept.get(id ?? '');
        return one === undefined ? no(404, 'not_found') : Response.json({ data: show(one) });
      }
      const asked = (await request.json()) as Asked;
      return resource === 'transactions' ? create(asked) : refund(asked);
    },
  });
  const origin = `http://127.0.0.1:${server.port}`;

  const create = ({ custom_data: { order: orderId }, items: [{ price }] }: Asked): Response => {
    if (price?.product_id !== productId) return no(404, 'not_found');
    const { amount, currency_code: currency } = price.unit_price;
    const id = `txn_${kept.size + 1}`;
    const one: Kept = { id, orderId, price: Number(amount), currency, paid: false, adjustments: [] };
    kept.set(id, one);
    return Response.json({ data: show(one) }, { status: 201 });
  };

  const show = (one: Kept) => ({
    id: one.id,
    status: one.paid ? 'completed' : 'ready',
    currency_code: one.currency,
    custom_data: { order: one.orderId },
    checkout: { url: `${origin}/checkout?_ptxn=${one.id}` },
    details: {
      totals: {
        subtotal: String(one.price),
        discount: '0',
        tax: String(withTax(one.price) - one.price),
        total: String(withTax(one.price)),
      },
      line_items: [{ id: `txnitm_${one.id}` }],
    },
  });
  const showAdjustment = ({ action, total, at }: Adjustment) => ({
    action,
    status: 'approved',
    created_at: at,
    totals: { total: String(total) },
  });

  const refundedOf = (one: Kept): number =>
    one.adjustments.filter(({ action }) => action === 'refund').reduce((sum, { total }) => sum + total, 0);
  const refund = ({ transaction_id: id, type, items }: Asked): Response => {
    const one = kept.get(id);
    if (one === undefined || !one.paid) return no(404, 'not_found');
    const left = withTax(one.price) - refundedOf(one);
    // What is refunded in full must not have been refunded in part.
    if (type === 'full' && refundedOf(one) > 0) return no(400, 'adjustment_invalid_type');
    const total = type === 'full' ? left : Number(items[0].amount);
    if (total > left || total <= 0) return no(400, 'adjustment_amount_above_remaining_allowed');
    one.adjustments.push({ action: 'refund', total, at: new Date(now()).toISOString() });
    return Response.json({ data: { id: 'adj_1', status: 'pending_approval' } }, { status: 201 });
  };

  const event = (type: string, data: object): CallbackCall => {
    const body = JSON.stringify({
      event_id: 'evt_1',
      event_type: type,
      occurred_at: new Date(now()).toISOString(),
      data,
    });
    const at = Math.floor(now() / 1000);
    const h1 = createHmac('sha256', webhookSecret).update(`${at}:${body}`).digest('hex');
    return posted(body, { 'content-type': 'application/json', 'paddle-signature': `ts=${at};h1=${h1}` });
  };

  const checkout = async (query: URLSearchParams): Promise<Response> => {
    const one = kept.get(query.get('_ptxn') ?? '');
    if (one === undefined) return new Response('no such transaction', { status: 404 });
    if (!query.has('done')) return page(`Pay ${(withTax(one.price) / 100).toFixed(2)}`, `?_ptxn=${one.id}&done`);
    one.paid = true;
    await deliver(fake.hook, event('transaction.completed', show(one)));
    returnTo = fake.hook === undefined ? '/' : `${new URL(fake.hook).origin}/wallet?order=${one.orderId}`;
    return Response.redirect(returnTo, 303);
  };

  const of = ({ id }: KnownOrder): Kept => {
    const one = [...kept.values()].findLast(({ orderId }) => orderId === id);
    if (one === undefined) throw new Error('there is no such transaction');
    return one;
  };

  const fake: FakeProvider = {
    hook: undefined,
    wrongSecret: { apiKey: 'wrong' },
    doorSecret: 'webhookSecret',
    currencyCanDiffer: true,
    input: (name) => ({
      name,
      provider: 'paddle',
      currency: 'USD',
      rate: '1',
      settings: { apiUrl: origin, productId },
      secrets: { apiKey, webhookSecret },
    }),
    async pay(order, _next, paid) {
      const one = of(order);
      one.paid = true;
      one.price = paid?.amount === undefined ? one.price : Math.round(Number(paid.amount) * 100);
      one.currency = paid?.currency ?? one.currency;
      return event('transaction.completed', show(one));
    },
    async dispute(order, state) {
      const one = of(order);
      const at = new Date(now() + one.adjustments.length).toISOString();
      if (state === 'opened') one.adjustments.push({ action: 'chargeback', total: withTax(one.price), at });
      if (state === 'won') one.adjustments.push({ action: 'chargeback_reverse', total: withTax(one.price), at });
      return event('adjustment.updated', { id: 'adj_1', transaction_id: one.id });
    },
    forge: (call) => bodyChanged(call, 'transaction.completed', 'transaction.complete'),
    foreign: (id) => event('transaction.completed', { id: 'txn_foreign', custom_data: { order: id } }),
    // Without the taxes that went back with it.
    refunded: (order) => Math.round(refundedOf(of(order)) / 1.2),
    close: () => void server.stop(true),
  };
  return fake;
}
