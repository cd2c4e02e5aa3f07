import { z } from 'zod';
import type { Database, Db } from './database.ts';
import type { RowOf } from './tables.ts';

/** An account at a provider, whose costs are compared with the books. */
export type BillingAccount = {
  readonly id: string;
  readonly name: string;
  /** Empty where nothing can be read, only uploaded. */
  readonly provider: string;
  readonly channels: readonly string[];
  readonly enabled: boolean;
  /** Its key, sealed. */
  readonly sealed: string | undefined;
  readonly lastFour: string | undefined;
  readonly readAt: number | undefined;
  readonly problem: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** What a provider says that a model cost on a day (ms of its start in UTC). */
export type ProviderCost = { readonly day: number; readonly model: string; readonly amount: bigint };

const channelsSchema = z.array(z.string());

const read = (row: RowOf<'billing_accounts'>): BillingAccount => ({
  id: row.id,
  name: row.name,
  provider: row.provider,
  channels: channelsSchema.parse(JSON.parse(row.channel_ids)),
  enabled: row.enabled === 1,
  sealed: row.sealed ?? undefined,
  lastFour: row.last_four ?? undefined,
  readAt: row.read_at ?? undefined,
  problem: row.problem ?? undefined,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const values = (account: BillingAccount) => ({
  id: account.id,
  name: account.name,
  provider: account.provider,
  channel_ids: JSON.stringify(account.channels),
  enabled: account.enabled ? 1 : 0,
  sealed: account.sealed ?? null,
  last_four: account.lastFour ?? null,
  read_at: account.readAt ?? null,
  problem: account.problem ?? null,
  created_at: account.createdAt,
  updated_at: account.updatedAt,
});

/** Rows of one insert: each has four values, and SQLite takes 32 766 of them. */
const rowsAtOnce = 1000;

/** Accounts at providers, and what those charge. */
export const billingAccountRepository = {
  async all(db: Db): Promise<readonly BillingAccount[]> {
    const rows = await db.selectFrom('billing_accounts').selectAll().orderBy('created_at').orderBy('id').execute();
    return rows.map(read);
  },

  async find(db: Db, id: string): Promise<BillingAccount | undefined> {
    const row = await db.selectFrom('billing_accounts').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  async insert(db: Db, account: BillingAccount): Promise<void> {
    await db.insertInto('billing_accounts').values(values(account)).execute();
  },

  async update(db: Db, account: BillingAccount): Promise<void> {
    const { id, ...rest } = values(account);
    await db.updateTable('billing_accounts').set(rest).where('id', '=', id).execute();
  },

  /** Says how a reading went, and touches nothing else that may be edited meanwhile. */
  async noteReading(db: Db, id: string, at: number, problem: string | undefined): Promise<void> {
    await db
      .updateTable('billing_accounts')
      .set(problem === undefined ? { read_at: at, problem: null } : { problem: problem.slice(0, 500) })
      .where('id', '=', id)
      .execute();
  },

  async remove(db: Db, id: string): Promise<void> {
    await db.deleteFrom('provider_costs').where('account_id', '=', id).execute();
    await db.deleteFrom('billing_accounts').where('id', '=', id).execute();
  },

  /** Takes what is known now of some days in place of what was known of them. */
  async replaceCosts(
    database: Database,
    id: string,
    days: readonly number[],
    costs: readonly ProviderCost[],
    at: number,
  ): Promise<void> {
    await database.transact(async (db) => {
      const account = await db.selectFrom('billing_accounts').select('id').where('id', '=', id).executeTakeFirst();
      if (account === undefined) return;
      // Locks the account: of two readings at once the second waits here, and then finds what the first wrote.
      await billingAccountRepository.noteReading(db, id, at, undefined);
      for (let from = 0; from < days.length; from += rowsAtOnce)
        await db
          .deleteFrom('provider_costs')
          .where('account_id', '=', id)
          .where('day', 'in', days.slice(from, from + rowsAtOnce))
          .execute();
      const rows = costs.map(({ day, model, amount }) => ({ account_id: id, day, model, amount_nanos: amount }));
      for (let from = 0; from < rows.length; from += rowsAtOnce)
        await db
          .insertInto('provider_costs')
          .values(rows.slice(from, from + rowsAtOnce))
          .execute();
    });
  },

  /** Of the days from `from` up to and without `to`. */
  async costs(db: Db, id: string, from: number, to: number): Promise<readonly ProviderCost[]> {
    const rows = await db
      .selectFrom('provider_costs')
      .select(['day', 'model', 'amount_nanos'])
      .where('account_id', '=', id)
      .where('day', '>=', from)
      .where('day', '<', to)
      .execute();
    return rows.map(({ day, model, amount_nanos }) => ({ day, model, amount: amount_nanos }));
  },
};
