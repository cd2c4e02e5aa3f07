import { permissionNames, type Permission } from '@tollgate/contract/permissions';
import { z } from 'zod';
import type { Db } from './database.ts';
import type { RowOf } from './tables.ts';

/** A personal access token of the admin API, without its text. */
export type AccessToken = {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly prefix: string;
  readonly lastFour: string;
  readonly readOnly: boolean;
  /** What it is limited to; null for no limit but `readOnly`. */
  readonly scopes: readonly Permission[] | null;
  readonly expiresAt: number | null;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  /** The token by which it was made, if by one. */
  readonly madeBy: string | null;
};

const scopesSchema = z.array(z.string());

/** A permission that there is no more opens nothing. */
const isPermission = (name: string): name is Permission => permissionNames.some((one) => one === name);

const read = (row: RowOf<'access_tokens'>): AccessToken => ({
  id: row.id,
  userId: row.user_id,
  name: row.name,
  prefix: row.prefix,
  lastFour: row.last_four,
  readOnly: row.read_only === 1,
  scopes: row.scopes === null ? null : scopesSchema.parse(JSON.parse(row.scopes)).filter(isPermission),
  expiresAt: row.expires_at,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  madeBy: row.made_by,
});

/** Personal access tokens of the admin API, found by hash. */
export const accessTokenRepository = {
  async insert(db: Db, token: Omit<AccessToken, 'lastUsedAt'>, hash: string): Promise<void> {
    await db
      .insertInto('access_tokens')
      .values({
        id: token.id,
        user_id: token.userId,
        name: token.name,
        hash,
        prefix: token.prefix,
        last_four: token.lastFour,
        read_only: token.readOnly ? 1 : 0,
        scopes: token.scopes === null ? null : JSON.stringify(token.scopes),
        expires_at: token.expiresAt,
        created_at: token.createdAt,
        last_used_at: null,
        revoked_at: null,
        made_by: token.madeBy,
      })
      .execute();
  },

  /** The token with this hash, unless it was revoked. Whether it has expired is for the caller to say. */
  async find(db: Db, hash: string): Promise<AccessToken | undefined> {
    const row = await db
      .selectFrom('access_tokens')
      .selectAll()
      .where('hash', '=', hash)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return row && read(row);
  },

  /** A user's tokens, newest first. There are few: the service allows no more than a hundred. */
  async ofUser(db: Db, userId: string): Promise<readonly AccessToken[]> {
    const rows = await db
      .selectFrom('access_tokens')
      .selectAll()
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return rows.map(read);
  },

  /** Keeps a token as it is until the transaction ends; false when it is revoked already. */
  async hold(db: Db, id: string, at: number): Promise<boolean> {
    await db.updateTable('access_tokens').set({ last_used_at: at }).where('id', '=', id).execute();
    const row = await db
      .selectFrom('access_tokens')
      .select('id')
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  },

  /** Ends what was made by these tokens of a user; returns what was ended. */
  async revokeMadeBy(db: Db, ids: readonly string[], userId: string, at: number): Promise<readonly string[]> {
    if (ids.length === 0) return [];
    const rows = await db
      .selectFrom('access_tokens')
      .select('id')
      .where('user_id', '=', userId)
      .where('made_by', 'in', ids)
      .where('revoked_at', 'is', null)
      .execute();
    const made = rows.map(({ id }) => id);
    if (made.length > 0)
      await db.updateTable('access_tokens').set({ revoked_at: at }).where('id', 'in', made).execute();
    return made;
  },

  /** Ends every token of a user; returns how many there were. */
  async revokeAll(db: Db, userId: string, at: number): Promise<number> {
    const result = await db
      .updateTable('access_tokens')
      .set({ revoked_at: at })
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return Number(result.numUpdatedRows);
  },

  /** Ends a token of this user; false when they have none of that id. */
  async revoke(db: Db, id: string, userId: string, at: number): Promise<boolean> {
    const result = await db
      .updateTable('access_tokens')
      .set({ revoked_at: at })
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  },

  /** Notes the use of a token; callers do so at most once a minute. */
  async touch(db: Db, id: string, at: number): Promise<void> {
    await db.updateTable('access_tokens').set({ last_used_at: at }).where('id', '=', id).execute();
  },
};
