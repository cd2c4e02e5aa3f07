import { readBackgroundJob, writeBackgroundJob, type BackgroundJob } from '../domain/background-job.ts';
import type { Database } from './database.ts';

/** Writes down that an answer is being worked on, claimed by the writer until a moment (ms since the epoch). */
export async function insertBackground(
  database: Database,
  job: BackgroundJob,
  now: number,
  claimedUntil: number,
): Promise<void> {
  await database.db
    .insertInto('background_responses')
    .values({
      request_id: job.record.id,
      user_id: job.record.userId,
      response_id: job.responseId,
      job: writeBackgroundJob(job),
      claimed_until: claimedUntil,
      created_at: now,
    })
    .execute();
}

/**
 * Claims up to `limit` answers that nobody looks after. Each is claimed by a conditional update, so that of two processes
 * that see the same one only one gets it.
 */
export async function claimBackground(
  database: Database,
  now: number,
  claimedUntil: number,
  limit: number,
): Promise<readonly BackgroundJob[]> {
  const rows = await database.db
    .selectFrom('background_responses')
    .select(['request_id', 'job', 'claimed_until'])
    .where('claimed_until', '<=', now)
    .orderBy('claimed_until')
    .limit(limit)
    .execute();
  const jobs: BackgroundJob[] = [];
  for (const row of rows) {
    const claimed = await database.db
      .updateTable('background_responses')
      .set({ claimed_until: claimedUntil })
      .where('request_id', '=', row.request_id)
      .where('claimed_until', '=', row.claimed_until)
      .executeTakeFirst();
    if (claimed.numUpdatedRows > 0n) jobs.push(readBackgroundJob(row.job));
  }
  return jobs;
}

/** Goes on looking after some answers until a moment; one that is past leaves them to whoever comes next. */
export async function renewBackground(
  database: Database,
  requestIds: readonly string[],
  claimedUntil: number,
): Promise<void> {
  if (requestIds.length === 0) return;
  await database.db
    .updateTable('background_responses')
    .set({ claimed_until: claimedUntil })
    .where('request_id', 'in', [...requestIds])
    .execute();
}

/** Writes down anew what is known of an answer that is being worked on. */
export async function updateBackground(database: Database, job: BackgroundJob): Promise<void> {
  await database.db
    .updateTable('background_responses')
    .set({ job: writeBackgroundJob(job) })
    .where('request_id', '=', job.record.id)
    .execute();
}

/** It is done, and charged. */
export async function removeBackground(database: Database, requestId: string): Promise<void> {
  await database.db.deleteFrom('background_responses').where('request_id', '=', requestId).execute();
}

/** The answer of this owner's that is being worked on under this id. */
export async function findBackground(
  database: Database,
  userId: string,
  responseId: string,
): Promise<BackgroundJob | undefined> {
  const row = await database.db
    .selectFrom('background_responses')
    .select('job')
    .where('user_id', '=', userId)
    .where('response_id', '=', responseId)
    .executeTakeFirst();
  return row && readBackgroundJob(row.job);
}
