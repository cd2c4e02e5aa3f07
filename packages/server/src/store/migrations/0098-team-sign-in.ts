import { sql } from 'kysely';
import { addColumn, createIndex, type Migration, type MigrationContext } from './migration.ts';

/** Sign-in methods that belong to a team, and domains that a team has shown to be its own. */
export const teamSignInMigration: Migration = {
  name: '0098-team-sign-in',
  up: async (context) => {
    const { db, types } = context;
    // Empty for a method of the gateway's own: a null would be no part of the unique index.
    await addColumn(context, 'sign_in_methods', 'team_id', types.id, (column) => column.notNull().defaultTo(''));
    await addColumn(context, 'sign_in_methods', 'administrators', types.integer, (column) =>
      column.notNull().defaultTo(0),
    );
    await createIndex(context, {
      name: 'sign_in_methods_by_team',
      table: 'sign_in_methods',
      columns: ['team_id', 'name'],
      unique: true,
    });
    await dropNameIndex(context);
    await db.schema
      .createTable('team_domains')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('team_id', types.id, (column) => column.notNull())
      .addColumn('domain', types.text(253), (column) => column.notNull())
      .addColumn('claimed', types.text(253))
      .addColumn('token', types.text(80), (column) => column.notNull())
      .addColumn('enforced', types.integer, (column) => column.notNull())
      .addColumn('verified_at', types.moment)
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
    const table = 'team_domains';
    await createIndex(context, { name: 'team_domains_by_claim', table, columns: ['claimed'], unique: true });
    await createIndex(context, { name: 'team_domains_by_team', table, columns: ['team_id', 'domain'], unique: true });
  },
};

/** The name of a method was unique among all of them. */
async function dropNameIndex({ db, kind }: MigrationContext): Promise<void> {
  const name = 'sign_in_methods_by_name';
  if (kind !== 'mysql') {
    await db.schema.dropIndex(name).ifExists().execute();
    return;
  }
  const found = await sql`
    select 1 from information_schema.statistics
    where table_schema = database() and table_name = 'sign_in_methods' and index_name = ${name} limit 1`.execute(db);
  if (found.rows.length > 0) await db.schema.dropIndex(name).on('sign_in_methods').execute();
}
