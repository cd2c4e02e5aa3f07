import type { Usage } from '../../ir/usage.ts';
import { OPEN_BRACE, skipSpace } from '../../json/scan.ts';
import { blankSpan, type FrameState, maskFrame, readFrame, seekFrameEnd } from '../../json/sse-bytes.ts';
import type { StreamProbe, UpstreamFailure } from '../../protocol.ts';
import { concatBytes, decodeText, encodeText } from '../../text.ts';
import { failureIn } from './errors.ts';
import { estimateOutput } from './estimate.ts';
import { blankSight, sight } from './frame.ts';
import type { UsageReader } from './response.ts';
import { readChatUsage } from './usage.ts';

export type ProbeOptions = {
  /** Leaves the usage report out, for a client that did not ask for it. */
  readonly hideUsage: boolean;
  /** A dialect's own reader of the raw usage object. */
  readonly readUsage?: UsageReader | undefined;
  /** A frame longer than this goes through unread. Default 8 MB. */
  readonly maxFrameBytes?: number;
};

/** Enough for a generated image inside a delta. */
const MAX_FRAME_BYTES = 8 << 20;
/** A usage object longer than this is no usage object. */
const MAX_USAGE_BYTES = 1 << 16;

const DONE = encodeText('[DONE]');

function startsWith(bytes: Uint8Array, at: number, end: number, text: Uint8Array): boolean {
  if (end - at < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

/**
 * Watches a chat or legacy completion stream. Only whole frames leave it: the unfinished tail of a chunk waits for its
 * rest (no client could have used it sooner), so that a frame can be judged before it is handed on, and whatever the
 * gateway appends after a cut stands on a line of its own. In the usual case a chunk is made of whole frames and is
 * returned as it is, the same array.
 *
 * With `hideUsage` a chunk that only reports usage (`choices` empty) is left out with its separator; one that reports
 * it beside choices loses the `usage` key and keeps every other byte. An error frame is never handed on, nor anything
 * after it: the gateway tells the client in its own, redacted words. Where bytes are cut into chunks changes nothing.
 */
export function probeChat(options: ProbeOptions): StreamProbe {
  const { hideUsage, readUsage = readChatUsage, maxFrameBytes = MAX_FRAME_BYTES } = options;
  const seen = blankSight();
  const span = blankSpan();
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let state: FrameState = 1;
  /** Inside a frame too long to be read. */
  let skipping = false;
  let begun = false;
  let anyData = false;
  let meaningful = false;
  let finished = false;
  let finishReason = false;
  let error: UpstreamFailure | undefined;
  let usageBytes: Uint8Array | undefined;
  let choiceUsageBytes: Uint8Array | undefined;
  let usage: Usage | undefined;
  let usageRead = true;

  function hold(rest: Uint8Array, from: FrameState): Uint8Array | undefined {
    held.push(rest);
    heldBytes += rest.length;
    state = from;
    if (heldBytes <= maxFrameBytes) return undefined;
    skipping = true;
    meaningful = true;
    return release();
  }

  function release(): Uint8Array | undefined {
    if (held.length === 0) return undefined;
    const all = concatBytes(held);
    held = [];
    heldBytes = 0;
    return all;
  }

  function push(chunk: Uint8Array): Uint8Array | undefined {
    if (error || chunk.length === 0) return undefined;
    if (skipping) return pushSkipping(chunk);
    if (held.length === 0) return take(chunk, false);
    const sought = seekFrameEnd(chunk, state);
    if (sought.end < 0) return hold(chunk, sought.state);
    held.push(chunk);
    const joined = release();
    return joined && take(joined, false);
  }

  function pushSkipping(chunk: Uint8Array): Uint8Array | undefined {
    const { end, state: next } = seekFrameEnd(chunk, state);
    state = next;
    if (end < 0) return chunk;
    skipping = false;
    if (end === chunk.length) return chunk;
    const rest = take(chunk.subarray(end), false);
    return rest ? concatBytes([chunk.subarray(0, end), rest]) : chunk.subarray(0, end);
  }

  /** Reads the frames of a buffer that begins with one; returns what of it may go on. */
  function take(buffer: Uint8Array, final: boolean): Uint8Array | undefined {
    const carriage = buffer.includes(0x0d);
    let parts: Uint8Array[] | undefined;
    let from = 0;
    let at = 0;
    let masked: Uint8Array | undefined;
    if (!begun && buffer[0] === 0xef) {
      // A byte order mark may open the stream. It is passed on, but is no part of the first line.
      if (buffer.length < 3 && !final) return hold(buffer, 0);
      if (buffer[1] === 0xbb && buffer[2] === 0xbf) at = 3;
    }
    begun = true;
    while (at < buffer.length && readFrame(buffer, at, carriage, final, span)) {
      const { end } = span;
      if (end - at > maxFrameBytes) meaningful = true;
      else if (span.dataLines > 0) {
        anyData = true;
        if (span.dataLines > 1) maskFrame((masked ??= buffer.slice()), at, span);
        const drop = readData(span.dataLines > 1 && masked ? masked : buffer, final);
        if (drop !== 'nothing') {
          parts ??= [];
          const cut = drop === 'usage';
          parts.push(buffer.subarray(from, cut ? seen.cutStart : at));
          from = cut ? seen.cutEnd : end;
          if (error) {
            from = buffer.length;
            at = from;
            break;
          }
        }
      }
      at = end;
    }
    // What is left has no end in it yet; it is held as the start of the next frame.
    let flushed: Uint8Array | undefined;
    if (at < buffer.length) {
      const rest = at === 0 ? buffer : buffer.subarray(at);
      flushed = hold(rest, seekFrameEnd(rest, 1).state);
    }
    if (parts === undefined && flushed === undefined)
      return at === buffer.length ? buffer : at > 0 ? buffer.subarray(0, at) : undefined;
    parts ??= [];
    parts.push(buffer.subarray(from, at));
    if (flushed) parts.push(flushed);
    const out = concatBytes(parts);
    return out.length > 0 ? out : undefined;
  }

  /** Reads one frame's data, and says what of the frame is to be left out. */
  function readData(text: Uint8Array, final: boolean): 'nothing' | 'frame' | 'usage' {
    const at = skipSpace(text, span.dataStart);
    if (text[at] !== OPEN_BRACE || at >= span.dataEnd) {
      if (startsWith(text, at, span.dataEnd, DONE)) finished = true;
      else if (span.isErrorEvent) return fail(text);
      else if (final) return 'frame';
      return 'nothing';
    }
    const whole = sight(text, at, span.dataEnd, seen);
    // Cut off in the middle: of no use to a client, and in the way of what the gateway has to tell it.
    if (!whole && final) return 'frame';
    if (seen.meaningful) meaningful = true;
    if (seen.finishReason) finishReason = true;
    if (seen.error || span.isErrorEvent) return fail(text);
    if (seen.choiceUsageStart >= 0 && seen.choiceUsageEnd - seen.choiceUsageStart < MAX_USAGE_BYTES) {
      choiceUsageBytes = text.slice(seen.choiceUsageStart, seen.choiceUsageEnd);
      usageRead = false;
    }
    if (seen.usageStart < 0 || seen.usageEnd - seen.usageStart >= MAX_USAGE_BYTES) return 'nothing';
    usageBytes = text.slice(seen.usageStart, seen.usageEnd);
    usageRead = false;
    if (!hideUsage || !whole) return 'nothing';
    return seen.noChoices ? 'frame' : 'usage';
  }

  function fail(text: Uint8Array): 'frame' {
    const words = decodeText(text.subarray(span.dataStart, span.dataEnd));
    error = readFailure(words) ?? {
      status: 500,
      message: 'The upstream reported an error in its stream.',
      type: undefined,
      code: undefined,
      param: undefined,
    };
    return 'frame';
  }

  function end(): Uint8Array | undefined {
    if (error) return undefined;
    const rest = release();
    if (!rest || skipping) return rest;
    const taken = take(rest, true);
    const out = taken && finishFrame(taken);
    // Some answer a refusal as plain JSON under the content type of a stream.
    if (!anyData && rest[skipSpace(rest, 0)] === OPEN_BRACE) {
      error = readFailure(decodeText(rest));
      if (error) return undefined;
    }
    return out;
  }

  function readUsageOnce(): Usage | undefined {
    if (usageRead) return usage;
    usageRead = true;
    // The chunk's own report comes before those inside choices, which leave out what other choices took.
    usage = parseUsage(usageBytes, readUsage) ?? parseUsage(choiceUsageBytes, readUsage);
    return usage;
  }

  return {
    push,
    end,
    get meaningful() {
      return meaningful;
    },
    get finished() {
      return finished;
    },
    get finishReason() {
      return finishReason;
    },
    get usage() {
      return readUsageOnce();
    },
    get error() {
      return error;
    },
    get outputEstimate() {
      return estimateOutput(seen.ascii, seen.wide);
    },
  };
}

/** The blank line a stream's last frame may lack, so that it is dispatched and nothing appended runs into it. */
function finishFrame(bytes: Uint8Array): Uint8Array {
  const last = bytes.at(-1);
  const ended = last === 0x0a || last === 0x0d;
  if (ended && (bytes.at(-2) === last || (bytes.at(-2) === 0x0d && bytes.at(-3) === 0x0a))) return bytes;
  return concatBytes([bytes, encodeText(ended ? '\n' : '\n\n')]);
}

function readFailure(text: string): UpstreamFailure | undefined {
  try {
    return failureIn(JSON.parse(text), 200);
  } catch {
    return undefined;
  }
}

function parseUsage(bytes: Uint8Array | undefined, readUsage: UsageReader): Usage | undefined {
  if (!bytes) return undefined;
  try {
    return readUsage(JSON.parse(decodeText(bytes)) as Readonly<Record<string, unknown>>);
  } catch {
    return undefined;
  }
}
