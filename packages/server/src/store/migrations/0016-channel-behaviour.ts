import { sql } from 'kysely';
import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** How channels ask and answer, and why credentials are out of use. */
export const channelBehaviourMigration: Migration = {
  name: '0016-channel-behaviour',
  // With defaults, so that a process of the version before goes on creating channels while others are upgraded.
  up: async (context) => {
    const { integer, longText, moment, text } = context.types;
    const json = async (name: string, initial: string): Promise<void> =>
      await addColumn(context, 'channels', name, longText, (column) =>
        // MySQL takes the default of a long text only as an expression.
        column.notNull().defaultTo(sql`(${sql.lit(initial)})`),
      );
    await json('status_mapping_json', '{}');
    await addColumn(context, 'channels', 'system_prompt_json', longText, (column) => column);
    await addColumn(context, 'channels', 'thinking_to_content', integer, (column) => column.notNull().defaultTo(0));
    await json('timeouts_json', '{}');
    await addColumn(context, 'channels', 'concurrency', integer, (column) => column);
    await json('key_mode_json', '"random"');
    await addColumn(context, 'channels', 'auto_disable', integer, (column) => column.notNull().defaultTo(1));
    await addColumn(context, 'channels', 'test_model', text(200), (column) => column.notNull().defaultTo(''));
    await addColumn(context, 'channel_credentials', 'disabled_reason', text(300), (column) => column);
    await addColumn(context, 'channel_credentials', 'disabled_by', text(400), (column) => column);
    await addColumn(context, 'channel_credentials', 'disabled_at', moment, (column) => column);
  },
};
