import type { Db } from './database.ts';
import type { RowOf } from './tables.ts';

/** An account that is to be erased, or was. Moments are ms since the epoch. */
export type AccountDeletion = {
  readonly userId: string;
  /** As the audit log says it. */
  readonly askedBy: string;
  readonly reason: string;
  /** Whether the account was disabled for it. */
  readonly disabled: boolean;
  readonly askedAt: number;
  readonly dueAt: number;
  /** What must end before it can be done; known once it was tried. */
  readonly waitsFor: string | null;
  readonly erasedAt: number | null;
};

const read = (row: RowOf<'account_deletions'>): AccountDeletion => ({
  userId: row.user_id,
  askedBy: row.asked_by,
  reason: row.reason,
  disabled: row.disabled === 1,
  askedAt: row.asked_at,
  dueAt: row.due_at,
  waitsFor: row.waits_for,
  erasedAt: row.erased_at,
});

/** Accounts on their way out. */
export const accountDeletionRepository = {
  async find(db: Db, userId: string): Promise<AccountDeletion | undefined> {
    const row = await db.selectFrom('account_deletions').selectAll().where('user_id', '=', userId).executeTakeFirst();
    return row && read(row);
  },

  /** Fails by the primary key when there is one. */
  async insert(db: Db, one: Omit<AccountDeletion, 'waitsFor' | 'erasedAt'>): Promise<void> {
    await db
      .insertInto('account_deletions')
      .values({
        user_id: one.userId,
        asked_by: one.askedBy,
        reason: one.reason,
        disabled: one.disabled ? 1 : 0,
        asked_at: one.askedAt,
        due_at: one.dueAt,
        waits_for: null,
        erased_at: null,
      })
      .execute();
  },

  /** Takes one back; false when there is none, or the account was erased. */
  async remove(db: Db, userId: string): Promise<boolean> {
    const query = db.deleteFrom('account_deletions').where('user_id', '=', userId).where('erased_at', 'is', null);
    return (await query.executeTakeFirst()).numDeletedRows > 0n;
  },

  /** Notes that the account is disabled for it; false when it was taken back, or done. */
  async noteDisabled(db: Db, userId: string): Promise<boolean> {
    const query = db.updateTable('account_deletions').set({ disabled: 1 }).where('user_id', '=', userId);
    return (await query.where('erased_at', 'is', null).executeTakeFirst()).numUpdatedRows > 0n;
  },

  async noteWaiting(db: Db, userId: string, waitsFor: string): Promise<void> {
    const query = db.updateTable('account_deletions').set({ waits_for: waitsFor.slice(0, 300) });
    await query.where('user_id', '=', userId).where('erased_at', 'is', null).execute();
  },

  /** Notes that it was done; false when it was taken back, or done already. Of this and `remove` at once one gets true. */
  async noteErased(db: Db, userId: string, at: number): Promise<boolean> {
    const query = db.updateTable('account_deletions').set({ erased_at: at, waits_for: null });
    const done = await query.where('user_id', '=', userId).where('erased_at', 'is', null).executeTakeFirst();
    return done.numUpdatedRows > 0n;
  },

  /** Those of these users that are to be erased. */
  async pending(db: Db, userIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (userIds.length === 0) return new Set();
    const query = db.selectFrom('account_deletions').select('user_id').where('user_id', 'in', userIds);
    return new Set((await query.where('erased_at', 'is', null).execute()).map((row) => row.user_id));
  },
};
