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
      let start = 0;
      if (state === 3 && chunk.length > 0) {
        // What is left of the CRLF that ended the frame before.
        if (chunk[0] === 0x0a) start = 1;
        state = 1;
      }
      while (start < chunk.length && !overflowed) {
        const sought = seekFrameEnd(chunk, state, start);
        state = sought.state;
        const end = sought.end < 0 ? chunk.length : sought.end;
        if (held.length + end - start > maxFrameBytes) {
          overflowed = true;
          held.release();
          break;
        }
        const part = start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end);
        start = end;
        // Mostly a frame comes whole, and is read where it lies.
        if (sought.end < 0 || held.length > 0) held.add(part);
        if (sought.end < 0) break;
        const frame = frameOf(held.length > 0 ? held.release() : part);
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
  const lines = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
  // By hand: this runs for every event of every translated stream, and an array of lines costs as much as parsing its JSON.
  let colon = lines.indexOf(':');
  for (let start = 0, end = 0; start < lines.length; start = end + 1) {
    end = lines.indexOf('\n', start);
    if (end < 0) end = lines.length;
    // The next colon may be lines away, and is not sought again for each of them.
    if (colon >= 0 && colon < start) colon = lines.indexOf(':', start);
    const nameEnd = colon < 0 || colon > end ? end : colon;
    const name = lines.slice(start, nameEnd);
    if (name !== 'data' && name !== 'event' && name !== 'id') continue;
    const from = Math.min(end, lines[nameEnd + 1] === ' ' ? nameEnd + 2 : nameEnd + 1);
    const value = lines.slice(from, end);
    if (name === 'data') data = data === undefined ? value : `${data}\n${value}`;
    else if (name === 'event') event = value === '' ? undefined : value;
    else if (!value.includes('\0')) id = value;
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
