import { z } from 'zod';
import { formatMinor, parseMinor, type Payment } from '../../../domain/payment.ts';
import { withoutEnd } from '../../../domain/without-end.ts';
import type { StoredOrder } from '../../../store/payments/orders.ts';
import { CallbackRefused, defineAdapter, type OrderRef, type PaymentContext, type ProvedCallback } from '../adapter.ts';
import { apiUrl } from './shared/api-url.ts';
import { askJson, type Asked } from './shared/ask-json.ts';
import { readJson } from './shared/proof.ts';

/**
 * PayPal, Orders v2: https://developer.paypal.com/docs/api/orders/v2. What the payer approved is captured when the order
 * is looked at: by its webhook, or by whoever looks.
 */

const settingsSchema = z.strictObject({
  apiUrl: apiUrl('https://api-m.paypal.com', 'https://api-m.sandbox.paypal.com'),
  clientId: z.string().min(1).max(200).describe('Client ID of the app.'),
});

const secretsSchema = z.strictObject({
  clientSecret: z.string().min(1).max(300).describe('Secret of the app.'),
  webhookId: z.string().max(100).default('').describe('Id of the webhook, by which its calls are verified.'),
});

type Context = PaymentContext<z.output<typeof settingsSchema>, z.output<typeof secretsSchema>>;

const moneySchema = z.looseObject({ currency_code: z.string(), value: z.string() });
const captureSchema = z.looseObject({ id: z.string(), status: z.string(), amount: moneySchema });
const orderSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  links: z.array(z.looseObject({ rel: z.string(), href: z.string() })).default([]),
  purchase_units: z
    .array(
      z.looseObject({
        custom_id: z.string().optional(),
        payments: z
          .looseObject({
            captures: z.array(captureSchema).default([]),
            refunds: z.array(z.looseObject({ status: z.string(), amount: moneySchema })).default([]),
          })
          .optional(),
      }),
    )
    .default([]),
});
type PaypalOrder = z.output<typeof orderSchema>;

async function token(context: Context): Promise<string> {
  const { settings, secrets } = context;
  const basic = Buffer.from(`${settings.clientId}:${secrets.clientSecret}`).toString('base64');
  const { access_token: text } = await askJson(
    context,
    `${withoutEnd(settings.apiUrl, '/')}/v1/oauth2/token`,
    z.looseObject({ access_token: z.string() }),
    {
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      text: 'grant_type=client_credentials',
    },
  );
  return text;
}

/** The API with one token for as long as one thing is done. */
async function open(context: Context) {
  const bearer = await token(context);
  return async <T>(path: string, schema: z.ZodType<T>, { headers, ...asked }: Asked = {}): Promise<T> =>
    await askJson(context, `${withoutEnd(context.settings.apiUrl, '/')}${path}`, schema, {
      ...asked,
      headers: { authorization: `Bearer ${bearer}`, ...headers },
    });
}
type Api = Awaited<ReturnType<typeof open>>;

/** PayPal takes these without decimals only (https://developer.paypal.com/api/rest/reference/currency-codes). */
const withoutDecimals = new Set(['HUF', 'TWD']);
const step = (currency: string): bigint => (withoutDecimals.has(currency) ? 100n : 1n);

const textOf = (amount: bigint, currency: string): string =>
  withoutDecimals.has(currency) ? (amount / 100n).toString() : formatMinor(amount, currency);

const minorOf = ({ currency_code: currency, value }: z.output<typeof moneySchema>): bigint => {
  const amount = parseMinor(value, currency);
  if (amount === undefined) throw new Error('PayPal told no amount');
  return amount;
};

function paymentOf(order: PaypalOrder, currency: string): Payment {
  const { captures, refunds } = order.purchase_units[0]?.payments ?? { captures: [], refunds: [] };
  const [capture] = captures;
  const nothing = { amount: 0n, currency, refunded: 0n, reference: order.id } as const;
  if (capture === undefined) return { ...nothing, status: order.status === 'VOIDED' ? 'expired' : 'pending' };
  if (capture.status === 'DECLINED' || capture.status === 'FAILED') return { ...nothing, status: 'failed' };
  if (capture.status === 'PENDING') return { ...nothing, status: 'pending' };
  return {
    status: 'paid',
    amount: minorOf(capture.amount),
    currency: capture.amount.currency_code,
    refunded: refunds
      .filter(({ status }) => status === 'COMPLETED' || status === 'PENDING')
      .reduce((sum, { amount }) => sum + minorOf(amount), 0n),
    reference: order.id,
  };
}

const disputesSchema = z.looseObject({
  items: z.array(z.looseObject({ dispute_id: z.string(), status: z.string() })).default([]),
});
const disputeSchema = z.looseObject({ dispute_outcome: z.looseObject({ outcome_code: z.string() }).optional() });
const wonOutcomes = new Set(['RESOLVED_SELLER_FAVOUR', 'CANCELED_BY_BUYER', 'DENIED', 'RESOLVED_WITH_PAYOUT']);

/** Whether the payer wants the money back, or has it. */
async function disputeOf(api: Api, captureId: string): Promise<'paid' | 'disputed' | 'lost'> {
  const query = new URLSearchParams({ disputed_transaction_id: captureId });
  const { items } = await api(`/v1/customer/disputes?${query}`, disputesSchema);
  if (items.some(({ status }) => status !== 'RESOLVED')) return 'disputed';
  for (const { dispute_id: id } of items) {
    const { dispute_outcome: outcome } = await api(`/v1/customer/disputes/${id}`, disputeSchema);
    if (!wonOutcomes.has(outcome?.outcome_code ?? '')) return 'lost';
  }
  return 'paid';
}

