import type { Migration } from './migration.ts';

/** Images that administrators gave the gateway for its logo. */
export const siteImagesMigration: Migration = {
  name: '0058-site-images',
  up: async ({ db, types }) => {
    await db.schema
      .createTable('site_images')
      .ifNotExists()
      .addColumn('name', types.text(80), (column) => column.primaryKey())
      .addColumn('content_type', types.text(40), (column) => column.notNull())
      .addColumn('base64', types.longText, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
  },
};
