import { MalformedParts } from './parser.ts';
import { readParameters, type Parameterized } from './parameters.ts';

/** What a part's header lines say of it. */
export type PartHeaders = {
  readonly name: string;
  /** Whether it is a file: only those have a file name. */
  readonly file: boolean;
  /** As it was given, or empty when it cannot be read. */
  readonly filename: string | undefined;
  readonly contentType: string | undefined;
};

const line = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):(.*)$/;
// One character a byte: everything but control characters, and tabs.
const plain = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Reads a part's header lines (bytes, each line with its end). Throws {@link MalformedParts} for what readers may understand
 * differently: a name that stands twice or in the extended notation, a content that is to be decoded first.
 */
export function readPartHeaders(lines: Buffer): PartHeaders {
  const headers = new Map<string, string>();
  for (const text of lines.toString('latin1').slice(0, -2).split('\r\n')) {
    const found = plain.test(text) ? line.exec(text) : null;
    const name = found?.[1]?.toLowerCase();
    if (name === undefined) throw new MalformedParts('a header of a part is malformed');
    if (meant.has(name) && headers.has(name)) throw new MalformedParts(`a part has the header ${name} twice`);
    headers.set(name, withoutSpace(found?.[2] ?? ''));
  }
  const coding = headers.get('content-transfer-encoding')?.toLowerCase();
  if (coding !== undefined && !plainCodings.has(coding))
    throw new MalformedParts('a part has a transfer encoding, which forms do not have');
  const { parameters } = dispositionOf(headers.get('content-disposition'));
  const type = headers.get('content-type');
  return {
    name: nameOf(parameters.get('name')),
    file: parameters.has('filename') || parameters.has('filename*'),
    filename: filenameOf(parameters),
    contentType: type === undefined ? undefined : decode(type),
  };
}

/** Without the spaces and tabs around it; `trim` would take a non-breaking one too. */
function withoutSpace(text: string): string {
  const isSpace = (at: number): boolean => text[at] === ' ' || text[at] === '\t';
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(from)) from++;
  while (to > from && isSpace(to - 1)) to--;
  return text.slice(from, to);
}

const meant = new Set(['content-disposition', 'content-type', 'content-transfer-encoding']);
const plainCodings = new Set(['7bit', '8bit', 'binary']);

function dispositionOf(text: string | undefined): Parameterized {
  const read = text === undefined ? undefined : readParameters(text);
  if (read?.value !== 'form-data') throw new MalformedParts('a part has no proper content-disposition');
  if (read.parameters.has('name*')) throw new MalformedParts('the name of a part is in the extended notation');
  return read;
}

function nameOf(text: string | undefined): string {
  if (text === undefined || text === '') throw new MalformedParts('a part has no name');
  try {
    const name = strict.decode(Buffer.from(text, 'latin1'));
    if (!name.includes('\\')) return name;
  } catch {
    // Not UTF-8.
  }
  throw new MalformedParts('the name of a part is malformed');
}

function filenameOf(parameters: ReadonlyMap<string, string>): string | undefined {
  const given = parameters.get('filename');
  if (given !== undefined) return decode(given);
  // RFC 8187: charset, language, percent-encoded value.
  const extended = parameters.get('filename*')?.split("'")[2];
  if (extended === undefined) return parameters.has('filename*') ? '' : undefined;
  try {
    return decodeURIComponent(extended);
  } catch {
    return '';
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder();
const decode = (text: string): string => lenient.decode(Buffer.from(text, 'latin1'));

const untyped: Parameterized = { value: '', parameters: new Map() };

/** The value of a text field; undefined when it is not UTF-8, which is what forms are in. */
export function readText(bytes: Uint8Array, contentType: string | undefined): string | undefined {
  const type = contentType === undefined ? untyped : readParameters(contentType);
  if (!type) return undefined;
  const charset = type.parameters.get('charset');
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) return undefined;
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}
