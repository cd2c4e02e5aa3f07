import { at, isList, isObject, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { Json, JsonObject, References } from '../../protocol.ts';
import { isMadeHere } from './item-ids.ts';
import { readResponsesResources } from './resources.ts';

/** What a request leans on; undefined when it brings everything with it. */
export function readReferences(json: JsonObject): References | undefined {
  const response = textAt(json, 'previous_response_id');
  const conversation = conversationOf(json);
  const items = [...referencesOf(json), ...approvalsOf(json)];
  const hollow = hollowIn(json);
  const resources = readResponsesResources(json);
  const lists = items.length + hollow.length + resources.length;
  if (response === undefined && conversation === undefined && lists === 0) return undefined;
  return { response, ...(conversation !== undefined && { conversation }), items, hollow, resources };
}

/** The conversation that a request goes on with: its id, or an object that has it. */
function conversationOf(json: JsonObject): string | undefined {
  return textAt(json, 'conversation') ?? textAt(objectAt(json, 'conversation') ?? {}, 'id');
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

/** A text that says something. */
const text = (key: string) => (item: JsonObject) => (textAt(item, key) ?? '') !== '';
const object = (key: string) => (item: JsonObject) => isObject(at(item, key));
const list = (key: string) => (item: JsonObject) => isList(at(item, key));
const anything = (key: string) => (item: JsonObject) => (at(item, key) ?? null) !== null;

function hasContent(item: JsonObject): boolean {
  const content = at(item, 'content');
  return isList(content) ? content.length > 0 : typeof content === 'string' && content !== '';
}

/**
 * What makes an item of each type plainly new: with it, its id is a label. Without, the provider would look up by its id what the
 * item does not say, and so what another put there. A type that is not here, or that is written otherwise, says nothing.
 */
const isWhole: ReadonlyMap<string, (item: JsonObject) => boolean> = new Map([
  ['message', hasContent],
  ['reasoning', text('encrypted_content')],
  ['compaction', text('encrypted_content')],
  ['function_call', (item) => typeof at(item, 'arguments') === 'string'],
  ['custom_tool_call', (item) => typeof at(item, 'input') === 'string'],
  ['function_call_output', anything('output')],
  ['custom_tool_call_output', anything('output')],
  ['computer_call_output', object('output')],
  ['local_shell_call_output', anything('output')],
  ['shell_call_output', anything('output')],
  ['apply_patch_call_output', text('status')],
  ['computer_call', (item) => isObject(at(item, 'action')) || isList(at(item, 'actions'))],
  ['local_shell_call', object('action')],
  ['shell_call', object('action')],
  ['apply_patch_call', object('operation')],
  ['web_search_call', object('action')],
  ['file_search_call', list('results')],
  ['code_interpreter_call', (item) => typeof at(item, 'code') === 'string' && isList(at(item, 'outputs'))],
  ['mcp_list_tools', list('tools')],
  ['mcp_call', (item) => text('arguments')(item) && (anything('output')(item) || anything('error')(item))],
  ['mcp_approval_request', text('arguments')],
  ['mcp_approval_response', (item) => typeof at(item, 'approve') === 'boolean'],
  ['tool_search_call', anything('arguments')],
  ['tool_search_output', list('tools')],
  ['additional_tools', list('tools')],
  ['configuration_update', (item) => isObject(at(item, 'reasoning')) || isObject(at(item, 'text'))],
  ['program', text('code')],
  ['program_output', (item) => typeof at(item, 'result') === 'string'],
]);

/** Types that say nothing but that something is to be done. */
const signals: ReadonlySet<string> = new Set(['compaction_trigger']);

/**
 * The id that an input item refers to; undefined for an item that is there itself, and for one that is there in part:
 * see {@link hollowIdsOf}.
 */
function referenceIn(item: Json): string | undefined {
  if (!isObject(item)) return undefined;
  const id = textAt(item, 'id');
  if (id === undefined) return undefined;
  const type = at(item, 'type') ?? undefined;
  // A message may come without a type, and then it is its role that makes it one.
  if (type === undefined) return text('role')(item) && hasContent(item) ? undefined : id;
  // A picture is named so, to be changed: https://platform.openai.com/docs/guides/image-generation
  if (type === 'image_generation_call') return text('result')(item) ? undefined : id;
  return typeof type === 'string' && (isWhole.has(type) || signals.has(type)) ? undefined : id;
}

/** The ids that a request's input refers to. */
export function referencesOf(json: JsonObject): readonly string[] {
  const input = at(json, 'input');
  return isList(input) ? input.map(referenceIn).filter((id) => id !== undefined) : [];
}

/** Requests for approval that are answered and are not in the input themselves. */
function approvalsOf(json: JsonObject): readonly string[] {
  const answers = objectsAt(json, 'input').flatMap((item) => textAt(item, 'approval_request_id') ?? []);
  if (answers.length === 0) return answers;
  const asked = objectsAt(json, 'input').filter((item) => textAt(item, 'type') === 'mcp_approval_request');
  const here = new Set(asked.filter(text('arguments')).map((item) => textAt(item, 'id')));
  return answers.filter((id) => !here.has(id));
}

/**
 * The ids by which a provider fills in an item that is there in part: a thought of which it says nothing but a summary, a
 * search without its results, the container that code ran in.
 */
function hollowIdsOf(item: Json): readonly string[] {
  if (!isObject(item)) return nothing;
  const type = textAt(item, 'type') ?? '';
  const whole = isWhole.get(type);
  if (!whole) return nothing;
  const id = textAt(item, 'id');
  const own = id === undefined || isMadeHere(id) || whole(item) ? undefined : id;
  const container = type === 'code_interpreter_call' ? textAt(item, 'container_id') : undefined;
  if (own === undefined && container === undefined) return nothing;
  return [own, container].filter((one) => one !== undefined);
}

const nothing: readonly string[] = [];

function hollowIn(json: JsonObject): readonly string[] {
  const input = at(json, 'input');
  return isList(input) ? input.flatMap(hollowIdsOf) : nothing;
}

/** Where in the input stand items that are there in part and are not their sender's. */
export function foreignItems(json: JsonObject, foreign: ReadonlySet<string>): readonly number[] {
  const input = at(json, 'input');
  if (!isList(input) || foreign.size === 0) return [];
  return input.flatMap((item, index) => (hollowIdsOf(item).some((id) => foreign.has(id)) ? index : []));
}

/**
 * The body without items that are there in part and are not their sender's: whoever gives an id makes the provider go on from
 * what is kept under it. Messages and calls lose their ids, since OpenAI refuses one that it keeps without the thought before it.
 */
export function withoutForeignItems(json: JsonObject, foreign: ReadonlySet<string>): JsonObject {
  const input = at(json, 'input');
  const places = new Set(foreignItems(json, foreign));
  if (!isList(input) || places.size === 0) return json;
  const rest = input.filter((_, index) => !places.has(index));
  return { ...json, input: rest.map(withoutId) };
}

const labelledTypes: ReadonlySet<string | undefined> = new Set(['message', 'function_call', 'custom_tool_call']);

function withoutId(item: Json): Json {
  if (!isObject(item) || at(item, 'id') === undefined || !labelledTypes.has(textAt(item, 'type'))) return item;
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
