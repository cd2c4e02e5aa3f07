import type { WrappedDataKey } from '../../domain/configuration.ts';
import type { Db } from '../database.ts';

/** Data keys, encrypted under the master key. */
export const dataKeyRepository = {
  /** Oldest first. */
  async all(db: Db): Promise<readonly WrappedDataKey[]> {
    const rows = await db.selectFrom('data_keys').selectAll().orderBy('created_at').orderBy('id').execute();
    return rows.map((row) => ({
      id: row.id,
      wrapped: row.wrapped,
      createdAt: row.created_at,
      retiredAt: row.retired_at ?? undefined,
    }));
  },

  async insert(db: Db, key: WrappedDataKey): Promise<void> {
    await db
      .insertInto('data_keys')
      .values({ id: key.id, wrapped: key.wrapped, created_at: key.createdAt, retired_at: key.retiredAt ?? null })
      .execute();
  },

  async rewrap(db: Db, id: string, wrapped: string): Promise<void> {
    await db.updateTable('data_keys').set({ wrapped }).where('id', '=', id).execute();
  },

  /** Retires every key but `active`, those that are retired already keeping their moment. */
  async retireOthers(db: Db, active: string, at: number): Promise<void> {
    await db
      .updateTable('data_keys')
      .set({ retired_at: at })
      .where('id', '!=', active)
      .where('retired_at', 'is', null)
      .execute();
  },

  async remove(db: Db, id: string): Promise<void> {
    await db.deleteFrom('data_keys').where('id', '=', id).execute();
  },
};
