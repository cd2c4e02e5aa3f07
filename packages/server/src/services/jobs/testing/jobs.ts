import { z } from 'zod';
import { every } from '../../../domain/job.ts';
import type { Database } from '../../../store/database.ts';
import { findJob } from '../../../store/jobs/overview.ts';
import { jobHandler, jobKind, type JobHandler } from '../job-kind.ts';
import { openJobs, type Jobs } from '../jobs.ts';
import type { OpenJobsDeps } from '../jobs-deps.ts';

let counter = 0;

/** The jobs of one process, with short waits, that says nothing. */
export function testJobs(database: Database, { options, ...deps }: Partial<Omit<OpenJobsDeps, 'database'>> = {}): Jobs {
  const process = ++counter;
  return openJobs({
    database,
    nodeId: `node${process}`,
    now: () => Date.now(),
    random: Math.random,
    newId: () =>
      `${Date.now().toString(36)}${globalThis.process.pid.toString(36)}${String(++counter).padStart(5, '0')}`,
    log: { warn: () => undefined, error: () => undefined },
    ...deps,
    options: { idleMs: 50, patienceMs: 2000, stopGraceMs: 200, ...options },
  });
}

/** Waits until something is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await Bun.sleep(5);
}

/** Waits until a job is over, or dead; returns it. */
export async function ended(database: Database, id: string) {
  for (;;) {
    const job = await findJob(database, id);
    if (job !== undefined && job.state !== 'waiting' && job.state !== 'running') return job;
    await Bun.sleep(5);
  }
}

const backOff = { firstMs: 1, maxMs: 10 };
const many = { atOnce: 16, backOff, maxAttempts: 1000 };

/** Work whose traces show whether it was lost, or done twice. */
export const work = {
  /** Leaves a trace in the transaction that ends it: exactly one, whatever happens. */
  fenced: jobKind({ name: 'fenced', payload: z.strictObject({ ms: z.number() }), ...many }),
  /** Takes three steps, each made to happen once by the id of the job. */
  stepwise: jobKind({ name: 'stepwise', payload: z.strictObject({ step: z.number(), ms: z.number() }), ...many }),
  /** Fails at first. */
  flaky: jobKind({ name: 'flaky', payload: z.strictObject({ ms: z.number() }), ...many }),
  tick: jobKind({ name: 'tick', payload: z.strictObject({}), ...many, schedule: every(40) }),
};

/** A trace is a kept value: `<job>.<what>`. */
const trace = (id: string) => ({ id, value: '', expires_at: 1 });

/** Takes up to `ms`, unless it is told to stop. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')));
  });
  await Promise.race([Bun.sleep(Math.random() * ms), stopped]);
}

/** Does that work. */
export function workHandlers(database: Database): readonly JobHandler[] {
  const once = async (id: string): Promise<void> => {
    const there = await database.db.selectFrom('kept_values').select('id').where('id', '=', id).executeTakeFirst();
    if (there === undefined) await database.db.insertInto('kept_values').values(trace(id)).execute();
  };
  return [
    jobHandler(work.fenced, async ({ ms }, context) => {
      await pause(ms, context.signal);
      await database.transact(async (db) => {
        await db
          .insertInto('kept_values')
          .values(trace(`${context.id}.${crypto.randomUUID()}`))
          .execute();
        await context.finish(db);
      });
      return undefined;
    }),
    jobHandler(work.stepwise, async ({ step, ms }, { id, signal }) => {
      await pause(ms, signal);
      await once(`${id}.${step}`);
      return step < 3 ? { runAt: Date.now(), payload: { step: step + 1, ms } } : undefined;
    }),
    jobHandler(work.flaky, async ({ ms }, { id, attempt, signal }) => {
      await pause(ms, signal);
      if (attempt === 1) throw new Error('not at first');
      await once(`${id}.done`);
      return undefined;
    }),
    jobHandler(work.tick, () => Promise.resolve(undefined)),
  ];
}

/** Adds the `n`-th piece of work; returns the job's id. */
export async function addWork(jobs: Jobs, n: number, ms: number): Promise<string> {
  const added = [
    () => jobs.add(work.fenced, { ms }),
    () => jobs.add(work.stepwise, { step: 1, ms }),
    () => jobs.add(work.flaky, { ms }, { dedupeKey: `flaky:${n % 30}` }),
  ] as const;
  return (await (added[n % 3] ?? added[0])()).id;
}
