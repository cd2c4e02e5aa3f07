import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** Orders may be for a plan. */
export const planOrdersMigration: Migration = {
  name: '0049-plan-orders',
  up: (context) => addColumn(context, 'orders', 'plan_id', context.types.id, (column) => column),
};
