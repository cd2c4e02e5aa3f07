import { sql } from 'kysely';
import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/**
 * Whether an administrator gave a key its group. Of keys from before nobody knows; those in another group than their
 * owner's go on as they did. A process of the version before makes keys that may use their owner's group only.
 */
export const grantedGroupsMigration: Migration = {
  name: '0021-granted-groups',
  up: async (context) => {
    await addColumn(context, 'api_keys', 'group_granted', context.types.integer, (column) =>
      column.notNull().defaultTo(0),
    );
    await sql`
      update api_keys set group_granted = 1
      where key_group is not null
        and not exists (select 1 from users where users.id = api_keys.user_id and users.user_group = api_keys.key_group)
    `.execute(context.db);
  },
};
