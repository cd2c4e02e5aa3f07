import type { CallbackCall } from '../adapter.ts';
import { deliver, page, type FakeProvider, type KnownOrder } from './fake-provider.ts';
import { merchantKeys, platformKeys, sortedParams } from './fake-keys.ts';

const pid = '2002';

type Params = Readonly<Record<string, string>>;
type Kept = {
  readonly id: string;
  readonly tradeNo: string;
  readonly params: Params;
  paid: string | undefined;
  refunded: number;
  readonly refunds: Map<string, string>;
  frozen: boolean;
};

const signText = (params: Params): string => sortedParams(params, ['sign', 'sign_type']);
const signed = (params: Params): Params => ({
  ...params,
  sign: platformKeys.sign(signText(params)),
  sign_type: 'RSA',
});

/** A site that speaks the second version of the Epay protocol, on loopback. */
export function openFakeEpayRsa(now: () => number = Date.now): FakeProvider {
  const orders = new Map<string, Kept>();
  const answer = (params: Params): Response =>
    Response.json(signed({ code: '0', msg: '', ...params, timestamp: String(Math.floor(now() / 1000)) }));
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request): Promise<Response> {
      const url = new URL(request.url);
      if (url.pathname === '/cashier') return await cashier(url.searchParams.get('no') ?? '');
      const given = request.method === 'POST' ? new URLSearchParams(await request.text()) : url.searchParams;
      const params: Params = Object.fromEntries(given);
      if (params['pid'] !== pid || !merchantKeys.verifies(signText(params), params['sign'] ?? ''))
        return Response.json({ code: -3, msg: 'RSA签名校验失败' });
      if (url.pathname === '/api/merchant/info') return answer({ pid, status: '1', money: '0.00' });
      const id = params['out_trade_no'] ?? '';
      if (url.pathname === '/api/pay/submit') {
        if (!orders.has(id))
          orders.set(id, {
            id,
            tradeNo: `20261129${orders.size + 1}`,
            params,
            paid: undefined,
            refunded: 0,
            refunds: new Map(),
            frozen: false,
          });
        return page(`Pay ${params['money']}`, `/cashier?no=${id}`);
      }
      const order = orders.get(id);
      if (order === undefined) return Response.json({ code: -1, msg: '订单号不存在' });
      if (url.pathname === '/api/pay/refund') return refund(order, params);
      const whole = order.paid !== undefined && order.refunded >= Number(order.paid);
      return answer({
        trade_no: order.tradeNo,
        out_trade_no: id,
        type: order.params['type'] ?? '',
        pid,
        money: order.paid ?? order.params['money'] ?? '',
        status: order.paid === undefined ? '0' : order.frozen ? '3' : whole ? '2' : '1',
        ...(order.refunded > 0 && !whole && { refundmoney: order.refunded.toFixed(2) }),
      });
    },
  });
  const origin = `http://127.0.0.1:${server.port}`;

  const refund = (order: Kept, params: Params): Response => {
    const [number, money] = [params['out_refund_no'] ?? '', params['money'] ?? ''];
    if (order.refunds.get(number) !== money) {
      if (order.refunds.has(number)) return Response.json({ code: -1, msg: '退款单号已存在' });
      if (order.paid === undefined || order.refunded + Number(money) > Number(order.paid))
        return Response.json({ code: -1, msg: '退款金额不能大于订单金额' });
      order.refunds.set(number, money);
      order.refunded += Number(money);
    }
    return answer({ refund_no: `R${order.refunds.size}`, out_refund_no: number, trade_no: order.tradeNo, money });
  };

  const notify = (id: string): CallbackCall => {
    const order = orders.get(id);
    const params = signed({
      pid,
      trade_no: order?.tradeNo ?? 'none',
      out_trade_no: id,
      type: 'alipay',
      trade_status: 'TRADE_SUCCESS',
      name: 'Tollgate',
      money: order?.paid ?? '1.00',
      timestamp: String(Math.floor(now() / 1000)),
    });
    return { method: 'get', query: new URLSearchParams(params), headers: new Headers(), body: new Uint8Array() };
  };

  const cashier = async (id: string): Promise<Response> => {
    const order = orders.get(id);
    if (order === undefined) return new Response('订单号不存在', { status: 404 });
    order.paid = order.params['money'];
    await deliver(order.params['notify_url'], notify(id));
    return Response.redirect(order.params['return_url'] ?? '/', 303);
  };

  const of = ({ id }: KnownOrder): Kept => {
    const order = orders.get(id);
    if (order === undefined) throw new Error('the site refused the order');
    return order;
  };

  return {
    hook: undefined,
    wrongSecret: { privateKey: platformKeys.privateKey },
    currencyCanDiffer: false,
    input: (name) => ({
      name,
      provider: 'epay-rsa',
      currency: 'CNY',
      rate: '7.3',
      settings: { siteUrl: `${origin}/`, merchantId: pid, type: 'alipay' },
      secrets: { privateKey: merchantKeys.privateKey, platformPublicKey: platformKeys.publicKey },
    }),
    async pay(order, next, paid) {
      await fetch(next);
      const kept = of(order);
      kept.paid = paid?.amount ?? kept.params['money'];
      return notify(order.id);
    },
    async dispute(order, state) {
      of(order).frozen = state !== 'won';
      return notify(order.id);
    },
    forge: (call) => {
      const query = new URLSearchParams(call.query);
      query.set('money', '0.01');
      return { ...call, query };
    },
    foreign: (id) => notify(id),
    refunded: (order) => Math.round(of(order).refunded * 100),
    close: () => void server.stop(true),
  };
}
