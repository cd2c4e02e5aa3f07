import type { Db } from './database.ts';

/** A view of a page of the console that a user keeps; `query` is the page's own. */
export type StoredView = {
  readonly id: string;
  readonly userId: string;
  readonly page: string;
  readonly name: string;
  readonly query: string;
  readonly createdAt: number;
  readonly updatedAt: number;
};

const columns = [
  'id',
  'user_id as userId',
  'page',
  'name',
  'query',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const;

/** Views of the console's pages, each of one user. */
export const savedViewRepository = {
  /** All that a user keeps, or those of one page, oldest first. */
  async list(db: Db, userId: string, page: string | undefined): Promise<readonly StoredView[]> {
    let query = db.selectFrom('saved_views').select(columns).where('user_id', '=', userId);
    if (page !== undefined) query = query.where('page', '=', page);
    return await query.orderBy('id').execute();
  },

  /** One of a user's; undefined when there is none, or it is another's. */
  async find(db: Db, userId: string, id: string): Promise<StoredView | undefined> {
    return await db
      .selectFrom('saved_views')
      .select(columns)
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .executeTakeFirst();
  },

  async insert(db: Db, { userId, createdAt, updatedAt, ...view }: StoredView): Promise<void> {
    await db
      .insertInto('saved_views')
      .values({ ...view, user_id: userId, created_at: createdAt, updated_at: updatedAt })
      .execute();
  },

  async update(db: Db, { id, name, query, updatedAt }: StoredView): Promise<void> {
    await db.updateTable('saved_views').set({ name, query, updated_at: updatedAt }).where('id', '=', id).execute();
  },

  async remove(db: Db, id: string): Promise<void> {
    await db.deleteFrom('saved_views').where('id', '=', id).execute();
  },
};
