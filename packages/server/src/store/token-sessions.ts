import { isUniqueViolation, type Db } from './database.ts';
import type { RowOf } from './tables.ts';

/** What is kept of an account whose refresh token changes with each use. `id` is a hash; `sealed` opens with it. */
export type TokenSessionRow = {
  readonly id: string;
  readonly sealed: string;
  /** Rises with each claim and each end of one: who read or claimed with a lower one may write no more. */
  readonly epoch: number;
  /** ms since the epoch; null when nobody is refreshing it. */
  readonly claimedUntil: number | null;
};

const read = (row: RowOf<'token_sessions'>): TokenSessionRow => ({
  id: row.id,
  sealed: row.sealed,
  epoch: row.epoch,
  claimedUntil: row.claimed_until,
});

/** Accounts whose refresh token changes with each use. */
export const tokenSessionRepository = {
  async find(db: Db, id: string): Promise<TokenSessionRow | undefined> {
    const row = await db.selectFrom('token_sessions').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  /** Every session; there is one for each account of this kind. */
  async all(db: Db): Promise<readonly TokenSessionRow[]> {
    return (await db.selectFrom('token_sessions').selectAll().orderBy('id').execute()).map(read);
  },

  /**
   * Claims a session for one refresh, so that no two processes use one refresh token. `before` is the row as it was read,
   * undefined where there was none. Returns the claim's epoch, undefined when somebody else was faster or is at it.
   */
  async claim(
    db: Db,
    { id, sealed }: Pick<TokenSessionRow, 'id' | 'sealed'>,
    before: TokenSessionRow | undefined,
    now: number,
    until: number,
  ): Promise<number | undefined> {
    if (before === undefined) {
      try {
        await db
          .insertInto('token_sessions')
          .values({ id, sealed, epoch: 1, claimed_until: until, updated_at: now })
          .execute();
        return 1;
      } catch (error) {
        if (isUniqueViolation(error)) return undefined;
        throw error;
      }
    }
    const result = await db
      .updateTable('token_sessions')
      .set({ epoch: before.epoch + 1, claimed_until: until })
      .where('id', '=', id)
      .where('epoch', '=', before.epoch)
      .where((expression) =>
        expression.or([expression('claimed_until', 'is', null), expression('claimed_until', '<=', now)]),
      )
      .executeTakeFirst();
    return result.numUpdatedRows > 0n ? before.epoch + 1 : undefined;
  },

  /** Ends a claim, with what came of it; false when the claim was another's meanwhile, and nothing was written. */
  async endClaim(db: Db, id: string, epoch: number, sealed: string | undefined, now: number): Promise<boolean> {
    const result = await db
      .updateTable('token_sessions')
      .set({
        // Whoever read the row before this must read it again.
        epoch: epoch + 1,
        claimed_until: null,
        updated_at: now,
        ...(sealed === undefined ? {} : { sealed }),
      })
      .where('id', '=', id)
      .where('epoch', '=', epoch)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  },

  /** Replaces the sealed part only, for a change of the data key. */
  async reseal(db: Db, id: string, sealed: string): Promise<void> {
    await db.updateTable('token_sessions').set({ sealed }).where('id', '=', id).execute();
  },
};
