import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** Which version a node runs, and the verdicts on the books that were asked for in the console. */
export const systemMigration: Migration = {
  name: '0031-system',
  up: async (context) => {
    const { db, types } = context;
    await addColumn(context, 'nodes', 'version', types.text(60), (column) => column);
    await db.schema
      .createTable('book_checks')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('asked_by', types.text(100), (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('finished_at', types.moment)
      .addColumn('unexplained', types.bigint)
      .addColumn('problems', types.longText)
      .addColumn('error', types.longText)
      .execute();
  },
};
