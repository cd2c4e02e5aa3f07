/** What is found in a body of parts, in order: each part's header lines, its content in pieces, its end. */
export type ParserEvent =
  | { readonly type: 'headers'; readonly lines: Buffer }
  | { readonly type: 'data'; readonly piece: Buffer }
  | { readonly type: 'end' };

export type ParserLimits = { readonly maxParts: number; readonly maxHeaderBytes: number };

/** Why a body is not one of parts, in words for the client. */
export class MalformedParts extends Error {}

export type PartsParser = {
  /** The events of the next piece of the body. Header lines are a copy, content is views of the piece. */
  feed(piece: Uint8Array): Generator<ParserEvent, void>;
  /** The body is over: throws unless its last boundary has been seen. */
  end(): void;
};

type State = 'start' | 'delimited' | 'headers' | 'content' | 'closed';

const CR = 0x0d;
const LF = 0x0a;
const DASH = 0x2d;

/**
 * Reads a `multipart/form-data` body (RFC 7578, RFC 2046 section 5.1.1) in whatever pieces it comes. Strict where lenient
 * readers differ, so that what is one part here is one part to everybody: a boundary is followed by a line end or two dashes
 * and nothing else, and nothing stands before the first or behind the last. Throws {@link MalformedParts}.
 */
export function createPartsParser(boundary: string, limits: ParserLimits): PartsParser {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  let state: State = 'start';
  let parts = 0;
  /** The end of the last piece, which cannot be understood without the next one. */
  let held: Buffer = noBytes;

  const hold = (bytes: Buffer, from: number): void => {
    // A copy, so that a few bytes do not keep a whole piece.
    held = Buffer.from(bytes.subarray(from));
  };

  /** Where the first boundary ends, or -1 when the bytes do not suffice. */
  const readStart = (bytes: Buffer): number => {
    // Some senders begin with an empty line.
    const whole = bytes[0] === CR ? delimiter : delimiter.subarray(2);
    const length = Math.min(bytes.length, whole.length);
    if (!bytes.subarray(0, length).equals(whole.subarray(0, length)))
      throw new MalformedParts('it does not begin with its boundary');
    return length === whole.length ? length : -1;
  };

  const readDelimited = (bytes: Buffer, at: number): void => {
    const [one, two] = [bytes[at], bytes[at + 1]];
    if (one === DASH && two === DASH) state = 'closed';
    else if (one === CR && two === LF) {
      state = 'headers';
      parts += 1;
      if (parts > limits.maxParts) throw new MalformedParts(`it has more than ${limits.maxParts} parts`);
    } else throw new MalformedParts('a boundary is followed by something else than the end of its line');
  };

  /** A part's header lines with the empty one behind them, or undefined when they are not whole yet. */
  const readHeaders = (bytes: Buffer, at: number): Buffer | undefined => {
    const end = bytes.indexOf(headersEnd, at, 'latin1');
    // Of the empty line that ends them all but one byte may have come.
    if ((end < 0 ? bytes.length - 3 : end) - at > limits.maxHeaderBytes)
      throw new MalformedParts(`the headers of a part are larger than ${limits.maxHeaderBytes} bytes`);
    if (end < 0) return undefined;
    const lines = Buffer.from(bytes.subarray(at, end + 2));
    if (lines.includes(delimiter) || lines.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2)))
      throw new MalformedParts('a part has no empty line behind its headers');
    return lines;
  };

  /** Up to where the bytes are surely content: a boundary may begin with the last of them. */
  const contentEnd = (bytes: Buffer, at: number): number => {
    const from = bytes.indexOf(CR, Math.max(at, bytes.length - delimiter.length + 1));
    return from < 0 ? bytes.length : from;
  };

  const data = (bytes: Buffer, from: number, to: number): readonly ParserEvent[] =>
    from < to ? [{ type: 'data', piece: bytes.subarray(from, to) }] : [];

  function* feed(piece: Uint8Array): Generator<ParserEvent, void> {
    const view = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const bytes = held.length === 0 ? view : Buffer.concat([held, view]);
    held = noBytes;
    let at = 0;
    while (at < bytes.length) {
      if (state === 'start') {
        at = readStart(bytes);
        if (at < 0) return hold(bytes, 0);
        state = 'delimited';
      } else if (state === 'delimited') {
        if (bytes.length - at < 2) return hold(bytes, at);
        readDelimited(bytes, at);
        at += 2;
      } else if (state === 'headers') {
        const lines = readHeaders(bytes, at);
        if (!lines) return hold(bytes, at);
        at += lines.length + 2;
        state = 'content';
        yield { type: 'headers', lines };
      } else if (state === 'content') {
        const end = bytes.indexOf(delimiter, at);
        if (end < 0) {
          const sure = contentEnd(bytes, at);
          yield* data(bytes, at, sure);
          return hold(bytes, sure);
        }
        yield* data(bytes, at, end);
        yield { type: 'end' };
        at = end + delimiter.length;
        state = 'delimited';
      } else {
        const rest = bytes.subarray(at);
        if (!lineEnd.subarray(0, rest.length).equals(rest))
          throw new MalformedParts('it goes on behind its last boundary');
        return hold(bytes, at);
      }
    }
  }

  return {
    feed,
    end() {
      if (state !== 'closed') throw new MalformedParts('it ends before its last boundary');
    },
  };
}

const noBytes = Buffer.alloc(0);
const headersEnd = '\r\n\r\n';
const lineEnd = Buffer.from('\r\n', 'latin1');
