import type { ResponseFacts } from '@tollgate/wire/protocol';
import { outputTokens } from '@tollgate/wire/ir/usage';
import { causeOf, type Cause } from '../domain/causes.ts';
import { answerHeaders } from './answer.ts';
import { conclude, giveUp, leaveUnserved, touch, type Attempt, type Receiver } from './attempt.ts';
import { joinBytes } from './join-bytes.ts';
import { settle } from './settle.ts';

/** A whole (not streamed) answer: collected, looked at once, and handed on byte for byte. */
export function receiveWhole(attempt: Attempt): Receiver {
  const { world, journey } = attempt;
  let chunks: Uint8Array[] = [];
  let size = 0;
  const forget = (): void => {
    world.load.bufferedBytes -= size;
    chunks = [];
  };

  return {
    data(chunk) {
      touch(attempt);
      chunks.push(chunk);
      size += chunk.byteLength;
      world.load.bufferedBytes += chunk.byteLength;
    },
    end() {
      const body = joinBytes(chunks, size);
      forget();
      const facts = readFacts(attempt, body);
      const fault = faultOf(attempt, facts);
      if (fault) return giveUp(attempt, fault.cause, fault.detail, facts?.error);
      const gone = attempt.draining;
      conclude(attempt, 'ok');
      if (!gone) journey.firstByteMs = world.clock.elapsed();
      const ending = {
        status: gone ? 499 : attempt.status,
        endReason: gone ? 'client_disconnected' : 'completed',
        errorCode: '',
        served: true,
        usage: facts?.usage,
        outputEstimate: facts?.outputEstimate ?? 0,
      } as const;
      settle(world, journey, ending, () => attempt.resolve(gone ? 'client_left' : answer(attempt, body)));
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

const answer = (attempt: Attempt, body: Uint8Array): Response =>
  new Response(body, { status: attempt.status, headers: answerHeaders(attempt.journey, 'application/json') });

const decoder = new TextDecoder();

function readFacts(attempt: Attempt, body: Uint8Array): ResponseFacts | undefined {
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(body));
  } catch {
    return undefined;
  }
  return attempt.journey.call.protocol.readResponse(json, attempt.candidate.dialect.usage);
}

function faultOf(attempt: Attempt, facts: ResponseFacts | undefined): { cause: Cause; detail: string } | undefined {
  if (!facts) return { cause: 'unexpected_body', detail: 'the upstream answered 200 with a body that is not JSON' };
  if (facts.error) return { cause: causeOf(facts.error), detail: facts.error.message };
  if (attempt.look.stream)
    return { cause: 'unexpected_body', detail: 'the upstream answered a streamed request with a whole body' };
  // A reasoning model may spend its whole allowance on thought and say nothing; the provider bills it, so it is an answer.
  if (!facts.meaningful && outputTokens(facts.usage ?? {}) === 0)
    return { cause: 'empty', detail: 'the upstream answered 200 with nothing in it' };
  return undefined;
}
