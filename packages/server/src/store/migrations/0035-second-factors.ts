import { createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** Codes of an authenticator, and the codes that stand in for it once each. */
export const secondFactorsMigration: Migration = {
  name: '0035-second-factors',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('second_factors')
      .ifNotExists()
      .addColumn('user_id', types.id, (column) => column.primaryKey())
      .addColumn('sealed', types.longText, (column) => column.notNull())
      .addColumn('confirmed', types.integer, (column) => column.notNull())
      .addColumn('last_step', types.bigint, (column) => column.notNull())
      .addColumn('failures', types.integer, (column) => column.notNull())
      .addColumn('failures_since', types.moment, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('backup_codes')
      .ifNotExists()
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('hash', types.text(64), (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
    await createIndex(context, {
      name: 'backup_codes_by_hash',
      table: 'backup_codes',
      columns: ['user_id', 'hash'],
      unique: true,
    });
  },
};
