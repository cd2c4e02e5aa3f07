import { addColumn, createIndex, type Migration } from './migration.ts';

/** Keys that people and teams bring to providers, and what a group's keys pay for requests through them. */
export const providerKeysMigration: Migration = {
  name: '0092-provider-keys',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('provider_keys')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('owner_kind', types.text(10), (column) => column.notNull())
      .addColumn('owner_id', types.id, (column) => column.notNull())
      .addColumn('name', types.text(80), (column) => column.notNull())
      .addColumn('provider', types.text(60), (column) => column.notNull())
      .addColumn('settings_json', types.longText, (column) => column.notNull())
      .addColumn('models_json', types.longText, (column) => column.notNull())
      .addColumn('placement', types.text(10), (column) => column.notNull())
      .addColumn('sealed', types.longText, (column) => column.notNull())
      .addColumn('hints_json', types.longText, (column) => column.notNull())
      .addColumn('enabled', types.integer, (column) => column.notNull())
      .addColumn('stopped_reason', types.text(300))
      .addColumn('stopped_by', types.text(400))
      .addColumn('stopped_at', types.moment)
      .addColumn('disabled_reason', types.text(300))
      .addColumn('disabled_by', types.text(400))
      .addColumn('disabled_at', types.moment)
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
    const columns = ['owner_id', 'name'];
    await createIndex(context, { name: 'provider_keys_by_owner', table: 'provider_keys', columns, unique: true });
    await addColumn(context, 'routing_groups', 'provider_key_fee_percent', types.text(9), (column) => column);
  },
};
