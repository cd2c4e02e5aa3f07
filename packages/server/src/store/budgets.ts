import { sql } from 'kysely';
import type { BudgetRule } from '../domain/payers.ts';
import type { Period } from '../domain/period.ts';
import type { Db } from './database.ts';
import { cutPage, newestFirst, type Page, type PageAsk } from './page.ts';
import type { RowOf } from './tables.ts';

/** What may be spent in each stretch of a period, and until when another amount may. */
export type StoredBudget = {
  readonly id: string;
  /** Whose it is: a person, or a team as a whole, which is its `teamId` too. */
  readonly userId: string;
  /** Counts only what this team pays for. */
  readonly teamId?: string | undefined;
  readonly keyId: string | undefined;
  readonly model: string | undefined;
  readonly period: Period;
  readonly timeZone: string;
  readonly limit: bigint;
  readonly override: { readonly limit: bigint; readonly until: number; readonly reason: string } | undefined;
  /** From which share of it on, in percent, another model answers what it counts. */
  readonly cheaper: { readonly model: string; readonly percent: number } | undefined;
  readonly locked: boolean;
  /** The stretch and the share of it, in percent, that was told of last. */
  readonly told: { readonly stretch: string; readonly percent: number };
  readonly createdAt: number;
  readonly updatedAt: number;
};

const read = (row: RowOf<'budgets'>): StoredBudget => ({
  id: row.id,
  userId: row.user_id,
  teamId: row.team_id ?? undefined,
  keyId: row.key_id ?? undefined,
  model: row.model ?? undefined,
  period: row.period,
  timeZone: row.time_zone,
  limit: row.limit_nanos,
  override:
    row.override_nanos === null || row.override_until === null
      ? undefined
      : { limit: row.override_nanos, until: row.override_until, reason: row.override_reason ?? '' },
  cheaper:
    row.cheaper_model === null || row.cheaper_percent === null
      ? undefined
      : { model: row.cheaper_model, percent: row.cheaper_percent },
  locked: row.locked === 1,
  told: { stretch: row.told_stretch, percent: row.told_percent },
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const values = (budget: StoredBudget) => ({
  id: budget.id,
  user_id: budget.userId,
  team_id: budget.teamId ?? null,
  key_id: budget.keyId ?? null,
  model: budget.model ?? null,
  period: budget.period,
  time_zone: budget.timeZone,
  limit_nanos: budget.limit,
  override_nanos: budget.override?.limit ?? null,
  override_until: budget.override?.until ?? null,
  override_reason: budget.override?.reason ?? null,
  cheaper_model: budget.cheaper?.model ?? null,
  cheaper_percent: budget.cheaper?.percent ?? null,
  locked: budget.locked ? 1 : 0,
  told_stretch: budget.told.stretch,
  told_percent: budget.told.percent,
  created_at: budget.createdAt,
  updated_at: budget.updatedAt,
});

/** The meters of a budget, as a policy. */
export const ruleOf = ({ id, period, timeZone, model, cheaper, told }: StoredBudget): BudgetRule => ({
  model,
  policy: { id, subject: id, kind: 'limit', period, order: 0, timeZone },
  ...(cheaper !== undefined &&
    told.percent >= cheaper.percent && { cheaper: { model: cheaper.model, stretch: told.stretch } }),
});

/** Not null when a user, or the team of a key, has budgets at all; for `select`, beside the rows of both. */
export const hasBudgets = sql<number | null>`(select 1 from budgets b
  where b.user_id in (users.id, api_keys.team_id) limit 1)`;

/** Whether it is one of a team as a whole, and not of a person. */
export const isOfTeam = ({ userId, teamId }: Pick<StoredBudget, 'userId' | 'teamId'>): boolean => userId === teamId;

/** What counts the requests of a key. */
export async function countingBudgets(
  db: Db,
  of: { readonly userId: string; readonly keyId: string; readonly teamId: string | undefined },
): Promise<readonly BudgetRule[]> {
  const rows = await db
    .selectFrom('budgets')
    .selectAll()
    .where('user_id', 'in', of.teamId === undefined ? [of.userId] : [of.userId, of.teamId])
    .where((is) => is.or([is('key_id', 'is', null), is('key_id', '=', of.keyId)]))
    .where((is) => is.or([is('team_id', 'is', null), is('team_id', '=', of.teamId ?? '')]))
    .orderBy('id')
    .execute();
  return rows.map((row) => ruleOf(read(row)));
}

/** Budgets. */
export const budgetRepository = {
  async insert(db: Db, budget: StoredBudget): Promise<void> {
    await db.insertInto('budgets').values(values(budget)).execute();
  },

  async find(db: Db, id: string): Promise<StoredBudget | undefined> {
    const row = await db.selectFrom('budgets').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  /** Those of a team, and of its members within it. */
  async ofTeam(db: Db, teamId: string): Promise<readonly StoredBudget[]> {
    const rows = await db.selectFrom('budgets').selectAll().where('team_id', '=', teamId).execute();
    return rows.map(read);
  },

  async update(db: Db, budget: StoredBudget): Promise<void> {
    const { id, ...rest } = values(budget);
    await db.updateTable('budgets').set(rest).where('id', '=', id).execute();
  },

  async remove(db: Db, id: string): Promise<void> {
    await db.deleteFrom('budgets').where('id', '=', id).execute();
  },

  async page(
    db: Db,
    ask: PageAsk & { readonly userId: string | undefined; readonly keyId: string | undefined },
  ): Promise<Page<StoredBudget>> {
    let query = db.selectFrom('budgets').selectAll();
    if (ask.userId !== undefined) query = query.where('user_id', '=', ask.userId);
    if (ask.keyId !== undefined) query = query.where('key_id', '=', ask.keyId);
    return cutPage((await newestFirst(query, 'budgets', ask).execute()).map(read), ask.limit);
  },

  /** Some of them, by id, after one. */
  async after(db: Db, id: string, limit: number): Promise<readonly StoredBudget[]> {
    const rows = await db.selectFrom('budgets').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute();
    return rows.map(read);
  },
};
