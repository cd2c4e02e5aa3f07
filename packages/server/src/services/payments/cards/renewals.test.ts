import { afterAll, expect, test } from 'bun:test';
import { planInputSchema, type PlanInput } from '@tollgate/contract/api/plans';
import { saleTermsVersion } from '@tollgate/contract/api/sales';
import { Refusal } from '../../../domain/refusal.ts';
import { orderRepository } from '../../../store/payments/orders.ts';
import { subscriptionRepository } from '../../../store/subscriptions/subscriptions.ts';
import { eachDatabase, onSqlite } from '../../../store/testing/databases.ts';
import { invoicesWithin } from '../../paper/invoices.ts';
import { advance } from '../../subscriptions/advance.ts';
import { changeSubscription } from '../../subscriptions/change.ts';
import { createPlan } from '../../subscriptions/plans.ts';
import { subscribe } from '../../subscriptions/subscribe.ts';
import { confirmSaleTerms } from '../../sales/sale-terms.ts';
import { sweepAllowance } from '../../subscriptions/allowances.ts';
import { buyPlan } from '../buy-plan.ts';
import { buyCredit, nextOf } from '../buy.ts';
import type { PaymentStep } from '../payment-deps.ts';
import { refundOrder } from '../settle-order.ts';
import { takeCallback } from '../take-callback.ts';
import { openCardShop } from '../testing/card-shop.ts';
import { payingByCard } from './charge-subscription.ts';
import { listCards, removeCard } from './saved-cards.ts';

/** Terms that a saved card pays for: charged once each, and begun with the payment or not at all. */

const fakes: { close(): void }[] = [];
afterAll(() => {
  for (const fake of fakes) fake.close();
});

const usd = (amount: number): bigint => BigInt(amount) * 1_000_000_000n;
const day = 86_400_000;
const person = { label: 'user:usr_root', address: '203.0.113.9' };
const refusalOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );

/** A subscription of 20 USD a month from 31 January on, which a card is to renew. */
async function begin(database: Parameters<typeof openCardShop>[0]) {
  const shop = await openCardShop(database);
  const { fake, user, owner, method, card, move, clock } = shop;
  fakes.push(fake);
  clock.ms = Date.parse('2026-01-31T10:00Z');
  const deps = payingByCard(shop.deps);
  const plan = async (given: Partial<PlanInput> = {}) =>
    await createPlan(
      deps,
      'user:usr_root',
      planInputSchema.parse({ name: 'Pro', priceUsd: '20', amount: '30', graceDays: 3, ...given }),
    );
  const actor = `user:${user.id}`;
  await move(usd(20));
  const { id } = await subscribe(deps, { userId: user.id, planId: (await plan()).id, clientKey: 'key-of-ann', actor });
  const who = { actor, userId: owner.id };
  const change = async (patch: Parameters<typeof changeSubscription>[3]) =>
    await changeSubscription(deps, who, id, patch);
  const payBy = async () => await change({ card: { methodId: method.id, cardId: (await card()).id } });
  await payBy();
  const see = async () => {
    const one = await subscriptionRepository.find(database.db, id);
    if (one === undefined) throw new Error('the subscription is gone');
    return one;
  };
  const at = async (moment: string): Promise<void> => {
    clock.ms = Date.parse(moment);
    await advance(deps, id);
  };
  const orders = async () =>
    (await orderRepository.page(database.db, { limit: 50, userId: undefined, state: undefined })).rows;
  return { ...shop, deps, id, plan, change, payBy, see, at, orders };
}

eachDatabase('renewals by card', (open) => {
  test('charge the card once, whoever dies on the way, and leave the wallet as it was', async () => {
    const { fake, cut, deps, id, looked, move, see, at, orders, balance, books } = await begin(await open());
    await move(usd(7));
    const steps: readonly PaymentStep[] = [
      'charge:after-insert',
      'charge:after-provider',
      'apply:after-posting',
      'apply:before-commit',
      'apply:after-commit',
    ];
    const ends = ['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31', '2026-06-30'];
    for (const [number, step] of steps.entries()) {
      cut.at = step;
      await at(`${ends[number]}T10:00Z`).catch(() => undefined);
      cut.at = undefined;
      // Two go on with it at once.
      await Promise.all([advance(deps, id), looked()]);
      const { state, termNumber, termStartsAt } = await see();
      expect([step, state, termNumber, termStartsAt]).toEqual([
        step,
        'active',
        number + 2,
        Date.parse(`${ends[number]}T10:00Z`),
      ]);
      expect([await balance(), fake.cards.charged().length]).toEqual([usd(7), number + 1]);
    }
    expect(steps.filter((step) => !cut.passed.includes(step))).toEqual([]);
    expect((await orders()).map(({ state, cause }) => [state, cause])).toEqual(
      steps.map(() => ['credited', 'renewal']),
    );
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });
});

