import { sql } from 'kysely';
import { addColumn, type Migration } from './migration.ts';

/** Watching upstreams for new models. */
export const modelWatchesMigration: Migration = {
  name: '0116-model-watches',
  up: async (context) => {
    const { db, types } = context;
    // With a default, so that a process of the version before goes on creating channels while others are upgraded.
    await addColumn(context, 'channels', 'watch_models_json', types.longText, (column) =>
      column.notNull().defaultTo(sql`('"off"')`),
    );
    await db.schema
      .createTable('model_watches')
      .ifNotExists()
      .addColumn('channel_id', types.id, (column) => column.primaryKey())
      .addColumn('checked_at', types.moment, (column) => column.notNull())
      .addColumn('problem', types.text(500))
      .addColumn('known_json', types.longText)
      .addColumn('found_json', types.longText, (column) => column.notNull())
      .addColumn('found_at', types.moment)
      .execute();
  },
};
