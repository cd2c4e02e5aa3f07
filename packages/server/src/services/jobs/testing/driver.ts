import { writeSync } from 'node:fs';
import { openDatabase } from '../../../store/database.ts';
import { addWork, testJobs, workHandlers } from './jobs.ts';

/**
 * A process that adds jobs and runs them, to be killed or stopped by crash.test.ts. Writes a line for everything that others
 * may rely on: `added <job>` once the job is there, `end`.
 */
export type DriverPlan = {
  readonly url: string;
  /** Name of the point at which it kills itself, at its `killCount`th passing; none to go on. */
  readonly killAt?: string;
  readonly killCount?: number;
  readonly jobs: number;
  /** Longest time a job takes. */
  readonly ms: number;
  readonly claimMs: number;
  /** Stops while jobs are running, instead of waiting for them. */
  readonly leave?: boolean;
  /** Goes on until it is killed. */
  readonly forever?: boolean;
};

const plan = JSON.parse(process.argv[2] ?? '') as DriverPlan;
const say = (line: string): void => void writeSync(1, `${line}\n`);

let passed = 0;
const database = await openDatabase(plan.url, { poolSize: 4 });
const jobs = testJobs(database, {
  options: { claimMs: plan.claimMs, stopGraceMs: 5000 },
  fault: (point) => {
    if (point === plan.killAt && ++passed >= (plan.killCount ?? 1)) process.kill(process.pid, 'SIGKILL');
  },
});
jobs.start(workHandlers(database));

for (let n = 0; plan.forever === true || n < plan.jobs; n++) say(`added ${await addWork(jobs, n, plan.ms)}`);
const open = async (): Promise<boolean> => {
  const { length } = await database.db
    .selectFrom('jobs')
    .select('id')
    .where('state', 'in', ['waiting', 'running'])
    .where('kind', '!=', 'tick')
    .limit(1)
    .execute();
  return length > 0;
};
while (plan.leave === true ? jobs.stats().running === 0 : await open()) await Bun.sleep(10);
await jobs.stop();
await database.close();
say('end');
