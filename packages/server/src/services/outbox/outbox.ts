import { closeSync, fdatasync, ftruncateSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { frameWriter, readFrames } from './frames.ts';

/** One journal file. It is deleted once it is full and nothing in it waits to be posted. */
export type Segment = { readonly path: string; unposted: number; sealed: boolean };

/** The append-only journal of one gateway process. */
export type Outbox = {
  /**
   * Writes rows in one write. After it returns they survive the death of this process. Throws when the disk refuses;
   * the file is then as it was before.
   */
  append(rows: readonly string[]): Segment;
  /** Calls back when everything appended so far has reached the disk itself; at once unless that was asked for. */
  whenDurable(done: () => void): void;
  /** Says that `count` rows of a segment stand in the books. */
  posted(segment: Segment, count: number): void;
  /** Ends the current file. */
  close(): void;
};

export type OutboxOptions = {
  readonly directory: string;
  /** Size at which a new file is begun. */
  readonly segmentBytes: number;
  /** Whether to wait for `fdatasync`: for those who fear power cuts. */
  readonly sync: boolean;
  readonly fault: (point: string) => void;
};

const suffix = '.seg';

export function openOutbox({ directory, segmentBytes, sync, fault }: OutboxOptions): Outbox {
  const frame = frameWriter();
  let number = 0;
  let fd = -1;
  let size = 0;
  let segment: Segment | undefined;
  const syncing = groupSync();

  const begin = (): Segment => {
    number++;
    const path = join(directory, `${String(number).padStart(8, '0')}${suffix}`);
    fd = openSync(path, 'wx', 0o600);
    size = 0;
    return { path, unposted: 0, sealed: false };
  };
  const deleteIfDone = (done: Segment): void => {
    if (!done.sealed || done.unposted > 0) return;
    try {
      fault('segment:before-delete');
      rmSync(done.path, { force: true });
    } catch {
      // It will be read again at the next start, and posting it again changes nothing.
    }
  };
  const seal = (): void => {
    if (segment === undefined) return;
    segment.sealed = true;
    syncing.finish(fd);
    deleteIfDone(segment);
    segment = undefined;
    fd = -1;
  };

  return {
    append: (rows) => {
      if (segment !== undefined && size >= segmentBytes) seal();
      segment ??= begin();
      const bytes = frame(rows);
      writeWhole(fd, bytes, size);
      size += bytes.byteLength;
      segment.unposted += rows.length;
      return segment;
    },
    whenDurable: (done) => {
      if (sync && fd >= 0) syncing.wait(fd, done);
      else done();
    },
    posted: (done, count) => {
      done.unposted -= count;
      deleteIfDone(done);
    },
    close: seal,
  };
}

/** Writes all or nothing: what a full disk took of it is cut off again. */
function writeWhole(fd: number, bytes: Uint8Array, position: number): void {
  let written = 0;
  try {
    while (written < bytes.byteLength) {
      const count = writeSync(fd, bytes, written, bytes.byteLength - written, position + written);
      if (count === 0) throw new Error('the disk took nothing');
      written += count;
    }
  } catch (error) {
    ftruncateSync(fd, position);
    throw error;
  }
}

/** One `fdatasync` at a time; all who come while one runs share the next. A file is closed after its last. */
function groupSync() {
  let running = false;
  let waiting: { readonly fd: number; readonly done: () => void }[] = [];
  const toClose = new Set<number>();
  const closeIdle = (): void => {
    for (const fd of toClose) {
      if (waiting.some((entry) => entry.fd === fd)) continue;
      toClose.delete(fd);
      closeSync(fd);
    }
  };
  const run = (): void => {
    const [first] = waiting;
    if (running || first === undefined) return;
    running = true;
    const group = waiting.filter((entry) => entry.fd === first.fd);
    waiting = waiting.filter((entry) => entry.fd !== first.fd);
    fdatasync(first.fd, (error) => {
      running = false;
      // A disk that cannot sync will not do better if asked again; the row is in the page cache and will be posted.
      void error;
      for (const entry of group) entry.done();
      closeIdle();
      run();
    });
  };
  return {
    wait: (fd: number, done: () => void): void => {
      waiting.push({ fd, done });
      run();
    },
    finish: (fd: number): void => {
      toClose.add(fd);
      if (!running) closeIdle();
    },
  };
}

/** What a dead process left behind. `damaged` names files with something unreadable other than a torn end. */
export function readOutbox(directory: string): {
  readonly rows: readonly string[];
  readonly damaged: readonly string[];
} {
  const rows: string[] = [];
  const damaged: string[] = [];
  for (const name of readdirSync(directory)
    .filter((entry) => entry.endsWith(suffix))
    .toSorted()) {
    const read = readFrames(readFileSync(join(directory, name)));
    rows.push(...read.rows);
    if (read.end === 'damaged') damaged.push(join(directory, name));
  }
  return { rows, damaged };
}
