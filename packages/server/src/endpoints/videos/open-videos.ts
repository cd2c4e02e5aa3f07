import type { VideoState } from '@tollgate/wire/ir/videos';
import { z } from 'zod';
import { historyWith, isOver, type MediaTask } from '../../domain/media-task.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { MediaTasks } from '../../relay/media-tasks.ts';
import type { JobHandler } from '../../services/jobs/job-kind.ts';
import type { Db } from '../../store/database.ts';
import { mediaTaskRepository } from '../../store/media-tasks.ts';
import { detachedJobKind, openDetachedWork, type DetachedOptions } from '../shared/detached-work.ts';
import { askAfter, endingOf } from './ask-after.ts';
import { tellsHooks } from './hooks.ts';
import { keepsResults } from './results/keep-results.ts';

export type VideosOptions = DetachedOptions;

export type OpenVideos = MediaTasks & {
  /** What the runner of jobs does for them. */
  readonly handlers: readonly JobHandler[];
};

const videoJob = detachedJobKind('video', { taskId: z.string() }, 120_000);

/** Looks after the videos that vendors make; `deps` is asked for when it is complete. */
export function openVideos(deps: () => RelayDeps, options: VideosOptions): OpenVideos {
  const { database, jobs, promptly } = options;
  const now = (): number => deps().clock.now();

  const results = keepsResults(deps, database, jobs);
  const hooks = tellsHooks(deps, database, jobs);

  const work = openDetachedWork<{ readonly taskId: string }>(
    deps,
    { firstPollMs: 3000, ...options },
    {
      kind: videoJob,
      dedupeKey: ({ taskId }) => `${videoJob.name}:${taskId}`,
      async progressOf({ taskId }) {
        const found = await mediaTaskRepository.findToCharge(database.db, taskId);
        if (!found || isOver(found.task.state)) return undefined;
        const { task, job } = found;
        const { requestId } = task;
        const state = await askAfter(deps(), task);
        if (!state) return { requestId };
        if (!isOver(state)) {
          await noteProgress(task, state);
          return { requestId };
        }
        const ending = endingOf(state, task, job.price);
        return { requestId, over: { job, ending, note: (db) => noteOver(db, task, state) } };
      },
    },
  );

  async function noteOver(db: Db, task: MediaTask, state: VideoState): Promise<void> {
    await mediaTaskRepository.noteState(db, task.id, state, historyWith(task.history, state, now()), now());
    await hooks.tellWithin(db, task);
    if (state.status === 'completed') await results.keepWithin(db, task);
  }

  async function noteProgress(task: MediaTask, state: VideoState): Promise<void> {
    const history = historyWith(task.history, state, now());
    await mediaTaskRepository.noteState(database.db, task.id, state, history, now());
    // Only their clients know of hooks that tell of each step.
    if (task.kind === 'drawing' && history !== task.history) await hooks.tellWithin(database.db, task);
  }

  return {
    handlers: [work.handler, hooks.handler, ...results.handlers],
    take: (task, job, hold) =>
      work.take(
        { taskId: task.id },
        {
          requestId: task.requestId,
          hold,
          insert: (db) => mediaTaskRepository.insert(db, task, job),
          drop: () => mediaTaskRepository.drop(database.db, task.id),
        },
      ),
    find: (userId, id) => promptly(mediaTaskRepository.find(database.db, userId, id)),
    named: (userId, ids) => promptly(mediaTaskRepository.findNamed(database.db, userId, ids)),
    findAny: (id) => promptly(mediaTaskRepository.findAny(database.db, id)),
    list: (userId, page) => promptly(mediaTaskRepository.listOwn(database.db, userId, page)),
    noteCancelled: (id) => promptly(mediaTaskRepository.noteCancelled(database.db, id, now())),
    remove: (userId, id) => promptly(results.remove(userId, id)),
  };
}
