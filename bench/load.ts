/** The load client: a process of its own, so that it can be pinned away from the gateway. One job as a JSON file in, one result as JSON out. */
import { readFile } from 'node:fs/promises';
import { openConnection } from './connection.ts';
import type { Answer, Connection, Target } from './connection.ts';

export type Job = {
  readonly target: Target;
  /** `closed`: so many connections, each sends again when answered. `rate`: open loop, so many requests a second. */
  readonly mode: 'closed' | 'rate';
  readonly connections: number;
  readonly perSecond: number;
  readonly warmupMs: number;
  readonly durationMs: number;
};

export type LoadResult = {
  /** Within the time measured. */
  readonly completed: number;
  /** Answered in full since the process began, warm-up and the last ones included: what the CPU was spent on. */
  readonly everCompleted: number;
  readonly failed: number;
  readonly perSecond: number;
  readonly firstByteMs: Percentiles;
  readonly totalMs: Percentiles;
  /** How late the open loop itself was; latencies are worth nothing when this is large. */
  readonly lagMs: Percentiles;
  readonly statuses: Readonly<Record<string, number>>;
};

export type Percentiles = { readonly p50: number; readonly p99: number; readonly max: number };

/** Runs one job in this process. */
export async function runJob(job: Job): Promise<LoadResult> {
  const tally = createTally();
  const begin = performance.now() + job.warmupMs;
  const end = begin + job.durationMs;
  const note = (answer: Answer, lagMs: number): void => {
    const now = performance.now();
    tally.add(answer, lagMs, now >= begin && now <= end);
  };
  await (job.mode === 'closed' ? runClosed(job, end, note) : runRate(job, end, note));
  return tally.result(job.durationMs);
}

async function runClosed(job: Job, end: number, note: (answer: Answer, lagMs: number) => void): Promise<void> {
  const drive = async (index: number): Promise<void> => {
    // Spread the start, so that streams do not move in step.
    await Bun.sleep((index / job.connections) * Math.min(job.warmupMs, 500));
    let connection: Connection | undefined;
    while (performance.now() < end) {
      if (connection === undefined || !connection.alive) connection = await open(job.target);
      if (connection === undefined) {
        note({ status: 0, firstByteMs: 0, totalMs: 0, bytes: 0, complete: false }, 0);
        await Bun.sleep(50);
        continue;
      }
      const using: Connection = connection;
      note(await new Promise<Answer>((resolve) => using.send(resolve)), 0);
    }
    connection?.close();
  };
  await Promise.all(Array.from({ length: job.connections }, (_, index) => drive(index)));
}

async function open(target: Target): Promise<Connection | undefined> {
  try {
    return await openConnection(target);
  } catch {
    return undefined;
  }
}

/**
 * Requests leave when they are due, whether earlier ones are answered or not, each on a connection that is free.
 * A latency counts from when the request was due, less the wait of this process's own millisecond timer
 * (reported as lag), so that a stalled gateway cannot hide its stall by slowing the questions down.
 */
async function runRate(job: Job, end: number, note: (answer: Answer, lagMs: number) => void): Promise<void> {
  const free: Connection[] = [];
  for (let index = 0; index < job.connections; index += 1) {
    const connection = await open(job.target);
    if (connection !== undefined) free.push(connection);
  }
  const gap = 1000 / job.perSecond;
  const first = performance.now();
  let sent = 0;
  let open_ = 0;
  const fire = async (dueAt: number): Promise<void> => {
    open_ += 1;
    const lagMs = performance.now() - dueAt;
    let connection = free.pop();
    while (connection !== undefined && !connection.alive) connection = free.pop();
    const askedAt = performance.now();
    const using = connection ?? (await open(job.target));
    const waitedMs = performance.now() - askedAt;
    if (using === undefined) note({ status: 0, firstByteMs: 0, totalMs: 0, bytes: 0, complete: false }, lagMs);
    else {
      const answer = await new Promise<Answer>((resolve) => using.send(resolve));
      note({ ...answer, firstByteMs: answer.firstByteMs + waitedMs, totalMs: answer.totalMs + waitedMs }, lagMs);
      if (using.alive) free.push(using);
    }
    open_ -= 1;
  };
  while (performance.now() < end) {
    while (first + sent * gap <= performance.now()) {
      void fire(first + sent * gap);
      sent += 1;
    }
    await Bun.sleep(1);
  }
  for (let waited = 0; open_ > 0 && waited < 2000; waited += 10) await Bun.sleep(10);
  for (const connection of free) connection.close();
}

function createTally(): {
  add(answer: Answer, lagMs: number, counts: boolean): void;
  result(durationMs: number): LoadResult;
} {
  const first: number[] = [];
  const total: number[] = [];
  const lag: number[] = [];
  const statuses: Record<string, number> = {};
  let failed = 0;
  let everCompleted = 0;
  return {
    add(answer, lagMs, counts) {
      const good = answer.complete && answer.status === 200;
      if (good) everCompleted += 1;
      else failed += 1;
      if (!counts) return;
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      if (good) {
        first.push(answer.firstByteMs);
        total.push(answer.totalMs);
        lag.push(lagMs);
      }
    },
    result: (durationMs) => ({
      completed: total.length,
      everCompleted,
      failed,
      perSecond: (total.length / durationMs) * 1000,
      firstByteMs: percentiles(first),
      totalMs: percentiles(total),
      lagMs: percentiles(lag),
      statuses,
    }),
  };
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 1000) / 1000;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

if (import.meta.main) {
  const job = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as Job;
  process.stdout.write(`${JSON.stringify(await runJob(job))}\n`);
  process.exit(0);
}
