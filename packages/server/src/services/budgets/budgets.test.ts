import { expect, test } from 'bun:test';
import { budgetInputSchema, type BudgetInput } from '@tollgate/contract/api/budgets';
import { nanos } from '../../domain/money.ts';
import { cheaperModelFor, payPlans } from '../../domain/payers.ts';
import { Refusal } from '../../domain/refusal.ts';
import { refusalOfHold } from '../../relay/plan/hold.ts';
import { budgetRepository, countingBudgets } from '../../store/budgets.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { z } from 'zod';
import type { Database } from '../../store/database.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { listRequests } from '../activity/activity.ts';
import { openLedger } from '../ledger/ledger.ts';
import { testCredit, testFolder, testId, testRecord } from '../ledger/testing/ledger.ts';
import { verify } from '../ledger/verify.ts';
import { watchBudgets } from './budget-jobs.ts';
import { changeBudget, createBudget, presentBudget, removeBudget, teamOfBudget } from './budgets.ts';

const usd = (amount: number): bigint => BigInt(Math.round(amount * 1e9));
const root = { actor: 'user:usr_root', userId: undefined };
const ann = { actor: 'user:usr_1', userId: 'usr_1' };

async function begin(database: Database, start: string) {
  const clock = { ms: Date.parse(start) };
  const deps = { database, now: () => clock.ms, newId: () => testId('x') };
  await testCredit(database, usd(1000));
  const set = async (given: Partial<BudgetInput>, who = root) =>
    await createBudget(deps, who, 'usr_1', budgetInputSchema.parse({ limitUsd: '10', ...given }));
  const serving = async <T>(work: (spend: (amount: number, model?: string) => Promise<string>) => Promise<T>) => {
    const folder = testFolder();
    const ledger = openLedger({
      database,
      nodeId: 'node',
      dataDir: folder.path,
      clock: { now: () => clock.ms },
      newId: testId,
      log: { warn: () => undefined, error: () => undefined },
      options: { recallWaitMs: 50, recallPollMs: 10, refusalMemoMs: 0 },
    });
    await ledger.start();
    const spend = async (amount: number, model = 'gpt-4o'): Promise<string> => {
      const key = { id: 'key_1', limited: false, user: { id: 'usr_1' } };
      const budgets = await countingBudgets(database.db, { userId: 'usr_1', keyId: 'key_1', teamId: undefined });
      const facts = {
        at: clock.ms,
        amount: nanos(usd(amount)),
        tokens: 1,
        models: [model],
        group: 'default',
        channels: [],
      };
      const [plan = []] = payPlans(key, { allowances: [], budgets }, facts);
      const hold = await ledger.hold(plan);
      if ('refused' in hold) return refusalOfHold(hold).message;
      await new Promise<void>((done) => {
        ledger.settle(hold, testRecord(usd(amount), { at: clock.ms, debits: plan }), done);
      });
      await ledger.flush();
      return 'spent';
    };
    try {
      return await work(spend);
    } finally {
      await ledger.close();
      folder.clear();
    }
  };
  return { clock, deps, set, serving };
}

const refusalOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );

