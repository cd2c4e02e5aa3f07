import { sql } from 'kysely';
import type { AllowanceUnit } from '../../domain/subscription.ts';
import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

/** What a subscription gives for a stretch of time. */
export type StoredAllowance = {
  readonly id: string;
  readonly subscriptionId: string;
  readonly number: number;
  readonly userId: string;
  readonly meterId: string;
  readonly unit: AllowanceUnit;
  readonly granted: bigint;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly state: 'open' | 'closed';
  readonly sweeps: number;
  readonly createdAt: number;
};

const read = (row: RowOf<'allowances'>): StoredAllowance => ({
  id: row.id,
  subscriptionId: row.subscription_id,
  number: row.number,
  userId: row.user_id,
  meterId: row.meter_id,
  unit: row.unit,
  granted: row.granted_nanos,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  state: row.state,
  sweeps: row.sweeps,
  createdAt: row.created_at,
});

/** Allowances, and the meters that they are. */
export const allowanceRepository = {
  async insert(db: Db, one: StoredAllowance): Promise<void> {
    await db
      .insertInto('allowances')
      .values({
        id: one.id,
        subscription_id: one.subscriptionId,
        number: one.number,
        user_id: one.userId,
        meter_id: one.meterId,
        unit: one.unit,
        granted_nanos: one.granted,
        starts_at: one.startsAt,
        ends_at: one.endsAt,
        state: one.state,
        sweeps: one.sweeps,
        created_at: one.createdAt,
      })
      .execute();
  },

  async find(db: Db, id: string): Promise<StoredAllowance | undefined> {
    const row = await db.selectFrom('allowances').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  async findByNumber(db: Db, subscriptionId: string, number: number): Promise<StoredAllowance | undefined> {
    const query = db.selectFrom('allowances').selectAll().where('subscription_id', '=', subscriptionId);
    const row = await query.where('number', '=', number).executeTakeFirst();
    return row && read(row);
  },

  async update(
    db: Db,
    id: string,
    change: Partial<Pick<StoredAllowance, 'granted' | 'endsAt' | 'state' | 'sweeps'>>,
  ): Promise<void> {
    await db
      .updateTable('allowances')
      .set({
        ...(change.granted !== undefined && { granted_nanos: change.granted }),
        ...(change.endsAt !== undefined && { ends_at: change.endsAt }),
        ...(change.state !== undefined && { state: change.state }),
        ...(change.sweeps !== undefined && { sweeps: change.sweeps }),
      })
      .where('id', '=', id)
      .execute();
  },

  /** What each of some meters has been given and has spent. */
  async used(
    db: Db,
    meters: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly limit: bigint; readonly spent: bigint }>> {
    if (meters.length === 0) return new Map();
    const rows = await db
      .selectFrom('meters')
      .select(['id', 'limit_nanos', 'spent_nanos'])
      .where('id', 'in', meters)
      .execute();
    return new Map(rows.map((row) => [row.id, { limit: row.limit_nanos ?? 0n, spent: row.spent_nanos }]));
  },

  /** Makes the meter of a number of tokens or requests; money's is made by its first credit. */
  async insertCountedMeter(db: Db, { meterId, unit, granted }: StoredAllowance): Promise<void> {
    if (unit === 'money') return;
    await db
      .insertInto('meters')
      .values({ id: meterId, kind: unit, limit_nanos: granted, spent_nanos: 0n, leased_nanos: 0n })
      .execute();
  },

  /** Says for which stretch of time a meter counts; a charge of another moment is a mistake that `verify` finds. */
  async dateMeter(db: Db, meterId: string, startsAt: number, endsAt: number): Promise<void> {
    await db.updateTable('meters').set({ starts_at: startsAt, ends_at: endsAt }).where('id', '=', meterId).execute();
  },

  /** Adds to what a counted meter may spend. */
  async raiseMeter(db: Db, meterId: string, by: bigint): Promise<void> {
    await sql`update meters set limit_nanos = limit_nanos + ${by} where id = ${meterId}`.execute(db);
  },
};
