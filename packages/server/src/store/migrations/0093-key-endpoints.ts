import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** Which of the endpoints that its group opens a key may use; none: all of them. */
export const keyEndpointsMigration: Migration = {
  name: '0093-key-endpoints',
  up: (context) => addColumn(context, 'api_keys', 'open_endpoints_json', context.types.longText, (column) => column),
};
