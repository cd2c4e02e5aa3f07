import { openBody, type BodyReading } from './open-body.ts';
import type { StreamedBody } from './upstream.ts';

/** Where a streamed body is written, and who is told of it. */
export type BodySink = {
  /** `full`: taken, but nothing more before `drained`. */
  write(part: Uint8Array): 'taken' | 'full' | 'closed';
  /** The whole body is written. */
  done(): void;
  /** The body cannot be read on. */
  fail(message: string): void;
  readonly sent?: ((bytes: number) => void) | undefined;
};

export type BodySender = {
  /** The sink takes more again. */
  drained(): void;
  /** Nothing more is read or written, and the source is released. Idempotent. */
  stop(): void;
};

/** A source that never waits would keep everyone else waiting; after so many bytes the event loop has its turn. */
const turnBytes = 256 * 1024;

/**
 * Writes a body, bare or in the chunks of HTTP/1.1, reading a piece only when the one before has been taken: a slow sink
 * slows the source. Calls of the sink never happen synchronously inside.
 */
export function sendBody(body: StreamedBody, chunked: boolean, sink: BodySink): BodySender {
  let stopped = false;
  let reading: BodyReading | undefined;
  let drained: (() => void) | undefined;
  let sinceTurn = 0;

  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    reading?.release();
  };

  /** False when nothing more can be written. */
  const write = async (part: Uint8Array): Promise<boolean> => {
    const wrote = sink.write(part);
    if (wrote === 'closed') {
      stop();
      return false;
    }
    sinceTurn += part.byteLength;
    if (wrote === 'full') {
      await new Promise<void>((resolve) => {
        drained = resolve;
      });
      sinceTurn = 0;
    } else if (sinceTurn >= turnBytes) {
      await new Promise((resolve) => void setImmediate(resolve));
      sinceTurn = 0;
    }
    return !stopped;
  };

  const run = async (): Promise<void> => {
    if (stopped) return;
    reading = openBody(body);
    for (let piece = await reading.read(); piece !== undefined; piece = await reading.read()) {
      if (stopped || !(await write(chunked ? chunkOf(piece) : piece))) return;
      sink.sent?.(piece.byteLength);
    }
    if (stopped || (chunked && !(await write(lastChunk)))) return;
    stopped = true;
    sink.done();
  };
  queueMicrotask(() => {
    run().catch((error: unknown) => {
      if (stopped) return;
      stop();
      sink.fail(error instanceof Error ? error.message : String(error));
    });
  });

  return {
    drained() {
      const wake = drained;
      drained = undefined;
      wake?.();
    },
    stop,
  };
}

const lastChunk = Buffer.from('0\r\n\r\n', 'latin1');
const lineEnd = Buffer.from('\r\n', 'latin1');

const chunkOf = (piece: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`${piece.byteLength.toString(16)}\r\n`, 'latin1'), piece, lineEnd]);