onSqlite('subscriptions that a card pays for', (open) => {
  test('a card that is refused leaves the grace, in which it is tried daily, and the wallet hourly', async () => {
    const { fake, move, see, at, orders, balance, books } = await begin(await open());
    fake.cards.bank.decline = 'Your card has insufficient funds.';
    await at('2026-02-28T10:00Z');
    await at('2026-02-28T12:00Z');
    expect([(await see()).state, (await orders()).length]).toEqual(['past_due', 1]);
    await at('2026-03-01T10:30Z');
    expect((await orders()).map(({ state }) => state)).toEqual(['failed', 'failed']);
    await move(usd(25));
    await at('2026-03-01T11:30Z');
    expect([(await see()).state, await balance()]).toEqual(['active', usd(5)]);
    // The next term begins a month after the one that was due, by the card again.
    fake.cards.bank.decline = undefined;
    await at('2026-03-31T10:00Z');
    expect([(await see()).termNumber, await balance(), fake.cards.charged().length]).toEqual([3, usd(5), 1]);
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });

  test('one that nobody pays for ends after its grace', async () => {
    const { fake, see, at } = await begin(await open());
    fake.cards.bank.decline = 'Your card was declined.';
    await at('2026-02-28T10:00Z');
    await at('2026-03-03T10:00Z');
    expect([(await see()).state, (await see()).endedAt]).toEqual(['ended', Date.parse('2026-03-03T10:00Z')]);
  });

  test('refunding the order of a renewal ends its term, and gives nothing beside it', async () => {
    const { fake, deps, see, at, orders, balance, books, clock } = await begin(await open());
    await at('2026-02-28T10:00Z');
    clock.ms += day;
    const [order] = await orders();
    await refundOrder(deps, person, order?.id ?? '', { amount: undefined, note: '' });
    // A day of the month was used: it is owed.
    expect([(await see()).state, fake.cards.charged()[0]?.refunded]).toEqual(['ended', 2000]);
    expect(await balance()).toBe(-(usd(20) - (usd(20) * 30n) / 31n));
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });

  test('a switch to a dearer plan charges the card for what the wallet lacks, and a cheaper one gives back', async () => {
    const { fake, change, plan, see, move, balance, clock, books } = await begin(await open());
    const team = await plan({ name: 'Team', priceUsd: '60', amount: '90' });
    const small = await plan({ name: 'Small', priceUsd: '5', amount: '7' });
    clock.ms += 14 * day;
    // Half of 20 is left of its time: 50 are to be paid.
    fake.cards.bank.decline = 'Your card was declined.';
    expect(await refusalOf(change({ planId: team.id }))).toBe('insufficient_balance');
    fake.cards.bank.decline = undefined;
    await change({ planId: team.id });
    expect([(await see()).planId, await balance(), fake.cards.charged().map(({ amount }) => amount)]).toEqual([
      team.id,
      0n,
      [5000],
    ]);
    await change({ planId: small.id });
    expect([(await see()).planId, await balance()]).toEqual([small.id, usd(55)]);
    await move(-usd(55));
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });

  test('what stands still while it is paused is given back when its order is', async () => {
    const { deps, id, change, see, at, orders, balance, books, clock, database } = await begin(await open());
    await at('2026-02-28T10:00Z');
    clock.ms += day;
    await change({ paused: true });
    clock.ms += 60 * day;
    const [order] = await orders();
    await refundOrder(deps, person, order?.id ?? '', { amount: undefined, note: '' });
    expect([(await see()).state, await balance()]).toEqual(['ended', -(usd(20) - (usd(20) * 30n) / 31n)]);
    clock.ms += day;
    for (const allowance of await database.db.selectFrom('allowances').selectAll().execute())
      expect([allowance.subscription_id, await sweepAllowance(deps, allowance.id)]).toEqual([id, undefined]);
    const states = await database.db.selectFrom('allowances').select('state').distinct().execute();
    const swept = await database.db
      .selectFrom('jobs')
      .select('payload')
      .where('kind', '=', 'allowances.sweep')
      .execute();
    // One job for the end of each, and one because it ended otherwise.
    expect([states, swept.length]).toEqual([[{ state: 'closed' }], 3]);
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });

  test('whoever is disabled is not charged, nor is anybody while nothing is sold', async () => {
    const { accounts, database, user, fake, see, at } = await begin(await open());
    const enable = async (enabled: number) =>
      await database.db.updateTable('users').set({ enabled }).where('id', '=', user.id).execute();
    const confirm = async (confirmed: boolean) =>
      await confirmSaleTerms(accounts, {
        version: saleTermsVersion,
        confirmed,
        userId: 'usr_root',
        actor: 'user:usr_root',
        address: '203.0.113.9',
      });
    await enable(0);
    await at('2026-02-28T10:00Z');
    await enable(1);
    await confirm(false);
    await at('2026-02-28T12:00Z');
    expect([(await see()).state, fake.cards.charged()]).toEqual(['past_due', []]);
    await confirm(true);
    await at('2026-02-28T14:00Z');
    expect([(await see()).state, fake.cards.charged().length]).toEqual(['active', 1]);
  });

  test('the card that pays for the first term pays for the next ones, where its owner wants that', async () => {
    const { deps, fake, user, owner, method, plan, balance, books, clock } = await begin(await open());
    const buy = async (planId: string, clientKey: string, saver?: typeof owner) => {
      const ask = { user, methodId: method.id, planId, clientKey, address: '' };
      const order = await buyPlan(deps, ask, saver);
      const next = nextOf(order);
      if (next?.kind !== 'redirect') throw new Error('the buyer is sent nowhere');
      const call = { ...(await fake.pay(order, next.url)), address: '' };
      expect((await takeCallback(deps, method.id, call)).taken).toBe(true);
      const found = await subscriptionRepository.findByOrder(deps.database.db, order.id);
      if (found === undefined) throw new Error('the plan did not begin');
      return found;
    };
    const once = await buy((await plan({ name: 'Once' })).id, 'client-key-1');
    const kept = await buy((await plan({ name: 'Kept', priceUsd: '30' })).id, 'client-key-2', owner);
    const cards = await listCards(deps, owner.id);
    expect([once.card, kept.card]).toEqual([
      undefined,
      { methodId: method.id, id: cards.at(-1)?.id ?? '', label: 'Visa ···· 4242' },
    ]);
    expect([cards.length, fake.cards.customers().length]).toEqual([2, 1]);
    clock.ms = kept.termEndsAt;
    await advance(deps, kept.id);
    expect(fake.cards.charged().map(({ amount }) => amount)).toEqual([3000]);
    expect([await balance(), (await subscriptionRepository.find(deps.database.db, kept.id))?.termNumber]).toEqual([
      0n,
      2,
    ]);
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });

  test('only a card of one’s own pays, until it is removed', async () => {
    const { deps, id, owner, method, card, change, see } = await begin(await open());
    const named = { methodId: method.id, cardId: (await card()).id };
    expect((await see()).card?.label).toBe('Visa ···· 4242');
    expect(await refusalOf(change({ card: { ...named, cardId: 'pm_of_nobody' } }))).toBe('not_found');
    const admin = { actor: 'user:usr_root', userId: undefined };
    expect(await refusalOf(changeSubscription(deps, admin, id, { card: named }))).toBe('forbidden');
    await removeCard(deps, owner.id, named.methodId, named.cardId);
    expect((await see()).card).toBeUndefined();
  });

  test('tax that the provider worked out stands on the invoice, and what of it is given back on the credit note', async () => {
    const shop = await openCardShop(await open(), { automaticTax: true });
    fakes.push(shop.fake);
    const settings = shop.deps.snapshot().settings;
    const invoices = { ...settings.invoices, sellerName: 'Gate Ltd.', taxPercent: '0' };
    const deps = { ...shop.deps, snapshot: () => ({ ...shop.deps.snapshot(), settings: { ...settings, invoices } }) };
    const order = await buyCredit(deps, {
      user: shop.user,
      methodId: shop.method.id,
      credit: usd(12),
      clientKey: 'client-key-1',
      address: '',
    });
    const next = nextOf(order);
    if (next?.kind !== 'redirect') throw new Error('the buyer is sent nowhere');
    await takeCallback(deps, shop.method.id, { ...(await shop.fake.pay(order, next.url)), address: '' });
    await refundOrder(deps, person, order.id, { amount: 500n, note: '' });
    const written = await invoicesWithin(deps, { userId: shop.user.id });
    expect(written.map(({ net, tax, total, content }) => [net, tax, total, content.taxPercent])).toEqual([
      ['10.00', '2.00', '12.00', '20'],
      ['4.17', '0.83', '5.00', '20'],
    ]);
    expect((await shop.books()).unexplained).toBe(0);
  });
});
