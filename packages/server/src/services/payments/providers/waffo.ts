import { z } from 'zod';
import { formatMinor, parseMinor, type Payment } from '../../../domain/payment.ts';
import { withoutEnd } from '../../../domain/without-end.ts';
import type { StoredOrder } from '../../../store/payments/orders.ts';
import { CallbackRefused, defineAdapter, type PaymentContext, type ProvedCallback } from '../adapter.ts';
import { apiUrl } from './shared/api-url.ts';
import { ProviderError } from './shared/ask-json.ts';
import { readJson } from './shared/proof.ts';
import { rsaPrivateKey, rsaPublicKey, rsaSign, rsaVerify } from './shared/rsa.ts';

/** Waffo, signed with RSA both ways, as its SDKs do it: https://docs.waffo.com. */

const settingsSchema = z.strictObject({
  apiUrl: apiUrl('https://api.waffo.com/api/v1', 'https://api-sandbox.waffo.com/api/v1'),
  merchantId: z.string().min(1).max(100).describe('Merchant ID.'),
  payMethodType: z
    .string()
    .regex(/^[A-Z_,]{0,100}$/)
    .default('')
    .describe('Way to pay, such as CREDITCARD or APPLEPAY; empty lets the buyer choose.'),
});

const secretsSchema = z.strictObject({
  apiKey: z.string().min(1).max(300).describe('API key.'),
  privateKey: rsaPrivateKey.describe('Private key of the merchant.'),
  waffoPublicKey: rsaPublicKey.describe('Public key of Waffo.'),
});

type Context = PaymentContext<z.output<typeof settingsSchema>, z.output<typeof secretsSchema>>;

