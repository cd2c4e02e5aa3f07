import { parseHead } from './response-head.ts';
import type { TransportCause } from './upstream.ts';

/**
 * The ugly part, fenced: an HTTP/1.1 response reader over bytes as they arrive (RFC 9112). One per connection,
 * `reset` before each request. Strict where leniency has let answers be smuggled past proxies: bare LF, folded
 * headers, both lengths, sizes that are not plain hexadecimal are refused, and the connection with them.
 */
export type ResponseSink = {
  head(status: number, headers: ReadonlyMap<string, string>): void;
  data(chunk: Uint8Array): void;
  /** `clean` says that the connection may carry another request. */
  end(clean: boolean): void;
  bad(cause: TransportCause, message: string): void;
};

export const headLimit = 64 * 1024;
const trailerLimit = 16 * 1024;
const sizeLineLimit = 4 * 1024;
/** Chunk sizes have at most 12 hexadecimal digits: 2^48 is beyond any answer and exact in a double. */
const sizeDigits = 12;

type State =
  | 'head'
  | 'length'
  | 'until-close'
  | 'size'
  | 'extension'
  | 'size-lf'
  | 'chunk'
  | 'chunk-cr'
  | 'chunk-lf'
  | 'trailer-start'
  | 'trailer'
  | 'trailer-lf'
  | 'last-lf'
  | 'done';

export type ResponseParser = {
  /** Prepares for the next answer. */
  reset(): void;
  /** Takes what the socket delivered. Body bytes are handed on as views of `chunk`, not copied. */
  feed(chunk: Buffer): void;
  /** The upstream closed its side. Ends a body that is delimited by the close; anything else open is a cut. */
  eof(): void;
  /** Nothing is reported any more. */
  stop(): void;
};

