import { createCipheriv, randomBytes } from 'node:crypto';
import type { CallbackCall } from '../adapter.ts';
import { bodyChanged, posted, type FakeProvider, type KnownOrder } from './fake-provider.ts';
import { merchantKeys, platformKeys } from './fake-keys.ts';

const mchid = '1900000001';
const serial = 'PUB_KEY_ID_0119000000012026';
const apiV3Key = '0123456789abcdef0123456789abcdef';

type Trade = {
  readonly id: string;
  total: number;
  currency: string;
  state: 'NOTPAY' | 'SUCCESS' | 'REFUND';
  refunded: number;
  readonly refunds: Map<string, number>;
};

type Asked = {
  readonly mchid?: string;
  readonly out_trade_no: string;
  readonly out_refund_no: string;
  readonly amount: { readonly total: number; readonly refund: number };
};

/** WeChat Pay v3 as its documentation describes it, on loopback. */
export function openFakeWechatPay(now: () => number = Date.now): FakeProvider {
  const trades = new Map<string, Trade>();

  const signedHeaders = (body: string): Record<string, string> => {
    const [timestamp, nonce] = [String(Math.floor(now() / 1000)), randomBytes(8).toString('hex')];
    return {
      'content-type': 'application/json',
      'wechatpay-serial': serial,
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-signature': platformKeys.sign(`${timestamp}\n${nonce}\n${body}\n`),
    };
  };
  const answer = (status: number, value: unknown): Response => {
    const body = JSON.stringify(value);
    return new Response(body, { status, headers: signedHeaders(body) });
  };

  /** Whether the caller is the merchant, by the signature of its request. */
  const isMerchant = (request: Request, url: URL, body: string): boolean => {
    const [, fields = ''] = /^WECHATPAY2-SHA256-RSA2048 (.+)$/.exec(request.headers.get('authorization') ?? '') ?? [];
    const of = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(fields)?.[1] ?? '';
    const text = `${request.method}\n${url.pathname}${url.search}\n${of('timestamp')}\n${of('nonce_str')}\n${body}\n`;
    return of('mchid') === mchid && merchantKeys.verifies(text, of('signature'));
  };

  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request): Promise<Response> {
      const url = new URL(request.url);
      const body = await request.text();
      if (!isMerchant(request, url, body)) return answer(401, { code: 'SIGN_ERROR', message: '错误的签名' });
      const asked = (body === '' ? {} : JSON.parse(body)) as Asked;
      if (url.pathname === '/v3/pay/transactions/native') return begin(asked);
      if (url.pathname === '/v3/refund/domestic/refunds') return refund(asked);
      const [, id = ''] = /^\/v3\/pay\/transactions\/out-trade-no\/([\w-]+)$/.exec(url.pathname) ?? [];
      const trade = trades.get(id);
      return trade === undefined
        ? answer(404, { code: 'ORDER_NOT_EXIST', message: '订单不存在' })
        : answer(200, show(trade));
    },
  });

  const begin = ({ out_trade_no: id, amount }: Asked): Response => {
    if (!/^[\w|*-]{6,32}$/.test(id)) return answer(400, { code: 'PARAM_ERROR', message: '商户订单号格式错误' });
    const trade = trades.get(id);
    if (trade !== undefined && trade.total !== amount.total)
      return answer(400, { code: 'INVALID_REQUEST', message: '商户订单号重复' });
    if (trade === undefined)
      trades.set(id, { id, total: amount.total, currency: 'CNY', state: 'NOTPAY', refunded: 0, refunds: new Map() });
    return answer(200, { code_url: `weixin://wxpay/bizpayurl?pr=${id}` });
  };

  const show = (trade: Trade) => ({
    appid: 'wx0000000000000001',
    mchid,
    out_trade_no: trade.id,
    trade_state: trade.state,
    ...(trade.state !== 'NOTPAY' && {
      transaction_id: `42000${trade.id}`,
      amount: { total: trade.total, payer_total: trade.total, currency: trade.currency },
    }),
  });

  const refund = ({ out_trade_no: id, out_refund_no: number, amount }: Asked): Response => {
    const trade = trades.get(id);
    if (trade === undefined || trade.state === 'NOTPAY')
      return answer(404, { code: 'RESOURCE_NOT_EXISTS', message: '订单不存在' });
    if (trade.refunds.get(number) !== amount.refund) {
      if (trade.refunded + amount.refund > trade.total)
        return answer(400, { code: 'INVALID_REQUEST', message: '退款金额大于订单金额' });
      trade.refunds.set(number, amount.refund);
      trade.refunded += amount.refund;
      trade.state = 'REFUND';
    }
    return answer(200, { refund_id: '503', out_refund_no: number, out_trade_no: id, status: 'PROCESSING' });
  };

  const notice = (eventType: string, inner: object): CallbackCall => {
    const nonce = randomBytes(6).toString('hex');
    const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(nonce));
    cipher.setAAD(Buffer.from('transaction'));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(inner), 'utf8'), cipher.final(), cipher.getAuthTag()]);
    const body = JSON.stringify({
      id: 'EV-2026',
      create_time: '2026-11-29T20:00:00+08:00',
      resource_type: 'encrypt-resource',
      event_type: eventType,
      resource: {
        algorithm: 'AEAD_AES_256_GCM',
        original_type: 'transaction',
        ciphertext: sealed.toString('base64'),
        nonce,
        associated_data: 'transaction',
      },
    });
    return posted(body, signedHeaders(body));
  };

  return {
    hook: undefined,
    wrongSecret: { privateKey: platformKeys.privateKey },
    currencyCanDiffer: true,
    forgetsRefunds: true,
    input: (name) => ({
      name,
      provider: 'wechat-pay',
      currency: 'CNY',
      rate: '7.3',
      settings: {
        apiUrl: `http://127.0.0.1:${server.port}`,
        appId: 'wx0000000000000001',
        merchantId: mchid,
        certificateSerial: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
        platformKeyId: serial,
      },
      secrets: { privateKey: merchantKeys.privateKey, platformPublicKey: platformKeys.publicKey, apiV3Key },
    }),
    async pay({ id }, _code, paid) {
      const trade = trades.get(id);
      if (trade === undefined) throw new Error('WeChat Pay refused the order');
      trade.state = 'SUCCESS';
      trade.total = paid?.amount === undefined ? trade.total : Math.round(Number(paid.amount) * 100);
      trade.currency = paid?.currency ?? trade.currency;
      return notice('TRANSACTION.SUCCESS', show(trade));
    },
    forge: (call) => bodyChanged(call, 'TRANSACTION.SUCCESS', 'TRANSACTION.SUCCEEDED'),
    foreign: (id) =>
      notice('TRANSACTION.SUCCESS', { mchid, out_trade_no: id, transaction_id: 'none', trade_state: 'SUCCESS' }),
    refunded: ({ id }: KnownOrder) => trades.get(id)?.refunded ?? 0,
    close: () => void server.stop(true),
  };
}
