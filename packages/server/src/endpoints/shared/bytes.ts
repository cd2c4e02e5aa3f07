import type { Usage } from '@tollgate/wire/ir/usage';
import type { ResponseTransform } from '../../relay/exchange.ts';

/**
 * An answer that is no text and no JSON (speech, pictures, files), handed on as it comes in its own content type. `usage` is what
 * it costs: such answers say nothing of it, so it is known from the request, or from how much came.
 */
export function openBytes(contentType: string, usage: (bytes: number) => Usage | undefined): ResponseTransform {
  let bytes = 0;
  return {
    contentType,
    push(chunk) {
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
      return bytes > 0 ? usage(bytes) : undefined;
    },
    servedAs: undefined,
    outputEstimate: 0,
    unreported: 0,
  };
}
