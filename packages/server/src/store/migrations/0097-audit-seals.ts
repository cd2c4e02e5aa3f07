import type { Migration } from './migration.ts';

/** Places of the chain of the audit log, sealed under a key that the database does not have. */
export const auditSealsMigration: Migration = {
  name: '0097-audit-seals',
  up: async ({ db, types }) => {
    await db.schema
      .createTable('audit_seals')
      .ifNotExists()
      .addColumn('id', types.bigint, (column) => column.primaryKey())
      .addColumn('seq', types.bigint, (column) => column.notNull())
      .addColumn('sealed', types.longText, (column) => column.notNull())
      .addColumn('at', types.moment, (column) => column.notNull())
      .execute();
  },
};
