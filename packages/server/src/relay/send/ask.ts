import type { Settings } from '@tollgate/contract/settings';
import type { Cause } from '../../domain/causes.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import type { RelayDeps } from '../deps.ts';
import { callUpstream } from './call-upstream.ts';
import { joinBytes } from './join-bytes.ts';

/** A whole answer of an upstream's, whatever its status. */
export type Answered = {
  readonly status: number;
  readonly body: Uint8Array;
  /** In lower case; empty where it does not say. */
  readonly contentType: string;
};

/** An answer, or why there was none. */
export type Asked = Answered | { readonly cause: Cause; readonly detail: string };

/** Larger than any answer that is asked for outside of a client's request. */
const maxAnswerBytes = 64 << 20;

/**
 * Asks an upstream something of the gateway's own, which is answered whole: how far an answer in the background is. `take` is given the
 * pieces of an answer of status 200 instead, however long it is.
 */
export function ask(
  deps: RelayDeps,
  relay: Settings['relay'],
  request: UpstreamRequest,
  take?: (piece: Uint8Array) => void,
): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    let status = 0;
    let contentType = '';
    const end = (asked: Asked): void => {
      call.release();
      deps.load.bufferedBytes -= size;
      size = 0;
      resolve(asked);
    };
    const limits = { firstByteMs: relay.firstByteTimeoutMs, idleMs: relay.idleTimeoutMs, totalBy: Infinity };
    const call = callUpstream(deps, request, limits, undefined, {
      head(given, headers) {
        status = given;
        contentType = headers.get('content-type')?.toLowerCase() ?? '';
        call.touch();
      },
      data(chunk) {
        call.touch();
        if (take && status === 200) return take(chunk);
        chunks.push(chunk);
        size += chunk.byteLength;
        deps.load.bufferedBytes += chunk.byteLength;
        if (size <= maxAnswerBytes) return;
        call.abort();
        end({ cause: 'too_large', detail: `the answer is larger than ${maxAnswerBytes} bytes` });
      },
      end: () => end({ status, contentType, body: joinBytes(chunks, size) }),
      fail: (cause, detail) => end({ cause, detail }),
      expire: (cause) => end({ cause, detail: 'the upstream took too long' }),
      left: () => undefined,
      mistake: reject,
    });
  });
}
