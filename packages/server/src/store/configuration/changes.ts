import type { Change } from '../../domain/configuration.ts';
import type { Db } from '../database.ts';

/**
 * The change feed: whoever writes something that processes keep in memory appends a line in the same transaction.
 * Numbers are given before the commit, so that a lower one can appear after a higher one; readers must expect gaps
 * that fill (services/change-feed.ts does).
 */
export const changeRepository = {
  /** `topic` is a kind of thing (`channel`, `model`, `group`, `setting`, `key`, `user`, `wallet`, …), `ref` its id. */
  async append(db: Db, topic: string, ref: string, at: number): Promise<void> {
    await db.insertInto('changes').values({ topic, ref, at }).execute();
  },

  /** Changes after `seq`, oldest first, at most `limit`. */
  async since(db: Db, seq: number, limit: number): Promise<readonly Change[]> {
    return await db.selectFrom('changes').selectAll().where('seq', '>', seq).orderBy('seq').limit(limit).execute();
  },

  /** The highest number so far; 0 in an empty feed. */
  async latest(db: Db): Promise<number> {
    const row = await db.selectFrom('changes').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst();
    return row?.seq ?? 0;
  },

  /** Forgets what is older than `before`; returns how many lines went. */
  async prune(db: Db, before: number): Promise<number> {
    const result = await db.deleteFrom('changes').where('at', '<', before).executeTakeFirst();
    return Number(result.numDeletedRows);
  },
};
