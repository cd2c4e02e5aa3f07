import type { Database } from './database.ts';

/** A value under its id, until a moment (ms since the epoch). */
export type KeptValue = { readonly id: string; readonly value: string; readonly expiresAt: number };

/** Values that are kept for a while, by the hash of their owner and name. */
export const keptValueRepository = {
  /** Writes values; one that is there already is replaced. */
  async put(database: Database, values: readonly KeptValue[]): Promise<void> {
    if (values.length === 0) return;
    const rows = values.map(({ id, value, expiresAt }) => ({ id, value, expires_at: expiresAt }));
    const insert = database.db.insertInto('kept_values').values(rows);
    if (database.kind === 'mysql') {
      await insert
        .onDuplicateKeyUpdate((row) => ({
          value: row.fn('values', ['value']),
          expires_at: row.fn('values', ['expires_at']),
        }))
        .execute();
      return;
    }
    await insert
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          value: row.ref('excluded.value'),
          expires_at: row.ref('excluded.expires_at'),
        })),
      )
      .execute();
  },

  /** Writes a value, of which there is no other like it, where none lives still; true for the one of several at once whose it is. */
  async add(database: Database, { id, value, expiresAt }: KeptValue, now: number): Promise<boolean> {
    await database.db.deleteFrom('kept_values').where('id', '=', id).where('expires_at', '<=', now).execute();
    const insert = database.db.insertInto('kept_values').values({ id, value, expires_at: expiresAt });
    await (
      database.kind === 'mysql'
        ? insert.onDuplicateKeyUpdate(({ ref }) => ({ id: ref('kept_values.id') }))
        : insert.onConflict((conflict) => conflict.column('id').doNothing())
    ).execute();
    return (await keptValueRepository.find(database, [id], now)).get(id)?.value === value;
  },

  /** The values of these ids that have not expired, by id. */
  async find(database: Database, ids: readonly string[], now: number): Promise<ReadonlyMap<string, KeptValue>> {
    const found = new Map<string, KeptValue>();
    for (let from = 0; from < ids.length; from += maxParameters) {
      const rows = await database.db
        .selectFrom('kept_values')
        .selectAll()
        .where('id', 'in', ids.slice(from, from + maxParameters))
        .where('expires_at', '>', now)
        .execute();
      for (const row of rows) found.set(row.id, { id: row.id, value: row.value, expiresAt: row.expires_at });
    }
    return found;
  },

  /** Deletes values before their time. */
  async remove(database: Database, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await database.db
      .deleteFrom('kept_values')
      .where('id', 'in', [...ids])
      .execute();
  },

  /** Deletes a value; true for the one of several who come at once that it was there for. */
  async take(database: Database, id: string): Promise<boolean> {
    const { numDeletedRows } = await database.db.deleteFrom('kept_values').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  },

  /** Deletes up to `limit` values that have expired; returns how many. */
  async prune(database: Database, now: number, limit: number): Promise<number> {
    const { db } = database;
    const expired = await db
      .selectFrom('kept_values')
      .select('id')
      .where('expires_at', '<=', now)
      .orderBy('expires_at')
      .limit(limit)
      .execute();
    await keptValueRepository.remove(
      database,
      expired.map((row) => row.id),
    );
    return expired.length;
  },
};

/** Databases refuse statements with more than some ten thousand parameters, and a client may name as many ids as it likes. */
const maxParameters = 5000;
