import { admitRequest, admitTokens, refuseWhenOverloaded } from './admit/admit.ts';
import { refuseBlockedWords } from './admit/blocked-words.ts';
import { errorAnswer, refusalOf, wordsOfRefusal } from './answer/error-answer.ts';
import type { Call } from './call.ts';
import type { RelayDeps } from './deps.ts';
import type { Endpoint } from './endpoint.ts';
import { candidatesSoon } from './plan/wait-for-targets.ts';
import { hold } from './plan/hold.ts';
import { identify } from './receive/identify.ts';
import { BodyCut } from './receive/read-body.ts';
import { readRequest } from './receive/read-request.ts';
import { advance, receive, type Received } from './request-context.ts';
import { abandon, walk } from './send/walk.ts';
import { settleUnserved } from './settle/settle.ts';

/**
 * A request's whole life, whatever its endpoint. Each line is one step; a step that cannot go on throws a refusal.
 * Whatever happens, the request is settled once: by the receiver that answered it, by the walk when nobody did, or by
 * `refuse`.
 */
export async function relay(deps: RelayDeps, endpoint: Endpoint, call: Call): Promise<Response> {
  const received = receive(call, deps.snapshot(), deps.clock.now(), deps.clock.elapsed());
  deps.load.openRequests++;
  try {
    refuseWhenOverloaded(deps, received);
    if (endpoint.secret) received.secret = await endpoint.secret(deps, call);
    const identifying = identify(deps, received, received.secret);
    const identified = identifying instanceof Promise ? await identifying : identifying;
    const entering = admitRequest(deps, identified);
    if (entering) await entering;
    received.identifiedMs = deps.clock.elapsed();
    const inspected = await readRequest(deps, endpoint, identified);
    refuseBlockedWords(deps, inspected);
    received.inspectedMs = deps.clock.elapsed();
    const beginning = endpoint.begin(deps, inspected);
    const state: unknown = beginning instanceof Promise ? await beginning : beginning;
    const finding = candidatesSoon(deps, endpoint, inspected, state);
    const planned = advance(inspected, finding instanceof Promise ? await finding : finding);
    received.plannedMs = deps.clock.elapsed();
    const admitting = admitTokens(deps, planned);
    if (admitting) await admitting;
    const holding = hold(deps, endpoint, planned);
    if (holding) await holding;
    received.admittedMs = deps.clock.elapsed();
    return await walk(deps, endpoint, planned, state);
  } catch (thrown) {
    return refuse(deps, received, thrown);
  }
}

/** The one place where refusals and bugs end up. */
export function refuse(deps: RelayDeps, context: Received, thrown: unknown): Response {
  if (thrown instanceof BodyCut) return abandon(deps, context);
  const refusal = refusalOf(thrown);
  if (refusal !== thrown) deps.log.error({ requestId: context.call.id, err: thrown }, 'relay failed');
  if (!context.finished)
    settleUnserved(deps, context, refusal.said.status, refusal === thrown ? 'refused' : 'gateway_error', refusal.code);
  return errorAnswer(context, wordsOfRefusal(refusal), refusal.retryAfterSeconds);
}
