import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { formatMinor, parseMinor, type Payment } from '../../../domain/payment.ts';
import { withoutEnd } from '../../../domain/without-end.ts';
import type { StoredOrder } from '../../../store/payments/orders.ts';
import { CallbackRefused, defineAdapter, type PaymentContext } from '../adapter.ts';
import { apiUrl } from './shared/api-url.ts';
import { askJson } from './shared/ask-json.ts';
import { assertSigned, readJson } from './shared/proof.ts';

/**
 * NOWPayments, stablecoins and other coins by its invoices: https://documenter.getpostman.com/view/7907941/2s93JusNJt.
 * A notification is believed, and then the payment that it names is asked for.
 */

const settingsSchema = z.strictObject({
  apiUrl: apiUrl('https://api.nowpayments.io', 'https://api-sandbox.nowpayments.io'),
  payCurrency: z
    .string()
    .regex(/^[a-z0-9]{0,20}$/)
    .default('')
    .describe('The only coin that is taken, such as usdttrc20; empty lets the buyer choose.'),
});

const secretsSchema = z.strictObject({
  apiKey: z.string().min(1).max(300).describe('API key.'),
  ipnSecret: z.string().max(300).default('').describe('IPN secret, which notifications are signed with.'),
  email: z
    .string()
    .max(254)
    .default('')
    .describe('E-mail of the account; with the password, lost notifications are made up for.'),
  password: z.string().max(300).default('').describe('Password of the account.'),
});

type Context = PaymentContext<z.output<typeof settingsSchema>, z.output<typeof secretsSchema>>;

const amountSchema = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => Number(value ?? 0));
const idSchema = z.union([z.number(), z.string()]).transform(String);
const paymentSchema = z.looseObject({
  payment_id: idSchema,
  invoice_id: idSchema.nullish(),
  payment_status: z.string(),
  price_amount: z.union([z.number(), z.string()]).transform(String),
  price_currency: z.string(),
  pay_amount: amountSchema,
  actually_paid: amountSchema,
  order_id: z.string().nullish(),
});
type CoinPayment = z.output<typeof paymentSchema>;

const at = ({ settings }: Context, path: string): string => `${withoutEnd(settings.apiUrl, '/')}/v1/${path}`;
const keyOf = ({ secrets }: Context) => ({ 'x-api-key': secrets.apiKey });

const statuses: Readonly<Record<string, Payment['status']>> = {
  finished: 'paid',
  partially_paid: 'paid',
  refunded: 'paid',
  failed: 'failed',
  expired: 'expired',
};

function paymentOf(told: CoinPayment): Payment {
  const currency = told.price_currency.toUpperCase();
  const price = parseMinor(told.price_amount, currency);
  if (price === undefined) throw new Error('NOWPayments told no amount');
  // Of less than was asked, the share: it is held for a person, who sees about how much came.
  const share = told.pay_amount > 0 ? Math.min(1, told.actually_paid / told.pay_amount) : 0;
  const inPart = told.payment_status === 'partially_paid';
  return {
    status: statuses[told.payment_status] ?? 'pending',
    amount: inPart ? (price * BigInt(Math.floor(share * 1_000_000))) / 1_000_000n : price,
    currency,
    refunded: told.payment_status === 'refunded' ? price : 0n,
    reference: told.invoice_id ?? '',
  };
}

/** Signed is the notification with its names sorted, at every depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}

/** Payments of an invoice can be listed only by who signs in with a password. */
async function fetchBack(context: Context, order: StoredOrder): Promise<Payment | undefined> {
  const { email, password } = context.secrets;
  if (email === '' || password === '' || order.reference === undefined) return undefined;
  const { token } = await askJson(context, at(context, 'auth'), z.looseObject({ token: z.string() }), {
    json: { email, password },
  });
  const query = new URLSearchParams({ invoiceId: order.reference, limit: '100', page: '0' });
  const { data } = await askJson(
    context,
    at(context, `payment/?${query}`),
    z.looseObject({ data: z.array(paymentSchema) }),
    { headers: { ...keyOf(context), authorization: `Bearer ${token}` } },
  );
  const ours = data.filter(({ order_id: id }) => id === order.id).map(paymentOf);
  // A payer may have begun several, with other coins.
  return ours.find(({ status }) => status === 'paid') ?? ours[0] ?? nothingYet(order);
}

const nothingYet = ({ amount, currency, reference = '' }: StoredOrder): Payment => ({
  status: 'pending',
  amount,
  currency,
  refunded: 0n,
  reference,
});

export const nowpayments = defineAdapter({
  id: 'nowpayments',
  label: 'NOWPayments (stablecoins)',
  settings: settingsSchema,
  secrets: secretsSchema,
  callbackSecret: ({ ipnSecret }) => ipnSecret,
  remote: true,
  thanks: 'ok',

  async create(context, order) {
    const { settings } = context;
    const invoice = await askJson(
      context,
      at(context, 'invoice'),
      z.looseObject({ id: idSchema, invoice_url: z.url() }),
      {
        headers: keyOf(context),
        json: {
          price_amount: Number(formatMinor(order.amount, order.currency)),
          price_currency: order.currency.toLowerCase(),
          ...(settings.payCurrency !== '' && { pay_currency: settings.payCurrency }),
          order_id: order.id,
          order_description: context.siteName,
          ipn_callback_url: context.callbackUrl,
          success_url: context.returnUrl(order.id),
          cancel_url: context.returnUrl(order.id),
        },
      },
    );
    return { reference: invoice.id, next: { kind: 'redirect', url: invoice.invoice_url } };
  },

  async readCallback(context, { headers, body }) {
    const told: unknown = readJson(body, z.looseObject({}));
    const { ipnSecret } = context.secrets;
    const due = createHmac('sha512', ipnSecret)
      .update(JSON.stringify(sorted(told)))
      .digest('hex');
    assertSigned(headers.get('x-nowpayments-sig'), due);
    const notice = readJson(body, paymentSchema);
    const orderId = notice.order_id ?? undefined;
    if (orderId === undefined) throw new CallbackRefused('it names no order');
    const path = `payment/${encodeURIComponent(notice.payment_id)}`;
    const found = await askJson(context, at(context, path), paymentSchema, { headers: keyOf(context) });
    if (found.order_id !== orderId) throw new CallbackRefused('the payment belongs to another order');
    return { about: { reference: found.invoice_id ?? undefined, orderId }, payment: paymentOf(found) };
  },

  fetchBack,

  async probe(context) {
    await askJson(context, at(context, 'merchant/coins'), z.looseObject({}), { headers: keyOf(context) });
  },
});
