import { createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** Where people are told of what, and what they were told. */
export const noticesMigration: Migration = {
  name: '0044-notices',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('notice_targets')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('kind', types.text(20), (column) => column.notNull())
      .addColumn('name', types.text(60), (column) => column.notNull())
      .addColumn('enabled', types.integer, (column) => column.notNull())
      .addColumn('events', types.longText, (column) => column.notNull())
      .addColumn('language', types.text(10), (column) => column.notNull())
      .addColumn('quiet_from', types.integer)
      .addColumn('quiet_to', types.integer)
      .addColumn('below_usd', types.text(20))
      .addColumn('sealed', types.longText, (column) => column.notNull())
      .addColumn('hint', types.text(200), (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
    await createIndex(context, { name: 'notice_targets_by_user', table: 'notice_targets', columns: ['user_id'] });
    await db.schema
      .createTable('notice_marks')
      .ifNotExists()
      .addColumn('id', types.text(64), (column) => column.primaryKey())
      .addColumn('at', types.moment, (column) => column.notNull())
      .execute();
    await createIndex(context, { name: 'notice_marks_by_at', table: 'notice_marks', columns: ['at'] });
  },
};
