import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { Refusal } from './refusal.ts';

/**
 * The request's body, decompressed. The limit holds while reading, before and after decompression, so that neither a
 * huge body nor a small one that unfolds into a huge one is ever held.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const declared = request.headers.get('content-length');
  const encoding = request.headers.get('content-encoding');
  if (declared !== null && Number(declared) > maxBytes) {
    await discard(request, maxBytes);
    throw tooLarge(maxBytes);
  }
  // A declared length is enforced by the HTTP parser, so the counting read is only for chunked bodies.
  const raw = declared !== null ? new Uint8Array(await request.arrayBuffer()) : await readCounting(request, maxBytes);
  return encoding === null || encoding === 'identity' ? raw : decompress(raw, encoding, maxBytes);
}

const tooLarge = (maxBytes: number): Refusal =>
  new Refusal('request_too_large', `The request body is larger than ${maxBytes} bytes.`);

async function readCounting(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  if (chunks.length === 1 && chunks[0]) return chunks[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** Reads a little of a body that will be refused: a client that is still writing sees the answer, not a broken pipe. */
async function discard(request: Request, maxBytes: number): Promise<void> {
  if (!request.body) return;
  let left = Math.min(maxBytes, 1 << 20);
  for await (const chunk of request.body) {
    left -= chunk.byteLength;
    if (left <= 0) return;
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
