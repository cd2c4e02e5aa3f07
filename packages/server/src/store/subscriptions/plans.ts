import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

/** A plan; `terms` is JSON of what it promises, as the admin API writes it. */
export type StoredPlan = {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly position: number;
  readonly terms: string;
  readonly owner: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
};

const read = (row: RowOf<'plans'>): StoredPlan => ({
  id: row.id,
  name: row.name,
  enabled: row.enabled === 1,
  position: row.position,
  terms: row.terms,
  owner: row.owner ?? undefined,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const values = (plan: StoredPlan) => ({
  id: plan.id,
  name: plan.name,
  enabled: plan.enabled ? 1 : 0,
  position: plan.position,
  terms: plan.terms,
  owner: plan.owner ?? null,
  created_at: plan.createdAt,
  updated_at: plan.updatedAt,
});

/** Plans, in the order they are shown. */
export const planRepository = {
  async all(db: Db): Promise<readonly StoredPlan[]> {
    const rows = await db.selectFrom('plans').selectAll().orderBy('position').orderBy('id').execute();
    return rows.map(read);
  },

  async find(db: Db, id: string): Promise<StoredPlan | undefined> {
    const row = await db.selectFrom('plans').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  async insert(db: Db, plan: StoredPlan): Promise<void> {
    await db.insertInto('plans').values(values(plan)).execute();
  },

  async update(db: Db, plan: StoredPlan): Promise<void> {
    const { id, ...rest } = values(plan);
    await db.updateTable('plans').set(rest).where('id', '=', id).execute();
  },

  async remove(db: Db, id: string): Promise<void> {
    await db.deleteFrom('plans').where('id', '=', id).execute();
  },

  /** How many subscriptions of each plan have not ended. */
  async subscribers(db: Db): Promise<ReadonlyMap<string, number>> {
    const rows = await db
      .selectFrom('subscriptions')
      .select((is) => ['plan_id', is.fn.countAll<number>().as('count')])
      .where('state', '<>', 'ended')
      .groupBy('plan_id')
      .execute();
    return new Map(rows.map((row) => [row.plan_id, Number(row.count)]));
  },

  async wasSubscribedTo(db: Db, id: string): Promise<boolean> {
    const row = await db.selectFrom('subscriptions').select('id').where('plan_id', '=', id).limit(1).executeTakeFirst();
    return row !== undefined;
  },
};
