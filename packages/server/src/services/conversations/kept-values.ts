import { createHash } from 'node:crypto';
import type { Database } from '../../store/database.ts';
import { keptValueRepository } from '../../store/kept-values.ts';

export type KeptValuesOptions = {
  readonly database: Database;
  readonly now: () => number;
  /** Gives up waiting for a database that hangs. */
  readonly promptly: <T>(work: Promise<T>) => Promise<T>;
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, message: string): void };
  /** Characters of values held in memory; the oldest go first. */
  readonly maxChars?: number;
  /** Characters of values that wait for the database. */
  readonly maxWaitingChars?: number;
  /** How long values wait for company on their way to the database. */
  readonly flushMs?: number;
};

/**
 * Values that are kept for a while, each for one owner: in memory at once, in the database a moment later, so that they
 * outlive this process and are found by the others. A database that is away costs what was not yet written, no more.
 */
export type KeptValues = {
  /** The id of an owner's value. A hash of them all: whoever knows a name learns nothing without being its owner. */
  idOf(owner: string, kind: string, name: string): string;
  keep(id: string, value: string, lifeMs: number): void;
  /** There is no value, for certain: nobody need ask the database, and wait for other processes to write one. */
  keepAbsence(id: string, lifeMs: number): void;
  /** Values by id; synchronous when memory knows them all. Rejects when the database has to be asked and is away. */
  find(ids: readonly string[]): ReadonlyMap<string, string> | Promise<ReadonlyMap<string, string>>;
  forget(ids: readonly string[]): Promise<void>;
  /** Writes what waits. */
  close(): Promise<void>;
};

type Held = { readonly value: string | undefined; readonly expiresAt: number };
type Waiting = Held & { readonly value: string };

/** That the database has nothing under an id is believed for so long. */
const absenceMs = 60_000;
/** Another process may be about to write what was asked for. */
const secondLookMs = 150;
const maxBatch = 500;
/** One statement must stay below what databases take (MySQL: 16 MB at first); a value alone may be as large. */
const maxBatchChars = 4 << 20;
/** While the database is away, more than this is not held back for it. */
const maxWaiting = 50_000;

export function openKeptValues(options: KeptValuesOptions): KeptValues {
  const { database, now, log, promptly, maxChars = 32 << 20, maxWaitingChars = 64 << 20, flushMs = 50 } = options;
  const memory = new Map<string, Held>();
  let chars = 0;
  const waiting = new Map<string, Waiting>();
  let waitingChars = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let flushing: Promise<void> | undefined;
  let failures = 0;

  const sizeOf = (held: Held): number => 200 + (held.value?.length ?? 0);

  function remember(id: string, held: Held): void {
    const before = memory.get(id);
    if (before) chars -= sizeOf(before);
    // Deleted first, so that the newest stands last.
    memory.delete(id);
    memory.set(id, held);
    chars += sizeOf(held);
    for (const [oldest, value] of memory) {
      if (chars <= maxChars) break;
      memory.delete(oldest);
      chars -= sizeOf(value);
    }
  }

  function schedule(): void {
    if (timer !== undefined || waiting.size === 0) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        void flush();
      },
      waiting.size >= maxBatch && failures === 0 ? 0 : Math.min(30_000, flushMs * 2 ** failures),
    );
    timer.unref();
  }

  function flush(): Promise<void> {
    flushing ??= write().finally(() => {
      flushing = undefined;
      schedule();
    });
    return flushing;
  }

  function wait(id: string, held: Waiting): void {
    stopWaiting(id);
    // What is larger than a statement may be would be refused for ever, and all behind it.
    const tooMuch = held.value.length > maxBatchChars || waitingChars + sizeOf(held) > maxWaitingChars;
    if (tooMuch || waiting.size >= maxWaiting) return;
    waiting.set(id, held);
    waitingChars += sizeOf(held);
    schedule();
  }

  function stopWaiting(id: string): void {
    const held = waiting.get(id);
    if (held && waiting.delete(id)) waitingChars -= sizeOf(held);
  }

  /** As many of those that wait as one statement takes. */
  function nextBatch(): readonly (readonly [string, Waiting])[] {
    const batch: (readonly [string, Waiting])[] = [];
    let size = 0;
    for (const [id, held] of waiting) {
      size += sizeOf(held);
      if (batch.length === maxBatch || (batch.length > 0 && size > maxBatchChars)) break;
      batch.push([id, held]);
    }
    return batch;
  }

  async function write(): Promise<void> {
    const batch = nextBatch();
    try {
      await promptly(
        keptValueRepository.put(
          database,
          batch.map(([id, { value, expiresAt }]) => ({ id, value, expiresAt })),
        ),
      );
      for (const [id, held] of batch) if (waiting.get(id) === held) stopWaiting(id);
      failures = 0;
    } catch (error) {
      failures++;
      log.warn({ err: error, waiting: waiting.size }, 'conversation state could not be written; it is tried again');
    }
  }

  async function lookUp(ids: readonly string[], found: Map<string, string>): Promise<readonly string[]> {
    const rows = await keptValueRepository.find(database, ids, now());
    for (const [id, { value, expiresAt }] of rows) {
      found.set(id, value);
      remember(id, { value, expiresAt });
    }
    return ids.filter((id) => !rows.has(id));
  }

  async function findStored(ids: readonly string[], found: Map<string, string>): Promise<ReadonlyMap<string, string>> {
    let missing = await lookUp(ids, found);
    if (missing.length > 0) {
      await Bun.sleep(secondLookMs);
      missing = await lookUp(missing, found);
    }
    for (const id of missing) remember(id, { value: undefined, expiresAt: now() + absenceMs });
    return found;
  }

  return {
    idOf: (owner, kind, name) => createHash('sha256').update(`${owner}\0${kind}\0${name}`).digest('base64url'),
    keep(id, value, lifeMs) {
      const held = { value, expiresAt: now() + lifeMs };
      remember(id, held);
      wait(id, held);
    },
    keepAbsence: (id, lifeMs) => remember(id, { value: undefined, expiresAt: now() + lifeMs }),
    find(ids) {
      const found = new Map<string, string>();
      const unknown: string[] = [];
      for (const id of ids) {
        const held = memory.get(id);
        if (!held || held.expiresAt <= now()) unknown.push(id);
        else if (held.value !== undefined) found.set(id, held.value);
      }
      return unknown.length === 0 ? found : promptly(findStored(unknown, found));
    },
    async forget(ids) {
      for (const id of ids) {
        stopWaiting(id);
        remember(id, { value: undefined, expiresAt: now() + absenceMs });
      }
      // What is being written just now would come back.
      await flushing;
      await promptly(keptValueRepository.remove(database, ids));
    },
    async close() {
      clearTimeout(timer);
      await flushing;
      failures = 0;
      while (waiting.size > 0 && failures < 2) await flush();
      clearTimeout(timer);
    },
  };
}
