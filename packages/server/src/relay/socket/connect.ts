import type { UpstreamFailure } from '@tollgate/wire/protocol';
import { causeOf, type Cause } from '../../domain/causes.ts';
import { withPause } from '../../domain/pauses.ts';
import { mappedStatus } from '../../domain/status-mapping.ts';
import type { UpstreamSocket, UpstreamSocketHandler } from '../../upstream/upstream-socket.ts';
import type { RelayDeps } from '../deps.ts';
import type { Candidate, Planned } from '../request-context.ts';
import { noteAttempt, pauseAfter, type Failed } from '../send/attempt.ts';
import type { SocketExchange } from '../socket-exchange.ts';
import { settleUnserved } from '../settle/settle.ts';
import { maxFrameBytes } from './client-socket.ts';

/** Of a socket nothing but its whole time is noted. */
export const unmeasured = { connectedMs: 0, headMs: 0 } as const;

/** An upstream that has accepted the session, and is not read yet. */
export type Connected = {
  readonly candidate: Candidate;
  readonly exchange: SocketExchange;
  readonly upstream: UpstreamSocket;
  readonly startedMs: number;
  /** Says who is told of what the upstream sends; what has come until then is told at once. */
  listen(listener: UpstreamListener): void;
};

export type UpstreamListener = Pick<UpstreamSocketHandler, 'frame' | 'closed'>;

/** Asks one candidate for a session; a refused or failed handshake is a failed attempt. */
export function connect(
  deps: RelayDeps,
  context: Planned,
  candidate: Candidate,
  exchange: SocketExchange,
): Promise<Connected | Failed | 'client_left'> {
  const { target, upstreamModel } = candidate;
  const { signal } = context.call.request;
  const { health } = context.snapshot.settings;
  const { charged } = context.call.endpoint;
  if (charged) deps.health.probing(target, upstreamModel);
  const startedMs = deps.clock.elapsed();
  return new Promise((resolve) => {
    let listener: UpstreamListener | undefined;
    let early: ((to: UpstreamListener) => void)[] = [];
    const tell = (what: (to: UpstreamListener) => void): void => {
      if (listener) what(listener);
      else early.push(what);
    };
    const end = (): void => signal.removeEventListener('abort', left);
    const left = (): void => {
      end();
      upstream.abort();
      context.clientGone = true;
      noteAttempt(deps, context, candidate, { status: 0, startedMs, ...unmeasured }, 'client_gone');
      settleUnserved(deps, context, 499, 'client_disconnected', '');
      resolve('client_left');
    };
    const fail = (
      cause: Cause,
      detail: string,
      status = 0,
      headers: ReadonlyMap<string, string> = new Map(),
      failure?: UpstreamFailure,
    ): void => {
      end();
      const pause = pauseAfter(deps, candidate, cause, (name) => headers.get(name), failure);
      noteAttempt(deps, context, candidate, { status, startedMs, ...unmeasured }, cause, pause);
      resolve({ cause, detail, upstream: failure, retryAfterMs: pause?.ms });
    };
    const upstream = deps.openSocket(
      { ...exchange.request, subprotocols: exchange.subprotocols, maxFrameBytes },
      {
        opened() {
          end();
          // A session may last for an hour; that the target takes any is known now.
          if (charged) deps.health.observe(target, upstreamModel, 'success', health);
          resolve({
            candidate,
            exchange,
            upstream,
            startedMs,
            listen(to) {
              listener = to;
              for (const what of early) what(to);
              early = [];
            },
          });
        },
        refused(status, headers, bodyText) {
          const { channel } = target;
          const read = exchange.readError(status, bodyText, (name) => headers.get(name));
          const failure = withPause(mappedStatus(read, channel), channel.provider, bodyText, deps.clock.now());
          fail(causeOf(failure, channel.provider), failure.message, status, headers, failure);
        },
        failed: fail,
        frame: (frame) => tell((to) => to.frame(frame)),
        closed: (code, reason, cause) => tell((to) => to.closed(code, reason, cause)),
      },
    );
    signal.addEventListener('abort', left);
  });
}
