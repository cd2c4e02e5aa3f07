import { backOffMs } from '../../domain/job.ts';
import { addJob, ensureRecurring, type Added, type NewJob } from '../../store/jobs/add.ts';
import { claimJobs, findJobByKey, handBackAll, nextJobs, type ClaimedJob } from '../../store/jobs/claims.ts';
import type { JobHandler, JobKind } from './job-kind.ts';
import { startRun, type JobRun } from './job-run.ts';
import { within, type JobsDeps } from './jobs-deps.ts';
import type { RunEnd } from './verdict.ts';
import type { Db } from '../../store/database.ts';

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
  addWithin<P>(transaction: Db, kind: JobKind<P>, payload: P, options?: AddOptions): Promise<Added>;
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

type Timer = ReturnType<typeof setTimeout>;

/** Opens this process's view of the jobs. Nothing runs before `start`. See docs/ARCHITECTURE.md. */
export function openJobs(deps: JobsDeps): Jobs {
  const { database, now, random, log, options, fault } = deps;
  const handlers = new Map<string, JobHandler>();
  const runs = new Map<string, { readonly kind: string; readonly run: JobRun }>();
  /** Runs that somebody waits for, from before their claim. */
  const asked = new Map<string, Promise<RunEnd | undefined>>();
  const ends = new Map<string, Map<RunEnd, number>>();
  /** Batches of claims that the database may have made although it did not say so. */
  const doubtful = new Set<string>();
  const closing = new AbortController();
  let recurringThere = false;
  let batches = 0;
  let started = false;
  let stopped = false;
  let failures = 0;
  let timer: Timer | undefined;
  let nextLook = Infinity;
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  let idleMs = options.firstIdleMs;

  const lookAt = (moment: number): void => {
    const at = now();
    const sooner = Math.min(moment, at + options.idleMs);
    if (stopped || !started || sooner >= nextLook) return;
    nextLook = sooner;
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(0, sooner - at));
    timer.unref();
  };

  function look(): void {
    clearTimeout(timer);
    nextLook = Infinity;
    if (stopped || !started) return;
    if (looking !== undefined) {
      lookAgain = true;
      return;
    }
    lookAgain = false;
    looking = lookOnce()
      .then(
        (moment) => {
          failures = 0;
          lookAt(lookAgain ? now() : moment);
        },
        (error: unknown) => {
          failures++;
          if (failures === 1) log.error({ err: error }, 'jobs cannot be read; trying again');
          lookAt(now() + backOffMs(failures, { firstMs: 250, maxMs: options.idleMs }, random()));
        },
      )
      .finally(() => {
        looking = undefined;
      });
  }

  /** Claims and starts what is due; returns the moment of the next look. */
  async function lookOnce(): Promise<number> {
    fault('look:before');
    await putInOrder();
    const taken = new Map<string, number>();
    for (const { kind } of runs.values()) taken.set(kind, (taken.get(kind) ?? 0) + 1);
    const wishes = [...handlers.values()].flatMap(({ kind }) => {
      const limit = kind.atOnce - (taken.get(kind.name) ?? 0);
      return limit > 0 ? [{ kind: kind.name, limit }] : [];
    });
    // One of our own whose claim ran out is left to others, or to its end.
    const next = (await patiently(nextJobs(database, wishes))).filter((job) => !runs.has(job.id));
    const at = now();
    const ids = next.flatMap((job) => (job.due_at <= at ? [job.id] : []));
    if (ids.length > 0) {
      idleMs = options.firstIdleMs;
      for (const job of await claim(ids, false)) void begin(job);
      // There may be more; and who came too late looks whether there are others.
      return now();
    }
    idleMs = Math.min(options.idleMs, idleMs * 2);
    const wait = Math.min(idleMs, ...next.map((job) => job.due_at - at));
    // Several processes wait for the same moment; they need not all wake at once.
    return at + wait + random() * Math.min(200, wait / 4);
  }

  /** What must be done once before jobs are claimed, and what a database that did not answer may have left behind. */
  async function putInOrder(): Promise<void> {
    for (const claimant of doubtful) {
      await patiently(handBackAll(database.db, claimant, now()));
      doubtful.delete(claimant);
    }
    if (recurringThere) return;
    for (const { kind } of handlers.values()) {
      if (kind.schedule === undefined) continue;
      const job = newJob(kind.name, '{}', { runAt: kind.schedule(now()) });
      await patiently(ensureRecurring(database, { ...job, dedupeKey: `recurring:${kind.name}` }));
    }
    recurringThere = true;
  }

  async function claim(ids: readonly string[], early: boolean): Promise<readonly (ClaimedJob & { until: number })[]> {
    const claimant = `${deps.nodeId}:${++batches}`;
    const until = now() + options.claimMs;
    const doubt = (): void => void doubtful.add(claimant);
    const claiming = claimJobs(
      database,
      { ids, kinds: [...handlers.keys()], now: now(), until, claimant, early },
      fault,
    ).then((jobs) => {
      fault('claim:after-commit');
      return jobs;
    });
    try {
      const jobs = await patiently(claiming);
      return jobs.map((job) => ({ ...job, until }));
    } catch (error) {
      doubt();
      // It may still be made when nobody waits for it any more.
      claiming.then(doubt, doubt);
      throw error;
    }
  }

  function begin(job: ClaimedJob & { readonly until: number }): Promise<RunEnd> {
    const handler = handlers.get(job.kind);
    if (handler === undefined) throw new Error(`a job of the unknown kind ${job.kind} was claimed`);
    const run = startRun({ ...deps, closing: closing.signal, dueAt: lookAt }, handler, job, job.until);
    runs.set(job.id, { kind: job.kind, run });
    if (stopped) run.stop();
    return run.ended.then((end) => {
      runs.delete(job.id);
      const counts = ends.get(job.kind) ?? new Map<RunEnd, number>();
      ends.set(job.kind, counts.set(end, (counts.get(end) ?? 0) + 1));
      // A place is free.
      look();
      return end;
    });
  }

  async function runEarly(dedupeKey: string): Promise<RunEnd | undefined> {
    if (stopped || handlers.size === 0) return undefined;
    const id = await patiently(findJobByKey(database, dedupeKey));
    if (id === undefined) return undefined;
    const running = runs.get(id);
    if (running !== undefined) return await running.run.ended;
    const [job] = await claim([id], true);
    return job === undefined ? undefined : await begin(job);
  }

  function patiently<T>(work: Promise<T>): Promise<T> {
    return within(options.patienceMs, work);
  }

  function newJob(kind: string, payload: string, { runAt = now(), dedupeKey }: AddOptions): NewJob {
    return { id: `job_${deps.newId()}`, kind, payload, dedupeKey, runAt, createdAt: now() };
  }

  async function addWithin<P>(
    transaction: Db,
    kind: JobKind<P>,
    payload: P,
    addOptions: AddOptions = {},
  ): Promise<Added> {
    const added = await addJob(
      transaction,
      database.kind,
      newJob(kind.name, JSON.stringify(kind.payload.parse(payload)), addOptions),
    );
    fault('add:before-commit');
    return added;
  }

  return {
    async add(kind, payload, addOptions = {}) {
      const added = await database.transact((transaction) => addWithin(transaction, kind, payload, addOptions));
      fault('add:after-commit');
      lookAt(addOptions.runAt ?? now());
      return added;
    },
    addWithin,
    wake: (moment) => (moment === undefined ? look() : lookAt(moment)),
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
      started = true;
      look();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      for (const { run } of runs.values()) run.stop();
      // A look that is under way may still begin runs, which are then told to stop.
      const all = async (): Promise<void> => {
        await looking;
        await Promise.all([...runs.values()].map(({ run }) => run.ended));
        for (const claimant of doubtful) await handBackAll(database.db, claimant, now());
      };
      await within(options.stopGraceMs * 2, all()).catch(() => undefined);
      closing.abort();
    },
    mayCancel: (kind) => handlers.get(kind)?.kind.cancellable ?? true,
    stats: () => ({ kinds: [...handlers.keys()], running: runs.size, failing: failures > 0, ends }),
  };
}
