import { randomUUID } from 'node:crypto';
import type { StreamedBody } from '../../../upstream/upstream.ts';
import { joinBytes } from '../../send/join-bytes.ts';
import type { Form, Part, PartContent } from './parts.ts';

export type FormEdits = {
  /** Text fields with another value: where the field stands, or before the first file when there is none. */
  readonly set?: ReadonlyMap<string, string>;
  /** Names of fields and files that are left out. */
  readonly drop?: ReadonlySet<string>;
};

/** What is sent for a form. */
export type WrittenForm = { readonly contentType: string; readonly body: StreamedBody };

/** A part as it is written. */
type Written = { readonly headers: Uint8Array; readonly content: Uint8Array | PartContent };

/**
 * Writes a form with some edits; what is not edited stays as it came, byte for byte and in its order. Its boundary is new and
 * cannot be guessed, so that nothing a client wrote can be one. The content is read from the form each time it is sent: the
 * form must not be released before.
 */
export function writeMultipart(form: Pick<Form, 'parts'>, edits: FormEdits = {}): WrittenForm {
  const boundary = `tollgate-${randomUUID()}`;
  const pieces = framed(edited(form.parts, edits), boundary);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: {
      byteLength: pieces.reduce((sum, piece) => sum + sizeOf(piece), 0),
      open: () => joined(pieces),
    },
  };
}

const sizeOf = (piece: Uint8Array | PartContent): number =>
  piece instanceof Uint8Array ? piece.byteLength : piece.size;

function edited(parts: readonly Part[], { set = none, drop }: FormEdits): readonly Written[] {
  const written: Written[] = [];
  const done = new Set<string>();
  let firstFile: number | undefined;
  for (const part of parts) {
    if (drop?.has(part.name)) continue;
    const value = part.kind === 'field' ? set.get(part.name) : undefined;
    if (part.kind === 'file') firstFile ??= written.length;
    if (value === undefined) written.push(part);
    else if (!done.has(part.name)) {
      // A list of fields that is set becomes the one value.
      done.add(part.name);
      written.push({ headers: withoutLength(part.headers), content: encoder.encode(value) });
    }
  }
  const added = [...set].filter(([name]) => !done.has(name)).map(([name, value]) => fieldOf(name, value));
  return written.toSpliced(firstFile ?? written.length, 0, ...added);
}

const none: ReadonlyMap<string, string> = new Map();
const encoder = new TextEncoder();

/** Some clients say how long each part is, which another value makes wrong. */
function withoutLength(headers: Uint8Array): Uint8Array {
  const lines = Buffer.from(headers).toString('latin1').split('\r\n');
  return Buffer.from(lines.filter((line) => !/^content-length:/i.test(line)).join('\r\n'), 'latin1');
}

function fieldOf(name: string, value: string): Written {
  // As browsers do: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
  const safe = name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return {
    headers: encoder.encode(`content-disposition: form-data; name="${safe}"\r\n`),
    content: encoder.encode(value),
  };
}

function framed(parts: readonly Written[], boundary: string): readonly (Uint8Array | PartContent)[] {
  const pieces = parts.flatMap(({ headers, content }) => [
    encoder.encode(`--${boundary}\r\n`),
    headers,
    lineEnd,
    content,
    lineEnd,
  ]);
  return [...pieces, encoder.encode(`--${boundary}--\r\n`)];
}

const lineEnd = encoder.encode('\r\n');

/** Smaller pieces go together, so that a form of many fields is not as many writes. */
const togetherBytes = 16 * 1024;

async function* joined(pieces: readonly (Uint8Array | PartContent)[]): AsyncGenerator<Uint8Array, void> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  const flush = (): Uint8Array => {
    const bytes = joinBytes(waiting, size);
    waiting = [];
    size = 0;
    return bytes;
  };
  for (const piece of pieces) {
    for await (const bytes of piece instanceof Uint8Array ? [piece] : piece.read()) {
      if (size + bytes.byteLength > togetherBytes && size > 0) yield flush();
      if (bytes.byteLength > togetherBytes) yield bytes;
      else {
        waiting.push(bytes);
        size += bytes.byteLength;
      }
    }
  }
  if (size > 0) yield flush();
}
