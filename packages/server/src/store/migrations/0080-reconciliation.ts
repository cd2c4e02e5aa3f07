import { type Migration } from './migration.ts';

/** Accounts at providers, and what those say that they charge by day and model. */
export const reconciliationMigration: Migration = {
  name: '0080-reconciliation',
  up: async ({ db, types }) => {
    await db.schema
      .createTable('billing_accounts')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('name', types.text(100), (column) => column.notNull())
      .addColumn('provider', types.text(40), (column) => column.notNull())
      .addColumn('channel_ids', types.longText, (column) => column.notNull())
      .addColumn('enabled', types.integer, (column) => column.notNull())
      .addColumn('sealed', types.longText)
      .addColumn('last_four', types.text(4))
      .addColumn('read_at', types.moment)
      .addColumn('problem', types.text(500))
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('provider_costs')
      .ifNotExists()
      .addColumn('account_id', types.id, (column) => column.notNull())
      .addColumn('day', types.moment, (column) => column.notNull())
      .addColumn('model', types.text(200), (column) => column.notNull())
      .addColumn('amount_nanos', types.money, (column) => column.notNull())
      .addPrimaryKeyConstraint('provider_costs_key', ['account_id', 'day', 'model'])
      .execute();
  },
};
