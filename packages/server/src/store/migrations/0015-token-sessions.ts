import type { Migration } from './migration.ts';

/** Refresh tokens that change with each use; see services/token-sessions. */
export const tokenSessionsMigration: Migration = {
  name: '0015-token-sessions',
  up: async ({ db, types }) => {
    await db.schema
      .createTable('token_sessions')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('sealed', types.longText, (column) => column.notNull())
      .addColumn('epoch', types.integer, (column) => column.notNull())
      .addColumn('claimed_until', types.moment)
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
  },
};
