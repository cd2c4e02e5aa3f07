import type { Database } from '../../store/database.ts';
import { logPlaces, type PostingRow } from '../../store/ledger/posting-row.ts';
import { loggedOf, requestLogRepository, type LogFilters, type LoggedRequest } from '../../store/request-log.ts';
import { matches } from './log-filters.ts';

/** Requests as they end, for who watches. */
export type Tail = {
  /** Told of what this process has posted. Costs nothing while nobody watches. */
  posted(rows: readonly PostingRow[]): void;
  /** What ends from now on and matches, until the signal is aborted. */
  watch(filters: LogFilters, signal: AbortSignal): AsyncGenerator<Watched>;
  close(): void;
};

export type Watched = { readonly requests: readonly LoggedRequest[]; readonly missed: number };

export type TailOptions = {
  readonly database: Database;
  readonly now: () => number;
  /** How many processes serve; what others have posted is looked up in the database. */
  readonly processes: () => number;
  readonly failed: (error: unknown) => void;
  readonly pollMs?: number;
};

type Watcher = {
  readonly filters: LogFilters;
  waiting: LoggedRequest[];
  missed: number;
  wake: () => void;
};

/** Kept for one watcher who is slow; what is older is counted only. */
const maxWaiting = 500;
const maxEvent = 100;
/** Longest an event waits for company. */
const pauseMs = 200;

/** Requests of other processes are noticed if they took no longer than this. */
const windowMs = 60_000;
const maxPolled = 1000;

/**
 * One source for all who watch: what this process posts is handed over as it is posted, and where others serve as well the
 * database is asked every two seconds, once for all watchers, for what it has received in the last minute.
 */
export function openTail(options: TailOptions): Tail {
  const watchers = new Set<Watcher>();
  /** Ids that were told already, with when; of the last minutes only. */
  const told = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tell = (requests: readonly LoggedRequest[]): void => {
    const at = options.now();
    for (const request of requests) {
      if (told.has(request.id)) continue;
      told.set(request.id, at);
      for (const watcher of watchers) {
        if (!matches(request, watcher.filters)) continue;
        watcher.waiting.push(request);
        if (watcher.waiting.length > maxWaiting) {
          watcher.waiting.shift();
          watcher.missed++;
        }
        watcher.wake();
      }
    }
    for (const [id, when] of told) {
      if (at - when < 2 * windowMs) break;
      told.delete(id);
    }
  };

  const poll = async (): Promise<void> => {
    const { db } = options.database;
    const ids = await requestLogRepository.idsSince(db, options.now() - windowMs, maxPolled);
    const fresh = ids.filter((id) => !told.has(id)).slice(0, maxWaiting);
    tell((await requestLogRepository.some(db, fresh)).toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  };

  const pollOn = (): void => {
    timer = setTimeout(() => {
      const polling = options.processes() > 1 ? poll().catch(options.failed) : Promise.resolve();
      void polling.finally(() => {
        timer = undefined;
        if (watchers.size > 0) pollOn();
      });
    }, options.pollMs ?? 2000);
  };

  const begin = async (): Promise<void> => {
    if (watchers.size > 1) return;
    // What was there before is not told.
    told.clear();
    if (options.processes() > 1) {
      const at = options.now();
      for (const id of await requestLogRepository.idsSince(options.database.db, at - windowMs, maxPolled))
        told.set(id, at);
    }
    if (timer === undefined) pollOn();
  };

  return {
    posted: (rows) => {
      if (watchers.size === 0) return;
      tell(rows.filter(({ logged }) => logged === logPlaces.beside).map(loggedOf));
    },
    async *watch(filters, signal) {
      const watcher: Watcher = { filters, waiting: [], missed: 0, wake: () => undefined };
      watchers.add(watcher);
      const stop = (): void => watcher.wake();
      signal.addEventListener('abort', stop);
      try {
        await begin();
        while (!signal.aborted) {
          if (watcher.waiting.length === 0) {
            await new Promise<void>((resolve) => {
              watcher.wake = resolve;
              if (signal.aborted) resolve();
            });
            continue;
          }
          const { missed } = watcher;
          const requests = watcher.waiting.splice(0, maxEvent);
          watcher.missed = 0;
          yield { requests, missed };
          if (watcher.waiting.length < maxEvent) await pause(pauseMs, signal);
        }
      } finally {
        signal.removeEventListener('abort', stop);
        watchers.delete(watcher);
      }
    },
    close: () => clearTimeout(timer),
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
