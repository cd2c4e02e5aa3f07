import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { joinBytes } from '../send/join-bytes.ts';
import { Refusal } from '../../domain/refusal.ts';
import {
  announcedBytes,
  cut,
  overloaded,
  patienceMs,
  readPieces,
  slowestBytesPerMs,
  tooLarge,
  tooSlow,
  type BodyWatch,
} from './read-pieces.ts';

export { BodyCut } from './read-pieces.ts';

const unwatched: BodyWatch = {
  deadlines: { watch: () => undefined, forget: () => undefined },
  now: Date.now,
  load: { bufferedBytes: 0 },
  maxBufferedBytes: Infinity,
};

/** Bodies that announce more than this are read piece by piece, so that what has come is counted while the rest is not. */
const countedFromBytes = 256 << 10;

/** Bytes that count in the load as long as a body is read. */
type Counted = { take(bytes: number): void; release(): void };

function countIn({ load, maxBufferedBytes }: BodyWatch): Counted {
  let held = 0;
  return {
    take(bytes) {
      held += bytes;
      load.bufferedBytes += bytes;
      if (bytes > 0 && load.bufferedBytes >= maxBufferedBytes) throw overloaded();
    },
    release() {
      load.bufferedBytes -= held;
      held = 0;
    },
  };
}

/**
 * The request's body, decompressed. The limits of size and of what the process may hold are kept while reading and while
 * unpacking, byte by byte: neither a huge body nor many small ones that unfold into huge ones are ever held. Throws a
 * {@link Refusal}, or {@link BodyCut}.
 */
export async function readBody(request: Request, maxBytes: number, watch = unwatched): Promise<Uint8Array> {
  const announced = announcedBytes(request);
  const encoding = request.headers.get('content-encoding');
  if (announced !== undefined && announced > maxBytes) throw tooLarge(maxBytes);
  const counted = countIn(watch);
  try {
    // A declared length is enforced by the HTTP parser, so the counting read is only for chunked and large bodies.
    const raw =
      announced !== undefined && announced <= countedFromBytes
        ? await readAtOnce(request, announced, watch, counted)
        : await readCounting(request, maxBytes, watch, counted);
    return encoding === null || encoding === 'identity' ? raw : await decompress(raw, encoding, maxBytes, counted);
  } finally {
    counted.release();
  }
}

function readAtOnce(request: Request, bytes: number, watch: BodyWatch, counted: Counted): Promise<Uint8Array> {
  counted.take(bytes);
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

async function readCounting(
  request: Request,
  maxBytes: number,
  watch: BodyWatch,
  counted: Counted,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  await readPieces(request, maxBytes, watch, (piece) => {
    chunks.push(piece);
    size += piece.byteLength;
    counted.take(piece.byteLength);
  });
  return joinCounted(chunks, size, counted);
}

/** While pieces are put together, they are there twice. */
function joinCounted(chunks: readonly Uint8Array[], size: number, counted: Counted): Uint8Array {
  if (chunks.length > 1) counted.take(size);
  return joinBytes(chunks, size);
}

const decoders = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  br: createBrotliDecompress,
  deflate: createInflate,
  zstd: createZstdDecompress,
};

/** Unpacked piece by piece, each counted as it comes out: how much there will be is not to be known from how much came. */
function decompress(raw: Uint8Array, encoding: string, maxBytes: number, counted: Counted): Promise<Uint8Array> {
  const name = encoding.trim().toLowerCase();
  if (!Object.hasOwn(decoders, name))
    throw new Refusal(
      'unsupported_encoding',
      `The content encoding "${encoding.slice(0, 100)}" is not supported; use gzip, br, zstd or deflate.`,
    );
  const decoder = decoders[name as keyof typeof decoders]({ chunkSize: 64 << 10 });
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const stop = (error: Error): void => {
      decoder.destroy();
      reject(error);
    };
    decoder.on('data', (piece: Uint8Array) => {
      size += piece.byteLength;
      if (size > maxBytes) return stop(tooLarge(maxBytes));
      try {
        counted.take(piece.byteLength);
      } catch (error) {
        return stop(error instanceof Error ? error : new Error('no room', { cause: error }));
      }
      chunks.push(piece);
    });
    decoder.on('end', () => {
      try {
        resolve(joinCounted(chunks, size, counted));
      } catch (error) {
        reject(error instanceof Error ? error : new Error('no room', { cause: error }));
      }
    });
    decoder.on('error', () => reject(new Refusal('invalid_request', `The request body is not valid ${name}.`)));
    decoder.end(raw);
  });
}
