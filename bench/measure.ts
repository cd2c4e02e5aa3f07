import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Target } from './connection.ts';
import type { Job, LoadResult, Percentiles } from './load.ts';
import { capture, cpuMicros, memoryMb } from './processes.ts';
import { planStreams, streamBody, wholeBody } from './subjects.ts';
import type { Bench, Subject } from './subjects.ts';

/** One measurement of one subject in one round. Undefined where it cannot be known. */
export type Sample = {
  readonly perSecond?: number | undefined;
  /** CPU microseconds of the whole process tree for one request or stream, posting to the books included. */
  readonly cpuMicros?: number | undefined;
  readonly latencyMs?: Percentiles | undefined;
  readonly firstByteMs?: Percentiles | undefined;
  readonly lagMs?: Percentiles | undefined;
  readonly completed?: number | undefined;
  readonly failed?: number | undefined;
  readonly peakPssMb?: number | undefined;
  readonly rssMb?: readonly number[] | undefined;
  readonly pssMb?: readonly number[] | undefined;
  readonly startMs?: number | undefined;
};

export type Pace = { readonly seconds: number; readonly requests: number; readonly openStreams: number };

const wrk = Bun.which('wrk');
/** Long enough for a batch that is posted on a timer to be counted with the requests that caused it. */
const settleMs = 600;

/** Non-streamed 1 KB answers over 64 connections as fast as they come. */
export async function measureWhole(bench: Bench, subject: Subject, pace: Pace): Promise<Sample> {
  const before = subject.pid === undefined ? 0 : cpuMicros(subject.pid);
  const load = await loadWhole(bench, targetOf(subject, wholeBody), pace.seconds);
  await Bun.sleep(settleMs);
  return {
    perSecond: Math.round(load.perSecond),
    completed: load.completed,
    failed: load.failed,
    cpuMicros: perItem(subject, before, load.completed),
  };
}

/** Two hundred streams open at once, 50 chunks 10 ms apart, each followed by the next. */
export async function measureStreams(bench: Bench, subject: Subject, pace: Pace): Promise<Sample> {
  await planStreams(bench, 50, 10);
  const before = subject.pid === undefined ? 0 : cpuMicros(subject.pid);
  const load = await runLoad(bench, targetOf(subject, streamBody), closedLoop(200, pace.seconds));
  await Bun.sleep(settleMs);
  return {
    perSecond: Math.round(load.perSecond),
    completed: load.everCompleted,
    failed: load.failed,
    firstByteMs: load.firstByteMs,
    latencyMs: load.totalMs,
    cpuMicros: perItem(subject, before, load.everCompleted),
  };
}

/** Five hundred requests a second, whatever happens: what latency is added when nothing is saturated. */
export async function measureLatency(bench: Bench, subject: Subject, pace: Pace): Promise<Sample> {
  const load = await runLoad(bench, targetOf(subject, wholeBody), {
    ...closedLoop(64, pace.seconds),
    mode: 'rate',
    perSecond: 500,
  });
  return { completed: load.completed, failed: load.failed, latencyMs: load.totalMs, lagMs: load.lagMs };
}

/** Memory of the tree at the start and after each quarter of the requests. */
export async function measureMemory(bench: Bench, subject: Subject, pace: Pace): Promise<Sample> {
  if (subject.pid === undefined) return {};
  const rssMb: number[] = [];
  const pssMb: number[] = [];
  const note = (pid: number): void => {
    const now = memoryMb(pid);
    rssMb.push(now.rss);
    pssMb.push(now.pss);
  };
  note(subject.pid);
  let completed = 0;
  let failed = 0;
  for (let quarter = 1; quarter <= 4; quarter += 1) {
    while (completed < (pace.requests * quarter) / 4) {
      const load = await loadWhole(bench, targetOf(subject, wholeBody), Math.min(10, pace.seconds));
      if (load.completed === 0) throw new Error(`${subject.name} answers nothing`);
      completed += load.completed;
      failed += load.failed;
    }
    note(subject.pid);
  }
  await Bun.sleep(5000);
  note(subject.pid);
  return { completed, failed, rssMb, pssMb };
}

/** Many slow streams open at once: the peak of memory, and whether all of them end well. */
export async function measureOpenStreams(bench: Bench, subject: Subject, pace: Pace): Promise<Sample> {
  await planStreams(bench, 20, 500);
  let peakPssMb = 0;
  const sampler = setInterval(() => {
    if (subject.pid !== undefined) peakPssMb = Math.max(peakPssMb, memoryMb(subject.pid).pss);
  }, 500);
  try {
    // One round of ten-second streams: nobody starts a second one, because the time is over by then.
    const load = await runLoad(bench, targetOf(subject, streamBody), closedLoop(pace.openStreams, 4));
    return {
      completed: load.everCompleted,
      failed: load.failed,
      ...(subject.pid === undefined ? {} : { peakPssMb }),
    };
  } finally {
    clearInterval(sampler);
    await planStreams(bench, 50, 10);
  }
}

const targetOf = ({ url, key }: Subject, body: string): Target => ({ url, key, body });

/** How a load is put on, whatever it is aimed at. */
type Loop = Omit<Job, 'target'>;

/** So many connections, each of which asks again when it is answered. */
export const closedLoop = (connections: number, seconds: number): Loop => ({
  mode: 'closed',
  connections,
  perSecond: 0,
  warmupMs: 1000,
  durationMs: seconds * 1000,
});

/** CPU microseconds that a subject spent on each of so many items, since its clock stood at `before`. */
export function perItem(subject: Subject, before: number, items: number): number | undefined {
  if (subject.pid === undefined || items === 0) return undefined;
  return Math.round(((cpuMicros(subject.pid) - before) / items) * 10) / 10;
}

type WholeLoad = { readonly completed: number; readonly failed: number; readonly perSecond: number };

/** 64 connections, by `wrk` where there is one (it leaves the second core to the mock), else by our own client. */
export async function loadWhole(bench: Bench, target: Target, seconds: number): Promise<WholeLoad> {
  if (wrk === null) {
    const load = await runLoad(bench, target, closedLoop(64, seconds));
    return { completed: load.everCompleted, failed: load.failed, perSecond: load.perSecond };
  }
  const script = join(bench.dir, 'post.lua');
  await writeFile(
    script,
    `wrk.method = "POST"\nwrk.body = ${JSON.stringify(target.body)}\nwrk.headers["content-type"] = "application/json"\n` +
      `wrk.headers["authorization"] = "Bearer ${target.key}"\n`,
  );
  const out = await capture(1, [wrk, '-t1', '-c64', `-d${seconds}s`, '-s', script, target.url]);
  const number = (pattern: RegExp): number => Number(pattern.exec(out)?.[1] ?? 0);
  const bad = number(/Non-2xx or 3xx responses: (\d+)/);
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(out)?.slice(1) ?? [];
  return {
    completed: number(/(\d+) requests in/) - bad,
    failed: bad + errors.reduce((sum, count) => sum + Number(count), 0),
    perSecond: number(/Requests\/sec: +([\d.]+)/),
  };
}

/** One job in a process of its own. */
export async function runLoad(bench: Bench, target: Target, loop: Loop): Promise<LoadResult> {
  const job: Job = { target, ...loop };
  const file = join(bench.dir, 'job.json');
  await writeFile(file, JSON.stringify(job));
  return JSON.parse(await capture(1, [process.execPath, join(import.meta.dir, 'load.ts'), file])) as LoadResult;
}
