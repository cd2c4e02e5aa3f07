import { parseJson } from '@tollgate/wire/json/exact';
import type { RequestSummary } from '@tollgate/wire/protocol';
import { causeOf, causeTable } from '../../domain/causes.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import { answerHeaders } from '../answer/headers.ts';
import { ask } from '../send/ask.ts';
import type { Failed } from '../send/attempt.ts';
import { findCandidates } from '../plan/candidates.ts';
import { buildUpstreamRequest } from '../send/upstream-request.ts';
import { errorAnswer } from '../answer/error-answer.ts';
import { wordsFor } from '../answer/failure-words.ts';
import { freeCall } from '../stored/free-call.ts';
import type { Call, Candidate, RequestContext } from '../request-context.ts';
import { countingOf, readerOf } from './protocols.ts';
import { readRequest } from '../receive/read-request.ts';
import { resolveReferences } from './references.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RelayDeps } from '../deps.ts';

/**
 * Tells how many tokens a request would be. The provider is asked where it counts, in its own protocol; where none does,
 * or none answers, the gateway estimates, and says so in `x-tollgate-estimated`. Costs nothing.
 */
export function countTokens(deps: RelayDeps, call: Call): Promise<Response> {
  return freeCall(deps, call, async (context, key) => {
    let summary = (context.summary = await readRequest(deps, context));
    if (summary.references) summary = context.summary = await resolveReferences(deps, context, key, summary);
    context.candidates = findCandidates(deps, context, key, summary.model);
    let failed: Failed | undefined;
    let unsendable: Refusal | undefined;
    for (const candidate of context.candidates.slice(0, context.snapshot.settings.relay.maxAttempts)) {
      const counted = await count(deps, context, summary, candidate);
      if (counted instanceof Response) return counted;
      if (counted instanceof Refusal) {
        unsendable ??= counted;
        continue;
      }
      failed = counted;
      if (!causeTable[failed.cause].retry) return errorAnswer(context, wordsFor(context, failed, candidate), undefined);
    }
    if (!failed && unsendable) throw unsendable;
    return estimated(context, summary);
  });
}

/** The provider's count in the client's protocol, or why there is none; a refusal is what cannot be put to this one. */
async function count(
  deps: RelayDeps,
  context: RequestContext,
  summary: RequestSummary,
  candidate: Candidate,
): Promise<Response | Failed | Refusal> {
  const request = await built(deps, context, summary, candidate);
  if (request instanceof Refusal) return request;
  const asked = await ask(deps, context.snapshot.settings.relay, request, context.call.request.signal);
  if ('cause' in asked) return { ...asked, upstream: undefined, retryAfterMs: undefined };
  const text = new TextDecoder().decode(asked.body);
  if (asked.status !== 200) {
    const upstream = readerOf(candidate).readError(asked.status, text);
    return {
      cause: causeOf(upstream, candidate.target.channel.provider),
      detail: upstream.message,
      upstream,
      retryAfterMs: undefined,
    };
  }
  const headers = answerHeaders(context, 'application/json');
  if (candidate.mode === 'passthrough') return new Response(asked.body, { headers });
  const tokens = countingOf(candidate.dialect.protocol).readCount(parseJson(text) ?? null);
  if (tokens === undefined) return unreadable;
  return Response.json(countingOf(context.call.protocol.id).writeCount(tokens), { headers });
}

async function built(
  deps: RelayDeps,
  context: RequestContext,
  summary: RequestSummary,
  candidate: Candidate,
): Promise<UpstreamRequest | Refusal> {
  try {
    return (await buildUpstreamRequest(deps, context, summary, candidate)).request;
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown;
    throw thrown;
  }
}

const unreadable: Failed = {
  cause: 'unexpected_body',
  detail: 'the upstream did not tell a count',
  upstream: undefined,
  retryAfterMs: undefined,
};

/** `inputEstimate` is an upper bound; half of it is what such text usually comes to. */
function estimated(context: RequestContext, summary: RequestSummary): Response {
  const headers = { ...answerHeaders(context, 'application/json'), 'x-tollgate-estimated': 'true' };
  const tokens = Math.ceil(summary.inputEstimate / 2);
  return Response.json(countingOf(context.call.protocol.id).writeCount(tokens), { headers });
}
