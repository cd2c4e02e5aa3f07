import { createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** Everything that happens later; see services/jobs. */
export const jobsMigration: Migration = {
  name: '0008-jobs',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('jobs')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('kind', types.text(60), (column) => column.notNull())
      .addColumn('state', types.text(12), (column) => column.notNull())
      .addColumn('payload', types.longText, (column) => column.notNull())
      .addColumn('dedupe_key', types.text(190))
      .addColumn('due_at', types.moment)
      .addColumn('again_at', types.moment)
      .addColumn('attempts', types.integer, (column) => column.notNull())
      .addColumn('epoch', types.bigint, (column) => column.notNull())
      .addColumn('claimed_by', types.text(190))
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('started_at', types.moment)
      .addColumn('finished_at', types.moment)
      .addColumn('last_error', types.longText)
      .execute();
    await createIndex(context, {
      name: 'jobs_by_dedupe_key',
      table: 'jobs',
      columns: ['dedupe_key'],
      unique: true,
    });
    // What is due, kind by kind: no kind's backlog is waded through for another's.
    await createIndex(context, { name: 'jobs_by_due', table: 'jobs', columns: ['kind', 'due_at'] });
    // Pages of the console, retention, and counts.
    await createIndex(context, { name: 'jobs_by_state', table: 'jobs', columns: ['state', 'id'] });
    await createIndex(context, { name: 'jobs_by_kind_state', table: 'jobs', columns: ['kind', 'state', 'id'] });
  },
};
