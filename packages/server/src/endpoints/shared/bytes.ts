import type { ResponseTransform } from '../../relay/exchange.ts';
import type { Metered } from './metering.ts';

/** Enough of a file's beginning to tell how it is to be read. */
const headBytes = 4096;

/**
 * An answer that is no text and no JSON (speech, pictures, files), handed on as it comes in its own content type. Such answers
 * say nothing of what they cost: `meter` tells it by the request, and by how much came and how it begins.
 */
export function openBytes(
  contentType: string,
  meter: (bytes: number, head: Uint8Array) => Metered,
  headers: Readonly<Record<string, string>> = {},
): ResponseTransform {
  let bytes = 0;
  let head = new Uint8Array();
  const metered = (): Partial<Metered> => (bytes === 0 ? nothing : meter(bytes, head));
  return {
    contentType,
    headers,
    push(chunk) {
      if (head.byteLength < headBytes) head = Buffer.concat([head, chunk.subarray(0, headBytes - head.byteLength)]);
      bytes += chunk.byteLength;
      return chunk;
    },
    end: () => undefined,
    close: () => undefined,
    // Nothing can be said in the middle of a picture: the client's connection breaks off, as the upstream's did.
    fail: () => undefined,
    losses: [],
    get meaningful() {
      return bytes > 0;
    },
    finished: false,
    // Whoever sends bytes says with the end of the message that they were all.
    finishReason: true,
    error: undefined,
    get usage() {
      return metered().usage;
    },
    get estimate() {
      return metered().estimate;
    },
    servedAs: undefined,
    outputEstimate: 0,
    unreported: 0,
  };
}

const nothing: Partial<Metered> = {};
