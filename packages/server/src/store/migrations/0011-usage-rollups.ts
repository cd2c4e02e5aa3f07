import { sql } from 'kysely';
import { clustered, createIndex } from './migration.ts';
import type { Migration, MigrationContext } from './migration.ts';

const sums = [
  'requests',
  'errors',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'amount_nanos',
  'cache_saved_nanos',
  'cache_extra_nanos',
  'ttft_ms',
  'total_ms',
  'written_tokens',
  'writing_ms',
  'ttft_200',
  'ttft_350',
  'ttft_600',
  'ttft_1000',
  'ttft_1700',
  'ttft_3000',
  'ttft_5000',
  'ttft_9000',
  'ttft_20000',
  'ttft_more',
] as const;

/**
 * Hourly sums that tell keys, groups and endpoints apart as well, and what caches did. What was summed before keeps its
 * place with neither. A process of the version before posts no more from here on: its outbox keeps what it has for the next.
 */
export const usageRollupsMigration: Migration = {
  name: '0011-usage-rollups',
  up: async (context) => {
    const { db, types } = context;
    let table = db.schema
      .createTable('usage_rollups')
      .ifNotExists()
      .addColumn('hour', types.moment, (column) => column.notNull())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('key_id', types.id, (column) => column.notNull())
      .addColumn('model', types.text(200), (column) => column.notNull())
      .addColumn('channel_id', types.id, (column) => column.notNull())
      .addColumn('group_name', types.text(60), (column) => column.notNull())
      .addColumn('endpoint', types.text(60), (column) => column.notNull());
    for (const name of sums)
      table = table.addColumn(name, name.endsWith('_nanos') ? types.money : types.bigint, (column) => column.notNull());
    const key = ['hour', 'user_id', 'key_id', 'model', 'channel_id', 'group_name', 'endpoint'] as const;
    await clustered(context, table.addPrimaryKeyConstraint('usage_rollups_pk', [...key])).execute();
    await createIndex(context, {
      name: 'usage_rollups_by_user',
      table: 'usage_rollups',
      columns: ['user_id', 'hour'],
    });
    await takeOver(context);
  },
};

async function takeOver(context: MigrationContext): Promise<void> {
  const { db, kind } = context;
  if (!(await isThere(context))) return;
  const kept = new Set<string>([
    'requests',
    'errors',
    'input_tokens',
    'output_tokens',
    'amount_nanos',
    'ttft_ms',
    'total_ms',
  ]);
  const values = sums.map((name) => (kept.has(name) ? sql.ref(name) : sql.lit(0)));
  const again = kind === 'mysql' ? sql`on duplicate key update hour = usage_rollups.hour` : sql`on conflict do nothing`;
  // `where true`: SQLite takes the `on` of a conflict for one of a join otherwise.
  await sql`insert into usage_rollups
    (hour, user_id, key_id, model, channel_id, group_name, endpoint, ${sql.join(sums.map((name) => sql.ref(name)))})
    select hour, user_id, '', model, channel_id, '', '', ${sql.join(values)} from log_rollups where true ${again}`.execute(
    db,
  );
  await db.schema.dropTable('log_rollups').execute();
}

/** On MySQL the table may be gone already, when the step was cut in two. */
async function isThere({ db, kind }: MigrationContext): Promise<boolean> {
  if (kind !== 'mysql') return true;
  const found = await sql`select 1 from information_schema.tables
    where table_schema = database() and table_name = 'log_rollups' limit 1`.execute(db);
  return found.rows.length > 0;
}
