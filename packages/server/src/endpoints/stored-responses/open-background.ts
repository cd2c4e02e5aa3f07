import { z } from 'zod';
import { every } from '../../domain/job.ts';
import type { Background } from '../../relay/background.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Ending } from '../../relay/settle/settle.ts';
import { settleLater } from '../../relay/settle/settle-later.ts';
import { jobHandler, jobKind, type JobHandler } from '../../services/jobs/job-kind.ts';
import type { Jobs } from '../../services/jobs/jobs.ts';
import { unlessStopped } from '../../services/jobs/unless-stopped.ts';
import {
  adoptBackground,
  findBackground,
  findBackgroundOf,
  insertBackground,
  leftBackground,
  removeBackground,
  updateBackground,
} from '../../store/background-responses.ts';
import type { Database, Db } from '../../store/database.ts';
import { askAfter } from './ask-after.ts';

export type BackgroundOptions = {
  readonly database: Database;
  readonly jobs: Jobs;
  /** Gives up waiting for a database that hangs. */
  readonly promptly: <T>(work: Promise<T>) => Promise<T>;
  /** How long until an answer is asked after first; each time it is not done it is asked after later. */
  readonly firstPollMs?: number;
  readonly lastPollMs?: number;
};

export type OpenBackground = Background & {
  /** What the runner of jobs does for them. */
  readonly handlers: readonly JobHandler[];
  /** Gives what a version from before jobs left behind to jobs; what such a process still looks after stays with it. */
  adopt(): Promise<void>;
};

const adoptsAtOnce = 50;

/** What is set aside stands for so long unless it is renewed: an answer that nobody asks after any more holds nothing for ever. */
const reservedMs = 3_600_000;

const backgroundResponse = jobKind({
  name: 'background-response',
  payload: z.object({ requestId: z.string(), waitMs: z.number(), reservedUntil: z.number().optional() }),
  atOnce: 32,
  deadlineMs: 300_000,
  // It ends by itself after a day; before that only its provider can say that it is over.
  maxAttempts: 100_000,
  backOff: { firstMs: 2000, maxMs: 15_000 },
  // Somebody has to pay for it.
  cancellable: false,
});

const adoption = jobKind({ name: 'background-responses.adopt', payload: z.object({}), schedule: every(300_000) });

const keyOf = (requestId: string): string => `${backgroundResponse.name}:${requestId}`;

/** Looks after the answers that providers work on in the background; `deps` is asked for when it is complete. */
export function openBackground(deps: () => RelayDeps, options: BackgroundOptions): OpenBackground {
  const { database, jobs, promptly, firstPollMs = 2000, lastPollMs = 15_000 } = options;
  const now = (): number => deps().clock.now();

  /** Asks after an answer, and charges it if it is over. */
  const lookAfter = jobHandler(backgroundResponse, async ({ requestId, waitMs, reservedUntil }, context) => {
    const job = await findBackgroundOf(database, requestId);
    if (!job) return undefined;
    const ending = await unlessStopped(context.signal, askAfter(deps(), job));
    if (ending) {
      await settle(requestId, ending);
      // Should the process die before this, it is settled once more, and charged once.
      await database.transact(async (db) => {
        await removeBackground(db, requestId);
        await context.finish(db);
      });
      return undefined;
    }
    const payload = { requestId, waitMs: Math.min(lastPollMs, waitMs * 1.5), reservedUntil };
    if (reservedUntil !== undefined && reservedUntil - now() < reservedMs / 2) {
      payload.reservedUntil = now() + reservedMs;
      await deps().ledger.renew({ id: requestId, expiresAt: payload.reservedUntil });
    }
    return { runAt: now() + waitMs, payload };
  });

  async function settle(requestId: string, ending: Ending): Promise<void> {
    // Once more: what its client was given may have been noted meanwhile.
    const job = await findBackgroundOf(database, requestId);
    if (job) await settleLater(deps(), job, ending);
  }

  const addJob = async (db: Db, requestId: string, reservedUntil?: number): Promise<void> => {
    await jobs.addWithin(
      db,
      backgroundResponse,
      { requestId, waitMs: Math.min(lastPollMs, firstPollMs * 1.5), reservedUntil },
      { runAt: now() + firstPollMs, dedupeKey: keyOf(requestId) },
    );
  };

  async function adopt(): Promise<void> {
    for (;;) {
      const left = await leftBackground(database, now(), adoptsAtOnce);
      for (const requestId of left) {
        await database.transact(async (db) => {
          if (await adoptBackground(db, requestId, now())) await addJob(db, requestId);
        });
      }
      if (left.length > 0) jobs.wake();
      if (left.length < adoptsAtOnce) return;
    }
  }

  return {
    handlers: [
      lookAfter,
      jobHandler(adoption, async () => {
        await adopt();
        return undefined;
      }),
    ],
    adopt,
    async take(job, hold) {
      const { id } = job.record;
      const reservedUntil = now() + reservedMs;
      const reserved = await promptly(deps().ledger.reserve(hold, { id, expiresAt: reservedUntil }));
      if ('refused' in reserved) throw new Error(`the hold of an answer in the background: ${reserved.refused}`);
      const writing = database.transact(async (db) => {
        await insertBackground(db, job, now());
        await addJob(db, id, reservedUntil);
      });
      try {
        await promptly(writing);
      } catch (error) {
        // Its client is told that there is none. Should it be written down yet, nobody is to look after it.
        writing.then(() => removeBackground(database.db, id)).catch(() => undefined);
        throw error;
      }
      jobs.wake(now() + firstPollMs);
    },
    async isSettled(userId, responseId) {
      const job = await promptly(findBackground(database, userId, responseId));
      if (!job) return true;
      await jobs.runNow(keyOf(job.record.id));
      return (await promptly(findBackground(database, userId, responseId))) === undefined;
    },
    async noteGiven(userId, responseId, given) {
      const job = await promptly(findBackground(database, userId, responseId));
      if (!job || (job.given?.outputEstimate ?? 0) >= given.outputEstimate) return;
      await promptly(updateBackground(database, { ...job, given }));
    },
  };
}
