import { addColumn, type Migration } from './migration.ts';

/** Cards that providers keep for payers, orders that are charged to them, and topping up by one of them. */
export const savedCardsMigration: Migration = {
  name: '0076-saved-cards',
  up: async (context) => {
    const { db, types } = context;
    for (const column of ['payer_reference', 'card_reference'])
      await addColumn(context, 'orders', column, types.text(120), (definition) => definition);
    await addColumn(context, 'orders', 'cause', types.text(20), (definition) => definition);
    await db.schema
      .createTable('payment_payers')
      .ifNotExists()
      .addColumn('method_id', types.id, (column) => column.notNull())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('reference', types.text(120), (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addPrimaryKeyConstraint('payment_payers_pk', ['method_id', 'user_id'])
      .execute();
    await db.schema
      .createTable('auto_top_ups')
      .ifNotExists()
      .addColumn('user_id', types.id, (column) => column.primaryKey())
      .addColumn('account', types.id, (column) => column.notNull())
      .addColumn('method_id', types.id, (column) => column.notNull())
      .addColumn('card_reference', types.text(120), (column) => column.notNull())
      .addColumn('card_label', types.text(60), (column) => column.notNull())
      .addColumn('below_nanos', types.money, (column) => column.notNull())
      .addColumn('amount_nanos', types.money, (column) => column.notNull())
      .addColumn('monthly_nanos', types.money, (column) => column.notNull())
      .addColumn('enabled', types.integer, (column) => column.notNull())
      .addColumn('stopped', types.text(300))
      .addColumn('runs', types.integer, (column) => column.notNull())
      .addColumn('version', types.integer, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
  },
};
