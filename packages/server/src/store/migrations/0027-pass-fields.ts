import { sql } from 'kysely';
import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** Which fields of requests that may cost more than is priced channels let pass. */
export const passFieldsMigration: Migration = {
  name: '0027-pass-fields',
  // With a default, so that a process of the version before goes on creating channels while others are upgraded.
  up: (context) =>
    addColumn(context, 'channels', 'pass_fields_json', context.types.longText, (column) =>
      // MySQL takes the default of a long text only as an expression.
      column.notNull().defaultTo(sql`(${sql.lit('[]')})`),
    ),
};
