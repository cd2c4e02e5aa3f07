import { createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** Which keys end soon, for who looks after them. */
export const keyExpiryMigration: Migration = {
  name: '0013-key-expiry',
  up: (context) =>
    createIndex(context, { name: 'api_keys_by_expires_at', table: 'api_keys', columns: ['expires_at', 'id'] }),
};
