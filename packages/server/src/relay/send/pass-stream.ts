import type { Settings } from '@tollgate/contract/settings';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import { maxAnswerBytes, type Answered, type Asked } from './ask.ts';
import { openClientStream, type ClientStream } from '../answer/client-stream.ts';
import { joinBytes } from './join-bytes.ts';
import type { RelayDeps } from '../deps.ts';

/**
 * Hands an upstream's stream on as it comes, for what is charged elsewhere. `broken` are the last bytes of one that breaks;
 * `seen` is told what was handed on, and `over` when no more is.
 * An answer that is no stream comes back whole, as from `ask`.
 */
export function passStream(
  deps: RelayDeps,
  relay: Settings['relay'],
  request: UpstreamRequest,
  client: {
    readonly signal: AbortSignal;
    readonly headers: Readonly<Record<string, string>>;
    broken(): Uint8Array;
    seen(chunk: Uint8Array): void;
    over(): void;
  },
): Promise<Response | Asked> {
  return new Promise((resolve) => {
    let stream: ClientStream | undefined;
    let status = 0;
    const chunks: Uint8Array[] = [];
    let size = 0;
    const totalBy = deps.clock.elapsed() + relay.totalTimeoutMs;
    const later = (ms: number): number => Math.min(totalBy, deps.clock.elapsed() + ms);
    const over = (): void => {
      deps.deadlines.forget(deadline);
      client.signal.removeEventListener('abort', left);
      client.over();
    };
    const fail = (asked: Asked): void => {
      over();
      if (!stream) return resolve(asked);
      stream.write(client.broken());
      stream.close();
    };
    const deadline = {
      at: later(relay.firstByteTimeoutMs),
      expire: () => {
        exchange.abort();
        fail({ cause: status === 0 ? 'first_byte_timeout' : 'idle_timeout', detail: 'the upstream took too long' });
      },
    };
    const left = (): void => {
      exchange.abort();
      over();
      resolve({ cause: 'cut', detail: 'the client left' });
    };
    const whole = (): Answered => ({ status, body: joinBytes(chunks, size) });
    const exchange = deps.upstream.send(request, {
      head(given, headers) {
        status = given;
        deadline.at = later(relay.idleTimeoutMs);
        if (status !== 200 || !headers.get('content-type')?.startsWith('text/event-stream')) return;
        stream = openClientStream(() => exchange.resume());
        resolve(new Response(stream.body, { headers: client.headers }));
      },
      data(chunk) {
        deadline.at = later(relay.idleTimeoutMs);
        if (stream) {
          client.seen(chunk);
          if (!stream.write(chunk)) exchange.pause();
          return;
        }
        chunks.push(chunk);
        size += chunk.byteLength;
        if (size <= maxAnswerBytes) return;
        exchange.abort();
        fail({ cause: 'too_large', detail: 'the answer is too large' });
      },
      end() {
        over();
        if (stream) stream.close();
        else resolve(whole());
      },
      fail: (cause, detail) => fail({ cause, detail }),
    });
    deps.deadlines.watch(deadline);
    client.signal.addEventListener('abort', left);
    if (client.signal.aborted) left();
  });
}
