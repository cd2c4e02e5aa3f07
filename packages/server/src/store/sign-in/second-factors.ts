import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

/** The authenticator of a user. */
export type SecondFactor = {
  readonly userId: string;
  /** Its secret, sealed. */
  readonly sealed: string;
  /** False until a first code was right. */
  readonly confirmed: boolean;
  /** Number of the last thirty seconds whose code was taken. */
  readonly lastStep: number;
  readonly createdAt: number;
};

const read = (row: RowOf<'second_factors'>): SecondFactor => ({
  userId: row.user_id,
  sealed: row.sealed,
  confirmed: row.confirmed === 1,
  lastStep: row.last_step,
  createdAt: row.created_at,
});

/** Authenticators, one a user, and codes that stand in for one. */
export const secondFactorRepository = {
  async find(db: Db, userId: string): Promise<SecondFactor | undefined> {
    const row = await db.selectFrom('second_factors').selectAll().where('user_id', '=', userId).executeTakeFirst();
    return row && read(row);
  },

  async all(db: Db): Promise<readonly SecondFactor[]> {
    return (await db.selectFrom('second_factors').selectAll().orderBy('user_id').execute()).map(read);
  },

  /** Puts one that is not confirmed in the place of another such; fails by the primary key when one is confirmed. */
  async begin(db: Db, userId: string, sealed: string, at: number): Promise<void> {
    await db.deleteFrom('second_factors').where('user_id', '=', userId).where('confirmed', '=', 0).execute();
    await db
      .insertInto('second_factors')
      .values({
        user_id: userId,
        sealed,
        confirmed: 0,
        last_step: 0,
        failures: 0,
        failures_since: at,
        created_at: at,
      })
      .execute();
  },

  async confirm(db: Db, userId: string): Promise<void> {
    await db.updateTable('second_factors').set({ confirmed: 1 }).where('user_id', '=', userId).execute();
  },

  async reseal(db: Db, userId: string, sealed: string): Promise<void> {
    await db.updateTable('second_factors').set({ sealed }).where('user_id', '=', userId).execute();
  },

  /** Counts an attempt before it is looked at, in all processes together; false when there were `most` within the window. */
  async countAttempt(
    db: Db,
    userId: string,
    ask: { readonly at: number; readonly windowMs: number; readonly most: number },
  ): Promise<boolean> {
    const begin = ask.at - ask.windowMs;
    await db
      .updateTable('second_factors')
      .set({ failures: 0, failures_since: ask.at })
      .where('user_id', '=', userId)
      .where('failures_since', '<', begin)
      .execute();
    const counted = await db
      .updateTable('second_factors')
      .set((is) => ({ failures: is('failures', '+', 1) }))
      .where('user_id', '=', userId)
      .where('failures', '<', ask.most)
      .executeTakeFirst();
    return counted.numUpdatedRows > 0n;
  },

  /** Takes the code of a step, and forgets failures; false when that one or a later one was taken. */
  async takeStep(db: Db, userId: string, step: number): Promise<boolean> {
    const taken = await db
      .updateTable('second_factors')
      .set({ last_step: step, failures: 0 })
      .where('user_id', '=', userId)
      .where('last_step', '<', step)
      .executeTakeFirst();
    return taken.numUpdatedRows > 0n;
  },

  /** Takes a backup code; false when there is none of this hash. */
  async takeBackupCode(db: Db, userId: string, hash: string): Promise<boolean> {
    const taken = await db
      .deleteFrom('backup_codes')
      .where('user_id', '=', userId)
      .where('hash', '=', hash)
      .executeTakeFirst();
    if (taken.numDeletedRows === 0n) return false;
    await db.updateTable('second_factors').set({ failures: 0 }).where('user_id', '=', userId).execute();
    return true;
  },

  async replaceBackupCodes(db: Db, userId: string, hashes: readonly string[], at: number): Promise<void> {
    await db.deleteFrom('backup_codes').where('user_id', '=', userId).execute();
    await db
      .insertInto('backup_codes')
      .values(hashes.map((hash) => ({ user_id: userId, hash, created_at: at })))
      .execute();
  },

  async countBackupCodes(db: Db, userId: string): Promise<number> {
    const row = await db
      .selectFrom('backup_codes')
      .select((is) => is.fn.countAll<number>().as('count'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return Number(row.count);
  },

  /** False when there was none. */
  async remove(db: Db, userId: string): Promise<boolean> {
    await db.deleteFrom('backup_codes').where('user_id', '=', userId).execute();
    const removed = await db.deleteFrom('second_factors').where('user_id', '=', userId).executeTakeFirst();
    return removed.numDeletedRows > 0n;
  },
};
