import { Counter, Gauge, type Registry } from 'prom-client';
import type { JobGauges } from '../services/jobs/job-gauges.ts';
import type { TaskQueue } from '../store/media-tasks.ts';
import type { JobsStats } from '../services/jobs/jobs.ts';

export type JobMetricsSources = {
  stats(): JobsStats;
  gauges(): Promise<JobGauges | undefined>;
  /** What each channel is making; undefined while the database does not tell. */
  mediaQueues(): Promise<readonly TaskQueue[] | undefined>;
};

/** Metrics of jobs. What the database tells is the same in each process, and left out while it does not. */
export function registerJobMetrics(registry: Registry, sources: JobMetricsSources): void {
  const registers = [registry];
  new Counter({
    name: 'tollgate_job_runs_total',
    help: 'Attempts at jobs by this process, by kind and how they ended.',
    labelNames: ['kind', 'end'],
    registers,
    collect() {
      this.reset();
      for (const [kind, ends] of sources.stats().ends) for (const [end, count] of ends) this.inc({ kind, end }, count);
    },
  });
  new Gauge({
    name: 'tollgate_jobs_running',
    help: 'Jobs that this process is running.',
    registers,
    collect() {
      this.set(sources.stats().running);
    },
  });
  new Gauge({
    name: 'tollgate_jobs',
    help: 'Jobs in the database by state; counting stops at 10000.',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset();
      const gauges = await sources.gauges();
      for (const [state, count] of gauges?.counts ?? []) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'tollgate_jobs_oldest_due_seconds',
    help: 'How long the oldest job that is due has been so; 0 when none is.',
    registers,
    async collect() {
      const gauges = await sources.gauges();
      if (gauges === undefined) this.remove();
      else this.set(gauges.oldestDueMs / 1000);
    },
  });
  for (const [name, help, of] of mediaGauges)
    new Gauge({
      name,
      help,
      labelNames: ['channel'],
      registers,
      async collect() {
        this.reset();
        for (const queue of (await sources.mediaQueues()) ?? []) this.set({ channel: queue.channelId }, of(queue));
      },
    });
}

const mediaGauges: readonly (readonly [name: string, help: string, of: (queue: TaskQueue) => number])[] = [
  ['tollgate_media_tasks_open', 'Videos, music and drawings that a channel is making.', ({ open }) => open],
  [
    'tollgate_media_tasks_oldest_seconds',
    'How long ago the oldest of them was begun.',
    ({ oldestAt }) => Math.max(0, (Date.now() - oldestAt) / 1000),
  ],
  ['tollgate_media_tasks_stuck', 'Those of which nothing has been heard for ten minutes.', ({ stuck }) => stuck],
];
