import { afterAll, expect, test } from 'bun:test';
import { Refusal } from '../../domain/refusal.ts';
import { noticeRepository } from '../../store/notices.ts';
import { paymentCallbackRepository } from '../../store/payments/callbacks.ts';
import { orderRepository, type StoredOrder } from '../../store/payments/orders.ts';
import { eachDatabase, onSqlite } from '../../store/testing/databases.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { verify } from '../ledger/verify.ts';
import { changeBillingDetails } from '../paper/invoices.ts';
import type { CallbackCall } from './adapter.ts';
import { buyCredit, nextOf } from './buy.ts';
import { listPayable } from './lists.ts';
import { paymentJobs } from './look.ts';
import { changePaymentMethod } from './methods.ts';
import type { PaymentStep } from './payment-deps.ts';
import { checkOrder, confirmOrder, refundOrder } from './settle-order.ts';
import { callbackSecret, takeCallback } from './take-callback.ts';
import { tryPaymentMethod } from './try-method.ts';
import type { FakeProvider } from './testing/fake-provider.ts';
import { fakeProviders } from './testing/fake-providers.ts';
import { openShop } from './testing/payments.ts';

/** Where the buyer is told that a payment came. */
const noticeTarget = {
  id: 'ntg_1',
  kind: 'webhook',
  name: 'Mine',
  enabled: true,
  events: ['paymentCredited'],
  language: 'en',
  quietFrom: null,
  quietTo: null,
  belowUsd: null,
  sealed: '',
  hint: '',
  createdAt: 0,
} as const;

/** What the databases do is the same for all providers: two are tried on each. */
const everywhere = new Set(['epay', 'stripe']);
/** Those that tell of disputes. */
const disputing = new Set(['stripe', 'creem', 'paddle', 'paypal', 'epay-rsa']);
/** Those that tell that one is lost for good. */
const final = new Set(['stripe', 'paypal']);
const opened: FakeProvider[] = [];

afterAll(() => {
  for (const fake of opened) fake.close();
});

const refusalOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );

const tenDollars = 10_000_000_000n;
const person = { label: 'user:usr_root', address: '203.0.113.9' };

/** The job that looks after an order, run by hand. */
async function look(shop: Awaited<ReturnType<typeof openShop>>, order: StoredOrder): Promise<void> {
  const handler = paymentJobs(shop.deps).find(({ kind }) => kind.name === 'payments.look');
  const work = handler?.open(JSON.stringify({ orderId: order.id }));
  if (work === undefined || !('run' in work)) throw new Error('nobody looks after orders');
  await work.run({ id: 'job_1', attempt: 1, dueAt: 0, signal: new AbortController().signal, finish: async () => {} });
}

