import type { Db } from '../database.ts';

/** A confirmation of the terms of selling, or its withdrawal. */
export type SaleTermsEntry = {
  readonly id: string;
  readonly version: string;
  readonly confirmed: boolean;
  readonly userId: string;
  readonly address: string;
  readonly createdAt: number;
};

/** Who confirmed the terms of selling. */
export const saleTermsRepository = {
  async insert(db: Db, entry: SaleTermsEntry): Promise<void> {
    await db
      .insertInto('sale_terms')
      .values({
        id: entry.id,
        version: entry.version,
        confirmed: entry.confirmed ? 1 : 0,
        user_id: entry.userId,
        address: entry.address,
        created_at: entry.createdAt,
      })
      .execute();
  },

  /** The latest first. */
  async latest(db: Db, limit: number): Promise<readonly SaleTermsEntry[]> {
    const rows = await db.selectFrom('sale_terms').selectAll().orderBy('id', 'desc').limit(limit).execute();
    return rows.map((row) => ({
      id: row.id,
      version: row.version,
      confirmed: row.confirmed === 1,
      userId: row.user_id,
      address: row.address,
      createdAt: row.created_at,
    }));
  },
};
