import { afterAll, expect, test } from 'bun:test';
import { planInputSchema } from '@tollgate/contract/api/plans';
import { Refusal } from '../../domain/refusal.ts';
import { orderRepository } from '../../store/payments/orders.ts';
import { paymentCallbackRepository } from '../../store/payments/callbacks.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { verify } from '../ledger/verify.ts';
import { createPlan } from '../subscriptions/plans.ts';
import { buyPlan, quotePlan } from './buy-plan.ts';
import { nextOf } from './buy.ts';
import { refundOrder } from './settle-order.ts';
import { takeCallback } from './take-callback.ts';
import { openFakeEpay } from './testing/fake-epay.ts';
import type { FakeProvider } from './testing/fake-provider.ts';
import { openShop } from './testing/payments.ts';

const opened: FakeProvider[] = [];
afterAll(() => {
  for (const fake of opened) fake.close();
});

const person = { label: 'user:usr_root', address: '203.0.113.9' };

eachDatabase('plans by a payment provider', (open) => {
  test('begin with their payment, once, and end with its refund', async () => {
    // Its own, because every database counts its orders from one.
    const fake = openFakeEpay();
    opened.push(fake);
    const database = await open();
    const shop = await openShop(database);
    const { deps, user, balance, cut } = shop;
    // Bounds and discounts are those of credit.
    const method = await shop.method({
      ...fake.input('Online'),
      minimumUsd: '100',
      discounts: [{ fromUsd: '1', percent: 50 }],
    });
    const plan = await createPlan(
      deps,
      'user:usr_root',
      planInputSchema.parse({ name: 'Pro', priceUsd: '20', amount: '30' }),
    );
    const ask = { user, methodId: method.id, planId: plan.id, address: '' };
    const quote = await quotePlan(deps, ask);
    expect([quote.amount, quote.currency]).toEqual([14_600n, 'CNY']);
    const pay = async (clientKey: string) => {
      const order = await buyPlan(deps, { ...ask, clientKey });
      const next = nextOf(order);
      if (next?.kind !== 'redirect') throw new Error('the buyer is sent nowhere');
      const call = { ...(await fake.pay(order, next.url)), address: '' };
      return { order, take: async () => (await takeCallback(deps, method.id, call)).taken };
    };
    const subscriptions = async () =>
      await database.db.selectFrom('subscriptions').select(['state', 'order_id']).orderBy('created_at').execute();
    const stateOf = async (id: string) => (await orderRepository.find(database.db, id))?.state;

    const first = await pay('client-key-1');
    const second = await pay('client-key-2');
    cut.at = 'apply:before-commit';
    expect(await first.take().catch((error: unknown) => String(error))).toContain('killed');
    cut.at = undefined;
    expect([await subscriptions(), await balance()]).toEqual([[], 0n]);
    expect(await Promise.all([first.take(), first.take()])).toEqual([true, true]);
    expect(await subscriptions()).toEqual([{ state: 'active', order_id: first.order.id }]);
    expect(await balance()).toBe(0n);

    // One of a kind at a time: what was paid for a second one is credit.
    expect(await second.take()).toBe(true);
    expect([await stateOf(second.order.id), (await subscriptions()).length, await balance()]).toEqual([
      'credited',
      1,
      20_000_000_000n,
    ]);
    const heard = await paymentCallbackRepository.page(database.db, { limit: 1, orderId: second.order.id });
    expect(heard.rows[0]?.reason).toContain('its price is credit');
    const again = await buyPlan(deps, { ...ask, clientKey: 'client-key-3' }).catch((error: unknown) => error);
    expect(again instanceof Refusal && again.code).toBe('conflict');
    expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });

    await refundOrder(deps, person, second.order.id, { amount: undefined, note: '' });
    expect([await balance(), (await subscriptions())[0]?.state]).toEqual([0n, 'active']);
    await refundOrder(deps, person, first.order.id, { amount: undefined, note: '' });
    // Nothing was used, so nothing is owed.
    expect([await balance(), await stateOf(first.order.id)]).toEqual([0n, 'refunded']);
    expect(await subscriptions()).toEqual([{ state: 'ended', order_id: first.order.id }]);
    expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
  });
});
