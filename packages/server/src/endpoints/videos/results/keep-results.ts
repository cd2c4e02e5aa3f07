import { z } from 'zod';
import { every } from '../../../domain/job.ts';
import { filesOf } from '../../../domain/media-files.ts';
import type { KeptFile, MediaTask } from '../../../domain/media-task.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import { jobHandler, jobKind, type JobHandler } from '../../../services/jobs/job-kind.ts';
import type { Jobs } from '../../../services/jobs/jobs.ts';
import { TooLarge } from '../../../services/media/results/result-store.ts';
import type { Database, Db } from '../../../store/database.ts';
import { mediaTaskRepository } from '../../../store/media-tasks.ts';
import { extensionOf, typeOf } from './media-types.ts';
import { openVendorFile } from './open-vendor-file.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Vendors' addresses hold for an hour at the least, most for a day: it is tried for about that long. */
const keepJob = jobKind({
  name: 'media.keep',
  payload: z.object({ taskId: z.string() }),
  atOnce: 2,
  deadlineMs: 30 * minuteMs,
  maxAttempts: 10,
  backOff: { firstMs: 5000, maxMs: 60 * minuteMs },
});

const keptFileSchema = z.object({ index: z.int(), at: z.string(), mediaType: z.string(), bytes: z.int() });

const removeJob = jobKind({
  name: 'media.remove',
  payload: z.object({ files: z.array(keptFileSchema) }),
  backOff: { firstMs: minuteMs, maxMs: 60 * minuteMs },
});

const pruneJob = jobKind({
  name: 'media.prune',
  payload: z.strictObject({}),
  schedule: every(15 * minuteMs),
  deadlineMs: 10 * minuteMs,
  backOff: { firstMs: minuteMs, maxMs: 60 * minuteMs },
});

export type KeepsResults = {
  readonly handlers: readonly JobHandler[];
  /** Has the files of a task kept, in the transaction that notes that it is done. */
  keepWithin(db: Db, task: MediaTask): Promise<void>;
  /** Forgets a task that is over, and what is kept of it; false when there is none of this owner's. */
  remove(userId: string, taskId: string): Promise<boolean>;
};

/** Keeps the files of tasks that are done, as long as settings say; `deps` is asked for when it is complete; `stored` is told before it is noted. */
export function keepsResults(deps: () => RelayDeps, database: Database, jobs: Jobs, stored: () => void): KeepsResults {
  const keep = jobHandler(keepJob, async ({ taskId }, context) => {
    const found = await mediaTaskRepository.findToCharge(database.db, taskId);
    const { results } = deps();
    if (!found || found.task.state.status !== 'completed' || found.task.files.length > 0 || !results.keeps())
      return undefined;
    const days = daysFor(deps(), found.job.record.group);
    if (days === 0) return undefined;
    const files = await keepFiles(deps(), found.task, context.signal);
    if (files.length === 0) return undefined;
    stored();
    const noted = await database.transact(async (db) => {
      const at = deps().clock.now();
      const history = [...found.task.history, { what: 'kept' as const, at }];
      const done = await mediaTaskRepository.noteFiles(db, taskId, { files, history, until: at + days * dayMs });
      await context.finish(db);
      return done;
    });
    // It was forgotten meanwhile.
    if (!noted && (await mediaTaskRepository.findToCharge(database.db, taskId)) === undefined)
      for (const file of files) await results.remove(file);
    return undefined;
  });

  const remove = jobHandler(removeJob, async ({ files }) => {
    for (const file of files) await deps().results.remove(file);
    return undefined;
  });

  const prune = jobHandler(pruneJob, async (_, { signal }) => {
    for (;;) {
      const overdue = await mediaTaskRepository.findOverdueFiles(database.db, deps().clock.now(), 100);
      if (overdue.length === 0) return undefined;
      for (const { id, files } of overdue) {
        signal.throwIfAborted();
        for (const file of files) await deps().results.remove(file);
        await mediaTaskRepository.forgetFiles(database.db, id);
      }
    }
  });

  return {
    handlers: [keep, remove, prune],
    async keepWithin(db, { id }) {
      if (deps().results.keeps()) await jobs.addWithin(db, keepJob, { taskId: id }, { dedupeKey: `media.keep:${id}` });
    },
    remove: (userId, taskId) =>
      database.transact(async (db) => {
        const found = await mediaTaskRepository.findToCharge(db, taskId);
        if (found?.task.userId !== userId || !(await mediaTaskRepository.remove(db, userId, taskId))) return false;
        const files = [...found.task.files];
        if (files.length > 0) await jobs.addWithin(db, removeJob, { files });
        return true;
      }),
  };
}

function daysFor(deps: RelayDeps, group: string): number {
  const { groups, settings } = deps.snapshot();
  return groups.get(group)?.resultRetentionDays ?? settings.media.results.retentionDays;
}

/** Keeps all files of a task: rejects when the first is not to be had, and leaves out others that are not. */
async function keepFiles(deps: RelayDeps, task: MediaTask, signal: AbortSignal): Promise<readonly KeptFile[]> {
  const files: KeptFile[] = [];
  for (const [index, address] of filesOf(task.state).entries()) {
    // Lyrics, and what has no file of its own.
    if (address === undefined && task.kind !== 'video') continue;
    try {
      files.push(await keepFile(deps, task, index, address, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (index === 0 && !(error instanceof TooLarge)) throw error;
      deps.log.warn({ taskId: task.id, index, err: error }, 'a file of a task was not kept');
    }
  }
  return files;
}

async function keepFile(
  deps: RelayDeps,
  task: MediaTask,
  index: number,
  address: string | undefined,
  signal: AbortSignal,
): Promise<KeptFile> {
  const { contentType, body } = await openVendorFile(deps, task, index, signal);
  const mediaType = typeOf(contentType, address, task.kind, index);
  // By months: a folder of everything would become slow. The same name at each attempt: nothing is left of one that broke off.
  const month = new Date(task.createdAt).toISOString().slice(0, 7);
  const name = `${month}/${task.id}-${index}.${extensionOf(mediaType)}`;
  const { at, bytes } = await deps.results.write(name, mediaType, body);
  return { index, at, mediaType, bytes };
}
