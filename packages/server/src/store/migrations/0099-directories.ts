import { createIndex, type Migration } from './migration.ts';

/** What a directory elsewhere has said of the people of a team, and by which tokens it says it. */
export const directoriesMigration: Migration = {
  name: '0099-directories',
  up: async (context) => {
    const { db, types } = context;
    const create = (table: string) => db.schema.createTable(table).ifNotExists();
    await create('directory_tokens')
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('team_id', types.id, (column) => column.notNull())
      .addColumn('name', types.text(100), (column) => column.notNull())
      .addColumn('hash', types.text(64), (column) => column.notNull())
      .addColumn('last_four', types.text(4), (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('last_used_at', types.moment)
      .execute();
    await create('directory_users')
      .addColumn('team_id', types.id, (column) => column.notNull())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('external_id', types.text(255))
      .addColumn('user_name', types.text(320), (column) => column.notNull())
      .addColumn('active', types.integer, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .addPrimaryKeyConstraint('directory_users_key', ['team_id', 'user_id'])
      .execute();
    await create('directory_groups')
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('team_id', types.id, (column) => column.notNull())
      .addColumn('external_id', types.text(255))
      .addColumn('name', types.text(255), (column) => column.notNull())
      .addColumn('role', types.text(20))
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
    await create('directory_group_members')
      .addColumn('group_id', types.id, (column) => column.notNull())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addPrimaryKeyConstraint('directory_group_members_key', ['group_id', 'user_id'])
      .execute();
    for (const index of [
      { table: 'directory_tokens', columns: ['hash'], unique: true },
      { table: 'directory_tokens', columns: ['team_id'] },
      { table: 'directory_users', columns: ['team_id', 'user_name'], unique: true },
      { table: 'directory_groups', columns: ['team_id', 'name'], unique: true },
    ])
      await createIndex(context, { ...index, name: `${index.table}_by_${index.columns.at(-1) ?? ''}` });
  },
};
