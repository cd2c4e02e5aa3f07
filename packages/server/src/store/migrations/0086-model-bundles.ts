import type { Migration } from './migration.ts';

/** Named lists of models, which forms take in whole. */
export const modelBundlesMigration: Migration = {
  name: '0086-model-bundles',
  up: async ({ db, types }) => {
    await db.schema
      .createTable('model_bundles')
      .ifNotExists()
      .addColumn('name', types.text(64), (column) => column.primaryKey())
      .addColumn('description', types.text(200), (column) => column.notNull())
      .addColumn('models_json', types.longText, (column) => column.notNull())
      .addColumn('owner', types.text(400))
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
  },
};