async function ask<T>(context: Context, path: string, schema: z.ZodType<T>, json: object): Promise<T> {
  const { settings, secrets } = context;
  const body = JSON.stringify(json);
  const response = await context.fetch(`${withoutEnd(settings.apiUrl, '/')}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': secrets.apiKey,
      'x-api-version': '1.0.0',
      'x-signature': rsaSign(body, secrets.privateKey),
    },
    body,
  });
  const text = await response.text();
  if (!response.ok) throw new ProviderError(response.status, text);
  if (!rsaVerify(text, response.headers.get('x-signature') ?? '', secrets.waffoPublicKey))
    throw new Error('the answer is not signed by Waffo’s key');
  const { code, msg, data } = z
    .looseObject({ code: z.string(), msg: z.string().nullish(), data: z.unknown().optional() })
    .parse(JSON.parse(text));
  if (code !== '0') throw new Error(`Waffo answered ${code}: ${msg ?? ''}`);
  return schema.parse(data);
}

const orderSchema = z.looseObject({
  paymentRequestId: z.string(),
  acquiringOrderId: z.string(),
  orderStatus: z.string(),
  orderAction: z.string().nullish(),
  orderCurrency: z.string().nullish(),
  orderAmount: z.string().nullish(),
});
type WaffoOrder = z.output<typeof orderSchema>;

function paymentOf(found: WaffoOrder, order: StoredOrder): Payment {
  const currency = found.orderCurrency ?? order.currency;
  const base = {
    amount: parseMinor(found.orderAmount ?? '', currency) ?? 0n,
    currency,
    // Asked, Waffo does not tell what was given back: its notifications do.
    refunded: order.refunded,
    reference: found.acquiringOrderId,
  };
  if (found.orderStatus === 'PAY_SUCCESS') return { ...base, status: 'paid' };
  return { ...base, status: found.orderStatus === 'ORDER_CLOSE' ? 'expired' : 'pending' };
}

async function fetchBack(context: Context, order: StoredOrder): Promise<Payment | undefined> {
  const found = await ask(context, '/order/inquiry', orderSchema, { paymentRequestId: order.id });
  if (found.paymentRequestId !== order.id) throw new Error('Waffo answered with another order');
  return paymentOf(found, order);
}

const noticeSchema = z.looseObject({ eventType: z.string(), result: z.looseObject({}) });
const refundSchema = z.looseObject({
  origPaymentRequestId: z.string(),
  acquiringOrderId: z.string(),
  refundStatus: z.string(),
  remainingRefundAmount: z.string(),
});

/** How much was given back is what is not left to be. */
async function refundCallback(context: Context, told: z.output<typeof refundSchema>): Promise<ProvedCallback> {
  const { origPaymentRequestId: orderId, acquiringOrderId: reference, refundStatus: status } = told;
  if (status !== 'ORDER_PARTIALLY_REFUNDED' && status !== 'ORDER_FULLY_REFUNDED')
    return { about: undefined, ignored: `the refund is ${status.slice(0, 40)}` };
  const found = await ask(context, '/order/inquiry', orderSchema, { paymentRequestId: orderId });
  const currency = found.orderCurrency ?? context.currency;
  const amount = parseMinor(found.orderAmount ?? '', currency);
  const left = parseMinor(told.remainingRefundAmount, currency);
  if (amount === undefined || left === undefined || left > amount) throw new CallbackRefused('it names no amount');
  return {
    about: { reference, orderId },
    payment: { status: 'paid', amount, currency, refunded: amount - left, reference },
  };
}

export const waffo = defineAdapter({
  id: 'waffo',
  label: 'Waffo',
  settings: settingsSchema,
  secrets: secretsSchema,
  callbackSecret: ({ waffoPublicKey }) => waffoPublicKey,
  remote: true,
  thanks: '{"message":"success"}',
  thanksHeaders: ({ secrets }, thanks) => ({ 'x-signature': rsaSign(thanks, secrets.privateKey) }),

  async create(context, order) {
    const { settings } = context;
    const made = await ask(context, '/order/create', orderSchema, {
      paymentRequestId: order.id,
      merchantOrderId: order.id,
      orderCurrency: order.currency,
      orderAmount: formatMinor(order.amount, order.currency),
      orderDescription: context.siteName,
      orderRequestedAt: new Date(order.createdAt).toISOString(),
      orderExpiredAt: new Date(order.expiresAt).toISOString(),
      notifyUrl: context.callbackUrl,
      successRedirectUrl: context.returnUrl(order.id),
      failedRedirectUrl: context.returnUrl(order.id),
      cancelRedirectUrl: context.returnUrl(order.id),
      merchantInfo: { merchantId: settings.merchantId },
      userInfo: { userId: order.userId, userEmail: `${order.userId}@users.invalid`, userTerminal: 'WEB' },
      goodsInfo: { goodsName: context.siteName, goodsUrl: context.returnUrl(order.id) },
      paymentInfo: {
        productName: 'ONE_TIME_PAYMENT',
        ...(settings.payMethodType !== '' && { payMethodType: settings.payMethodType }),
      },
    });
    const action = z
      .object({ webUrl: z.string().optional(), deeplinkUrl: z.string().optional() })
      .safeParse(JSON.parse(made.orderAction ?? '{}'));
    const url = action.data?.webUrl ?? action.data?.deeplinkUrl;
    if (url === undefined) throw new Error('Waffo made an order without an address');
    return { reference: made.acquiringOrderId, next: { kind: 'redirect', url } };
  },

  async readCallback(context, { headers, body }) {
    const text = new TextDecoder().decode(body);
    if (!rsaVerify(text, headers.get('x-signature') ?? '', context.secrets.waffoPublicKey))
      throw new CallbackRefused('the signature is wrong');
    const { eventType, result } = readJson(body, noticeSchema);
    if (eventType === 'REFUND_NOTIFICATION') return await refundCallback(context, refundSchema.parse(result));
    if (eventType !== 'PAYMENT_NOTIFICATION')
      return { about: undefined, ignored: `nothing follows from ${eventType.slice(0, 60)}` };
    const { paymentRequestId: orderId, acquiringOrderId: reference } = orderSchema.parse(result);
    return { about: { reference, orderId }, payment: undefined };
  },

  fetchBack,

  async probe(context) {
    await ask(context, '/order/inquiry', z.unknown(), { paymentRequestId: 'tollgate_probe' }).catch(
      (error: unknown) => {
        // That there is no such order is said only to who is known.
        if (!(error instanceof Error && error.message.startsWith('Waffo answered B'))) throw error;
      },
    );
  },

  async refund(context, order, { amount, key }) {
    const { refundStatus } = await ask(context, '/order/refund', z.looseObject({ refundStatus: z.string() }), {
      // The same number again is the same refund.
      refundRequestId: key.replaceAll(':', '').slice(-32),
      acquiringOrderId: order.reference ?? '',
      merchantId: context.settings.merchantId,
      requestedAt: new Date(context.now).toISOString(),
      refundAmount: formatMinor(amount, order.currency),
      refundReason: `order ${order.id}`,
      refundNotifyUrl: context.callbackUrl,
    });
    if (refundStatus === 'ORDER_REFUND_FAILED') throw new Error('the refund failed');
  },
});
