import { errors } from '@tollgate/contract/errors';
import { reasonToDisable } from '../../domain/auto-disable.ts';
import { causeTable, type Cause } from '../../domain/causes.ts';
import { ReturnedRefusal } from '../../domain/overrides/returned-refusal.ts';
import type { LastError } from '../../domain/overrides/run.ts';
import { redact } from '../../domain/redact.ts';
import { Refusal } from '../../domain/refusal.ts';
import { enterChannel, leaveChannel, placeSoon } from '../admit/enter-channel.ts';
import { errorAnswer } from '../answer/error-answer.ts';
import { addUpstreamHeaders } from '../answer/upstream-headers.ts';
import { endReasonOfFailure, wordsFor } from '../answer/failure-words.ts';
import type { RelayDeps } from '../deps.ts';
import { prepare } from '../plan/targets.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Exchange, Intent } from '../exchange.ts';
import type { AnyStage, Candidate, Planned } from '../request-context.ts';
import { settleRefused, settleUnserved } from '../settle/settle.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import type { Failed, Outcome } from './attempt.ts';
import { dropToken } from './authenticate.ts';
import { send } from './send.ts';

/** One way of asking candidates: `E` is what is sent to one, `T` what comes of it when it answers. */
type Way<E, T> = {
  /** Throws (or rejects with) the refusal of a candidate that cannot be asked. */
  exchange(candidate: Candidate): E | Promise<E>;
  send(candidate: Candidate, exchange: E): Promise<T | Failed | 'client_left'>;
  /** The gateway's own answer, when no candidate gives one. */
  fallback(): Response | undefined;
};

/** What of an exchange concerns the walk. */
type Sendable = { readonly request: UpstreamRequest; readonly conversion?: Exchange['conversion'] };

/** Puts a request to its candidates. */
export const walk = (deps: RelayDeps, endpoint: Endpoint, context: Planned, state: unknown): Promise<Response> =>
  walkBy<Exchange, Response>(deps, context, {
    exchange: (candidate) => endpoint.exchange(deps, context, state, candidate),
    send: (candidate, exchange) =>
      exchange.intent
        ? sendNoted(deps, context, candidate, exchange, exchange.intent)
        : send(deps, context, candidate, exchange),
    fallback: () => endpoint.fallback?.(context, state),
  });

/** Asks a candidate, once it is written down what it is asked for. */
async function sendNoted(
  deps: RelayDeps,
  context: Planned,
  candidate: Candidate,
  exchange: Exchange,
  intent: Intent,
): Promise<Outcome> {
  await intent.note();
  try {
    return await send(deps, context, candidate, exchange);
  } finally {
    await intent.over();
  }
}

/**
 * Tries the candidates in their order until one answers, and those that were full once they have room. A failure that no other
 * target can mend ends the walk.
 */
export async function walkBy<E extends Sendable, T extends object>(
  deps: RelayDeps,
  context: Planned,
  way: Way<E, T>,
): Promise<T | Response> {
  let left = context.snapshot.settings.relay.maxAttempts;
  let failed: Failed | undefined;
  let unsendable: Error | undefined;
  let soonestMs: number | undefined;
  const { candidates } = context;
  let full: readonly Candidate[] = none;
  for (let at = 0; left > 0 && !deps.load.shuttingDown; at++) {
    let candidate = candidates[at];
    if (candidate) {
      const entering = enterChannel(deps, context, candidate);
      if (!(entering instanceof Promise ? await entering : entering)) {
        full = [...full, candidate];
        continue;
      }
    } else {
      candidate = full.length === 0 ? undefined : await placeSoon(deps, context, full);
      if (!candidate) break;
      full = full.filter((other) => other !== candidate);
    }
    const opening = tryExchange(deps, context, way, candidate);
    const exchange = opening instanceof Promise ? await opening : opening;
    // Who left while money was set aside, or media were fetched, wants no answer and must not pay for one.
    if (context.call.request.signal.aborted) return abandon(deps, context);
    if (exchange instanceof Error) {
      if (exchange instanceof ReturnedRefusal && exchange.final) throw exchange;
      leaveChannel(context);
      unsendable ??= exchange;
      continue;
    }
    // Only who is asked uses up an attempt.
    left--;
    context.candidate = candidate;
    context.conversion = exchange.conversion;
    const outcome = await way.send(candidate, exchange);
    if (outcome === 'client_left') return nobody();
    if (!isFailed(outcome)) return outcome;
    leaveChannel(context);
    failed = outcome;
    if (failed.cause === 'auth') dropToken(deps, candidate.target, exchange.request);
    if (failed.retryAfterMs !== undefined) soonestMs = Math.min(soonestMs ?? Infinity, failed.retryAfterMs);
    noteFailure(deps, context, candidate, failed);
    context.lastError = lastErrorOf(failed);
    judge(deps, context, candidate, failed.cause, context.lastError);
    if (failed.cause === 'content_filter' && (await charged(deps, context, candidate, failed)))
      return context.clientGone ? nobody() : toldOf(context, failed);
    if (context.clientGone) return abandon(deps, context);
    if (!causeTable[failed.cause].retry) return giveBack(deps, context, failed);
  }
  if (full.length > 0 && context.call.request.signal.aborted) return abandon(deps, context);
  if (!failed && full.length > 0) throw channelsFull();
  if (!failed && unsendable) throw unsendable;
  const own = way.fallback();
  // Who comes back by then finds one of those that were tried.
  const last = failed && { ...failed, retryAfterMs: failed.retryAfterMs === undefined ? undefined : soonestMs };
  if (!own) return giveBack(deps, context, last ?? interrupted);
  settleUnserved(deps, context, own.status, 'completed', '');
  return own;
}

