import { sql } from 'kysely';
import { createIndex } from './migration.ts';
import type { Migration, MigrationContext } from './migration.ts';

export const accountsMigration: Migration = {
  name: '0003-accounts',
  up: async (context) => {
    await createAuthTables(context);
    await createUsers(context);
    await createSecrets(context);
  },
};

/** What better-auth 1.7's core asks for; a test compares these with what it says it needs, on every database. */
async function createAuthTables(context: MigrationContext): Promise<void> {
  const { db, kind, types } = context;
  // better-auth sends ISO texts to SQLite, and Date objects and (PostgreSQL only) booleans to the others.
  const date = { sqlite: sql`text`, postgres: sql`timestamptz`, mysql: sql`datetime(3)` }[kind];
  const flag = { sqlite: sql`integer`, postgres: sql`boolean`, mysql: sql`tinyint` }[kind];

  await db.schema
    .createTable('auth_users')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('name', types.text(255), (column) => column.notNull())
    .addColumn('email', types.text(320), (column) => column.notNull())
    .addColumn('email_verified', flag, (column) => column.notNull())
    .addColumn('image', types.longText)
    .addColumn('created_at', date, (column) => column.notNull())
    .addColumn('updated_at', date, (column) => column.notNull())
    .execute();
  await createIndex(context, { name: 'auth_users_email', table: 'auth_users', columns: ['email'], unique: true });

  await db.schema
    .createTable('auth_sessions')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('user_id', types.id, (column) => column.notNull())
    .addColumn('token', types.text(255), (column) => column.notNull())
    .addColumn('expires_at', date, (column) => column.notNull())
    .addColumn('ip_address', types.text(64))
    .addColumn('user_agent', types.longText)
    .addColumn('created_at', date, (column) => column.notNull())
    .addColumn('updated_at', date, (column) => column.notNull())
    .execute();
  await createIndex(context, { name: 'auth_sessions_token', table: 'auth_sessions', columns: ['token'], unique: true });
  await createIndex(context, { name: 'auth_sessions_user', table: 'auth_sessions', columns: ['user_id'] });

  await db.schema
    .createTable('auth_accounts')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('user_id', types.id, (column) => column.notNull())
    .addColumn('account_id', types.text(255), (column) => column.notNull())
    .addColumn('provider_id', types.text(100), (column) => column.notNull())
    .addColumn('access_token', types.longText)
    .addColumn('refresh_token', types.longText)
    .addColumn('id_token', types.longText)
    .addColumn('access_token_expires_at', date)
    .addColumn('refresh_token_expires_at', date)
    .addColumn('scope', types.longText)
    .addColumn('password', types.longText)
    .addColumn('created_at', date, (column) => column.notNull())
    .addColumn('updated_at', date, (column) => column.notNull())
    .execute();
  // Without it two racing sign-ins could bind one outside identity to two users.
  await createIndex(context, {
    name: 'auth_accounts_identity',
    table: 'auth_accounts',
    columns: ['provider_id', 'account_id'],
    unique: true,
  });
  await createIndex(context, { name: 'auth_accounts_user', table: 'auth_accounts', columns: ['user_id'] });

  await db.schema
    .createTable('auth_verifications')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('identifier', types.text(255), (column) => column.notNull())
    .addColumn('value', types.longText, (column) => column.notNull())
    .addColumn('expires_at', date, (column) => column.notNull())
    .addColumn('created_at', date, (column) => column.notNull())
    .addColumn('updated_at', date, (column) => column.notNull())
    .execute();
  await createIndex(context, {
    name: 'auth_verifications_identifier',
    table: 'auth_verifications',
    columns: ['identifier'],
  });
}

async function createUsers(context: MigrationContext): Promise<void> {
  const { db, types } = context;
  await db.schema
    .createTable('users')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('role', types.text(20), (column) => column.notNull())
    .addColumn('user_group', types.text(60), (column) => column.notNull())
    .addColumn('enabled', types.integer, (column) => column.notNull())
    .addColumn('requests_per_minute', types.integer)
    .addColumn('tokens_per_minute', types.bigint)
    .addColumn('concurrent', types.integer)
    .addColumn('created_at', types.moment, (column) => column.notNull())
    .addColumn('updated_at', types.moment, (column) => column.notNull())
    .execute();
  await createIndex(context, { name: 'users_created', table: 'users', columns: ['created_at', 'id'] });
  await createIndex(context, { name: 'users_role', table: 'users', columns: ['role'] });
}

async function createSecrets(context: MigrationContext): Promise<void> {
  const { db, types } = context;
  await db.schema
    .createTable('api_keys')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('user_id', types.id, (column) => column.notNull())
    .addColumn('name', types.text(100), (column) => column.notNull())
    .addColumn('hash', types.text(64), (column) => column.notNull())
    .addColumn('prefix', types.text(12), (column) => column.notNull())
    .addColumn('last_four', types.text(4), (column) => column.notNull())
    .addColumn('enabled', types.integer, (column) => column.notNull())
    .addColumn('expires_at', types.moment)
    .addColumn('models', types.longText)
    .addColumn('allowed_ips', types.longText)
    .addColumn('key_group', types.text(60))
    .addColumn('limit_nanos', types.money)
    .addColumn('requests_per_minute', types.integer)
    .addColumn('tokens_per_minute', types.bigint)
    .addColumn('concurrent', types.integer)
    .addColumn('created_at', types.moment, (column) => column.notNull())
    .addColumn('updated_at', types.moment, (column) => column.notNull())
    .addColumn('revoked_at', types.moment)
    .execute();
  await createIndex(context, { name: 'api_keys_hash', table: 'api_keys', columns: ['hash'], unique: true });
  await createIndex(context, { name: 'api_keys_user', table: 'api_keys', columns: ['user_id', 'created_at', 'id'] });
  await createIndex(context, { name: 'api_keys_created', table: 'api_keys', columns: ['created_at', 'id'] });

  await db.schema
    .createTable('access_tokens')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('user_id', types.id, (column) => column.notNull())
    .addColumn('name', types.text(100), (column) => column.notNull())
    .addColumn('hash', types.text(64), (column) => column.notNull())
    .addColumn('prefix', types.text(12), (column) => column.notNull())
    .addColumn('last_four', types.text(4), (column) => column.notNull())
    .addColumn('read_only', types.integer, (column) => column.notNull())
    .addColumn('expires_at', types.moment)
    .addColumn('created_at', types.moment, (column) => column.notNull())
    .addColumn('last_used_at', types.moment)
    .addColumn('revoked_at', types.moment)
    .execute();
  await createIndex(context, { name: 'access_tokens_hash', table: 'access_tokens', columns: ['hash'], unique: true });
  await createIndex(context, {
    name: 'access_tokens_user',
    table: 'access_tokens',
    columns: ['user_id', 'created_at', 'id'],
  });

  await db.schema
    .createTable('setup')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('token_hash', types.text(64), (column) => column.notNull())
    .addColumn('created_at', types.moment, (column) => column.notNull())
    .addColumn('claimed_at', types.moment)
    .addColumn('done_at', types.moment)
    .execute();
}
