import { BodyFailure } from './failure.ts';
import type { StreamedBody, UpstreamHandler } from './upstream.ts';

/** One reading of a streamed body. */
export type BodyReading = {
  /** The next piece, never an empty one; undefined at the end. Rejects with a {@link BodyFailure}. */
  read(): Promise<Uint8Array | undefined>;
  /** Nothing more is wanted. Idempotent; what the source says to it is not of interest. */
  release(): void;
};

type Source = { next(): Promise<Uint8Array | undefined>; release(): Promise<unknown> };

/** Opens a body for one reading, in which its announced length is held to: neither less nor more of it is handed on. */
export function openBody(body: StreamedBody): BodyReading {
  const { byteLength } = body;
  const source = opened(body);
  let size = 0;
  let over = false;
  const release = (): void => {
    if (over) return;
    over = true;
    source.release().catch(() => undefined);
  };
  return {
    async read() {
      while (size !== byteLength) {
        const piece = await source.next().catch((error: unknown) => {
          over = true;
          throw bodyFailure(error);
        });
        if (piece === undefined) {
          over = true;
          if (byteLength === undefined) return undefined;
          throw new BodyFailure(`the body ended after ${size} of ${byteLength} bytes`);
        }
        size += piece.byteLength;
        if (byteLength !== undefined && size > byteLength) {
          release();
          throw new BodyFailure(`the body is longer than ${byteLength} bytes`);
        }
        if (piece.byteLength > 0) return piece;
      }
      // Known before the source says so: what is written by then can be answered.
      release();
      return undefined;
    },
    release,
  };
}

/** A body as a stream, for those that read no other; opened when the first piece is asked for. */
export function streamOf(body: StreamedBody, sent: UpstreamHandler['sent']): ReadableStream<Uint8Array> {
  let reading: BodyReading | undefined;
  let cancelled = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          reading ??= openBody(body);
          const piece = await reading.read();
          if (cancelled) return;
          if (piece === undefined) controller.close();
          else {
            controller.enqueue(piece);
            sent?.(piece.byteLength);
          }
        } catch (error) {
          reading?.release();
          controller.error(error);
        }
      },
      cancel() {
        cancelled = true;
        reading?.release();
      },
    },
    { highWaterMark: 0 },
  );
}

function opened(body: StreamedBody): Source {
  try {
    return sourceOf(body.open());
  } catch (error) {
    throw bodyFailure(error);
  }
}

const bodyFailure = (error: unknown): BodyFailure =>
  new BodyFailure(error instanceof Error ? error.message : String(error), { cause: error });

function sourceOf(opened: ReturnType<StreamedBody['open']>): Source {
  // A stream is an iterable too, but only its reader can be cancelled while it waits.
  if (opened instanceof ReadableStream) {
    const reader = opened.getReader();
    return {
      next: async () => (await reader.read()).value,
      release: () => reader.cancel(),
    };
  }
  const iterator: AsyncIterator<Uint8Array, unknown> = opened[Symbol.asyncIterator]();
  return {
    async next() {
      const step = await iterator.next();
      return step.done === true ? undefined : step.value;
    },
    release: async () => await iterator.return?.(),
  };
}
