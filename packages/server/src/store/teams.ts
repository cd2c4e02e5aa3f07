import type { TeamRole } from '@tollgate/contract/api/teams';
import type { Db } from './database.ts';
import { inChunks } from './pages.ts';
import type { RowOf } from './tables.ts';

/** People who share keys and a wallet. */
export type Team = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
};

export type TeamMember = {
  readonly teamId: string;
  readonly userId: string;
  readonly role: TeamRole;
  readonly joinedAt: number;
};

/** What lets somebody into a team, once. Its token is known to nobody. */
export type TeamInvitation = {
  readonly id: string;
  readonly teamId: string;
  readonly role: TeamRole;
  readonly note: string;
  /** Where it was mailed to; null for one that is handed over. */
  readonly email: string | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
};

const readTeam = (row: RowOf<'teams'>): Team => ({
  id: row.id,
  name: row.name,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const readMember = (row: RowOf<'team_members'>): TeamMember => ({
  teamId: row.team_id,
  userId: row.user_id,
  role: row.role,
  joinedAt: row.created_at,
});

const readInvitation = (row: RowOf<'team_invitations'>): TeamInvitation => ({
  id: row.id,
  teamId: row.team_id,
  role: row.role,
  note: row.note ?? '',
  email: row.email,
  createdBy: row.created_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});

/** Teams, their members, and who may join them. */
export const teamRepository = {
  async insert(db: Db, team: Team): Promise<void> {
    await db
      .insertInto('teams')
      .values({ id: team.id, name: team.name, created_at: team.createdAt, updated_at: team.updatedAt })
      .execute();
  },

  async find(db: Db, id: string): Promise<Team | undefined> {
    const row = await db.selectFrom('teams').selectAll().where('id', '=', id).executeTakeFirst();
    return row && readTeam(row);
  },

  /** Those of the named that there are, some at a time. */
  some: (db: Db, ids: Iterable<string>): AsyncIterable<readonly Team[]> =>
    inChunks(ids, async (chunk) =>
      (await db.selectFrom('teams').selectAll().where('id', 'in', chunk).execute()).map(readTeam),
    ),

  /** Those of a user, or all when none is named; by name. */
  async list(db: Db, userId: string | undefined): Promise<readonly Team[]> {
    let query = db.selectFrom('teams').selectAll().orderBy('name').orderBy('id').limit(1000);
    if (userId !== undefined)
      query = query.where('id', 'in', (is) =>
        is.selectFrom('team_members').select('team_id').where('user_id', '=', userId),
      );
    return (await query.execute()).map(readTeam);
  },

  /** Those that pay for some keys, whether these are in force or not. */
  async ofKeys(db: Db, keyIds: readonly string[]): Promise<readonly Team[]> {
    const query = db
      .selectFrom('teams')
      .innerJoin('api_keys', 'api_keys.team_id', 'teams.id')
      .selectAll('teams')
      .distinct()
      .where('api_keys.id', 'in', keyIds);
    return (await query.execute()).map(readTeam);
  },

  /** Removes a team with its invitations and what its directory has said; its members have left. False when it was gone. */
  async remove(db: Db, id: string): Promise<boolean> {
    await db
      .deleteFrom('directory_group_members')
      .where('group_id', 'in', (is) => is.selectFrom('directory_groups').select('id').where('team_id', '=', id))
      .execute();
    for (const table of ['team_invitations', 'directory_groups', 'directory_users', 'directory_tokens'] as const)
      await db.deleteFrom(table).where('team_id', '=', id).execute();
    return (await db.deleteFrom('teams').where('id', '=', id).executeTakeFirst()).numDeletedRows > 0n;
  },

  async rename(db: Db, id: string, name: string, at: number): Promise<void> {
    await db.updateTable('teams').set({ name, updated_at: at }).where('id', '=', id).execute();
  },

  /** Keeps a team as it is until the transaction ends, so that of two changes of its members one sees the other. */
  async hold(db: Db, id: string, at: number): Promise<void> {
    await db.updateTable('teams').set({ updated_at: at }).where('id', '=', id).execute();
  },

  async member(db: Db, teamId: string, userId: string): Promise<TeamMember | undefined> {
    const query = db.selectFrom('team_members').selectAll().where('team_id', '=', teamId).where('user_id', '=', userId);
    const row = await query.executeTakeFirst();
    return row && readMember(row);
  },

  async members(db: Db, teamIds: readonly string[]): Promise<readonly TeamMember[]> {
    if (teamIds.length === 0) return [];
    const query = db.selectFrom('team_members').selectAll().where('team_id', 'in', teamIds);
    return (await query.orderBy('created_at').orderBy('user_id').execute()).map(readMember);
  },

  async addMember(db: Db, member: TeamMember): Promise<void> {
    await db
      .insertInto('team_members')
      .values({
        team_id: member.teamId,
        user_id: member.userId,
        role: member.role,
        created_at: member.joinedAt,
      })
      .execute();
  },

  async setRole(db: Db, teamId: string, userId: string, role: TeamRole): Promise<void> {
    const query = db.updateTable('team_members').set({ role }).where('team_id', '=', teamId);
    await query.where('user_id', '=', userId).execute();
  },

  async removeMember(db: Db, teamId: string, userId: string): Promise<void> {
    await db.deleteFrom('team_members').where('team_id', '=', teamId).where('user_id', '=', userId).execute();
  },

  async addInvitation(db: Db, invitation: TeamInvitation, hash: string): Promise<void> {
    await db
      .insertInto('team_invitations')
      .values({
        id: invitation.id,
        team_id: invitation.teamId,
        hash,
        role: invitation.role,
        note: invitation.note === '' ? null : invitation.note,
        email: invitation.email,
        created_by: invitation.createdBy,
        created_at: invitation.createdAt,
        expires_at: invitation.expiresAt,
      })
      .execute();
  },

  async invitations(db: Db, teamId: string, at: number): Promise<readonly TeamInvitation[]> {
    const query = db.selectFrom('team_invitations').selectAll().where('team_id', '=', teamId);
    return (await query.where('expires_at', '>', at).orderBy('created_at').orderBy('id').execute()).map(readInvitation);
  },

  async findInvitation(db: Db, hash: string): Promise<TeamInvitation | undefined> {
    const row = await db.selectFrom('team_invitations').selectAll().where('hash', '=', hash).executeTakeFirst();
    return row && readInvitation(row);
  },

  async invitation(db: Db, id: string): Promise<TeamInvitation | undefined> {
    const row = await db.selectFrom('team_invitations').selectAll().where('id', '=', id).executeTakeFirst();
    return row && readInvitation(row);
  },

  /** Gives an invitation another text; the one before opens nothing any more. */
  async replaceInvitationHash(db: Db, id: string, hash: string): Promise<void> {
    await db.updateTable('team_invitations').set({ hash }).where('id', '=', id).execute();
  },

  /** Ends an invitation; false when it was gone. */
  async removeInvitation(db: Db, teamId: string, id: string): Promise<boolean> {
    const query = db.deleteFrom('team_invitations').where('team_id', '=', teamId).where('id', '=', id);
    return (await query.executeTakeFirst()).numDeletedRows > 0n;
  },
};
