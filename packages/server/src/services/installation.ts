import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { databaseNow } from '../store/database-clock.ts';
import type { Database } from '../store/database.ts';

export type InstallationDeps = {
  readonly database: Pick<Database, 'db' | 'kind'>;
  /** Where the outbox and uploads are kept. */
  readonly dataDir: string;
  /** ms since the epoch. */
  readonly now: () => number;
  /** A new unique id, good for the name of a file. */
  readonly newId: () => string;
};

/** `clockAheadMs`: how much further the database's clock is than this process's. */
export type DatabaseCheck = {
  readonly reachable: boolean;
  readonly answeredMs: number;
  readonly clockAheadMs: number | null;
};

/** Whether the database answers, how fast, and what time it has. */
export async function checkDatabase({ database, now }: InstallationDeps): Promise<DatabaseCheck> {
  const asked = now();
  try {
    const theirs = await databaseNow(database);
    const answered = now();
    // Read somewhere between question and answer: in the middle, at best guess.
    return {
      reachable: true,
      answeredMs: answered - asked,
      clockAheadMs: Math.round(theirs - (asked + answered) / 2),
    };
  } catch {
    return { reachable: false, answeredMs: now() - asked, clockAheadMs: null };
  }
}

/** Writes a file into the data directory and takes it away again; `problem` is the system's word for what hinders it. */
export async function checkDataDir({
  dataDir,
  newId,
}: Pick<InstallationDeps, 'dataDir' | 'newId'>): Promise<{ readonly problem: string | null }> {
  const file = path.join(dataDir, `.write-check-${newId()}`);
  try {
    await writeFile(file, 'tollgate', { flush: true });
    await rm(file);
    return { problem: null };
  } catch (error) {
    return { problem: error instanceof Error && 'code' in error ? String(error.code) : 'unknown' };
  }
}
