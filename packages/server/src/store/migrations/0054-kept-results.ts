import { sql } from 'kysely';
import { addColumn, createIndex, type Migration } from './migration.ts';

/** Files of media tasks that the gateway keeps, so that they outlive their vendor's addresses. */
export const keptResultsMigration: Migration = {
  name: '0054-kept-results',
  up: async (context) => {
    const { types } = context;
    await addColumn(context, 'media_tasks', 'files', types.longText, (column) =>
      column.notNull().defaultTo(sql`('[]')`),
    );
    // 0 while nothing is kept.
    await addColumn(context, 'media_tasks', 'files_until', types.moment, (column) => column.notNull().defaultTo(0));
    await createIndex(context, { name: 'media_tasks_kept', table: 'media_tasks', columns: ['files_until', 'id'] });
  },
};