/** Makes a parser that reports to `sink`; the sink may call `stop` from inside any report. */
export function createResponseParser(sink: ResponseSink): ResponseParser {
  let state: State = 'done';
  let keepAlive = false;
  /** Bytes left of the body or of the chunk. */
  let left = 0;
  let digits = 0;
  let lineLength = 0;
  /** An unfinished head, `heldLength` bytes of it used. */
  let held: Buffer = Buffer.alloc(0);
  let heldLength = 0;
  /** Bytes of all heads of this answer, informational ones included. */
  let headBytes = 0;

  const bad = (cause: TransportCause, message: string): void => {
    state = 'done';
    sink.bad(cause, message);
  };
  const finish = (clean: boolean): void => {
    state = 'done';
    sink.end(clean);
  };

  /** Appends to the unfinished head in a buffer that doubles, so that a drip of single bytes stays linear. */
  const hold = (chunk: Buffer, from: number): void => {
    const needed = heldLength + chunk.length - from;
    if (needed > held.length) {
      const grown = Buffer.allocUnsafe(Math.max(1024, needed * 2));
      held.copy(grown, 0, 0, heldLength);
      held = grown;
    }
    chunk.copy(held, heldLength, from);
    heldLength = needed;
  };

  /** Reads heads from `chunk` at `from`; returns where the body begins, or -1 when there is nothing more to read. */
  const readHead = (chunk: Buffer, from: number): number => {
    let at = from;
    while (state === 'head') {
      const heldBefore = heldLength;
      let end: number;
      let text: string;
      if (heldBefore === 0) {
        end = chunk.indexOf('\r\n\r\n', at, 'latin1');
        if (end < 0) {
          if (headBytes + chunk.length - at > headLimit) return refuseHead();
          hold(chunk, at);
          return -1;
        }
        text = chunk.toString('latin1', at, end + 2);
        headBytes += end + 4 - at;
        at = end + 4;
      } else {
        hold(chunk, at);
        end = held.subarray(0, heldLength).indexOf('\r\n\r\n', Math.max(0, heldBefore - 3), 'latin1');
        if (end < 0) return headBytes + heldLength > headLimit ? refuseHead() : -1;
        text = held.toString('latin1', 0, end + 2);
        headBytes += end + 4;
        at += end + 4 - heldBefore;
        heldLength = 0;
        held = Buffer.alloc(0);
      }
      if (headBytes > headLimit) return refuseHead();
      if (!takeHead(text)) return -1;
    }
    return at;
  };
  const refuseHead = (): number => {
    bad('too_large', `the answer's head is over ${headLimit} bytes`);
    return -1;
  };
  /** False when reading must stop. Leaves the state at `head` after an informational answer. */
  const takeHead = (text: string): boolean => {
    const head = parseHead(text);
    if (typeof head === 'string') {
      bad('protocol', head);
      return false;
    }
    if (head.status === 101) {
      bad('protocol', 'the upstream switched protocols unasked');
      return false;
    }
    if (head.status < 200) return true;
    keepAlive = head.keepAlive;
    const empty = head.status === 204 || head.status === 304;
    if (empty) {
      state = 'length';
      left = 0;
    } else if (head.chunked) state = 'size';
    else if (head.length >= 0) {
      state = 'length';
      left = head.length;
    } else {
      state = 'until-close';
      keepAlive = false;
    }
    digits = 0;
    left = state === 'length' ? left : 0;
    lineLength = 0;
    sink.head(head.status, head.headers);
    return isOpen();
  };
  // Through a call, so that the compiler does not believe that a callback cannot have changed it.
  const isOpen = (): boolean => state !== 'done';

  const readChunked = (chunk: Buffer, from: number): void => {
    let at = from;
    const { length } = chunk;
    while (at < length) {
      if (state === 'chunk') {
        const take = Math.min(left, length - at);
        left -= take;
        if (left === 0) state = 'chunk-cr';
        sink.data(take === length && at === 0 ? chunk : chunk.subarray(at, at + take));
        at += take;
        if (!isOpen()) return;
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      switch (state) {
        case 'size': {
          const value = hexValue(byte);
          if (value >= 0) {
            digits += 1;
            if (digits > sizeDigits) return bad('protocol', 'a chunk size is too large');
            left = left * 16 + value;
          } else if (digits === 0) return bad('protocol', 'a chunk size is not hexadecimal');
          else if (byte === 0x0d) state = 'size-lf';
          else if (byte === 0x3b || byte === 0x20 || byte === 0x09) {
            state = 'extension';
            lineLength = 0;
          } else return bad('protocol', 'a chunk size is not hexadecimal');
          break;
        }
        case 'extension':
          lineLength += 1;
          if (byte === 0x0d) state = 'size-lf';
          else if (byte === 0x0a || byte === 0 || lineLength > sizeLineLimit) {
            return bad('protocol', 'a chunk extension is malformed or too long');
          }
          break;
        case 'size-lf':
          if (byte !== 0x0a) return bad('protocol', 'a chunk size does not end with CRLF');
          state = left === 0 ? 'trailer-start' : 'chunk';
          digits = 0;
          lineLength = 0;
          break;
        case 'chunk-cr':
          if (byte !== 0x0d) return bad('protocol', 'a chunk is longer than its size');
          state = 'chunk-lf';
          break;
        case 'chunk-lf':
          if (byte !== 0x0a) return bad('protocol', 'a chunk does not end with CRLF');
          state = 'size';
          break;
        // Trailers are read over: nothing in them may change an answer that is already under way.
        case 'trailer-start':
          if (byte === 0x0d) {
            state = 'last-lf';
            break;
          }
          if (byte === 0x0a) return bad('protocol', 'a trailer ends with a bare LF');
          state = 'trailer';
          lineLength += 1;
          break;
        case 'trailer':
          lineLength += 1;
          if (lineLength > trailerLimit) return bad('too_large', `the trailers are over ${trailerLimit} bytes`);
          if (byte === 0x0d) state = 'trailer-lf';
          else if (byte === 0x0a) return bad('protocol', 'a trailer ends with a bare LF');
          break;
        case 'trailer-lf':
          if (byte !== 0x0a) return bad('protocol', 'a trailer contains a bare CR');
          state = 'trailer-start';
          break;
        case 'last-lf':
          if (byte !== 0x0a) return bad('protocol', 'the body does not end with CRLF');
          return finish(keepAlive && at === length);
        case 'head':
        case 'length':
        case 'until-close':
        case 'done':
          return;
      }
    }
  };

  return {
    reset() {
      state = 'head';
      keepAlive = false;
      left = 0;
      heldLength = 0;
      headBytes = 0;
    },
    feed(chunk) {
      let at = 0;
      if (state === 'head') {
        at = readHead(chunk, 0);
        if (at < 0) return;
      }
      if (state === 'length') {
        const take = Math.min(left, chunk.length - at);
        left -= take;
        if (take > 0) sink.data(take === chunk.length ? chunk : chunk.subarray(at, at + take));
        // More than was announced would be read as the next answer's beginning: such a connection is not reused.
        if (left === 0 && isOpen()) finish(keepAlive && at + take === chunk.length);
      } else if (state === 'until-close') {
        if (at < chunk.length) sink.data(at === 0 ? chunk : chunk.subarray(at));
      } else if (isOpen()) readChunked(chunk, at);
    },
    eof() {
      if (state === 'until-close') finish(false);
      else if (isOpen()) bad('cut', 'the upstream closed before the end of its answer');
    },
    stop() {
      state = 'done';
    },
  };
}

function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
