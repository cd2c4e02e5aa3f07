import { createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** Videos that vendors make while nobody waits, to be charged when they are done. */
export const mediaTasksMigration: Migration = {
  name: '0025-media-tasks',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('media_tasks')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('request_id', types.id, (column) => column.notNull())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('key_id', types.id, (column) => column.notNull())
      .addColumn('kind', types.text(20), (column) => column.notNull())
      .addColumn('model', types.text(200), (column) => column.notNull())
      .addColumn('channel_id', types.id, (column) => column.notNull())
      .addColumn('credential', types.integer, (column) => column.notNull())
      .addColumn('protocol', types.text(40), (column) => column.notNull())
      .addColumn('vendor_id', types.text(500), (column) => column.notNull())
      .addColumn('asked', types.longText, (column) => column.notNull())
      .addColumn('status', types.text(20), (column) => column.notNull())
      .addColumn('state', types.longText, (column) => column.notNull())
      .addColumn('job', types.longText, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .addColumn('finished_at', types.moment, (column) => column.notNull())
      .execute();
    // A user's own, and everybody's that are worked on.
    await createIndex(context, { name: 'media_tasks_by_user', table: 'media_tasks', columns: ['user_id', 'id'] });
    await createIndex(context, { name: 'media_tasks_open', table: 'media_tasks', columns: ['finished_at', 'id'] });
  },
};
