import type { Db } from '../database.ts';
import { cutPage, newestFirst, type Page, type PageAsk } from '../page.ts';

/** One use of a code. `account` is the meter that was credited. */
export type Redemption = {
  readonly id: string;
  readonly batchId: string;
  readonly codeId: string;
  readonly userId: string;
  readonly useNumber: number;
  readonly personNumber: number;
  readonly account: string;
  readonly transactionId: string;
  readonly amount: bigint;
  readonly createdAt: number;
};

/** A redemption with what its code and batch are called. */
export type ListedRedemption = Pick<Redemption, 'id' | 'batchId' | 'userId' | 'amount' | 'createdAt'> & {
  readonly batch: string;
  readonly lastFour: string;
};

/** Who redeemed which codes. */
export const redemptionRepository = {
  async insert(db: Db, one: Redemption): Promise<void> {
    await db
      .insertInto('redemptions')
      .values({
        id: one.id,
        batch_id: one.batchId,
        code_id: one.codeId,
        user_id: one.userId,
        use_number: one.useNumber,
        person_number: one.personNumber,
        account: one.account,
        transaction_id: one.transactionId,
        amount_nanos: one.amount,
        created_at: one.createdAt,
      })
      .execute();
  },

  /** The highest number of a user's uses of a batch; 0 without one. */
  async lastOf(db: Db, batchId: string, userId: string): Promise<number> {
    const row = await db
      .selectFrom('redemptions')
      .select((is) => is.fn.max('person_number').as('last'))
      .where('batch_id', '=', batchId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row?.last ?? 0;
  },

  /** When a user redeemed a code last; undefined when they never did. */
  async whenBy(db: Db, codeId: string, userId: string): Promise<number | undefined> {
    const row = await db
      .selectFrom('redemptions')
      .select((is) => is.fn.max('created_at').as('at'))
      .where('code_id', '=', codeId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row?.at ?? undefined;
  },

  async page(db: Db, ask: PageAsk & { readonly batchId: string | undefined }): Promise<Page<ListedRedemption>> {
    let query = db
      .selectFrom('redemptions')
      .innerJoin('codes', 'codes.id', 'redemptions.code_id')
      .innerJoin('code_batches', 'code_batches.id', 'redemptions.batch_id')
      .select([
        'redemptions.id',
        'redemptions.batch_id as batchId',
        'redemptions.user_id as userId',
        'redemptions.amount_nanos',
        'redemptions.created_at as createdAt',
        'code_batches.name as batch',
        'codes.last_four as lastFour',
      ]);
    if (ask.batchId !== undefined) query = query.where('redemptions.batch_id', '=', ask.batchId);
    const rows = await newestFirst(query, 'redemptions', ask).execute();
    return cutPage(
      rows.map(({ amount_nanos: amount, ...row }) => ({ ...row, amount })),
      ask.limit,
    );
  },
};
