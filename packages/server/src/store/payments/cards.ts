import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

/** Whom a provider knows a user as. */
export const payerRepository = {
  /** The provider's id of a user; undefined for one whom it was never told of. */
  async find(db: Db, methodId: string, userId: string): Promise<string | undefined> {
    const row = await db
      .selectFrom('payment_payers')
      .select('reference')
      .where('method_id', '=', methodId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row?.reference;
  },

  async ofUser(db: Db, userId: string): Promise<readonly { readonly methodId: string; readonly reference: string }[]> {
    const rows = await db.selectFrom('payment_payers').selectAll().where('user_id', '=', userId).execute();
    return rows.map(({ method_id: methodId, reference }) => ({ methodId, reference }));
  },

  /** Fails by the primary key when another was faster. */
  async insert(
    db: Db,
    payer: { readonly methodId: string; readonly userId: string; readonly reference: string; readonly at: number },
  ): Promise<void> {
    await db
      .insertInto('payment_payers')
      .values({
        method_id: payer.methodId,
        user_id: payer.userId,
        reference: payer.reference,
        created_at: payer.at,
      })
      .execute();
  },
};

/** Buying credit by a saved card whenever a wallet is low. Amounts are nano-dollars. */
export type AutoTopUp = {
  readonly userId: string;
  /** The meter that is looked at. */
  readonly account: string;
  readonly methodId: string;
  readonly cardId: string;
  readonly cardLabel: string;
  readonly below: bigint;
  readonly amount: bigint;
  readonly monthly: bigint;
  readonly enabled: boolean;
  /** Why the gateway switched it off. */
  readonly stopped: string | undefined;
  /** How many orders it has made. */
  readonly runs: number;
  readonly updatedAt: number;
};

const read = (row: RowOf<'auto_top_ups'>): AutoTopUp => ({
  userId: row.user_id,
  account: row.account,
  methodId: row.method_id,
  cardId: row.card_reference,
  cardLabel: row.card_label,
  below: row.below_nanos,
  amount: row.amount_nanos,
  monthly: row.monthly_nanos,
  enabled: row.enabled === 1,
  stopped: row.stopped ?? undefined,
  runs: row.runs,
  updatedAt: row.updated_at,
});

const written = (one: AutoTopUp) => ({
  account: one.account,
  method_id: one.methodId,
  card_reference: one.cardId,
  card_label: one.cardLabel,
  below_nanos: one.below,
  amount_nanos: one.amount,
  monthly_nanos: one.monthly,
  enabled: one.enabled ? 1 : 0,
  stopped: one.stopped ?? null,
  runs: one.runs,
  updated_at: one.updatedAt,
});

export const autoTopUpRepository = {
  async find(db: Db, userId: string): Promise<AutoTopUp | undefined> {
    const row = await db.selectFrom('auto_top_ups').selectAll().where('user_id', '=', userId).executeTakeFirst();
    return row && read(row);
  },

  /** Keeps everybody else from changing it until the transaction ends, and reads it as it is then. */
  async lock(db: Db, userId: string): Promise<AutoTopUp | undefined> {
    await db
      .updateTable('auto_top_ups')
      .set((is) => ({ version: is('version', '+', 1) }))
      .where('user_id', '=', userId)
      .execute();
    return await autoTopUpRepository.find(db, userId);
  },

  /** Fails by the primary key when another was faster. */
  async insert(db: Db, one: AutoTopUp): Promise<void> {
    await db
      .insertInto('auto_top_ups')
      .values({ ...written(one), user_id: one.userId, version: 0 })
      .execute();
  },

  async update(db: Db, one: AutoTopUp): Promise<void> {
    await db.updateTable('auto_top_ups').set(written(one)).where('user_id', '=', one.userId).execute();
  },

  /** Users after one whose wallet is below what they said, in their order. */
  async low(db: Db, after: string, limit: number): Promise<readonly string[]> {
    const rows = await db
      .selectFrom('auto_top_ups')
      .innerJoin('meters', 'meters.id', 'auto_top_ups.account')
      .select('auto_top_ups.user_id')
      .where('auto_top_ups.enabled', '=', 1)
      .where('auto_top_ups.user_id', '>', after)
      .where((is) =>
        is(is('meters.limit_nanos', '-', is.ref('meters.spent_nanos')), '<', is.ref('auto_top_ups.below_nanos')),
      )
      .orderBy('auto_top_ups.user_id')
      .limit(limit)
      .execute();
    return rows.map((row) => row.user_id);
  },
};
