import type { RequestSummary } from '@tollgate/wire/protocol';
import type { Cause } from '../../domain/causes.ts';
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
import type { BuiltRequest } from './upstream-request.ts';
import type { Candidate, RequestContext } from '../request-context.ts';
import { egressOf } from '../chat/protocols.ts';
import { receiveError } from '../answer/receive-error.ts';
import { receiveStream } from '../answer/receive-stream.ts';
import { receiveWhole } from '../answer/receive-whole.ts';
import { settleUnserved } from '../settle/settle.ts';
import type { RelayDeps } from '../deps.ts';

/**
 * Tries one candidate. Resolves as soon as the answer is known to be one (a whole body, or a stream whose first
 * meaningful event has arrived), or with why it was none, while nothing has reached the client yet.
 */
export function send(
  deps: RelayDeps,
  context: RequestContext,
  summary: RequestSummary,
  candidate: Candidate,
  { request, translated }: BuiltRequest,
): Promise<Outcome> {
  const { relay } = context.snapshot.settings;
  const { signal } = context.call.request;
  const now = deps.clock.elapsed();
  const totalBy = context.startedMs + relay.totalTimeoutMs;
  deps.health.probing(candidate.target, candidate.upstreamModel);

  return new Promise((resolve, reject) => {
    let answered = false;
    /** Whatever is thrown while an answer arrives ends the request here; its callers could not. */
    const mistake = (error: unknown): void => {
      abandon(attempt, error);
      if (!answered) reject(error);
      else if (!context.finished) settleUnserved(deps, context, 500, 'gateway_error', 'internal_error');
    };
    const onClientGone = (): void => {
      try {
        clientGone(attempt);
      } catch (error) {
        mistake(error);
      }
    };
    const broken = (cause: Cause, detail: string, left = attempt.draining): void => {
      try {
        if (left) leave(attempt);
        else attempt.receiver.fail(cause, detail);
      } catch (error) {
        mistake(error);
      }
    };
    const attempt: Attempt = {
      deps,
      context,
      summary,
      candidate,
      translated,
      startedMs: deps.clock.elapsed(),
      totalBy,
      deadline: {
        at: Math.min(totalBy, now + relay.firstByteTimeoutMs),
        expire() {
          attempt.exchange.abort();
          // A client that does not read for so long has left in all but name; its slowness is not the upstream's.
          const behind = attempt.paused && !deps.load.shuttingDown;
          if (behind) context.clientGone = true;
          broken(expiryCause(attempt), 'the upstream took too long', behind || attempt.draining);
        },
      },
      exchange: idleExchange,
      receiver: idleReceiver,
      status: 0,
      headers: new Map(),
      draining: false,
      concluded: false,
      paused: false,
      resolve(outcome) {
        answered = true;
        resolve(outcome);
      },
      unlisten: () => signal.removeEventListener('abort', onClientGone),
    };
    attempt.receiver = awaitHead(attempt);
    attempt.exchange = deps.upstream.send(request, {
      head(status, headers) {
        attempt.status = status;
        attempt.headers = headers;
        touch(attempt);
        try {
          attempt.receiver = receiverFor(attempt);
        } catch (error) {
          mistake(error);
        }
      },
      data(chunk) {
        try {
          attempt.receiver.data(chunk);
        } catch (error) {
          mistake(error);
        }
      },
      end() {
        try {
          attempt.receiver.end();
        } catch (error) {
          mistake(error);
        }
      },
      fail: (cause, detail) => broken(cause, detail),
    });
    deps.deadlines.watch(attempt.deadline);
    signal.addEventListener('abort', onClientGone);
    if (signal.aborted) onClientGone();
  });
}

function receiverFor(attempt: Attempt): Receiver {
  if (attempt.status < 200 || attempt.status >= 300) return receiveError(attempt);
  const type = attempt.headers.get('content-type')?.toLowerCase() ?? '';
  // A stream nobody asked for is no answer: the client's SDK would try to read it as one body.
  const streamed = type.startsWith(streamTypeOf(attempt)) && attempt.summary.stream;
  return streamed ? receiveStream(attempt) : receiveWhole(attempt);
}

function streamTypeOf({ candidate }: Attempt): string {
  const egress = candidate.mode === 'translate' ? egressOf(candidate.dialect.protocol) : undefined;
  return egress?.streamType ?? 'text/event-stream';
}

/** Nothing has come yet. */
const awaitHead = (attempt: Attempt): Receiver => ({
  data: () => undefined,
  end: () => giveUp(attempt, 'protocol', 'the upstream ended without an answer'),
  fail: (cause, detail) => giveUp(attempt, cause, detail),
  left: () => leaveUnserved(attempt),
});

function expiryCause(attempt: Attempt): Cause {
  if (attempt.deps.load.shuttingDown) return 'shutdown';
  if (attempt.deps.clock.elapsed() >= attempt.totalBy) return 'total_timeout';
  return attempt.status === 0 ? 'first_byte_timeout' : 'idle_timeout';
}

const idleExchange = { abort: () => undefined, pause: () => undefined, resume: () => undefined };
const idleReceiver: Receiver = {
  data: () => undefined,
  end: () => undefined,
  fail: () => undefined,
  left: () => undefined,
};
