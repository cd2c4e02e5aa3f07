import type Stripe from 'stripe';
import type { Payment } from '../../../domain/payment.ts';
import type { StoredOrder } from '../../../store/payments/orders.ts';
import { CallbackRefused, defineAdapter, type OrderRef, type ProvedCallback } from '../adapter.ts';
import { fetchCardPayment, stripeCards } from './stripe-cards.ts';
import {
  chargeOf,
  fromStripe,
  judgeDisputes,
  loadStripe,
  openStripe,
  secretsSchema,
  settingsSchema,
  stripeStep,
  toStripe,
  type StripeContext,
} from './stripe-client.ts';

/** Stripe Checkout, by its official SDK. A webhook only says which order to look at: what counts is what is fetched back. */

function paymentOf(session: Stripe.Checkout.Session): Payment {
  const intent = typeof session.payment_intent === 'object' ? session.payment_intent : null;
  const charge = chargeOf(intent);
  const currency = (session.currency ?? '').toUpperCase();
  return {
    status:
      charge?.disputed === true
        ? 'disputed'
        : session.payment_status === 'paid'
          ? 'paid'
          : session.status === 'expired'
            ? 'expired'
            : 'pending',
    // Taxes are within the price, or come on top of what was agreed.
    amount: fromStripe(Math.min(session.amount_total ?? 0, session.amount_subtotal ?? Infinity), currency),
    currency,
    refunded: fromStripe(charge?.amount_refunded ?? 0, currency),
    reference: session.id,
    ...savedCardOf(intent),
    ...(session.automatic_tax.status === 'complete' && {
      tax: fromStripe(session.total_details?.amount_tax ?? 0, currency),
    }),
  };
}

/** The card that paid, where it was asked along with the payment because it is to be saved. */
function savedCardOf(intent: Stripe.PaymentIntent | null): Pick<Payment, 'card'> | undefined {
  const method = intent?.setup_future_usage === 'off_session' ? intent.payment_method : null;
  if (typeof method !== 'object' || method?.card === undefined) return undefined;
  const { brand, display_brand: shown, last4 } = method.card;
  return { card: { id: method.id, brand: shown ?? brand, last4 } };
}

/** Of a dispute that was won, the merchant has the money again; of one that was lost, the payer. */
async function afterDispute(stripe: Stripe, session: Stripe.Checkout.Session, payment: Payment): Promise<Payment> {
  const intent = intentIdOf(session.payment_intent);
  if (payment.status !== 'disputed' || intent === undefined) return payment;
  return { ...payment, status: await judgeDisputes(stripe, intent) };
}

const expand = ['payment_intent.latest_charge'];

async function fetchBack(context: StripeContext, order: StoredOrder): Promise<Payment | undefined> {
  if (order.card !== undefined) return await fetchCardPayment(context, order);
  if (order.reference === undefined) return undefined;
  const stripe = await openStripe(context);
  const session = await stripe.checkout.sessions.retrieve(order.reference, {
    expand: order.saveFor === undefined ? expand : [...expand, 'payment_intent.payment_method'],
  });
  if (session.client_reference_id !== order.id) throw new Error('the session belongs to another order');
  return await afterDispute(stripe, session, paymentOf(session));
}

const intentIdOf = (intent: string | Stripe.PaymentIntent | null): string | undefined =>
  typeof intent === 'string' ? intent : intent?.id;

/** Refunds and disputes name a payment, which carries our order in its metadata. */
async function orderOfIntent(context: StripeContext, intent: string | undefined): Promise<OrderRef | undefined> {
  if (intent === undefined) return undefined;
  const { metadata } = await (await openStripe(context)).paymentIntents.retrieve(intent);
  const orderId = metadata['order'];
  return orderId === undefined ? undefined : { reference: undefined, orderId };
}

async function aboutOf(context: StripeContext, event: Stripe.Event): Promise<OrderRef | undefined> {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired': {
      const { id, client_reference_id: orderId } = event.data.object;
      return orderId === null ? undefined : { reference: id, orderId };
    }
    // Of payments by saved cards; those of Checkout are told of by their sessions.
    case 'payment_intent.succeeded':
    case 'payment_intent.payment_failed': {
      const orderId = event.data.object.metadata['order'];
      return orderId === undefined ? undefined : { reference: undefined, orderId };
    }
    case 'charge.refunded':
    case 'charge.dispute.created':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_reinstated':
      return await orderOfIntent(context, intentIdOf(event.data.object.payment_intent));
    default:
      return undefined;
  }
}

