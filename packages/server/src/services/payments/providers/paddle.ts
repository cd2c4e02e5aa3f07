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
 * Paddle Billing, a merchant of record: https://developer.paddle.com/api-reference. Each transaction brings its own
 * price. What counts is what is fetched back.
 */

const settingsSchema = z.strictObject({
  apiUrl: apiUrl('https://api.paddle.com', 'https://sandbox-api.paddle.com'),
  productId: z.string().min(1).max(100).describe('Product that stands for credit (pro_…).'),
  taxMode: z
    .enum(['external', 'internal'])
    .default('external')
    .describe('external: taxes come on top of the price; internal: they are in it.'),
  hostedCheckoutUrl: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ }).max(500)])
    .default('')
    .describe('A hosted checkout of Paddle’s (https://pay.paddle.io/hsc_…); empty: the default payment link.'),
});

const secretsSchema = z.strictObject({
  apiKey: z.string().min(1).max(300).describe('API key.'),
  webhookSecret: z.string().max(300).default('').describe('Secret key of the notification destination.'),
});

type Context = PaymentContext<z.output<typeof settingsSchema>, z.output<typeof secretsSchema>>;

const minor = z.string().regex(/^-?\d{1,15}$/);
const transactionSchema = z.looseObject({
  data: z.looseObject({
    id: z.string(),
    status: z.string(),
    currency_code: z.string(),
    custom_data: z.looseObject({ order: z.string().optional() }).nullish(),
    checkout: z.looseObject({ url: z.string().nullish() }).nullish(),
    details: z
      .looseObject({
        totals: z.looseObject({ subtotal: minor, discount: minor, total: minor }),
        line_items: z.array(z.looseObject({ id: z.string() })).default([]),
      })
      .nullish(),
  }),
});
type Transaction = z.output<typeof transactionSchema>['data'];

const adjustmentsSchema = z.looseObject({
  data: z.array(
    z.looseObject({
      action: z.string(),
      status: z.string(),
      created_at: z.string(),
      totals: z.looseObject({ total: minor }),
    }),
  ),
});
type Adjustment = z.output<typeof adjustmentsSchema>['data'][number];

async function ask<T>(context: Context, path: string, schema: z.ZodType<T>, json?: unknown): Promise<T> {
  return await askJson(context, `${withoutEnd(context.settings.apiUrl, '/')}/${path}`, schema, {
    headers: { authorization: `Bearer ${context.secrets.apiKey}`, 'paddle-version': '1' },
    json,
  });
}

const read = async (context: Context, id: string): Promise<Transaction> =>
  (await ask(context, `transactions/${encodeURIComponent(id)}`, transactionSchema)).data;

/** What was agreed of what was paid: with taxes on top, the price before them. */
function agreedOf({ settings }: Context, { details }: Transaction): { readonly agreed: bigint; readonly paid: bigint } {
  const { subtotal, discount, total } = details?.totals ?? { subtotal: '0', discount: '0', total: '0' };
  const agreed = settings.taxMode === 'external' ? BigInt(subtotal) - BigInt(discount) : BigInt(total);
  return { agreed, paid: BigInt(total) };
}

/** Of the chargebacks of a payment the last one counts. */
const isDisputed = (adjustments: readonly Adjustment[]): boolean =>
  adjustments
    .filter(({ action, status }) => action.startsWith('chargeback') && status !== 'rejected')
    .toSorted((a, b) => (a.created_at < b.created_at ? -1 : 1))
    .at(-1)
    ?.action.endsWith('_reverse') === false;

async function paymentOf(context: Context, transaction: Transaction): Promise<Payment> {
  const { id, status, currency_code: currency } = transaction;
  const { agreed, paid } = agreedOf(context, transaction);
  const base = { amount: agreed, currency, reference: id };
  if (status === 'canceled') return { ...base, status: 'expired', refunded: 0n };
  if (status !== 'paid' && status !== 'completed') return { ...base, status: 'pending', refunded: 0n };
  const query = new URLSearchParams({ transaction_id: id, per_page: '200' });
  const { data } = await ask(context, `adjustments?${query}`, adjustmentsSchema);
  const given = data
    // One that waits for Paddle's approval was asked for by us.
    .filter((one) => one.action === 'refund' && (one.status === 'approved' || one.status === 'pending_approval'))
    .reduce((sum, { totals }) => sum + BigInt(totals.total), 0n);
  return {
    ...base,
    status: isDisputed(data) ? 'disputed' : 'paid',
    // Of what was refunded, taxes are refunded in proportion.
    refunded: paid === 0n ? 0n : (given * agreed) / paid,
  };
}

