import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

/** A way to sign in, as the operator set it up. */
export type StoredSignInMethod = {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly enabled: boolean;
  readonly signUp: boolean;
  readonly position: number;
  /** JSON of the provider's own settings. */
  readonly settings: string;
  /** JSON of its secrets, sealed. */
  readonly sealed: string;
  /** The config file that owns it. */
  readonly owner: string | undefined;
  /** The team whose people come by it; undefined for one of the gateway's own. */
  readonly teamId: string | undefined;
  /** Whether a team's method enters accounts that reach what is others'. */
  readonly administrators: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
};

const read = ({ sign_up, team_id, created_at, updated_at, ...row }: RowOf<'sign_in_methods'>): StoredSignInMethod => ({
  ...row,
  enabled: row.enabled === 1,
  signUp: sign_up === 1,
  owner: row.owner ?? undefined,
  teamId: team_id === '' ? undefined : team_id,
  administrators: row.administrators === 1,
  createdAt: created_at,
  updatedAt: updated_at,
});

const write = ({ signUp, teamId, createdAt, updatedAt, ...method }: StoredSignInMethod): RowOf<'sign_in_methods'> => ({
  ...method,
  enabled: method.enabled ? 1 : 0,
  sign_up: signUp ? 1 : 0,
  owner: method.owner ?? null,
  team_id: teamId ?? '',
  administrators: method.administrators ? 1 : 0,
  created_at: createdAt,
  updated_at: updatedAt,
});

/** Ways to sign in, in the order of their buttons: those of the gateway's own, and those of teams. */
export const signInMethodRepository = {
  async all(db: Db): Promise<readonly StoredSignInMethod[]> {
    const rows = await db.selectFrom('sign_in_methods').selectAll().orderBy('position').orderBy('id').execute();
    return rows.map(read);
  },

  /** Those of a team, or without one those of the gateway's own. */
  async ofTeam(db: Db, teamId: string | undefined): Promise<readonly StoredSignInMethod[]> {
    const query = db
      .selectFrom('sign_in_methods')
      .selectAll()
      .where('team_id', '=', teamId ?? '');
    return (await query.orderBy('position').orderBy('id').execute()).map(read);
  },

  async find(db: Db, id: string): Promise<StoredSignInMethod | undefined> {
    const row = await db.selectFrom('sign_in_methods').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  async insert(db: Db, method: StoredSignInMethod): Promise<void> {
    await db.insertInto('sign_in_methods').values(write(method)).execute();
  },

  async update(db: Db, method: StoredSignInMethod): Promise<void> {
    await db.updateTable('sign_in_methods').set(write(method)).where('id', '=', method.id).execute();
  },

  async remove(db: Db, id: string): Promise<void> {
    await db.deleteFrom('sign_in_methods').where('id', '=', id).execute();
  },
};
