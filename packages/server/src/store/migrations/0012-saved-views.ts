import { createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** Views of the console's pages that people keep. */
export const savedViewsMigration: Migration = {
  name: '0012-saved-views',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('saved_views')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('page', types.text(60), (column) => column.notNull())
      .addColumn('name', types.text(60), (column) => column.notNull())
      .addColumn('query', types.longText, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
    await createIndex(context, { name: 'saved_views_by_user', table: 'saved_views', columns: ['user_id', 'id'] });
  },
};
