import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** Which fields that may cost more than is priced a key's requests may have. */
export const keyPassFieldsMigration: Migration = {
  name: '0029-key-pass-fields',
  up: (context) => addColumn(context, 'api_keys', 'pass_fields_json', context.types.longText, (column) => column),
};
