import { defaultsOf } from '@tollgate/contract/entities/field';
import { userFields, type UserFields } from '@tollgate/contract/entities/user';
import type { Exceptions } from '@tollgate/contract/permissions';
import type { Db } from './database.ts';
import { cutPage, newestFirst, type Page, type PageAsk } from './page.ts';
import { inChunks } from './pages.ts';
import { readRights, type StoredRights } from './roles.ts';
import type { RowOf } from './tables.ts';
import { userColumns } from './schema/accounts.ts';

/** A person, as every part but better-auth knows them. Limits of null fall back to the settings. */
export type User = UserFields &
  StoredRights & {
    readonly id: string;
    /** Null for an account without one. */
    readonly email: string | null;
    /** A link that was mailed there was opened. */
    readonly emailVerified: boolean;
    /** Name to sign in by. */
    readonly username: string | null;
    readonly name: string;
    readonly group: string;
    readonly createdAt: number;
    readonly updatedAt: number;
  };

type Changeable = UserFields & Pick<User, 'group'> & { readonly role: string; readonly exceptions: Exceptions };

/** A user as they come to be. */
export type NewUser = {
  readonly id: string;
  /** Its name, built in or of the operator's own. */
  readonly role: string;
  readonly group: string;
  readonly username?: string | undefined;
  /** The mailbox that their address leads to. */
  readonly emailKey?: string | undefined;
  readonly verified?: boolean | undefined;
  /** Of the terms that they have agreed to. */
  readonly termsVersion?: string | undefined;
  readonly at: number;
};

/** What an absent or undefined field leaves as it is. */
export type UserChange = { readonly [K in keyof Changeable]?: Changeable[K] | undefined } & {
  /** The team whose directory does it, where one disables somebody. */
  readonly stoppedBy?: string | undefined;
};

/**
 * better-auth wants an address of everybody. Who has none gets one under a domain that cannot exist (RFC 2606), which is
 * nobody's and is shown to nobody.
 */
export const noEmailDomain = '@no-email.invalid';

const people = (db: Db) =>
  db
    .selectFrom('users')
    .innerJoin('auth_users', 'auth_users.id', 'users.id')
    .leftJoin('roles', 'roles.name', 'users.role')
    .selectAll('users')
    .select(['auth_users.email', 'auth_users.name', 'roles.permissions_json as role_permissions']);

type PersonRow = RowOf<'users'> & { email: string; name: string; role_permissions: string | null };

