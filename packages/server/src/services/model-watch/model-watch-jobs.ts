import type { Settings } from '@tollgate/contract/settings';
import { z } from 'zod';
import { every } from '../../domain/job.ts';
import type { Channel } from '../../domain/snapshot.ts';
import { modelWatchRepository } from '../../store/configuration/model-watches.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import { lookAt, serveFound, type WatchDeps } from './model-watch.ts';

export type WatchJobDeps = WatchDeps & {
  readonly settings: () => Settings;
  readonly channels: () => ReadonlyMap<string, Channel>;
};

const minuteMs = 60_000;

const watchKind = jobKind({
  name: 'channels.watchModels',
  payload: z.strictObject({}),
  schedule: every(5 * minuteMs),
  deadlineMs: 30 * minuteMs,
  backOff: { firstMs: 5 * minuteMs, maxMs: 60 * minuteMs },
});

/** Looks at the lists of models of the upstreams that are watched, each when its time has come. */
export const modelWatchJobs = (deps: WatchJobDeps): readonly JobHandler[] => [
  jobHandler(watchKind, async (_, { signal }) => {
    const { configuration } = deps;
    const watches = await modelWatchRepository.all(configuration.database.db);
    const checked = new Map(watches.map((one) => [one.channelId, one.checkedAt]));
    for (const { id } of deps.channels().values()) {
      signal.throwIfAborted();
      // As it is by now: the looks before this one took their time.
      const channel = deps.channels().get(id);
      if (channel === undefined || !channel.enabled || channel.watchModels === 'off') continue;
      const due = (checked.get(id) ?? 0) + deps.settings().channels.watchModelsEveryMs <= configuration.now();
      if (due) await serveFound(configuration, channel, await lookAt(deps, channel));
    }
    return undefined;
  }),
];
