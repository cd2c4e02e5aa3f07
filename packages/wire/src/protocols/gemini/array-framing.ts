import { readFrames } from '../../json/sse.ts';
import type { ErrorWords } from '../../protocol.ts';
import { encodeText } from '../../text.ts';
import { writeGeminiError } from './errors.ts';

/** Turns an event stream into the JSON array that clients read who did not ask for `alt=sse`. */
export type ArrayFraming = {
  /** Takes bytes of the event stream, cut anywhere. */
  push(bytes: Uint8Array): Uint8Array | undefined;
  /** The stream has ended well. */
  end(): Uint8Array;
  /** The stream broke: the error is the array's last item. */
  fail(words: ErrorWords, requestId: string): Uint8Array;
};

/** Upstreams are always asked for an event stream, so a client of the same protocol may need this behind the probe. */
export function openArrayFraming(): ArrayFraming {
  const frames = readFrames();
  let begun = false;

  function items(data: readonly string[]): string {
    let text = '';
    for (const item of data) {
      text += `${begun ? ',\r\n' : '['}${item}`;
      begun = true;
    }
    return text;
  }

  const close = (text: string): Uint8Array => encodeText(begun ? `${text}\n]` : '[]');

  return {
    push(bytes) {
      const text = items(frames.push(bytes).map(({ data }) => data));
      return text === '' ? undefined : encodeText(text);
    },
    end: () => close(items(frames.end().map(({ data }) => data))),
    fail: (words, requestId) => close(items([JSON.stringify(writeGeminiError(words, requestId))])),
  };
}