export const stripe = defineAdapter({
  id: 'stripe',
  label: 'Stripe',
  settings: settingsSchema,
  secrets: secretsSchema,
  callbackSecret: ({ webhookSecret }) => webhookSecret,
  remote: true,
  step: stripeStep,
  thanks: '{"received":true}',

  async create(context, order) {
    const { settings, siteName } = context;
    const types = settings.paymentMethodTypes as NonNullable<
      Stripe.Checkout.SessionCreateParams['allowed_payment_method_types']
    >;
    const session = await (
      await openStripe(context)
    ).checkout.sessions.create(
      {
        mode: 'payment',
        client_reference_id: order.id,
        metadata: { order: order.id },
        payment_intent_data: {
          metadata: { order: order.id },
          ...(order.saveFor !== undefined && { setup_future_usage: 'off_session' }),
        },
        ...(order.saveFor !== undefined && { customer: order.saveFor, allowed_payment_method_types: ['card'] }),
        // Where a customer is named, tax is worked out by their address, which is asked for on that page.
        ...(order.saveFor !== undefined && settings.automaticTax && { customer_update: { address: 'auto' } }),
        line_items: [
          {
            quantity: 1,
            price_data: {
              currency: order.currency.toLowerCase(),
              unit_amount: toStripe(order.amount, order.currency),
              ...(settings.automaticTax && { tax_behavior: 'inclusive' }),
              product_data: { name: siteName },
            },
          },
        ],
        ...(settings.automaticTax && { automatic_tax: { enabled: true } }),
        ...(order.saveFor === undefined && types.length > 0 && { allowed_payment_method_types: types }),
        ...(order.saveFor === undefined &&
          types.includes('wechat_pay') && { payment_method_options: { wechat_pay: { client: 'web' } } }),
        // Of the order, not of this moment: what is asked again must be the very same.
        expires_at: Math.floor(order.expiresAt / 1000),
        success_url: context.returnUrl(order.id),
        cancel_url: context.returnUrl(order.id),
      },
      // The same order is the same session, whatever was lost on the way.
      { idempotencyKey: `order:${order.id}` },
    );
    if (session.url === null) throw new Error('Stripe made a session without an address');
    return { reference: session.id, next: { kind: 'redirect', url: session.url } };
  },

  async readCallback(context, { headers, body }): Promise<ProvedCallback> {
    const Sdk = await loadStripe();
    const stripe = await openStripe(context);
    let event: Stripe.Event;
    try {
      event = await stripe.webhooks.constructEventAsync(
        new TextDecoder().decode(body),
        headers.get('stripe-signature') ?? '',
        context.secrets.webhookSecret,
        undefined,
        Sdk.createSubtleCryptoProvider(),
        context.now,
      );
    } catch (error) {
      throw new CallbackRefused(
        error instanceof Sdk.errors.StripeSignatureVerificationError
          ? 'the signature is wrong or old'
          : 'it is no event',
      );
    }
    const about = await aboutOf(context, event);
    return about === undefined
      ? { about: undefined, ignored: `nothing follows from ${event.type}` }
      : { about, payment: undefined };
  },

  fetchBack,
  cards: stripeCards,

  async refund(context, order, { amount, key }) {
    const stripe = await openStripe(context);
    const intent =
      order.card === undefined
        ? intentIdOf((await stripe.checkout.sessions.retrieve(order.reference ?? '')).payment_intent)
        : order.reference;
    if (intent === undefined) throw new Error('nothing was paid');
    await stripe.refunds.create(
      { payment_intent: intent, amount: toStripe(amount, order.currency), metadata: { order: order.id } },
      { idempotencyKey: key },
    );
  },

  async probe(context) {
    await (await openStripe(context)).balance.retrieve();
  },

  async listSince(context, since) {
    const found: { about: OrderRef; payment: Payment }[] = [];
    const stripe = await openStripe(context);
    const sessions = stripe.checkout.sessions.list({
      created: { gte: Math.floor(since / 1000) },
      status: 'complete',
      limit: 100,
    });
    for await (const session of sessions) {
      if (found.length >= 1000) break;
      if (session.client_reference_id === null) continue;
      found.push({
        about: { reference: session.id, orderId: session.client_reference_id },
        payment: paymentOf(session),
      });
    }
    return found;
  },
});