async function fetchBack(context: Context, order: StoredOrder): Promise<Payment | undefined> {
  if (order.reference === undefined) return undefined;
  const api = await open(context);
  const path = `/v2/checkout/orders/${encodeURIComponent(order.reference)}`;
  let found = await api(path, orderSchema);
  if (found.purchase_units[0]?.custom_id !== order.id) throw new Error('the payment belongs to another order');
  if (found.status === 'APPROVED')
    found = await api(`${path}/capture`, orderSchema, {
      json: {},
      // The same order is captured once.
      headers: { 'paypal-request-id': `capture-${order.id}`, prefer: 'return=representation' },
    });
  const payment = paymentOf(found, order.currency);
  const captureId = found.purchase_units[0]?.payments?.captures[0]?.id;
  // Disputes come long after the credit.
  if (payment.status !== 'paid' || captureId === undefined || order.paidAt === undefined) return payment;
  return { ...payment, status: await disputeOf(api, captureId) };
}

const eventSchema = z.looseObject({
  event_type: z.string(),
  resource: z.looseObject({
    id: z.string().optional(),
    custom_id: z.string().optional(),
    purchase_units: z.array(z.looseObject({ custom_id: z.string().optional() })).optional(),
    disputed_transactions: z.array(z.looseObject({ custom: z.string().optional() })).optional(),
  }),
});

function aboutOf({ event_type: type, resource }: z.output<typeof eventSchema>): OrderRef | undefined {
  if (type.startsWith('CHECKOUT.ORDER.'))
    return { reference: resource.id, orderId: resource.purchase_units?.[0]?.custom_id };
  const orderId = type.startsWith('PAYMENT.CAPTURE.')
    ? resource.custom_id
    : type.startsWith('CUSTOMER.DISPUTE.')
      ? resource.disputed_transactions?.[0]?.custom
      : undefined;
  return orderId === undefined ? undefined : { reference: undefined, orderId };
}

/** PayPal says itself whether a call is its own; it is asked with the very bytes that came. */
async function assertGenuine(context: Context, headers: Headers, body: string): Promise<void> {
  const of = (name: string): string => headers.get(`paypal-${name}`) ?? '';
  const proof = JSON.stringify({
    auth_algo: of('auth-algo'),
    cert_url: of('cert-url'),
    transmission_id: of('transmission-id'),
    transmission_sig: of('transmission-sig'),
    transmission_time: of('transmission-time'),
    webhook_id: context.secrets.webhookId,
  });
  const api = await open(context);
  const { verification_status: status } = await api(
    '/v1/notifications/verify-webhook-signature',
    z.looseObject({ verification_status: z.string() }),
    { text: `${proof.slice(0, -1)},"webhook_event":${body}}`, headers: { 'content-type': 'application/json' } },
  );
  if (status !== 'SUCCESS') throw new CallbackRefused('the signature is wrong');
}

export const paypal = defineAdapter({
  id: 'paypal',
  label: 'PayPal',
  settings: settingsSchema,
  secrets: secretsSchema,
  callbackSecret: ({ webhookId }) => webhookId,
  remote: true,
  step,
  thanks: 'ok',

  async create(context, order) {
    const api = await open(context);
    const made = await api('/v2/checkout/orders', orderSchema, {
      json: {
        intent: 'CAPTURE',
        purchase_units: [
          {
            custom_id: order.id,
            invoice_id: order.id,
            description: context.siteName.slice(0, 127),
            amount: { currency_code: order.currency, value: textOf(order.amount, order.currency) },
          },
        ],
        payment_source: {
          paypal: {
            experience_context: {
              brand_name: context.siteName.slice(0, 127),
              shipping_preference: 'NO_SHIPPING',
              user_action: 'PAY_NOW',
              return_url: context.returnUrl(order.id),
              cancel_url: context.returnUrl(order.id),
            },
          },
        },
      },
      headers: { 'paypal-request-id': `create-${order.id}` },
    });
    const link = made.links.find(({ rel }) => rel === 'payer-action' || rel === 'approve');
    if (link === undefined) throw new Error('PayPal made an order without an address');
    return { reference: made.id, next: { kind: 'redirect', url: link.href } };
  },

  async readCallback(context, { headers, body }): Promise<ProvedCallback> {
    if ((headers.get('paypal-transmission-sig') ?? '') === '') throw new CallbackRefused('the signature is missing');
    const event = readJson(body, eventSchema);
    await assertGenuine(context, headers, new TextDecoder().decode(body));
    const about = aboutOf(event);
    return about === undefined
      ? { about: undefined, ignored: `nothing follows from ${event.event_type.slice(0, 60)}` }
      : { about, payment: undefined };
  },

  fetchBack,

  async probe(context) {
    await token(context);
  },

  async refund(context, order, { amount, key }) {
    const api = await open(context);
    const found = await api(`/v2/checkout/orders/${encodeURIComponent(order.reference ?? '')}`, orderSchema);
    const capture = found.purchase_units[0]?.payments?.captures[0];
    if (capture === undefined) throw new Error('nothing was paid');
    const { status } = await api(
      `/v2/payments/captures/${encodeURIComponent(capture.id)}/refund`,
      z.looseObject({ status: z.string() }),
      {
        json: { amount: { currency_code: order.currency, value: textOf(amount, order.currency) } },
        headers: { 'paypal-request-id': key.replaceAll(':', '-') },
      },
    );
    if (status !== 'COMPLETED' && status !== 'PENDING') throw new Error(`the refund is ${status}`);
  },
});
