import type { VideoState } from '@tollgate/wire/ir/videos';
import { z } from 'zod';
import type { BackgroundJob } from '../../domain/background-job.ts';
import { historyWith, isOver, type MediaTask } from '../../domain/media-task.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { MediaTasks } from '../../relay/media-tasks.ts';
import { tellWithin } from '../../services/notices/notices.ts';
import type { JobHandler } from '../../services/jobs/job-kind.ts';
import { within } from '../../services/jobs/jobs-deps.ts';
import type { Db } from '../../store/database.ts';
import { gathered } from '../../services/gathered.ts';
import { mediaTaskRepository, type NotedState } from '../../store/media-tasks.ts';
import { teamRepository } from '../../store/teams.ts';
import { recoverTask } from './recover.ts';
import { detachedJobKind, openDetachedWork, type DetachedOptions } from '../shared/detached-work.ts';
import { askAfter, endingOf, longestWaitMs } from './ask-after.ts';
import { tellsHooks } from './hooks.ts';
import { keepsResults } from './results/keep-results.ts';

/** Where a process may die; tests have it die there. */
export type MediaStep =
  | 'submit:before-note'
  | 'submit:after-note'
  | 'submit:after-vendor'
  | 'submit:after-begun'
  | 'recover:after-found'
  | 'poll:after-answer'
  | 'end:before-commit'
  | 'keep:after-store'
  | 'hook:after-told';

export type VideosOptions = DetachedOptions & {
  /** This process, as the list of living ones has it. */
  readonly process: string;
  /** Told of each step that was passed. */
  readonly fault?: ((step: MediaStep) => void) | undefined;
  /** See `RecoverOptions`. */
  readonly absentAfterMs?: number | undefined;
};

export type OpenVideos = MediaTasks & {
  /** What the runner of jobs does for them. */
  readonly handlers: readonly JobHandler[];
};

/** Well below the ten minutes after which a task counts as stuck. */
const heardEveryMs = 60_000;

const mostTogether = 100;
/** Others wait for them meanwhile: a database that hangs is given up. */
const patienceMs = 30_000;

const videoJob = detachedJobKind('video', { taskId: z.string() }, 120_000);

