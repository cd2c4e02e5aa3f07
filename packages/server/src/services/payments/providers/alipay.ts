import { z } from 'zod';
import { formatMinor, parseMinor, type Payment } from '../../../domain/payment.ts';
import type { StoredOrder } from '../../../store/payments/orders.ts';
import { CallbackRefused, defineAdapter, type NextStep, type PaymentContext } from '../adapter.ts';
import { apiUrl } from './shared/api-url.ts';
import { ProviderError } from './shared/ask-json.ts';
import { rsaPrivateKey, rsaPublicKey, rsaSign, rsaVerify } from './shared/rsa.ts';
import { readParams, textToSign } from './shared/signed-params.ts';

/**
 * Alipay's open platform, signed with RSA2: https://opendocs.alipay.com/common/02kf5q. What counts is what is fetched
 * back; that money was given back is told by its own notifications.
 */

const settingsSchema = z.strictObject({
  gatewayUrl: apiUrl('https://openapi.alipay.com/gateway.do', 'https://openapi-sandbox.dl.alipaydev.com/gateway.do'),
  appId: z.string().min(1).max(40).describe('App ID of the application.'),
  product: z
    .enum(['page', 'wap', 'code'])
    .default('page')
    .describe('page for computers, wap for phones, code for a QR code that is shown here (face to face).'),
});

const secretsSchema = z.strictObject({
  privateKey: rsaPrivateKey.describe('Private key of the application (PKCS#8 or PKCS#1).'),
  alipayPublicKey: rsaPublicKey.describe('Public key of Alipay, not that of the application.'),
});

type Context = PaymentContext<z.output<typeof settingsSchema>, z.output<typeof secretsSchema>>;

/** Alipay's clock is Beijing's. */
const beijing = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

function signed({ settings, secrets, now }: Context, method: string, biz: object, more: object = {}): URLSearchParams {
  const params = new Map<string, string>(
    Object.entries({
      app_id: settings.appId,
      method,
      format: 'JSON',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: beijing(now),
      version: '1.0',
      ...more,
      biz_content: JSON.stringify(biz),
    }),
  );
  // Of what is asked, the kind of signature is signed too; of what is told, it is not.
  const text = [...params]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  params.set('sign', rsaSign(text, secrets.privateKey));
  return new URLSearchParams([...params]);
}

const answerSchema = z.looseObject({
  code: z.string(),
  msg: z.string().optional(),
  sub_code: z.string().optional(),
  sub_msg: z.string().optional(),
  out_trade_no: z.string().optional(),
  trade_no: z.string().optional(),
  trade_status: z.string().optional(),
  total_amount: z.string().optional(),
  send_pay_date: z.string().optional(),
  qr_code: z.string().optional(),
});
type Answer = z.output<typeof answerSchema>;

async function ask(context: Context, method: string, biz: object, more: object = {}): Promise<Answer> {
  const response = await context.fetch(context.settings.gatewayUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
    body: signed(context, method, biz, more).toString(),
  });
  const text = await response.text();
  if (!response.ok) throw new ProviderError(response.status, text);
  const name = `${method.replaceAll('.', '_')}_response`;
  const answer = z.looseObject({ [name]: answerSchema, sign: z.string().optional() }).parse(JSON.parse(text));
  assertAnswerSigned(context, text, name, answer['sign']);
  return answerSchema.parse(answer[name]);
}

/** Signed is the very text of the answer's node, as it was sent. */
function assertAnswerSigned({ secrets }: Context, text: string, name: string, sign: unknown): void {
  const start = text.indexOf(`"${name}":`) + name.length + 3;
  const node = text.slice(start, text.lastIndexOf('}', text.lastIndexOf('"sign"')) + 1).trim();
  if (typeof sign !== 'string' || !rsaVerify(node, sign, secrets.alipayPublicKey))
    throw new Error('Alipay’s answer is not signed by its public key');
}

function assertDone(answer: Answer): Answer {
  if (answer.code === '10000') return answer;
  throw new Error(`Alipay answered ${answer.sub_code ?? answer.code}: ${answer.sub_msg ?? answer.msg ?? ''}`);
}

