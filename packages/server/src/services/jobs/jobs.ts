import type { Db } from '../../store/database.ts';
import { addJob, ensureRecurring, type Added, type NewJob } from '../../store/jobs/add.ts';
import { findJobByKey, nextJobs, type Wish } from '../../store/jobs/claiming.ts';
import { continueJobs, type Continuation } from '../../store/jobs/claims.ts';
import { gathered } from '../gathered.ts';
import { openClaimer, type OwnJob } from './claimer.ts';
import type { JobHandler, JobKind } from './job-kind.ts';
import { startRun, type JobRun } from './job-run.ts';
import { jobsDefaults, within, type JobsDeps, type OpenJobsDeps } from './jobs-deps.ts';
import { openPolls } from './polls.ts';
import type { RunEnd } from './verdict.ts';

export type AddOptions = {
  /** Not before this moment (ms since the epoch); at once when it is not given. */
  readonly runAt?: number;
  /** While a job with this key is not over, no second one is made; see `addJob`. Begin it with the kind's name. */
  readonly dedupeKey?: string;
};

/** Everything that happens later: one table, and in each process one runner that looks there. */
export type Jobs = {
  /** Adds a job, and wakes this process's runner if it is due. */
  add<P>(kind: JobKind<P>, payload: P, options?: AddOptions): Promise<Added>;
  /** Adds a job in a transaction of the caller's; call `wake` after it has been committed, or the job waits for the next look. */
  addWithin<P>(db: Db, kind: JobKind<P>, payload: P, options?: AddOptions): Promise<Added>;
  /** Looks at the table at a moment (ms since the epoch), or now: something is due then. */
  wake(moment?: number): void;
  /**
   * Runs the job with this dedupe key in this process now, though it waits for a later moment, and tells how that went; waits
   * for it when it is running here. Undefined when it runs elsewhere, is over, or is of a kind that is not known here.
   */
  runNow(dedupeKey: string): Promise<RunEnd | undefined>;
  /** Begins to run jobs of these kinds. */
  start(handlers: readonly JobHandler[]): void;
  /** Asks what runs to stop, waits a little, and hands the rest back for other processes. */
  stop(): Promise<void>;
  /** Whether people may cancel jobs of a kind; those of a kind that is not known here they may. */
  mayCancel(kind: string): boolean;
  stats(): JobsStats;
};

export type JobsStats = {
  /** The kinds that this process runs. */
  readonly kinds: readonly string[];
  readonly running: number;
  /** The last look at the table failed. */
  readonly failing: boolean;
  /** Ended attempts by kind and end, since the process began. */
  readonly ends: ReadonlyMap<string, ReadonlyMap<RunEnd, number>>;
};

/** Ends of so many runs are written together. */
const mostTogether = 100;

