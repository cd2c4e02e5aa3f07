import { afterAll, expect, test } from 'bun:test';
import { Refusal } from '../../../domain/refusal.ts';
import { noticeRepository } from '../../../store/notices.ts';
import { orderRepository } from '../../../store/payments/orders.ts';
import { eachDatabase, onSqlite } from '../../../store/testing/databases.ts';
import type { PaymentStep } from '../payment-deps.ts';
import { refundOrder } from '../settle-order.ts';
import { openCardShop } from '../testing/card-shop.ts';
import { autoTopUpJobs, topUpLow } from './run-auto-top-ups.ts';
import { endAutoTopUp, readAutoTopUp, setAutoTopUp } from './auto-top-up.ts';
import { removeCard } from './saved-cards.ts';

/** A saved card that is charged while nobody is there: once, within its bound, and no more once something went wrong. */

const fakes: { close(): void }[] = [];
afterAll(() => {
  for (const fake of fakes) fake.close();
});

const usd = (amount: number): bigint => BigInt(amount) * 1_000_000_000n;
const refusalOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );
const person = { label: 'user:usr_root', address: '203.0.113.9' };
const month = 31 * 86_400_000;

const noticeTarget = {
  id: 'ntg_1',
  kind: 'webhook',
  name: 'Mine',
  enabled: true,
  events: ['autoTopUpStopped'],
  language: 'en',
  quietFrom: null,
  quietTo: null,
  belowUsd: null,
  sealed: '',
  hint: '',
  createdAt: 0,
} as const;

/** A shop, and a user with a saved card. */
async function begin(database: Parameters<typeof openCardShop>[0]) {
  const shop = await openCardShop(database);
  const { deps, fake, user, owner, method, card, move } = shop;
  fakes.push(fake);
  const set = async (given: { readonly monthlyUsd?: string; readonly belowUsd?: string } = {}) =>
    await setAutoTopUp(deps, owner, 'user:ann', {
      methodId: method.id,
      cardId: (await card()).id,
      belowUsd: '5',
      amountUsd: '20',
      monthlyUsd: '50',
      ...given,
    });
  const spend = async (amount: bigint): Promise<void> => await move(-amount);
  const tick = async () => await topUpLow(deps, user.id);
  const see = async () => {
    const one = await readAutoTopUp(deps, owner);
    if (one === null) throw new Error('it was never set up');
    return one;
  };
  return { ...shop, set, spend, tick, see };
}

eachDatabase('automatic top-ups', (open) => {
  test('buy credit when it is low, up to the bound of the month, and each once', async () => {
    const { fake, set, tick, spend, balance, see, books, clock } = await begin(await open());
    await set();
    // Two processes look at once.
    await Promise.all([tick(), tick()]);
    await tick();
    expect([await balance(), fake.cards.charged().map(({ amount }) => amount)]).toEqual([usd(20), [2000]]);
    await spend(usd(16));
    await tick();
    expect([await balance(), (await see()).boughtUsd]).toEqual([usd(24), '40']);
    await spend(usd(24));
    expect(await tick()).toBeUndefined();
    clock.ms += month;
    await tick();
    expect([await balance(), (await see()).boughtUsd]).toEqual([usd(20), '20']);
    expect(fake.cards.customers()).toHaveLength(1);
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });

  test('are made once by who comes after a process that died anywhere', async () => {
    const { fake, deps, cut, set, looked, spend, tick, balance, books } = await begin(await open());
    await set({ monthlyUsd: '1000' });
    const steps: readonly PaymentStep[] = [
      'charge:after-insert',
      'charge:after-provider',
      'apply:after-posting',
      'apply:before-commit',
      'apply:after-commit',
    ];
    for (const [at, step] of steps.entries()) {
      cut.at = step;
      expect(await refusalOf(tick())).toBe(`Error: killed at ${step}`);
      cut.at = undefined;
      // The next round waits for the order that is there; its job goes on with it.
      if (step !== 'apply:after-commit') expect(await tick()).toBeUndefined();
      await looked();
      expect([step, await balance(), fake.cards.charged().length]).toEqual([step, usd(20), at + 1]);
      await spend(usd(20));
    }
    expect(steps.filter((step) => !cut.passed.includes(step))).toEqual([]);
    const orders = await orderRepository.page(deps.database.db, { limit: 50, userId: undefined, state: undefined });
    expect(orders.rows.map(({ state, cause }) => [state, cause])).toEqual(steps.map(() => ['credited', 'auto_top_up']));
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });
});

