import { at, isList, isObject, listAt, textAt } from '../json/fields.ts';
import type { Json, JsonObject, ProtocolId } from '../protocol.ts';

/**
 * What a channel says to the model on its own: `fallback` where the client says nothing, `set` in place of what the client says,
 * `prepend` and `append` beside it.
 */
export type SystemPrompt = { readonly text: string; readonly mode: 'fallback' | 'set' | 'prepend' | 'append' };

type Write = (json: JsonObject, prompt: SystemPrompt) => JsonObject;

const bare = (text: string): JsonObject => ({ text });
const typed = (text: string): JsonObject => ({ type: 'text', text });

const writers: Readonly<Partial<Record<ProtocolId, Write>>> = {
  'openai-chat': inMessages,
  'openai-responses': (json, prompt) => {
    const said = at(json, 'instructions') ?? undefined;
    if (said !== undefined && typeof said !== 'string') return json;
    if (prompt.mode === 'fallback' && listAt(json, 'input').some(isInstruction)) return json;
    return withMember(json, 'instructions', joinedText(said, prompt));
  },
  'anthropic-messages': (json, prompt) => withMember(json, 'system', joined(at(json, 'system'), prompt, typed)),
  gemini: (json, prompt) => {
    // Both spellings are taken there.
    const key = at(json, 'system_instruction') === undefined ? 'systemInstruction' : 'system_instruction';
    const before = at(json, key);
    const parts = isObject(before) ? listAt(before, 'parts') : none;
    const after = joinedList(parts, prompt, bare);
    return after === parts ? json : withMember(json, key, { ...(isObject(before) ? before : {}), parts: after });
  },
  'gemini-interactions': (json, prompt) => {
    const said = at(json, 'system_instruction') ?? undefined;
    if (said !== undefined && typeof said !== 'string') return json;
    return withMember(json, 'system_instruction', joinedText(said, prompt));
  },
  'bedrock-converse': (json, prompt) => withMember(json, 'system', joinedList(listAt(json, 'system'), prompt, bare)),
};

const none: readonly Json[] = [];

/** The conversation with the prompt, in any protocol that has a place for one; itself where nothing changes. */
export const withSystemPrompt = (json: JsonObject, protocol: ProtocolId, prompt: SystemPrompt): JsonObject =>
  writers[protocol]?.(json, prompt) ?? json;

/** Merged into the message that is there: many templates take one system message alone. */
function inMessages(json: JsonObject, prompt: SystemPrompt): JsonObject {
  const messages = listAt(json, 'messages');
  const instructions = messages.filter(isInstruction);
  const said = prompt.mode === 'append' ? instructions.at(-1) : instructions[0];
  if (said !== undefined && prompt.mode === 'fallback') return json;
  if (!isObject(said) || prompt.mode === 'set') {
    const others = said === undefined ? messages : messages.filter((message) => !isInstruction(message));
    return { ...json, messages: [{ role: 'system', content: prompt.text }, ...others] };
  }
  const content = joined(at(said, 'content') ?? undefined, prompt, typed);
  return { ...json, messages: messages.map((message) => (message === said ? { ...said, content } : message)) };
}

function isInstruction(message: Json): boolean {
  if (!isObject(message)) return false;
  const role = textAt(message, 'role');
  return role === 'system' || role === 'developer';
}

const joined = (said: Json | undefined, prompt: SystemPrompt, make: (text: string) => JsonObject): Json =>
  isList(said) ? joinedList(said, prompt, make) : joinedText(typeof said === 'string' ? said : undefined, prompt);

function joinedText(said: string | undefined, { text, mode }: SystemPrompt): string {
  if (said === undefined || said === '' || mode === 'set') return text;
  if (mode === 'fallback') return said;
  return mode === 'prepend' ? `${text}\n${said}` : `${said}\n${text}`;
}

function joinedList(
  said: readonly Json[],
  { text, mode }: SystemPrompt,
  make: (text: string) => JsonObject,
): readonly Json[] {
  if (said.length === 0 || mode === 'set') return [make(text)];
  if (mode === 'fallback') return said;
  return mode === 'prepend' ? [make(text), ...said] : [...said, make(text)];
}

const withMember = (json: JsonObject, key: string, value: Json): JsonObject =>
  at(json, key) === value ? json : { ...json, [key]: value };
