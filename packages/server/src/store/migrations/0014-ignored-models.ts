import { sql } from 'kysely';
import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** Models of a channel's upstream that are left aside when they are listed. */
export const ignoredModelsMigration: Migration = {
  name: '0014-ignored-models',
  // With a default, so that a process of the version before goes on creating channels while others are upgraded.
  up: async (context) => {
    // MySQL takes the default of a long text only as an expression.
    await addColumn(context, 'channels', 'ignored_models_json', context.types.longText, (column) =>
      column.notNull().defaultTo(sql`('[]')`),
    );
  },
};
