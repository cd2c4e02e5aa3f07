import { Refusal } from '../../domain/refusal.ts';
import type { Detached, WrittenAnswer } from '../exchange.ts';
import { giveUp, conclude, leaveUnserved, touch, type Attempt, type Receiver } from '../send/attempt.ts';
import { joinBytes } from '../send/join-bytes.ts';
import { settle, settleUnserved } from '../settle/settle.ts';
import { errorAnswer, wordsOfRefusal } from './error-answer.ts';
import { answerHeaders } from './headers.ts';
import { addUpstreamHeaders } from './upstream-headers.ts';
import { lossHeader, noteLosses } from './losses.ts';

/** More than any provider's answer, with a dozen generated images in it; what never ends must not be collected for ever. */
const maxAnswerBytes = 128 << 20;

/** A whole (not streamed) answer: collected, read once, and handed on as its endpoint writes it. */
export function receiveWhole(attempt: Attempt): Receiver {
  const { deps, context, exchange } = attempt;
  let chunks: Uint8Array[] = [];
  let size = 0;
  const forget = (): void => {
    deps.load.bufferedBytes -= size;
    size = 0;
    chunks = [];
  };

  return {
    data(chunk) {
      touch(attempt);
      chunks.push(chunk);
      size += chunk.byteLength;
      deps.load.bufferedBytes += chunk.byteLength;
      if (size <= maxAnswerBytes) return;
      attempt.call.abort();
      forget();
      giveUp(attempt, 'too_large', `the upstream's answer is larger than ${maxAnswerBytes} bytes`);
    },
    end() {
      const body = joinBytes(chunks, size);
      forget();
      const whole = exchange.readWhole(body, (name) => attempt.headers.get(name));
      if (whole.fault) return giveUp(attempt, whole.fault.cause, whole.fault.detail, whole.fault.upstream);
      if (whole.detached) return workOn(attempt, whole.detached, whole.write);
      const gone = attempt.draining;
      const response = gone ? 'client_left' : answer(attempt, whole.write());
      const kept = whole.keep?.();
      conclude(attempt, 'ok');
      if (!gone) context.firstByteMs = deps.clock.elapsed();
      const ending = {
        status: gone ? 499 : attempt.status,
        endReason: gone ? 'client_disconnected' : 'completed',
        errorCode: '',
        served: true,
        usage: whole.usage,
        servedAs: whole.servedAs,
        outputEstimate: whole.outputEstimate,
        estimate: whole.estimate,
        doubtful: whole.doubtful,
      } as const;
      const served = (): void => settle(deps, context, ending, () => attempt.resolve(response));
      if (!kept) return served();
      kept
        .then(served, (error: unknown) => notWrittenDown(attempt, error))
        .catch((error: unknown) => attempt.mistake(error));
    },
    fail(cause, detail) {
      forget();
      giveUp(attempt, cause, detail);
    },
    left() {
      forget();
      leaveUnserved(attempt);
    },
  };
}

/** The provider works on: the client is told so once it is written down who is to pay for it. */
function workOn(attempt: Attempt, detached: Detached, write: () => WrittenAnswer): void {
  const { exchange, draining } = attempt;
  conclude(attempt, 'ok');
  const taken = (): void => attempt.resolve(draining ? 'client_left' : answer(attempt, write()));
  exchange.handOver?.(detached, taken, (error) => notWrittenDown(attempt, error));
}

/** What the provider has made or begun cannot be written down: nobody could come back to it, and so nobody pays for it. */
function notWrittenDown({ deps, context, draining, resolve }: Attempt, error: unknown): void {
  deps.log.error({ requestId: context.call.id, err: error }, 'what an answer told could not be written down');
  settleUnserved(deps, context, 503, 'gateway_error', 'database_unavailable');
  const refusal = new Refusal('database_unavailable', 'The request cannot be written down at the moment.', {
    retryAfterMs: 2000,
  });
  resolve(draining ? 'client_left' : errorAnswer(context, wordsOfRefusal(refusal), refusal.retryAfterSeconds));
}

/** The answer for the client, with what the request and the answer lost on the way. */
function answer(
  { context, candidate, exchange, status, headers: told }: Attempt,
  { body, contentType, losses, headers: own, status: written = status }: WrittenAnswer,
): Response {
  const headers = { ...answerHeaders(context, contentType), ...own };
  addUpstreamHeaders(headers, context, candidate, told);
  noteLosses(context, losses);
  const requestLosses = exchange.conversion?.losses ?? losses;
  const all = losses.length === 0 || requestLosses === losses ? requestLosses : [...requestLosses, ...losses];
  if (all.length > 0) headers['x-tollgate-conversion-loss'] = lossHeader(all);
  return new Response(body, { status: written, headers });
}
