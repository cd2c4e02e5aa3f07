import type { RequestSummary, UpstreamFailure } from '@tollgate/wire/protocol';
import { causeTable, retryAfterMs, type Cause } from '../../domain/causes.ts';
import type { UpstreamCall } from '../../upstream/upstream.ts';
import type { Deadline } from './deadlines.ts';
import type { Candidate, RequestContext } from '../request-context.ts';
import { count } from '../settle/metrics.ts';
import { settleUnserved } from '../settle/settle.ts';
import type { Translated } from '../chat/translate.ts';
import type { RelayDeps } from '../deps.ts';

/** An attempt that did not answer the client, told before anything reached it. `upstream` holds its unredacted words. */
export type Failed = {
  readonly cause: Cause;
  readonly detail: string;
  readonly upstream: UpstreamFailure | undefined;
  readonly retryAfterMs: number | undefined;
};

/** What comes of an attempt: an answer, a failure that may be retried, or nobody left to answer (already settled). */
export type Outcome = Response | Failed | 'client_left';

/** What happens to the bytes once the head of the upstream's answer says what they are. */
export type Receiver = {
  data(chunk: Uint8Array): void;
  end(): void;
  /** The transport broke or a deadline passed, and the client is still there. The exchange is dead already. */
  fail(cause: Cause, detail: string): void;
  /** The client has left and nothing more will come: settles what was served. The exchange is dead already. */
  left(): void;
  /** A mistake of the gateway: nothing more is read, and what the client is being sent ends here. */
  abandon?(): void;
};

/** One try at one candidate. */
export type Attempt = {
  readonly deps: RelayDeps;
  readonly context: RequestContext;
  readonly summary: RequestSummary;
  readonly candidate: Candidate;
  /** What was translated, on the translating passthrough. */
  readonly translated: Translated | undefined;
  readonly startedMs: number;
  /** When the request as a whole must be over, on the monotonic clock. */
  readonly totalBy: number;
  readonly deadline: Deadline;
  exchange: UpstreamCall;
  receiver: Receiver;
  /** Status and headers of the upstream's answer; 0 and empty until they come. */
  status: number;
  headers: ReadonlyMap<string, string>;
  /** The client has left, and the upstream is read on to learn the real usage. */
  draining: boolean;
  concluded: boolean;
  /** The client is behind, and the upstream is not read meanwhile. */
  paused: boolean;
  resolve(outcome: Outcome): void;
  /** Stops listening for the client's departure. */
  unlisten(): void;
};

/** The upstream said something: the idle deadline starts anew (a drain has its own, which stands). */
export function touch(attempt: Attempt): void {
  if (attempt.draining) return;
  const idleBy = attempt.deps.clock.elapsed() + attempt.context.snapshot.settings.relay.idleTimeoutMs;
  attempt.deadline.at = Math.min(attempt.totalBy, idleBy);
}

/** Ends the attempt for its target: watched no more, noted in the trace, told to its health. */
export function conclude(
  attempt: Attempt,
  cause: Cause | 'ok' | 'client_gone' | 'gateway_error',
  pauseMs?: number,
): void {
  const { deps, context, candidate } = attempt;
  if (attempt.concluded) return;
  attempt.concluded = true;
  deps.deadlines.forget(attempt.deadline);
  attempt.unlisten();
  if (attempt.draining) deps.load.drains--;
  const { target, upstreamModel } = candidate;
  context.attempts.push({
    channelId: target.channel.id,
    credential: target.credential.index,
    status: attempt.status,
    cause,
    durationMs: Math.round(deps.clock.elapsed() - attempt.startedMs),
  });
  count(deps.metrics.attemptCauses, cause);
  const effect =
    cause === 'ok'
      ? 'success'
      : cause === 'client_gone' || cause === 'gateway_error'
        ? 'none'
        : causeTable[cause].health;
  deps.health.observe(target, upstreamModel, effect, context.snapshot.settings.health, pauseMs);
}

/** Ends the attempt as one that did not answer; the walk goes on from there. */
export function giveUp(attempt: Attempt, cause: Cause, detail: string, upstream?: UpstreamFailure): void {
  const pauseMs = pauseOf(attempt, cause);
  conclude(attempt, cause, pauseMs);
  attempt.resolve({ cause, detail, upstream, retryAfterMs: pauseMs });
}

/** Ends an attempt in which the gateway made a mistake, which says nothing of its target. */
export function abandon(attempt: Attempt, error: unknown): void {
  const { deps, context, receiver } = attempt;
  deps.log.error({ requestId: context.call.id, err: error }, 'reading an answer failed');
  attempt.exchange.abort();
  receiver.abandon?.();
  conclude(attempt, 'gateway_error');
}

/**
 * The client has left. By policy, and while there is room, the upstream is read on to learn the real usage; otherwise
 * it is torn down at once.
 */
export function clientGone(attempt: Attempt): void {
  if (attempt.draining) return;
  const { load, clock } = attempt.deps;
  const { relay } = attempt.context.snapshot.settings;
  attempt.context.clientGone = true;
  // The provider goes on by itself, and is asked after.
  const looksAfterItself = attempt.summary.background === true && attempt.summary.stream && attempt.status !== 0;
  if (!looksAfterItself && relay.disconnectPolicy === 'drain' && load.drains < relay.maxDrains && !load.shuttingDown) {
    attempt.draining = true;
    load.drains++;
    attempt.deadline.at = Math.min(attempt.totalBy, clock.elapsed() + relay.drainTimeoutMs);
    attempt.exchange.resume();
    return;
  }
  attempt.exchange.abort();
  leave(attempt);
}

/** Ends an attempt whose client has left. */
export function leave(attempt: Attempt): void {
  conclude(attempt, 'client_gone');
  attempt.receiver.left();
}

/** Settles a client's departure before it was served anything. */
export function leaveUnserved(attempt: Attempt): void {
  settleUnserved(attempt.deps, attempt.context, 499, 'client_disconnected', '');
  attempt.resolve('client_left');
}

/** How long the upstream asked to be left alone. An exhausted account seldom says; five minutes spare it the hammering. */
function pauseOf(attempt: Attempt, cause: Cause): number | undefined {
  if (cause !== 'rate_limited' && cause !== 'quota_exhausted') return undefined;
  const asked = retryAfterMs(attempt.headers.get('retry-after'), attempt.deps.clock.now());
  return asked ?? (cause === 'quota_exhausted' ? 300_000 : undefined);
}
