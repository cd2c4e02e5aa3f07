import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { joinBytes } from '../send/join-bytes.ts';
import { Refusal } from '../../domain/refusal.ts';
import {
  announcedBytes,
  cut,
  patienceMs,
  readPieces,
  refuseOversized,
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
const countedFromBytes = 1 << 20;

/**
 * The request's body, decompressed. The limit holds while reading, before and after decompression, so that neither a
 * huge body nor a small one that unfolds into a huge one is ever held. Throws a {@link Refusal}, or {@link BodyCut}.
 */
export async function readBody(request: Request, maxBytes: number, watch = unwatched): Promise<Uint8Array> {
  const announced = announcedBytes(request);
  const encoding = request.headers.get('content-encoding');
  if (announced !== undefined && announced > maxBytes) await refuseOversized(request, maxBytes);
  // A declared length is enforced by the HTTP parser, so the counting read is only for chunked and large bodies.
  const raw =
    announced !== undefined && announced <= countedFromBytes
      ? await readAtOnce(request, announced, watch)
      : await readCounting(request, maxBytes, watch);
  return encoding === null || encoding === 'identity' ? raw : decompress(raw, encoding, maxBytes);
}

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

async function readCounting(request: Request, maxBytes: number, watch: BodyWatch): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    await readPieces(request, maxBytes, watch, (piece) => {
      chunks.push(piece);
      size += piece.byteLength;
      watch.load.bufferedBytes += piece.byteLength;
    });
    return joinBytes(chunks, size);
  } finally {
    watch.load.bufferedBytes -= size;
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
