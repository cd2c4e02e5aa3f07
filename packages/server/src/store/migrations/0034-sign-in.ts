import { createIndex } from './migration.ts';
import type { Migration, MigrationContext } from './migration.ts';

/** Signing in by way of somebody else: methods, identities, and what is begun in a browser and not yet ended. */
export const signInMigration: Migration = {
  name: '0034-sign-in',
  up: async (context) => {
    await createMethods(context);
    await createIdentities(context);
    await createFlows(context);
  },
};

async function createMethods(context: MigrationContext): Promise<void> {
  const { db, types } = context;
  await db.schema
    .createTable('sign_in_methods')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('name', types.text(60), (column) => column.notNull())
    .addColumn('provider', types.text(30), (column) => column.notNull())
    .addColumn('enabled', types.integer, (column) => column.notNull())
    .addColumn('sign_up', types.integer, (column) => column.notNull())
    .addColumn('position', types.integer, (column) => column.notNull())
    .addColumn('settings', types.longText, (column) => column.notNull())
    .addColumn('sealed', types.longText, (column) => column.notNull())
    .addColumn('owner', types.text(400))
    .addColumn('created_at', types.moment, (column) => column.notNull())
    .addColumn('updated_at', types.moment, (column) => column.notNull())
    .execute();
  await createIndex(context, {
    name: 'sign_in_methods_by_name',
    table: 'sign_in_methods',
    columns: ['name'],
    unique: true,
  });
}

/** Of two sign-ins that race, one makes the account: a subject belongs to one user, and a user has one of each method. */
async function createIdentities(context: MigrationContext): Promise<void> {
  const { db, types } = context;
  await db.schema
    .createTable('identities')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('user_id', types.id, (column) => column.notNull())
    .addColumn('method_id', types.id, (column) => column.notNull())
    .addColumn('subject', types.text(255), (column) => column.notNull())
    .addColumn('label', types.text(200), (column) => column.notNull())
    .addColumn('created_at', types.moment, (column) => column.notNull())
    .addColumn('last_used_at', types.moment)
    .execute();
  await createIndex(context, {
    name: 'identities_by_subject',
    table: 'identities',
    columns: ['method_id', 'subject'],
    unique: true,
  });
  await createIndex(context, {
    name: 'identities_by_user',
    table: 'identities',
    columns: ['user_id', 'method_id'],
    unique: true,
  });
}

async function createFlows(context: MigrationContext): Promise<void> {
  const { db, types } = context;
  await db.schema
    .createTable('auth_flows')
    .ifNotExists()
    .addColumn('id', types.text(64), (column) => column.primaryKey())
    .addColumn('purpose', types.text(30), (column) => column.notNull())
    .addColumn('user_id', types.id)
    .addColumn('payload', types.longText, (column) => column.notNull())
    .addColumn('attempts', types.integer, (column) => column.notNull())
    .addColumn('expires_at', types.moment, (column) => column.notNull())
    .execute();
  await createIndex(context, { name: 'auth_flows_by_expiry', table: 'auth_flows', columns: ['expires_at'] });
  await createIndex(context, { name: 'auth_flows_by_user', table: 'auth_flows', columns: ['user_id', 'purpose'] });
}
