import { decodeText, encodeText } from '../text.ts';
import { holdBytes } from './held-bytes.ts';
import { type FrameState, seekFrameEnd } from './sse-bytes.ts';

/** One event of a stream. `data` has its lines joined by line feeds; undefined `event` is the type `message`. */
export type Frame = { readonly event: string | undefined; readonly data: string; readonly id: string | undefined };

export type FrameReader = {
  /** Takes bytes, cut anywhere; returns the events they complete. */
  push(chunk: Uint8Array): readonly Frame[];
  /** The stream has ended. An event without its closing blank line is returned too: upstreams forget it. */
  end(): readonly Frame[];
  /** A frame was longer than allowed; it was left out, and so is everything that follows. */
  readonly overflowed: boolean;
};

/**
 * Reads an event stream: LF, CRLF or CR, comments, several data lines, a byte order mark. Memory is bounded by
 * `maxFrameBytes`. https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function readFrames(maxFrameBytes = 8 << 20): FrameReader {
  const held = holdBytes();
  let state: FrameState = 1;
  let begun = false;
  let overflowed = false;

  function frameOf(bytes: Uint8Array): Frame | undefined {
    const text = decodeText(bytes);
    const start = !begun && text.startsWith('\ufeff') ? 1 : 0;
    begun = true;
    return parseFrame(text.slice(start));
  }

  return {
    push(chunk) {
      const frames: Frame[] = [];
      let rest = chunk;
      while (rest.length > 0 && !overflowed) {
        const sought = seekFrameEnd(rest, state);
        state = sought.state;
        const part = sought.end < 0 ? rest : rest.subarray(0, sought.end);
        held.add(part);
        if (held.length > maxFrameBytes) {
          overflowed = true;
          held.release();
          break;
        }
        if (sought.end < 0) break;
        rest = rest.subarray(sought.end);
        const frame = frameOf(held.release());
        if (frame) frames.push(frame);
      }
      return frames;
    },
    end() {
      if (overflowed || held.length === 0) return [];
      const frame = frameOf(held.release());
      return frame ? [frame] : [];
    },
    get overflowed() {
      return overflowed;
    },
  };
}

function parseFrame(text: string): Frame | undefined {
  let event: string | undefined;
  let id: string | undefined;
  let data: string | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'data') data = data === undefined ? value : `${data}\n${value}`;
    else if (name === 'event') event = value === '' ? undefined : value;
    else if (name === 'id' && !value.includes('\0')) id = value;
  }
  // An event without data is none.
  return data === undefined ? undefined : { event, data, id };
}

/** Bytes of one event. Line breaks in `data` become several data lines; in `event` and `id` they are not allowed. */
export function writeFrame(frame: {
  readonly event?: string;
  readonly data: string;
  readonly id?: string;
}): Uint8Array {
  let text = '';
  if (frame.event !== undefined) text += `event: ${frame.event}\n`;
  if (frame.id !== undefined) text += `id: ${frame.id}\n`;
  for (const line of frame.data.split(/\r\n|\n|\r/)) text += `data: ${line}\n`;
  return encodeText(`${text}\n`);
}
