import { parseJson } from '@tollgate/wire/json/exact';
import type { Json, ResponseFacts } from '@tollgate/wire/protocol';
import { signedReasoningOf } from '@tollgate/wire/ir/signed-reasoning';
import { objectsAt } from '@tollgate/wire/json/fields';
import { outputTokens } from '@tollgate/wire/ir/usage';
import { causeOf, type Cause } from '../../domain/causes.ts';
import { tokenizerOf } from '../../services/tokens/tokenizers.ts';
import { answerHeaders } from './headers.ts';
import { conclude, giveUp, leaveUnserved, touch, type Attempt, type Receiver } from '../send/attempt.ts';
import { storeAnswerParts } from '../chat/store-answer-parts.ts';
import { errorAnswer, wordsOfRefusal } from './error-answer.ts';
import { handOver } from '../stored/hand-over.ts';
import { joinBytes } from '../send/join-bytes.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { Refusal } from '../../domain/refusal.ts';
import { settle, settleUnserved } from '../settle/settle.ts';
import { lossHeader, noteLosses, readAnswer, writeAnswer, type ReadAnswer } from '../chat/translate.ts';

/** More than any provider's answer, with a dozen generated images in it; what never ends must not be collected for ever. */
const maxAnswerBytes = 128 << 20;

/** A whole (not streamed) answer: collected, looked at once, and handed on byte for byte. */
export function receiveWhole(attempt: Attempt): Receiver {
  const { deps, context } = attempt;
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
      attempt.exchange.abort();
      forget();
      giveUp(attempt, 'too_large', `the upstream's answer is larger than ${maxAnswerBytes} bytes`);
    },
    end() {
      const body = joinBytes(chunks, size);
      forget();
      const json = parseJson(decoder.decode(body));
      const read = json === undefined ? undefined : readWhole(attempt, json);
      const facts = read?.facts;
      const fault = faultOf(attempt, facts);
      if (fault) return giveUp(attempt, fault.cause, fault.detail, facts?.error);
      const gone = attempt.draining;
      const workedOn = facts?.working ? facts.storedIds?.[0] : undefined;
      if (workedOn !== undefined) return workOn(attempt, workedOn, body, facts);
      const response = gone ? 'client_left' : answer(attempt, body, read);
      if (facts?.storedIds) storeAnswerParts(attempt, facts);
      conclude(attempt, 'ok');
      if (!gone) context.firstByteMs = deps.clock.elapsed();
      const ending = {
        status: gone ? 499 : attempt.status,
        endReason: gone ? 'client_disconnected' : 'completed',
        errorCode: '',
        served: true,
        usage: facts?.usage,
        servedAs: facts?.servedAs,
        outputEstimate: facts?.outputEstimate ?? 0,
      } as const;
      settle(deps, context, ending, () => attempt.resolve(response));
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
function workOn(attempt: Attempt, responseId: string, body: Uint8Array, facts: ResponseFacts | undefined): void {
  const { deps, context, draining } = attempt;
  conclude(attempt, 'ok');
  const taken = (): void => attempt.resolve(draining ? 'client_left' : answer(attempt, body, undefined));
  const given = facts?.meaningful ? facts : undefined;
  handOver(attempt, { responseId, parts: facts ?? {}, given }, taken, (error) => {
    deps.log.error({ requestId: context.call.id, err: error }, 'an answer in the background could not be written down');
    settleUnserved(deps, context, 503, 'gateway_error', 'database_unavailable');
    const refusal = new Refusal('database_unavailable', 'The request cannot be written down at the moment.', {
      retryAfterMs: 2000,
    });
    attempt.resolve(errorAnswer(context, wordsOfRefusal(refusal), refusal.retryAfterSeconds));
  });
}

/** The upstream's bytes, or on the translation what they say in the client's protocol. */
function answer(attempt: Attempt, body: Uint8Array, read: ReadAnswer | undefined): Response {
  const { context, summary, translated } = attempt;
  const headers = answerHeaders(context, 'application/json');
  if (!translated || !read?.response) return new Response(body, { status: attempt.status, headers });
  const written = writeAnswer(context, summary, translated.request, read.response);
  storeAnswerParts(attempt, { items: objectsAt(written.value, 'output'), reasoning: signedReasoningOf(read.response) });
  noteLosses(context, written.losses);
  const losses = [...translated.losses, ...written.losses];
  if (losses.length > 0) headers['x-tollgate-conversion-loss'] = lossHeader(losses);
  return new Response(JSON.stringify(written.value), { status: attempt.status, headers });
}

const decoder = new TextDecoder();

function readWhole(attempt: Attempt, json: Json): ReadAnswer {
  const { candidate, translated, context } = attempt;
  if (translated) return readAnswer(context, candidate, json);
  const { dialect, traits } = candidate;
  return { facts: passthroughOf(dialect.protocol).readResponse(json, dialect.usage, tokenizerOf(traits)) };
}

function faultOf(attempt: Attempt, facts: ResponseFacts | undefined): { cause: Cause; detail: string } | undefined {
  if (!facts) return { cause: 'unexpected_body', detail: 'the upstream answered 200 with a body that is not JSON' };
  if (facts.error)
    return { cause: causeOf(facts.error, attempt.candidate.target.channel.provider), detail: facts.error.message };
  if (attempt.summary.stream)
    return { cause: 'unexpected_body', detail: 'the upstream answered a streamed request with a whole body' };
  // A reasoning model may spend its whole allowance on thought and say nothing; the provider bills it, so it is an answer.
  if (facts.working && attempt.summary.background) return undefined;
  if (!facts.meaningful && outputTokens(facts.usage ?? {}) === 0)
    return { cause: 'empty', detail: 'the upstream answered 200 with nothing in it' };
  return undefined;
}
