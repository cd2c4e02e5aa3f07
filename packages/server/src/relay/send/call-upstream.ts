import type { Cause } from '../../domain/causes.ts';
import type { UpstreamCall, UpstreamHandler, UpstreamRequest } from '../../upstream/upstream.ts';
import type { RelayDeps } from '../deps.ts';
import type { FollowUp } from '../exchange.ts';
import type { Deadline } from './deadlines.ts';
import { sendFollowed } from './send-followed.ts';

/** What is told of one upstream call. Whatever is thrown while an answer arrives goes to `mistake`. */
export type UpstreamEvents = {
  /** A connection was made for it. */
  readonly connected?: (() => void) | undefined;
  head(status: number, headers: ReadonlyMap<string, string>): void;
  data(chunk: Uint8Array): void;
  end(): void;
  /** The transport broke. */
  fail(cause: Cause, detail: string): void;
  /** A deadline has passed; the call is torn down already. */
  expire(cause: Cause): void;
  /** The client has left; the call goes on. */
  left(): void;
  /** A mistake of the gateway, whose callers could not be told. */
  mistake(error: unknown): void;
};

export type CallLimits = {
  /** From sending to the head of the answer, and the longest silence after it; ms. */
  readonly firstByteMs: number;
  readonly idleMs: number;
  /** When it must be over whatever comes, on the monotonic clock. */
  readonly totalBy: number;
};

/** One call of an upstream, as everybody makes it: deadlines, the client's departure, and an end to both. */
export type RunningCall = Pick<UpstreamCall, 'pause' | 'resume' | 'abort'> & {
  /** The upstream, or a client that is behind, gave a sign of life: the idle deadline starts anew. */
  touch(): void;
  /** Moves the deadline to `ms` from now, never beyond the end of all. */
  expireIn(ms: number): void;
  /** Watched no more, and no longer told of the client's departure. */
  release(): void;
};

/** Starts a call. `signal` fires when the client leaves; without one nobody is waited for. */
export function callUpstream(
  deps: RelayDeps,
  request: UpstreamRequest,
  limits: CallLimits,
  signal: AbortSignal | undefined,
  events: UpstreamEvents,
  followUp?: FollowUp,
): RunningCall {
  const { clock, deadlines } = deps;
  let begun = false;
  const later = (ms: number): number => Math.min(limits.totalBy, clock.elapsed() + ms);
  const guarded = (tell: () => void): void => {
    try {
      tell();
    } catch (error) {
      events.mistake(error);
    }
  };
  const expiryCause = (): Cause => {
    if (deps.load.shuttingDown) return 'shutdown';
    if (clock.elapsed() >= limits.totalBy) return 'total_timeout';
    return begun ? 'idle_timeout' : 'first_byte_timeout';
  };
  const deadline: Deadline = {
    at: later(limits.firstByteMs),
    expire() {
      call.abort();
      guarded(() => events.expire(expiryCause()));
    },
  };
  const onLeft = (): void => guarded(events.left);
  const running: RunningCall = {
    touch() {
      deadline.at = later(limits.idleMs);
    },
    expireIn(ms) {
      deadline.at = later(ms);
    },
    release() {
      deadlines.forget(deadline);
      signal?.removeEventListener('abort', onLeft);
    },
    pause: () => call.pause(),
    resume: () => call.resume(),
    abort: () => call.abort(),
  };
  const handler: UpstreamHandler = {
    connected: events.connected,
    head(status, headers) {
      begun = true;
      try {
        events.head(status, headers);
      } catch (error) {
        events.mistake(error);
      }
    },
    data(chunk) {
      try {
        events.data(chunk);
      } catch (error) {
        events.mistake(error);
      }
    },
    // An upload takes its time: as long as it goes on, no answer is due.
    sent() {
      if (!begun) deadline.at = later(limits.firstByteMs);
    },
    end: () => guarded(events.end),
    fail: (cause, detail) => guarded(() => events.fail(cause, detail)),
  };
  const call = followUp ? sendFollowed(deps, request, handler, followUp) : deps.upstream.send(request, handler);
  deadlines.watch(deadline);
  if (signal) {
    signal.addEventListener('abort', onLeft);
    // Not at once: whoever calls has nothing in hand yet.
    if (signal.aborted) queueMicrotask(onLeft);
  }
  return running;
}
