import { createHmac } from 'node:crypto';
import type { CallbackCall } from '../adapter.ts';
import { bodyChanged, deliver, page, posted, type FakeProvider, type KnownOrder } from './fake-provider.ts';

const apiKey = 'creem_test_fake';
const webhookSecret = 'whsec_creem_fake';
const productId = 'prod_credit';

type Kept = {
  readonly id: string;
  readonly requestId: string;
  readonly price: number;
  readonly successUrl: string;
  paid: number | undefined;
  currency: string;
  refunded: number;
  disputed: boolean;
};

const no = (status: number, message: string): Response =>
  Response.json({ trace_id: '1', status, error: 'Bad Request', message: [message], timestamp: 1 }, { status });

/** What of Creem's API the gateway uses, as its reference and the types of its SDK describe it. */
export function openFakeCreem(): FakeProvider {
  const checkouts = new Map<string, Kept>();
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request): Promise<Response> {
      const url = new URL(request.url);
      const cashier = /^\/checkout\/(\w+)(\/done)?$/.exec(url.pathname);
      if (cashier !== null) return await pay(cashier[1] ?? '', cashier[2] !== undefined);
      if (request.headers.get('x-api-key') !== apiKey) return no(403, 'Forbidden');
      const body = request.method === 'POST' ? ((await request.json()) as Record<string, unknown>) : {};
      switch (`${request.method} ${url.pathname}`) {
        case 'POST /v1/checkouts':
          return create(body);
        case 'GET /v1/checkouts': {
          const one = checkouts.get(url.searchParams.get('checkout_id') ?? '');
          return one === undefined ? no(404, 'Checkout not found') : Response.json(show(one));
        }
        case 'GET /v1/transactions': {
          const one = byTransaction(url.searchParams.get('transaction_id'));
          return one === undefined ? no(404, 'Transaction not found') : Response.json(transactionOf(one));
        }
        case 'GET /v1/products':
          return url.searchParams.get('product_id') === productId
            ? Response.json({ id: productId, currency: 'USD', billing_type: 'onetime', tax_mode: 'inclusive' })
            : no(404, 'Product not found');
        case 'POST /v1/refunds': {
          const one = byTransaction(body['transaction_id']);
          if (one?.paid === undefined) return no(404, 'Transaction not found');
          if (one.refunded > 0) return no(400, 'The transaction has been refunded already');
          one.refunded = one.paid;
          return Response.json({ status: 'succeeded' });
        }
        default:
          return no(404, `Cannot ${request.method} ${url.pathname}`);
      }
    },
  });
  const origin: string = `http://127.0.0.1:${server.port}`;

  const byTransaction = (id: unknown): Kept | undefined =>
    [...checkouts.values()].find((one) => `tran_${one.id}` === id);
  const transactionOf = (one: Kept) => ({
    id: `tran_${one.id}`,
    mode: 'test',
    object: 'transaction',
    amount: one.price,
    amount_paid: one.paid,
    currency: one.currency,
    type: 'payment',
    status: one.disputed ? 'chargedBack' : one.refunded > 0 ? 'refunded' : 'paid',
    refunded_amount: one.refunded === 0 ? null : one.refunded,
    order: `ord_${one.id}`,
    created_at: 1,
  });
  const show = (one: Kept) => ({
    id: one.id,
    mode: 'test',
    object: 'checkout',
    status: one.paid === undefined ? 'pending' : 'completed',
    request_id: one.requestId,
    product: { id: productId, object: 'product', tax_mode: 'inclusive', price: 100 },
    units: 1,
    custom_price: one.price,
    checkout_url: `${origin}/checkout/${one.id}`,
    ...(one.paid !== undefined && {
      order: {
        id: `ord_${one.id}`,
        object: 'order',
        product: productId,
        transaction: `tran_${one.id}`,
        amount: one.price,
        amount_paid: one.paid,
        tax_amount: 0,
        currency: one.currency,
        status: 'paid',
        type: 'onetime',
      },
    }),
  });

  const create = (body: Readonly<Record<string, unknown>>): Response => {
    const price = Number(body['custom_price']);
    if (body['product_id'] !== productId) return no(404, 'Product not found');
    if (!(price >= 100 && price <= 99_999_999)) return no(400, 'custom_price must not be less than 100');
    const id = `ch_${checkouts.size + 1}`;
    const one: Kept = {
      id,
      requestId: String(body['request_id']),
      price,
      successUrl: String(body['success_url']),
      paid: undefined,
      currency: 'USD',
      refunded: 0,
      disputed: false,
    };
    checkouts.set(id, one);
    return Response.json(show(one));
  };

  const event = (eventType: string, object: unknown): CallbackCall => {
    const body = JSON.stringify({ id: 'evt_1', eventType, created_at: 1, object });
    const signature = createHmac('sha256', webhookSecret).update(body).digest('hex');
    return posted(body, { 'content-type': 'application/json', 'creem-signature': signature });
  };

  const pay = async (id: string, done: boolean): Promise<Response> => {
    const one = checkouts.get(id);
    if (one === undefined) return new Response('no such checkout', { status: 404 });
    if (!done) return page(`Pay ${(one.price / 100).toFixed(2)}`, `${origin}/checkout/${id}/done`);
    one.paid = one.price;
    await deliver(fake.hook, event('checkout.completed', show(one)));
    return Response.redirect(one.successUrl, 303);
  };

  const of = (order: KnownOrder): Kept => {
    const one = [...checkouts.values()].findLast(({ requestId }) => requestId === order.id);
    if (one === undefined) throw new Error('there is no such checkout');
    return one;
  };

  const fake: FakeProvider = {
    hook: undefined,
    wrongSecret: { apiKey: 'creem_wrong' },
    doorSecret: 'webhookSecret',
    wholeRefundsOnly: true,
    currencyCanDiffer: true,
    input: (name) => ({
      name,
      provider: 'creem',
      currency: 'USD',
      rate: '1',
      settings: { apiUrl: origin, productId },
      secrets: { apiKey, webhookSecret },
    }),
    async pay(_order, next, paid) {
      const one = checkouts.get(next.split('/').at(-1) ?? '');
      if (one === undefined) throw new Error('there is no such checkout');
      one.paid = paid?.amount === undefined ? one.price : Math.round(Number(paid.amount) * 100);
      one.currency = paid?.currency ?? one.currency;
      return event('checkout.completed', show(one));
    },
    async dispute(order, state) {
      const one = of(order);
      one.disputed = state !== 'won';
      const object = {
        id: 'disp_1',
        object: 'dispute',
        amount: one.price,
        transaction: transactionOf(one),
        checkout: show(one),
      };
      // Creem tells that a dispute is there, and not how it ends.
      return state === 'opened' ? event('dispute.created', object) : undefined;
    },
    forge: (call) => bodyChanged(call, '"completed"', '"complete"'),
    foreign: (id) => event('checkout.completed', { id: 'ch_foreign', request_id: id, status: 'completed' }),
    refunded: (order) => of(order).refunded,
    close: () => void server.stop(true),
  };
  return fake;
}
