import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import type { Deadlines } from '../send/deadlines.ts';
import { joinBytes } from '../send/join-bytes.ts';
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

const unwatched: BodyWatch = {
  deadlines: { watch: () => undefined, forget: () => undefined },
  now: Date.now,
  load: { bufferedBytes: 0 },
  maxBufferedBytes: Infinity,
};

/** The client left, or broke its connection, before its body was whole. */
export class BodyCut extends Error {}

/** Time for a body's first bytes; each byte that comes prolongs it, so that only a body that trickles is given up. */
const patienceMs = 30_000;
const slowestBytesPerMs = 16;

/** Bodies that announce more than this are read piece by piece, so that what has come is counted while the rest is not. */
const countedFromBytes = 1 << 20;

/**
 * The request's body, decompressed. The limit holds while reading, before and after decompression, so that neither a
 * huge body nor a small one that unfolds into a huge one is ever held. Throws a {@link Refusal}, or {@link BodyCut}.
 */
export async function readBody(request: Request, maxBytes: number, watch = unwatched): Promise<Uint8Array> {
  const declared = request.headers.get('content-length');
  const encoding = request.headers.get('content-encoding');
  if (declared !== null && Number(declared) > maxBytes) {
    if (request.body) await discard(request.body.getReader());
    throw tooLarge(maxBytes);
  }
  // A declared length is enforced by the HTTP parser, so the counting read is only for chunked and large bodies.
  const raw =
    declared !== null && Number(declared) <= countedFromBytes
      ? await readAtOnce(request, Number(declared), watch)
      : await readCounting(request, maxBytes, watch);
  return encoding === null || encoding === 'identity' ? raw : decompress(raw, encoding, maxBytes);
}

const tooLarge = (maxBytes: number): Refusal =>
  new Refusal('request_too_large', `The request body is larger than ${maxBytes} bytes.`);
const tooSlow = (): Refusal => new Refusal('request_timeout', 'The request body did not arrive in time.');
const cut = (cause: unknown): BodyCut => new BodyCut('the request body broke off', { cause });

function readAtOnce(request: Request, bytes: number, watch: BodyWatch): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const deadline = {
      at: watch.now() + patienceMs + bytes / slowestBytesPerMs,
      expire: () => reject(tooSlow()),
    };
    watch.deadlines.watch(deadline);
    request.arrayBuffer().then(
      (body) => {
        watch.deadlines.forget(deadline);
        resolve(new Uint8Array(body));
      },
      (error: unknown) => {
        watch.deadlines.forget(deadline);
        reject(cut(error));
      },
    );
  });
}

type BodyReader = {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
};

async function readCounting(request: Request, maxBytes: number, watch: BodyWatch): Promise<Uint8Array> {
  if (!request.body) return new Uint8Array();
  const { load } = watch;
  const reader: BodyReader = request.body.getReader();
  const chunks: Uint8Array[] = [];
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
      const { done, value } = await reader.read();
      if (late) throw tooSlow();
      if (done || !value) return joinBytes(chunks, size);
      size += value.byteLength;
      load.bufferedBytes += value.byteLength;
      deadline.at += value.byteLength / slowestBytesPerMs;
      chunks.push(value);
      if (size > maxBytes) throw tooLarge(maxBytes);
      if (load.bufferedBytes >= watch.maxBufferedBytes)
        throw new Refusal('overloaded', 'The gateway is overloaded. Try again shortly.', { retryAfterMs: 2000 });
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw cut(error);
    if (!late) await discard(reader);
    throw error;
  } finally {
    watch.deadlines.forget(deadline);
    load.bufferedBytes -= size;
  }
}

/** Nothing more is wanted of a body; a connection that is broken already says so once more, to nobody. */
const cancel = (reader: BodyReader): void => void reader.cancel().catch(() => undefined);

const discardBytes = 64 << 20;
const discardMs = 2000;

/**
 * Reads on, within bounds, what will be refused: most clients send their whole body before they look at the answer, and
 * see a broken pipe instead of the 413 when nobody takes it.
 */
async function discard(reader: BodyReader): Promise<void> {
  let left = discardBytes;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    cancel(reader);
  }, discardMs);
  try {
    while (left > 0 && !late) {
      const { done, value } = await reader.read();
      if (done || !value) break;
      left -= value.byteLength;
    }
  } catch (error) {
    throw cut(error);
  } finally {
    clearTimeout(timer);
  }
}

type Inflate = (
  raw: Uint8Array,
  options: { readonly maxOutputLength: number },
  done: (error: Error | null, result: Uint8Array) => void,
) => void;

const decoders: Readonly<Record<string, Inflate>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  br: brotliDecompress,
  deflate: inflate,
  zstd: zstdDecompress,
};

function decompress(raw: Uint8Array, encoding: string, maxBytes: number): Promise<Uint8Array> {
  const decode = decoders[encoding.trim().toLowerCase()];
  if (!decode)
    throw new Refusal(
      'unsupported_encoding',
      `The content encoding "${encoding}" is not supported; use gzip, br, zstd or deflate.`,
    );
  return new Promise((resolve, reject) => {
    decode(raw, { maxOutputLength: maxBytes }, (error, result) => {
      if (!error) resolve(result);
      else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') reject(tooLarge(maxBytes));
      else reject(new Refusal('invalid_request', `The request body is not valid ${encoding}.`));
    });
  });
}
