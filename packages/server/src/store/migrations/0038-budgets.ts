import { createIndex, type Migration } from './migration.ts';

/** Budgets of keys and people. */
export const budgetsMigration: Migration = {
  name: '0038-budgets',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('budgets')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('key_id', types.id)
      .addColumn('model', types.text(200))
      .addColumn('period', types.text(10), (column) => column.notNull())
      .addColumn('time_zone', types.text(60), (column) => column.notNull())
      .addColumn('limit_nanos', types.money, (column) => column.notNull())
      .addColumn('override_nanos', types.money)
      .addColumn('override_until', types.moment)
      .addColumn('override_reason', types.text(300))
      .addColumn('locked', types.integer, (column) => column.notNull())
      .addColumn('told_stretch', types.text(20), (column) => column.notNull())
      .addColumn('told_percent', types.integer, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
    await createIndex(context, { name: 'budgets_by_user', table: 'budgets', columns: ['user_id', 'created_at', 'id'] });
    await createIndex(context, { name: 'budgets_by_created_at', table: 'budgets', columns: ['created_at', 'id'] });
  },
};
