import { addColumn, createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** The text that a key had before it was rotated, and until when it still works. */
export const keyRotationMigration: Migration = {
  name: '0028-key-rotation',
  up: async (context) => {
    await addColumn(context, 'api_keys', 'previous_hash', context.types.text(64), (column) => column);
    await addColumn(context, 'api_keys', 'previous_until', context.types.moment, (column) => column);
    await createIndex(context, {
      name: 'api_keys_by_previous_hash',
      table: 'api_keys',
      columns: ['previous_hash'],
    });
  },
};
