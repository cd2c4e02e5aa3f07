import type { Migration } from './migration.ts';

/** Accounts that are to be erased, and those that were. */
export const accountDeletionsMigration: Migration = {
  name: '0095-account-deletions',
  up: async ({ db, types }) => {
    await db.schema
      .createTable('account_deletions')
      .ifNotExists()
      .addColumn('user_id', types.id, (column) => column.primaryKey())
      .addColumn('asked_by', types.text(100), (column) => column.notNull())
      .addColumn('reason', types.text(300), (column) => column.notNull())
      .addColumn('disabled', types.integer, (column) => column.notNull())
      .addColumn('asked_at', types.moment, (column) => column.notNull())
      .addColumn('due_at', types.moment, (column) => column.notNull())
      .addColumn('waits_for', types.text(300))
      .addColumn('erased_at', types.moment)
      .execute();
  },
};
