import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { TransportCause } from './upstream.ts';

/** Undoes a content coding that an upstream applied although identity was asked for. */
export type BodyDecoder = {
  push(chunk: Uint8Array): void;
  /** The coded body is complete; `end` follows when the decoded one is. */
  finish(): void;
  pause(): void;
  resume(): void;
  /** Nothing is reported any more. */
  drop(): void;
};

export type DecodedSink = {
  data(chunk: Uint8Array): void;
  end(): void;
  fail(cause: TransportCause, message: string): void;
};

const makers: Readonly<Record<string, () => ReturnType<typeof createGunzip | typeof createZstdDecompress>>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** A decoder for the value of `content-encoding`, or undefined for a coding (or several) that is not known. */
export function createBodyDecoder(coding: string, sink: DecodedSink): BodyDecoder | undefined {
  const make = makers[coding.trim().toLowerCase()];
  if (make === undefined) return undefined;
  const stream = make();
  let empty = true;
  stream.on('data', (chunk: Buffer) => sink.data(chunk));
  stream.on('end', () => sink.end());
  stream.on('error', (error: NodeJS.ErrnoException) => {
    stream.destroy();
    // zlib's word for input that stops short.
    sink.fail(
      error.code === 'Z_BUF_ERROR' ? 'cut' : 'protocol',
      `the body is not what its content-encoding says: ${error.message}`,
    );
  });
  return {
    push(chunk) {
      empty = false;
      stream.write(chunk);
    },
    finish() {
      // An answer without a body may still name a coding; nothing at all is no broken body.
      if (empty) queueMicrotask(() => sink.end());
      else stream.end();
    },
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    drop: () => void stream.destroy(),
  };
}
