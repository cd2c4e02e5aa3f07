import Stripe from 'stripe';
import type { CallbackCall } from '../adapter.ts';
import { page, type FakeProvider } from './fake-provider.ts';
import { openFakeStripeCards, type StripeAnswer } from './fake-stripe-cards.ts';

const secretKey = 'sk_test_fake';
const webhookSecret = 'whsec_fake';

type Session = {
  id: string;
  order: string;
  amount: number;
  currency: string;
  status: 'open' | 'complete' | 'expired';
  refunded: number;
  dispute: 'needs_response' | 'won' | 'lost' | undefined;
  created: number;
  successUrl: string;
  /** Whom the card is saved for that pays, and then the card. */
  saveFor: string | undefined;
  card?: string;
  /** What of the amount is tax; undefined where nobody asked to work it out. */
  tax: number | undefined;
};

const stripeError = (status: number, type: string, message: string): Response =>
  Response.json({ error: { type, message } }, { status });

const untaxed: StripeAnswer = {
  status: 400,
  json: { error: { type: 'invalid_request_error', message: 'The price has no tax behavior that the fake knows.' } },
};

/** Of these Stripe takes whole units only, told in hundredths. */
const wholeUnits = ['isk', 'ugx'];
const notWhole: StripeAnswer = {
  status: 400,
  json: { error: { type: 'invalid_request_error', message: 'The amount must be a whole number of units.' } },
};

/** The fake, and its cards. */
export type FakeStripe = FakeProvider & {
  readonly cards: Pick<ReturnType<typeof openFakeStripeCards>, 'bank' | 'charged' | 'customers'>;
};

