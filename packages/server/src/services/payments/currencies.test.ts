import { afterAll, expect, test } from 'bun:test';
import { Refusal } from '../../domain/refusal.ts';
import { onSqlite } from '../../store/testing/databases.ts';
import { buyCredit, nextOf, quoteCredit } from './buy.ts';
import { refundOrder } from './settle-order.ts';
import { takeCallback } from './take-callback.ts';
import type { FakeProvider } from './testing/fake-provider.ts';
import { openFakePaypal } from './testing/fake-paypal.ts';
import { openFakeStripe } from './testing/fake-stripe.ts';
import { openShop } from './testing/payments.ts';

/** Currencies that a provider counts otherwise than ISO 4217 does: what is agreed is what is charged and given back. */

const opened: FakeProvider[] = [];
afterAll(() => {
  for (const fake of opened) fake.close();
});

const stripe = () => openFakeStripe(Date.now);

const cases = [
  // 3 701 shillings, told to Stripe in hundredths.
  {
    name: 'stripe',
    openFake: stripe,
    currency: 'UGX',
    rate: '3700.4',
    price: 3701n,
    gone: 370_100,
    part: 1000n,
    odd: undefined,
  },
  // 138 krónur, which Stripe takes without hundredths only.
  {
    name: 'stripe',
    openFake: stripe,
    currency: 'ISK',
    rate: '137.3',
    price: 13_800n,
    gone: 13_800,
    part: 1000n,
    odd: 1050n,
  },
  {
    name: 'paypal',
    openFake: openFakePaypal,
    currency: 'HUF',
    rate: '330.2',
    price: 33_100n,
    gone: 33_100,
    part: 1000n,
    odd: 1050n,
  },
] as const;

onSqlite('currencies without cents', (open) => {
  for (const { name, openFake, currency, rate, price, gone, part, odd } of cases)
    test(`${currency} by ${name}`, async () => {
      const fake = openFake();
      opened.push(fake);
      const { deps, user, balance, method: create } = await openShop(await open());
      const method = await create({ ...fake.input('Online'), currency, rate });
      const ask = { user, methodId: method.id, credit: 1_000_000_000n, clientKey: 'client-key-1', address: '' };
      expect((await quoteCredit(deps, ask)).amount).toBe(price);
      const order = await buyCredit(deps, ask);
      const next = nextOf(order);
      if (next?.kind !== 'redirect') throw new Error('the buyer is sent nowhere');
      const call = { ...(await fake.pay(order, next.url)), address: '' };
      expect([(await takeCallback(deps, method.id, call)).taken, await balance()]).toEqual([true, 1_000_000_000n]);
      const person = { label: 'user:usr_root', address: '' };
      const refund = async (amount: bigint | undefined) =>
        await refundOrder(deps, person, order.id, { amount, note: '' });
      if (odd !== undefined) {
        const refused = await refund(odd).catch((error: unknown) => error);
        expect(refused instanceof Refusal && refused.code).toBe('invalid_request');
      }
      expect((await refund(part)).refunded).toBe(part);
      expect((await refund(undefined)).state).toBe('refunded');
      expect([fake.refunded(order), await balance()]).toEqual([gone, 0n]);
    });
});
