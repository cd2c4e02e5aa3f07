import { sql } from 'kysely';
import { addColumn, type Migration } from './migration.ts';

/** What became of media tasks, step by step, and when their owner gave them up. */
export const taskHistoryMigration: Migration = {
  name: '0055-task-history',
  up: async (context) => {
    const { types } = context;
    await addColumn(context, 'media_tasks', 'history', types.longText, (column) =>
      column.notNull().defaultTo(sql`('[]')`),
    );
    // 0 while nobody has.
    await addColumn(context, 'media_tasks', 'cancelled_at', types.moment, (column) => column.notNull().defaultTo(0));
  },
};
