import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

/** A passkey of a user. */
export type Passkey = {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  /** JSON of the credential's id, public key and transports. */
  readonly credential: string;
  /** How often its authenticator says that it was used; 0 where it does not count. */
  readonly counter: number;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
};

const read = (row: RowOf<'passkeys'>): Passkey => ({
  id: row.id,
  userId: row.user_id,
  name: row.name,
  credential: row.credential,
  counter: row.counter,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});

/** Passkeys, several a user. */
export const passkeyRepository = {
  async findByCredential(db: Db, hash: string): Promise<Passkey | undefined> {
    const row = await db.selectFrom('passkeys').selectAll().where('credential_hash', '=', hash).executeTakeFirst();
    return row && read(row);
  },

  async ofUser(db: Db, userId: string): Promise<readonly Passkey[]> {
    const rows = await db
      .selectFrom('passkeys')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(read);
  },

  /** Fails by a unique index when the credential is somebody's. */
  async insert(db: Db, passkey: Passkey, hash: string): Promise<void> {
    await db
      .insertInto('passkeys')
      .values({
        id: passkey.id,
        user_id: passkey.userId,
        name: passkey.name,
        credential_hash: hash,
        credential: passkey.credential,
        counter: passkey.counter,
        created_at: passkey.createdAt,
        last_used_at: null,
      })
      .execute();
  },

  /** Notes a use; false when one with this count or a later one was noted, unless the authenticator does not count. */
  async use(db: Db, id: string, counter: number, at: number): Promise<boolean> {
    const used = await db
      .updateTable('passkeys')
      .set({ counter, last_used_at: at })
      .where('id', '=', id)
      .where((is) => (counter === 0 ? is('counter', '=', 0) : is('counter', '<', counter)))
      .executeTakeFirst();
    return used.numUpdatedRows > 0n;
  },

  /** False when this user has none of that id. */
  async remove(db: Db, userId: string, id: string): Promise<boolean> {
    const removed = await db
      .deleteFrom('passkeys')
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return removed.numDeletedRows > 0n;
  },
};
