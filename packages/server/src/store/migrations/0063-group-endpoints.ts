import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** Which endpoints, closed elsewhere, are open to a group's keys; none: none. */
export const groupEndpointsMigration: Migration = {
  name: '0063-group-endpoints',
  up: (context) =>
    addColumn(context, 'routing_groups', 'open_endpoints_json', context.types.longText, (column) => column),
};
