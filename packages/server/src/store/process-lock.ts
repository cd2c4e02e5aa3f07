import { Database as Sqlite } from 'bun:sqlite';
import { isSqliteBusy } from './dialect/sqlite.ts';

/** A lock that this process holds until it lets go or dies, however it dies. */
export type ProcessLock = { release(): void };

/**
 * Takes the lock that `path` stands for, or returns undefined when a living process has it. It is the lock of an empty
 * SQLite file, because the operating system drops it with its process: no stale pid files, no pids that were given
 * to someone else, and it holds between containers that share the folder.
 */
export function takeProcessLock(path: string): ProcessLock | undefined {
  const sqlite = new Sqlite(path, { create: true, readwrite: true });
  try {
    sqlite.run('pragma busy_timeout = 0');
    sqlite.run('begin exclusive');
  } catch (error) {
    sqlite.close();
    if (isSqliteBusy(error)) return undefined;
    throw error;
  }
  return {
    release: () => {
      if (sqlite.inTransaction) sqlite.run('rollback');
      sqlite.close();
    },
  };
}
