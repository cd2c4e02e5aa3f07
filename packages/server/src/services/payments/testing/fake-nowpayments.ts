import { createHmac } from 'node:crypto';
import type { CallbackCall } from '../adapter.ts';
import { bodyChanged, deliver, page, posted, type FakeProvider, type KnownOrder } from './fake-provider.ts';

const apiKey = 'nowpayments-key';
const ipnSecret = 'nowpayments-ipn';
const account = { email: 'merchant@example.com', password: 'nowpayments-password' };

type Kept = {
  readonly invoiceId: string;
  readonly paymentId: number;
  readonly orderId: string;
  readonly price: number;
  currency: string;
  readonly hook: string;
  readonly returnUrl: string;
  /** Share of what was asked that was sent. */
  sent: number;
};

/** What of NOWPayments' API the gateway uses, as its documentation describes it; a coin is half a dollar. */
export function openFakeNowpayments(): FakeProvider {
  const kept = new Map<string, Kept>();
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request): Promise<Response> {
      const url = new URL(request.url);
      if (url.pathname === '/payment/') return await cashier(url.searchParams);
      if (url.pathname === '/v1/auth') {
        const given = (await request.json()) as typeof account;
        return given.email === account.email && given.password === account.password
          ? Response.json({ token: 'jwt' })
          : Response.json({ statusCode: 403, code: 'AUTH_FAILED' }, { status: 403 });
      }
      if (request.headers.get('x-api-key') !== apiKey)
        return Response.json({ statusCode: 403, code: 'INVALID_API_KEY' }, { status: 403 });
      if (url.pathname === '/v1/invoice') return create((await request.json()) as Readonly<Record<string, unknown>>);
      if (url.pathname === '/v1/merchant/coins') return Response.json({ selectedCurrencies: ['USDTTRC20'] });
      if (url.pathname === '/v1/payment/') {
        if (request.headers.get('authorization') !== 'Bearer jwt')
          return Response.json({ code: 'JWT' }, { status: 401 });
        const one = kept.get(url.searchParams.get('invoiceId') ?? '');
        return Response.json({ data: one === undefined || one.sent === 0 ? [] : [show(one)], limit: 100, page: 0 });
      }
      const id = Number(url.pathname.split('/').at(-1));
      const one = [...kept.values()].find(({ paymentId }) => paymentId === id);
      return one === undefined
        ? Response.json({ statusCode: 404, code: 'PAYMENT_NOT_FOUND' }, { status: 404 })
        : Response.json(show(one));
    },
  });
  const origin = `http://127.0.0.1:${server.port}`;

  const create = (asked: Readonly<Record<string, unknown>>): Response => {
    const invoiceId = String(4_500_000_000 + kept.size);
    kept.set(invoiceId, {
      invoiceId,
      paymentId: 5_000_000_000 + kept.size,
      orderId: String(asked['order_id']),
      price: Number(asked['price_amount']),
      currency: String(asked['price_currency']),
      hook: String(asked['ipn_callback_url']),
      returnUrl: String(asked['success_url']),
      sent: 0,
    });
    return Response.json({
      id: invoiceId,
      order_id: asked['order_id'],
      invoice_url: `${origin}/payment/?iid=${invoiceId}`,
    });
  };

  const show = (one: Kept) => ({
    payment_id: one.paymentId,
    invoice_id: Number(one.invoiceId),
    payment_status: one.sent >= 1 ? 'finished' : one.sent > 0 ? 'partially_paid' : 'waiting',
    price_amount: one.price,
    price_currency: one.currency,
    pay_amount: one.price * 2,
    actually_paid: one.price * 2 * one.sent,
    pay_currency: 'usdttrc20',
    order_id: one.orderId,
    fee: { currency: 'usdttrc20', depositFee: 0 },
  });

  /** Sorted by hand, one level under the other, so that a mistake in ours is not made here too. */
  const notify = (told: object): CallbackCall => {
    const body = JSON.stringify(told);
    const parsed = JSON.parse(body) as Record<string, unknown>;
    const lines = Object.keys(parsed)
      .sort()
      .map((name) => {
        const value = parsed[name];
        const inner =
          typeof value === 'object' && value !== null
            ? `{${Object.keys(value)
                .sort()
                .map((key) => `${JSON.stringify(key)}:${JSON.stringify((value as Record<string, unknown>)[key])}`)
                .join(',')}}`
            : JSON.stringify(value);
        return `${JSON.stringify(name)}:${inner}`;
      });
    const signature = createHmac('sha512', ipnSecret)
      .update(`{${lines.join(',')}}`)
      .digest('hex');
    return posted(body, { 'content-type': 'application/json', 'x-nowpayments-sig': signature });
  };

  const cashier = async (query: URLSearchParams): Promise<Response> => {
    const one = kept.get(query.get('iid') ?? '');
    if (one === undefined) return new Response('no such invoice', { status: 404 });
    if (!query.has('sent')) return page(`Pay ${one.price.toFixed(2)}`, `?iid=${one.invoiceId}&sent`);
    one.sent = 1;
    await deliver(one.hook, notify(show(one)));
    return Response.redirect(one.returnUrl, 303);
  };

  const of = ({ id }: KnownOrder): Kept => {
    const one = [...kept.values()].findLast(({ orderId }) => orderId === id);
    if (one === undefined) throw new Error('there is no such invoice');
    return one;
  };

  return {
    hook: undefined,
    wrongSecret: { apiKey: 'wrong' },
    doorSecret: 'ipnSecret',
    currencyCanDiffer: true,
    refundsByHand: true,
    input: (name) => ({
      name,
      provider: 'nowpayments',
      currency: 'USD',
      rate: '1',
      settings: { apiUrl: origin },
      secrets: { apiKey, ipnSecret, ...account },
    }),
    async pay(order, _next, paid) {
      const one = of(order);
      one.sent = paid?.amount === undefined ? 1 : Number(paid.amount) / one.price;
      one.currency = paid?.currency?.toLowerCase() ?? one.currency;
      return notify(show(one));
    },
    forge: (call) => bodyChanged(call, '"finished"', '"finished "'),
    foreign: (id) => {
      // A payment of another shop's, for an order that this one never had.
      const one = {
        invoiceId: '9',
        paymentId: 9,
        orderId: id,
        price: 1,
        currency: 'usd',
        hook: '',
        returnUrl: '',
        sent: 1,
      };
      kept.set(one.invoiceId, one);
      return notify(show(one));
    },
    refunded: () => 0,
    close: () => void server.stop(true),
  };
}
