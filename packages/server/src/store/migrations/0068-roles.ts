import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** Roles of the operator's own, and what single people have otherwise than their role. */
export const rolesMigration: Migration = {
  name: '0068-roles',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('roles')
      .ifNotExists()
      .addColumn('name', types.text(20), (column) => column.primaryKey())
      .addColumn('description', types.text(200), (column) => column.notNull())
      .addColumn('permissions_json', types.longText, (column) => column.notNull())
      .addColumn('owner', types.text(400))
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
    await addColumn(context, 'users', 'exceptions_json', types.longText, (column) => column);
  },
};
