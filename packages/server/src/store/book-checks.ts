import type { Db } from './database.ts';
import type { Problem } from './ledger/audit-books.ts';
import type { RowOf } from './tables.ts';

/** A verdict on the books that somebody asked for. Moments are ms since the epoch. */
export type BookCheck = {
  readonly id: string;
  readonly askedBy: string;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  /** How much does not fit; null without a verdict. */
  readonly unexplained: number | null;
  readonly problems: readonly Problem[];
  /** Why there is no verdict. */
  readonly error: string | null;
};

const read = (row: RowOf<'book_checks'>): BookCheck => ({
  id: row.id,
  askedBy: row.asked_by,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
  unexplained: row.unexplained,
  problems: row.problems === null ? [] : (JSON.parse(row.problems) as readonly Problem[]),
  error: row.error,
});

/** Verdicts on the books, the last few of them. */
export const bookCheckRepository = {
  async insert(db: Db, check: Pick<BookCheck, 'id' | 'askedBy' | 'createdAt'>): Promise<void> {
    await db
      .insertInto('book_checks')
      .values({
        id: check.id,
        asked_by: check.askedBy.slice(0, 100),
        created_at: check.createdAt,
        finished_at: null,
        unexplained: null,
        problems: null,
        error: null,
      })
      .execute();
  },

  /** Latest first; ids begin with their time. */
  async list(db: Db, limit: number): Promise<readonly BookCheck[]> {
    const rows = await db.selectFrom('book_checks').selectAll().orderBy('id', 'desc').limit(limit).execute();
    return rows.map(read);
  },

  async finish(
    db: Db,
    id: string,
    at: number,
    end: { readonly unexplained: number; readonly problems: readonly Problem[] } | { readonly error: string },
  ): Promise<void> {
    const said =
      'error' in end
        ? { error: end.error }
        : { unexplained: end.unexplained, problems: JSON.stringify(end.problems), error: null };
    await db
      .updateTable('book_checks')
      .set({ finished_at: at, ...said })
      .where('id', '=', id)
      .execute();
  },

  /** Forgets all but the latest. */
  async keep(db: Db, latest: number): Promise<void> {
    const rows = await db
      .selectFrom('book_checks')
      .select('id')
      .orderBy('id', 'desc')
      .limit(1)
      .offset(latest)
      .execute();
    const [last] = rows;
    if (last !== undefined) await db.deleteFrom('book_checks').where('id', '<=', last.id).execute();
  },
};
