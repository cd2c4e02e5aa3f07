import { createHash } from 'node:crypto';
import { z } from 'zod';
import { formatMinor, parseMinor, type Payment } from '../../../domain/payment.ts';
import { withoutEnd } from '../../../domain/without-end.ts';
import type { StoredOrder } from '../../../store/payments/orders.ts';
import { CallbackRefused, defineAdapter, type PaymentContext } from '../adapter.ts';
import { assertSigned } from './shared/proof.ts';
import { readParams, textToSign } from './shared/signed-params.ts';

/** Sites that speak the Epay protocol (易支付), signed with MD5. https://pay.v8jisu.cn/doc_old.html is one description of many. */

const settingsSchema = z.strictObject({
  siteUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .describe('Address of the site, without submit.php.'),
  merchantId: z.string().min(1).max(60).describe('Merchant number (pid).'),
  type: z
    .string()
    .regex(/^[a-z0-9_]{0,30}$/)
    .default('alipay')
    .describe('Way to pay, as the site calls it: alipay, wxpay, qqpay …; empty lets the buyer choose.'),
  fetchBack: z
    .boolean()
    .default(true)
    .describe('Ask the site (api.php) before a callback is believed. Only for sites without that API: false.'),
});

const secretsSchema = z.strictObject({ key: z.string().min(1).max(300).describe('Merchant key.') });

type Context = PaymentContext<z.output<typeof settingsSchema>, z.output<typeof secretsSchema>>;

/** MD5 over the sorted, filled parameters and the key, as the protocol wants it. */
export function signEpay(params: ReadonlyMap<string, string>, key: string): string {
  const text = textToSign(params);
  return createHash('md5').update(`${text}${key}`).digest('hex');
}

const at = ({ settings }: Context, file: string): string => `${withoutEnd(settings.siteUrl, '/')}/${file}`;

/** What a site says of an order, in its own words; sites write numbers as texts and the other way round. */
const orderSchema = z.looseObject({
  code: z.coerce.number(),
  msg: z.string().optional(),
  trade_no: z.coerce.string().optional(),
  out_trade_no: z.coerce.string().optional(),
  pid: z.coerce.string().optional(),
  money: z.coerce.string().optional(),
  status: z.coerce.number().optional(),
});

async function ask(context: Context, url: string, init?: RequestInit): Promise<z.output<typeof orderSchema>> {
  const response = await context.fetch(url, init);
  if (!response.ok) throw new Error(`the site answered ${response.status}`);
  return orderSchema.parse(await response.json());
}

async function fetchBack(context: Context, order: StoredOrder): Promise<Payment | undefined> {
  const { settings, secrets } = context;
  const query = new URLSearchParams({
    act: 'order',
    pid: settings.merchantId,
    key: secrets.key,
    out_trade_no: order.id,
  });
  const found = await ask(context, `${at(context, 'api.php')}?${query}`);
  if (found.code !== 1) return undefined;
  if (found.out_trade_no !== order.id) throw new Error('the site answered with another order');
  const amount = parseMinor(found.money ?? '', order.currency);
  if (amount === undefined) throw new Error('the site told no amount');
  return {
    status: found.status === 1 || found.status === 2 ? 'paid' : 'pending',
    amount,
    currency: order.currency,
    // 2 is what sites call refunded, without saying how much: all of it.
    refunded: found.status === 2 ? amount : 0n,
    reference: found.trade_no ?? '',
  };
}

export const epay = defineAdapter({
  id: 'epay',
  label: 'Epay, MD5 (易支付)',
  settings: settingsSchema,
  secrets: secretsSchema,
  callbackSecret: ({ key }) => key,
  remote: true,
  thanks: 'success',

  async create(context, order) {
    const { settings, secrets, siteName } = context;
    const params = new Map([
      ['pid', settings.merchantId],
      ...(settings.type === '' ? [] : ([['type', settings.type]] as const)),
      ['out_trade_no', order.id],
      ['notify_url', context.callbackUrl],
      ['return_url', context.returnUrl(order.id)],
      ['name', siteName.slice(0, 60)],
      ['money', formatMinor(order.amount, order.currency)],
    ]);
    params.set('sign', signEpay(params, secrets.key));
    params.set('sign_type', 'MD5');
    return {
      reference: undefined,
      next: { kind: 'redirect', url: `${at(context, 'submit.php')}?${new URLSearchParams([...params])}` },
    };
  },

  async readCallback({ settings, secrets, currency }, call) {
    const params = readParams(call);
    const of = (name: string): string => params.get(name) ?? '';
    assertSigned(of('sign').toLowerCase(), signEpay(params, secrets.key));
    if (of('pid') !== settings.merchantId) throw new CallbackRefused('it is for another merchant');
    const [orderId, reference] = [of('out_trade_no'), of('trade_no')];
    if (orderId === '' || reference === '') throw new CallbackRefused('it names no order');
    if (of('trade_status') !== 'TRADE_SUCCESS')
      return { about: undefined, ignored: `the status is ${of('trade_status').slice(0, 40) || 'missing'}` };
    // Epay names no currency: it is the one that the method is set up for.
    const amount = parseMinor(of('money'), currency);
    if (amount === undefined) throw new CallbackRefused('it names no amount');
    return {
      about: { reference, orderId },
      payment: settings.fetchBack ? undefined : { status: 'paid', amount, currency, refunded: 0n, reference },
    };
  },

  fetchBack,

  async probe(context) {
    const { settings, secrets } = context;
    const query = new URLSearchParams({ act: 'query', pid: settings.merchantId, key: secrets.key });
    const answer = await ask(context, `${at(context, 'api.php')}?${query}`);
    if (answer.code !== 1) throw new Error(`the site refused: ${answer.msg ?? answer.code}`);
  },

  async refund(context, order, { amount }) {
    const { settings, secrets } = context;
    const answer = await ask(context, `${at(context, 'api.php')}?act=refund`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        pid: settings.merchantId,
        key: secrets.key,
        trade_no: order.reference ?? '',
        out_trade_no: order.id,
        money: formatMinor(amount, order.currency),
      }).toString(),
    });
    // Sites differ in whether 0 or 1 is success here; all of them say why when it is none.
    if (answer.code !== 1 && answer.code !== 0) throw new Error(`the site refused: ${answer.msg ?? answer.code}`);
  },
});
