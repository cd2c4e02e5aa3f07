import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** Where requests of a key go on to, when its own group serves them not. */
export const keyFallbacksMigration: Migration = {
  name: '0017-key-fallbacks',
  up: (context) => addColumn(context, 'api_keys', 'fallbacks_json', context.types.longText, (column) => column),
};
