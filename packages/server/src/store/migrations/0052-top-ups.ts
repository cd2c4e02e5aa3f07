import { createIndex, type Migration } from './migration.ts';

/** Keys of the external top-up API, and the nonces that they used. */
export const topUpsMigration: Migration = {
  name: '0052-top-ups',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('top_up_keys')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('name', types.text(100), (column) => column.notNull())
      .addColumn('enabled', types.integer, (column) => column.notNull())
      .addColumn('maximum_nanos', types.money, (column) => column.notNull())
      .addColumn('sealed', types.longText, (column) => column.notNull())
      .addColumn('last_four', types.text(4), (column) => column.notNull())
      .addColumn('last_used_at', types.moment)
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('top_up_nonces')
      .ifNotExists()
      .addColumn('key_id', types.id, (column) => column.notNull())
      .addColumn('nonce', types.text(64), (column) => column.notNull())
      .addColumn('expires_at', types.moment, (column) => column.notNull())
      .addPrimaryKeyConstraint('top_up_nonces_key', ['key_id', 'nonce'])
      .execute();
    await createIndex(context, { name: 'top_up_nonces_by_end', table: 'top_up_nonces', columns: ['expires_at'] });
  },
};