function paymentOf(told: Pick<Answer, 'trade_status' | 'trade_no' | 'send_pay_date'>, amount: bigint): Payment {
  const base = { amount, currency: 'CNY', refunded: 0n, reference: told.trade_no ?? '' } as const;
  switch (told.trade_status) {
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return { ...base, status: 'paid' };
    case 'TRADE_CLOSED':
      // Closed after it was paid is refunded, all of it; closed before, its time was up.
      return told.send_pay_date === undefined
        ? { ...base, status: 'expired' }
        : { ...base, status: 'paid', refunded: amount };
    default:
      return { ...base, status: 'pending' };
  }
}

async function fetchBack(context: Context, order: StoredOrder): Promise<Payment | undefined> {
  const found = await ask(context, 'alipay.trade.query', { out_trade_no: order.id });
  // Until the payer has opened the page or scanned the code there is no trade.
  if (found.sub_code === 'ACQ.TRADE_NOT_EXIST') return undefined;
  assertDone(found);
  if (found.out_trade_no !== order.id) throw new Error('Alipay answered with another order');
  const amount = parseMinor(found.total_amount ?? '', 'CNY');
  if (amount === undefined) throw new Error('Alipay told no amount');
  return paymentOf(found, amount);
}

async function begin(context: Context, order: StoredOrder): Promise<NextStep> {
  const { settings, siteName } = context;
  const biz = {
    out_trade_no: order.id,
    total_amount: formatMinor(order.amount, 'CNY'),
    subject: siteName.slice(0, 200),
    time_expire: beijing(order.expiresAt),
  };
  const more = { notify_url: context.callbackUrl };
  if (settings.product === 'code') {
    const { qr_code: text } = assertDone(
      await ask(context, 'alipay.trade.precreate', { ...biz, product_code: 'FACE_TO_FACE_PAYMENT' }, more),
    );
    if (text === undefined) throw new Error('Alipay made no code');
    return { kind: 'code', text };
  }
  const returns = { ...more, return_url: context.returnUrl(order.id) };
  const query =
    settings.product === 'page'
      ? signed(context, 'alipay.trade.page.pay', { ...biz, product_code: 'FAST_INSTANT_TRADE_PAY' }, returns)
      : signed(
          context,
          'alipay.trade.wap.pay',
          { ...biz, product_code: 'QUICK_WAP_WAY', quit_url: context.returnUrl(order.id) },
          returns,
        );
  return { kind: 'redirect', url: `${settings.gatewayUrl}?${query}` };
}

export const alipay = defineAdapter({
  id: 'alipay',
  label: 'Alipay (支付宝)',
  settings: settingsSchema,
  secrets: secretsSchema,
  currencies: ['CNY'],
  callbackSecret: ({ alipayPublicKey }) => alipayPublicKey,
  remote: true,
  thanks: 'success',

  async create(context, order) {
    return { reference: undefined, next: await begin(context, order) };
  },

  async readCallback({ settings, secrets }, call) {
    const params = readParams(call);
    const of = (name: string): string => params.get(name) ?? '';
    if (!rsaVerify(textToSign(params), of('sign'), secrets.alipayPublicKey))
      throw new CallbackRefused('the signature is wrong');
    if (of('app_id') !== settings.appId) throw new CallbackRefused('it is for another application');
    const [orderId, reference] = [of('out_trade_no'), of('trade_no')];
    if (orderId === '' || reference === '') throw new CallbackRefused('it names no order');
    const about = { reference, orderId };
    // Asked later, Alipay does not tell what was given back of a payment in part: only this does.
    if (of('refund_fee') === '') return { about, payment: undefined };
    const [amount, refunded] = [parseMinor(of('total_amount'), 'CNY'), parseMinor(of('refund_fee'), 'CNY')];
    if (amount === undefined || refunded === undefined) throw new CallbackRefused('it names no amount');
    return { about, payment: { status: 'paid', amount, currency: 'CNY', refunded, reference } };
  },

  fetchBack,

  async probe(context) {
    // Nothing is known of such an order; what else is said, is said of us.
    const found = await ask(context, 'alipay.trade.query', { out_trade_no: 'tollgate_probe' });
    if (found.sub_code !== 'ACQ.TRADE_NOT_EXIST') assertDone(found);
  },

  async refund(context, order, { amount, key }) {
    assertDone(
      await ask(context, 'alipay.trade.refund', {
        out_trade_no: order.id,
        refund_amount: formatMinor(amount, 'CNY'),
        // The same number again is the same refund.
        out_request_no: key.replaceAll(':', '_').slice(-64),
      }),
    );
  },
});
