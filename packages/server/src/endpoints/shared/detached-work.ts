import { z } from 'zod';
import type { BackgroundJob } from '../../domain/background-job.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Ending } from '../../relay/settle/ending.ts';
import { settleLater } from '../../relay/settle/settle-later.ts';
import { jobHandler, jobKind, type JobHandler, type JobKind } from '../../services/jobs/job-kind.ts';
import type { Jobs } from '../../services/jobs/jobs.ts';
import { unlessStopped } from '../../services/jobs/unless-stopped.ts';
import type { Hold } from '../../services/ledger/types.ts';
import type { Database, Db } from '../../store/database.ts';

/** What is set aside stands for so long unless it is renewed: work that nobody asks after any more holds nothing for ever. */
const reservedMs = 3_600_000;

/** Longer than any provider works; what nobody can tell of by then is given up, and costs nothing. */
const longestMs = 86_400_000;

/** Work is asked after at least so often, where nothing else is said of it. */
const usualLongestMs = 15_000;

/** When work is asked after again (ms), and until when what it may cost is set aside (ms since the epoch), if it is. */
type Pace = { readonly waitMs: number; readonly reservedUntil?: number | undefined };

/** These stand in the payload of its job, beside the key by which the work is found. */
const pace = { waitMs: z.number(), reservedUntil: z.number().optional() };

/** What is known of work when it is asked after; `over` once there is nothing more to come. */
export type Progress = {
  readonly requestId: string;
  readonly over?: Over | undefined;
  /** How long it is at most until it is asked after again (ms), where that is not as usual. */
  readonly longestWaitMs?: number | undefined;
};

export type Over = {
  readonly job: BackgroundJob;
  readonly ending: Ending;
  /** Writes down that it is over, in the transaction that ends its job: it has been charged. */
  note(db: Db): Promise<void>;
};

/** One kind of work that a provider goes on with after its client was answered. `K` is the key by which the work is found. */
export type DetachedKind<K> = {
  readonly kind: JobKind<K & Pace>;
  dedupeKey(key: K): string;
  /** Asks how far it is, and notes that; undefined when nobody is to look after it any more. */
  progressOf(key: K): Promise<Progress | undefined>;
};

export type DetachedOptions = {
  readonly database: Database;
  readonly jobs: Jobs;
  /** Gives up waiting for a database that hangs. */
  readonly promptly: <T>(work: Promise<T>) => Promise<T>;
  /** How long until work is asked after first; each time it is not done it is asked after later. */
  readonly firstPollMs?: number;
  /** The longest wait, whatever is said of the work itself. */
  readonly lastPollMs?: number;
};

export type DetachedWork<K> = {
  readonly handler: JobHandler;
  /**
   * Has work looked after from here on: reserves its hold under the request's id, and writes it down (`insert`) with a job that asks
   * after it. Rejects, with nothing begun (`drop`), when it cannot be written down.
   */
  take(
    key: K,
    work: {
      readonly requestId: string;
      readonly hold: Hold;
      insert(db: Db): Promise<void>;
      drop(): Promise<void>;
    },
  ): Promise<void>;
  /** Has work asked after at once. */
  hasten(key: K): Promise<void>;
  /** Gives a job to work for which nothing is reserved, in a transaction of the caller's. */
  adoptWithin(db: Db, key: K): Promise<void>;
};

/** Declares the kind of job that looks after work; `key` is the shape of what finds the work. */
export const detachedJobKind = <S extends z.ZodRawShape>(name: string, key: S, deadlineMs: number) =>
  jobKind({
    name,
    payload: z.object({ ...key, ...pace }),
    // Each waits for its provider most of the time.
    atOnce: 128,
    deadlineMs,
    // It ends by itself after a day; before that only its provider can say that it is over.
    maxAttempts: 100_000,
    backOff: { firstMs: 2000, maxMs: 15_000 },
    // Somebody has to pay for it.
    cancellable: false,
  });

/** Looks after one kind of work that providers go on with; `deps` is asked for when it is complete. */
export function openDetachedWork<K extends object>(
  deps: () => RelayDeps,
  { database, jobs, promptly, firstPollMs = 2000, lastPollMs }: DetachedOptions,
  { kind, dedupeKey, progressOf }: DetachedKind<K>,
): DetachedWork<K> {
  const now = (): number => deps().clock.now();
  const later = (waitMs: number, longestMs = usualLongestMs): number => Math.min(lastPollMs ?? longestMs, waitMs * 1.5);

  const handler = jobHandler(kind, async (payload, context) => {
    const progress = await unlessStopped(context.signal, progressOf(payload));
    if (!progress) return undefined;
    const { requestId, over, longestWaitMs } = progress;
    if (over) {
      await settleLater(deps(), over.job, over.ending);
      // Should the process die before this, it is settled once more, and charged once.
      await database.transact(async (db) => {
        await over.note(db);
        await context.finish(db);
      });
      return undefined;
    }
    // A pace that has been made quicker holds from now on.
    const waitMs = Math.min(payload.waitMs, lastPollMs ?? longestWaitMs ?? usualLongestMs);
    let { reservedUntil } = payload;
    if (reservedUntil !== undefined && reservedUntil - now() < reservedMs / 2) {
      reservedUntil = now() + reservedMs;
      await deps().ledger.renew({ id: requestId, expiresAt: reservedUntil });
    }
    return { runAt: now() + waitMs, payload: { ...payload, waitMs: later(waitMs, longestWaitMs), reservedUntil } };
  });

  const addJob = async (db: Db, key: K, reservedUntil?: number): Promise<void> => {
    const payload = { ...key, waitMs: later(firstPollMs), reservedUntil };
    await jobs.addWithin(db, kind, payload, { runAt: now() + firstPollMs, dedupeKey: dedupeKey(key) });
  };

  /** What was put to one candidate in vain, and is put to another, is reserved already. */
  const reserved = new WeakSet<Hold>();

  return {
    handler,
    adoptWithin: (db, key) => addJob(db, key),
    async hasten(key) {
      // The job that looks after it comes forward. Should it just have ended, the one that is made finds nothing to do.
      await jobs.add(kind, { ...key, waitMs: later(firstPollMs) }, { dedupeKey: dedupeKey(key) });
    },
    async take(key, { requestId, hold, insert, drop }) {
      const reservedUntil = now() + reservedMs;
      if (!reserved.has(hold)) {
        const made = await promptly(deps().ledger.reserve(hold, { id: requestId, expiresAt: reservedUntil }));
        if ('refused' in made) throw new Error(`the hold of a ${kind.name}: ${made.refused}`);
        reserved.add(hold);
      }
      const writing = database.transact(async (db) => {
        await insert(db);
        await addJob(db, key, reservedUntil);
      });
      try {
        await promptly(writing);
      } catch (error) {
        // Its client is told that there is none. Should it be written down yet, nobody is to look after it.
        writing.then(drop).catch(() => undefined);
        throw error;
      }
      jobs.wake(now() + firstPollMs);
    },
  };
}

/**
 * What `ask` tells of work that was begun at a moment (ms since the epoch), or `lost` when it is old and still not over. Rejects when
 * asking fails, unless the work is old.
 */
export async function toldOrLost<T>(
  deps: RelayDeps,
  begunAt: number,
  { ask, isOver, lost }: { ask(): Promise<T | undefined>; isOver(told: T): boolean; readonly lost: T },
): Promise<T | undefined> {
  const old = deps.clock.now() - begunAt > longestMs;
  const told = await ask().catch((error: unknown) => {
    if (old) return undefined;
    throw error;
  });
  return old && !(told !== undefined && isOver(told)) ? lost : told;
}
