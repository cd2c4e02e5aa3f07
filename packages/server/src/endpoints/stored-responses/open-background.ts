import { z } from 'zod';
import { every } from '../../domain/job.ts';
import type { Background } from '../../relay/background.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { jobHandler, jobKind, type JobHandler } from '../../services/jobs/job-kind.ts';
import { backgroundRepository } from '../../store/background-responses.ts';
import { detachedJobKind, openDetachedWork, type DetachedOptions } from '../shared/detached-work.ts';
import { askAfter } from './ask-after.ts';

export type BackgroundOptions = DetachedOptions;

export type OpenBackground = Background & {
  /** What the runner of jobs does for them. */
  readonly handlers: readonly JobHandler[];
  /** Gives what a version from before jobs left behind to jobs; what such a process still looks after stays with it. */
  adopt(): Promise<void>;
};

const adoptsAtOnce = 50;

const backgroundResponse = detachedJobKind('background-response', { requestId: z.string() }, 300_000);

const adoption = jobKind({ name: 'background-responses.adopt', payload: z.object({}), schedule: every(300_000) });

const keyOf = (requestId: string): string => `${backgroundResponse.name}:${requestId}`;

/** Looks after the answers that providers work on in the background; `deps` is asked for when it is complete. */
export function openBackground(deps: () => RelayDeps, options: BackgroundOptions): OpenBackground {
  const { database, jobs, promptly } = options;
  const now = (): number => deps().clock.now();

  const work = openDetachedWork<{ readonly requestId: string }>(deps, options, {
    kind: backgroundResponse,
    dedupeKey: ({ requestId }) => keyOf(requestId),
    async progressOf({ requestId }) {
      const asked = await backgroundRepository.findOfRequest(database.db, requestId);
      if (!asked) return undefined;
      const ending = await askAfter(deps(), asked);
      if (!ending) return { requestId };
      // Once more: what its client was given may have been noted meanwhile.
      const job = await backgroundRepository.findOfRequest(database.db, requestId);
      return job && { requestId, over: { job, ending, note: (db) => backgroundRepository.remove(db, requestId) } };
    },
  });

  async function adopt(): Promise<void> {
    for (;;) {
      const left = await backgroundRepository.findLeft(database.db, now(), adoptsAtOnce);
      for (const requestId of left) {
        await database.transact(async (db) => {
          if (await backgroundRepository.adopt(db, requestId, now())) await work.adoptWithin(db, { requestId });
        });
      }
      if (left.length > 0) jobs.wake();
      if (left.length < adoptsAtOnce) return;
    }
  }

  return {
    handlers: [
      work.handler,
      jobHandler(adoption, async () => {
        await adopt();
        return undefined;
      }),
    ],
    adopt,
    async take(job, hold) {
      const { id } = job.record;
      await work.take(
        { requestId: id },
        {
          requestId: id,
          hold,
          insert: (db) => backgroundRepository.insert(db, job, now()),
          drop: () => backgroundRepository.remove(database.db, id),
        },
      );
    },
    async isSettled(userId, responseId) {
      const job = await promptly(backgroundRepository.find(database.db, userId, responseId));
      if (!job) return true;
      await jobs.runNow(keyOf(job.record.id));
      return (await promptly(backgroundRepository.find(database.db, userId, responseId))) === undefined;
    },
    async noteGiven(userId, responseId, given) {
      const job = await promptly(backgroundRepository.find(database.db, userId, responseId));
      if (!job || (job.given?.outputEstimate ?? 0) >= given.outputEstimate) return;
      await promptly(backgroundRepository.update(database.db, { ...job, given }));
    },
  };
}
