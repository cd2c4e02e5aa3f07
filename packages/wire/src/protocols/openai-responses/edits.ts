import { at, isList, isObject, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { isMadeHere } from './item-ids.ts';
import { readCarriedSignature } from './signatures.ts';

/**
 * The body without the reasoning that another protocol's upstream signed, which OpenAI refuses: a conversation that began
 * on a translated channel may go on here. The argument itself when there are none.
 */
export function withoutForeignSignatures(json: JsonObject): JsonObject {
  const input = at(json, 'input');
  if (!isList(input)) return json;
  const own = input.filter((item) => !isForeignReasoning(item));
  return own.length === input.length ? json : { ...json, input: own };
}

function isForeignReasoning(item: Json): boolean {
  if (!isObject(item) || textAt(item, 'type') !== 'reasoning') return false;
  const encrypted = textAt(item, 'encrypted_content');
  // OpenAI knows a thought without a signature by its id, if it was its own.
  if (encrypted === undefined) return isMadeHere(textAt(item, 'id'));
  const carried = readCarriedSignature(encrypted);
  return carried.signature.by !== 'openai-responses' || carried.callId !== undefined;
}
