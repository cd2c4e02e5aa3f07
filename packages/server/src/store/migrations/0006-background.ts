import { createIndex } from './migration.ts';
import type { Migration } from './migration.ts';

/** Answers that a provider still works on, to be charged when it is done; see relay/stored/open-background.ts. */
export const backgroundMigration: Migration = {
  name: '0006-background',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('background_responses')
      .ifNotExists()
      .addColumn('request_id', types.id, (column) => column.primaryKey())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('response_id', types.text(255), (column) => column.notNull())
      .addColumn('job', types.longText, (column) => column.notNull())
      .addColumn('claimed_until', types.moment, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
    await createIndex(context, {
      name: 'background_responses_claim',
      table: 'background_responses',
      columns: ['claimed_until'],
    });
    await createIndex(context, {
      name: 'background_responses_response',
      table: 'background_responses',
      columns: ['user_id', 'response_id'],
    });
  },
};
