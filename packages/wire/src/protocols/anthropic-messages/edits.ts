import { unwrapSignature } from '../../ir/signature.ts';
import { at, isList, isObject, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';

const own = 'anthropic-messages';

/**
 * The body without the reasoning that another protocol's upstream signed, which Anthropic refuses: a conversation that
 * began on a translated channel may go on here. A message with nothing else in it goes, too; those before and behind it
 * are of one role then, which Anthropic joins. The argument itself when there are none.
 */
export function withoutForeignSignatures(json: JsonObject): JsonObject {
  const messages = at(json, 'messages');
  if (!isList(messages) || !messages.some(hasForeign)) return json;
  return { ...json, messages: messages.map(withoutForeign).filter((message) => message !== undefined) };
}

function contentOf(message: Json): readonly Json[] {
  if (!isObject(message) || textAt(message, 'role') !== 'assistant') return [];
  const content = at(message, 'content');
  return isList(content) ? content : [];
}

function hasForeign(message: Json): boolean {
  return contentOf(message).some(isForeign);
}

function isForeign(block: Json): boolean {
  if (!isObject(block)) return false;
  const type = textAt(block, 'type');
  const carried =
    type === 'thinking' ? textAt(block, 'signature') : type === 'redacted_thinking' ? textAt(block, 'data') : undefined;
  return carried !== undefined && unwrapSignature(carried, own).by !== own;
}

function withoutForeign(message: Json): Json | undefined {
  if (!isObject(message) || !hasForeign(message)) return message;
  const content = contentOf(message).filter((block) => !isForeign(block));
  return content.length > 0 ? { ...message, content } : undefined;
}
