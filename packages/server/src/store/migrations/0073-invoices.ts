import { createIndex, type Migration } from './migration.ts';

/** Invoices and credit notes, the numbers they have, and whom they are made out to. */
export const invoicesMigration: Migration = {
  name: '0073-invoices',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('invoices')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('kind', types.text(12), (column) => column.notNull())
      .addColumn('number', types.text(60), (column) => column.notNull())
      .addColumn('series', types.text(40), (column) => column.notNull())
      .addColumn('sequence', types.integer, (column) => column.notNull())
      .addColumn('order_id', types.id, (column) => column.notNull())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('corrects_id', types.id)
      .addColumn('currency', types.text(3), (column) => column.notNull())
      .addColumn('total_minor', types.bigint, (column) => column.notNull())
      .addColumn('tax_minor', types.bigint, (column) => column.notNull())
      .addColumn('content', types.longText, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
    const table = 'invoices';
    await createIndex(context, { name: 'invoices_by_number', table, columns: ['number'], unique: true });
    await createIndex(context, { name: 'invoices_by_order', table, columns: ['order_id'] });
    await createIndex(context, { name: 'invoices_by_user', table, columns: ['user_id', 'created_at', 'id'] });
    await createIndex(context, { name: 'invoices_by_time', table, columns: ['created_at', 'id'] });
    await db.schema
      .createTable('invoice_series')
      .ifNotExists()
      .addColumn('series', types.text(40), (column) => column.primaryKey())
      .addColumn('last_number', types.integer, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('billing_details')
      .ifNotExists()
      .addColumn('user_id', types.id, (column) => column.primaryKey())
      .addColumn('name', types.text(200), (column) => column.notNull())
      .addColumn('address', types.text(500), (column) => column.notNull())
      .addColumn('country', types.text(2), (column) => column.notNull())
      .addColumn('tax_id', types.text(40), (column) => column.notNull())
      .addColumn('email', types.text(200), (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
  },
};