const none: readonly never[] = [];

const channelsFull = (): Refusal =>
  new Refusal('no_channel', 'Every channel for this model has as many requests as it takes.', { retryAfterMs: 1000 });

const isFailed = (outcome: object): outcome is Failed => 'retryAfterMs' in outcome;

/** The exchange with a candidate, or why there is none: what its protocol has no word for, another's may have. */
function tryExchange<E, T>(
  deps: RelayDeps,
  context: Planned,
  way: Way<E, T>,
  candidate: Candidate,
): E | Error | Promise<E | Error> {
  const unsendable = (thrown: unknown): Error => {
    const { channel } = candidate.target;
    if (!(thrown instanceof Refusal))
      deps.log.error({ requestId: context.call.id, channelId: channel.id, err: thrown }, 'no upstream request');
    return thrown instanceof Error ? thrown : new Error('the upstream request could not be built', { cause: thrown });
  };
  try {
    const exchange = way.exchange(candidate);
    return exchange instanceof Promise ? exchange.catch(unsendable) : exchange;
  } catch (thrown) {
    return unsendable(thrown);
  }
}

function noteFailure(deps: RelayDeps, context: Planned, candidate: Candidate, { cause, upstream }: Failed): void {
  const channelId = candidate.target.channel.id;
  deps.log.warn({ requestId: context.call.id, channelId, cause, status: upstream?.status }, 'attempt failed');
}

/** Takes an account out of use whose refusal says that it is no good. */
function judge(deps: RelayDeps, { snapshot }: Planned, { target }: Candidate, cause: Cause, error: LastError): void {
  const { channel, credential } = target;
  const rules = snapshot.settings.channels;
  if (!rules.autoDisable || !channel.autoDisable) return;
  const reason = reasonToDisable({ cause, status: error.status, message: error.message }, rules);
  if (reason === undefined) return;
  const { secrets } = prepare(channel, credential);
  deps.disabler.disable({ channelId: channel.id, index: credential.index }, redact(reason, secrets));
}

function lastErrorOf({ cause, detail, upstream }: Failed): LastError {
  const { code } = causeTable[cause];
  const { status, type } = errors[code];
  if (!upstream) return { status, code, type, message: detail };
  return {
    status: upstream.status,
    code: upstream.code ?? code,
    type: upstream.type ?? type,
    message: upstream.message,
  };
}

const interrupted: Failed = { cause: 'shutdown', detail: '', upstream: undefined, retryAfterMs: 2000 };

/** Every attempt failed: nothing is charged, and the client gets the last failure in its own protocol. */
function giveBack(deps: RelayDeps, context: Planned, failed: Failed): Response {
  const words = wordsFor(context, failed, context.candidate);
  settleUnserved(deps, context, words.status, endReasonOfFailure(failed.cause), words.code);
  return toldOf(context, failed);
}

/** Charges what the provider takes for its refusal; false where that is nothing. Settled, like any charge, before the client is told. */
async function charged(deps: RelayDeps, context: Planned, candidate: Candidate, failed: Failed): Promise<boolean> {
  const { status, code } = wordsFor(context, failed, candidate);
  const ended = context.clientGone
    ? ({ status: 499, endReason: 'client_disconnected', errorCode: '' } as const)
    : { status, endReason: endReasonOfFailure(failed.cause), errorCode: code };
  return await new Promise((resolve) => {
    if (!settleRefused(deps, context, candidate, ended, () => resolve(true))) resolve(false);
  });
}

/** A failure in the client's own protocol. */
function toldOf(context: Planned, failed: Failed): Response {
  const { candidate } = context;
  return errorAnswer(
    context,
    wordsFor(context, failed, candidate),
    failed.retryAfterMs === undefined ? undefined : Math.ceil(failed.retryAfterMs / 1000),
    (headers) => candidate && failed.headers && addUpstreamHeaders(headers, context, candidate, failed.headers),
  );
}

/** Ends a request that nobody waits for any more. */
export function abandon(deps: RelayDeps, context: AnyStage): Response {
  settleUnserved(deps, context, 499, 'client_disconnected', '');
  return nobody();
}

/** What is returned when there is no one to read it. */
const nobody = (): Response => new Response(null, { status: 499 });
