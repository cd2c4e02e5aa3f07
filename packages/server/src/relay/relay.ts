import { errors } from '@tollgate/contract/errors';
import type { ErrorWords, JsonObject, Look } from '@tollgate/wire/protocol';
import { dropDuplicateKeys } from '@tollgate/wire/json/duplicates';
import { readJson } from '@tollgate/wire/json/read';
import type { Price } from '../domain/price.ts';
import { holdAmount } from '../domain/quote.ts';
import { zeroNanos, type Nanos } from '../domain/money.ts';
import type { KeyRecord, RateLimits } from '../domain/snapshot.ts';
import type { Hold, HoldRefusal, MeterId } from '../services/ledger/types.ts';
import { answerHeaders } from './answer.ts';
import type { Failed } from './attempt.ts';
import { findCandidates, multiplierFor } from './candidates.ts';
import { endReasonOfFailure, wordsFor } from './failure-words.ts';
import { groupOf, identify } from './identify.ts';
import { openJourney, type Call, type Candidate, type Journey } from './journey.ts';
import { overloadedBy } from './load.ts';
import { BodyCut, readBody } from './read-body.ts';
import { Refusal } from './refusal.ts';
import { draftFor, type Draft } from './draft.ts';
import { send } from './send.ts';
import { settleUnserved } from './settle.ts';
import { causeTable } from '../domain/causes.ts';
import type { World } from './world.ts';

/**
 * A request's whole life. Each line is one step; a step that cannot go on throws a {@link Refusal}. Whatever happens,
 * the request is settled once: by the receiver that answered it, or by `refuse`.
 */
export async function relay(world: World, call: Call): Promise<Response> {
  const journey = openJourney(call, world.snapshot(), world.clock.now(), world.clock.elapsed());
  world.load.openRequests++;
  try {
    refuseWhenOverloaded(world, journey);
    const key = identify(world, call.request, call.clientIp, journey.at, journey.snapshot);
    journey.key = key instanceof Promise ? await key : key;
    const look = (journey.look = await readRequest(world, journey));
    setTerms(journey, journey.key);
    journey.candidates = findCandidates(world, journey, journey.key, look.model);
    admit(world, journey, journey.key, look);
    const hold = holdFor(world, journey, journey.key, look);
    journey.hold = held(hold instanceof Promise ? await hold : hold);
    return await walk(world, journey, look);
  } catch (thrown) {
    return refuse(world, journey, thrown);
  }
}

function refuseWhenOverloaded(world: World, journey: Journey): void {
  if (world.load.shuttingDown)
    throw new Refusal('shutting_down', 'The gateway is shutting down.', { retryAfterMs: 2000 });
  const spent = overloadedBy(world.load, journey.snapshot.settings.overload);
  if (spent) throw new Refusal('overloaded', 'The gateway is overloaded. Try again shortly.', { retryAfterMs: 2000 });
}

/** Body in, look out: parsed once, validated, and kept as bytes for every attempt. */
async function readRequest(world: World, journey: Journey): Promise<Look> {
  const { relay, overload } = journey.snapshot.settings;
  const { deadlines, load } = world;
  const body = await readBody(journey.call.request, relay.maxBodyBytes, {
    deadlines,
    now: world.clock.elapsed,
    load,
    maxBufferedBytes: overload.maxBufferedBytes,
  });
  const read = readJson(body);
  if ('failure' in read) throw new Refusal('invalid_json', read.message);
  // Of a key that stands twice, we see the last and another parser might see the first: a model could be smuggled by.
  journey.bytes = read.duplicateKeys ? dropDuplicateKeys(body) : body;
  world.load.bufferedBytes += journey.bytes.byteLength;
  const look = journey.call.protocol.look(journey.call.operation, read.json, relay, journey.call.path);
  if ('invalid' in look) throw new Refusal('invalid_request', look.invalid, { param: look.param });
  journey.json = read.json as JsonObject;
  return look;
}

function setTerms(journey: Journey, key: KeyRecord): void {
  journey.group = groupOf(key);
  journey.multiplier = multiplierFor(journey.snapshot, key.user.group, journey.group);
}

function admit(world: World, journey: Journey, key: KeyRecord, look: Look): void {
  const { user } = journey.snapshot.settings.limits;
  const defaults: RateLimits = {
    requestsPerMinute: user.requestsPerMinute || undefined,
    tokensPerMinute: user.tokensPerMinute || undefined,
    concurrent: user.concurrent || undefined,
  };
  const admission = world.limits.admit(key, defaults, look.inputEstimate);
  if ('leave' in admission) {
    journey.admission = admission;
    return;
  }
  const { limit, allowed, retryAfterMs } = admission.refused;
  const whose = admission.of === 'key' ? 'this API key' : 'this account';
  if (limit === 'concurrent')
    throw new Refusal('concurrency_limit_exceeded', `More than ${allowed} requests at once for ${whose}.`, {
      retryAfterMs,
    });
  throw new Refusal('rate_limit_exceeded', `More than ${allowed} ${limit} a minute for ${whose}.`, { retryAfterMs });
}

