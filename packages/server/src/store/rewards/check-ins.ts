import type { Db } from '../database.ts';

/** A day on which somebody came by, by their own clock: `2026-11-30`. */
export type CheckIn = {
  readonly userId: string;
  readonly day: string;
  readonly amount: bigint;
  readonly transactionId: string;
  readonly createdAt: number;
};

export const checkInRepository = {
  /** Fails by the primary key for a day on which they came already. */
  async insert(db: Db, one: CheckIn): Promise<void> {
    await db
      .insertInto('check_ins')
      .values({
        user_id: one.userId,
        day: one.day,
        amount_nanos: one.amount,
        transaction_id: one.transactionId,
        created_at: one.createdAt,
      })
      .execute();
  },

  /** The last day on which a user came; undefined when they never did. */
  async lastDay(db: Db, userId: string): Promise<string | undefined> {
    const query = db.selectFrom('check_ins').select('day').where('user_id', '=', userId);
    return (await query.orderBy('day', 'desc').limit(1).executeTakeFirst())?.day;
  },

  /** The days of a month (`2026-11`), in order. */
  async ofMonth(
    db: Db,
    userId: string,
    month: string,
  ): Promise<readonly { readonly day: string; readonly amount: bigint }[]> {
    const rows = await db
      .selectFrom('check_ins')
      .select(['day', 'amount_nanos'])
      .where('user_id', '=', userId)
      .where('day', '>=', `${month}-01`)
      .where('day', '<=', `${month}-31`)
      .orderBy('day')
      .execute();
    return rows.map((row) => ({ day: row.day, amount: row.amount_nanos }));
  },

  async sums(db: Db, userId: string): Promise<{ readonly total: bigint; readonly count: number }> {
    const row = await db
      .selectFrom('check_ins')
      .select(({ fn }) => [fn.sum<bigint | null>('amount_nanos').as('total_nanos'), fn.countAll<number>().as('count')])
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return { total: row?.total_nanos ?? 0n, count: Number(row?.count ?? 0) };
  },
};
