import { at, isList, isObject, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { isMadeHere } from './item-ids.ts';
import { readCarriedSeal } from './seals.ts';

/**
 * The body without the thoughts that another protocol's upstream sealed, which OpenAI refuses: a conversation that began
 * on a translated channel may go on here. The argument itself when there are none.
 */
export function withoutForeignSeals(json: JsonObject): JsonObject {
  const input = at(json, 'input');
  if (!isList(input)) return json;
  const own = input.filter((item) => !isForeignThought(item));
  return own.length === input.length ? json : { ...json, input: own };
}

function isForeignThought(item: Json): boolean {
  if (!isObject(item) || textAt(item, 'type') !== 'reasoning') return false;
  const encrypted = textAt(item, 'encrypted_content');
  // OpenAI knows a thought without a seal by its id, if it was its own.
  if (encrypted === undefined) return isMadeHere(textAt(item, 'id'));
  const carried = readCarriedSeal(encrypted);
  return carried.seal.by !== 'openai-responses' || carried.callId !== undefined;
}
