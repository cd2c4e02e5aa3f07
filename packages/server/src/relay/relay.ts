import type { RequestSummary } from '@tollgate/wire/protocol';
import { causeTable } from '../domain/causes.ts';
import { admit, refuseWhenOverloaded, setTerms } from './admit/admit.ts';
import type { Failed } from './send/attempt.ts';
import { findCandidates } from './plan/candidates.ts';
import { buildUpstreamRequest, type BuiltRequest } from './send/upstream-request.ts';
import { errorAnswer, refusalOf, wordsOfRefusal } from './answer/error-answer.ts';
import { endReasonOfFailure, wordsFor } from './answer/failure-words.ts';
import { held, holdFor } from './plan/hold.ts';
import { identify } from './receive/identify.ts';
import { openRequestContext, type Call, type Candidate, type RequestContext } from './request-context.ts';
import { BodyCut } from './receive/read-body.ts';
import { readRequest } from './receive/read-request.ts';
import { resolveReferences } from './chat/references.ts';
import { Refusal } from '../domain/refusal.ts';
import { dropToken } from './send/authenticate.ts';
import { send } from './send/send.ts';
import { settleUnserved } from './settle/settle.ts';
import type { RelayDeps } from './deps.ts';

/**
 * A request's whole life. Each line is one step; a step that cannot go on throws a {@link Refusal}. Whatever happens,
 * the request is settled once: by the receiver that answered it, or by `refuse`.
 */
export async function relay(deps: RelayDeps, call: Call): Promise<Response> {
  const context = openRequestContext(call, deps.snapshot(), deps.clock.now(), deps.clock.elapsed());
  deps.load.openRequests++;
  try {
    refuseWhenOverloaded(deps, context);
    const key = identify(deps, call.request, call.clientIp, context.at, context.snapshot);
    context.key = key instanceof Promise ? await key : key;
    let summary = (context.summary = await readRequest(deps, context));
    setTerms(context, context.key);
    if (summary.references) summary = context.summary = await resolveReferences(deps, context, context.key, summary);
    context.candidates = findCandidates(deps, context, context.key, summary.model);
    admit(deps, context, context.key, summary.inputEstimate);
    const hold = holdFor(deps, context, context.key, summary);
    context.hold = held(hold instanceof Promise ? await hold : hold);
    return await walk(deps, context, summary);
  } catch (thrown) {
    return refuse(deps, context, thrown);
  }
}

/** Tries the candidates in their order until one answers. A failure that no other target can mend ends the walk. */
async function walk(deps: RelayDeps, context: RequestContext, summary: RequestSummary): Promise<Response> {
  const limit = Math.min(context.candidates.length, context.snapshot.settings.relay.maxAttempts);
  let failed: Failed | undefined;
  let unsendable: Error | undefined;
  for (let index = 0; index < limit; index++) {
    const candidate = context.candidates[index];
    if (!candidate || deps.load.shuttingDown) break;
    const building = tryBuild(deps, context, summary, candidate);
    const built = building instanceof Promise ? await building : building;
    // Who left while money was set aside, or media were fetched, wants no answer and must not pay for one.
    if (context.call.request.signal.aborted) return abandon(deps, context);
    if (built instanceof Error) {
      unsendable ??= built;
      continue;
    }
    context.candidate = candidate;
    const { translated } = built;
    context.conversion = translated && { protocol: candidate.dialect.protocol, losses: translated.losses };
    const outcome = await send(deps, context, summary, candidate, built);
    if (outcome === 'client_left') return nobody;
    if (outcome instanceof Response) return outcome;
    failed = outcome;
    if (failed.cause === 'auth') dropToken(deps, candidate.target, built.request);
    deps.log.warn(
      {
        requestId: context.call.id,
        channelId: candidate.target.channel.id,
        cause: failed.cause,
        status: failed.upstream?.status,
      },
      'attempt failed',
    );
    if (context.clientGone) return abandon(deps, context);
    if (!causeTable[failed.cause].retry) break;
  }
  if (!failed && unsendable) throw unsendable;
  return giveBack(deps, context, failed ?? interrupted);
}

/** The request for a candidate, or why there is none: what its protocol has no word for, another's may have. */
function tryBuild(
  deps: RelayDeps,
  context: RequestContext,
  summary: RequestSummary,
  candidate: Candidate,
): BuiltRequest | Error | Promise<BuiltRequest | Error> {
  const unsendable = (thrown: unknown): Error => {
    if (!(thrown instanceof Refusal))
      deps.log.error(
        { requestId: context.call.id, channelId: candidate.target.channel.id, err: thrown },
        'no upstream request',
      );
    return thrown instanceof Error ? thrown : new Error('the upstream request could not be built', { cause: thrown });
  };
  try {
    const built = buildUpstreamRequest(deps, context, summary, candidate);
    return built instanceof Promise ? built.catch(unsendable) : built;
  } catch (thrown) {
    return unsendable(thrown);
  }
}

const interrupted: Failed = { cause: 'shutdown', detail: '', upstream: undefined, retryAfterMs: 2000 };

/** Every attempt failed: nothing is charged, and the client gets the last failure in its own protocol. */
function giveBack(deps: RelayDeps, context: RequestContext, failed: Failed): Response {
  const words = wordsFor(context, failed, context.candidate);
  settleUnserved(deps, context, words.status, endReasonOfFailure(failed.cause), words.code);
  return errorAnswer(
    context,
    words,
    failed.retryAfterMs === undefined ? undefined : Math.ceil(failed.retryAfterMs / 1000),
  );
}

function abandon(deps: RelayDeps, context: RequestContext): Response {
  settleUnserved(deps, context, 499, 'client_disconnected', '');
  return nobody;
}

/** What is returned when there is no one to read it. */
const nobody = new Response(null, { status: 499 });

/** The one place where refusals and bugs end up. */
function refuse(deps: RelayDeps, context: RequestContext, thrown: unknown): Response {
  if (thrown instanceof BodyCut) return abandon(deps, context);
  const refusal = refusalOf(thrown);
  if (refusal !== thrown) deps.log.error({ requestId: context.call.id, err: thrown }, 'relay failed');
  if (!context.finished)
    settleUnserved(deps, context, refusal.status, refusal === thrown ? 'refused' : 'gateway_error', refusal.code);
  return errorAnswer(context, wordsOfRefusal(refusal), refusal.retryAfterSeconds);
}
