import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { joinBytes } from './join-bytes.ts';
import { Refusal } from './refusal.ts';

/**
 * The request's body, decompressed. The limit holds while reading, before and after decompression, so that neither a
 * huge body nor a small one that unfolds into a huge one is ever held.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const declared = request.headers.get('content-length');
  const encoding = request.headers.get('content-encoding');
  if (declared !== null && Number(declared) > maxBytes) {
    if (request.body) await discard(request.body.getReader());
    throw tooLarge(maxBytes);
  }
  // A declared length is enforced by the HTTP parser, so the counting read is only for chunked bodies.
  const raw = declared !== null ? new Uint8Array(await request.arrayBuffer()) : await readCounting(request, maxBytes);
  return encoding === null || encoding === 'identity' ? raw : decompress(raw, encoding, maxBytes);
}

const tooLarge = (maxBytes: number): Refusal =>
  new Refusal('request_too_large', `The request body is larger than ${maxBytes} bytes.`);

type BodyReader = {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
};

async function readCounting(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (!request.body) return new Uint8Array();
  const reader: BodyReader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || !value) break;
    size += value.byteLength;
    if (size > maxBytes) {
      await discard(reader);
      throw tooLarge(maxBytes);
    }
    chunks.push(value);
  }
  return joinBytes(chunks, size);
}

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
    void reader.cancel();
  }, discardMs);
  while (left > 0 && !late) {
    const { done, value } = await reader.read();
    if (done || !value) break;
    left -= value.byteLength;
  }
  clearTimeout(timer);
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
