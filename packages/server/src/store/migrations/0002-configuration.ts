import { sql } from 'kysely';
import type { ColumnDefinitionBuilder } from 'kysely';
import { createIndex } from './migration.ts';
import type { Migration, MigrationContext } from './migration.ts';

/** Channels and their credentials, models and prices, groups, settings, the change feed and the audit log. */
export const configurationMigration: Migration = {
  name: '0002-configuration',
  up: async (context) => {
    await createSecrets(context);
    await createCatalogue(context);
    await createFeeds(context);
  },
};

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey().notNull();

async function createSecrets(context: MigrationContext): Promise<void> {
  const { db, types } = context;
  await db.schema
    .createTable('data_keys')
    .ifNotExists()
    .addColumn('id', types.id, key)
    .addColumn('wrapped', types.longText, required)
    .addColumn('created_at', types.moment, required)
    .addColumn('retired_at', types.moment)
    .execute();
  await db.schema
    .createTable('channels')
    .ifNotExists()
    .addColumn('id', types.id, key)
    .addColumn('name', types.text(80), required)
    .addColumn('provider', types.text(60), required)
    .addColumn('base_url', types.longText)
    .addColumn('settings_json', types.longText, required)
    .addColumn('models_json', types.longText, required)
    .addColumn('groups_json', types.longText, required)
    .addColumn('priority', types.integer, required)
    .addColumn('weight', types.integer, required)
    .addColumn('sealed_wiring', types.longText, required)
    .addColumn('enabled', types.integer, required)
    .addColumn('disabled_reason', types.text(300))
    .addColumn('disabled_by', types.text(400))
    .addColumn('disabled_at', types.moment)
    .addColumn('owner', types.text(400))
    .addColumn('next_credential', types.integer, required)
    .addColumn('created_at', types.moment, required)
    .addColumn('updated_at', types.moment, required)
    .execute();
  await createIndex(context, { name: 'channels_name', table: 'channels', columns: ['name'], unique: true });
  await db.schema
    .createTable('channel_credentials')
    .ifNotExists()
    .addColumn('id', types.id, key)
    .addColumn('channel_id', types.id, required)
    .addColumn('credential_index', types.integer, required)
    .addColumn('sealed', types.longText, required)
    .addColumn('hints_json', types.longText, required)
    .addColumn('enabled', types.integer, required)
    .addColumn('created_at', types.moment, required)
    .execute();
  await createIndex(context, {
    name: 'channel_credentials_channel',
    table: 'channel_credentials',
    columns: ['channel_id', 'credential_index'],
    unique: true,
  });
}

async function createCatalogue(context: MigrationContext): Promise<void> {
  const { db, types } = context;
  await db.schema
    .createTable('models')
    .ifNotExists()
    .addColumn('name', types.text(200), key)
    .addColumn('price_version', types.id)
    .addColumn('max_output_tokens', types.integer)
    .addColumn('owned_by', types.text(100), required)
    .addColumn('owner', types.text(400))
    .addColumn('created_at', types.moment, required)
    .addColumn('updated_at', types.moment, required)
    .execute();
  await db.schema
    .createTable('prices')
    .ifNotExists()
    .addColumn('version', types.id, key)
    .addColumn('model', types.text(200), required)
    .addColumn('rates_json', types.longText, required)
    .addColumn('tiers_json', types.longText, required)
    .addColumn('per_call_nanos', types.money)
    .addColumn('source', types.text(300), required)
    .addColumn('as_of', types.text(40), required)
    .addColumn('created_at', types.moment, required)
    .execute();
  await createIndex(context, { name: 'prices_model', table: 'prices', columns: ['model', 'created_at', 'version'] });
  await db.schema
    .createTable('routing_groups')
    .ifNotExists()
    .addColumn('name', types.text(60), key)
    .addColumn('multiplier_millionths', types.bigint, required)
    .addColumn('user_groups_json', types.longText, required)
    .addColumn('owner', types.text(400))
    .addColumn('created_at', types.moment, required)
    .addColumn('updated_at', types.moment, required)
    .execute();
  await insertDefaultGroup(context);
  await db.schema
    .createTable('settings')
    .ifNotExists()
    .addColumn('path', types.text(200), key)
    .addColumn('value_json', types.longText, required)
    .addColumn('owner', types.text(400))
    .addColumn('updated_at', types.moment, required)
    .addColumn('updated_by', types.text(400), required)
    .execute();
}

/** New users and channels are in it unless told otherwise, so it always exists. */
async function insertDefaultGroup({ db }: MigrationContext): Promise<void> {
  const found = await db.selectFrom('routing_groups').select('name').where('name', '=', 'default').executeTakeFirst();
  if (found !== undefined) return;
  const at = Date.now();
  await db
    .insertInto('routing_groups')
    .values({
      name: 'default',
      multiplier_millionths: 1_000_000,
      user_groups_json: '{}',
      owner: null,
      created_at: at,
      updated_at: at,
    })
    .execute();
}

async function createFeeds(context: MigrationContext): Promise<void> {
  const { db, types } = context;
  await db.schema
    .createTable('changes')
    .ifNotExists()
    .$call((table) => numbered(context, table, 'seq'))
    .addColumn('topic', types.text(60), required)
    .addColumn('ref', types.text(200), required)
    .addColumn('at', types.moment, required)
    .execute();
  await createIndex(context, { name: 'changes_at', table: 'changes', columns: ['at'] });
  await db.schema
    .createTable('audit_log')
    .ifNotExists()
    .$call((table) => numbered(context, table, 'id'))
    .addColumn('at', types.moment, required)
    .addColumn('actor', types.text(400), required)
    .addColumn('action', types.text(60), required)
    .addColumn('subject', types.text(300), required)
    .addColumn('before_json', types.longText, required)
    .addColumn('after_json', types.longText, required)
    .execute();
  await createIndex(context, { name: 'audit_log_subject', table: 'audit_log', columns: ['subject', 'id'] });
  await createIndex(context, { name: 'audit_log_actor', table: 'audit_log', columns: ['actor', 'id'] });
}

type Table = ReturnType<ReturnType<MigrationContext['db']['schema']['createTable']>['ifNotExists']>;

/** A column the database numbers itself, never using a number twice. */
function numbered({ kind }: MigrationContext, table: Table, column: string): Table {
  switch (kind) {
    case 'sqlite':
      // AUTOINCREMENT and not a bare rowid: a feed whose newest rows were pruned must not start over.
      return table.addColumn(column, 'integer', (definition) => definition.primaryKey().autoIncrement().notNull());
    case 'postgres':
      return table.addColumn(column, sql`bigint generated always as identity`, (definition) => definition.primaryKey());
    case 'mysql':
      return table.addColumn(column, sql`bigint`, (definition) => definition.autoIncrement().primaryKey().notNull());
  }
}
