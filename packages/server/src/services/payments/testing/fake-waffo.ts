import type { CallbackCall } from '../adapter.ts';
import { bodyChanged, deliver, page, posted, type FakeProvider, type KnownOrder } from './fake-provider.ts';
import { merchantKeys, platformKeys } from './fake-keys.ts';

const apiKey = 'waffo-key';
const merchantId = 'M1';

type Kept = {
  readonly id: string;
  readonly acquiringId: string;
  amount: string;
  currency: string;
  paid: boolean;
  readonly hook: string;
  readonly returnUrl: string;
  readonly refunds: Map<string, number>;
};
type Asked = Readonly<Record<string, string>> & { readonly merchantInfo?: { readonly merchantId: string } };

/** Waffo's API as its SDKs speak with it, on loopback. */
export function openFakeWaffo(): FakeProvider {
  const orders = new Map<string, Kept>();
  const answer = (value: object): Response => {
    const body = JSON.stringify(value);
    return new Response(body, {
      headers: { 'content-type': 'application/json', 'x-signature': platformKeys.sign(body) },
    });
  };
  const no = (code: string, msg: string): Response => answer({ code, msg });
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request): Promise<Response> {
      const url = new URL(request.url);
      if (url.pathname === '/cashier') return await cashier(url.searchParams);
      const body = await request.text();
      if (request.headers.get('x-api-key') !== apiKey) return no('A0001', 'Invalid API key');
      if (!merchantKeys.verifies(body, request.headers.get('x-signature') ?? ''))
        return no('A0002', 'Invalid signature');
      const asked = JSON.parse(body) as Asked;
      if (url.pathname === '/api/v1/order/create') return create(asked);
      if (url.pathname === '/api/v1/order/refund') return refund(asked);
      const one = orders.get(asked['paymentRequestId'] ?? '');
      return one === undefined ? no('B0001', 'Order not found') : answer({ code: '0', data: show(one) });
    },
  });
  const origin = `http://127.0.0.1:${server.port}`;

  const create = (asked: Asked): Response => {
    const id = asked['paymentRequestId'] ?? '';
    if (asked.merchantInfo?.merchantId !== merchantId) return no('A0003', 'Merchant not found');
    if (id.length > 32) return no('P0001', 'paymentRequestId is too long');
    if (!orders.has(id))
      orders.set(id, {
        id,
        acquiringId: `A${orders.size + 1}`,
        amount: asked['orderAmount'] ?? '',
        currency: asked['orderCurrency'] ?? '',
        paid: false,
        hook: asked['notifyUrl'] ?? '',
        returnUrl: asked['successRedirectUrl'] ?? '',
        refunds: new Map(),
      });
    const one = orders.get(id);
    return one === undefined ? no('S0001', 'System error') : answer({ code: '0', data: show(one) });
  };

  const show = (one: Kept) => ({
    paymentRequestId: one.id,
    merchantOrderId: one.id,
    acquiringOrderId: one.acquiringId,
    orderStatus: one.paid ? 'PAY_SUCCESS' : 'AUTHORIZATION_REQUIRED',
    orderAction: JSON.stringify({ actionType: 'WEB', webUrl: `${origin}/cashier?id=${one.id}` }),
    orderCurrency: one.currency,
    orderAmount: one.amount,
  });

  const sumOf = (one: Kept): number => [...one.refunds.values()].reduce((sum, value) => sum + value, 0);
  const refund = (asked: Asked): Response => {
    const one = [...orders.values()].find(({ acquiringId }) => acquiringId === asked['acquiringOrderId']);
    if (one?.paid !== true) return no('B0002', 'Order is not paid');
    const [id, amount] = [asked['refundRequestId'] ?? '', Number(asked['refundAmount'])];
    if (!one.refunds.has(id)) {
      if (sumOf(one) + amount > Number(one.amount)) return no('B0003', 'Refund amount exceeds');
      one.refunds.set(id, amount);
    }
    return answer({ code: '0', data: { refundRequestId: id, refundStatus: 'REFUND_IN_PROGRESS' } });
  };

  const notify = (result: object): CallbackCall => {
    const body = JSON.stringify({ eventType: 'PAYMENT_NOTIFICATION', result });
    return posted(body, { 'content-type': 'application/json', 'x-signature': platformKeys.sign(body) });
  };

  const cashier = async (query: URLSearchParams): Promise<Response> => {
    const one = orders.get(query.get('id') ?? '');
    if (one === undefined) return new Response('no such order', { status: 404 });
    if (!query.has('done')) return page(`Pay ${one.amount}`, `?id=${one.id}&done`);
    one.paid = true;
    await deliver(one.hook, notify(show(one)));
    return Response.redirect(one.returnUrl, 303);
  };

  const of = ({ id }: KnownOrder): Kept => {
    const one = orders.get(id);
    if (one === undefined) throw new Error('there is no such order');
    return one;
  };

  return {
    hook: undefined,
    wrongSecret: { apiKey: 'wrong' },
    currencyCanDiffer: true,
    forgetsRefunds: true,
    input: (name) => ({
      name,
      provider: 'waffo',
      currency: 'USD',
      rate: '1',
      settings: { apiUrl: `${origin}/api/v1`, merchantId },
      secrets: { apiKey, privateKey: merchantKeys.privateKey, waffoPublicKey: platformKeys.publicKey },
    }),
    async pay(order, _next, paid) {
      const one = of(order);
      one.paid = true;
      one.amount = paid?.amount ?? (paid?.currency === 'JPY' ? '10' : one.amount);
      one.currency = paid?.currency ?? one.currency;
      return notify(show(one));
    },
    forge: (call) => bodyChanged(call, 'PAY_SUCCESS', 'PAY_SUCCEEDED'),
    foreign: (id) => notify({ paymentRequestId: id, acquiringOrderId: 'AX', orderStatus: 'PAY_SUCCESS' }),
    refunded: (order) => Math.round(sumOf(of(order)) * 100),
    close: () => void server.stop(true),
  };
}
