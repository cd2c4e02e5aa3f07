import type { Cause } from '../../domain/causes.ts';
import { receiveError } from '../answer/receive-error.ts';
import { receiveStream } from '../answer/receive-stream.ts';
import { receiveWhole } from '../answer/receive-whole.ts';
import type { RelayDeps } from '../deps.ts';
import type { Exchange } from '../exchange.ts';
import type { Candidate, Planned } from '../request-context.ts';
import { settleUnserved } from '../settle/settle.ts';
import {
  abandon,
  clientGone,
  giveUp,
  leave,
  leaveUnserved,
  touch,
  type Attempt,
  type Outcome,
  type Receiver,
} from './attempt.ts';
import { callUpstream, type RunningCall, type UpstreamEvents } from './call-upstream.ts';

/**
 * Tries one candidate. Resolves as soon as the answer is known to be one (a whole body, or a stream whose first
 * meaningful event has arrived), or with why it was none, while nothing has reached the client yet.
 */
export function send(deps: RelayDeps, context: Planned, candidate: Candidate, exchange: Exchange): Promise<Outcome> {
  const { relay } = context.snapshot.settings;
  const { endpoint, request } = context.call;
  if (endpoint.charged) deps.health.probing(candidate.target, candidate.upstreamModel);

  return new Promise((resolve, reject) => {
    let answered = false;
    const attempt: Attempt = {
      deps,
      context,
      candidate,
      exchange,
      startedMs: deps.clock.elapsed(),
      connectedMs: 0,
      headMs: 0,
      call: idleCall,
      receiver: idleReceiver,
      status: 0,
      headers: new Map(),
      draining: false,
      concluded: false,
      beat: undefined,
      paused: false,
      resolve(outcome) {
        answered = true;
        resolve(outcome);
      },
      mistake(error) {
        abandon(attempt, error);
        if (!answered) reject(error instanceof Error ? error : new Error('reading an answer failed', { cause: error }));
        else if (!context.finished) settleUnserved(deps, context, 500, 'gateway_error', 'internal_error');
      },
    };
    const broken = (cause: Cause, detail: string, left: boolean): void => {
      if (left) leave(attempt);
      else attempt.receiver.fail(cause, detail);
    };
    attempt.receiver = awaitHead(attempt);
    const { timeouts } = candidate.target.channel;
    const limits = {
      firstByteMs: timeouts.firstByteMs ?? relay.firstByteTimeoutMs,
      idleMs: timeouts.idleMs ?? relay.idleTimeoutMs,
      totalBy: Math.min(
        context.startedMs + relay.totalTimeoutMs,
        timeouts.totalMs === undefined ? Infinity : attempt.startedMs + timeouts.totalMs,
      ),
    };
    const events: UpstreamEvents = {
      head(status, headers) {
        attempt.status = status;
        attempt.headers = headers;
        attempt.headMs = deps.clock.elapsed();
        touch(attempt);
        attempt.receiver = receiverFor(attempt);
      },
      connected() {
        attempt.connectedMs = deps.clock.elapsed();
      },
      data: (chunk) => attempt.receiver.data(chunk),
      end: () => attempt.receiver.end(),
      fail: (cause, detail) => broken(cause, detail, attempt.draining),
      expire(cause) {
        // A client that does not read for so long has left in all but name; its slowness is not the upstream's.
        const behind = attempt.paused && !deps.load.shuttingDown;
        if (behind) context.clientGone = true;
        broken(cause, 'the upstream took too long', behind || attempt.draining);
      },
      left: () => clientGone(attempt),
      mistake: (error) => attempt.mistake(error),
    };
    attempt.call = callUpstream(deps, exchange.request, limits, request.signal, events, exchange.followUp);
  });
}

function receiverFor(attempt: Attempt): Receiver {
  if (attempt.status < 200 || attempt.status >= 300) return receiveError(attempt);
  const type = attempt.headers.get('content-type')?.toLowerCase() ?? '';
  const transform = attempt.exchange.openStream(type, (name) => attempt.headers.get(name));
  return transform ? receiveStream(attempt, transform) : receiveWhole(attempt);
}

/** Nothing has come yet. */
const awaitHead = (attempt: Attempt): Receiver => ({
  data: () => undefined,
  end: () => giveUp(attempt, 'protocol', 'the upstream ended without an answer'),
  fail: (cause, detail) => giveUp(attempt, cause, detail),
  left: () => leaveUnserved(attempt),
});

const nothing = (): void => undefined;
const idleCall: RunningCall = {
  abort: nothing,
  pause: nothing,
  resume: nothing,
  touch: nothing,
  expireIn: nothing,
  release: nothing,
};
const idleReceiver: Receiver = { data: nothing, end: nothing, fail: nothing, left: nothing };
