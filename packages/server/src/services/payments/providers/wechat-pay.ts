import { createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Payment } from '../../../domain/payment.ts';
import { withoutEnd } from '../../../domain/without-end.ts';
import type { StoredOrder } from '../../../store/payments/orders.ts';
import { CallbackRefused, defineAdapter, type PaymentContext, type ProvedCallback } from '../adapter.ts';
import { apiUrl } from './shared/api-url.ts';
import { ProviderError } from './shared/ask-json.ts';
import { readJson } from './shared/proof.ts';
import { rsaPrivateKey, rsaPublicKey, rsaSign, rsaVerify } from './shared/rsa.ts';

/**
 * WeChat Pay v3, signed with RSA both ways: https://pay.weixin.qq.com/doc/v3/merchant/4012365342. Notifications are
 * encrypted with the APIv3 key. How much was refunded is told by the numbers that we give refunds ourselves.
 */

const settingsSchema = z.strictObject({
  apiUrl: apiUrl('https://api.mch.weixin.qq.com'),
  appId: z.string().min(1).max(40).describe('App ID that the merchant is bound to (wx…).'),
  merchantId: z.string().min(1).max(40).describe('Merchant number (mchid).'),
  certificateSerial: z.string().min(1).max(80).describe('Serial number of the merchant’s API certificate.'),
  platformKeyId: z
    .string()
    .min(1)
    .max(80)
    .describe('Id of WeChat Pay’s public key (PUB_KEY_ID_…), or serial number of its platform certificate.'),
  product: z
    .enum(['native', 'h5'])
    .default('native')
    .describe('native for a QR code that is shown here, h5 for browsers on phones.'),
});

const secretsSchema = z.strictObject({
  privateKey: rsaPrivateKey.describe('Private key of the merchant (apiclient_key.pem).'),
  platformPublicKey: rsaPublicKey.describe('Public key of WeChat Pay, or its platform certificate.'),
  apiV3Key: z.string().length(32, 'must be 32 characters').describe('APIv3 key.'),
});

type Context = PaymentContext<z.output<typeof settingsSchema>, z.output<typeof secretsSchema>>;

/** `refund:<order>:<total>` as a number that WeChat Pay takes, from which the total can be read again. */
const refundNo = (key: string): string => key.replaceAll(':', '-').slice(-64);

function isSigned({ settings, secrets }: Context, headers: Headers, body: string): boolean {
  const of = (name: string): string => headers.get(`wechatpay-${name}`) ?? '';
  if (of('serial') !== settings.platformKeyId) return false;
  return rsaVerify(`${of('timestamp')}\n${of('nonce')}\n${body}\n`, of('signature'), secrets.platformPublicKey);
}

async function ask<T>(context: Context, path: string, schema: z.ZodType<T>, json?: object): Promise<T> {
  const { settings, secrets } = context;
  const url = new URL(`${withoutEnd(settings.apiUrl, '/')}${path}`);
  const [method, body] = json === undefined ? (['GET', ''] as const) : (['POST', JSON.stringify(json)] as const);
  const [timestamp, nonce] = [Math.floor(context.now / 1000), randomBytes(16).toString('hex')];
  const text = `${method}\n${url.pathname}${url.search}\n${timestamp}\n${nonce}\n${body}\n`;
  const proof = Object.entries({
    mchid: settings.merchantId,
    nonce_str: nonce,
    signature: rsaSign(text, secrets.privateKey),
    timestamp: String(timestamp),
    serial_no: settings.certificateSerial,
  }).map(([name, value]) => `${name}="${value}"`);
  const response = await context.fetch(url.toString(), {
    method,
    headers: {
      accept: 'application/json',
      'user-agent': 'tollgate',
      authorization: `WECHATPAY2-SHA256-RSA2048 ${proof.join(',')}`,
      'wechatpay-serial': settings.platformKeyId,
      ...(json !== undefined && { 'content-type': 'application/json' }),
    },
    ...(json !== undefined && { body }),
  });
  const answer = await response.text();
  if (!response.ok) throw new ProviderError(response.status, answer);
  if (!isSigned(context, response.headers, answer)) throw new Error('the answer is not signed by WeChat Pay’s key');
  return schema.parse(JSON.parse(answer));
}

const tradeSchema = z.looseObject({
  mchid: z.string(),
  out_trade_no: z.string(),
  transaction_id: z.string().optional(),
  trade_state: z.string(),
  amount: z.looseObject({ total: z.number().int(), currency: z.string().default('CNY') }).optional(),
});

function paymentOf(trade: z.output<typeof tradeSchema>, refunded: bigint): Payment {
  const base = {
    amount: BigInt(trade.amount?.total ?? 0),
    currency: trade.amount?.currency ?? 'CNY',
    reference: trade.transaction_id ?? '',
  };
  switch (trade.trade_state) {
    case 'SUCCESS':
      return { ...base, status: 'paid', refunded: 0n };
    case 'REFUND':
      return { ...base, status: 'paid', refunded };
    case 'CLOSED':
    case 'REVOKED':
      return { ...base, status: 'expired', refunded: 0n };
    case 'PAYERROR':
      return { ...base, status: 'failed', refunded: 0n };
    default:
      return { ...base, status: 'pending', refunded: 0n };
  }
}

