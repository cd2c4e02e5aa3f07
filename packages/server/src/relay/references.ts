import type { JsonObject, References } from '@tollgate/wire/protocol';
import { render } from '@tollgate/wire/json/render';
import { withItems } from '@tollgate/wire/protocols/openai-responses/item-references';
import type { KeyRecord } from '../domain/snapshot.ts';
import type { Kept } from '../services/conversations/conversations.ts';
import type { Journey } from './journey.ts';
import { Refusal } from './refusal.ts';
import type { World } from './world.ts';

/**
 * Resolves what a request leans on. Ids are known to their owner alone: whoever else names one is told that there is no
 * such thing, as for any made-up id. Answers that a provider keeps bind the request to the account that keeps them; items
 * that the gateway keeps are put in place of their ids.
 */
export async function resolveReferences(
  world: World,
  journey: Journey,
  key: KeyRecord,
  { response, items }: References,
): Promise<void> {
  const ids = response === undefined ? items : [response, ...items];
  const found = await findKept(world, key, ids);
  const kept = new Map<string, JsonObject>();
  for (const id of ids) {
    const what = found.get(id);
    if (!what) throw unknown(id, id === response);
    if ('item' in what) kept.set(id, what.item);
    else bind(journey, what.place);
  }
  if (kept.size === 0) return;
  const json = withItems(journey.json, (id) => kept.get(id));
  const bytes = render(journey.bytes, journey.json, json);
  world.load.bufferedBytes += bytes.byteLength - journey.bytes.byteLength;
  journey.bytes = bytes;
  journey.json = json;
}

/** What is kept for this key's owner; 503 when that cannot be looked up. */
export const findKept = (world: World, key: KeyRecord, ids: readonly string[]): Promise<ReadonlyMap<string, Kept>> =>
  lookedUp(world, world.conversations.find(key.user.id, ids));

/** What is looked up of kept answers; 503 when it cannot be. */
export async function lookedUp<T>(world: World, looking: Promise<T>): Promise<T> {
  try {
    return await looking;
  } catch (error) {
    world.log.error({ err: error }, 'kept answers could not be looked up');
    throw new Refusal('database_unavailable', 'Kept answers cannot be looked up at the moment. Try again shortly.', {
      retryAfterMs: 2000,
    });
  }
}

function bind(journey: Journey, place: NonNullable<Journey['place']>): void {
  const before = journey.place;
  if (before && (before.channelId !== place.channelId || before.credential !== place.credential))
    throw new Refusal('invalid_request', 'The request names answers that are kept by different provider accounts.', {
      param: 'input',
    });
  journey.place = place;
}

function unknown(id: string, isResponse: boolean): Refusal {
  if (isResponse)
    return new Refusal('previous_response_not_found', `Previous response with id '${id}' not found.`, {
      param: 'previous_response_id',
    });
  return new Refusal(
    'invalid_request',
    `Item with id '${id}' not found. Items are kept for a while, and not at all when "store" is false; send the item itself.`,
    { param: 'input' },
  );
}
