import { expect, test } from 'bun:test';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { openJobGauges } from '../services/jobs/job-gauges.ts';
import { jobHandler, jobKind } from '../services/jobs/job-kind.ts';
import { ended, testJobs } from '../services/jobs/testing/jobs.ts';
import { addJob } from '../store/jobs/add.ts';
import { eachDatabase } from '../store/testing/databases.ts';
import { registerJobMetrics } from './job-metrics.ts';

eachDatabase('metrics of jobs', (open) => {
  test('count the jobs in each state, and tell for how long the oldest has been due', async () => {
    const database = await open();
    let now = Date.now();
    const jobs = testJobs(database);
    const kind = jobKind({ name: 'k', payload: z.strictObject({}), maxAttempts: 1 });
    jobs.start([
      jobHandler(kind, (_, { id }) => (id === bad ? Promise.reject(new Error('no')) : Promise.resolve(undefined))),
    ]);
    let bad = '';
    const good = await jobs.add(kind, {});
    await ended(database, good.id);
    ({ id: bad } = await jobs.add(kind, {}, { runAt: now + 20 }));
    await ended(database, bad);
    await jobs.stop();
    await addJob(database.db, database.kind, {
      id: 'job_late',
      kind: 'k',
      payload: '{}',
      runAt: now - 90_000,
      createdAt: 0,
    });
    const registry = new Registry();
    let away = false;
    const readable = openJobGauges({ database, kinds: () => ['k'], now: () => now });
    registerJobMetrics(registry, {
      stats: jobs.stats,
      gauges: () => (away ? Promise.resolve(undefined) : readable()),
      mediaQueues: () => Promise.resolve([{ channelId: 'chn_1', open: 3, oldestAt: Date.now() - 60_000, stuck: 1 }]),
    });
    const lines = async () => (await registry.metrics()).split('\n').filter((line) => line.startsWith('tollgate_job'));
    expect(await lines()).toEqual([
      'tollgate_job_runs_total{kind="k",end="done"} 1',
      'tollgate_job_runs_total{kind="k",end="dead"} 1',
      'tollgate_jobs_running 0',
      'tollgate_jobs{state="waiting"} 1',
      'tollgate_jobs{state="running"} 0',
      'tollgate_jobs{state="done"} 1',
      'tollgate_jobs{state="dead"} 1',
      'tollgate_jobs{state="cancelled"} 0',
      'tollgate_jobs_oldest_due_seconds 90',
    ]);
    // Remembered for a while, then read again.
    await database.db.deleteFrom('jobs').execute();
    expect(await lines()).toContain('tollgate_jobs{state="dead"} 1');
    now += 20_000;
    expect(await lines()).toContain('tollgate_jobs{state="dead"} 0');
    expect(await lines()).toContain('tollgate_jobs_oldest_due_seconds 0');
    const media = (await registry.metrics()).split('\n').filter((line) => line.startsWith('tollgate_media'));
    expect(media.map((line) => line.replace(/ (\d+)\.?\d*$/, ' $1'))).toEqual([
      'tollgate_media_tasks_open{channel="chn_1"} 3',
      'tollgate_media_tasks_oldest_seconds{channel="chn_1"} 60',
      'tollgate_media_tasks_stuck{channel="chn_1"} 1',
    ]);
    // A database that is away takes no other metrics with it.
    away = true;
    expect((await lines()).map((line) => line.replace(/[{ ].*/, ''))).toEqual([
      'tollgate_job_runs_total',
      'tollgate_job_runs_total',
      'tollgate_jobs_running',
    ]);
  });
});
