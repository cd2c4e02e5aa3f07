import type { AnyAdapter } from '../adapter.ts';
import { alipay } from './alipay.ts';
import { creem } from './creem.ts';
import { epay } from './epay.ts';
import { epayRsa } from './epay-rsa.ts';
import { manual } from './manual.ts';
import { nowpayments } from './nowpayments.ts';
import { paddle } from './paddle.ts';
import { paypal } from './paypal.ts';
import { stripe } from './stripe.ts';
import { waffo } from './waffo.ts';
import { wechatPay } from './wechat-pay.ts';

/** Every payment provider, by its id. */
export const paymentAdapters: ReadonlyMap<string, AnyAdapter> = new Map(
  [stripe, creem, paddle, paypal, alipay, wechatPay, epay, epayRsa, nowpayments, waffo, manual].map((adapter) => [
    adapter.id,
    adapter,
  ]),
);
