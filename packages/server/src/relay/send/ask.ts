import type { Settings } from '@tollgate/contract/settings';
import type { Cause } from '../../domain/causes.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import { joinBytes } from './join-bytes.ts';
import type { RelayDeps } from '../deps.ts';

/** A whole answer of an upstream's, whatever its status. */
export type Answered = { readonly status: number; readonly body: Uint8Array };

/** An answer, or why there was none. */
export type Asked = Answered | { readonly cause: Cause; readonly detail: string };

/** Larger than any list of input items that a context window holds. */
export const maxAnswerBytes = 64 << 20;

/**
 * Asks an upstream something that costs nothing and is answered whole: a kept answer, a count of tokens. Torn down when
 * the client leaves or the first byte, or any next one, is late.
 */
export function ask(
  deps: RelayDeps,
  relay: Settings['relay'],
  request: UpstreamRequest,
  signal?: AbortSignal,
): Promise<Asked> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    let status = 0;
    const end = (asked: Asked): void => {
      deps.deadlines.forget(deadline);
      signal?.removeEventListener('abort', onLeft);
      deps.load.bufferedBytes -= size;
      size = 0;
      resolve(asked);
    };
    const giveUp = (cause: Cause, detail: string): void => {
      exchange.abort();
      end({ cause, detail });
    };
    const later = (ms: number): number => deps.clock.elapsed() + ms;
    const deadline = {
      at: later(relay.firstByteTimeoutMs),
      expire: () => giveUp(status === 0 ? 'first_byte_timeout' : 'idle_timeout', 'the upstream took too long'),
    };
    const onLeft = (): void => giveUp('cut', 'the client left');
    const exchange = deps.upstream.send(request, {
      head(given) {
        status = given;
        deadline.at = later(relay.idleTimeoutMs);
      },
      data(chunk) {
        deadline.at = later(relay.idleTimeoutMs);
        chunks.push(chunk);
        size += chunk.byteLength;
        deps.load.bufferedBytes += chunk.byteLength;
        if (size > maxAnswerBytes) giveUp('too_large', `the answer is larger than ${maxAnswerBytes} bytes`);
      },
      end: () => end({ status, body: joinBytes(chunks, size) }),
      fail: (cause, detail) => end({ cause, detail }),
    });
    deps.deadlines.watch(deadline);
    signal?.addEventListener('abort', onLeft);
    if (signal?.aborted) onLeft();
  });
}
