import { z } from 'zod';
import { formatMinor, parseMinor, type Payment } from '../../../domain/payment.ts';
import { withoutEnd } from '../../../domain/without-end.ts';
import type { StoredOrder } from '../../../store/payments/orders.ts';
import { CallbackRefused, defineAdapter, type PaymentContext } from '../adapter.ts';
import { ProviderError } from './shared/ask-json.ts';
import { rsaPrivateKey, rsaPublicKey, rsaSign, rsaVerify } from './shared/rsa.ts';
import { readParams, textToSign } from './shared/signed-params.ts';

/**
 * Sites that speak the second version of the Epay protocol (易支付 V2), signed with RSA both ways.
 * https://pay.v8jisu.cn/doc.html is one description of many.
 */

const settingsSchema = z.strictObject({
  siteUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .describe('Address of the site, without api/pay.'),
  merchantId: z.string().min(1).max(60).describe('Merchant number (pid).'),
  type: z
    .string()
    .regex(/^[a-z0-9_]{0,30}$/)
    .default('alipay')
    .describe('Way to pay, as the site calls it: alipay, wxpay, qqpay …; empty lets the buyer choose.'),
});

const secretsSchema = z.strictObject({
  privateKey: rsaPrivateKey.describe('Private key of the merchant.'),
  platformPublicKey: rsaPublicKey.describe('Public key of the site.'),
});

type Context = PaymentContext<z.output<typeof settingsSchema>, z.output<typeof secretsSchema>>;
type Params = ReadonlyMap<string, string>;

/** Older than this is no callback of now. */
const patienceSeconds = 300;

function signed({ settings, secrets, now }: Context, asked: Iterable<readonly [string, string]>): URLSearchParams {
  const params = new Map([['pid', settings.merchantId], ...asked, ['timestamp', String(Math.floor(now / 1000))]]);
  params.set('sign', rsaSign(textToSign(params), secrets.privateKey));
  params.set('sign_type', 'RSA');
  return new URLSearchParams([...params]);
}

const isSigned = ({ secrets }: Context, params: Params): boolean =>
  rsaVerify(textToSign(params), params.get('sign') ?? '', secrets.platformPublicKey);

const at = ({ settings }: Context, path: string): string => `${withoutEnd(settings.siteUrl, '/')}/api/${path}`;

/** Sites write numbers as texts and the other way round; signed is how they read as text. */
const answerSchema = z
  .record(z.string(), z.unknown())
  .transform(
    (answer): Params =>
      new Map(
        Object.entries(answer).flatMap(([name, value]) =>
          typeof value === 'string' || typeof value === 'number' ? [[name, String(value)] as const] : [],
        ),
      ),
  );

async function ask(context: Context, path: string, asked: readonly (readonly [string, string])[]): Promise<Params> {
  const response = await context.fetch(at(context, path), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: signed(context, asked).toString(),
  });
  const text = await response.text();
  if (!response.ok) throw new ProviderError(response.status, text);
  const answer = answerSchema.parse(JSON.parse(text));
  // Refusals are not signed by every site; what an order is changed by must be.
  if (answer.get('code') === '0' && !isSigned(context, answer)) throw new Error('the answer is not signed by the site');
  return answer;
}

function paymentOf(told: Params, currency: string): Payment {
  const amount = parseMinor(told.get('money') ?? '', currency);
  if (amount === undefined) throw new Error('the site told no amount');
  const status = told.get('status');
  const inPart = parseMinor(told.get('refundmoney') ?? '', currency) ?? 0n;
  return {
    // 2 is refunded, 3 is frozen: by a complaint, as a rule.
    status: status === '1' || status === '2' ? 'paid' : status === '3' ? 'disputed' : 'pending',
    amount,
    currency,
    refunded: status === '2' && inPart === 0n ? amount : inPart,
    reference: told.get('trade_no') ?? '',
  };
}

async function fetchBack(context: Context, order: StoredOrder): Promise<Payment | undefined> {
  const found = await ask(context, 'pay/query', [['out_trade_no', order.id]]);
  if (found.get('code') !== '0') return undefined;
  if (found.get('out_trade_no') !== order.id) throw new Error('the site answered with another order');
  return paymentOf(found, order.currency);
}

export const epayRsa = defineAdapter({
  id: 'epay-rsa',
  label: 'Epay V2, RSA (易支付)',
  settings: settingsSchema,
  secrets: secretsSchema,
  callbackSecret: ({ platformPublicKey }) => platformPublicKey,
  remote: true,
  thanks: 'success',

  async create(context, order) {
    const { settings, siteName } = context;
    const query = signed(context, [
      ...(settings.type === '' ? [] : ([['type', settings.type]] as const)),
      ['out_trade_no', order.id],
      ['notify_url', context.callbackUrl],
      ['return_url', context.returnUrl(order.id)],
      ['name', siteName.slice(0, 60)],
      ['money', formatMinor(order.amount, order.currency)],
    ]);
    return { reference: undefined, next: { kind: 'redirect', url: `${at(context, 'pay/submit')}?${query}` } };
  },

  async readCallback(context, call) {
    const params = readParams(call);
    const of = (name: string): string => params.get(name) ?? '';
    if (!isSigned(context, params)) throw new CallbackRefused('the signature is wrong');
    if (of('pid') !== context.settings.merchantId) throw new CallbackRefused('it is for another merchant');
    if (!(Math.abs(context.now / 1000 - Number(of('timestamp'))) < patienceSeconds))
      throw new CallbackRefused('the signature is old');
    const [orderId, reference] = [of('out_trade_no'), of('trade_no')];
    if (orderId === '' || reference === '') throw new CallbackRefused('it names no order');
    return { about: { reference, orderId }, payment: undefined };
  },

  fetchBack,

  async probe(context) {
    const answer = await ask(context, 'merchant/info', []);
    if (answer.get('code') !== '0') throw new Error(`the site refused: ${answer.get('msg') ?? answer.get('code')}`);
  },

  async refund(context, order, { amount, key }) {
    const answer = await ask(context, 'pay/refund', [
      ['out_trade_no', order.id],
      ['money', formatMinor(amount, order.currency)],
      // The same number again is the same refund.
      ['out_refund_no', key.replaceAll(':', '_').slice(-60)],
    ]);
    if (answer.get('code') !== '0') throw new Error(`the site refused: ${answer.get('msg') ?? answer.get('code')}`);
  },
});
