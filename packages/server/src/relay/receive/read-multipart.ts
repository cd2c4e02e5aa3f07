import { shorten } from '@tollgate/wire/text';
import { SpoolFull, type Spool, type SpoolFile } from '../../services/spool.ts';
import { Refusal } from '../../domain/refusal.ts';
import { joinBytes } from '../send/join-bytes.ts';
import { createPartsParser, MalformedParts, type PartsParser } from './multipart/parser.ts';
import { readParameters } from './multipart/parameters.ts';
import { readPartHeaders, readText, type PartHeaders } from './multipart/part-headers.ts';
import type { Field, Form, Part, PartContent } from './multipart/parts.ts';
import { announcedBytes, readPieces, tooLarge, type BodyWatch } from './read-pieces.ts';

export type FormLimits = {
  /** Of the whole body. */
  readonly maxBytes: number;
  readonly maxParts: number;
  /** Of one part's header lines. */
  readonly maxHeaderBytes: number;
  /** Of all text fields together. */
  readonly maxTextBytes: number;
  /** What of one form's files stays in memory; the rest is spooled. */
  readonly memoryBytes: number;
};

/** More than the vendors' own limits, and little enough for memory. */
export const formLimits: Omit<FormLimits, 'maxBytes'> = {
  maxParts: 256,
  maxHeaderBytes: 8 * 1024,
  maxTextBytes: 1 << 20,
  memoryBytes: 1 << 20,
};

/**
 * Reads a `multipart/form-data` body once, as it comes: text fields become values, files stay in memory while they are small
 * and are spooled from there on, with the client held back while the disk works. The form is the caller's to release.
 * Throws a {@link Refusal}, or `BodyCut`, and keeps nothing then.
 */
export async function readMultipart(
  request: Request,
  limits: FormLimits,
  { watch, spool }: { readonly watch: BodyWatch; readonly spool: Spool },
): Promise<Form> {
  const boundary = boundaryOf(request);
  const announced = announcedBytes(request);
  if (announced !== undefined && announced > limits.maxBytes) throw tooLarge(limits.maxBytes);
  const builder = createFormBuilder(createPartsParser(boundary, limits), limits, watch.load, spool);
  try {
    await readPieces(request, limits.maxBytes, watch, (piece) => builder.take(piece));
    return builder.finish();
  } catch (error) {
    builder.release();
    throw error;
  }
}

const boundaryPattern = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

function boundaryOf(request: Request): string {
  const { headers } = request;
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity')
    throw new Refusal('unsupported_encoding', 'A multipart/form-data body is taken only as it is, not compressed.');
  const type = readParameters(headers.get('content-type') ?? '');
  if (type?.value !== 'multipart/form-data')
    throw new Refusal('invalid_request', 'The body must be multipart/form-data.');
  const boundary = type.parameters.get('boundary') ?? '';
  if (!boundaryPattern.test(boundary))
    throw new Refusal('invalid_request', 'The content-type has no proper boundary for multipart/form-data.');
  return boundary;
}

/** A part that is being read. */
type Open = {
  readonly headers: PartHeaders;
  readonly lines: Buffer;
  chunks: Uint8Array[];
  size: number;
  /** Where it begins in the spool; undefined while it is in memory. */
  spooledFrom: number | undefined;
};

type FormBuilder = { take(piece: Uint8Array): Promise<void>; finish(): Form; release(): void };

