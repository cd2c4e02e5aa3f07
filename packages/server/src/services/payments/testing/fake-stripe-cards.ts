import type Stripe from 'stripe';
import { page } from './fake-provider.ts';

/** What Stripe answers: the same again for the same idempotency key, refusals too. */
export type StripeAnswer = { readonly status: number; readonly json: unknown };

const answer = (json: unknown, status = 200): StripeAnswer => ({ status, json });
const noSuch = (what: string, param: string): StripeAnswer =>
  answer(
    { error: { type: 'invalid_request_error', code: 'resource_missing', param, message: `No such ${what}` } },
    404,
  );

type Intent = {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly customer: string;
  readonly card: string;
  readonly order: string;
  readonly created: number;
  readonly status: Stripe.PaymentIntent.Status;
  refunded: number;
};

type FakeStripeCardsDeps = {
  readonly now: () => number;
  readonly nextId: () => number;
  readonly origin: () => string;
};

/** Customers, their cards, and payments by them, as Stripe's reference describes them. */
export function openFakeStripeCards({ now, nextId, origin }: FakeStripeCardsDeps) {
  const customers = new Map<string, { readonly user: string; readonly cards: Set<string> }>();
  const setups = new Map<string, { readonly customer: string; readonly successUrl: string }>();
  const intents = new Map<string, Intent>();
  const bank: { decline: string | undefined } = { decline: undefined };

  const showCard = (id: string) => ({
    id,
    object: 'payment_method',
    type: 'card',
    card: { brand: 'visa', display_brand: 'visa', last4: '4242', exp_month: 4, exp_year: 2031 },
  });
  const problemOf = (one: Intent) =>
    one.status === 'requires_payment_method'
      ? { type: 'card_error', code: 'card_declined', message: bank.decline }
      : null;
  const show = (one: Intent) => ({
    id: one.id,
    object: 'payment_intent',
    amount: one.amount,
    currency: one.currency,
    customer: one.customer,
    payment_method: one.card,
    created: one.created,
    status: one.status,
    metadata: { order: one.order },
    last_payment_error: problemOf(one),
    latest_charge: { id: `ch_${one.id}`, object: 'charge', amount_refunded: one.refunded, disputed: false },
  });

  /** Confirms off-session: what the bank declines is an error that carries the payment. */
  const charge = (form: URLSearchParams): StripeAnswer => {
    const [customer, card] = [form.get('customer') ?? '', form.get('payment_method') ?? ''];
    if (!customers.has(customer)) return noSuch('customer', 'customer');
    if (customers.get(customer)?.cards.has(card) !== true) return noSuch('PaymentMethod', 'payment_method');
    if (form.get('off_session') !== 'true' || form.get('confirm') !== 'true')
      return answer({ error: { type: 'invalid_request_error', message: 'nobody is there to confirm it' } }, 400);
    const one: Intent = {
      id: `pi_${nextId()}`,
      amount: Number(form.get('amount')),
      currency: form.get('currency') ?? '',
      customer,
      card,
      order: form.get('metadata[order]') ?? '',
      created: Math.floor(now() / 1000),
      status: bank.decline === undefined ? 'succeeded' : 'requires_payment_method',
      refunded: 0,
    };
    intents.set(one.id, one);
    if (bank.decline === undefined) return answer(show(one));
    const error = { type: 'card_error', code: 'card_declined', message: bank.decline, payment_intent: show(one) };
    return answer({ error }, 402);
  };

  const beginSetup = (form: URLSearchParams): StripeAnswer => {
    const id = `cs_setup_${nextId()}`;
    setups.set(id, { customer: form.get('customer') ?? '', successUrl: form.get('success_url') ?? '' });
    return answer({ id, object: 'checkout.session', mode: 'setup', url: `${origin()}/c/setup/${id}` });
  };

  const addCustomer = (form: URLSearchParams): StripeAnswer => {
    const id = `cus_${nextId()}`;
    customers.set(id, { user: form.get('metadata[user]') ?? '', cards: new Set() });
    return answer({ id, object: 'customer' });
  };

  /** Its own page: saves a card, and sends the payer back. */
  const setupPage = (id: string, done: boolean): Response => {
    const setup = setups.get(id);
    if (setup === undefined) return new Response('no such session', { status: 404 });
    if (!done) return page('Save card', `${origin()}/c/setup/${id}/done`);
    addCard(setup.customer);
    return Response.redirect(setup.successUrl, 303);
  };

  const addCard = (customer: string): string => {
    const id = `pm_${nextId()}`;
    customers.get(customer)?.cards.add(id);
    return id;
  };

  const read = (url: URL): StripeAnswer | undefined => {
    const [, , resource = '', id = '', sub = '', card = ''] = url.pathname.split('/');
    if (resource === 'customers' && sub === 'payment_methods') {
      const cards = customers.get(id)?.cards ?? new Set<string>();
      if (card === '') return answer({ object: 'list', has_more: false, data: [...cards].map(showCard) });
      return cards.has(card) ? answer(showCard(card)) : noSuch('PaymentMethod', 'payment_method');
    }
    if (resource !== 'payment_intents') return undefined;
    if (id === '') {
      const customer = url.searchParams.get('customer');
      const since = Number(url.searchParams.get('created[gte]') ?? 0);
      const data = [...intents.values()].filter((one) => one.customer === customer && one.created >= since).map(show);
      return answer({ object: 'list', has_more: false, data });
    }
    const one = intents.get(id);
    return one && answer(show(one));
  };

  const post = (path: string): ((form: URLSearchParams) => StripeAnswer) | undefined => {
    const detached = /^\/v1\/payment_methods\/(\w+)\/detach$/.exec(path)?.[1];
    if (detached !== undefined)
      return () => {
        for (const { cards } of customers.values()) cards.delete(detached);
        return answer(showCard(detached));
      };
    if (path === '/v1/customers') return addCustomer;
    return path === '/v1/payment_intents' ? charge : undefined;
  };

  return {
    read,
    post,
    beginSetup,
    setupPage,
    /** A customer has a card saved while they pay by it. */
    addCard,
    showCard,
    /** Gives back of a payment by card; false for one that is none. */
    refund(intent: string, amount: number | undefined): boolean {
      const one = intents.get(intent);
      if (one !== undefined) one.refunded += amount ?? one.amount;
      return one !== undefined;
    },
    /** In the test's hand: what the bank says from now on, and what was charged. */
    bank,
    charged: (): readonly { readonly order: string; readonly amount: number; readonly refunded: number }[] =>
      [...intents.values()].filter(({ status }) => status === 'succeeded'),
    customers: (): readonly string[] => [...customers.values()].map(({ user }) => user),
  };
}
