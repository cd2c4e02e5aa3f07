import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

/** What was begun in a browser and is ended once. */
export type StoredFlow = {
  /** Hash of the text that ends it. */
  readonly id: string;
  readonly purpose: string;
  readonly userId: string | undefined;
  /** JSON. */
  readonly payload: string;
  /** Failed attempts at it. */
  readonly attempts: number;
  readonly expiresAt: number;
};

const read = (row: RowOf<'auth_flows'>): StoredFlow => ({
  id: row.id,
  purpose: row.purpose,
  userId: row.user_id ?? undefined,
  payload: row.payload,
  attempts: row.attempts,
  expiresAt: row.expires_at,
});

/** Flows, each of which is taken once, whatever becomes of it. */
export const flowRepository = {
  /** Fails by the primary key when there is one of this id. */
  async insert(db: Db, flow: Omit<StoredFlow, 'attempts'>): Promise<void> {
    await db
      .insertInto('auth_flows')
      .values({
        id: flow.id,
        purpose: flow.purpose,
        user_id: flow.userId ?? null,
        payload: flow.payload,
        attempts: 0,
        expires_at: flow.expiresAt,
      })
      .execute();
  },

  /** A flow that has not ended or expired. */
  async find(db: Db, id: string, purpose: string, at: number): Promise<StoredFlow | undefined> {
    const row = await db
      .selectFrom('auth_flows')
      .selectAll()
      .where('id', '=', id)
      .where('purpose', '=', purpose)
      .where('expires_at', '>', at)
      .executeTakeFirst();
    return row && read(row);
  },

  /** Ends a flow; false when somebody else has. Of two at once one gets true. */
  async take(db: Db, id: string): Promise<boolean> {
    const result = await db.deleteFrom('auth_flows').where('id', '=', id).executeTakeFirst();
    return result.numDeletedRows > 0n;
  },

  /** Forgets flows that have expired; returns how many. */
  async prune(db: Db, before: number): Promise<number> {
    const result = await db.deleteFrom('auth_flows').where('expires_at', '<=', before).executeTakeFirst();
    return Number(result.numDeletedRows);
  },
};
