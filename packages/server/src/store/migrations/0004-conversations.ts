import { createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** What is kept of conversations between two of their requests; see services/conversations. */
export const conversationsMigration: Migration = {
  name: '0004-conversations',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('kept_values')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('value', types.longText, (column) => column.notNull())
      .addColumn('expires_at', types.moment, (column) => column.notNull())
      .execute();
    await createIndex(context, { name: 'kept_values_expiry', table: 'kept_values', columns: ['expires_at'] });
  },
};
