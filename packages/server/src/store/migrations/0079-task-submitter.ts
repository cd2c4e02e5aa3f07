import { addColumn, type Migration } from './migration.ts';

/** Which process asks a vendor to begin a media task; empty once the vendor has answered. */
export const taskSubmitterMigration: Migration = {
  name: '0079-task-submitter',
  up: async (context) => {
    await addColumn(context, 'media_tasks', 'submitter', context.types.id, (column) => column.notNull().defaultTo(''));
  },
};