async function fetchBack(context: Context, order: StoredOrder): Promise<Payment | undefined> {
  if (order.reference === undefined) return undefined;
  const transaction = await read(context, order.reference);
  if (transaction.custom_data?.order !== order.id) throw new Error('the transaction belongs to another order');
  return await paymentOf(context, transaction);
}

const eventSchema = z.looseObject({
  event_type: z.string(),
  data: z.looseObject({
    id: z.string(),
    transaction_id: z.string().nullish(),
    custom_data: z.looseObject({ order: z.string().optional() }).nullish(),
  }),
});

/** Older than this is no call of now. */
const patienceSeconds = 300;

function assertGenuine({ secrets, now }: Context, header: string, body: string): void {
  const fields = new Map(header.split(';').map((one) => [one.slice(0, 2), one.slice(3)]));
  const at = fields.get('ts') ?? '';
  assertSigned(fields.get('h1'), createHmac('sha256', secrets.webhookSecret).update(`${at}:${body}`).digest('hex'));
  if (!(Math.abs(now / 1000 - Number(at)) < patienceSeconds)) throw new CallbackRefused('the signature is old');
}

export const paddle = defineAdapter({
  id: 'paddle',
  label: 'Paddle',
  settings: settingsSchema,
  secrets: secretsSchema,
  callbackSecret: ({ webhookSecret }) => webhookSecret,
  remote: true,
  thanks: 'ok',

  async create(context, order) {
    const { settings, siteName } = context;
    const { data } = await ask(context, 'transactions', transactionSchema, {
      collection_mode: 'automatic',
      currency_code: order.currency,
      custom_data: { order: order.id },
      items: [
        {
          quantity: 1,
          price: {
            description: siteName.slice(0, 200),
            product_id: settings.productId,
            tax_mode: settings.taxMode,
            unit_price: { amount: order.amount.toString(), currency_code: order.currency },
          },
        },
      ],
    });
    const url =
      settings.hostedCheckoutUrl === ''
        ? data.checkout?.url
        : `${settings.hostedCheckoutUrl}?transaction_id=${encodeURIComponent(data.id)}`;
    if (typeof url !== 'string') throw new Error('Paddle has no default payment link: set one under Checkout settings');
    return { reference: data.id, next: { kind: 'redirect', url } };
  },

  async readCallback(context, { headers, body }) {
    assertGenuine(context, headers.get('paddle-signature') ?? '', new TextDecoder().decode(body));
    const { event_type: type, data } = readJson(body, eventSchema);
    if (type.startsWith('transaction.'))
      return { about: { reference: data.id, orderId: data.custom_data?.order }, payment: undefined };
    if (type.startsWith('adjustment.') && typeof data.transaction_id === 'string')
      return { about: { reference: data.transaction_id, orderId: undefined }, payment: undefined };
    return { about: undefined, ignored: `nothing follows from ${type.slice(0, 60)}` };
  },

  fetchBack,

  async probe(context) {
    await ask(context, `products/${encodeURIComponent(context.settings.productId)}`, z.looseObject({}));
  },

  async refund(context, order, { amount }) {
    const transaction = await read(context, order.reference ?? '');
    const { agreed, paid } = agreedOf(context, transaction);
    const item = transaction.details?.line_items[0]?.id;
    if (item === undefined || agreed === 0n) throw new Error('nothing was paid');
    const whole = amount >= order.amount;
    // Amounts of refunds are with taxes.
    const items = [{ item_id: item, type: 'partial', amount: ((amount * paid) / agreed).toString() }];
    const { data } = await ask(context, 'adjustments', z.looseObject({ data: z.looseObject({ status: z.string() }) }), {
      action: 'refund',
      transaction_id: transaction.id,
      reason: `order ${order.id}`,
      ...(whole ? { type: 'full' } : { type: 'partial', items }),
    });
    if (data.status === 'rejected') throw new Error('Paddle rejected the refund');
  },
});
