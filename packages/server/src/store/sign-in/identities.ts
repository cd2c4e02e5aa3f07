import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

/** Who a user is elsewhere. */
export type Identity = {
  readonly id: string;
  readonly userId: string;
  readonly methodId: string;
  /** The provider's own, unchanging id. */
  readonly subject: string;
  /** For people to recognise. */
  readonly label: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
};

const read = (row: RowOf<'identities'>): Identity => ({
  id: row.id,
  userId: row.user_id,
  methodId: row.method_id,
  subject: row.subject,
  label: row.label,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});

/** Identities elsewhere, each of one user. */
export const identityRepository = {
  async findBySubject(db: Db, methodId: string, subject: string): Promise<Identity | undefined> {
    const row = await db
      .selectFrom('identities')
      .selectAll()
      .where('method_id', '=', methodId)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return row && read(row);
  },

  async ofUser(db: Db, userId: string): Promise<readonly Identity[]> {
    const rows = await db
      .selectFrom('identities')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(read);
  },

  /** Fails by a unique index when the subject is somebody's, or the user has one of this method. */
  async insert(db: Db, identity: Omit<Identity, 'lastUsedAt'>): Promise<void> {
    await db
      .insertInto('identities')
      .values({
        id: identity.id,
        user_id: identity.userId,
        method_id: identity.methodId,
        subject: identity.subject,
        label: identity.label,
        created_at: identity.createdAt,
        last_used_at: null,
      })
      .execute();
  },

  /** Notes a sign-in; names change, so the label is the last one heard. */
  async touch(db: Db, id: string, label: string, at: number): Promise<void> {
    await db.updateTable('identities').set({ label, last_used_at: at }).where('id', '=', id).execute();
  },

  /** False when this user has none of that id. */
  async remove(db: Db, userId: string, id: string): Promise<boolean> {
    const result = await db
      .deleteFrom('identities')
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  },

  /** All of a method, which is about to go. */
  async removeOfMethod(db: Db, methodId: string): Promise<void> {
    await db.deleteFrom('identities').where('method_id', '=', methodId).execute();
  },

  /** How many identities each method has; those with none are absent. */
  async countByMethod(db: Db): Promise<ReadonlyMap<string, number>> {
    const rows = await db
      .selectFrom('identities')
      .select((is) => ['method_id', is.fn.countAll<number>().as('count')])
      .groupBy('method_id')
      .execute();
    return new Map(rows.map((row) => [row.method_id, Number(row.count)]));
  },

  async hasAny(db: Db, methodId: string): Promise<boolean> {
    const row = await db
      .selectFrom('identities')
      .select('id')
      .where('method_id', '=', methodId)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  },
};
