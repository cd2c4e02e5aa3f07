import { addColumn, createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** Chains the entries of the audit log by their hashes, from now on, and says from where and why each was made. */
export const auditChainMigration: Migration = {
  name: '0069-audit-chain',
  up: async (context) => {
    const { db, types } = context;
    await addColumn(context, 'audit_log', 'address', types.text(64), (column) => column);
    await addColumn(context, 'audit_log', 'reason', types.text(300), (column) => column);
    await addColumn(context, 'audit_log', 'seq', types.bigint, (column) => column);
    await addColumn(context, 'audit_log', 'hash', types.text(64), (column) => column);
    await createIndex(context, { name: 'audit_log_seq', table: 'audit_log', columns: ['seq'], unique: true });
    await db.schema
      .createTable('audit_chain')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('seq', types.bigint, (column) => column.notNull())
      .addColumn('hash', types.text(64), (column) => column.notNull())
      .addColumn('anchor_seq', types.bigint, (column) => column.notNull())
      .addColumn('anchor_hash', types.text(64), (column) => column.notNull())
      .execute();
    const there = await db.selectFrom('audit_chain').select('id').executeTakeFirst();
    if (there === undefined)
      await db
        .insertInto('audit_chain')
        .values({ id: 'log', seq: 0, hash: '0'.repeat(64), anchor_seq: 0, anchor_hash: '0'.repeat(64) })
        .execute();
  },
};
