import { sql } from 'kysely';
import { clustered, createIndex } from './migration.ts';
import type { Migration, MigrationContext } from './migration.ts';

/**
 * Books, leases and the request log. The two tables that grow with every request have as little as possible beside
 * their rows: `charges` no index at all but its key, `request_logs` one for each question the console asks.
 */
export const ledgerMigration: Migration = {
  name: '0001-ledger',
  up: async (context) => {
    await createMeters(context);
    await createBooks(context);
    await createLog(context);
  },
};

async function createMeters({ db, types }: MigrationContext): Promise<void> {
  await db.schema
    .createTable('nodes')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('started_at', types.moment, (column) => column.notNull())
    .addColumn('heartbeat_at', types.moment, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('meters')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('limit_nanos', types.money)
    .addColumn('spent_nanos', types.money, (column) => column.notNull())
    .addColumn('leased_nanos', types.money, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('leases')
    .ifNotExists()
    .addColumn('node_id', types.id, (column) => column.notNull())
    .addColumn('meter_id', types.id, (column) => column.notNull())
    .addColumn('amount_nanos', types.money, (column) => column.notNull())
    .addColumn('version', types.bigint, (column) => column.notNull())
    .addPrimaryKeyConstraint('leases_pk', ['meter_id', 'node_id'])
    .execute();
  await db.schema
    .createTable('lease_recalls')
    .ifNotExists()
    .addColumn('node_id', types.id, (column) => column.notNull())
    .addColumn('meter_id', types.id, (column) => column.notNull())
    .addColumn('asked_at', types.moment, (column) => column.notNull())
    .addPrimaryKeyConstraint('lease_recalls_pk', ['node_id', 'meter_id'])
    .execute();
}

async function createBooks(context: MigrationContext): Promise<void> {
  const { db, types } = context;
  await db.schema
    .createTable('journal_transactions')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('kind', types.text(20), (column) => column.notNull())
    .addColumn('idempotency_key', types.text(190), (column) => column.notNull().unique())
    .addColumn('at', types.moment, (column) => column.notNull())
    .addColumn('actor', types.text(100), (column) => column.notNull())
    .addColumn('note', types.text(500), (column) => column.notNull())
    .execute();
  await clustered(
    context,
    db.schema
      .createTable('journal_entries')
      .ifNotExists()
      .addColumn('transaction_id', types.id, (column) => column.notNull())
      .addColumn('account', types.id, (column) => column.notNull())
      .addColumn('amount_nanos', types.money, (column) => column.notNull())
      .addPrimaryKeyConstraint('journal_entries_pk', ['transaction_id', 'account']),
  ).execute();
  // A user's statement of account.
  await createIndex(context, {
    name: 'journal_entries_by_account',
    table: 'journal_entries',
    columns: ['account', 'transaction_id'],
  });
  await clustered(
    context,
    db.schema
      .createTable('charges')
      .ifNotExists()
      .addColumn('request_id', types.id, (column) => column.notNull())
      .addColumn('transaction_id', types.id, (column) => column.notNull())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('key_id', types.id, (column) => column.notNull())
      .addColumn('amount_nanos', types.money, (column) => column.notNull())
      .addColumn('price_version', types.text(80), (column) => column.notNull())
      .addColumn('multiplier', types.bigint, (column) => column.notNull())
      .addColumn('bill_lines', types.longText, (column) => column.notNull())
      .addColumn('usage_json', types.longText, (column) => column.notNull())
      .addColumn('source', types.text(30), (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addPrimaryKeyConstraint('charges_pk', ['request_id']),
  ).execute();
}

async function createLog(context: MigrationContext): Promise<void> {
  const { db, types } = context;
  await clustered(
    context,
    db.schema
      .createTable('request_logs')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.notNull())
      .addColumn('at', types.moment, (column) => column.notNull())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('key_id', types.id, (column) => column.notNull())
      .addColumn('model', types.text(200), (column) => column.notNull())
      .addColumn('channel_id', types.id, (column) => column.notNull())
      .addColumn('status', types.integer, (column) => column.notNull())
      .addColumn('failed', types.integer, (column) => column.notNull())
      .addColumn('error_code', types.text(60), (column) => column.notNull())
      .addColumn('stream', types.integer, (column) => column.notNull())
      .addColumn('input_tokens', types.bigint, (column) => column.notNull())
      .addColumn('output_tokens', types.bigint, (column) => column.notNull())
      .addColumn('amount_nanos', types.money, (column) => column.notNull())
      .addColumn('ttft_ms', types.bigint, (column) => column.notNull())
      .addColumn('total_ms', types.bigint, (column) => column.notNull())
      .addColumn('detail', types.longText, (column) => column.notNull())
      .addPrimaryKeyConstraint('request_logs_pk', ['id']),
  ).execute();
  // Latest of a user; of a key; of a model; of a channel. Each ends in the id, by which pages continue.
  for (const column of ['user_id', 'key_id', 'model', 'channel_id']) {
    await createIndex(context, {
      name: `request_logs_by_${column}`,
      table: 'request_logs',
      columns: [column, 'id'],
    });
  }
  await createFailedIndex(context);
  await clustered(
    context,
    db.schema
      .createTable('log_rollups')
      .ifNotExists()
      .addColumn('hour', types.moment, (column) => column.notNull())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('model', types.text(200), (column) => column.notNull())
      .addColumn('channel_id', types.id, (column) => column.notNull())
      .addColumn('requests', types.bigint, (column) => column.notNull())
      .addColumn('errors', types.bigint, (column) => column.notNull())
      .addColumn('input_tokens', types.bigint, (column) => column.notNull())
      .addColumn('output_tokens', types.bigint, (column) => column.notNull())
      .addColumn('amount_nanos', types.money, (column) => column.notNull())
      .addColumn('ttft_ms', types.bigint, (column) => column.notNull())
      .addColumn('total_ms', types.bigint, (column) => column.notNull())
      .addPrimaryKeyConstraint('log_rollups_pk', ['hour', 'user_id', 'model', 'channel_id']),
  ).execute();
  // A user's own charts; everybody's are read by the hour, in the order of the key.
  await createIndex(context, { name: 'log_rollups_by_user', table: 'log_rollups', columns: ['user_id', 'hour'] });
}

/** Latest failures, which are few: where partial indexes exist, a success costs nothing here. */
async function createFailedIndex(context: MigrationContext): Promise<void> {
  if (context.kind === 'mysql') {
    await createIndex(context, { name: 'request_logs_failed', table: 'request_logs', columns: ['failed', 'id'] });
    return;
  }
  await sql`create index if not exists request_logs_failed on request_logs (id) where failed = 1`.execute(context.db);
}
