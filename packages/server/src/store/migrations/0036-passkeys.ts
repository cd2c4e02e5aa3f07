import { createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** Passkeys of people, found by the hash of the credential's id. */
export const passkeysMigration: Migration = {
  name: '0036-passkeys',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('passkeys')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('name', types.text(100), (column) => column.notNull())
      .addColumn('credential_hash', types.text(64), (column) => column.notNull())
      .addColumn('credential', types.longText, (column) => column.notNull())
      .addColumn('counter', types.bigint, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('last_used_at', types.moment)
      .execute();
    await createIndex(context, {
      name: 'passkeys_by_credential',
      table: 'passkeys',
      columns: ['credential_hash'],
      unique: true,
    });
    await createIndex(context, { name: 'passkeys_by_user', table: 'passkeys', columns: ['user_id'] });
  },
};
