import { addColumn, type Migration } from './migration.ts';

/** How far below zero usage may take an account, and who said so. */
export const creditLinesMigration: Migration = {
  name: '0075-credit-lines',
  up: async (context) => {
    const { db, types } = context;
    await addColumn(context, 'meters', 'credit_line_nanos', types.money, (column) => column.notNull().defaultTo(0));
    await db.schema
      .createTable('credit_lines')
      .ifNotExists()
      .addColumn('account', types.id, (column) => column.primaryKey())
      .addColumn('amount_nanos', types.money, (column) => column.notNull())
      .addColumn('reason', types.text(500), (column) => column.notNull())
      .addColumn('actor', types.text(100), (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
  },
};
