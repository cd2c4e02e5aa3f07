import { afterAll, expect, test } from 'bun:test';
import { planInputSchema } from '@tollgate/contract/api/plans';
import { orderRepository, type StoredOrder } from '../../store/payments/orders.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { verify } from '../ledger/verify.ts';
import { createPlan } from '../subscriptions/plans.ts';
import { buyPlan } from './buy-plan.ts';
import { setAutoTopUp } from './cards/auto-top-up.ts';
import { buyCredit, nextOf } from './buy.ts';
import type { PaymentStep } from './payment-deps.ts';
import { refundOrder } from './settle-order.ts';
import { takeCallback } from './take-callback.ts';
import type { DriverPlan } from './testing/driver.ts';
import { openCardShop } from './testing/card-shop.ts';
import { openFakeEpay } from './testing/fake-epay.ts';
import type { FakeProvider } from './testing/fake-provider.ts';
import { openShop } from './testing/payments.ts';

/** Real processes that are killed between two steps of an order. Another one goes on, and the books and the provider agree. */

const driver = new URL('testing/driver.ts', import.meta.url).pathname;
const opened: Pick<FakeProvider, 'close'>[] = [];
afterAll(() => {
  for (const fake of opened) fake.close();
});

async function killed(plan: DriverPlan): Promise<string | number | null> {
  const child = Bun.spawn([process.execPath, driver, JSON.stringify(plan)], {
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
  });
  await child.exited;
  return child.signalCode;
}

const steps: readonly (readonly [PaymentStep, 'credit' | 'plan'])[] = [
  ['create:after-insert', 'credit'],
  ['create:after-provider', 'credit'],
  ['apply:after-posting', 'credit'],
  ['apply:before-commit', 'plan'],
  ['apply:after-commit', 'plan'],
  ['refund:after-provider', 'credit'],
];
const price = 10_000_000_000n;

eachDatabase('orders of a process that is killed', (open) => {
  test('lose no payment, are credited once, and are refunded once', async () => {
    const fake = openFakeEpay();
    opened.push(fake);
    const database = await open();
    const { deps, user, method, balance } = await openShop(database);
    const bought = await method(fake.input('Online'));
    const shared = { url: database.url, methodId: bought.id, userId: user.id };
    const person = { label: 'user:usr_root', address: '' };
    let [credited, begun] = [0n, 0];

    for (const [at, [step, what]] of steps.entries()) {
      const clientKey = `client-key-${at}`;
      const plan =
        what === 'credit'
          ? undefined
          : await createPlan(
              deps,
              'user:usr_root',
              planInputSchema.parse({ name: `Plan ${at}`, priceUsd: '10', amount: '10' }),
            );
      const ask = { user, methodId: bought.id, clientKey, address: '' };
      // What the buyer does after that is to press again.
      const buy = async (): Promise<StoredOrder> =>
        await (plan === undefined
          ? buyCredit(deps, { ...ask, credit: price })
          : buyPlan(deps, { ...ask, planId: plan.id }));
      const act = { kind: 'buy', credit: price.toString(), clientKey } as const;
      if (step.startsWith('create:')) expect(await killed({ ...shared, killAt: step, act })).toBe('SIGKILL');
      const order = await buy();
      const next = nextOf(order);
      if (next?.kind !== 'redirect') throw new Error('the buyer is sent nowhere');
      const call = await fake.pay(order, next.url);
      if (step.startsWith('apply:')) {
        const told = { kind: 'take', query: call.query.toString() } as const;
        expect(await killed({ ...shared, killAt: step, act: told })).toBe('SIGKILL');
      }
      // The provider was not thanked, and calls again.
      expect((await takeCallback(deps, bought.id, { ...call, address: '' })).taken).toBe(true);
      if (plan === undefined) credited += price;
      else begun += 1;
      expect([step, await balance()]).toEqual([step, credited]);
      if (step !== 'refund:after-provider') continue;
      const back = { kind: 'refund', orderId: order.id } as const;
      expect(await killed({ ...shared, killAt: step, act: back })).toBe('SIGKILL');
      await refundOrder(deps, person, order.id, { amount: undefined, note: '' });
      credited -= price;
      const after = await orderRepository.find(database.db, order.id);
      expect([after?.state, fake.refunded(order), await balance()]).toEqual([
        'refunded',
        Number(order.amount),
        credited,
      ]);
    }
    const { length } = await database.db.selectFrom('orders').select('id').execute();
    const subscriptions = await database.db.selectFrom('subscriptions').select('state').execute();
    expect([length, subscriptions.map(({ state }) => state)]).toEqual([steps.length, Array(begun).fill('active')]);
    expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
  }, 120_000);

  test('charge a saved card once', async () => {
    const database = await open();
    const { deps, fake, user, owner, method, card, looked, balance, books } = await openCardShop(database);
    opened.push(fake);
    const { id: cardId } = await card();
    const ask = { methodId: method.id, cardId, belowUsd: '5', amountUsd: '20', monthlyUsd: '20' };
    await setAutoTopUp(deps, owner, 'user:ann', ask);
    const plan = { url: database.url, methodId: method.id, userId: user.id, act: { kind: 'topUp' } } as const;
    expect(await killed({ ...plan, killAt: 'charge:after-provider' })).toBe('SIGKILL');
    expect([fake.cards.charged().length, await balance()]).toEqual([1, 0n]);
    await looked();
    expect([fake.cards.charged().length, await balance()]).toEqual([1, 20_000_000_000n]);
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  }, 60_000);
});
