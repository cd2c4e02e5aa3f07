import { at, isList, isObject, objectsAt, textAt } from '../../json/fields.ts';
import type { Json, JsonObject, References } from '../../protocol.ts';
import { isMadeHere } from './item-ids.ts';

/** What a request leans on; undefined when it brings everything with it. */
export function readReferences(json: JsonObject): References | undefined {
  const response = textAt(json, 'previous_response_id');
  const items = referencesOf(json);
  const reasoning = reasoningKeptIn(json);
  const none = response === undefined && items.length === 0 && reasoning.length === 0;
  return none ? undefined : { response, items, reasoning };
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
  // A picture is named so, to be changed: https://platform.openai.com/docs/guides/image-generation
  if (type === 'image_generation_call' && !textAt(item, 'result')) return textAt(item, 'id');
  const bare = type === undefined && at(item, 'role') === undefined;
  return bare || type === 'item_reference' ? textAt(item, 'id') : undefined;
}

/** The ids that a request's input refers to. */
export function referencesOf(json: JsonObject): readonly string[] {
  const input = at(json, 'input');
  return isList(input) ? input.map(referenceIn).filter((id) => id !== undefined) : [];
}

/** The id of a thought that its provider knows by it: the item itself says nothing of it but a summary. */
function reasoningItemKeptIn(item: Json): string | undefined {
  if (!isObject(item) || textAt(item, 'type') !== 'reasoning' || textAt(item, 'encrypted_content')) return undefined;
  const id = textAt(item, 'id');
  return isMadeHere(id) ? undefined : id;
}

function reasoningKeptIn(json: JsonObject): readonly string[] {
  const input = at(json, 'input');
  return isList(input) ? input.map(reasoningItemKeptIn).filter((id) => id !== undefined) : [];
}

/**
 * The body without reasoning that is not its sender's: whoever gives an id makes the provider think on from what is kept
 * under it. Messages and calls lose their ids, since OpenAI refuses one that it keeps without the thought before it.
 */
export function withoutReasoningItems(json: JsonObject, ids: ReadonlySet<string>): JsonObject {
  const input = at(json, 'input');
  if (!isList(input) || ids.size === 0) return json;
  const rest = input.filter((item) => !ids.has(reasoningItemKeptIn(item) ?? ''));
  return { ...json, input: rest.map(withoutId) };
}

const wholeTypes: ReadonlySet<string | undefined> = new Set(['message', 'function_call', 'custom_tool_call']);

function withoutId(item: Json): Json {
  if (!isObject(item) || at(item, 'id') === undefined || !wholeTypes.has(textAt(item, 'type'))) return item;
  const { id: _, ...rest } = item;
  return rest;
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