/** Sets money aside for the dearest of the candidates; free requests hold nothing. */
function holdFor(
  world: World,
  journey: Journey,
  key: KeyRecord,
  look: Look,
): Hold | HoldRefusal | Promise<Hold | HoldRefusal> {
  const { settings, models } = journey.snapshot;
  let amount: Nanos = zeroNanos;
  let last: Price | undefined;
  for (const { price, upstreamModel } of journey.candidates) {
    if (!price || price === last) continue;
    last = price;
    const most = (models.get(look.model) ?? models.get(upstreamModel))?.maxOutputTokens ?? Infinity;
    const output = Math.min(look.maxOutputTokens ?? settings.relay.holdOutputTokens, most) * look.choices;
    const needed = holdAmount({ inputTokens: look.inputEstimate, outputTokens: output }, price, journey.multiplier);
    if (needed > amount) amount = needed;
  }
  const meters: MeterId[] =
    amount === 0n ? [] : key.limited ? [`wallet:${key.user.id}`, `key:${key.id}`] : [`wallet:${key.user.id}`];
  return world.ledger.hold(meters, amount);
}

function held(hold: Hold | HoldRefusal): Hold {
  if (!('refused' in hold)) return hold;
  if (hold.refused === 'unavailable')
    throw new Refusal('ledger_unavailable', 'Balances cannot be checked at the moment. Try again shortly.', {
      retryAfterMs: 2000,
    });
  if (hold.meter.startsWith('key:'))
    throw new Refusal('key_limit_exhausted', 'The spending limit of this API key is reached.');
  throw new Refusal('insufficient_balance', 'The balance of this account is too low for this request.');
}

/** Tries the candidates in their order until one answers. A failure that no other target can mend ends the walk. */
async function walk(world: World, journey: Journey, look: Look): Promise<Response> {
  const limit = Math.min(journey.candidates.length, journey.snapshot.settings.relay.maxAttempts);
  let failed: Failed | undefined;
  let unsendable: Error | undefined;
  for (let index = 0; index < limit; index++) {
    const candidate = journey.candidates[index];
    if (!candidate || world.load.shuttingDown) break;
    // Who left while money was set aside wants no answer, and must not pay for one.
    if (journey.call.request.signal.aborted) return abandon(world, journey);
    const draft = tryDraft(world, journey, look, candidate);
    if (draft instanceof Error) {
      unsendable ??= draft;
      continue;
    }
    journey.candidate = candidate;
    const outcome = await send(world, journey, look, candidate, draft);
    if (outcome === 'client_left') return nobody;
    if (outcome instanceof Response) return outcome;
    failed = outcome;
    world.log.warn(
      {
        requestId: journey.call.id,
        channelId: candidate.target.channel.id,
        cause: failed.cause,
        status: failed.upstream?.status,
      },
      'attempt failed',
    );
    if (journey.clientGone) return abandon(world, journey);
    if (!causeTable[failed.cause].retry) break;
  }
  if (!failed && unsendable) throw unsendable;
  return giveBack(world, journey, failed ?? interrupted);
}

/** The request for a candidate, or why there is none: what its protocol has no word for, another's may have. */
function tryDraft(world: World, journey: Journey, look: Look, candidate: Candidate): Draft | Error {
  try {
    return draftFor(journey, look, candidate);
  } catch (thrown) {
    if (!(thrown instanceof Refusal))
      world.log.error({ requestId: journey.call.id, channelId: candidate.target.channel.id, err: thrown }, 'no draft');
    return thrown instanceof Error ? thrown : new Error('a draft could not be made', { cause: thrown });
  }
}

const interrupted: Failed = { cause: 'shutdown', detail: '', upstream: undefined, retryAfterMs: 2000 };

/** Every attempt failed: nothing is charged, and the client gets the last failure in its own protocol. */
function giveBack(world: World, journey: Journey, failed: Failed): Response {
  const words = wordsFor(journey, failed, journey.candidate);
  settleUnserved(world, journey, words.status, endReasonOfFailure(failed.cause), words.code);
  return errorAnswer(
    journey,
    words,
    failed.retryAfterMs === undefined ? undefined : Math.ceil(failed.retryAfterMs / 1000),
  );
}

function abandon(world: World, journey: Journey): Response {
  settleUnserved(world, journey, 499, 'client_disconnected', '');
  return nobody;
}

/** What is returned when there is no one to read it. */
const nobody = new Response(null, { status: 499 });

/** The one place where refusals and bugs end up. */
function refuse(world: World, journey: Journey, thrown: unknown): Response {
  if (thrown instanceof BodyCut) return abandon(world, journey);
  const refusal =
    thrown instanceof Refusal
      ? thrown
      : new Refusal('internal_error', 'The gateway made a mistake. It has been logged.');
  if (refusal !== thrown) world.log.error({ requestId: journey.call.id, err: thrown }, 'relay failed');
  if (!journey.finished)
    settleUnserved(world, journey, refusal.status, refusal === thrown ? 'refused' : 'gateway_error', refusal.code);
  const words: ErrorWords = {
    status: refusal.status,
    code: refusal.code,
    type: errors[refusal.code].type,
    message: refusal.message,
    param: refusal.param,
  };
  return errorAnswer(journey, words, refusal.retryAfterSeconds);
}

function errorAnswer(journey: Journey, words: ErrorWords, retryAfterSeconds: number | undefined): Response {
  const headers = answerHeaders(journey, 'application/json');
  if (retryAfterSeconds !== undefined) headers['retry-after'] = `${retryAfterSeconds}`;
  const body = JSON.stringify(journey.call.protocol.writeError(words, journey.call.id));
  return new Response(body, { status: words.status, headers });
}
