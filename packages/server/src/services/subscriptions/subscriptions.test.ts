import { expect, test } from 'bun:test';
import { planInputSchema, type PlanInput } from '@tollgate/contract/api/plans';
import { walletMeter } from '../../domain/meters.ts';
import { nanos } from '../../domain/money.ts';
import { payPlans } from '../../domain/payers.ts';
import { Refusal } from '../../domain/refusal.ts';
import { payingAllowances } from '../../store/subscriptions/paying.ts';
import type { Database } from '../../store/database.ts';
import { postCredit } from '../../store/ledger/journal.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { listRequests } from '../activity/activity.ts';
import { openLedger } from '../ledger/ledger.ts';
import { testFolder, testId, testRecord } from '../ledger/testing/ledger.ts';
import { verify } from '../ledger/verify.ts';
import { openShop } from '../payments/testing/payments.ts';
import { advance } from './advance.ts';
import { sweepAllowance } from './allowances.ts';
import { changeSubscription, endSubscription } from './change.ts';
import type { SubscriptionDeps, SubscriptionStep } from './deps.ts';
import { presentSubscription } from './lists.ts';
import { changePlan, createPlan, listOffers, listPlans, removePlan } from './plans.ts';
import { grantPlan, subscribe } from './subscribe.ts';

const refusalOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );

const usd = (amount: number): bigint => BigInt(Math.round(amount * 1e9));
const day = 86_400_000;

/** A shop with a clock, a user with a wallet, and plans. */
async function begin(database: Database, start = '2026-01-31T10:00Z') {
  const shop = await openShop(database);
  shop.clock.ms = Date.parse(start);
  const cut: { at: SubscriptionStep | undefined } = { at: undefined };
  const deps: SubscriptionDeps = {
    ...shop.deps,
    cut: (step) => {
      if (step === cut.at) throw new Error(`killed at ${step}`);
    },
  };
  const { user, balance, clock } = shop;
  const credit = async (amount: number) =>
    await postCredit(database, {
      transactionId: testId('tx'),
      account: walletMeter(user.id),
      amount: usd(amount),
      kind: 'grant',
      note: '',
      idempotencyKey: testId('key'),
      actor: 'test',
      at: clock.ms,
    });
  const plan = async (given: Partial<PlanInput> = {}) =>
    await createPlan(
      deps,
      'user:usr_root',
      planInputSchema.parse({ name: 'Pro', priceUsd: '20', amount: '30', graceDays: 2, ...given }),
    );
  const who = { actor: `user:${user.id}`, userId: user.id };
  const ask = (planId: string, clientKey = 'client-key-1') => ({
    userId: user.id,
    planId,
    clientKey,
    actor: who.actor,
  });
  const see = async (id: string) => {
    const row = await database.db.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirst();
    return row;
  };
  /** Time passes: everything due on the way is done. */
  const pass = async (id: string, to: string) => {
    for (;;) {
      const next = (await see(id))?.next_at ?? Infinity;
      if (next > Date.parse(to)) break;
      clock.ms = Math.max(clock.ms, next);
      await advance(deps, id);
      if (((await see(id))?.next_at ?? Infinity) === next) throw new Error('nothing moves');
    }
    clock.ms = Date.parse(to);
    for (const { id: allowance } of await database.db.selectFrom('allowances').select('id').orderBy('id').execute())
      await sweepAllowance(deps, allowance);
  };
  const books = async () => await verify(database, Date.now());
  const allowances = async () => await payingAllowances(database.db, user.id);
  return { ...shop, deps, cut, credit, plan, who, ask, see, pass, books, allowances, balance };
}

/** Serves requests with a ledger of its own, which is closed at the end. */
async function serving<T>(
  database: Database,
  now: () => number,
  work: (spend: (userId: string, amount: number, model?: string) => Promise<string>) => Promise<T>,
): Promise<T> {
  const folder = testFolder();
  const ledger = openLedger({
    database,
    nodeId: 'node',
    dataDir: folder.path,
    clock: { now },
    newId: testId,
    log: { warn: () => undefined, error: () => undefined },
    options: { recallWaitMs: 50, recallPollMs: 10 },
  });
  await ledger.start();
  try {
    return await work(async (userId, amount, model = 'gpt-4o') => {
      const key = { id: 'key_1', limited: false, user: { id: userId } };
      const facts = {
        at: now(),
        amount: nanos(usd(amount)),
        tokens: 100,
        models: [model],
        group: 'default',
        channels: ['one'],
      };
      const allowances = await payingAllowances(database.db, userId);
      let refused = '';
      for (const debits of payPlans(key, { allowances, budgets: [] }, facts)) {
        const hold = await ledger.hold(debits);
        if ('refused' in hold) {
          refused = hold.refused;
          continue;
        }
        const covered = debits.some(({ kind }) => kind === 'requests' || kind === 'tokens');
        const record = testRecord(covered ? 0n : usd(amount), { userId, at: now(), debits });
        await new Promise<void>((done) => {
          ledger.settle(hold, record, done);
        });
        await ledger.flush();
        return covered ? 'covered' : 'paid';
      }
      return refused;
    });
  } finally {
    await ledger.close();
    folder.clear();
  }
}

