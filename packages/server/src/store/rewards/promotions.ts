import type { PromotionFilter } from '@tollgate/contract/api/promotions';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { cutPage, newestFirst, type Page, type PageAsk } from '../page.ts';
import type { RowOf } from '../tables.ts';

/** Credit that is given to many. `lastUserId` is who was looked at last; accounts are gone through in the order of their ids. */
export type Promotion = {
  readonly id: string;
  readonly name: string;
  readonly clientKey: string;
  readonly amount: bigint;
  readonly expiresAt: number;
  readonly filter: PromotionFilter;
  readonly state: 'running' | 'done' | 'stopped';
  readonly lastUserId: string;
  readonly given: number;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly finishedAt: number | undefined;
};

const read = (row: RowOf<'promotions'>): Promotion => ({
  id: row.id,
  name: row.name,
  clientKey: row.client_key,
  amount: row.amount_nanos,
  expiresAt: row.expires_at,
  filter: JSON.parse(row.filter) as PromotionFilter,
  state: row.state,
  lastUserId: row.last_user_id,
  given: row.given,
  createdBy: row.created_by,
  createdAt: row.created_at,
  finishedAt: row.finished_at ?? undefined,
});

export const promotionRepository = {
  /** Fails by the unique index when the same was asked for before. */
  async insert(db: Db, one: Promotion): Promise<void> {
    await db
      .insertInto('promotions')
      .values({
        id: one.id,
        name: one.name,
        client_key: one.clientKey,
        amount_nanos: one.amount,
        expires_at: one.expiresAt,
        filter: JSON.stringify(one.filter),
        state: one.state,
        last_user_id: one.lastUserId,
        given: one.given,
        version: 0,
        created_by: one.createdBy,
        created_at: one.createdAt,
        finished_at: one.finishedAt ?? null,
      })
      .execute();
  },

  async find(db: Db, id: string): Promise<Promotion | undefined> {
    const row = await db.selectFrom('promotions').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  async findByClientKey(db: Db, createdBy: string, clientKey: string): Promise<Promotion | undefined> {
    const query = db.selectFrom('promotions').selectAll().where('created_by', '=', createdBy);
    const row = await query.where('client_key', '=', clientKey).executeTakeFirst();
    return row && read(row);
  },

  /** Keeps everybody else from changing it until the transaction ends, and reads it as it is then. */
  async lock(db: Db, id: string): Promise<Promotion | undefined> {
    await db
      .updateTable('promotions')
      .set((is) => ({ version: is('version', '+', 1) }))
      .where('id', '=', id)
      .execute();
    return await promotionRepository.find(db, id);
  },

  async update(
    db: Db,
    id: string,
    change: Pick<Promotion, 'state' | 'lastUserId' | 'given' | 'finishedAt'>,
  ): Promise<void> {
    await db
      .updateTable('promotions')
      .set({
        state: change.state,
        last_user_id: change.lastUserId,
        given: change.given,
        finished_at: change.finishedAt ?? null,
      })
      .where('id', '=', id)
      .execute();
  },

  /** Newest first. */
  async page(db: Db, ask: PageAsk): Promise<Page<Promotion>> {
    const rows = await newestFirst(db.selectFrom('promotions').selectAll(), 'promotions', ask).execute();
    return cutPage(rows.map(read), ask.limit);
  },

  /** Members after one, in the order of their ids, that a filter fits, but for what their wallets have. */
  async members(
    db: Db,
    filter: PromotionFilter,
    { after, before, limit }: { readonly after: string; readonly before: number; readonly limit: number },
  ): Promise<readonly string[]> {
    let query = db
      .selectFrom('users')
      .select('id')
      .where('role', '=', 'user')
      .where('enabled', '=', 1)
      .where('id', '>', after)
      .where('created_at', '<', Math.min(before, filter.signedUpTo ?? before));
    if (filter.signedUpFrom !== null) query = query.where('created_at', '>=', filter.signedUpFrom);
    if (filter.groups !== null) query = query.where('user_group', 'in', filter.groups);
    if (filter.bought !== null) {
      const bought = sql<boolean>`exists (select 1 from orders o where o.user_id = users.id and o.state = 'credited')`;
      query = query.where(filter.bought ? bought : sql<boolean>`not ${bought}`);
    }
    return (await query.orderBy('id').limit(limit).execute()).map(({ id }) => id);
  },
};