/** What of Stripe's API the gateway uses, as its reference describes it. */
export function openFakeStripe(now: () => number): FakeStripe {
  const sessions = new Map<string, Session>();
  const keys = new Map<string, { readonly body: string; readonly answer: StripeAnswer }>();
  let count = 0;
  const sdk = new Stripe(secretKey);

  let origin = '';
  const cards = openFakeStripeCards({ now, nextId: () => (count += 1), origin: () => origin });
  const chargeOf = (one: Session) => ({
    id: `ch_${one.id}`,
    object: 'charge',
    amount: one.amount,
    amount_refunded: one.refunded,
    disputed: one.dispute !== undefined,
    payment_intent: `pi_${one.id}`,
    metadata: { order: one.order },
  });
  const disputeOf = (one: Session) => ({
    id: `dp_${one.id}`,
    object: 'dispute',
    amount: one.amount,
    charge: `ch_${one.id}`,
    payment_intent: `pi_${one.id}`,
    status: one.dispute,
  });
  const show = (one: Session, whole: boolean, withCard = false) => ({
    id: one.id,
    object: 'checkout.session',
    client_reference_id: one.order,
    amount_total: one.amount,
    amount_subtotal: one.amount,
    automatic_tax: { enabled: one.tax !== undefined, status: one.tax === undefined ? null : 'complete' },
    currency: one.currency,
    status: one.status,
    payment_status: one.status === 'complete' ? 'paid' : 'unpaid',
    total_details: { amount_tax: one.tax ?? 0, amount_discount: 0, amount_shipping: 0 },
    payment_intent:
      one.status === 'complete'
        ? whole
          ? {
              id: `pi_${one.id}`,
              object: 'payment_intent',
              latest_charge: chargeOf(one),
              setup_future_usage: one.saveFor === undefined ? null : 'off_session',
              payment_method: withCard && one.card !== undefined ? cards.showCard(one.card) : (one.card ?? 'pm_once'),
            }
          : `pi_${one.id}`
        : null,
    url: one.status === 'open' ? `${origin}/c/pay/${one.id}` : null,
    metadata: { order: one.order },
  });

  const create = (form: URLSearchParams): StripeAnswer => {
    if (form.get('mode') === 'setup') return cards.beginSetup(form);
    const id = `cs_test_${(count += 1)}`;
    const one: Session = {
      id,
      order: form.get('client_reference_id') ?? '',
      amount: Number(form.get('line_items[0][price_data][unit_amount]')),
      currency: form.get('line_items[0][price_data][currency]') ?? '',
      status: 'open',
      refunded: 0,
      dispute: undefined,
      created: Math.floor(now() / 1000),
      successUrl: form.get('success_url') ?? '',
      saveFor:
        form.get('payment_intent_data[setup_future_usage]') === 'off_session'
          ? (form.get('customer') ?? undefined)
          : undefined,
      tax: undefined,
    };
    if (wholeUnits.includes(one.currency) && one.amount % 100 !== 0) return notWhole;
    // A fifth of what is left without it, within the price.
    if (form.get('automatic_tax[enabled]') === 'true') {
      if (form.get('line_items[0][price_data][tax_behavior]') !== 'inclusive') return untaxed;
      one.tax = Math.round(one.amount / 6);
    }
    sessions.set(id, one);
    return { status: 200, json: show(one, false) };
  };

  const refund = (form: URLSearchParams): StripeAnswer | undefined => {
    const asked = form.get('amount');
    const one = [...sessions.values()].find(({ id }) => `pi_${id}` === form.get('payment_intent'));
    if (one !== undefined) one.refunded += Number(asked ?? one.amount);
    else if (!cards.refund(form.get('payment_intent') ?? '', asked === null ? undefined : Number(asked)))
      return undefined;
    return {
      status: 200,
      json: { id: `re_${(count += 1)}`, object: 'refund', status: 'succeeded', amount: Number(asked) },
    };
  };

  /** The same key with the same body is the same answer; with another body it is an error. */
  const once = (
    request: Request,
    body: string,
    make: (form: URLSearchParams) => StripeAnswer | undefined,
  ): Response => {
    const key = request.headers.get('idempotency-key');
    const known = key === null ? undefined : keys.get(key);
    if (known !== undefined && known.body !== body)
      return stripeError(
        400,
        'idempotency_error',
        'Keys for idempotent requests can only be used with the same parameters.',
      );
    const answer = known?.answer ?? make(new URLSearchParams(body));
    if (answer === undefined) return stripeError(404, 'invalid_request_error', 'No such object');
    if (key !== null) keys.set(key, { body, answer });
    return Response.json(answer.json, { status: answer.status });
  };

  const complete = (one: Session): void => {
    one.status = 'complete';
    if (one.saveFor !== undefined) one.card = cards.addCard(one.saveFor);
  };

  /** Its own page: pays, tells, and sends the buyer back. */
  const cashier = async (id: string, done: boolean): Promise<Response> => {
    const one = sessions.get(id);
    if (one === undefined) return new Response('no such session', { status: 404 });
    if (!done) return page(`Pay ${(one.amount / 100).toFixed(2)}`, `${origin}/c/pay/${id}/done`);
    complete(one);
    const { headers, body } = await event('checkout.session.completed', show(one, false));
    if (fake.hook !== undefined) await fetch(fake.hook, { method: 'POST', headers, body: new Uint8Array(body) });
    return Response.redirect(one.successUrl, 303);
  };

  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const url = new URL(request.url);
      const checkout = /^\/c\/pay\/(\w+)(\/done)?$/.exec(url.pathname);
      if (checkout !== null) return await cashier(checkout[1] ?? '', checkout[2] !== undefined);
      const setup = /^\/c\/setup\/(\w+)(\/done)?$/.exec(url.pathname);
      if (setup !== null) return cards.setupPage(setup[1] ?? '', setup[2] !== undefined);
      if (request.headers.get('authorization') !== `Bearer ${secretKey}`)
        return stripeError(401, 'invalid_request_error', 'Invalid API Key provided');
      const body = await request.text();
      const [, , resource = '', second = '', third] = url.pathname.split('/');
      if (request.method === 'POST' && url.pathname === '/v1/checkout/sessions') return once(request, body, create);
      if (request.method === 'POST' && resource === 'refunds') return once(request, body, refund);
      const made = request.method === 'POST' ? cards.post(url.pathname) : undefined;
      if (made !== undefined) return once(request, body, made);
      const known = request.method === 'GET' ? cards.read(url) : undefined;
      if (known !== undefined) return Response.json(known.json, { status: known.status });
      if (resource === 'checkout' && second === 'sessions' && third === undefined) {
        const since = Number(url.searchParams.get('created[gte]') ?? 0);
        const data = [...sessions.values()].filter((one) => one.status === 'complete' && one.created >= since);
        return Response.json({ object: 'list', has_more: false, data: data.map((one) => show(one, false)) });
      }
      if (resource === 'checkout') {
        const one = sessions.get(third ?? '');
        if (one === undefined) return stripeError(404, 'invalid_request_error', 'No such checkout.session');
        const withCard = url.searchParams.get('expand[1]') === 'payment_intent.payment_method';
        return Response.json(show(one, url.searchParams.has('expand[0]'), withCard));
      }
      if (resource === 'payment_intents') {
        const one = [...sessions.values()].find(({ id }) => `pi_${id}` === second);
        if (one === undefined) return stripeError(404, 'invalid_request_error', 'No such payment_intent');
        return Response.json({ id: second, object: 'payment_intent', metadata: { order: one.order } });
      }
      if (resource === 'balance') return Response.json({ object: 'balance', available: [], pending: [] });
      if (resource === 'disputes') {
        const one = [...sessions.values()].find(({ id }) => `pi_${id}` === url.searchParams.get('payment_intent'));
        const data = one?.dispute === undefined ? [] : [disputeOf(one)];
        return Response.json({ object: 'list', has_more: false, data });
      }
      return stripeError(404, 'invalid_request_error', `Unrecognized request URL ${url.pathname}`);
    },
  });
  origin = `http://127.0.0.1:${server.port}`;

  const event = async (type: string, object: unknown): Promise<CallbackCall> => {
    const payload = JSON.stringify({ id: `evt_${(count += 1)}`, object: 'event', type, data: { object } });
    const timestamp = Math.floor(now() / 1000);
    const header = await sdk.webhooks.generateTestHeaderStringAsync({ payload, secret: webhookSecret, timestamp });
    return {
      method: 'post',
      query: new URLSearchParams(),
      headers: new Headers({ 'stripe-signature': header }),
      body: new TextEncoder().encode(payload),
    };
  };

  const fake: FakeStripe = {
    cards,
    hook: undefined,
    wrongSecret: { secretKey: 'sk_wrong' },
    doorSecret: 'webhookSecret',
    input: (name) => ({
      name,
      provider: 'stripe',
      currency: 'USD',
      rate: '1',
      settings: { apiUrl: origin },
      secrets: { secretKey, webhookSecret },
    }),
    async pay(_order, next, paid) {
      const one = sessions.get(next.split('/').at(-1) ?? '');
      if (one === undefined) throw new Error('there is no such session');
      complete(one);
      if (paid?.amount !== undefined) one.amount = Math.round(Number(paid.amount) * 100);
      if (paid?.currency !== undefined) one.currency = paid.currency.toLowerCase();
      return await event('checkout.session.completed', show(one, false));
    },
    forge: (call) => ({
      ...call,
      body: new TextEncoder().encode(new TextDecoder().decode(call.body).replace('"complete"', '"completed"')),
    }),
    foreign: async (id) =>
      await event('checkout.session.completed', {
        id: 'cs_test_foreign',
        client_reference_id: id,
        payment_status: 'paid',
        status: 'complete',
      }),
    async dispute(order, state) {
      const one = sessions.get(order.reference ?? '');
      if (one === undefined) throw new Error('there is no such session');
      one.dispute = state === 'opened' ? 'needs_response' : state;
      return await event(state === 'opened' ? 'charge.dispute.created' : 'charge.dispute.closed', disputeOf(one));
    },
    refunded: (order) => sessions.get(order.reference ?? '')?.refunded ?? 0,
    currencyCanDiffer: true,
    close: () => void server.stop(true),
  };
  return fake;
}
