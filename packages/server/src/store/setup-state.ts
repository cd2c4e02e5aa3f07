import type { Database } from './database.ts';
import { isUniqueViolation } from './database.ts';

/** A setup that died between its claim and its end may be begun anew after this long. */
export const claimLifeMs = 60_000;

const id = 'setup';

type SetupState = {
  readonly tokenHash: string;
  readonly claimedAt: number | undefined;
  readonly done: boolean;
};

export async function readSetup(database: Database): Promise<SetupState | undefined> {
  const row = await database.db.selectFrom('setup').selectAll().where('id', '=', id).executeTakeFirst();
  return row && { tokenHash: row.token_hash, claimedAt: row.claimed_at ?? undefined, done: row.done_at !== null };
}

/** Puts a fresh token in force; the one before it is worth nothing from then on. A living claim is left alone. */
export async function writeSetupToken(database: Database, tokenHash: string, now: number): Promise<void> {
  const updated = await database.db
    .updateTable('setup')
    .set({ token_hash: tokenHash, created_at: now, claimed_at: null, done_at: null })
    .where('id', '=', id)
    .where((is) => is.or([is('claimed_at', 'is', null), is('claimed_at', '<', now - claimLifeMs)]))
    .executeTakeFirst();
  if (updated.numUpdatedRows > 0n) return;
  try {
    await database.db
      .insertInto('setup')
      .values({ id, token_hash: tokenHash, created_at: now, claimed_at: null, done_at: null })
      .execute();
  } catch (error) {
    // Another process issued one, or a setup is running: theirs holds.
    if (!isUniqueViolation(error)) throw error;
  }
}

/** Takes the one right to make a root; true for exactly one caller. Conditional, so that two at once cannot both win. */
export async function claimSetup(database: Database, tokenHash: string, now: number): Promise<boolean> {
  const claimed = await database.db
    .updateTable('setup')
    .set({ claimed_at: now })
    .where('id', '=', id)
    .where('token_hash', '=', tokenHash)
    .where('done_at', 'is', null)
    .where((is) => is.or([is('claimed_at', 'is', null), is('claimed_at', '<', now - claimLifeMs)]))
    .executeTakeFirst();
  return claimed.numUpdatedRows > 0n;
}

/** Ends a claim: for good when root was made, else so that the token may be tried again. */
export async function endSetup(database: Database, made: boolean, now: number): Promise<void> {
  await database.db
    .updateTable('setup')
    .set(made ? { done_at: now } : { claimed_at: null })
    .where('id', '=', id)
    .execute();
}
