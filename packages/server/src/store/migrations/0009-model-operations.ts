import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** What can be asked of a model, where an administrator says so. */
export const modelOperationsMigration: Migration = {
  name: '0009-model-operations',
  up: (context) => addColumn(context, 'models', 'operations_json', context.types.longText, (column) => column),
};
