import { openFakeAlipay } from './fake-alipay.ts';
import { openFakeCreem } from './fake-creem.ts';
import { openFakeEpayRsa } from './fake-epay-rsa.ts';
import { openFakeEpay } from './fake-epay.ts';
import { openFakeNowpayments } from './fake-nowpayments.ts';
import { openFakePaddle } from './fake-paddle.ts';
import { openFakePaypal } from './fake-paypal.ts';
import type { FakeProvider } from './fake-provider.ts';
import { openFakeStripe } from './fake-stripe.ts';
import { openFakeWaffo } from './fake-waffo.ts';
import { openFakeWechatPay } from './fake-wechat-pay.ts';

/** Every provider that is asked over the network, by its fake. Those whose name ends in `code` show one to be scanned. */
export const fakeProviders: Readonly<Record<string, () => FakeProvider>> = {
  stripe: () => openFakeStripe(() => Date.now()),
  creem: openFakeCreem,
  paddle: openFakePaddle,
  paypal: openFakePaypal,
  epay: openFakeEpay,
  'epay-rsa': openFakeEpayRsa,
  alipay: openFakeAlipay,
  'alipay code': () => openFakeAlipay('code'),
  'wechat-pay code': openFakeWechatPay,
  nowpayments: openFakeNowpayments,
  waffo: openFakeWaffo,
};
