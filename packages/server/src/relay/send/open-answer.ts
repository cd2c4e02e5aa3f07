import type { Settings } from '@tollgate/contract/settings';
import type { Cause } from '../../domain/causes.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import type { RelayDeps } from '../deps.ts';
import { callUpstream } from './call-upstream.ts';

/** An answer of an upstream's that has begun to come. */
export type OpenedAnswer = {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Read as fast as its reader takes it; breaks when the upstream does. To be read or cancelled. */
  readonly body: ReadableStream<Uint8Array>;
};

/** Asks an upstream for something of the gateway's own that is too large to be held: `ask`, as a stream. */
export function openAnswer(
  deps: RelayDeps,
  relay: Settings['relay'],
  request: UpstreamRequest,
): Promise<OpenedAnswer | { readonly cause: Cause; readonly detail: string }> {
  return new Promise((resolve, reject) => {
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    let begun = false;
    const end = (cause: Cause | undefined, detail: string): void => {
      call.release();
      if (!begun) resolve({ cause: cause ?? 'cut', detail });
      else if (cause) controller?.error(new Error(`${cause}: ${detail}`));
      else controller?.close();
      controller = undefined;
    };
    const limits = { firstByteMs: relay.firstByteTimeoutMs, idleMs: relay.idleTimeoutMs, totalBy: Infinity };
    const call = callUpstream(deps, request, limits, undefined, {
      head(status, headers) {
        call.touch();
        begun = true;
        const body = new ReadableStream<Uint8Array>({
          start(given) {
            controller = given;
          },
          pull() {
            call.touch();
            call.resume();
          },
          cancel() {
            controller = undefined;
            call.abort();
            call.release();
          },
        });
        resolve({ status, headers, body });
      },
      data(chunk) {
        call.touch();
        controller?.enqueue(chunk);
        // Nobody waits for the upstream while its reader is behind.
        if (controller && (controller.desiredSize ?? 1) <= 0) {
          call.pause();
          call.expireIn(relay.totalTimeoutMs);
        }
      },
      end: () => end(undefined, 'the upstream said nothing'),
      fail: end,
      expire: (cause) => end(cause, 'the upstream took too long'),
      left: () => undefined,
      mistake: reject,
    });
  });
}