function createFormBuilder(
  parser: PartsParser,
  limits: FormLimits,
  load: BodyWatch['load'],
  spool: Spool,
): FormBuilder {
  const parts: Part[] = [];
  let open: Open | undefined;
  let file: SpoolFile | undefined;
  let spooled = 0;
  let textBytes = 0;
  let fileBytes = 0;
  let counted = 0;
  let released = false;

  const count = (bytes: number): void => {
    counted += bytes;
    load.bufferedBytes += bytes;
  };

  const append = async (piece: Uint8Array): Promise<void> => {
    file ??= await spool.create();
    await file.append(piece);
    spooled += piece.byteLength;
  };

  const keep = async (part: Open, piece: Buffer): Promise<void> => {
    part.size += piece.byteLength;
    if (!part.headers.file) {
      textBytes += piece.byteLength;
      if (textBytes > limits.maxTextBytes)
        throw new Refusal('request_too_large', `The text of the form is larger than ${limits.maxTextBytes} bytes.`, {
          param: part.headers.name,
        });
    } else if (part.spooledFrom !== undefined) return append(piece);
    else {
      fileBytes += piece.byteLength;
      if (fileBytes > limits.memoryBytes) {
        const early = part.chunks;
        const earlyBytes = part.size - piece.byteLength;
        part.chunks = [];
        part.spooledFrom = spooled;
        for (const chunk of early) await append(chunk);
        fileBytes -= part.size;
        count(-earlyBytes);
        return append(piece);
      }
    }
    // A copy: what is kept of a piece must not keep all of it.
    part.chunks.push(Uint8Array.from(piece));
    count(piece.byteLength);
  };

  const close = ({ headers, lines, chunks, size, spooledFrom }: Open): void => {
    const { name, filename = '', contentType } = headers;
    const clash = parts.find((part) => clashes(part, headers));
    if (clash)
      throw new Refusal('invalid_request', `The form has the field "${shorten(clash.name)}" more than once.`, {
        param: name,
      });
    const common = { name, contentType, headers: lines };
    if (headers.file) {
      const content =
        spooledFrom === undefined || !file
          ? inMemory(joinBytes(chunks, size))
          : inSpool(file, spooledFrom, spooledFrom + size, load);
      parts.push({ ...common, kind: 'file', filename, content });
      return;
    }
    const bytes = joinBytes(chunks, size);
    const value = readText(bytes, contentType);
    if (value === undefined)
      throw new Refusal('invalid_request', `The field "${shorten(name)}" of the form is not UTF-8.`, { param: name });
    parts.push({ ...common, kind: 'field', value, content: inMemory(bytes) });
  };

  const release = (): void => {
    if (released) return;
    released = true;
    count(-counted);
    file?.release();
  };

  return {
    async take(piece) {
      load.bufferedBytes += piece.byteLength;
      try {
        for (const event of parser.feed(piece)) {
          if (event.type === 'headers') {
            const { lines } = event;
            open = { headers: readPartHeaders(lines), lines, chunks: [], size: 0, spooledFrom: undefined };
            count(lines.byteLength);
          } else if (open && event.type === 'data') await keep(open, event.piece);
          else if (open) close(open);
        }
      } catch (error) {
        throw refusalOf(error);
      } finally {
        load.bufferedBytes -= piece.byteLength;
      }
    },
    finish() {
      try {
        parser.end();
      } catch (error) {
        throw refusalOf(error);
      }
      return {
        parts,
        field: (name) => parts.find((part): part is Field => part.kind === 'field' && part.name === name),
        release,
      };
    },
    release,
  };
}

/**
 * Of a text field that is given twice, each reader believes another: a model, or a number of images, could be smuggled by.
 * Files may share a name, and so may fields of a list (`tag[]`), but not with the field itself (`tag`).
 */
function clashes(earlier: Part, later: PartHeaders): boolean {
  const [one, other] = [earlier.name, later.name];
  const plainField = (earlier.kind === 'field' && !one.includes('[')) || (!later.file && !other.includes('['));
  return baseOf(one) === baseOf(other) && plainField;
}

const baseOf = (name: string): string => name.split('[', 1)[0] ?? '';

function refusalOf(error: unknown): unknown {
  if (error instanceof MalformedParts)
    return new Refusal('invalid_request', `The body is no proper multipart/form-data: ${error.message}.`);
  if (error instanceof SpoolFull)
    return new Refusal('overloaded', 'The gateway has no room for the upload. Try again shortly.', {
      retryAfterMs: 10_000,
    });
  return error;
}

const inMemory = (bytes: Uint8Array): PartContent => ({
  size: bytes.byteLength,
  async *read() {
    if (bytes.byteLength > 0) yield bytes;
  },
});

const inSpool = (file: SpoolFile, from: number, to: number, load: BodyWatch['load']): PartContent => ({
  size: to - from,
  async *read() {
    for await (const piece of file.read(from, to)) {
      load.bufferedBytes += piece.byteLength;
      try {
        yield piece;
      } finally {
        load.bufferedBytes -= piece.byteLength;
      }
    }
  },
});
