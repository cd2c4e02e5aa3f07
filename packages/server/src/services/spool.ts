import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** The disk has no room for more, or more than was allowed is spooled. */
export class SpoolFull extends Error {}

/** What is too large for memory and lives no longer than a request: bytes appended once, read as often as needed. */
export type SpoolFile = {
  /** One call at a time. Rejects with {@link SpoolFull}. */
  append(bytes: Uint8Array): Promise<void>;
  /** Reads what lies between two offsets, a piece at a time; each piece is the reader's. */
  read(from: number, to: number): AsyncGenerator<Uint8Array, void>;
  /** Gives the disk back, at once or when the reads under way are over. Idempotent. */
  release(): void;
};

export type Spool = {
  create(): Promise<SpoolFile>;
  /** Files that are open, and the bytes in them. */
  stats(): { readonly files: number; readonly bytes: number };
};

export type SpoolOptions = {
  readonly dir: string;
  /** Most bytes spooled at once; further ones are refused. */
  readonly maxBytes: number;
};

/** Of our names; others in the folder are not ours to remove. */
const prefix = 'upload-';

const pieceBytes = 64 * 1024;

/**
 * Opens the folder for spooled files, only for this user. A file loses its name as soon as it is open: the system takes it
 * away with its process, whatever becomes of that. A name that is found here was left by a process that died in between
 * (or is about to lose it), and is removed.
 */
export function openSpool({ dir, maxBytes }: SpoolOptions): Spool {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(dir)) if (name.startsWith(prefix)) rmSync(join(dir, name), { force: true });
  let files = 0;
  let bytes = 0;

  const reserve = (more: number): void => {
    if (bytes + more > maxBytes) throw new SpoolFull(`more than ${maxBytes} bytes would be spooled`);
    bytes += more;
  };

  const fileOf = (handle: FileHandle): SpoolFile => {
    let size = 0;
    let busy = 0;
    let released = false;
    /** Closing under a read would let it read what gets the same descriptor next. */
    const closeWhenIdle = (): void => {
      if (!released || busy > 0) return;
      files -= 1;
      bytes -= size;
      size = 0;
      handle.close().catch(() => undefined);
    };
    const using = async <T>(work: () => Promise<T>): Promise<T> => {
      if (released) throw new Error('the spooled file has been given back');
      busy += 1;
      try {
        return await work();
      } finally {
        busy -= 1;
        closeWhenIdle();
      }
    };
    files += 1;
    return {
      append: (piece) =>
        using(async () => {
          reserve(piece.byteLength);
          const start = size;
          size += piece.byteLength;
          for (let at = 0; at < piece.byteLength;)
            at += (await handle.write(piece, at, piece.byteLength - at, start + at)).bytesWritten;
        }).catch(fullWhenFull),
      async *read(from, to) {
        for (let at = from; at < to;) {
          const buffer = new Uint8Array(Math.min(pieceBytes, to - at));
          const { bytesRead } = await using(() => handle.read(buffer, 0, buffer.byteLength, at));
          if (bytesRead === 0) throw new Error('the spooled file is shorter than it was written');
          at += bytesRead;
          yield buffer.subarray(0, bytesRead);
        }
      },
      release() {
        if (released) return;
        released = true;
        closeWhenIdle();
      },
    };
  };

  return {
    async create() {
      const path = join(dir, prefix + randomUUID());
      const handle = await open(path, 'wx+', 0o600).catch(fullWhenFull);
      // Another process that starts may have removed it already.
      await unlink(path).catch(async (error: unknown) => {
        if (codeOf(error) === 'ENOENT') return;
        await handle.close();
        throw error;
      });
      return fileOf(handle);
    },
    stats: () => ({ files, bytes }),
  };
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

function fullWhenFull(error: unknown): never {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') throw new SpoolFull('the disk is full', { cause: error });
  throw error;
}
