import type { TeamRole } from '@tollgate/contract/api/teams';
import type { Db } from './database.ts';
import { noEmailDomain } from './users.ts';
import type { RowOf } from './tables.ts';

/** By what a directory says who it is. */
export type DirectoryToken = {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly lastFour: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
};

/** Somebody of a team, as its directory knows them. */
export type DirectoryUser = {
  readonly teamId: string;
  readonly userId: string;
  readonly externalId: string | null;
  readonly userName: string;
  /** False once the directory has said that they are gone. */
  readonly active: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** With what the gateway calls them. */
export type KnownDirectoryUser = DirectoryUser & { readonly name: string; readonly email: string | null };

export type DirectoryGroup = {
  readonly id: string;
  readonly teamId: string;
  readonly externalId: string | null;
  readonly name: string;
  /** The role in the team that its members have by it. */
  readonly role: TeamRole | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

const readToken = (row: RowOf<'directory_tokens'>): DirectoryToken => ({
  id: row.id,
  teamId: row.team_id,
  name: row.name,
  lastFour: row.last_four,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});

const readUser = (row: RowOf<'directory_users'> & { name: string; email: string }): KnownDirectoryUser => ({
  teamId: row.team_id,
  userId: row.user_id,
  externalId: row.external_id,
  userName: row.user_name,
  active: row.active === 1,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  name: row.name,
  email: row.email.endsWith(noEmailDomain) ? null : row.email,
});

const readGroup = (row: RowOf<'directory_groups'>): DirectoryGroup => ({
  id: row.id,
  teamId: row.team_id,
  externalId: row.external_id,
  name: row.name,
  role: row.role,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const people = (db: Db, teamId: string) =>
  db
    .selectFrom('directory_users')
    .innerJoin('auth_users', 'auth_users.id', 'directory_users.user_id')
    .selectAll('directory_users')
    .select(['auth_users.name', 'auth_users.email'])
    .where('directory_users.team_id', '=', teamId);

/** What directories have said of the people of teams. Everything is found within a team. */
export const directoryRepository = {
  async tokens(db: Db, teamId: string): Promise<readonly DirectoryToken[]> {
    const query = db.selectFrom('directory_tokens').selectAll().where('team_id', '=', teamId);
    return (await query.orderBy('created_at').orderBy('id').execute()).map(readToken);
  },

  async findToken(db: Db, hash: string): Promise<DirectoryToken | undefined> {
    const row = await db.selectFrom('directory_tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
    return row && readToken(row);
  },

  async addToken(db: Db, token: Omit<DirectoryToken, 'lastUsedAt'>, hash: string): Promise<void> {
    await db
      .insertInto('directory_tokens')
      .values({
        id: token.id,
        team_id: token.teamId,
        name: token.name,
        hash,
        last_four: token.lastFour,
        created_at: token.createdAt,
        last_used_at: null,
      })
      .execute();
  },

  async touchToken(db: Db, id: string, at: number): Promise<void> {
    await db.updateTable('directory_tokens').set({ last_used_at: at }).where('id', '=', id).execute();
  },

  /** False when the team has none of this id. */
  async removeToken(db: Db, teamId: string, id: string): Promise<boolean> {
    const query = db.deleteFrom('directory_tokens').where('team_id', '=', teamId).where('id', '=', id);
    return (await query.executeTakeFirst()).numDeletedRows > 0n;
  },

  async users(db: Db, teamId: string): Promise<readonly KnownDirectoryUser[]> {
    const query = people(db, teamId).orderBy('directory_users.created_at').orderBy('directory_users.user_id');
    return (await query.execute()).map(readUser);
  },

  async user(db: Db, teamId: string, userId: string): Promise<KnownDirectoryUser | undefined> {
    const row = await people(db, teamId).where('directory_users.user_id', '=', userId).executeTakeFirst();
    return row && readUser(row);
  },

  /** Fails by an index when the team has this user, or this user name. */
  async addUser(db: Db, user: DirectoryUser): Promise<void> {
    await db
      .insertInto('directory_users')
      .values({
        team_id: user.teamId,
        user_id: user.userId,
        external_id: user.externalId,
        user_name: user.userName,
        active: user.active ? 1 : 0,
        created_at: user.createdAt,
        updated_at: user.updatedAt,
      })
      .execute();
  },

  /** Fails by an index when the user name is another's. */
  async updateUser(db: Db, user: DirectoryUser): Promise<void> {
    await db
      .updateTable('directory_users')
      .set({
        external_id: user.externalId,
        user_name: user.userName,
        active: user.active ? 1 : 0,
        updated_at: user.updatedAt,
      })
      .where('team_id', '=', user.teamId)
      .where('user_id', '=', user.userId)
      .execute();
  },

  async removeUser(db: Db, teamId: string, userId: string): Promise<void> {
    await db.deleteFrom('directory_users').where('team_id', '=', teamId).where('user_id', '=', userId).execute();
    const ofTeam = db.selectFrom('directory_groups').select('id').where('team_id', '=', teamId);
    await db
      .deleteFrom('directory_group_members')
      .where('user_id', '=', userId)
      .where('group_id', 'in', (await ofTeam.execute()).map(({ id }) => id).concat(''))
      .execute();
  },

  async groups(db: Db, teamId: string): Promise<readonly DirectoryGroup[]> {
    const query = db.selectFrom('directory_groups').selectAll().where('team_id', '=', teamId);
    return (await query.orderBy('name').execute()).map(readGroup);
  },

  async group(db: Db, teamId: string, id: string): Promise<DirectoryGroup | undefined> {
    const query = db.selectFrom('directory_groups').selectAll().where('team_id', '=', teamId).where('id', '=', id);
    const row = await query.executeTakeFirst();
    return row && readGroup(row);
  },

  /** Fails by the index when the team has a group of this name. */
  async addGroup(db: Db, group: DirectoryGroup): Promise<void> {
    await db
      .insertInto('directory_groups')
      .values({
        id: group.id,
        team_id: group.teamId,
        external_id: group.externalId,
        name: group.name,
        role: group.role,
        created_at: group.createdAt,
        updated_at: group.updatedAt,
      })
      .execute();
  },

  /** Fails by the index when the name is another's. */
  async updateGroup(db: Db, group: DirectoryGroup): Promise<void> {
    await db
      .updateTable('directory_groups')
      .set({ external_id: group.externalId, name: group.name, role: group.role, updated_at: group.updatedAt })
      .where('id', '=', group.id)
      .execute();
  },

  async removeGroup(db: Db, id: string): Promise<void> {
    await db.deleteFrom('directory_group_members').where('group_id', '=', id).execute();
    await db.deleteFrom('directory_groups').where('id', '=', id).execute();
  },

  /** Who is in the groups of a team. */
  async members(db: Db, teamId: string): Promise<readonly { readonly groupId: string; readonly userId: string }[]> {
    const rows = await db
      .selectFrom('directory_group_members')
      .innerJoin('directory_groups', 'directory_groups.id', 'directory_group_members.group_id')
      .selectAll('directory_group_members')
      .where('directory_groups.team_id', '=', teamId)
      .orderBy('directory_group_members.user_id')
      .execute();
    return rows.map(({ group_id, user_id }) => ({ groupId: group_id, userId: user_id }));
  },

  /** Puts these and nobody else into a group. */
  async setMembers(db: Db, groupId: string, userIds: ReadonlySet<string>): Promise<void> {
    await db.deleteFrom('directory_group_members').where('group_id', '=', groupId).execute();
    for (const userId of userIds)
      await db.insertInto('directory_group_members').values({ group_id: groupId, user_id: userId }).execute();
  },
};
