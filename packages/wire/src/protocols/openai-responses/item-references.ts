import { at, isList, isObject, objectsAt, textAt } from '../../json/fields.ts';
import type { Json, JsonObject, References } from '../../protocol.ts';

/** What a request leans on; undefined when it brings everything with it. */
export function readReferences(json: JsonObject): References | undefined {
  const response = textAt(json, 'previous_response_id');
  const items = referencesOf(json);
  return response === undefined && items.length === 0 ? undefined : { response, items };
}

/** The ids under which a provider keeps an answer: its own and its items'. */
export function storedIdsOf(response: JsonObject): readonly string[] {
  const own = textAt(response, 'id');
  return own === undefined ? [] : [own, ...itemsOf(response).keys()];
}

/**
 * Clients that believe their items stored (the default of OpenAI's API, and so of the `ai` package) give back an item's
 * id instead of the item. On a translated channel nobody stores them but the gateway, if its caller keeps the items of
 * its answers for a while: see {@link itemsOf} and, for streams, `output` of the event writer.
 */

/** The id that an input item refers to; undefined for an item that is there itself. */
function referenceIn(item: Json): string | undefined {
  if (!isObject(item)) return undefined;
  const type = textAt(item, 'type');
  const bare = type === undefined && at(item, 'role') === undefined;
  return bare || type === 'item_reference' ? textAt(item, 'id') : undefined;
}

/** The ids that a request's input refers to. */
export function referencesOf(json: JsonObject): readonly string[] {
  const input = at(json, 'input');
  return isList(input) ? input.map(referenceIn).filter((id) => id !== undefined) : [];
}

/** The body with the items themselves in the place of references; the argument itself when none is found. */
export function withItems(json: JsonObject, find: (id: string) => JsonObject | undefined): JsonObject {
  const input = at(json, 'input');
  if (!isList(input)) return json;
  let changed = false;
  const whole = input.map((item) => {
    const id = referenceIn(item);
    const found = id === undefined ? undefined : find(id);
    if (found) changed = true;
    return found ?? item;
  });
  return changed ? { ...json, input: whole } : json;
}

/** The items of a whole response, or of a list of items, by id. */
export function itemsOf(
  response: JsonObject | { readonly output: readonly JsonObject[] },
): ReadonlyMap<string, JsonObject> {
  const items = new Map<string, JsonObject>();
  for (const item of objectsAt(response, 'output')) {
    const id = textAt(item, 'id');
    if (id !== undefined) items.set(id, item);
  }
  return items;
}
