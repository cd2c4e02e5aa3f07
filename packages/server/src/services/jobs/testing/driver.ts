import { writeSync } from 'node:fs';
import { openDatabase } from '../../../store/database.ts';
import { addWork, testJobs, workHandlers } from './jobs.ts';

/**
 * A process that adds jobs and runs them, to be killed or stopped by crash.test.ts. Writes a line for everything that others
 * may rely on: `added <job>` once the job is there, `asleep` as it falls asleep, `end`.
 */
export type DriverPlan = {
  readonly url: string;
  /** Name of the point at which it kills itself, at its `killCount`th passing; none to go on. */
  readonly killAt?: string;
  readonly killCount?: number;
  /** Falls asleep there instead, until it is woken by SIGCONT. */
  readonly sleeps?: boolean;
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
    if (point !== plan.killAt || ++passed < (plan.killCount ?? 1)) return;
    if (plan.sleeps !== true) process.kill(process.pid, 'SIGKILL');
    else if (passed === (plan.killCount ?? 1)) {
      say('asleep');
      process.kill(process.pid, 'SIGSTOP');
    }
  },
});
jobs.start(workHandlers(database));

/** Whether more jobs than `most` are open. */
const open = async (most = 0): Promise<boolean> => {
  const { length } = await database.db
    .selectFrom('jobs')
    .select('id')
    .where('state', 'in', ['waiting', 'running'])
    .where('kind', '!=', 'tick')
    .limit(most + 1)
    .execute();
  return length > most;
};

/** Who goes on for ever makes no more work than is done: on a slow machine nobody could finish what is left. */
const mostOpen = 60;
for (let n = 0; plan.forever === true || n < plan.jobs; n++) {
  if (plan.forever === true && n % 10 === 9) while (await open(mostOpen)) await Bun.sleep(5);
  say(`added ${await addWork(jobs, n, plan.ms)}`);
}
while (plan.leave === true ? jobs.stats().running === 0 : await open()) await Bun.sleep(10);
await jobs.stop();
await database.close();
say('end');
