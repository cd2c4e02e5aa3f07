import { sql } from 'kysely';
import type { Allowance } from '../../domain/subscription.ts';
import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

/** Credit that expires, and what is left of it. */
export type GivenCredit = {
  readonly id: string;
  readonly userId: string;
  readonly meterId: string;
  readonly sourceKey: string;
  readonly transactionId: string;
  readonly granted: bigint;
  readonly note: string;
  /** The promotion that it was given in. */
  readonly promotionId: string | undefined;
  readonly expiresAt: number;
  readonly state: 'open' | 'closed';
  readonly sweeps: number;
  readonly createdAt: number;
};

const read = (row: RowOf<'given_credits'>): GivenCredit => ({
  id: row.id,
  userId: row.user_id,
  meterId: row.meter_id,
  sourceKey: row.source_key,
  transactionId: row.transaction_id,
  granted: row.granted_nanos,
  note: row.note,
  promotionId: row.promotion_id ?? undefined,
  expiresAt: row.expires_at,
  state: row.state,
  sweeps: row.sweeps,
  createdAt: row.created_at,
});

/** Not null when a user has credit that expires; for `select`, beside the row of the user. */
export const hasGivenCredits = sql<number | null>`(select 1 from given_credits g
  where g.user_id = users.id and g.state = 'open' limit 1)`;

const anywhere = { models: undefined, groups: undefined, channels: undefined };

/** A user's credit that expires, as it pays: for whatever is asked, until it ends. */
export async function payingCredits(db: Db, userId: string): Promise<readonly Allowance[]> {
  const rows = await givenCreditRepository.openOf(db, userId);
  return rows.map(({ meterId, createdAt, expiresAt }) => ({
    meter: meterId,
    unit: 'money',
    startsAt: createdAt,
    endsAt: expiresAt,
    overflow: true,
    scope: anywhere,
  }));
}

export const givenCreditRepository = {
  /** Fails by the unique index when something was given for the same before. */
  async insert(db: Db, one: GivenCredit): Promise<void> {
    await db
      .insertInto('given_credits')
      .values({
        id: one.id,
        user_id: one.userId,
        meter_id: one.meterId,
        source_key: one.sourceKey,
        transaction_id: one.transactionId,
        granted_nanos: one.granted,
        note: one.note,
        promotion_id: one.promotionId ?? null,
        expires_at: one.expiresAt,
        state: one.state,
        sweeps: one.sweeps,
        created_at: one.createdAt,
      })
      .execute();
  },

  async find(db: Db, id: string): Promise<GivenCredit | undefined> {
    const row = await db.selectFrom('given_credits').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  async findBySource(db: Db, sourceKey: string): Promise<GivenCredit | undefined> {
    const query = db.selectFrom('given_credits').selectAll().where('source_key', '=', sourceKey);
    const row = await query.executeTakeFirst();
    return row && read(row);
  },

  /** What a user has that is not over or was not swept yet, what ends first first. */
  async openOf(db: Db, userId: string): Promise<readonly GivenCredit[]> {
    const rows = await db
      .selectFrom('given_credits')
      .selectAll()
      .where('user_id', '=', userId)
      .where('state', '=', 'open')
      .orderBy('expires_at')
      .orderBy('id')
      .execute();
    return rows.map(read);
  },

  /** Some of what is over and was not swept yet, after one. */
  async ended(db: Db, before: number, after: string, limit: number): Promise<readonly string[]> {
    const rows = await db
      .selectFrom('given_credits')
      .select('id')
      .where('state', '=', 'open')
      .where('expires_at', '<=', before)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(({ id }) => id);
  },

  async update(db: Db, id: string, change: Pick<GivenCredit, 'state' | 'sweeps'>): Promise<void> {
    await db.updateTable('given_credits').set(change).where('id', '=', id).execute();
  },
};
