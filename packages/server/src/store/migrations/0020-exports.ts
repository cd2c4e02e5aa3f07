import { createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** Files of the request log that are made in the background. */
export const exportsMigration: Migration = {
  name: '0020-exports',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('exports')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('format', types.text(10), (column) => column.notNull())
      .addColumn('filters', types.longText, (column) => column.notNull())
      .addColumn('sees_channels', types.integer, (column) => column.notNull())
      .addColumn('state', types.text(10), (column) => column.notNull())
      .addColumn('progress_millionths', types.integer, (column) => column.notNull())
      .addColumn('row_count', types.bigint, (column) => column.notNull())
      .addColumn('byte_count', types.bigint, (column) => column.notNull())
      .addColumn('truncated', types.integer, (column) => column.notNull())
      .addColumn('error', types.longText)
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('expires_at', types.moment, (column) => column.notNull())
      .execute();
    await createIndex(context, { name: 'exports_by_user', table: 'exports', columns: ['user_id', 'id'] });
    await createIndex(context, { name: 'exports_by_expires_at', table: 'exports', columns: ['expires_at'] });
    await db.schema
      .createTable('export_chunks')
      .ifNotExists()
      .addColumn('export_id', types.id, (column) => column.notNull())
      .addColumn('chunk', types.integer, (column) => column.notNull())
      .addColumn('content', types.longText, (column) => column.notNull())
      .addPrimaryKeyConstraint('export_chunks_pk', ['export_id', 'chunk'])
      .execute();
  },
};
