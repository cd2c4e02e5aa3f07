import { crc32 } from '../../json/crc32.ts';
import type { Frame, FrameReader } from '../../json/sse.ts';
import { concatBytes, decodeText, encodeText } from '../../text.ts';

/** Total length, length of the headers, and the CRC of both. */
const PRELUDE = 12;
/** The prelude and the CRC of the whole message. */
const LEAST = 16;

/**
 * Reads `application/vnd.amazon.eventstream`: messages of a prelude, typed headers, a payload and two CRCs. Each becomes a
 * frame whose `event` is the `:event-type` (or `:exception-type`) and whose data is the payload, JSON text. What cannot be
 * trusted any more (a wrong CRC, lengths that contradict each other, a message longer than `maxFrameBytes`) becomes one
 * last frame of the event `error`, for there is no way to find the next message. Memory is bounded by `maxFrameBytes`.
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function readEventStream(maxFrameBytes = 16 << 20): FrameReader {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  /** Bytes until something can be judged: the prelude, then the whole message. */
  let wanted = PRELUDE;
  let judged = false;
  let over = false;
  let overflowed = false;

  function take(): Uint8Array {
    const bytes = concatBytes(held);
    held = [bytes];
    return bytes;
  }

  function fail(message: string): Frame {
    over = true;
    held = [];
    return { event: 'error', data: JSON.stringify({ __type: 'EventStreamException', message }), id: undefined };
  }

  /** The prelude is there: says how long the message is, or what is wrong. */
  function judgePrelude(bytes: Uint8Array, at: number): Frame | undefined {
    const total = uint32(bytes, at);
    const headers = uint32(bytes, at + 4);
    if (crc32(bytes, at, at + 8) !== uint32(bytes, at + 8))
      return fail('The upstream’s stream is damaged (checksum of a prelude).');
    if (total < LEAST || headers > total - LEAST)
      return fail('The upstream’s stream is damaged (length of a message).');
    if (total > maxFrameBytes) {
      overflowed = true;
      return fail(`A message of the upstream’s stream is longer than ${maxFrameBytes} bytes.`);
    }
    judged = true;
    wanted = total;
    return undefined;
  }

  function readMessage(bytes: Uint8Array): Frame | undefined {
    const end = bytes.length - 4;
    if (crc32(bytes, 0, end) !== uint32(bytes, end)) return fail('The upstream’s stream is damaged (checksum).');
    const payload = PRELUDE + uint32(bytes, 4);
    const headers = readHeaders(bytes, PRELUDE, payload);
    if (!headers) return fail('The upstream’s stream is damaged (headers).');
    judged = false;
    wanted = PRELUDE;
    held = [];
    heldBytes = 0;
    return frameOf(headers, bytes.subarray(payload, end));
  }

  return {
    push(chunk) {
      const frames: Frame[] = [];
      let at = 0;
      while (at < chunk.length && !over) {
        let frame: Frame | undefined;
        if (heldBytes === 0 && !judged && at + PRELUDE <= chunk.length) {
          // Mostly a message comes whole, and its prelude is judged where it lies.
          frame = judgePrelude(chunk, at);
        } else {
          const part = chunk.subarray(at, at + wanted - heldBytes);
          at += part.length;
          held.push(part);
          heldBytes += part.length;
          if (heldBytes < wanted) break;
          const bytes = take();
          frame = judged ? readMessage(bytes) : judgePrelude(bytes, 0);
        }
        if (frame) frames.push(frame);
      }
      return frames;
    },
    // A message that is not whole says nothing: the stream was cut.
    end: () => [],
    get overflowed() {
      return overflowed;
    },
  };
}

function uint32(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const low = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  return ((high << 16) | low) >>> 0;
}

/** The headers that are read, their names as bytes; the others are passed over undecoded. */
const readNames = [':event-type', ':exception-type', ':message-type', ':error-code', ':error-message'].map(
  (name) => [name, encodeText(name)] as const,
);

function readName(bytes: Uint8Array, start: number, end: number): string | undefined {
  for (const [name, letters] of readNames) {
    if (letters.length !== end - start) continue;
    let i = 0;
    while (i < letters.length && letters[i] === bytes[start + i]) i++;
    if (i === letters.length) return name;
  }
  return undefined;
}

/** Lengths of header values by their type: booleans, integers of 1 to 8 bytes, (6 and 7 say their own,) times, UUIDs. */
const lengths: readonly number[] = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16];
const TEXT = 7;

/** The headers of interest, which all are text; undefined when headers do not fill their room exactly. */
function readHeaders(bytes: Uint8Array, start: number, end: number): ReadonlyMap<string, string> | undefined {
  const headers = new Map<string, string>();
  let at = start;
  while (at < end) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const type = bytes[nameEnd] ?? -1;
    let length = lengths[type];
    let valueStart = nameEnd + 1;
    if (length === undefined || valueStart > end) return undefined;
    if (length < 0) {
      length = ((bytes[valueStart] ?? 0) << 8) | (bytes[valueStart + 1] ?? 0);
      valueStart += 2;
    }
    if (valueStart + length > end) return undefined;
    const name = type === TEXT ? readName(bytes, at + 1, nameEnd) : undefined;
    at = valueStart + length;
    if (name !== undefined) headers.set(name, decodeText(bytes.subarray(valueStart, at)));
  }
  return headers;
}

/** An unmodelled error has its words in headers, and no payload. */
function frameOf(headers: ReadonlyMap<string, string>, payload: Uint8Array): Frame {
  if (headers.get(':message-type') === 'error') {
    const words = { __type: headers.get(':error-code') ?? '', message: headers.get(':error-message') ?? '' };
    return { event: 'error', data: JSON.stringify(words), id: undefined };
  }
  return {
    event: headers.get(':exception-type') ?? headers.get(':event-type'),
    data: decodeText(payload),
    id: undefined,
  };
}