/** Opens this process's view of the jobs. Nothing runs before `start`. See docs/ARCHITECTURE.md. */
export function openJobs(given: OpenJobsDeps): Jobs {
  const deps = { fault: () => undefined, ...given, options: { ...jobsDefaults, ...given.options } };
  const { database, now, random, options, fault } = deps;
  const handlers = new Map<string, JobHandler>();
  const runs: Runs = new Map();
  /** Runs that somebody waits for, from before their claim. */
  const asked = new Map<string, Promise<RunEnd | undefined>>();
  const ends = new Map<string, Map<RunEnd, number>>();
  const closing = new AbortController();
  const claimer = openClaimer(deps, () => [...handlers.keys()]);
  const polls = openPolls(deps, poll);
  const goOn = gathered(mostTogether, (jobs: readonly Continuation[]) => patiently(continueJobs(database, jobs)));
  let startedAt = 0;
  let recurringThere = false;
  let stopped = false;
  let idleMs = options.firstIdleMs;

  /** Claims and starts what is due; returns the moment of the next look. */
  async function poll(): Promise<number> {
    fault('poll:before');
    await claimer.handBackDoubtful();
    if (!recurringThere) await patiently(makeRecurring(deps, handlers, startedAt));
    recurringThere = true;
    const wanted = wishesOf(handlers, runs);
    const next = await patiently(
      nextJobs(
        database,
        wanted.map(({ kind }) => kind),
      ),
    );
    const at = now();
    const due = wanted.filter(({ kind }) => next.some((job) => job.kind === kind && job.due_at <= at));
    if (due.length > 0) {
      idleMs = options.firstIdleMs;
      return await claimDue(at, due);
    }
    idleMs = Math.min(options.idleMs, idleMs * 2);
    const wait = Math.min(idleMs, ...next.map((job) => job.due_at - at));
    // Several processes wait for the same moment; they need not all wake at once.
    return at + wait + random() * Math.min(200, wait / 4);
  }

  /** Claims and starts what is due of some kinds. */
  async function claimDue(at: number, due: readonly Wish[]): Promise<number> {
    // One of our own whose claim ran out is left to others, or to its end.
    const ranOut = [...runs].flatMap(([id, { run }]) => (run.claimedUntil() <= at ? [id] : []));
    const claimed = await claimer.claimDue(at, due, ranOut);
    for (const job of claimed) void begin(job);
    const isFull = due.some(({ kind, limit }) => claimed.filter((job) => job.kind === kind).length === limit);
    // There may be more. What comes due within a moment is claimed together, and others may just be claiming what was not to be had.
    return isFull ? now() : at + options.gatherMs;
  }

  async function begin(job: OwnJob): Promise<RunEnd> {
    const handler = handlers.get(job.kind);
    if (handler === undefined) throw new Error(`a job of the unknown kind ${job.kind} was claimed`);
    const run = startRun({ ...deps, closing: closing.signal, dueAt: polls.at, goOn }, handler, job, job.until);
    runs.set(job.id, { kind: job.kind, run });
    if (stopped) run.stop();
    const end = await run.ended;
    runs.delete(job.id);
    const counts = ends.get(job.kind) ?? new Map<RunEnd, number>();
    ends.set(job.kind, counts.set(end, (counts.get(end) ?? 0) + 1));
    // A place is free.
    polls.now();
    return end;
  }

  async function runEarly(dedupeKey: string): Promise<RunEnd | undefined> {
    if (stopped || handlers.size === 0) return undefined;
    const id = await patiently(findJobByKey(database, dedupeKey));
    if (id === undefined) return undefined;
    const running = runs.get(id);
    if (running !== undefined) return await running.run.ended;
    const job = await claimer.claimNow(id);
    return job === undefined ? undefined : await begin(job);
  }

  function patiently<T>(work: Promise<T>): Promise<T> {
    return within(options.patienceMs, work);
  }

  const addWithin: Jobs['addWithin'] = async (db, kind, payload, addOptions = {}) => {
    const json = JSON.stringify(kind.payload.parse(payload));
    const added = await addJob(db, database.kind, newJob(deps, kind.name, json, addOptions));
    fault('add:before-commit');
    return added;
  };

  return {
    async add(kind, payload, addOptions = {}) {
      const added = await database.transact((db) => addWithin(db, kind, payload, addOptions));
      fault('add:after-commit');
      polls.at(addOptions.runAt ?? now());
      return added;
    },
    addWithin,
    wake: (moment) => (moment === undefined ? polls.now() : polls.at(moment)),
    runNow(dedupeKey) {
      const run = asked.get(dedupeKey) ?? runEarly(dedupeKey).finally(() => asked.delete(dedupeKey));
      asked.set(dedupeKey, run);
      return run;
    },
    start(all) {
      for (const handler of all) {
        if (handlers.has(handler.kind.name)) throw new Error(`two handlers for jobs of the kind ${handler.kind.name}`);
        handlers.set(handler.kind.name, handler);
      }
      startedAt = now();
      polls.start();
    },
    async stop() {
      stopped = true;
      for (const { run } of runs.values()) run.stop();
      const all = async (): Promise<void> => {
        // A look that is under way may still begin runs, which are then told to stop.
        await polls.stop();
        await Promise.all([...runs.values()].map(({ run }) => run.ended));
        await claimer.handBackDoubtful();
      };
      await within(options.stopGraceMs * 2, all()).catch(() => undefined);
      closing.abort();
    },
    mayCancel: (kind) => handlers.get(kind)?.kind.cancellable ?? true,
    stats: () => ({ kinds: [...handlers.keys()], running: runs.size, failing: polls.failing(), ends }),
  };
}

const newJob = (
  { now, newId }: Pick<JobsDeps, 'now' | 'newId'>,
  kind: string,
  payload: string,
  { runAt = now(), dedupeKey }: AddOptions,
): NewJob => ({ id: `job_${newId()}`, kind, payload, dedupeKey, runAt, createdAt: now() });

async function makeRecurring(deps: JobsDeps, handlers: ReadonlyMap<string, JobHandler>, after: number): Promise<void> {
  for (const { kind } of handlers.values()) {
    const { name, schedule } = kind;
    if (schedule === undefined) continue;
    const job = { ...newJob(deps, name, '{}', {}), dedupeKey: `recurring:${name}`, schedule, after };
    await ensureRecurring(deps.database, job);
  }
}

type Runs = Map<string, { readonly kind: string; readonly run: JobRun }>;

/** As many jobs of each kind as there are places for. */
function wishesOf(handlers: ReadonlyMap<string, JobHandler>, runs: Runs): readonly Wish[] {
  const taken = new Map<string, number>();
  for (const { kind } of runs.values()) taken.set(kind, (taken.get(kind) ?? 0) + 1);
  return [...handlers.values()].flatMap(({ kind }) => {
    const limit = kind.atOnce - (taken.get(kind.name) ?? 0);
    return limit > 0 ? [{ kind: kind.name, limit }] : [];
  });
}
