import { addColumn, createIndex, type Migration } from './migration.ts';

/** Credit that is given to many accounts; and the countries where payment methods are offered. */
export const promotionsMigration: Migration = {
  name: '0078-promotions',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('promotions')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('name', types.text(100), (column) => column.notNull())
      .addColumn('client_key', types.text(100), (column) => column.notNull())
      .addColumn('amount_nanos', types.money, (column) => column.notNull())
      .addColumn('expires_at', types.moment, (column) => column.notNull())
      .addColumn('filter', types.longText, (column) => column.notNull())
      .addColumn('state', types.text(10), (column) => column.notNull())
      .addColumn('last_user_id', types.id, (column) => column.notNull())
      .addColumn('given', types.integer, (column) => column.notNull())
      .addColumn('version', types.integer, (column) => column.notNull())
      .addColumn('created_by', types.text(100), (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('finished_at', types.moment)
      .execute();
    await addColumn(context, 'payment_methods', 'countries', types.text(400), (column) =>
      column.notNull().defaultTo(''),
    );
    const table = 'promotions';
    await createIndex(context, {
      name: 'promotions_by_client_key',
      table,
      columns: ['created_by', 'client_key'],
      unique: true,
    });
    await addColumn(context, 'given_credits', 'promotion_id', types.id, (column) => column);
    await createIndex(context, {
      name: 'given_credits_by_promotion',
      table: 'given_credits',
      columns: ['promotion_id'],
    });
  },
};
