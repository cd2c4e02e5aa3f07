import { z } from 'zod';
import { isOver } from '../../domain/media-task.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { MediaTasks } from '../../relay/media-tasks.ts';
import { settleLater } from '../../relay/settle/settle-later.ts';
import { jobHandler, jobKind, type JobHandler } from '../../services/jobs/job-kind.ts';
import type { Jobs } from '../../services/jobs/jobs.ts';
import { unlessStopped } from '../../services/jobs/unless-stopped.ts';
import type { Database } from '../../store/database.ts';
import {
  dropTask,
  findTask,
  findTaskToCharge,
  insertTask,
  listTasks,
  noteState,
  removeTask,
} from '../../store/media-tasks.ts';
import { askAfter, endingOf } from './ask-after.ts';

export type VideosOptions = {
  readonly database: Database;
  readonly jobs: Jobs;
  /** Gives up waiting for a database that hangs. */
  readonly promptly: <T>(work: Promise<T>) => Promise<T>;
  /** How long until a video is asked after first; each time it is not done it is asked after later. */
  readonly firstPollMs?: number;
  readonly lastPollMs?: number;
};

export type OpenVideos = MediaTasks & {
  /** What the runner of jobs does for them. */
  readonly handlers: readonly JobHandler[];
};

/** What is set aside stands for so long unless it is renewed. */
const reservedMs = 3_600_000;

const videoJob = jobKind({
  name: 'video',
  payload: z.object({ taskId: z.string(), waitMs: z.number(), reservedUntil: z.number() }),
  atOnce: 32,
  deadlineMs: 120_000,
  // It ends by itself after a day; before that only its vendor can say that it is over.
  maxAttempts: 100_000,
  backOff: { firstMs: 3000, maxMs: 30_000 },
  // Somebody has to pay for it.
  cancellable: false,
});

/** Looks after the videos that vendors make; `deps` is asked for when it is complete. */
export function openVideos(deps: () => RelayDeps, options: VideosOptions): OpenVideos {
  const { database, jobs, promptly, firstPollMs = 3000, lastPollMs = 15_000 } = options;
  const now = (): number => deps().clock.now();

  const lookAfter = jobHandler(videoJob, async ({ taskId, waitMs, reservedUntil }, context) => {
    const found = await findTaskToCharge(database, taskId);
    if (!found || isOver(found.task.state)) return undefined;
    const { task, job } = found;
    const state = await unlessStopped(context.signal, askAfter(deps(), task));
    if (state && isOver(state)) {
      await settleLater(deps(), job, endingOf(state, task.asked, job.price));
      // Should the process die before this, it is asked after and settled once more, and charged once.
      await database.transact(async (db) => {
        await noteState(db, taskId, state, now());
        await context.finish(db);
      });
      return undefined;
    }
    if (state) await noteState(database.db, taskId, state, now());
    const payload = { taskId, waitMs: Math.min(lastPollMs, waitMs * 1.5), reservedUntil };
    if (reservedUntil - now() < reservedMs / 2) {
      payload.reservedUntil = now() + reservedMs;
      await deps().ledger.renew({ id: task.requestId, expiresAt: payload.reservedUntil });
    }
    return { runAt: now() + waitMs, payload };
  });

  return {
    handlers: [lookAfter],
    async take(task, job, hold) {
      const id = task.requestId;
      const reservedUntil = now() + reservedMs;
      const reserved = await promptly(deps().ledger.reserve(hold, { id, expiresAt: reservedUntil }));
      if ('refused' in reserved) throw new Error(`the hold of a video: ${reserved.refused}`);
      const payload = { taskId: task.id, waitMs: firstPollMs, reservedUntil };
      const writing = database.transact(async (db) => {
        await insertTask(db, task, job);
        await jobs.addWithin(db, videoJob, payload, { runAt: now() + firstPollMs, dedupeKey: `video:${task.id}` });
      });
      try {
        await promptly(writing);
      } catch (error) {
        // Its client is told that there is none. Should it be written down yet, nobody is to look after it.
        writing.then(() => dropTask(database, task.id)).catch(() => undefined);
        throw error;
      }
      jobs.wake(now() + firstPollMs);
    },
    find: (userId, id) => promptly(findTask(database, userId, id)),
    list: (userId, page) => promptly(listTasks(database, userId, page)),
    remove: (userId, id) => promptly(removeTask(database, userId, id)),
  };
}
