/**
 * Where the frames of an event stream end, found in bytes as they arrive.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;

/**
 * Follows an unfinished frame over the chunks it is cut into, looking at each byte once. The state says what stood last:
 * 0 within a line, 1 at the start of one, 2 behind a CR that ended one (an LF may belong to it), 3 behind a CR that
 * ended a frame. That frame is over at once, since nothing else may come for long; an LF still belongs to it.
 */
export type FrameState = 0 | 1 | 2 | 3;

/** Reads on in `chunk` from `start`; returns the index after the frame's end, or -1 with the state to go on from. */
export function seekFrameEnd(
  chunk: Uint8Array,
  from: FrameState,
  start = 0,
): { readonly end: number; readonly state: FrameState } {
  let state = from;
  const length = chunk.length;
  for (let i = start; i < length; i++) {
    const byte = chunk[i];
    if (byte === LF) {
      if (state === 1) return { end: i + 1, state: 1 };
      state = 1;
    } else if (byte === CR) {
      if (state !== 0) return chunk[i + 1] === LF ? { end: i + 2, state: 1 } : { end: i + 1, state: 3 };
      state = 2;
    } else state = 0;
  }
  return { end: -1, state };
}

/** One frame in a buffer: where it ends and where its data stands. Reused from frame to frame. */
export type FrameSpan = {
  /** After the blank line that ends it. */
  end: number;
  /** The first `data` line's value, after the one optional space. */
  dataStart: number;
  /** The last `data` line's end. */
  dataEnd: number;
  dataLines: number;
  /** The last `event` line says `error`. */
  isErrorEvent: boolean;
};

/** A span of nothing yet. */
export function blankSpan(): FrameSpan {
  return { end: 0, dataStart: -1, dataEnd: -1, dataLines: 0, isErrorEvent: false };
}

/** End of the line at `at` in `bytes`, without its terminator; the length when it has none. */
function lineEnd(bytes: Uint8Array, at: number, carriage: boolean): number {
  if (!carriage) {
    const end = bytes.indexOf(LF, at);
    return end < 0 ? bytes.length : end;
  }
  let i = at;
  while (i < bytes.length && bytes[i] !== LF && bytes[i] !== CR) i++;
  return i;
}

/**
 * Reads the frame that begins at `at`. `carriage` says whether any CR stands in the buffer; without one lines are found
 * by the native search. False when the frame does not end in this buffer; with `final` the end of the buffer ends it. A
 * blank line's CR at the very end of the buffer ends it too, though an LF may still come that belongs to it.
 */
export function readFrame(bytes: Uint8Array, at: number, carriage: boolean, final: boolean, span: FrameSpan): boolean {
  span.dataLines = 0;
  span.dataStart = -1;
  span.dataEnd = -1;
  span.isErrorEvent = false;
  const length = bytes.length;
  let line = at;
  for (;;) {
    const end = lineEnd(bytes, line, carriage);
    if (end > line) readLine(bytes, line, end, span);
    let next = end;
    if (end < length) next = bytes[end] === CR && bytes[end + 1] === LF ? end + 2 : end + 1;
    if ((end === line && end < length) || (final && next >= length)) {
      span.end = next;
      return true;
    }
    if (next >= length) return false;
    line = next;
  }
}

function isName(bytes: Uint8Array, line: number, end: number, name: readonly number[]): boolean {
  const colon = line + name.length;
  if (colon > end || (colon < end && bytes[colon] !== COLON)) return false;
  for (let i = 0; i < name.length; i++) if (bytes[line + i] !== name[i]) return false;
  return true;
}

const DATA = [0x64, 0x61, 0x74, 0x61];
const ERROR = [0x65, 0x72, 0x72, 0x6f, 0x72];
const EVENT = [0x65, 0x76, 0x65, 0x6e, 0x74];

function readLine(bytes: Uint8Array, line: number, end: number, span: FrameSpan): void {
  const data = isName(bytes, line, end, DATA);
  if (!data && !isName(bytes, line, end, EVENT)) return;
  let value = Math.min(end, line + (data ? DATA : EVENT).length + 1);
  if (value < end && bytes[value] === SPACE) value++;
  if (!data) {
    span.isErrorEvent = end - value === ERROR.length && ERROR.every((byte, i) => bytes[value + i] === byte);
    return;
  }
  if (span.dataLines === 0) span.dataStart = value;
  span.dataEnd = end;
  span.dataLines++;
}

/**
 * Blanks everything of a frame but its data, in a copy of its buffer. JSON cannot hold a line break inside a string, so
 * the blanks fall between its tokens, and every index means the same in both buffers.
 */
export function maskFrame(copy: Uint8Array, frameStart: number, span: FrameSpan): void {
  const line = blankSpan();
  let at = frameStart;
  while (at < span.end) {
    const stop = Math.min(span.end, lineEnd(copy, at, true));
    line.dataLines = 0;
    if (stop > at) readLine(copy, at, stop, line);
    copy.fill(SPACE, at, line.dataLines === 1 ? line.dataStart : stop);
    copy.fill(SPACE, stop, stop + 1);
    at = stop + 1;
  }
}
