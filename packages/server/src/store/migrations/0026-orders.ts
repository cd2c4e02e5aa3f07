import { createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** Payment methods, and the orders that are paid by them. */
export const ordersMigration: Migration = {
  name: '0026-orders',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('payment_methods')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('name', types.text(100), (column) => column.notNull().unique())
      .addColumn('provider', types.text(30), (column) => column.notNull())
      .addColumn('enabled', types.integer, (column) => column.notNull())
      .addColumn('position', types.integer, (column) => column.notNull())
      .addColumn('currency', types.text(3), (column) => column.notNull())
      .addColumn('rate_millionths', types.bigint, (column) => column.notNull())
      .addColumn('minimum_nanos', types.money, (column) => column.notNull())
      .addColumn('maximum_nanos', types.money, (column) => column.notNull())
      .addColumn('discounts', types.longText, (column) => column.notNull())
      .addColumn('settings', types.longText, (column) => column.notNull())
      .addColumn('sealed', types.longText, (column) => column.notNull())
      .addColumn('owner', types.text(400))
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('orders')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('method_id', types.id, (column) => column.notNull())
      .addColumn('provider', types.text(30), (column) => column.notNull())
      .addColumn('provider_reference', types.text(200))
      .addColumn('client_key', types.text(100), (column) => column.notNull())
      .addColumn('state', types.text(10), (column) => column.notNull())
      .addColumn('held', types.text(300))
      .addColumn('account', types.id, (column) => column.notNull())
      .addColumn('credit_nanos', types.money, (column) => column.notNull())
      .addColumn('taken_nanos', types.money, (column) => column.notNull())
      .addColumn('currency', types.text(3), (column) => column.notNull())
      .addColumn('price_minor', types.bigint, (column) => column.notNull())
      .addColumn('refunded_minor', types.bigint, (column) => column.notNull())
      .addColumn('postings', types.integer, (column) => column.notNull())
      .addColumn('version', types.integer, (column) => column.notNull())
      .addColumn('next', types.longText)
      .addColumn('expires_at', types.moment, (column) => column.notNull())
      .addColumn('paid_at', types.moment)
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
    const orders = 'orders';
    await createIndex(context, {
      name: 'orders_by_reference',
      table: orders,
      columns: ['method_id', 'provider_reference'],
      unique: true,
    });
    await createIndex(context, {
      name: 'orders_by_client_key',
      table: orders,
      columns: ['user_id', 'client_key'],
      unique: true,
    });
    await createIndex(context, { name: 'orders_by_user', table: orders, columns: ['user_id', 'created_at', 'id'] });
    await createIndex(context, { name: 'orders_by_created_at', table: orders, columns: ['created_at', 'id'] });
    await createIndex(context, { name: 'orders_by_state', table: orders, columns: ['state', 'created_at', 'id'] });
    await db.schema
      .createTable('order_postings')
      .ifNotExists()
      .addColumn('order_id', types.id, (column) => column.notNull())
      .addColumn('number', types.integer, (column) => column.notNull())
      .addColumn('transaction_id', types.id, (column) => column.notNull())
      .addColumn('amount_nanos', types.money, (column) => column.notNull())
      .addPrimaryKeyConstraint('order_postings_pk', ['order_id', 'number'])
      .execute();
    await db.schema
      .createTable('payment_callbacks')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('method_id', types.id, (column) => column.notNull())
      .addColumn('order_id', types.id)
      .addColumn('source', types.text(10), (column) => column.notNull())
      .addColumn('outcome', types.text(10), (column) => column.notNull())
      .addColumn('reason', types.text(300), (column) => column.notNull())
      .addColumn('address', types.text(60), (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
    await createIndex(context, {
      name: 'payment_callbacks_by_created_at',
      table: 'payment_callbacks',
      columns: ['created_at', 'id'],
    });
  },
};
