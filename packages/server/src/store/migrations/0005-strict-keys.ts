import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

export const strictKeysMigration: Migration = {
  name: '0005-strict-keys',
  // With a default, so that a process of the version before goes on creating keys while others are upgraded.
  up: (context) =>
    addColumn(context, 'api_keys', 'strict_conversion', context.types.integer, (column) =>
      column.notNull().defaultTo(0),
    ),
};
