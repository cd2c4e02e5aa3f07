import type { Db } from './database.ts';
import { isUniqueViolation } from './database.ts';

/** A setup that died between its claim and its end may be begun anew after this long. */
export const claimLifeMs = 60_000;

const id = 'setup';

type SetupState = {
  readonly tokenHash: string;
  readonly claimedAt: number | undefined;
  readonly done: boolean;
};

/** The one-time token by which the first root is made, and who has claimed it. */
export const setupRepository = {
  async find(db: Db): Promise<SetupState | undefined> {
    const row = await db.selectFrom('setup').selectAll().where('id', '=', id).executeTakeFirst();
    return row && { tokenHash: row.token_hash, claimedAt: row.claimed_at ?? undefined, done: row.done_at !== null };
  },

  /** Puts a fresh token in force; the one before it is worth nothing from then on. A living claim is left alone. */
  async putToken(db: Db, tokenHash: string, now: number): Promise<void> {
    const updated = await db
      .updateTable('setup')
      .set({ token_hash: tokenHash, created_at: now, claimed_at: null, done_at: null })
      .where('id', '=', id)
      .where((is) => is.or([is('claimed_at', 'is', null), is('claimed_at', '<', now - claimLifeMs)]))
      .executeTakeFirst();
    if (updated.numUpdatedRows > 0n) return;
    try {
      await db
        .insertInto('setup')
        .values({ id, token_hash: tokenHash, created_at: now, claimed_at: null, done_at: null })
        .execute();
    } catch (error) {
      // Another process issued one, or a setup is running: theirs holds.
      if (!isUniqueViolation(error)) throw error;
    }
  },

  /** Takes the one right to make a root; true for exactly one caller. Conditional, so that two at once cannot both win. */
  async claim(db: Db, tokenHash: string, now: number): Promise<boolean> {
    const claimed = await db
      .updateTable('setup')
      .set({ claimed_at: now })
      .where('id', '=', id)
      .where('token_hash', '=', tokenHash)
      .where('done_at', 'is', null)
      .where((is) => is.or([is('claimed_at', 'is', null), is('claimed_at', '<', now - claimLifeMs)]))
      .executeTakeFirst();
    return claimed.numUpdatedRows > 0n;
  },

  /** Ends a claim: for good when root was made, else so that the token may be tried again. */
  async end(db: Db, made: boolean, now: number): Promise<void> {
    await db
      .updateTable('setup')
      .set(made ? { done_at: now } : { claimed_at: null })
      .where('id', '=', id)
      .execute();
  },
};