onSqlite('saved cards', (open) => {
  test('a card that is refused switches automatic top-ups off, and tells why', async () => {
    const database = await open();
    const { fake, user, set, tick, balance, see, books } = await begin(database);
    await noticeRepository.insert(database.db, { ...noticeTarget, userId: user.id });
    await set();
    fake.cards.bank.decline = 'Your card was declined.';
    expect((await tick())?.state).toBe('failed');
    expect([await balance(), (await see()).enabled, (await see()).stopped]).toEqual([
      0n,
      false,
      'Your card was declined.',
    ]);
    expect(await tick()).toBeUndefined();
    const told = await database.db.selectFrom('jobs').select('payload').where('kind', '=', 'notices.deliver').execute();
    expect(told.map(({ payload }) => payload.includes('Your card was declined.'))).toEqual([true]);
    fake.cards.bank.decline = undefined;
    await set();
    await tick();
    // What failed does not count against the month.
    expect([await balance(), (await see()).boughtUsd]).toEqual([usd(20), '20']);
    expect((await books()).unexplained).toBe(0);
  });

  test('a refund of one is not bought anew', async () => {
    const { fake, deps, set, tick, balance, see, books } = await begin(await open());
    await set();
    const order = await tick();
    await refundOrder(deps, person, order?.id ?? '', { amount: undefined, note: '' });
    expect([await balance(), fake.cards.charged()[0]?.refunded, await tick()]).toEqual([0n, 2000, undefined]);
    expect((await see()).stopped).toBe('a payment was refunded');
    expect((await books()).unexplained).toBe(0);
  });

  test('a payment is found by its order when the idempotency key is forgotten', async () => {
    const { fake, clock, cut, set, tick, looked, balance } = await begin(await open());
    await set();
    cut.at = 'charge:after-provider';
    expect(await refusalOf(tick())).toContain('killed');
    cut.at = undefined;
    clock.ms += 2 * 86_400_000;
    await looked();
    expect([await balance(), fake.cards.charged().length]).toEqual([usd(20), 1]);
  });

  test('one that was never charged in its time is charged no more', async () => {
    const { fake, clock, cut, set, tick, looked, see } = await begin(await open());
    await set();
    cut.at = 'charge:after-insert';
    expect(await refusalOf(tick())).toContain('killed');
    cut.at = undefined;
    clock.ms += 2 * 3_600_000;
    await looked();
    expect([fake.cards.charged().length, (await see()).enabled]).toEqual([0, false]);
  });

  test('a job looks after all wallets, and nothing is charged while nothing is sold or wanted', async () => {
    const database = await open();
    const { fake, deps, owner, set, balance } = await begin(database);
    await set();
    await endAutoTopUp(deps, owner, 'user:ann');
    const [handler] = autoTopUpJobs(deps);
    const work = handler?.open('{}');
    if (work === undefined || !('run' in work)) throw new Error('nobody tops up');
    const context = { id: 'job', attempt: 1, dueAt: 0, signal: new AbortController().signal, finish: async () => {} };
    await work.run(context);
    expect([await balance(), fake.cards.charged()]).toEqual([0n, []]);
    await set();
    await work.run(context);
    expect([await balance(), fake.cards.charged().length]).toEqual([usd(20), 1]);
  });

  test('a card is its owner’s, and goes with what it pays for', async () => {
    const { fake, deps, method, owner, set, see, card, save } = await begin(await open());
    const { id, brand, last4, expires } = await card();
    expect([brand, last4, expires]).toEqual(['visa', '4242', '2031-04']);
    await set();
    const other = { id: 'usr_other', group: 'default', timeZone: null };
    const wanted = { methodId: method.id, cardId: id, belowUsd: '5', amountUsd: '20', monthlyUsd: '50' };
    expect(await refusalOf(setAutoTopUp(deps, other, 'user:other', wanted))).toBe('not_found');
    expect(await refusalOf(removeCard(deps, other.id, method.id, id))).toBe('not_found');
    expect(await refusalOf(setAutoTopUp(deps, owner, 'user:ann', { ...wanted, monthlyUsd: '1' }))).toBe(
      'invalid_request',
    );
    await save();
    await removeCard(deps, owner.id, method.id, id);
    expect([(await see()).enabled, (await see()).stopped]).toEqual([false, 'its card was removed']);
    expect((await card()).id).not.toBe(id);
    expect(fake.cards.customers()).toHaveLength(1);
  });
});