for (const [name, openFake] of Object.entries(fakeProviders)) {
  (everywhere.has(name) ? eachDatabase : onSqlite)(`payments by ${name}`, (open) => {
    const begin = async () => {
      // Its own, because every test counts its orders from one.
      const fake = openFake();
      opened.push(fake);
      const database = await open();
      const shop = await openShop(database);
      const method = await shop.method(fake.input('Online'));
      const { db } = database;
      const buy = async (clientKey = 'client-key-1', credit = tenDollars): Promise<StoredOrder> =>
        await buyCredit(shop.deps, {
          user: shop.user,
          methodId: method.id,
          credit,
          clientKey,
          address: '198.51.100.7',
        });
      const urlOf = (order: StoredOrder): string => {
        const next = nextOf(order);
        if (next === undefined) throw new Error('the buyer is shown nothing');
        return next.kind === 'redirect' ? next.url : next.text;
      };
      const take = async (call: CallbackCall, id = method.id) =>
        (await takeCallback(shop.deps, id, { ...call, address: '198.51.100.1' })).taken;
      const stateOf = async (order: StoredOrder) => (await orderRepository.find(db, order.id))?.state;
      const heard = async () =>
        (await paymentCallbackRepository.page(db, { limit: 50, orderId: undefined })).rows.map(
          ({ outcome, reason }) => `${outcome}: ${reason}`,
        );
      const books = async () => await verify(database, Date.now());
      return { ...shop, fake, database, db, bought: method, buy, urlOf, take, stateOf, heard, books, shop };
    };

    test('credit is bought once, however often and in whatever order it is told', async () => {
      const { fake, db, user, buy, urlOf, take, stateOf, balance, books } = await begin();
      await noticeRepository.insert(db, { ...noticeTarget, userId: user.id });
      const order = await buy();
      expect([order.state, (await buy()).id]).toEqual(['pending', order.id]);
      const call = await fake.pay(order, urlOf(order));
      expect(await Promise.all([take(call), take(call), take(call)])).toEqual([true, true, true]);
      expect([await stateOf(order), await balance()]).toEqual(['credited', tenDollars]);
      expect(await take(call)).toBe(true);
      expect(await balance()).toBe(tenDollars);
      const told = await db.selectFrom('jobs').select('id').where('kind', '=', 'notices.deliver').execute();
      expect(told).toHaveLength(1);
      expect(await books()).toEqual({ unexplained: 0, problems: [] });
    });

    test('what is forged, of another, or about nothing changes nothing and is written down', async () => {
      const { fake, deps, method, buy, urlOf, take, stateOf, balance, heard, books } = await begin();
      const other = await method(fake.input('Another'));
      const order = await buy();
      const call = await fake.pay(order, urlOf(order));
      expect(await take(fake.forge(call))).toBe(false);
      expect(
        await take({ ...call, query: new URLSearchParams(), headers: new Headers(), body: new Uint8Array() }),
      ).toBe(false);
      // Right signature, right order, but by another method.
      expect(await take(call, other.id)).toBe(false);
      expect(await take(await fake.foreign('ord_of_nobody'))).toBe(false);
      expect([await stateOf(order), await balance()]).toEqual(['pending', 0n]);
      const reasons = await heard();
      expect(reasons).toHaveLength(4);
      expect(reasons.filter((one) => one === 'refused: it is about no order of this payment method')).toHaveLength(2);
      expect(reasons.filter((one) => one.includes('signature') || one.includes('event'))).toHaveLength(2);
      const manual = await method({ name: 'Bank', provider: 'manual', settings: { instructions: 'IBAN …' } });
      expect(await callbackSecret(deps, manual.id)).toBeUndefined();
      expect(await callbackSecret(deps, 'pm_none')).toBeUndefined();
      expect((await books()).unexplained).toBe(0);
    });

    test('another sum, or another currency, is held for a person', async () => {
      const { fake, deps, buy, urlOf, take, stateOf, balance, heard, books } = await begin();
      const less = await buy('client-key-1');
      await take(await fake.pay(less, urlOf(less), { amount: '1.00' }));
      expect([await stateOf(less), await balance()]).toEqual(['paid', 0n]);
      expect((await heard())[0]).toMatch(/^held: paid 1\.00 instead of (10|73)\.00/);
      if (fake.currencyCanDiffer) {
        const other = await buy('client-key-2');
        await take(await fake.pay(other, urlOf(other), { currency: 'JPY' }));
        expect([await stateOf(other), await balance()]).toEqual(['paid', 0n]);
      }
      expect((await books()).unexplained).toBe(0);
      expect((await confirmOrder(deps, person, less.id, 'the rest came later')).state).toBe('credited');
      expect(await balance()).toBe(tenDollars);
      expect((await books()).unexplained).toBe(0);
    });

    test('a callback that never comes is made up for by looking', async () => {
      const { fake, shop, clock, buy, urlOf, stateOf, balance, books } = await begin();
      const order = await buy();
      await look(shop, order);
      expect(await stateOf(order)).toBe('pending');
      await fake.pay(order, urlOf(order));
      // Too late is not never.
      clock.ms += 5 * 86_400_000;
      await look(shop, order);
      expect([await stateOf(order), await balance()]).toEqual(['credited', tenDollars]);
      expect((await books()).unexplained).toBe(0);
    });

    test('a refund takes the credit back, and both sides agree on it', async () => {
      const { fake, deps, buy, urlOf, take, balance, stateOf, books } = await begin();
      const order = await buy();
      const call = await fake.pay(order, urlOf(order));
      await take(call);
      const paid = await orderRepository.find(deps.database.db, order.id);
      if (paid === undefined) throw new Error('the order is gone');
      const tenth = paid.amount / 10n;
      const byHand = fake.refundsByHand === true;
      const inPart = refundOrder(deps, person, order.id, { amount: tenth, note: '' });
      if (fake.wholeRefundsOnly === true) expect(await refusalOf(inPart)).toBe('upstream_error');
      else {
        await inPart;
        expect([await balance(), fake.refunded(paid)]).toEqual([9_000_000_000n, byHand ? 0 : Number(tenth)]);
        // Told late, a callback from before the refund gives nothing back.
        await take(call);
        expect(await balance()).toBe(9_000_000_000n);
        expect(await refusalOf(refundOrder(deps, person, order.id, { amount: paid.amount, note: '' }))).toBe(
          'invalid_request',
        );
      }
      await refundOrder(deps, person, order.id, { amount: undefined, note: 'gone' });
      expect([await balance(), await stateOf(order), fake.refunded(paid)]).toEqual([
        0n,
        'refunded',
        byHand ? 0 : Number(paid.amount),
      ]);
      await take(call);
      expect([await balance(), await stateOf(order)]).toEqual([0n, 'refunded']);
      expect((await books()).unexplained).toBe(0);
    });

    if (disputing.has(name))
      test('a dispute takes the credit until it is won, and for good when it is lost', async () => {
        const { fake, deps, shop, buy, urlOf, take, balance, stateOf, db, books } = await begin();
        if (fake.dispute === undefined) throw new Error('nothing can be disputed');
        const order = await buy();
        const call = await fake.pay(order, urlOf(order));
        await take(call);
        const paid = await orderRepository.find(db, order.id);
        if (paid === undefined) throw new Error('the order is gone');
        // What nobody tells, a person asks after.
        const hear = async (told: CallbackCall | undefined) =>
          told === undefined ? await checkOrder(deps, person, order.id) : await take(told);
        const opened = await fake.dispute(paid, 'opened');
        // Whoever looks finds it, even if nobody tells.
        await look(shop, order);
        expect([await stateOf(order), await balance()]).toEqual(['disputed', 0n]);
        // Told late, that it was paid ends nothing.
        expect([await hear(opened), await hear(opened), await take(call)]).toEqual([true, true, true]);
        expect([await stateOf(order), await balance()]).toEqual(['disputed', 0n]);
        await hear(await fake.dispute(paid, 'won'));
        expect([await stateOf(order), await balance()]).toEqual(['credited', tenDollars]);
        await hear(await fake.dispute(paid, 'opened'));
        await hear(await fake.dispute(paid, 'lost'));
        expect([await stateOf(order), await balance()]).toEqual([final.has(name) ? 'refunded' : 'disputed', 0n]);
        expect(await books()).toEqual({ unexplained: 0, problems: [] });
      });

    test('a method says whether it is set up right', async () => {
      const { fake, deps, bought, method } = await begin();
      expect(await tryPaymentMethod(deps, bought.id)).toEqual({ ok: true, problem: null });
      const input = fake.input('Wrong');
      const secrets = { ...input.secrets, ...fake.wrongSecret };
      const { ok, problem } = await tryPaymentMethod(deps, (await method({ ...input, secrets })).id);
      expect([ok, (problem ?? '').length > 5]).toEqual([false, true]);
    });

    test('without the secret there is no door, and its orders are still looked after', async () => {
      const { fake, deps, bought, shop, buy, urlOf, balance } = await begin();
      const order = await buy();
      await fake.pay(order, urlOf(order));
      await changePaymentMethod(deps, 'user:usr_root', bought.id, { enabled: false });
      expect(await refusalOf(buy('client-key-2'))).toBe('not_found');
      expect(await callbackSecret(deps, bought.id)).not.toBe('');
      if (fake.doorSecret !== undefined) {
        await changePaymentMethod(deps, 'user:usr_root', bought.id, { secrets: { [fake.doorSecret]: '' } });
        expect(await callbackSecret(deps, bought.id)).toBe('');
      }
      await look(shop, order);
      expect(await balance()).toBe(tenDollars);
    });

    const steps: readonly PaymentStep[] = [
      'create:after-insert',
      'create:after-provider',
      'apply:after-posting',
      'apply:before-commit',
      'apply:after-commit',
      'refund:after-provider',
    ];
    test('a process that dies between any two steps loses no payment and credits none twice', async () => {
      const { fake, shop, deps, cut, buy, urlOf, take, balance, stateOf, books, db } = await begin();
      for (const [at, step] of steps.entries()) {
        const before = await balance();
        const key = `client-key-${at}`;
        cut.at = step;
        const created = step.startsWith('create:');
        if (created) expect(await refusalOf(buy(key))).toBe(`Error: killed at ${step}`);
        cut.at = undefined;
        // What the buyer does is to press again.
        const order = await buy(key);
        expect(order.state).toBe('pending');
        const call = await fake.pay(order, urlOf(order));
        cut.at = step;
        if (step.startsWith('apply:')) expect(await refusalOf(take(call))).toBe(`Error: killed at ${step}`);
        cut.at = undefined;
        // The provider calls again; and even if it does not, somebody looks.
        if (at % 2 === 0) await take(call);
        else await look(shop, order);
        expect(await balance()).toBe(before + tenDollars);
        if (step !== 'refund:after-provider') continue;
        cut.at = step;
        expect(await refusalOf(refundOrder(deps, person, order.id, { amount: undefined, note: '' }))).toContain(
          'killed',
        );
        cut.at = undefined;
        if (fake.forgetsRefunds !== true && fake.refundsByHand !== true) await take(call);
        else await refundOrder(deps, person, order.id, { amount: undefined, note: '' });
        expect([await balance(), await stateOf(order)]).toEqual([before, 'refunded']);
        expect(fake.refunded((await orderRepository.find(db, order.id)) ?? order)).toBe(
          fake.refundsByHand === true ? 0 : Number(order.amount),
        );
      }
      const orders = await db.selectFrom('orders').select('id').execute();
      expect(orders).toHaveLength(steps.length);
      expect(steps.filter((step) => !cut.passed.includes(step))).toEqual([]);
      expect(await books()).toEqual({ unexplained: 0, problems: [] });
    });
  });
}

