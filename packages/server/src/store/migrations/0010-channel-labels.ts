import { sql } from 'kysely';
import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** Tags and a remark of channels. */
export const channelLabelsMigration: Migration = {
  name: '0010-channel-labels',
  // With defaults, so that a process of the version before goes on creating channels while others are upgraded.
  up: async (context) => {
    const { longText, text } = context.types;
    // MySQL takes the default of a long text only as an expression.
    await addColumn(context, 'channels', 'tags_json', longText, (column) => column.notNull().defaultTo(sql`('[]')`));
    await addColumn(context, 'channels', 'remark', text(255), (column) => column.notNull().defaultTo(''));
  },
};
