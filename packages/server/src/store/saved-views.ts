import type { Db } from './database.ts';

/** A view of a page of the console that a user keeps; `query` is the page's own. */
export type StoredView = {
  readonly id: string;
  readonly userId: string;
  readonly page: string;
  readonly name: string;
  readonly query: string;
  /** Shown to everybody, not only to who saved it. */
  readonly shared: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
};

const columns = [
  'id',
  'user_id as userId',
  'page',
  'name',
  'query',
  'shared',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const;

type Row = Omit<StoredView, 'shared'> & { readonly shared: number };

const read = (row: Row): StoredView => ({ ...row, shared: row.shared === 1 });

/** Views of the console's pages, each saved by one user. */
export const savedViewRepository = {
  /** All that a user keeps and all that others share, or those of one page, oldest first. */
  async list(db: Db, userId: string, page: string | undefined): Promise<readonly StoredView[]> {
    let query = db
      .selectFrom('saved_views')
      .select(columns)
      .where(({ or, eb }) => or([eb('user_id', '=', userId), eb('shared', '=', 1)]));
    if (page !== undefined) query = query.where('page', '=', page);
    return (await query.orderBy('id').execute()).map(read);
  },

  /** How many views a user keeps. */
  async count(db: Db, userId: string): Promise<number> {
    const { kept } = await db
      .selectFrom('saved_views')
      .select(({ fn }) => fn.countAll().as('kept'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return Number(kept);
  },

  /** One of a user's, or one that is shared; undefined when there is none, or another keeps it for themselves. */
  async find(db: Db, userId: string, id: string): Promise<StoredView | undefined> {
    const row = await db
      .selectFrom('saved_views')
      .select(columns)
      .where('id', '=', id)
      .where(({ or, eb }) => or([eb('user_id', '=', userId), eb('shared', '=', 1)]))
      .executeTakeFirst();
    return row && read(row);
  },

  async insert(db: Db, { userId, shared, createdAt, updatedAt, ...view }: StoredView): Promise<void> {
    await db
      .insertInto('saved_views')
      .values({ ...view, user_id: userId, shared: shared ? 1 : 0, created_at: createdAt, updated_at: updatedAt })
      .execute();
  },

  async update(db: Db, { id, name, query, shared, updatedAt }: StoredView): Promise<void> {
    await db
      .updateTable('saved_views')
      .set({ name, query, shared: shared ? 1 : 0, updated_at: updatedAt })
      .where('id', '=', id)
      .execute();
  },

  async remove(db: Db, id: string): Promise<void> {
    await db.deleteFrom('saved_views').where('id', '=', id).execute();
  },
};