test('money that comes by hand waits for a person, and verify knows what belongs to an order', async () => {
  const database = await openInMemory();
  const { deps, user, method, balance } = await openShop(database);
  const bank = await method({
    name: 'Bank',
    provider: 'manual',
    currency: 'EUR',
    rate: '0.9',
    settings: { instructions: 'DE00 1234' },
  });
  const ask = {
    user,
    methodId: bank.id,
    credit: tenDollars,
    clientKey: 'client-key-1',
    address: '',
  };
  const order = await buyCredit(deps, ask);
  expect(nextOf(order)).toEqual({ kind: 'instructions', text: `DE00 1234\n\n9.00 EUR\n${order.id}` });
  await confirmOrder(deps, person, order.id, 'seen on the account');
  expect(await refusalOf(confirmOrder(deps, person, order.id, ''))).toBe('conflict');
  expect(await balance()).toBe(tenDollars);
  const checks = async () => (await verify(database, Date.now())).problems.map(({ check }) => check);
  expect(await checks()).toEqual([]);
  await database.db.updateTable('orders').set({ taken_nanos: 1n }).execute();
  expect(await checks()).toEqual(['the postings of an order come to what of its credit stands']);
  await database.db.updateTable('orders').set({ taken_nanos: 0n, state: 'pending' }).execute();
  expect(await checks()).toEqual(['an order that is credited has postings, and one that is not has none']);
  await database.db.updateTable('orders').set({ state: 'credited', postings: 0 }).execute();
  await database.db.deleteFrom('order_postings').execute();
  expect(await checks()).toEqual([
    'an order that is credited has postings, and one that is not has none',
    'a journal transaction for an order is one of its postings',
  ]);
  await database.close();
});

test('a method is offered in its countries, and to who did not say where they are', async () => {
  const database = await openInMemory();
  const { deps, user, method } = await openShop(database);
  const manual = { provider: 'manual', settings: { instructions: 'IBAN …' } };
  await method({ ...manual, name: 'Everywhere' });
  const there = await method({ ...manual, name: 'There', countries: ['CN', 'HK'] });
  const offered = async () => (await listPayable(deps, user.id)).map(({ name }) => name);
  const live = async (country: string) =>
    await changeBillingDetails(deps, user.id, { name: 'Ann', address: '', country, taxId: '', email: '' });
  const ask = { user, methodId: there.id, credit: tenDollars, clientKey: 'client-key-1', address: '' };
  expect(await offered()).toEqual(['Everywhere', 'There']);
  await live('HK');
  expect(await offered()).toEqual(['Everywhere', 'There']);
  await live('DE');
  expect([await offered(), await refusalOf(buyCredit(deps, ask))]).toEqual([['Everywhere'], 'conflict']);
  await live('CN');
  expect(await refusalOf(buyCredit(deps, ask))).toBe('done');
  await database.close();
});
