import { addColumn, createIndex, type Migration } from './migration.ts';

/** Views of the console's pages that are shared with everybody. */
export const sharedViewsMigration: Migration = {
  name: '0117-shared-views',
  up: async (context) => {
    // With a default, so that a process of the version before goes on saving views while others are upgraded.
    await addColumn(context, 'saved_views', 'shared', context.types.integer, (column) => column.notNull().defaultTo(0));
    await createIndex(context, { name: 'saved_views_shared', table: 'saved_views', columns: ['shared', 'id'] });
  },
};
