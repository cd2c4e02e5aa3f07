import { createIndex, type Migration } from './migration.ts';

/** Plans, subscriptions, and what they give. */
export const subscriptionsMigration: Migration = {
  name: '0037-subscriptions',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('plans')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('name', types.text(100), (column) => column.notNull().unique())
      .addColumn('enabled', types.integer, (column) => column.notNull())
      .addColumn('position', types.integer, (column) => column.notNull())
      .addColumn('terms', types.longText, (column) => column.notNull())
      .addColumn('owner', types.text(400))
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('subscriptions')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('plan_id', types.id, (column) => column.notNull())
      .addColumn('client_key', types.text(100), (column) => column.notNull())
      .addColumn('state', types.text(10), (column) => column.notNull())
      .addColumn('terms', types.longText, (column) => column.notNull())
      .addColumn('user_group', types.text(60))
      .addColumn('anchor_at', types.moment, (column) => column.notNull())
      .addColumn('anchor_terms', types.integer, (column) => column.notNull())
      .addColumn('term_number', types.integer, (column) => column.notNull())
      .addColumn('term_starts_at', types.moment, (column) => column.notNull())
      .addColumn('term_ends_at', types.moment, (column) => column.notNull())
      .addColumn('allowances', types.integer, (column) => column.notNull())
      .addColumn('cancel_at_end', types.integer, (column) => column.notNull())
      .addColumn('next_plan_id', types.id)
      .addColumn('paused_at', types.moment)
      .addColumn('grace_until', types.moment)
      .addColumn('next_at', types.moment)
      .addColumn('order_id', types.id)
      .addColumn('postings', types.integer, (column) => column.notNull())
      .addColumn('version', types.integer, (column) => column.notNull().defaultTo(0))
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .addColumn('ended_at', types.moment)
      .execute();
    await db.schema
      .createTable('subscription_postings')
      .ifNotExists()
      .addColumn('subscription_id', types.id, (column) => column.notNull())
      .addColumn('number', types.integer, (column) => column.notNull())
      .addColumn('term_number', types.integer, (column) => column.notNull())
      .addColumn('account', types.id, (column) => column.notNull())
      .addColumn('transaction_id', types.id, (column) => column.notNull())
      .addColumn('amount_nanos', types.money, (column) => column.notNull())
      .addPrimaryKeyConstraint('subscription_postings_pk', ['subscription_id', 'number'])
      .execute();
    await db.schema
      .createTable('subscription_terms')
      .ifNotExists()
      .addColumn('subscription_id', types.id, (column) => column.notNull())
      .addColumn('number', types.integer, (column) => column.notNull())
      .addColumn('starts_at', types.moment, (column) => column.notNull())
      .addColumn('ends_at', types.moment, (column) => column.notNull())
      .addColumn('price_nanos', types.money, (column) => column.notNull())
      .addPrimaryKeyConstraint('subscription_terms_pk', ['subscription_id', 'number'])
      .execute();
    await db.schema
      .createTable('allowances')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('subscription_id', types.id, (column) => column.notNull())
      .addColumn('number', types.integer, (column) => column.notNull())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('meter_id', types.id, (column) => column.notNull())
      .addColumn('unit', types.text(10), (column) => column.notNull())
      .addColumn('granted_nanos', types.money, (column) => column.notNull())
      .addColumn('starts_at', types.moment, (column) => column.notNull())
      .addColumn('ends_at', types.moment, (column) => column.notNull())
      .addColumn('state', types.text(10), (column) => column.notNull())
      .addColumn('sweeps', types.integer, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
    const subscriptions = 'subscriptions';
    const indexes = [
      {
        name: 'subscriptions_by_client_key',
        table: subscriptions,
        columns: ['user_id', 'client_key'],
        unique: true,
      },
      { name: 'subscriptions_by_user', table: subscriptions, columns: ['user_id', 'created_at', 'id'] },
      { name: 'subscriptions_by_plan', table: subscriptions, columns: ['plan_id', 'created_at', 'id'] },
      { name: 'subscriptions_by_created_at', table: subscriptions, columns: ['created_at', 'id'] },
      { name: 'subscriptions_by_order', table: subscriptions, columns: ['order_id'] },
      {
        name: 'allowances_by_subscription',
        table: 'allowances',
        columns: ['subscription_id', 'number'],
        unique: true,
      },
      { name: 'allowances_by_user', table: 'allowances', columns: ['user_id', 'state'] },
    ];
    for (const index of indexes) await createIndex(context, index);
  },
};