eachDatabase('budgets', (open) => {
  test('refuse what goes beyond them, with the numbers, until their next period begins where they are', async () => {
    const database = await open();
    const { clock, deps, set, serving } = await begin(database, '2026-11-30T14:00Z');
    const { id } = await set({ period: 'month', timeZone: 'Asia/Shanghai' });
    await serving(async (spend) => {
      expect([await spend(6), await spend(3)]).toEqual(['spent', 'spent']);
      const why = await spend(3);
      expect(why).toContain('The budget for the month');
      expect(why).toContain('has 1 USD left');
      expect(why).toContain('2026-11-30T16:00:00.000Z');
    });
    // Midnight in Shanghai. A ledger whose clock leaps trusts itself no more: another one.
    clock.ms = Date.parse('2026-11-30T16:00Z');
    await serving(async (spend) => {
      expect(await spend(9)).toBe('spent');
    });
    const budget = await budgetRepository.find(database.db, id);
    const shown = budget && (await presentBudget(deps, budget));
    expect([shown?.spentNanos, shown?.endsAt]).toEqual([`${usd(9)}`, Date.parse('2026-12-31T16:00Z')]);
    expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
  });

  test('count one model, or one key, together with all others or on none', async () => {
    const database = await open();
    const { set, serving, deps } = await begin(database, '2026-11-10T00:00Z');
    await set({ period: 'ever' });
    await set({ period: 'day', model: 'big', limitUsd: '2' });
    await serving(async (spend) => {
      expect(await spend(3, 'big')).toContain('The budget for the day');
      expect([await spend(2, 'big'), await spend(8)]).toEqual(['spent', 'spent']);
      expect(await spend(1)).toContain('in all');
    });
    const { data } = await listRequests(
      { database, seesChannels: false },
      { filters: {}, after: undefined, limit: 10 },
    );
    const payers = data.map(({ paidBy }) => paidBy.map(({ kind, name, amount }) => [kind, name, amount]));
    const eight = `${usd(8)}`;
    const two = `${usd(2)}`;
    expect(payers).toEqual([
      [
        ['wallet', null, eight],
        ['key', null, eight],
        ['budget', null, eight],
      ],
      [
        ['wallet', null, two],
        ['key', null, two],
        ['budget', null, two],
        ['budget', 'big', two],
      ],
    ]);
    expect(
      await refusalOf(createBudget(deps, ann, 'usr_1', budgetInputSchema.parse({ limitUsd: '1', keyId: 'key_x' }))),
    ).toBe('not_found');
    expect(await refusalOf(set({ timeZone: 'Mars/Olympus' }))).toBe('invalid_request');
    expect((await verify(database, Date.now())).problems).toEqual([]);
  });

  test('have a cheaper model answer from a share of them on, until more is allowed', async () => {
    const database = await open();
    const { clock, deps, set, serving } = await begin(database, '2026-11-10T00:00Z');
    const { id } = await set({ cheaper: { atPercent: 70, model: 'small' } });
    const watch = async () => await watchBudgets(deps, await budgetRepository.after(database.db, '', 10));
    const now = async () => {
      const budgets = await countingBudgets(database.db, { userId: 'usr_1', keyId: 'key_1', teamId: undefined });
      const stored = await budgetRepository.find(database.db, id);
      const shown = stored && (await presentBudget(deps, stored));
      return [cheaperModelFor({ allowances: [], budgets }, 'big', clock.ms), shown?.cheaperNow];
    };
    await serving(async (spend) => {
      await spend(6);
      await watch();
      expect(await now()).toEqual([undefined, false]);
      await spend(1);
      const before = (await changeRepository.since(database.db, 0, 1000)).at(-1)?.seq ?? 0;
      await watch();
      expect(await now()).toEqual(['small', true]);
      expect((await changeRepository.since(database.db, before, 10)).map(({ ref }) => ref)).toEqual(['usr_1']);
      // Seven of twenty.
      await changeBudget(deps, root, id, { limitUsd: '20' });
      await watch();
      expect(await now()).toEqual([undefined, false]);
      await changeBudget(deps, root, id, { limitUsd: '10' });
      await watch();
      expect(await now()).toEqual(['small', true]);
    });
    // In the next month nothing is spent.
    clock.ms = Date.parse('2026-12-01T00:00Z');
    expect(await now()).toEqual([undefined, false]);
    await changeBudget(deps, root, id, { cheaper: null });
    expect((await budgetRepository.find(database.db, id))?.cheaper).toBeUndefined();
  });

  test('of a team count all of its keys, and what its members pay for themselves not', async () => {
    const database = await open();
    const { deps, set } = await begin(database, '2026-11-10T00:00Z');
    const { id, userId, teamId } = await set({ teamId: 'team_1', cheaper: { atPercent: 70, model: 'small' } });
    expect([userId, teamId, await teamOfBudget(deps, id)]).toEqual([null, 'team_1', 'team_1']);
    const counting = async (user: string, team: string | undefined) => {
      const rules = await countingBudgets(database.db, { userId: user, keyId: 'key_1', teamId: team });
      return rules.map(({ policy }) => policy.id);
    };
    expect([await counting('usr_1', 'team_1'), await counting('usr_2', 'team_1')]).toEqual([[id], [id]]);
    expect([await counting('usr_1', undefined), await counting('usr_1', 'team_2')]).toEqual([[], []]);
    expect((await changeRepository.since(database.db, 0, 1000)).at(-1)).toMatchObject({ topic: 'team', ref: 'team_1' });
    expect(await refusalOf(set({ teamId: 'team_1', keyId: 'key_1' }))).toBe('invalid_request');
    const other = { actor: 'user:usr_1', userId: 'team_2' };
    expect(await refusalOf(removeBudget(deps, other, id))).toBe('not_found');
  });

  test('are told of once, raised until a date, and no one’s but their setter’s', async () => {
    const database = await open();
    const { clock, deps, set, serving } = await begin(database, '2026-11-10T00:00Z');
    const { id } = await set({});
    const watch = async () => {
      await watchBudgets(deps, await budgetRepository.after(database.db, '', 10));
      const rows = await database.db
        .selectFrom('audit_log')
        .select('after_json')
        .where('action', '=', 'budget.reached')
        .orderBy('id')
        .execute();
      return rows.map((row) => z.object({ percent: z.number() }).parse(JSON.parse(row.after_json ?? '{}')).percent);
    };
    await serving(async (spend) => {
      await spend(5);
      expect([await watch(), await watch()]).toEqual([[50], [50]]);
      await spend(5);
      expect(await watch()).toEqual([50, 100]);
      expect(await spend(1)).toContain('0 USD left');
      const until = clock.ms + 86_400_000;
      await changeBudget(deps, root, id, { override: { limitUsd: '20', until, reason: 'the launch' } });
      expect(await spend(1)).toBe('spent');
    });
    clock.ms += 86_400_000;
    await watch();
    await serving(async (spend) => {
      expect(await spend(1)).toContain('0 USD left');
      expect((await budgetRepository.find(database.db, id))?.override).toBeUndefined();
      expect(await refusalOf(changeBudget(deps, ann, id, { limitUsd: '99' }))).toBe('forbidden');
      expect(await refusalOf(removeBudget(deps, { actor: 'user:x', userId: 'usr_x' }, id))).toBe('not_found');
      await removeBudget(deps, root, id);
      expect(await spend(30)).toBe('spent');
    });
    expect((await verify(database, Date.now())).problems).toEqual([]);
  });
});
