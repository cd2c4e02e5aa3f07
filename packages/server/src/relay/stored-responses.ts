import { readJson } from '@tollgate/wire/json/read';
import { objectsAt, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { causeOf } from '../domain/causes.ts';
import { answerHeaders } from './answer.ts';
import { ask, type Answered } from './ask.ts';
import { errorAnswer } from './error-answer.ts';
import { wordsFor } from './failure-words.ts';
import { freeCall } from './free-call.ts';
import type { Call } from './journey.ts';
import { keeperOf, requestTo, type StoredAction } from './keepers.ts';
import { laneOf } from './protocols.ts';
import { findKept } from './references.ts';
import { Refusal } from './refusal.ts';
import type { World } from './world.ts';

/**
 * Reads, deletes or cancels an answer that its provider keeps, or lists what it was made of. The request goes to the
 * account that made it; whoever does not own it is told that there is none.
 */
export function storedResponse(world: World, call: Call, id: string, action: StoredAction): Promise<Response> {
  return freeCall(world, call, async (journey, key) => {
    const { snapshot } = journey;
    const kept = (await findKept(world, key, [id])).get(id);
    const place = kept && 'place' in kept ? kept.place : undefined;
    const keeper = place && keeperOf(snapshot, call.protocol.id, place);
    if (!keeper) throw new Refusal('response_not_found', `Response with id '${id}' not found.`);
    // What is deleted before it is done could not be charged any more.
    if (action === 'delete' && !(await world.background.isSettled(key.user.id, id)))
      throw new Refusal('response_in_progress', 'The response is still in progress. Cancel it first.');
    const { relay } = snapshot.settings;
    const request = requestTo(keeper, action, id, queryFor(call), relay.connectTimeoutMs);
    const asked = await ask(world, relay, request, call.request.signal);
    if ('cause' in asked) {
      const failed = { ...asked, upstream: undefined, retryAfterMs: undefined };
      return errorAnswer(journey, wordsFor(journey, failed, keeper), undefined);
    }
    if (asked.status !== 200) {
      const lane = laneOf(keeper.dialect.protocol);
      const upstream = lane.readError(asked.status, new TextDecoder().decode(asked.body));
      const failed = { cause: causeOf(upstream), detail: upstream.message, upstream, retryAfterMs: undefined };
      return errorAnswer(journey, wordsFor(journey, failed, keeper), undefined);
    }
    if (action === 'delete') await forget(world, key.user.id, id);
    if (action === 'input_items') world.conversations.keepPlace(key.user.id, idsIn(asked), place);
    return new Response(asked.body, { headers: answerHeaders(journey, 'application/json') });
  });
}

const passedOn: ReadonlySet<string> = new Set(['include', 'include[]', 'after', 'before', 'limit', 'order']);

/** What of the client's query concerns the provider; never a key. */
function queryFor(call: Call): URLSearchParams {
  const given = new URL(call.request.url).searchParams;
  if (given.get('stream') === 'true')
    throw new Refusal('invalid_request', 'A kept answer is read whole here, not as a stream.', { param: 'stream' });
  return new URLSearchParams([...given].filter(([name]) => passedOn.has(name)));
}

/** The ids in a list of items. */
function idsIn({ body }: Answered): readonly string[] {
  const read = readJson(body);
  if ('failure' in read || typeof read.json !== 'object' || read.json === null) return [];
  return objectsAt(read.json as JsonObject, 'data').flatMap((item) => textAt(item, 'id') ?? []);
}

/** The provider has deleted it; that its owner was remembered too does no harm while the database is away. */
async function forget(world: World, userId: string, id: string): Promise<void> {
  try {
    await world.conversations.forget(userId, [id]);
  } catch (error) {
    world.log.warn({ err: error }, 'a deleted answer is still remembered');
  }
}
