import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** How long a group's results of media tasks are kept; none: as long as others. */
export const groupResultsMigration: Migration = {
  name: '0060-group-results',
  up: async (context) => {
    await addColumn(context, 'routing_groups', 'result_retention_days', context.types.integer, (column) => column);
  },
};
