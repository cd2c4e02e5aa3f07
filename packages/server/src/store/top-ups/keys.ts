import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

/** A key of the external top-up API. */
export type TopUpKey = {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly maximum: bigint;
  /** Its secret, sealed. */
  readonly sealed: string;
  readonly lastFour: string;
  readonly lastUsedAt: number | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
};

const read = (row: RowOf<'top_up_keys'>): TopUpKey => ({
  id: row.id,
  name: row.name,
  enabled: row.enabled === 1,
  maximum: row.maximum_nanos,
  sealed: row.sealed,
  lastFour: row.last_four,
  lastUsedAt: row.last_used_at ?? undefined,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const values = (key: TopUpKey) => ({
  id: key.id,
  name: key.name,
  enabled: key.enabled ? 1 : 0,
  maximum_nanos: key.maximum,
  sealed: key.sealed,
  last_four: key.lastFour,
  last_used_at: key.lastUsedAt ?? null,
  created_at: key.createdAt,
  updated_at: key.updatedAt,
});

/** Keys of the external top-up API, and the nonces that were used with them. */
export const topUpKeyRepository = {
  async all(db: Db): Promise<readonly TopUpKey[]> {
    const rows = await db.selectFrom('top_up_keys').selectAll().orderBy('created_at').orderBy('id').execute();
    return rows.map(read);
  },

  async find(db: Db, id: string): Promise<TopUpKey | undefined> {
    const row = await db.selectFrom('top_up_keys').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  async insert(db: Db, key: TopUpKey): Promise<void> {
    await db.insertInto('top_up_keys').values(values(key)).execute();
  },

  async update(db: Db, key: TopUpKey): Promise<void> {
    const { id, ...rest } = values(key);
    await db.updateTable('top_up_keys').set(rest).where('id', '=', id).execute();
  },

  async remove(db: Db, id: string): Promise<void> {
    await db.deleteFrom('top_up_nonces').where('key_id', '=', id).execute();
    await db.deleteFrom('top_up_keys').where('id', '=', id).execute();
  },

  /** Fails by the primary key when the nonce was used already. */
  async useNonce(db: Db, keyId: string, nonce: string, expiresAt: number): Promise<void> {
    await db.insertInto('top_up_nonces').values({ key_id: keyId, nonce, expires_at: expiresAt }).execute();
  },

  /** Forgets nonces that are too old to be taken anyway. */
  async pruneNonces(db: Db, before: number): Promise<void> {
    await db.deleteFrom('top_up_nonces').where('expires_at', '<', before).execute();
  },
};
