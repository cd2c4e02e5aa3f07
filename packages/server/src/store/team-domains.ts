import type { Db } from './database.ts';
import type { RowOf } from './tables.ts';

/** A domain of which a team says, or has shown, that it is its own. */
export type TeamDomain = {
  readonly id: string;
  readonly teamId: string;
  /** In lower case. */
  readonly domain: string;
  /** What its DNS is to say. */
  readonly token: string;
  /** Null while nothing has shown that it is the team's. */
  readonly verifiedAt: number | null;
  /** Whether people of this domain come in by the team's sign-in methods only. */
  readonly enforced: boolean;
  /** Since when its DNS says no more that it is the team's; null while it does. */
  readonly missingSince: number | null;
  readonly createdAt: number;
};

const read = (row: RowOf<'team_domains'>): TeamDomain => ({
  id: row.id,
  teamId: row.team_id,
  domain: row.domain,
  token: row.token,
  verifiedAt: row.verified_at,
  enforced: row.enforced === 1,
  missingSince: row.missing_since,
  createdAt: row.created_at,
});

/** Domains of teams. A verified one is of one team. */
export const teamDomainRepository = {
  async ofTeam(db: Db, teamId: string): Promise<readonly TeamDomain[]> {
    const query = db.selectFrom('team_domains').selectAll().where('team_id', '=', teamId);
    return (await query.orderBy('domain').execute()).map(read);
  },

  async find(db: Db, teamId: string, id: string): Promise<TeamDomain | undefined> {
    const query = db.selectFrom('team_domains').selectAll().where('team_id', '=', teamId).where('id', '=', id);
    const row = await query.executeTakeFirst();
    return row && read(row);
  },

  /** The team that has shown a domain to be its own. */
  async findVerified(db: Db, domain: string): Promise<TeamDomain | undefined> {
    const row = await db.selectFrom('team_domains').selectAll().where('claimed', '=', domain).executeTakeFirst();
    return row && read(row);
  },

  /** Verified ones, some at a time, by their ids. */
  async verifiedAfter(db: Db, id: string, limit: number): Promise<readonly TeamDomain[]> {
    const query = db.selectFrom('team_domains').selectAll().where('claimed', 'is not', null).where('id', '>', id);
    return (await query.orderBy('id').limit(limit).execute()).map(read);
  },

  async byId(db: Db, id: string): Promise<TeamDomain | undefined> {
    const row = await db.selectFrom('team_domains').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  async setMissing(db: Db, id: string, since: number | null): Promise<void> {
    await db.updateTable('team_domains').set({ missing_since: since }).where('id', '=', id).execute();
  },

  async anyVerified(db: Db): Promise<boolean> {
    const query = db.selectFrom('team_domains').select('id').where('claimed', 'is not', null).limit(1);
    return (await query.executeTakeFirst()) !== undefined;
  },

  /** Fails by the index when the team has named it already. */
  async insert(db: Db, domain: TeamDomain): Promise<void> {
    await db
      .insertInto('team_domains')
      .values({
        id: domain.id,
        team_id: domain.teamId,
        domain: domain.domain,
        claimed: null,
        token: domain.token,
        enforced: 0,
        verified_at: null,
        created_at: domain.createdAt,
      })
      .execute();
  },

  /** Gives a domain to the team that has shown it; fails by the index where it is another's. */
  async claim(db: Db, { id, domain }: Pick<TeamDomain, 'id' | 'domain'>, at: number): Promise<void> {
    await db
      .updateTable('team_domains')
      .set({ claimed: domain, verified_at: at, missing_since: null })
      .where('id', '=', id)
      .execute();
  },

  /** Takes a domain from a team that cannot show it any more. */
  async release(db: Db, id: string): Promise<void> {
    const set = { claimed: null, verified_at: null, enforced: 0, missing_since: null };
    await db.updateTable('team_domains').set(set).where('id', '=', id).execute();
  },

  async setEnforced(db: Db, id: string, enforced: boolean): Promise<void> {
    await db
      .updateTable('team_domains')
      .set({ enforced: enforced ? 1 : 0 })
      .where('id', '=', id)
      .execute();
  },

  async remove(db: Db, id: string): Promise<void> {
    await db.deleteFrom('team_domains').where('id', '=', id).execute();
  },
};