async function readTrade(context: Context, orderId: string): Promise<z.output<typeof tradeSchema> | undefined> {
  const { merchantId } = context.settings;
  const path = `/v3/pay/transactions/out-trade-no/${orderId}?mchid=${encodeURIComponent(merchantId)}`;
  return await ask(context, path, tradeSchema).catch((error: unknown) => {
    if (error instanceof ProviderError && error.status === 404) return undefined;
    throw error;
  });
}

async function fetchBack(context: Context, order: StoredOrder): Promise<Payment | undefined> {
  const { merchantId } = context.settings;
  const trade = await readTrade(context, order.id);
  if (trade === undefined) return undefined;
  if (trade.mchid !== merchantId || trade.out_trade_no !== order.id)
    throw new Error('WeChat Pay answered with another order');
  return paymentOf(trade, order.refunded);
}

const notificationSchema = z.looseObject({
  event_type: z.string(),
  resource: z.looseObject({
    algorithm: z.literal('AEAD_AES_256_GCM'),
    ciphertext: z.string(),
    nonce: z.string(),
    associated_data: z.string().default(''),
  }),
});

const refundSchema = z.looseObject({
  mchid: z.string(),
  out_trade_no: z.string(),
  transaction_id: z.string(),
  out_refund_no: z.string(),
  refund_status: z.string(),
  amount: z.looseObject({ total: z.number().int() }),
});

function opened({ secrets }: Context, { resource }: z.output<typeof notificationSchema>): Uint8Array {
  const sealed = Buffer.from(resource.ciphertext, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(secrets.apiV3Key), Buffer.from(resource.nonce));
    decipher.setAuthTag(sealed.subarray(-16)).setAAD(Buffer.from(resource.associated_data));
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  } catch {
    throw new CallbackRefused('it cannot be opened with the APIv3 key');
  }
}

function refundCallback(context: Context, body: Uint8Array): ProvedCallback {
  const told = readJson(body, refundSchema);
  if (told.mchid !== context.settings.merchantId) throw new CallbackRefused('it is for another merchant');
  const about = { reference: told.transaction_id, orderId: told.out_trade_no };
  const total = /-(\d{1,15})$/.exec(told.out_refund_no)?.[1];
  if (total === undefined)
    return { about: undefined, ignored: 'the refund was not made here; take its credit by hand' };
  const amount = BigInt(told.amount.total);
  return {
    about,
    payment: { status: 'paid', amount, currency: 'CNY', refunded: BigInt(total), reference: told.transaction_id },
  };
}

export const wechatPay = defineAdapter({
  id: 'wechat-pay',
  label: 'WeChat Pay (微信支付)',
  settings: settingsSchema,
  secrets: secretsSchema,
  currencies: ['CNY'],
  callbackSecret: ({ apiV3Key }) => apiV3Key,
  remote: true,
  thanks: '{"code":"SUCCESS"}',

  async create(context, order) {
    const { settings, siteName, payerAddress } = context;
    const answer = await ask(
      context,
      `/v3/pay/transactions/${settings.product}`,
      z.looseObject({ code_url: z.string().optional(), h5_url: z.string().optional() }),
      {
        appid: settings.appId,
        mchid: settings.merchantId,
        description: siteName.slice(0, 40),
        out_trade_no: order.id,
        time_expire: `${new Date(order.expiresAt).toISOString().slice(0, 19)}+00:00`,
        notify_url: context.callbackUrl,
        amount: { total: Number(order.amount), currency: 'CNY' },
        ...(settings.product === 'h5' && {
          scene_info: { payer_client_ip: payerAddress, h5_info: { type: 'Wap' } },
        }),
      },
    );
    if (answer.code_url !== undefined) return { reference: undefined, next: { kind: 'code', text: answer.code_url } };
    if (answer.h5_url === undefined) throw new Error('WeChat Pay made neither a code nor an address');
    const back = encodeURIComponent(context.returnUrl(order.id));
    return { reference: undefined, next: { kind: 'redirect', url: `${answer.h5_url}&redirect_url=${back}` } };
  },

  async readCallback(context, { headers, body }) {
    if (!isSigned(context, headers, new TextDecoder().decode(body)))
      throw new CallbackRefused('the signature is wrong, or by another key');
    const age = Math.abs(context.now / 1000 - Number(headers.get('wechatpay-timestamp')));
    if (!(age < 300)) throw new CallbackRefused('the signature is old');
    const notification = readJson(body, notificationSchema);
    const inner = opened(context, notification);
    if (notification.event_type.startsWith('REFUND.'))
      return notification.event_type === 'REFUND.SUCCESS'
        ? refundCallback(context, inner)
        : { about: undefined, ignored: `nothing follows from ${notification.event_type.slice(0, 40)}` };
    const trade = readJson(inner, tradeSchema);
    if (trade.mchid !== context.settings.merchantId) throw new CallbackRefused('it is for another merchant');
    return { about: { reference: trade.transaction_id, orderId: trade.out_trade_no }, payment: undefined };
  },

  fetchBack,

  async probe(context) {
    // Nothing is known of such an order; what else is said, is said of us.
    await readTrade(context, 'tollgate_probe');
  },

  async refund(context, order, { amount, key }) {
    const { status } = await ask(context, '/v3/refund/domestic/refunds', z.looseObject({ status: z.string() }), {
      out_trade_no: order.id,
      // The same number again is the same refund.
      out_refund_no: refundNo(key),
      notify_url: context.callbackUrl,
      amount: { refund: Number(amount), total: Number(order.amount), currency: 'CNY' },
    });
    if (status === 'CLOSED' || status === 'ABNORMAL') throw new Error(`the refund is ${status}`);
  },
});