eachDatabase('subscriptions', (open) => {
  test('an ask that is overtaken by the same ask is not in its own way', async () => {
    const database = await open();
    const { deps, plan, credit, ask, balance } = await begin(database);
    const { id } = await plan();
    await credit(25);
    let overtaken: Promise<{ readonly id: string }> | undefined;
    const slow = database.db.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        // After its first look, by which there is none yet.
        await (overtaken ??= subscribe(deps, ask(id)));
        return result;
      },
    });
    const second = await subscribe({ ...deps, database: { ...database, db: slow } }, ask(id));
    expect(second.id).toBe((await overtaken)?.id ?? '');
    expect(await balance()).toBe(usd(5));
  });

  test('a plan is bought out of the wallet, once, and its allowance pays before the wallet', async () => {
    const database = await open();
    const { deps, clock, plan, credit, ask, user, balance, books } = await begin(database);
    const { id } = await plan();
    expect(await refusalOf(subscribe(deps, ask(id)))).toBe('insufficient_balance');
    await credit(25);
    const all = await Promise.all([subscribe(deps, ask(id)), subscribe(deps, ask(id)), subscribe(deps, ask(id))]);
    expect(new Set(all.map((one) => one.id)).size).toBe(1);
    expect(await balance()).toBe(usd(5));
    expect(await refusalOf(subscribe(deps, ask(id, 'client-key-2')))).toBe('conflict');
    await serving(
      database,
      () => clock.ms,
      async (spend) => {
        // 30 of the allowance, then 1 of the wallet: one request shares 8 between them.
        expect([await spend(user.id, 12), await spend(user.id, 11), await spend(user.id, 8)]).toEqual([
          'paid',
          'paid',
          'paid',
        ]);
        expect(await spend(user.id, 5)).toBe('insufficient');
      },
    );
    expect(await balance()).toBe(usd(4));
    const log = await listRequests({ database, seesChannels: false }, { filters: {}, after: undefined, limit: 1 });
    expect(log.data[0]?.paidBy.map(({ kind, name, amount }) => [kind, name, amount])).toEqual([
      ['allowance', 'Pro', `${usd(7)}`],
      ['wallet', null, `${usd(1)}`],
      ['key', null, `${usd(8)}`],
    ]);
    const [first] = all;
    const shown = first && (await presentSubscription(deps, first));
    expect([shown?.state, shown?.allowance?.granted, shown?.allowance?.spent]).toEqual([
      'active',
      `${usd(30)}`,
      `${usd(30)}`,
    ]);
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });

  test('terms end at the ends of months and begin anew, and what is left of an allowance expires', async () => {
    const database = await open();
    const { deps, plan, credit, ask, see, pass, balance, books, allowances } = await begin(database);
    await credit(50);
    const { id } = await subscribe(deps, ask((await plan()).id));
    expect((await see(id))?.term_ends_at).toBe(Date.parse('2026-02-28T10:00Z'));
    await pass(id, '2026-02-28T10:00Z');
    expect([(await see(id))?.term_ends_at, await balance()]).toEqual([Date.parse('2026-03-31T10:00Z'), usd(10)]);
    const meters = await database.db.selectFrom('meters').selectAll().where('id', 'like', 'allowance:%').execute();
    expect(new Set(meters.map((meter) => meter.limit_nanos))).toEqual(new Set([0n, usd(30)]));
    // The money for March is not there: two days of grace, in which it comes.
    await pass(id, '2026-04-01T10:00Z');
    expect((await see(id))?.state).toBe('past_due');
    await credit(20);
    await pass(id, '2026-04-01T12:00Z');
    expect([(await see(id))?.state, (await see(id))?.term_ends_at]).toEqual([
      'active',
      Date.parse('2026-04-30T10:00Z'),
    ]);
    expect(await allowances()).toHaveLength(1);
    await pass(id, '2026-05-03T10:00Z');
    expect([(await see(id))?.state, (await see(id))?.ended_at]).toEqual(['ended', Date.parse('2026-05-02T10:00Z')]);
    expect(await allowances()).toHaveLength(0);
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });

  test('an allowance of each day is filled at midnight there, and rolls over once', async () => {
    const database = await open();
    const { deps, clock, plan, credit, ask, user, see, pass, books, allowances } = await begin(
      database,
      '2026-03-28T08:00Z',
    );
    await credit(40);
    const daily = await plan({
      reset: 'day',
      timeZone: 'Europe/Berlin',
      rollover: true,
      overflow: false,
      amount: '10',
    });
    const { id } = await subscribe(deps, ask(daily.id));
    expect((await see(id))?.next_at).toBe(Date.parse('2026-03-28T23:00Z'));
    await serving(
      database,
      () => clock.ms,
      async (spend) => await spend(user.id, 4),
    );
    await pass(id, '2026-03-28T23:00:01Z');
    // A day of 23 hours.
    expect((await see(id))?.next_at).toBe(Date.parse('2026-03-29T22:00Z'));
    const [today] = await allowances();
    const row = await database.db
      .selectFrom('allowances')
      .selectAll()
      .where('meter_id', '=', today?.meter ?? '')
      .execute();
    expect(row.map(({ granted_nanos: granted }) => granted)).toEqual([usd(16)]);
    await serving(
      database,
      () => clock.ms,
      async (spend) => {
        expect([await spend(user.id, 15), await spend(user.id, 15)]).toEqual(['paid', 'insufficient']);
      },
    );
    await pass(id, '2026-03-30T12:00Z');
    const grants = await database.db.selectFrom('allowances').select('granted_nanos').orderBy('number').execute();
    expect(grants.map(({ granted_nanos: granted }) => granted)).toEqual([usd(10), usd(16), usd(11)]);
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });

  test('numbers of requests and tokens cover whole requests; then the wallet pays, or nobody', async () => {
    const database = await open();
    const { deps, clock, plan, credit, ask, user, balance, books } = await begin(database);
    await credit(50);
    const some = await plan({ unit: 'requests', amount: '2', models: ['gpt-4o'] });
    await subscribe(deps, ask(some.id));
    await serving(
      database,
      () => clock.ms,
      async (spend) => {
        expect(await spend(user.id, 3, 'another')).toBe('paid');
        expect([await spend(user.id, 3), await spend(user.id, 3), await spend(user.id, 3)]).toEqual([
          'covered',
          'covered',
          'paid',
        ]);
      },
    );
    expect(await balance()).toBe(usd(24));
    const strict = await plan({ name: 'Tokens', unit: 'tokens', amount: '110', models: ['big'], overflow: false });
    await subscribe(deps, ask(strict.id, 'client-key-2'));
    await serving(
      database,
      () => clock.ms,
      async (spend) => {
        // Each request of the test has 15 tokens, and holds 100.
        expect([await spend(user.id, 3, 'big'), await spend(user.id, 3, 'big')]).toEqual(['covered', 'insufficient']);
      },
    );
    const counted = await database.db
      .selectFrom('meters')
      .selectAll()
      .where('kind', 'in', ['tokens', 'requests'])
      .execute();
    expect(new Set(counted.map((meter) => meter.spent_nanos))).toEqual(new Set([15n, 2n]));
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });

  test('a switch gives back what was not used, by time or by use, and takes the other price', async () => {
    const database = await open();
    const { deps, clock, plan, credit, ask, who, user, see, balance, books, allowances } = await begin(
      database,
      '2026-04-01T00:00Z',
    );
    await credit(100);
    const pro = await plan();
    const team = await plan({ name: 'Team', priceUsd: '60', amount: '90' });
    const { id } = await subscribe(deps, ask(pro.id));
    // A third of the month, and a half of the allowance: a half is given back.
    clock.ms += 10 * day;
    await serving(
      database,
      () => clock.ms,
      async (spend) => await spend(user.id, 15),
    );
    const to = { planId: team.id };
    await changeSubscription(deps, who, id, to);
    expect(await balance()).toBe(usd(80 + 10 - 60));
    expect([(await see(id))?.term_ends_at, (await allowances()).length]).toEqual([Date.parse('2026-05-11T00:00Z'), 2]);
    expect(await refusalOf(changeSubscription(deps, who, id, to))).toBe('conflict');
    expect(await refusalOf(changeSubscription(deps, { actor: 'user:x', userId: 'usr_x' }, id, to))).toBe('not_found');
    await changeSubscription(deps, who, id, { planId: pro.id, atEnd: true });
    expect((await see(id))?.next_plan_id).toBe(pro.id);
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });

  test('a pause puts everything off, a cancelled one ends with its term, and a trial is free once', async () => {
    const database = await open();
    const { deps, clock, plan, credit, ask, who, user, see, pass, balance, books, allowances } = await begin(
      database,
      '2026-04-01T00:00Z',
    );
    const tried = await plan({ trialDays: 7, group: 'vip' });
    expect((await listOffers(deps, user.id)).map(({ trialDays }) => trialDays)).toEqual([7]);
    const { id } = await subscribe(deps, ask(tried.id));
    expect([(await see(id))?.state, (await allowances()).length]).toEqual(['trialing', 1]);
    await credit(20);
    await pass(id, '2026-04-08T00:00Z');
    expect([(await see(id))?.state, await balance(), (await see(id))?.user_group]).toEqual(['active', 0n, 'vip']);
    await changeSubscription(deps, who, id, { paused: true });
    expect(await allowances()).toHaveLength(0);
    clock.ms += 5 * day;
    await changeSubscription(deps, who, id, { paused: false });
    expect([(await see(id))?.term_ends_at, (await allowances()).length]).toEqual([Date.parse('2026-05-13T00:00Z'), 1]);
    await changeSubscription(deps, who, id, { cancelAtEnd: true });
    await pass(id, '2026-05-13T00:00Z');
    expect((await see(id))?.state).toBe('ended');
    expect((await listOffers(deps, user.id)).map(({ trialDays }) => trialDays)).toEqual([0]);
    expect(await refusalOf(subscribe(deps, ask(tried.id, 'client-key-2')))).toBe('insufficient_balance');
    const given = await grantPlan(deps, { ...ask(tried.id, 'client-key-3'), renews: false });
    expect([given.state, given.cancelAtEnd]).toEqual(['active', true]);
    await endSubscription(deps, who, given.id);
    await pass(id, '2026-05-14T00:00Z');
    expect((await see(given.id))?.state).toBe('ended');
    expect((await books()).problems).toEqual([]);
  });

  test('what is cut anywhere is done once by who comes after', async () => {
    const database = await open();
    const { deps, cut, plan, credit, ask, see, pass, balance, books } = await begin(database);
    await credit(60);
    const { id: planId } = await plan();
    cut.at = 'subscribe:before-commit';
    expect(await refusalOf(subscribe(deps, ask(planId)))).toContain('killed');
    expect(await balance()).toBe(usd(60));
    cut.at = undefined;
    const { id } = await subscribe(deps, ask(planId));
    cut.at = 'renew:before-commit';
    expect(await refusalOf(pass(id, '2026-02-28T10:00Z'))).toContain('killed');
    expect([(await see(id))?.term_number, await balance()]).toEqual([1, usd(40)]);
    cut.at = undefined;
    // Two at once pay for one term.
    await Promise.all([advance(deps, id), advance(deps, id)]);
    expect([(await see(id))?.term_number, await balance()]).toEqual([2, usd(20)]);
    cut.at = 'sweep:before-commit';
    expect(await refusalOf(pass(id, '2026-02-28T11:00Z'))).toContain('killed');
    cut.at = undefined;
    await pass(id, '2026-02-28T11:00Z');
    expect(await books()).toEqual({ unexplained: 0, problems: [] });
  });

  test('plans say what is wrong with them, and what is subscribed to stays', async () => {
    const database = await open();
    const { deps, plan, credit, ask } = await begin(database);
    const pro = await plan();
    expect(await refusalOf(plan())).toBe('conflict');
    expect(await refusalOf(plan({ name: 'A', timeZone: 'Mars/Olympus' }))).toBe('invalid_request');
    expect(await refusalOf(plan({ name: 'A', group: 'nobody' }))).toBe('invalid_request');
    expect(await refusalOf(plan({ name: 'A', amount: '0' }))).toBe('invalid_request');
    expect(await refusalOf(changePlan(deps, 'user:usr_root', pro.id, { unit: 'tokens', amount: '1.5' }))).toBe(
      'invalid_request',
    );
    const cheap = await plan({ name: 'Cheap', priceUsd: '1' });
    await removePlan(deps, 'user:usr_root', cheap.id);
    await credit(20);
    await subscribe(deps, ask(pro.id));
    expect(await refusalOf(removePlan(deps, 'user:usr_root', pro.id))).toBe('conflict');
    await changePlan(deps, 'user:usr_root', pro.id, { enabled: false });
    expect((await listPlans(deps)).map(({ name, subscribers }) => [name, subscribers])).toEqual([['Pro', 1]]);
    expect(await listOffers(deps, 'usr_other')).toEqual([]);
  });
});
