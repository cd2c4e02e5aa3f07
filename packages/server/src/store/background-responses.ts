import { readBackgroundJob, writeBackgroundJob, type BackgroundJob } from '../domain/background-job.ts';
import type { Db } from './database.ts';

/**
 * Once each process looked after the answers that it had claimed here until a moment. Now jobs do; a version from before that
 * runs beside this one leaves alone what is claimed for ever.
 */
const forEver = Number.MAX_SAFE_INTEGER;

/** Answers that are being worked on while nobody waits for them. */
export const backgroundRepository = {
  /** Writes down that an answer is being worked on. */
  async insert(db: Db, job: BackgroundJob, now: number): Promise<void> {
    await db
      .insertInto('background_responses')
      .values({
        request_id: job.record.id,
        user_id: job.record.userId,
        response_id: job.responseId,
        job: writeBackgroundJob(job),
        claimed_until: forEver,
        created_at: now,
      })
      .execute();
  },

  /** Requests whose answers an earlier version left behind without a job, at most `limit`. */
  async findLeft(db: Db, now: number, limit: number): Promise<readonly string[]> {
    const rows = await db
      .selectFrom('background_responses')
      .select('request_id')
      .where('claimed_until', '<=', now)
      .orderBy('claimed_until')
      .limit(limit)
      .execute();
    return rows.map((row) => row.request_id);
  },

  /** Takes such an answer over, so that a job may look after it; false when somebody else has. */
  async adopt(db: Db, requestId: string, now: number): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('background_responses')
      .set({ claimed_until: forEver })
      .where('request_id', '=', requestId)
      .where('claimed_until', '<=', now)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  },

  /** Writes down anew what is known of an answer that is being worked on. */
  async update(db: Db, job: BackgroundJob): Promise<void> {
    await db
      .updateTable('background_responses')
      .set({ job: writeBackgroundJob(job) })
      .where('request_id', '=', job.record.id)
      .execute();
  },

  /** It is done, and charged. */
  async remove(db: Db, requestId: string): Promise<void> {
    await db.deleteFrom('background_responses').where('request_id', '=', requestId).execute();
  },

  /** The answer of this owner's that is being worked on under this id. */
  async find(db: Db, userId: string, responseId: string): Promise<BackgroundJob | undefined> {
    const row = await db
      .selectFrom('background_responses')
      .select('job')
      .where('user_id', '=', userId)
      .where('response_id', '=', responseId)
      .executeTakeFirst();
    return row && readBackgroundJob(row.job);
  },

  /** The answer that is being worked on for a request. */
  async findOfRequest(db: Db, requestId: string): Promise<BackgroundJob | undefined> {
    const row = await db
      .selectFrom('background_responses')
      .select('job')
      .where('request_id', '=', requestId)
      .executeTakeFirst();
    return row && readBackgroundJob(row.job);
  },
};
