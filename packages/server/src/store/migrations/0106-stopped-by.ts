import { addColumn, type Migration } from './migration.ts';

/** Which team's directory has disabled somebody: it may enable them again, and nobody whom others have disabled. */
export const stoppedByMigration: Migration = {
  name: '0106-stopped-by',
  up: async (context) => {
    await addColumn(context, 'users', 'stopped_by', context.types.id, (column) => column);
  },
};
