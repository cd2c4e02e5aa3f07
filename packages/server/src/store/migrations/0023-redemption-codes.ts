import { createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** Redemption codes, and the confirmation before which nothing sells. */
export const redemptionCodesMigration: Migration = {
  name: '0023-redemption-codes',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('sale_terms')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('version', types.text(20), (column) => column.notNull())
      .addColumn('confirmed', types.integer, (column) => column.notNull())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('address', types.text(60), (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('code_batches')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('name', types.text(100), (column) => column.notNull())
      .addColumn('amount_nanos', types.money, (column) => column.notNull())
      .addColumn('prefix', types.text(12), (column) => column.notNull())
      .addColumn('code_count', types.integer, (column) => column.notNull())
      .addColumn('uses_per_code', types.integer, (column) => column.notNull())
      .addColumn('uses_per_person', types.integer, (column) => column.notNull())
      .addColumn('group_name', types.text(60))
      .addColumn('enabled', types.integer, (column) => column.notNull())
      .addColumn('expires_at', types.moment)
      .addColumn('created_by', types.id, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
    await createIndex(context, {
      name: 'code_batches_by_created_at',
      table: 'code_batches',
      columns: ['created_at', 'id'],
    });
    await db.schema
      .createTable('codes')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('batch_id', types.id, (column) => column.notNull())
      .addColumn('hash', types.text(64), (column) => column.notNull())
      .addColumn('last_four', types.text(4), (column) => column.notNull())
      .addColumn('enabled', types.integer, (column) => column.notNull())
      .addColumn('uses', types.integer, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
    await createIndex(context, { name: 'codes_by_hash', table: 'codes', columns: ['hash'], unique: true });
    await createIndex(context, { name: 'codes_by_batch', table: 'codes', columns: ['batch_id', 'created_at', 'id'] });
    await db.schema
      .createTable('redemptions')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('batch_id', types.id, (column) => column.notNull())
      .addColumn('code_id', types.id, (column) => column.notNull())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('use_number', types.integer, (column) => column.notNull())
      .addColumn('person_number', types.integer, (column) => column.notNull())
      .addColumn('account', types.id, (column) => column.notNull())
      .addColumn('transaction_id', types.id, (column) => column.notNull())
      .addColumn('amount_nanos', types.money, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
    const redemptions = 'redemptions';
    await createIndex(context, {
      name: 'redemptions_by_code',
      table: redemptions,
      columns: ['code_id', 'use_number'],
      unique: true,
    });
    await createIndex(context, {
      name: 'redemptions_by_person',
      table: redemptions,
      columns: ['batch_id', 'user_id', 'person_number'],
      unique: true,
    });
    await createIndex(context, {
      name: 'redemptions_by_batch',
      table: redemptions,
      columns: ['batch_id', 'created_at', 'id'],
    });
    await createIndex(context, {
      name: 'redemptions_by_created_at',
      table: redemptions,
      columns: ['created_at', 'id'],
    });
    await db.schema
      .createTable('code_tries')
      .ifNotExists()
      .addColumn('subject', types.id, (column) => column.primaryKey())
      .addColumn('stretch', types.bigint, (column) => column.notNull())
      .addColumn('tries', types.integer, (column) => column.notNull())
      .execute();
  },
};
