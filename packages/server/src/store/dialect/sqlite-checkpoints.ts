import { statSync } from 'node:fs';

/**
 * Moves SQLite's write-ahead log into the database file from a thread of its own. A checkpoint waits for the disk
 * (measured here: 20 ms for 1000 pages, 65 ms for 4000), and on the only thread of a gateway every stream would wait with
 * it. Other processes may do the same; SQLite lets one at a time.
 */
export type Checkpoints = {
  /** Says that something was committed; from time to time that starts a checkpoint. */
  committed(): void;
  close(): Promise<void>;
};

/** A log of so many bytes is worth a checkpoint. */
const worthBytes = 4 << 20;
/** The size of the log is looked at once in so many commits. */
const everyCommits = 16;

/**
 * The thread's program. Text instead of a file, so that it is also there in the one-file executable, whose
 * bundler does not follow workers.
 */
const program = `
import { Database } from 'bun:sqlite';
let sqlite;
self.onmessage = ({ data }) => {
  if (data === 'close') {
    sqlite?.close();
    self.postMessage('closed');
    return;
  }
  try {
    if (sqlite === undefined) {
      sqlite = new Database(data, { readwrite: true });
      sqlite.run('pragma busy_timeout = 0');
      sqlite.run('pragma synchronous = normal');
    }
    sqlite.query('pragma wal_checkpoint(passive)').get();
  } catch {
    // Busy: the next one will do.
  }
  self.postMessage('done');
};
`;

/** Starts no thread before the log has grown. `failed` runs when there can be none; the caller must then checkpoint itself. */
export function openCheckpoints(path: string, failed: () => void): Checkpoints {
  let worker: Worker | undefined;
  let busy = false;
  let commits = 0;
  let broken = false;
  let closed: (() => void) | undefined;

  const start = (): Worker => {
    const url = URL.createObjectURL(new Blob([program], { type: 'application/javascript' }));
    const made = new Worker(url, { ref: false });
    made.onmessage = ({ data }: MessageEvent<unknown>) => {
      busy = false;
      if (data === 'closed') closed?.();
    };
    made.onerror = () => {
      broken = true;
      busy = false;
      closed?.();
      failed();
    };
    return made;
  };

  return {
    committed: () => {
      if (broken || busy || ++commits % everyCommits !== 0) return;
      if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) < worthBytes) return;
      worker ??= start();
      busy = true;
      worker.postMessage(path);
    },
    close: async () => {
      const running = worker;
      worker = undefined;
      if (running === undefined || broken) return;
      broken = true;
      // Ended in the middle, a thread would leave its file locks to the process.
      await new Promise<void>((resolve) => {
        closed = resolve;
        running.postMessage('close');
      });
      running.terminate();
    },
  };
}