/** Looks after the videos that vendors make; `deps` is asked for when it is complete. */
export function openVideos(deps: () => RelayDeps, options: VideosOptions): OpenVideos {
  const { database, jobs, promptly, process, fault = () => undefined, absentAfterMs = 30_000 } = options;
  const now = (): number => deps().clock.now();

  /** Many are looked after at once: they are read together, and what is heard of them is written together. */
  const findToCharge = gathered(mostTogether, async (ids: readonly string[]) => {
    const found = await within(patienceMs, mediaTaskRepository.findAllToCharge(database.db, [...new Set(ids)]));
    return ids.map((id) => found.get(id));
  });
  const noteState = gathered(mostTogether, async (states: readonly NotedState[]) => {
    const writing = database.transact(async (db) => {
      // In one order, so that two processes do not wait for each other.
      for (const state of states.toSorted((one, other) => (one.id < other.id ? -1 : 1)))
        await mediaTaskRepository.noteState(db, state);
    });
    await within(patienceMs, writing);
    return states.map(() => undefined);
  });

  const results = keepsResults(deps, database, jobs, () => fault('keep:after-store'));
  const hooks = tellsHooks(deps, database, jobs, () => fault('hook:after-told'));

  const work = openDetachedWork<{ readonly taskId: string }>(
    deps,
    { firstPollMs: 3000, ...options },
    {
      kind: videoJob,
      dedupeKey: ({ taskId }) => `${videoJob.name}:${taskId}`,
      async progressOf({ taskId }) {
        const found = (await findToCharge(taskId))?.();
        if (!found || isOver(found.task.state)) return undefined;
        const { task, job } = found;
        const { requestId } = task;
        const state = task.submitter === undefined ? await askAfter(deps(), task) : await recovered(task, job);
        if (task.submitter === undefined) fault('poll:after-answer');
        if (state === 'settled') {
          await mediaTaskRepository.drop(database.db, taskId);
          return undefined;
        }
        const goesOn = { requestId, longestWaitMs: longestWaitMs(deps(), task) };
        if (!state) return goesOn;
        if (!isOver(state)) {
          await noteProgress(task, state);
          return goesOn;
        }
        const ending = endingOf(state, task, job.price);
        return { requestId, over: { job, ending, note: (db) => noteOver(db, task, state) } };
      },
    },
  );

  /** How a task ends whose submission was cut off; undefined while it goes on. */
  async function recovered(task: MediaTask, job: BackgroundJob): Promise<VideoState | 'settled' | undefined> {
    const { submitter } = task;
    if (submitter === undefined) return undefined;
    const found = await recoverTask(deps(), { database, absentAfterMs }, { ...task, submitter }, job);
    if (found === 'busy') return undefined;
    if (found === 'settled') return found;
    const { requestId } = task;
    if ('vendorId' in found) {
      const { vendorId } = found;
      await mediaTaskRepository.noteBegun(
        database.db,
        { ...task, submitter, vendorId },
        { ...job, responseId: vendorId },
      );
      fault('recover:after-found');
      deps().log.warn({ requestId, taskId: task.id }, 'a task was found again whose submission was cut off');
      return undefined;
    }
    deps().log.warn(
      { requestId, taskId: task.id, code: found.failure?.code },
      'a task whose submission was cut off was given up',
    );
    return found;
  }

  async function noteOver(db: Db, task: MediaTask, state: VideoState): Promise<void> {
    const at = now();
    await mediaTaskRepository.noteState(db, { id: task.id, state, history: historyWith(task.history, state, at), at });
    await hooks.tellWithin(db, task);
    await tellWithin(jobs, db, task.userId, { event: 'taskDone', facts: { what: task.model, figure: state.status } });
    if (state.status === 'completed') await results.keepWithin(db, task);
    fault('end:before-commit');
  }

  async function noteProgress(task: MediaTask, state: VideoState): Promise<void> {
    const history = historyWith(task.history, state, now());
    // Thousands of tasks that stay as they are need not be written each time; that they were heard of is, now and then.
    const isNew = history !== task.history || !Bun.deepEquals(state, task.state);
    if (!isNew && now() - task.updatedAt < heardEveryMs) return;
    await noteState({ id: task.id, state, history, at: now() });
    // Only their clients know of hooks that tell of each step.
    if (task.kind === 'drawing' && history !== task.history) await hooks.tellWithin(database.db, task);
  }

  return {
    handlers: [work.handler, hooks.handler, ...results.handlers],
    process,
    async intend(task, job, hold) {
      fault('submit:before-note');
      await work.take(
        { taskId: task.id },
        {
          requestId: task.requestId,
          hold,
          insert: (db) => mediaTaskRepository.insert(db, task, job),
          drop: () => mediaTaskRepository.drop(database.db, task.id),
        },
      );
      fault('submit:after-note');
    },
    async take(task, job) {
      fault('submit:after-vendor');
      if (!(await promptly(mediaTaskRepository.noteBegun(database.db, { ...task, submitter: process }, job))))
        throw new Error(`task ${task.id} is not what this process has begun`);
      fault('submit:after-begun');
    },
    hasten: (taskId) => promptly(work.hasten({ taskId })),
    drop: (id) => promptly(mediaTaskRepository.drop(database.db, id)),
    find: (userId, id) => promptly(mediaTaskRepository.find(database.db, userId, id)),
    named: (userId, ids) => promptly(mediaTaskRepository.findNamed(database.db, userId, ids)),
    findAny: (id) => promptly(mediaTaskRepository.findAny(database.db, id)),
    hasLeft: async (teamId, userId) =>
      (await promptly(teamRepository.member(database.db, teamId, userId))) === undefined,
    findOpen: (channelId, vendorId) => promptly(mediaTaskRepository.findOpen(database.db, channelId, vendorId)),
    list: (userId, page) => promptly(mediaTaskRepository.listOwn(database.db, userId, page)),
    noteCancelled: (id, since) => promptly(mediaTaskRepository.noteCancelled(database.db, id, { since, now: now() })),
    remove: (userId, id) => promptly(results.remove(userId, id)),
  };
}
