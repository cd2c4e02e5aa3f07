import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Database } from '../../store/database.ts';
import { dissolveNode } from '../../store/ledger/leases.ts';
import { silentNodes } from '../../store/ledger/nodes.ts';
import type { PostingRow } from '../../store/ledger/posting-row.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { takeProcessLock } from '../../store/process-lock.ts';
import type { ProcessLock } from '../../store/process-lock.ts';
import { readOutbox } from '../outbox/outbox.ts';
import { readRow } from '../outbox/row-text.ts';

const lockName = 'lock';

/** A folder of our own under `root`, locked for as long as this process lives. */
export type Nest = { readonly nodeId: string; readonly directory: string; readonly lock: ProcessLock };

/** Makes the folder. A name may be lost to an adopter who took the newborn for dead; then another is tried. */
export function makeNest(root: string, nodeId: string, newId: (prefix: string) => string): Nest {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < 20; attempt++) {
    const name = `${nodeId}.${newId('node')}`;
    const directory = join(root, name);
    mkdirSync(directory, { mode: 0o700 });
    try {
      const lock = takeProcessLock(join(directory, lockName));
      if (lock !== undefined && existsSync(join(directory, lockName))) return { nodeId: name, directory, lock };
      lock?.release();
    } catch {
      // The folder was cleared away under us.
    }
  }
  throw new Error(`no folder for the outbox could be made in ${root}`);
}

/** Removes our own folder after a clean end. */
export function clearNest(nest: Nest): void {
  nest.lock.release();
  rmSync(nest.directory, { recursive: true, force: true });
}

type Deps = {
  readonly database: Database;
  readonly root: string;
  /** Name of our own folder. */
  readonly self: string;
  readonly now: () => number;
  readonly newId: (prefix: string) => string;
  readonly fault: (point: string) => void;
  readonly warn: (fields: Readonly<Record<string, unknown>>, message: string) => void;
  /** Told of every batch after it is committed. */
  readonly posted: (rows: readonly PostingRow[]) => void;
};

/**
 * Finishes what dead processes of this data folder began: posts what is left in their outboxes and gives their leases
 * back. Whoever gets the lock of a folder owns it, so two heirs never share one. Returns the number of rows found.
 */
export async function adoptDead(deps: Deps): Promise<number> {
  let found = 0;
  if (!existsSync(deps.root)) return found;
  for (const entry of readdirSync(deps.root, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === deps.self || entry.name === damagedName) continue;
    found += await adopt(deps, join(deps.root, entry.name));
  }
  return found;
}

const damagedName = 'damaged';
const batchRows = 200;

async function adopt(deps: Deps, directory: string): Promise<number> {
  const lock = lockOf(directory);
  if (lock === undefined) return 0;
  const nodeId = basename(directory);
  try {
    const { rows, damaged } = readOutbox(directory);
    for (let start = 0; start < rows.length; start += batchRows) {
      const batch = rows.slice(start, start + batchRows).map(readRow);
      await postBatch(
        deps.database,
        { transactionId: deps.newId('txn'), at: deps.now(), nodeId, rows: batch },
        deps.fault,
      );
      deps.fault('recover:after-batch');
      deps.posted(batch);
    }
    await dissolveNode(deps.database, nodeId);
    deps.fault('recover:after-dissolve');
    keepDamaged(deps, damaged);
    rmSync(directory, { recursive: true, force: true });
    if (rows.length > 0) deps.warn({ nodeId, rows: rows.length }, 'posted what a dead process left in its outbox');
    return rows.length;
  } finally {
    lock.release();
  }
}

/** Strikes off the nodes that have shown no life since `before` (ms), and gives their leases back. */
export async function dissolveSilent(database: Database, before: number): Promise<void> {
  for (const silent of await silentNodes(database, before)) await dissolveNode(database, silent, before);
}

function lockOf(directory: string): ProcessLock | undefined {
  try {
    return takeProcessLock(join(directory, lockName));
  } catch {
    // Another heir has just cleared the folder away.
    return undefined;
  }
}

/** Files with unreadable parts are evidence; they are never deleted by a program. */
function keepDamaged(deps: Deps, files: readonly string[]): void {
  for (const file of files) {
    const folder = join(deps.root, damagedName);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const kept = join(folder, `${basename(join(file, '..'))}-${basename(file)}`);
    renameSync(file, kept);
    deps.warn({ file: kept }, 'a journal file is damaged; its readable part has been posted');
  }
}
