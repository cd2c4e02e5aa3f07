import type { UpstreamFailure } from '@tollgate/wire/protocol';
import { causeTable, type Cause } from '../../domain/causes.ts';
import { restFor, statedPause, type HeaderOf, type Pause } from '../../domain/pauses.ts';
import type { RunningCall } from './call-upstream.ts';
import type { Deadline } from './deadlines.ts';
import type { Exchange } from '../exchange.ts';
import type { Candidate, Planned } from '../request-context.ts';
import { count } from '../settle/metrics.ts';
import { settleUnserved } from '../settle/settle.ts';
import type { RelayDeps } from '../deps.ts';

/** An attempt that did not answer the client, told before anything reached it. `upstream` holds its unredacted words. */
export type Failed = {
  readonly cause: Cause;
  readonly detail: string;
  readonly upstream: UpstreamFailure | undefined;
  readonly retryAfterMs: number | undefined;
  /** The head of the upstream's answer, where it gave one. */
  readonly headers?: ReadonlyMap<string, string>;
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
  readonly context: Planned;
  readonly candidate: Candidate;
  readonly exchange: Exchange;
  readonly startedMs: number;
  /** Monotonic; 0 while there is no connection that was made for it, and no head. */
  connectedMs: number;
  headMs: number;
  call: RunningCall;
  receiver: Receiver;
  /** Status and headers of the upstream's answer; 0 and empty until they come. */
  status: number;
  headers: ReadonlyMap<string, string>;
  /** The client has left, and the upstream is read on to learn the real usage. */
  draining: boolean;
  concluded: boolean;
  /** What keeps its stream alive, once there is one. */
  beat: Deadline | undefined;
  /** The client is behind, and the upstream is not read meanwhile. */
  paused: boolean;
  resolve(outcome: Outcome): void;
  /** Ends it by a mistake of the gateway, whatever the client has been given of it: what has not been settled is settled as unserved. */
  mistake(error: unknown): void;
};

/** The upstream said something: the idle deadline starts anew (a drain has its own, which stands). */
export function touch(attempt: Attempt): void {
  if (!attempt.draining) attempt.call.touch();
}

/** Ends the attempt for its target: watched no more, noted in the trace, told to its health. */
export function conclude(attempt: Attempt, cause: Cause | 'ok' | 'client_gone' | 'gateway_error', pause?: Pause): void {
  const { deps, context, candidate } = attempt;
  if (attempt.concluded) return;
  attempt.concluded = true;
  attempt.call.release();
  if (attempt.beat) deps.deadlines.forget(attempt.beat);
  if (attempt.draining) deps.load.drains--;
  noteAttempt(deps, context, candidate, attempt, cause, pause);
}

/** Notes how a try at a candidate ended: in the trace, in the metrics, and in the health of its target. */
export function noteAttempt(
  deps: RelayDeps,
  context: Planned,
  { target, upstreamModel }: Candidate,
  { status, startedMs, connectedMs, headMs }: Pick<Attempt, 'status' | 'startedMs' | 'connectedMs' | 'headMs'>,
  cause: Cause | 'ok' | 'client_gone' | 'gateway_error',
  pause?: Pause,
): void {
  if (!context.call.endpoint.charged) return;
  context.attempts.push({
    channelId: target.channel.id,
    credential: target.credential.index,
    status,
    cause,
    durationMs: Math.round(deps.clock.elapsed() - startedMs),
    startedMs: Math.round((startedMs - context.startedMs) * 10) / 10,
    connectMs: connectedMs === 0 ? undefined : Math.round(connectedMs - startedMs),
    headMs: headMs === 0 ? undefined : Math.round(headMs - startedMs),
  });
  count(deps.metrics.attemptCauses, cause);
  const effect =
    cause === 'ok'
      ? 'success'
      : cause === 'client_gone' || cause === 'gateway_error'
        ? 'none'
        : causeTable[cause].health;
  if (cause === 'ok' && context.conversation !== undefined)
    deps.affinity.keep(context.conversation, target, context.snapshot.settings.affinity);
  deps.health.observe(target, upstreamModel, effect, context.snapshot.settings.health, pause);
}

/** Ends the attempt as one that did not answer; the walk goes on from there. */
export function giveUp(attempt: Attempt, cause: Cause, detail: string, upstream?: UpstreamFailure): void {
  const pause = pauseAfter(attempt.deps, attempt.candidate, cause, (name) => attempt.headers.get(name), upstream);
  conclude(attempt, cause, pause);
  attempt.resolve({ cause, detail, upstream, retryAfterMs: pause?.ms, headers: attempt.headers });
}

/** Ends an attempt in which the gateway made a mistake, which says nothing of its target. */
export function abandon(attempt: Attempt, error: unknown): void {
  const { deps, context, receiver } = attempt;
  deps.log.error({ requestId: context.call.id, err: error }, 'reading an answer failed');
  attempt.call.abort();
  receiver.abandon?.();
  conclude(attempt, 'gateway_error');
}

/**
 * The client has left. By policy, and while there is room, the upstream is read on to learn the real usage; otherwise
 * it is torn down at once.
 */
export function clientGone(attempt: Attempt): void {
  if (attempt.draining) return;
  const { load } = attempt.deps;
  const { call, snapshot } = attempt.context;
  const { relay } = snapshot.settings;
  attempt.context.clientGone = true;
  // The provider goes on by itself, and is asked after.
  const looksAfterItself = attempt.exchange.background && attempt.status !== 0;
  const drains = call.endpoint.charged && relay.disconnectPolicy === 'drain' && !looksAfterItself;
  // What it begins has no name yet by which it could be asked after.
  const mustHear = attempt.exchange.intent !== undefined || attempt.exchange.mustBeHeard === true;
  if ((mustHear || (drains && load.drains < relay.maxDrains)) && !load.shuttingDown) {
    attempt.draining = true;
    load.drains++;
    attempt.call.expireIn(relay.drainTimeoutMs);
    attempt.call.resume();
    return;
  }
  attempt.call.abort();
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

/** Of a failure that is told within an answer, whose headers are of its success. */
export const noHeader: HeaderOf = () => undefined;

/** Causes whose pauses are believed: of what is refused for good, a time means something else. */
const passing: ReadonlySet<string> = new Set<Cause>([
  'rate_limited',
  'quota_exhausted',
  'server_error',
  'request_timeout',
  'conflict',
]);

/** How long the upstream asked to be left alone. An exhausted account seldom says; five minutes spare it the hammering. */
export function pauseAfter(
  { clock }: Pick<RelayDeps, 'clock'>,
  { target }: Pick<Candidate, 'target'>,
  cause: Cause | 'ok' | 'client_gone' | 'gateway_error',
  header: HeaderOf,
  upstream: UpstreamFailure | undefined,
): Pause | undefined {
  if (!passing.has(cause)) return undefined;
  const ms = statedPause(upstream, header, target.channel.provider, clock.now());
  if (ms !== undefined) return restFor(ms, causeTable[cause as Cause].health === 'failure', upstream?.status);
  return cause === 'quota_exhausted' ? { ms: 300_000, stated: false } : undefined;
}

/** A failure that is told within an answer. */
export const failedWithin = (
  deps: RelayDeps,
  candidate: Candidate,
  cause: Cause,
  detail: string,
  upstream: UpstreamFailure | undefined,
): Failed => ({
  cause,
  detail,
  upstream,
  retryAfterMs: pauseAfter(deps, candidate, cause, noHeader, upstream)?.ms,
});
