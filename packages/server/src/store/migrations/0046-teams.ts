import { addColumn, createIndex, type Migration } from './migration.ts';

/** Teams, their members and invitations; keys that a team pays for, and what a member may spend of it. */
export const teamsMigration: Migration = {
  name: '0046-teams',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('teams')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('name', types.text(100), (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('updated_at', types.moment, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('team_members')
      .ifNotExists()
      .addColumn('team_id', types.id, (column) => column.notNull())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('role', types.text(20), (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
    const members = { table: 'team_members' } as const;
    await createIndex(context, { ...members, name: 'team_members_one', columns: ['team_id', 'user_id'], unique: true });
    await createIndex(context, { ...members, name: 'team_members_user', columns: ['user_id'] });
    await db.schema
      .createTable('team_invitations')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('team_id', types.id, (column) => column.notNull())
      .addColumn('hash', types.text(64), (column) => column.notNull())
      .addColumn('role', types.text(20), (column) => column.notNull())
      .addColumn('note', types.text(100))
      .addColumn('created_by', types.id, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('expires_at', types.moment, (column) => column.notNull())
      .execute();
    const invitations = { table: 'team_invitations' } as const;
    await createIndex(context, { ...invitations, name: 'team_invitations_hash', columns: ['hash'], unique: true });
    await createIndex(context, { ...invitations, name: 'team_invitations_team', columns: ['team_id'] });
    await addColumn(context, 'api_keys', 'team_id', types.id, (column) => column);
    await createIndex(context, { name: 'api_keys_team', table: 'api_keys', columns: ['team_id'] });
    await addColumn(context, 'budgets', 'team_id', types.id, (column) => column);
  },
};
