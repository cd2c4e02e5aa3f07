import type { CallbackCall } from '../adapter.ts';
import { bodyChanged, deliver, page, posted, type FakeProvider, type KnownOrder } from './fake-provider.ts';
import { merchantKeys, platformKeys, sortedParams } from './fake-keys.ts';

const appId = '2021000000000001';

type Params = Readonly<Record<string, string>>;
type Biz = { readonly out_trade_no: string; readonly total_amount?: string; readonly [name: string]: unknown };
type Trade = {
  readonly id: string;
  readonly tradeNo: string;
  readonly notifyUrl: string;
  readonly returnUrl: string;
  total: string;
  paid: boolean;
  refunded: number;
  readonly refunds: Map<string, string>;
};

/** Of a request, `sign_type` is signed too. */
const requestText = (params: Params): string => sortedParams(params, ['sign']);
const noticeText = (params: Params): string => sortedParams(params, ['sign', 'sign_type']);

/** Alipay's gateway as its documentation describes it, on loopback. */
export function openFakeAlipay(product: 'page' | 'wap' | 'code' = 'page'): FakeProvider {
  const trades = new Map<string, Trade>();
  const answer = (method: string, node: object): Response => {
    const text = JSON.stringify(node);
    return new Response(
      `{"${method.replaceAll('.', '_')}_response":${text},"sign":${JSON.stringify(platformKeys.sign(text))}}`,
      { headers: { 'content-type': 'text/html;charset=utf-8' } },
    );
  };
  const fails = (method: string, subCode: string, subMsg: string): Response =>
    answer(method, { code: '40004', msg: 'Business Failed', sub_code: subCode, sub_msg: subMsg });
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request): Promise<Response> {
      const url = new URL(request.url);
      if (url.pathname === '/cashier') return await cashier(url.searchParams.get('no') ?? '');
      const given = request.method === 'POST' ? new URLSearchParams(await request.text()) : url.searchParams;
      const params: Params = Object.fromEntries(given);
      const method = params['method'] ?? '';
      if (params['app_id'] !== appId || !merchantKeys.verifies(requestText(params), params['sign'] ?? ''))
        return answer(method, { code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-signature' });
      return serve(method, params, JSON.parse(params['biz_content'] ?? '{}') as Biz);
    },
  });
  const origin = `http://127.0.0.1:${server.port}`;

  const serve = (method: string, params: Params, biz: Biz): Response => {
    const trade = trades.get(biz.out_trade_no);
    switch (method) {
      case 'alipay.trade.page.pay':
      case 'alipay.trade.wap.pay':
        begin(params, biz);
        return page(`Pay ${biz.total_amount}`, `/cashier?no=${biz.out_trade_no}`);
      case 'alipay.trade.precreate':
        begin(params, biz);
        return answer(method, {
          code: '10000',
          msg: 'Success',
          out_trade_no: biz.out_trade_no,
          qr_code: `${origin}/qr/${biz.out_trade_no}`,
        });
      case 'alipay.trade.query':
        return trade === undefined
          ? fails(method, 'ACQ.TRADE_NOT_EXIST', '交易不存在')
          : answer(method, { code: '10000', msg: 'Success', ...show(trade) });
      case 'alipay.trade.refund':
        return refund(method, trade, biz);
      default:
        return answer(method, { code: '40004', msg: 'Business Failed', sub_code: 'isv.method-not-exist' });
    }
  };

  const begin = (params: Params, { out_trade_no: id, total_amount: total = '' }: Biz): void => {
    if (trades.has(id)) return;
    trades.set(id, {
      id,
      tradeNo: `2026112922001${trades.size + 1}`,
      notifyUrl: params['notify_url'] ?? '',
      returnUrl: params['return_url'] ?? '',
      total,
      paid: false,
      refunded: 0,
      refunds: new Map(),
    });
  };

  const statusOf = ({ paid, refunded, total }: Trade): string =>
    !paid ? 'WAIT_BUYER_PAY' : refunded >= Number(total) ? 'TRADE_CLOSED' : 'TRADE_SUCCESS';
  const show = (trade: Trade) => ({
    out_trade_no: trade.id,
    trade_no: trade.tradeNo,
    trade_status: statusOf(trade),
    total_amount: trade.total,
    ...(trade.paid && { send_pay_date: '2026-11-29 20:00:00' }),
  });

  const refund = (method: string, trade: Trade | undefined, biz: Biz): Response => {
    const [number, money] = [String(biz['out_request_no']), String(biz['refund_amount'])];
    if (trade === undefined) return fails(method, 'ACQ.TRADE_NOT_EXIST', '交易不存在');
    const again = trade.refunds.get(number) === money;
    if (!again) {
      if (!trade.paid) return fails(method, 'ACQ.TRADE_STATUS_ERROR', '交易状态不合法');
      if (trade.refunded + Number(money) > Number(trade.total))
        return fails(method, 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', '退款金额超限');
      trade.refunds.set(number, money);
      trade.refunded += Number(money);
    }
    return answer(method, {
      code: '10000',
      msg: 'Success',
      out_trade_no: trade.id,
      trade_no: trade.tradeNo,
      fund_change: again ? 'N' : 'Y',
      refund_fee: trade.refunded.toFixed(2),
    });
  };

  const notify = (id: string): CallbackCall => {
    const trade = trades.get(id);
    const params = {
      app_id: appId,
      notify_type: 'trade_status_sync',
      charset: 'utf-8',
      version: '1.0',
      out_trade_no: id,
      trade_no: trade?.tradeNo ?? 'none',
      trade_status: trade === undefined ? 'TRADE_SUCCESS' : statusOf(trade),
      total_amount: trade?.total ?? '1.00',
      ...(trade !== undefined && trade.refunded > 0 && { refund_fee: trade.refunded.toFixed(2) }),
    };
    const body = new URLSearchParams({ ...params, sign: platformKeys.sign(noticeText(params)), sign_type: 'RSA2' });
    return posted(body.toString(), { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' });
  };

  const cashier = async (id: string): Promise<Response> => {
    const trade = trades.get(id);
    if (trade === undefined) return new Response('交易不存在', { status: 404 });
    trade.paid = true;
    await deliver(trade.notifyUrl, notify(id));
    return trade.returnUrl === '' ? new Response('支付成功') : Response.redirect(trade.returnUrl, 303);
  };

  return {
    hook: undefined,
    wrongSecret: { privateKey: platformKeys.privateKey },
    currencyCanDiffer: false,
    input: (name) => ({
      name,
      provider: 'alipay',
      currency: 'CNY',
      rate: '7.3',
      settings: { gatewayUrl: `${origin}/gateway.do`, appId, product },
      secrets: { privateKey: merchantKeys.privateKey, alipayPublicKey: platformKeys.publicKey },
    }),
    async pay({ id }, next, paid) {
      if (product !== 'code') await fetch(next);
      const trade = trades.get(id);
      if (trade === undefined) throw new Error('Alipay refused the order');
      trade.paid = true;
      trade.total = paid?.amount ?? trade.total;
      return notify(id);
    },
    forge: (call) => bodyChanged(call, /total_amount=[\d.]+/, 'total_amount=0.01'),
    foreign: (id) => notify(id),
    refunded: ({ id }: KnownOrder) => Math.round((trades.get(id)?.refunded ?? 0) * 100),
    close: () => void server.stop(true),
  };
}
