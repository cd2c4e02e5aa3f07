import type { Migration } from './migration.ts';

export const ledgerMigration: Migration = {
  name: '0001-ledger',
  up: () => Promise.resolve(),
};
