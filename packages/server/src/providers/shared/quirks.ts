import type { JsonObject } from '@tollgate/wire/protocol';
import type { Quirk } from '../define.ts';

type Body = Readonly<Record<string, unknown>>;

/** Moves a field's value to another name; the body itself when there is nothing to move or the other is taken. */
export function renameField(body: Body, from: string, to: string): Body {
  if (!Object.hasOwn(body, from)) return body;
  const { [from]: value, ...rest } = body;
  if (Object.hasOwn(body, to)) return body;
  return { ...rest, [to]: value };
}

/** The body without a field; the body itself when it has none. */
export function dropField(body: Body, field: string): Body {
  if (!Object.hasOwn(body, field)) return body;
  const { [field]: _, ...rest } = body;
  return rest;
}

/** Edits the parts of messages that have such; the body itself when `edit` returns each as it was. */
export function editParts(body: Body, edit: (part: JsonObject) => JsonObject): Body {
  const messages = body['messages'];
  if (!Array.isArray(messages)) return body;
  const edited = editEach(messages as readonly JsonObject[], (message) => {
    const content = message['content'];
    if (!Array.isArray(content)) return message;
    const parts = editEach(content as readonly JsonObject[], edit);
    return parts === content ? message : { ...message, content: parts };
  });
  return edited === messages ? body : { ...body, messages: edited };
}

/** The list itself when nothing in it changes; what is no object stays. */
function editEach(list: readonly JsonObject[], edit: (item: JsonObject) => JsonObject): readonly JsonObject[] {
  const edited = list.map((item) => (typeof item === 'object' && item !== null ? edit(item) : item));
  return edited.every((item, index) => item === list[index]) ? list : edited;
}

/**
 * OpenAI's reasoning models answer `max_tokens` with 400 "Unsupported parameter … Use 'max_completion_tokens' instead".
 * Every other model still takes the old name, and compatible servers often know no other, so only these are changed.
 */
export const reasoningMaxTokens: Quirk = {
  name: 'max_tokens is max_completion_tokens on reasoning models',
  source: 'https://platform.openai.com/docs/guides/reasoning#controlling-costs',
  apply: (body, model) =>
    model.refusesMaxTokens && Object.hasOwn(body, 'messages')
      ? renameField(body, 'max_tokens', 'max_completion_tokens')
      : body,
};
