import { createHash } from 'node:crypto';
import type { CallbackCall } from '../adapter.ts';
import { page, type FakeProvider } from './fake-provider.ts';

const key = 'epay-merchant-key';
const pid = '1001';

type Kept = {
  readonly tradeNo: string;
  readonly params: Record<string, string>;
  paid: string | undefined;
  refunded: number;
};

/** Written anew, so that a mistake in ours is not made here too: sorted, without empty ones, key at the end. */
function sign(params: Readonly<Record<string, string>>): string {
  const names = Object.keys(params).filter((name) => !['sign', 'sign_type'].includes(name) && params[name] !== '');
  const text = names
    .sort()
    .map((name) => `${name}=${params[name]}`)
    .join('&');
  return createHash('md5')
    .update(text + key)
    .digest('hex');
}

/** A site that speaks the Epay protocol as its descriptions say, on loopback. */
export function openFakeEpay(): FakeProvider {
  const orders = new Map<string, Kept>();
  let count = 0;
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const url = new URL(request.url);
      const params = Object.fromEntries(
        request.method === 'POST' ? new URLSearchParams(await request.text()) : url.searchParams,
      );
      if (url.pathname === '/pay/submit.php') {
        if (params['pid'] !== pid || params['sign'] !== sign(params))
          return new Response('签名校验失败', { status: 200 });
        const id = params['out_trade_no'] ?? '';
        if (!orders.has(id))
          orders.set(id, { tradeNo: `2026112900${(count += 1)}`, params, paid: undefined, refunded: 0 });
        return page(`Pay ${params['money']}`, `cashier.php?no=${id}`);
      }
      if (url.pathname === '/pay/cashier.php') {
        const id = params['no'] ?? '';
        const order = orders.get(id);
        if (order === undefined) return new Response('订单号不存在', { status: 404 });
        order.paid = order.params['money'];
        await fetch(`${order.params['notify_url']}?${notify(id).query}`);
        return Response.redirect(order.params['return_url'] ?? '/', 303);
      }
      if (url.pathname !== '/pay/api.php') return new Response('not found', { status: 404 });
      if (params['pid'] !== pid || params['key'] !== key) return Response.json({ code: -3, msg: '商户密钥错误' });
      if (params['act'] === 'query') return Response.json({ code: 1, pid: Number(pid), active: 1, money: '0.00' });
      const order = orders.get(params['out_trade_no'] ?? '');
      if (order === undefined) return Response.json({ code: -1, msg: '订单号不存在' });
      if (url.searchParams.get('act') === 'refund') {
        if (order.paid === undefined) return Response.json({ code: -1, msg: '订单未支付' });
        if (order.refunded + Number(params['money']) > Number(order.paid))
          return Response.json({ code: -1, msg: '退款金额不能大于订单金额' });
        order.refunded += Number(params['money']);
        return Response.json({ code: 1, msg: '退款成功' });
      }
      return Response.json({
        code: 1,
        msg: 'succ',
        trade_no: order.tradeNo,
        out_trade_no: params['out_trade_no'],
        pid: Number(pid),
        type: order.params['type'],
        money: order.paid ?? order.params['money'],
        // What was refunded in part is told as paid.
        status: order.paid === undefined ? '0' : order.refunded >= Number(order.paid) ? '2' : '1',
      });
    },
  });
  const notify = (id: string, status = 'TRADE_SUCCESS'): CallbackCall => {
    const order = orders.get(id);
    const params: Record<string, string> = {
      pid,
      trade_no: order?.tradeNo ?? 'none',
      out_trade_no: id,
      type: 'alipay',
      name: 'Tollgate',
      money: order?.paid ?? '1.00',
      trade_status: status,
      param: '',
    };
    const query = new URLSearchParams({ ...params, sign: sign(params), sign_type: 'MD5' });
    return { method: 'get', query, headers: new Headers(), body: new Uint8Array() };
  };
  return {
    input: (name) => ({
      name,
      provider: 'epay',
      currency: 'CNY',
      rate: '7.3',
      settings: { siteUrl: `http://127.0.0.1:${server.port}/pay/`, merchantId: pid, type: 'alipay' },
      secrets: { key },
    }),
    async pay(order, next, paid) {
      await fetch(next);
      const kept = orders.get(order.id);
      if (kept === undefined) throw new Error('the site refused the order');
      kept.paid = paid?.amount ?? kept.params['money'];
      return notify(order.id);
    },
    forge: (call) => {
      const query = new URLSearchParams(call.query);
      query.set('money', '0.01');
      return { ...call, query };
    },
    // Signed by the same site for an order of another merchant account there.
    foreign: (id) => notify(id),
    refunded: (order) => Math.round((orders.get(order.id)?.refunded ?? 0) * 100),
    currencyCanDiffer: false,
    hook: undefined,
    wrongSecret: { key: 'wrong' },
    close: () => void server.stop(true),
  };
}
