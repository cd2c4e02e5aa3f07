import { isWrapped } from '../../ir/signature.ts';
import { isObject, listAt, objectsAt, textAt } from '../../json/fields.ts';
import type { ModelTraits } from '../../models/traits.ts';
import type { JsonObject } from '../../protocol.ts';
import { chatTraits, type ChatTraits } from './models.ts';
import { readThoughtSignature } from './reasoning.ts';

/**
 * Whether reasoning or calls in the conversation are signed by another issuer than this protocol's, or by OpenRouter,
 * which speaks it too, where another vendor is asked. Gemini's signatures on calls are known behind its compatible endpoints
 * only, and reasoning of any kind is unknown to OpenAI, which tells none over Chat and refuses fields it does not know.
 */
export function hasForeignReasoning(json: JsonObject, model: ModelTraits): boolean {
  let traits: ChatTraits | undefined;
  for (const message of listAt(json, 'messages')) {
    // Asked of every request, whose messages mostly carry nothing of the kind.
    if (!isObject(message) || message['role'] !== 'assistant' || !maySign(message)) continue;
    traits ??= chatTraits(model);
    if (isForeign(message, model.resold, traits)) return true;
  }
  return false;
}

function isForeign(message: JsonObject, resold: boolean, { gemini, details, openai }: ChatTraits): boolean {
  // Resold, it is somebody else's endpoint.
  const withoutReasoning = openai && !resold;
  return (
    (withoutReasoning && reasoningKeys.some((key) => isThere(message[key]))) ||
    objectsAt(message, 'reasoning_details').some((detail) =>
      isOthers(textAt(detail, 'signature') ?? textAt(detail, 'data'), details),
    ) ||
    (!gemini && objectsAt(message, 'tool_calls').some((call) => readThoughtSignature(call) !== undefined))
  );
}

/** Whether there is reasoning, or calls with anything on them that Chat's own have not. */
const maySign = (message: JsonObject): boolean =>
  isThere(message['reasoning_content']) ||
  isThere(message['reasoning']) ||
  isThere(message['reasoning_details']) ||
  listAt(message, 'tool_calls').some((call) => isObject(call) && isThere(call['extra_content']));

const isThere = (value: unknown): boolean => value !== undefined && value !== null;

const reasoningKeys = ['reasoning_content', 'reasoning', 'reasoning_details'] as const;

const isOthers = (carried: string | undefined, details: boolean): boolean =>
  carried !== undefined && (!details || isWrapped(carried));
