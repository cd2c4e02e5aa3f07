import type Stripe from 'stripe';
import type { Payment } from '../../../domain/payment.ts';
import type { StoredOrder } from '../../../store/payments/orders.ts';
import type { CardVault, SavedCard } from '../adapter.ts';
import {
  chargeOf,
  fromStripe,
  judgeDisputes,
  loadStripe,
  openStripe,
  toStripe,
  type StripeContext,
} from './stripe-client.ts';

/** Cards that Stripe keeps for a customer, and payments by them while nobody is there (off-session). */

const expand = ['latest_charge'];

function paymentOf(intent: Stripe.PaymentIntent): Payment {
  const charge = chargeOf(intent);
  const problem = intent.last_payment_error?.message;
  return {
    status: charge?.disputed === true ? 'disputed' : statusOf(intent.status),
    amount: fromStripe(intent.amount, intent.currency),
    currency: intent.currency.toUpperCase(),
    refunded: fromStripe(charge?.amount_refunded ?? 0, intent.currency),
    reference: intent.id,
    ...(problem !== undefined && { problem }),
  };
}

function statusOf(status: Stripe.PaymentIntent.Status): Payment['status'] {
  switch (status) {
    case 'succeeded':
      return 'paid';
    // Nobody is there to give another card, or to say yes to the bank.
    case 'requires_payment_method':
    case 'requires_action':
    case 'canceled':
      return 'failed';
    default:
      return 'pending';
  }
}

/** What Stripe knows of the payment of an order that is charged to a card: by its id, or among those of its customer. */
export async function fetchCardPayment(context: StripeContext, order: StoredOrder): Promise<Payment | undefined> {
  const stripe = await openStripe(context);
  const id = order.reference ?? (await findIntent(stripe, order));
  if (id === undefined) return undefined;
  const intent = await stripe.paymentIntents.retrieve(id, { expand });
  if (intent.metadata['order'] !== order.id) throw new Error('the payment belongs to another order');
  const payment = paymentOf(intent);
  return payment.status === 'disputed' ? { ...payment, status: await judgeDisputes(stripe, id) } : payment;
}

async function findIntent(stripe: Stripe, { id, card, createdAt }: StoredOrder): Promise<string | undefined> {
  if (card === undefined) return undefined;
  // Their clock and ours differ a little.
  const since = Math.floor(createdAt / 1000) - 600;
  for await (const intent of stripe.paymentIntents.list({ customer: card.payer, created: { gte: since }, limit: 100 }))
    if (intent.metadata['order'] === id) return intent.id;
  return undefined;
}

/** Charges a card; what its bank refuses is a payment that failed, with the words for it. */
async function charge(context: StripeContext, order: StoredOrder): Promise<Payment> {
  const { card, amount, currency, id } = order;
  if (card === undefined) throw new Error('there is no card to charge');
  const Sdk = await loadStripe();
  const stripe = await openStripe(context);
  try {
    const intent = await stripe.paymentIntents.create(
      {
        amount: toStripe(amount, currency),
        currency: currency.toLowerCase(),
        customer: card.payer,
        payment_method: card.id,
        allowed_payment_method_types: ['card'],
        off_session: true,
        confirm: true,
        description: context.siteName,
        metadata: { order: id },
        expand,
      },
      { idempotencyKey: `order:${id}` },
    );
    return paymentOf(intent);
  } catch (error) {
    const refused =
      error instanceof Sdk.errors.StripeCardError ||
      (error instanceof Sdk.errors.StripeInvalidRequestError && error.param === 'payment_method');
    if (!refused) throw error;
    return {
      status: 'failed',
      amount,
      currency,
      refunded: 0n,
      reference: error.payment_intent?.id ?? '',
      problem: error.message,
    };
  }
}

const present = ({ id, card }: Stripe.PaymentMethod): readonly SavedCard[] =>
  card === undefined
    ? []
    : [
        {
          id,
          brand: card.display_brand ?? card.brand,
          last4: card.last4,
          expires: `${card.exp_year}-${String(card.exp_month).padStart(2, '0')}`,
        },
      ];

export const stripeCards: CardVault<StripeContext['settings'], StripeContext['secrets']> = {
  async addPayer(context, { userId, email, key }) {
    const stripe = await openStripe(context);
    const { id } = await stripe.customers.create(
      { metadata: { user: userId }, ...(email !== undefined && { email }) },
      { idempotencyKey: key },
    );
    return id;
  },

  async collect(context, payer, returnUrl) {
    const stripe = await openStripe(context);
    const session = await stripe.checkout.sessions.create({
      mode: 'setup',
      customer: payer,
      allowed_payment_method_types: ['card'],
      success_url: returnUrl,
      cancel_url: returnUrl,
    });
    if (session.url === null) throw new Error('Stripe made a session without an address');
    return session.url;
  },

  async list(context, payer) {
    const stripe = await openStripe(context);
    const { data } = await stripe.customers.listPaymentMethods(payer, { type: 'card', limit: 20 });
    return data.flatMap(present);
  },

  async forget(context, payer, cardId) {
    const stripe = await openStripe(context);
    // Refuses a card that is another customer's.
    await stripe.customers.retrievePaymentMethod(payer, cardId);
    await stripe.paymentMethods.detach(cardId);
  },

  charge,
};
