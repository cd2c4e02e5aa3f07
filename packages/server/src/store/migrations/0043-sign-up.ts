import { addColumn, createIndex } from './migration.ts';
import type { Migration, MigrationContext } from './migration.ts';

/** Names to sign in by, what is known of people's addresses and consent, attempts that all processes count, and invitations. */
export const signUpMigration: Migration = {
  name: '0043-sign-up',
  up: async (context) => {
    await extendUsers(context);
    await createAttempts(context);
    await createInvites(context);
  },
};

async function extendUsers(context: MigrationContext): Promise<void> {
  const { types } = context;
  await addColumn(context, 'users', 'username', types.text(40), (column) => column);
  await addColumn(context, 'users', 'email_key', types.text(320), (column) => column);
  await addColumn(context, 'users', 'email_verified_at', types.moment, (column) => column);
  await addColumn(context, 'users', 'terms_version', types.text(64), (column) => column);
  await addColumn(context, 'users', 'terms_at', types.moment, (column) => column);
  await createIndex(context, { name: 'users_by_username', table: 'users', columns: ['username'], unique: true });
  await createIndex(context, { name: 'users_by_email_key', table: 'users', columns: ['email_key'] });
}

async function createAttempts(context: MigrationContext): Promise<void> {
  const { db, types } = context;
  await db.schema
    .createTable('attempt_counts')
    .ifNotExists()
    .addColumn('id', types.text(64), (column) => column.primaryKey())
    .addColumn('failures', types.integer, (column) => column.notNull())
    .addColumn('since', types.moment, (column) => column.notNull())
    .addColumn('last_at', types.moment, (column) => column.notNull())
    .execute();
  await createIndex(context, { name: 'attempt_counts_by_last_at', table: 'attempt_counts', columns: ['last_at'] });
}

async function createInvites(context: MigrationContext): Promise<void> {
  const { db, types } = context;
  await db.schema
    .createTable('invites')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('hash', types.text(64), (column) => column.notNull())
    .addColumn('email', types.text(320))
    .addColumn('user_group', types.text(60))
    .addColumn('note', types.text(200), (column) => column.notNull())
    .addColumn('created_by', types.text(100), (column) => column.notNull())
    .addColumn('created_at', types.moment, (column) => column.notNull())
    .addColumn('expires_at', types.moment, (column) => column.notNull())
    .addColumn('used_by', types.id)
    .addColumn('used_at', types.moment)
    .execute();
  await createIndex(context, {
    name: 'invites_by_hash',
    table: 'invites',
    columns: ['hash'],
    unique: true,
  });
  await createIndex(context, {
    name: 'invites_by_created_at',
    table: 'invites',
    columns: ['created_at', 'id'],
  });
}
