import { createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** Files and batches that providers' accounts keep for users, so that each is its owner's alone. */
export const storedObjectsMigration: Migration = {
  name: '0033-stored-objects',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('stored_objects')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('key_id', types.id, (column) => column.notNull())
      .addColumn('request_id', types.id, (column) => column.notNull())
      .addColumn('kind', types.text(20), (column) => column.notNull())
      .addColumn('channel_id', types.id, (column) => column.notNull())
      .addColumn('credential', types.integer, (column) => column.notNull())
      .addColumn('protocol', types.text(40), (column) => column.notNull())
      .addColumn('vendor_id', types.text(200), (column) => column.notNull())
      .addColumn('told', types.longText, (column) => column.notNull())
      .addColumn('facts', types.longText, (column) => column.notNull())
      .addColumn('job', types.longText, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .addColumn('finished_at', types.moment, (column) => column.notNull())
      .execute();
    await createIndex(context, {
      name: 'stored_objects_by_user',
      table: 'stored_objects',
      columns: ['user_id', 'kind', 'created_at'],
    });
    await createIndex(context, {
      name: 'stored_objects_by_vendor_id',
      table: 'stored_objects',
      columns: ['vendor_id'],
    });
  },
};
