import type { Deadlines } from '../send/deadlines.ts';
import type { Load } from '../admit/load.ts';
import { Refusal } from '../../domain/refusal.ts';

/** What the reading of a body is held to: the clock that ends a slow one, and the load that counts what is held of it. */
export type BodyWatch = {
  readonly deadlines: Pick<Deadlines, 'watch' | 'forget'>;
  readonly now: () => number;
  readonly load: Pick<Load, 'bufferedBytes'>;
  /** Bytes buffered in the whole process beyond which no more is read. */
  readonly maxBufferedBytes: number;
};

/** The client left, or broke its connection, before its body was whole. */
export class BodyCut extends Error {}

export const cut = (cause: unknown): BodyCut => new BodyCut('the request body broke off', { cause });
export const tooLarge = (maxBytes: number): Refusal =>
  new Refusal('request_too_large', `The request body is larger than ${maxBytes} bytes.`);
export const overloaded = (): Refusal =>
  new Refusal('overloaded', 'The gateway is overloaded. Try again shortly.', { retryAfterMs: 2000 });
export const tooSlow = (): Refusal => new Refusal('request_timeout', 'The request body did not arrive in time.');

/** Time for a body's first bytes; each byte that comes prolongs it, so that only a body that trickles is given up. */
export const patienceMs = 30_000;
export const slowestBytesPerMs = 16;

/** What of a body's stream is used. */
export type BodyReader = {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
  releaseLock(): void;
};

/** The bytes that the head of a request announces; undefined where it announces none. */
export function announcedBytes(request: Request): number | undefined {
  const declared = request.headers.get('content-length');
  return declared === null ? undefined : Number(declared);
}

/**
 * Reads a body once, as it comes. `take` counts in the load what it keeps of a piece; while it works, nothing more is read,
 * and the client's clock stands. Throws a {@link Refusal}, also one of `take`'s, or {@link BodyCut}. What is unread of a
 * body that is refused is for whoever answers (answer-unread.ts).
 */
export async function readPieces(
  request: Request,
  maxBytes: number,
  watch: BodyWatch,
  take: (piece: Uint8Array) => void | Promise<void>,
): Promise<void> {
  if (!request.body) return;
  const reader: BodyReader = request.body.getReader();
  let size = 0;
  let late = false;
  const deadline = {
    at: watch.now() + patienceMs,
    expire() {
      late = true;
      cancel(reader);
    },
  };
  watch.deadlines.watch(deadline);
  try {
    for (;;) {
      const piece = await next(reader);
      if (late) throw tooSlow();
      if (!piece) return;
      size += piece.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      deadline.at += piece.byteLength / slowestBytesPerMs;
      const since = watch.now();
      const taking = take(piece);
      if (taking) {
        watch.deadlines.forget(deadline);
        await taking;
        deadline.at += watch.now() - since;
        watch.deadlines.watch(deadline);
      }
      if (watch.load.bufferedBytes >= watch.maxBufferedBytes) throw overloaded();
    }
  } catch (error) {
    if (!(error instanceof Refusal)) cancel(reader);
    else if (!late) reader.releaseLock();
    throw error;
  } finally {
    watch.deadlines.forget(deadline);
  }
}

async function next(reader: BodyReader): Promise<Uint8Array | undefined> {
  try {
    const { done, value } = await reader.read();
    return done ? undefined : value;
  } catch (error) {
    throw cut(error);
  }
}

/** Nothing more is wanted of a body; a connection that is broken already says so once more, to nobody. */
const cancel = (reader: BodyReader): void => void reader.cancel().catch(() => undefined);