const read = (row: PersonRow): User => ({
  id: row.id,
  email: row.email.endsWith(noEmailDomain) ? null : row.email,
  emailVerified: row.email_verified_at !== null,
  username: row.username,
  name: row.name,
  ...readRights(row),
  group: row.user_group,
  ...userColumns.read(row),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** People, as every part but better-auth knows them. */
export const userRepository = {
  async find(db: Db, id: string): Promise<User | undefined> {
    const row = await people(db).where('users.id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  /** Those of the named that there are, some at a time. */
  some: (db: Db, ids: Iterable<string>): AsyncIterable<readonly User[]> =>
    inChunks(ids, async (chunk) => (await people(db).where('users.id', 'in', chunk).execute()).map(read)),

  /** Addresses are stored in lower case; the one given may be in any. */
  async findByEmail(db: Db, email: string): Promise<User | undefined> {
    const row = await people(db).where('auth_users.email', '=', email.toLowerCase()).executeTakeFirst();
    return row && read(row);
  },

  /** Everybody whose address is under a domain. Reads the whole table: for what happens seldom. */
  async ofDomain(db: Db, domain: string): Promise<readonly User[]> {
    const rows = await people(db).where('auth_users.email', 'like', `%@${domain}`).execute();
    return rows.map(read);
  },

  async findByUsername(db: Db, username: string): Promise<User | undefined> {
    const row = await people(db).where('users.username', '=', username.toLowerCase()).executeTakeFirst();
    return row && read(row);
  },

  /** By what people sign in with: an address (it has an @) or a user name. */
  async findByLogin(db: Db, login: string): Promise<User | undefined> {
    return login.includes('@') ? await this.findByEmail(db, login) : await this.findByUsername(db, login);
  },

  /** Somebody whose address leads to this mailbox, however it is spelt. */
  async findByMailbox(db: Db, key: string): Promise<User | undefined> {
    const row = await people(db).where('users.email_key', '=', key).limit(1).executeTakeFirst();
    return row && read(row);
  },

  /** Gives a user an address that they have shown to be theirs; fails by the index where it is another's. */
  async setEmail(
    db: Db,
    id: string,
    { email, key, at }: { readonly email: string; readonly key: string; readonly at: number },
  ): Promise<void> {
    await db.updateTable('auth_users').set({ email }).where('id', '=', id).execute();
    await db
      .updateTable('users')
      .set({ email_key: key, email_verified_at: at, updated_at: at })
      .where('id', '=', id)
      .execute();
  },

  /** Fails by the index where the name is another's. */
  async setUsername(db: Db, id: string, username: string | null, at: number): Promise<void> {
    await db.updateTable('users').set({ username, updated_at: at }).where('id', '=', id).execute();
  },

  /**
   * A page of users, newest first. `emailPrefix` (lower-cased) uses the index on addresses: a prefix, never a pattern,
   * and its wildcards mean themselves.
   */
  async page(
    db: Db,
    { emailPrefix, ...ask }: PageAsk & { readonly emailPrefix?: string | undefined },
  ): Promise<Page<User>> {
    let query = newestFirst(people(db), 'users', ask);
    if (emailPrefix !== undefined && emailPrefix !== '') {
      const low = emailPrefix.toLowerCase();
      // U+10FFFD sorts behind every character an address can have, bytewise as well.
      query = query.where('auth_users.email', '>=', low).where('auth_users.email', '<', `${low}\u{10FFFD}`);
    }
    const rows = await query.execute();
    return cutPage(rows.map(read), ask.limit);
  },

  async insert(db: Db, user: NewUser): Promise<void> {
    await db
      .insertInto('users')
      .values({
        id: user.id,
        role: user.role,
        user_group: user.group,
        username: user.username ?? null,
        email_key: user.emailKey ?? null,
        email_verified_at: user.verified === true ? user.at : null,
        terms_version: user.termsVersion ?? null,
        terms_at: user.termsVersion === undefined ? null : user.at,
        ...userColumns.write(defaultsOf(userFields)),
        created_at: user.at,
        updated_at: user.at,
      })
      .execute();
  },

  async update(db: Db, id: string, change: UserChange, at: number): Promise<void> {
    await db
      .updateTable('users')
      .set({
        ...(change.role !== undefined && { role: change.role }),
        ...(change.exceptions !== undefined && {
          exceptions_json: Object.keys(change.exceptions).length === 0 ? null : JSON.stringify(change.exceptions),
        }),
        ...(change.group !== undefined && { user_group: change.group }),
        ...userColumns.writeSome(change),
        ...(change.enabled !== undefined && { stopped_by: change.stoppedBy ?? null }),
        updated_at: at,
      })
      .where('id', '=', id)
      .execute();
  },

  /** The team whose directory has disabled somebody; undefined where nobody or somebody else has. */
  async stoppedBy(db: Db, id: string): Promise<string | undefined> {
    const row = await db.selectFrom('users').select('stopped_by').where('id', '=', id).executeTakeFirst();
    return row?.stopped_by ?? undefined;
  },

  /** Keeps the roots as they are until the transaction ends: two who are taken away at once are taken one after the other. */
  async holdRoots(db: Db): Promise<void> {
    await db
      .updateTable('users')
      .set((is) => ({ updated_at: is.ref('updated_at') }))
      .where('role', '=', 'root')
      .execute();
  },

  /** How many roots are enabled. */
  async countRoots(db: Db): Promise<number> {
    const row = await db
      .selectFrom('users')
      .select((is) => is.fn.countAll<number>().as('count'))
      .where('role', '=', 'root')
      .where('enabled', '=', 1)
      .executeTakeFirstOrThrow();
    return Number(row.count);
  },

  /** Whether anybody, enabled or not, is root. */
  async hasRoot(db: Db): Promise<boolean> {
    return (
      (await db.selectFrom('users').select('id').where('role', '=', 'root').limit(1).executeTakeFirst()) !== undefined
    );
  },

  /** Whether a user can sign in by password. */
  async hasPassword(db: Db, id: string): Promise<boolean> {
    const row = await db
      .selectFrom('auth_accounts')
      .select('id')
      .where('user_id', '=', id)
      .where('provider_id', '=', 'credential')
      .where('password', 'is not', null)
      .executeTakeFirst();
    return row !== undefined;
  },

  /** Keeps a user as they are until the transaction ends. */
  async hold(db: Db, id: string, at: number): Promise<void> {
    await db.updateTable('users').set({ updated_at: at }).where('id', '=', id).execute();
  },

  /** Ends one session of a user; false when there is none of this id. */
  async deleteSession(db: Db, userId: string, id: string): Promise<boolean> {
    const deleted = await db
      .deleteFrom('auth_sessions')
      .where('user_id', '=', userId)
      .where('id', '=', id)
      .executeTakeFirst();
    return deleted.numDeletedRows > 0n;
  },

  /** Ends every session of a user but one. */
  async deleteOtherSessions(db: Db, userId: string, id: string): Promise<void> {
    await db.deleteFrom('auth_sessions').where('user_id', '=', userId).where('id', '!=', id).execute();
  },

  /** Ends every session of a user. */
  async deleteSessions(db: Db, userId: string): Promise<void> {
    await db.deleteFrom('auth_sessions').where('user_id', '=', userId).execute();
  },
};
