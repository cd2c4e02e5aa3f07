import { concatBytes, copyBytes, encodeText } from '../text.ts';
import { holdBytes } from './held-bytes.ts';
import { blankSpan, type FrameState, maskFrame, readFrame, seekFrameEnd } from './sse-bytes.ts';

/** What becomes of a frame: it goes on, perhaps with a piece cut out of it, or it is left out, or all that follows too. */
export type Verdict = 'pass' | 'drop' | 'stop' | { readonly cutStart: number; readonly cutEnd: number };

export type FrameGateOptions = {
  /**
   * Judges a frame that has data. `bytes` from `start` to `end` is the data (several data lines have white space between
   * them); `errorEvent` says that its `event` line is `error`; `final` that the stream ended within it.
   */
  judge(bytes: Uint8Array, start: number, end: number, errorEvent: boolean, final: boolean): Verdict;
  /** A frame too long to be read is passing. */
  unread(): void;
  /** A frame longer than this goes through unread. Default 8 MB. */
  readonly maxFrameBytes?: number | undefined;
};

export type FrameGate = {
  /** Takes bytes, cut anywhere; returns what may go on, `chunk` itself in the usual case, or undefined. */
  push(chunk: Uint8Array): Uint8Array | undefined;
  /** The stream has ended; returns what was held back. */
  end(): Uint8Array | undefined;
  /** Some frame had data. */
  readonly anyData: boolean;
};

const LF = 0x0a;
const CR = 0x0d;

/** Enough for a generated image inside a frame. */
const MAX_FRAME_BYTES = 8 << 20;

/**
 * Lets an event stream through frame by frame, bytes unchanged. Only whole frames leave it: the unfinished tail of a
 * chunk waits for its rest, so that a frame can be judged before it is handed on and whatever the gateway appends after
 * a cut stands on a line of its own. Where bytes are cut into chunks changes nothing; memory is bounded.
 */
export function openFrameGate(options: FrameGateOptions): FrameGate {
  const { judge, unread, maxFrameBytes = MAX_FRAME_BYTES } = options;
  const span = blankSpan();
  const held = holdBytes();
  let state: FrameState = 1;
  /** Inside a frame too long to be read. */
  let skipping = false;
  let begun = false;
  let anyData = false;
  let stopped = false;
  /** The last frame's end was a CR at the end of a chunk; an LF that comes next is part of it, and shares its lot. */
  let behindCr = false;
  let leftOut = false;

  function hold(rest: Uint8Array, from: FrameState): Uint8Array | undefined {
    held.add(rest);
    state = from;
    if (held.length <= maxFrameBytes) return undefined;
    skipping = true;
    unread();
    return release();
  }

  function release(): Uint8Array | undefined {
    return held.length === 0 ? undefined : held.release();
  }

  function pushSkipping(chunk: Uint8Array): Uint8Array | undefined {
    const { end, state: next } = seekFrameEnd(chunk, state);
    state = next;
    if (end < 0) return chunk;
    skipping = false;
    behindCr = next === 3;
    leftOut = false;
    if (end === chunk.length) return chunk;
    const rest = take(chunk.subarray(end), false);
    return rest ? concatBytes([chunk.subarray(0, end), rest]) : chunk.subarray(0, end);
  }

  /** Judges the frames of a buffer that begins with one. */
  function take(buffer: Uint8Array, final: boolean): Uint8Array | undefined {
    const carriage = buffer.includes(CR);
    const parts: Uint8Array[] = [];
    let from = 0;
    let at = 0;
    let masked: Uint8Array | undefined;
    if (behindCr && buffer[0] === LF) {
      at = 1;
      if (leftOut) from = 1;
    }
    behindCr = false;
    if (!begun && buffer[0] === 0xef) {
      // A byte order mark may open the stream. It is passed on, but is no part of the first line.
      if (buffer.length <= 3 && !final) return hold(buffer, 0);
      if (buffer[1] === 0xbb && buffer[2] === 0xbf) at = 3;
    }
    begun = true;
    while (at < buffer.length && readFrame(buffer, at, carriage, final, span)) {
      const { end } = span;
      if (end - at > maxFrameBytes) unread();
      else if (span.dataLines > 0) {
        anyData = true;
        if (span.dataLines > 1) maskFrame((masked ??= copyBytes(buffer)), at, span);
        const text = span.dataLines > 1 && masked ? masked : buffer;
        const verdict = judge(text, span.dataStart, span.dataEnd, span.isErrorEvent, final);
        if (typeof verdict === 'object') {
          parts.push(buffer.subarray(from, verdict.cutStart));
          from = verdict.cutEnd;
        } else if (verdict !== 'pass') {
          parts.push(buffer.subarray(from, at));
          from = end;
          if (verdict === 'stop') {
            stopped = true;
            return joined(parts);
          }
        }
      }
      at = end;
    }
    if (carriage && at === buffer.length && buffer[at - 1] === CR) {
      behindCr = true;
      leftOut = from === at;
    }
    // What is left has no end in it yet; it is held as the start of the next frame.
    let flushed: Uint8Array | undefined;
    if (at < buffer.length) {
      const rest = at === 0 ? buffer : buffer.subarray(at);
      flushed = hold(rest, seekFrameEnd(rest, 1).state);
    } else if (from === 0) return buffer;
    parts.push(buffer.subarray(from, at));
    if (flushed) parts.push(flushed);
    return joined(parts);
  }

  return {
    push(chunk) {
      if (stopped || chunk.length === 0) return undefined;
      if (skipping) return pushSkipping(chunk);
      if (held.length === 0) return take(chunk, false);
      const sought = seekFrameEnd(chunk, state);
      if (sought.end < 0) return hold(chunk, sought.state);
      held.add(chunk);
      const whole = release();
      return whole && take(whole, false);
    },
    end() {
      if (stopped) return undefined;
      const rest = release();
      if (!rest || skipping) return rest;
      const taken = take(rest, true);
      return taken && finishFrame(taken);
    },
    get anyData() {
      return anyData;
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array | undefined {
  const out = concatBytes(parts);
  return out.length > 0 ? out : undefined;
}

/** The blank line a stream's last frame may lack, so that it is dispatched and nothing appended runs into it. */
function finishFrame(bytes: Uint8Array): Uint8Array {
  const last = bytes.at(-1);
  const ended = last === LF || last === CR;
  if (ended && (bytes.at(-2) === last || (bytes.at(-2) === CR && bytes.at(-3) === LF))) return bytes;
  return concatBytes([bytes, encodeText(ended ? '\n' : '\n\n')]);
}
