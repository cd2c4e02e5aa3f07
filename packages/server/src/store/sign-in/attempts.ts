import type { Database, Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

/** What has been tried under one name: how often since a moment, and when last (ms since the epoch). */
export type AttemptCount = { readonly failures: number; readonly since: number; readonly lastAt: number };

const read = (row: RowOf<'attempt_counts'>): AttemptCount => ({
  failures: row.failures,
  since: row.since,
  lastAt: row.last_at,
});

/** Attempts at secrets, counted by all processes together, by names of which only hashes are kept. */
export const attemptRepository = {
  /** Keeps a count from others until the transaction ends; returns it as it was. One from before `begin` begins anew. */
  async hold(
    db: Db,
    kind: Database['kind'],
    id: string,
    { at, begin }: { readonly at: number; readonly begin: number },
  ): Promise<AttemptCount> {
    const insert = db.insertInto('attempt_counts').values({ id, failures: 0, since: at, last_at: 0 });
    await (
      kind === 'mysql'
        ? insert.onDuplicateKeyUpdate(({ ref }) => ({ id: ref('attempt_counts.id') }))
        : insert.onConflict((conflict) =>
            conflict.column('id').doUpdateSet(({ ref }) => ({ id: ref('attempt_counts.id') })),
          )
    ).execute();
    await db
      .updateTable('attempt_counts')
      .set({ failures: 0, since: at, last_at: 0 })
      .where('id', '=', id)
      .where('since', '<=', begin)
      .execute();
    return read(await db.selectFrom('attempt_counts').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
  },

  /** Counts one more. */
  async add(db: Db, id: string, at: number): Promise<void> {
    await db
      .updateTable('attempt_counts')
      .set((is) => ({ failures: is('failures', '+', 1), last_at: at }))
      .where('id', '=', id)
      .execute();
  },

  /** Takes one back, of a count that began before `until`. */
  async takeBack(db: Db, ids: readonly string[], until: number): Promise<void> {
    await db
      .updateTable('attempt_counts')
      .set((is) => ({ failures: is('failures', '-', 1) }))
      .where('id', 'in', ids)
      .where('since', '<=', until)
      .where('failures', '>', 0)
      .execute();
  },

  /** Begins anew. */
  async clear(db: Db, id: string): Promise<void> {
    await db.deleteFrom('attempt_counts').where('id', '=', id).execute();
  },

  /** Forgets counts that nothing was added to since; returns how many. */
  async prune(db: Db, before: number): Promise<number> {
    const gone = await db.deleteFrom('attempt_counts').where('since', '<=', before).executeTakeFirst();
    return Number(gone.numDeletedRows);
  },
};
