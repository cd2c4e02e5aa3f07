import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Payment } from '../../../domain/payment.ts';
import { withoutEnd } from '../../../domain/without-end.ts';
import type { StoredOrder } from '../../../store/payments/orders.ts';
import { CallbackRefused, defineAdapter, type PaymentContext } from '../adapter.ts';
import { apiUrl } from './shared/api-url.ts';
import { askJson } from './shared/ask-json.ts';
import { assertSigned, readJson } from './shared/proof.ts';

/**
 * Creem, a merchant of record: https://docs.creem.io. One product stands for credit; each checkout sets its price. What
 * counts is what is fetched back.
 */

const settingsSchema = z.strictObject({
  apiUrl: apiUrl('https://api.creem.io', 'https://test-api.creem.io'),
  productId: z.string().min(1).max(100).describe('A one-time product (prod_…) in the currency of this method.'),
});

const secretsSchema = z.strictObject({
  apiKey: z.string().min(1).max(300).describe('API key (creem_…).'),
  webhookSecret: z.string().max(300).default('').describe('Secret of the webhook (whsec_…).'),
});

type Context = PaymentContext<z.output<typeof settingsSchema>, z.output<typeof secretsSchema>>;

const count = z.number().int().nonnegative();

const checkoutSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  request_id: z.string().nullish(),
  checkout_url: z.string().nullish(),
  product: z.union([z.string(), z.looseObject({ tax_mode: z.string().optional() })]).nullish(),
  order: z
    .looseObject({
      status: z.string(),
      amount: count,
      amount_paid: count.nullish(),
      tax_amount: count.nullish(),
      currency: z.string(),
      transaction: z.string().nullish(),
    })
    .nullish(),
});
type Checkout = z.output<typeof checkoutSchema>;

const productSchema = z.looseObject({ currency: z.string(), billing_type: z.string().optional() });
const transactionSchema = z.looseObject({ status: z.string(), refunded_amount: count.nullish() });

const eventSchema = z.looseObject({
  eventType: z.string(),
  object: z.looseObject({ id: z.string(), request_id: z.string().nullish(), checkout: z.unknown().optional() }),
});

async function ask<T>(context: Context, path: string, schema: z.ZodType<T>, json?: unknown): Promise<T> {
  const { settings, secrets } = context;
  return await askJson(context, `${withoutEnd(settings.apiUrl, '/')}/v1/${path}`, schema, {
    headers: { 'x-api-key': secrets.apiKey },
    json,
  });
}

const read = async (context: Context, id: string): Promise<Checkout> =>
  await ask(context, `checkouts?checkout_id=${encodeURIComponent(id)}`, checkoutSchema);

async function paymentOf(context: Context, checkout: Checkout): Promise<Payment> {
  const { order, product } = checkout;
  const nothing = { amount: 0n, currency: context.currency, refunded: 0n, reference: checkout.id } as const;
  if (order?.status !== 'paid' || checkout.status !== 'completed')
    return { ...nothing, status: checkout.status === 'expired' ? 'expired' : 'pending' };
  const paid = order.amount_paid ?? order.amount;
  // Taxes that come on top are Creem's; what was agreed is the price before them.
  const onTop = typeof product === 'object' && product?.tax_mode === 'exclusive' ? (order.tax_amount ?? 0) : 0;
  const amount = paid - onTop;
  const { transaction: id } = order;
  const transaction =
    typeof id === 'string'
      ? await ask(context, `transactions?transaction_id=${encodeURIComponent(id)}`, transactionSchema)
      : undefined;
  const given = transaction?.refunded_amount ?? (transaction?.status === 'refunded' ? paid : 0);
  return {
    status: transaction?.status === 'chargedBack' ? 'disputed' : 'paid',
    amount: BigInt(amount),
    currency: order.currency.toUpperCase(),
    // Of what was refunded, taxes are refunded in proportion.
    refunded: paid === 0 ? 0n : (BigInt(given) * BigInt(amount)) / BigInt(paid),
    reference: checkout.id,
  };
}

async function fetchBack(context: Context, order: StoredOrder): Promise<Payment | undefined> {
  if (order.reference === undefined) return undefined;
  const checkout = await read(context, order.reference);
  if (checkout.request_id !== order.id) throw new Error('the checkout belongs to another order');
  return await paymentOf(context, checkout);
}

export const creem = defineAdapter({
  id: 'creem',
  label: 'Creem',
  settings: settingsSchema,
  secrets: secretsSchema,
  callbackSecret: ({ webhookSecret }) => webhookSecret,
  remote: true,
  thanks: 'ok',

  async create(context, order) {
    const checkout = await ask(context, 'checkouts', checkoutSchema, {
      request_id: order.id,
      product_id: context.settings.productId,
      units: 1,
      custom_price: Number(order.amount),
      success_url: context.returnUrl(order.id),
      metadata: { order: order.id },
    });
    if (typeof checkout.checkout_url !== 'string') throw new Error('Creem made a checkout without an address');
    return { reference: checkout.id, next: { kind: 'redirect', url: checkout.checkout_url } };
  },

  async readCallback(context, { headers, body }) {
    const { webhookSecret } = context.secrets;
    assertSigned(headers.get('creem-signature'), createHmac('sha256', webhookSecret).update(body).digest('hex'));
    const { eventType, object } = readJson(body, eventSchema);
    if (eventType === 'checkout.completed')
      return {
        about: { reference: object.id, orderId: object.request_id ?? undefined },
        payment: undefined,
        // Whoever asks after the payment may hear `paid` although it is disputed.
        onlyPaid: true,
      };
    if (eventType !== 'refund.created' && eventType !== 'dispute.created')
      return { about: undefined, ignored: `nothing follows from ${eventType.slice(0, 60)}` };
    const reference = z.union([z.string(), z.looseObject({ id: z.string() })]).safeParse(object.checkout);
    if (!reference.success) throw new CallbackRefused('it names no checkout');
    const id = typeof reference.data === 'string' ? reference.data : reference.data.id;
    const about = { reference: id, orderId: undefined };
    if (eventType === 'refund.created') return { about, payment: undefined };
    // That a payment is disputed may be told before the transaction says so.
    return { about, payment: { ...(await paymentOf(context, await read(context, id))), status: 'disputed' } };
  },

  fetchBack,

  async probe(context) {
    const product = await ask(
      context,
      `products?product_id=${encodeURIComponent(context.settings.productId)}`,
      productSchema,
    );
    if (product.currency.toUpperCase() !== context.currency)
      throw new Error(`the product is sold in ${product.currency}, the method charges ${context.currency}`);
    if (product.billing_type === 'recurring') throw new Error('the product is a subscription, not a single payment');
  },

  async refund(context, order, { amount }) {
    if (amount !== order.amount - order.refunded)
      throw new Error('Creem refunds a payment as a whole only; refund a part in its dashboard');
    const { order: paid } = await read(context, order.reference ?? '');
    if (typeof paid?.transaction !== 'string') throw new Error('nothing was paid');
    const { status } = await ask(context, 'refunds', z.looseObject({ status: z.string() }), {
      transaction_id: paid.transaction,
    });
    if (status === 'failed' || status === 'canceled') throw new Error(`the refund is ${status}`);
  },
});
