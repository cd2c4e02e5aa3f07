import type { Database } from '../../store/database.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import type { Posted, PostingRow } from '../../store/ledger/posting-row.ts';

/** A row on its way to the books. */
type Entry = { readonly row: PostingRow };

export type PosterOptions = {
  /** Rows of one transaction. On SQLite one takes 10 to 20 µs of the only thread there is. */
  readonly batchRows: number;
  /** How long rows wait for company. */
  readonly intervalMs: number;
  /** Longest pause between attempts while the database is away. */
  readonly maxBackoffMs: number;
};

type Deps<T extends Entry> = {
  readonly database: Database;
  readonly nodeId: string;
  readonly now: () => number;
  readonly newId: (prefix: string) => string;
  readonly fault: (point: string) => void;
  readonly failed: (error: unknown, message: string) => void;
  readonly options: PosterOptions;
  /** Told of every batch after it is committed. Must not throw. */
  readonly posted: (batch: readonly T[], outcome: Posted) => void;
};

export type Poster<T extends Entry> = {
  add(entries: readonly T[]): void;
  readonly waiting: number;
  readonly postedRows: number;
  readonly batches: number;
  /** Whether the last attempt failed. */
  readonly failing: boolean;
  /** Posts what waits without further delay; false when the database did not take it within `timeoutMs`. */
  drain(timeoutMs: number): Promise<boolean>;
  /** Stops after the batch under way; what waits stays in the outbox. */
  stop(): Promise<void>;
};

/** Moves rows to the books in batches, one at a time, for as long as it takes. */
export function startPoster<T extends Entry>(deps: Deps<T>): Poster<T> {
  const { options } = deps;
  let queue: T[] = [];
  /** Entries at the head of the queue that are done; cut off now and then, because cutting moves all the others. */
  let gone = 0;
  let running: Promise<void> | undefined;
  let stopped = false;
  let hurry = false;
  let failures = 0;
  let postedRows = 0;
  let batches = 0;
  let wake: (() => void) | undefined;

  const waiting = (): number => queue.length - gone;

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const postOne = async (): Promise<void> => {
    // A row the database refuses (a bug, not an outage) must not hold up the others: after a few failures rows go alone,
    // and one that fails alone goes to the end of the queue. It is never dropped.
    const batch = queue.slice(gone, gone + (failures >= 3 ? 1 : options.batchRows));
    try {
      deps.fault('post:before');
      const rows = batch.map((entry) => entry.row);
      const posted = await postBatch(
        deps.database,
        { transactionId: deps.newId('txn'), at: deps.now(), nodeId: deps.nodeId, rows },
        deps.fault,
      );
      deps.fault('post:after-commit');
      gone += batch.length;
      if (gone > 5000 || gone === queue.length) {
        queue = queue.slice(gone);
        gone = 0;
      }
      failures = 0;
      postedRows += batch.length;
      batches++;
      deps.posted(batch, posted);
    } catch (error) {
      failures++;
      if (batch.length === 1 && waiting() > 1) {
        gone++;
        queue.push(...batch);
      }
      deps.failed(error, 'a batch could not be posted');
      await pause(Math.min(options.maxBackoffMs, 20 * 2 ** Math.min(failures, 12)) * (0.5 + Math.random() / 2));
    }
  };

  const run = async (): Promise<void> => {
    while (waiting() > 0 && !stopped) {
      if (!hurry && failures === 0 && waiting() < options.batchRows) await pause(options.intervalMs);
      if (stopped) return;
      await postOne();
      // Let requests through between two batches.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  const start = (): void => {
    if (running !== undefined || stopped || waiting() === 0) return;
    running = run().finally(() => {
      running = undefined;
      start();
    });
  };

  return {
    add: (entries) => {
      for (const entry of entries) queue.push(entry);
      start();
    },
    get waiting() {
      return waiting();
    },
    get postedRows() {
      return postedRows;
    },
    get batches() {
      return batches;
    },
    get failing() {
      return failures > 0;
    },
    drain: async (timeoutMs) => {
      hurry = true;
      wake?.();
      const end = performance.now() + timeoutMs;
      while (waiting() > 0 && performance.now() < end) {
        start();
        await Promise.race([running, Bun.sleep(20)]);
      }
      hurry = false;
      return waiting() === 0;
    },
    stop: async () => {
      stopped = true;
      wake?.();
      await running;
    },
  };
}
