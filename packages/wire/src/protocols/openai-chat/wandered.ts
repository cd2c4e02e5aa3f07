import { isWrapped } from '../../ir/seal.ts';
import { objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { chatTraits } from './models.ts';
import { readThoughtSignature } from './reasoning.ts';

/**
 * Whether thoughts or calls in the conversation are sealed by another issuer than this protocol's, or by OpenRouter,
 * which speaks it too, where another vendor is asked. Gemini's seals on calls are known behind its compatible endpoints
 * only, and thoughts of any kind are unknown to OpenAI, which tells none over Chat and refuses fields it does not know.
 */
export function hasWandered(json: JsonObject, model: string): boolean {
  const { gemini, details, openai } = chatTraits(model);
  // With a vendor's prefix it is somebody else's endpoint.
  const thoughtless = openai && !model.includes('/');
  return objectsAt(json, 'messages').some(
    (message) =>
      message['role'] === 'assistant' &&
      ((thoughtless && thoughtKeys.some((key) => message[key] !== undefined && message[key] !== null)) ||
        objectsAt(message, 'reasoning_details').some((detail) =>
          isOthers(textAt(detail, 'signature') ?? textAt(detail, 'data'), details),
        ) ||
        (!gemini && objectsAt(message, 'tool_calls').some((call) => readThoughtSignature(call) !== undefined))),
  );
}

const thoughtKeys = ['reasoning_content', 'reasoning', 'reasoning_details'] as const;

const isOthers = (carried: string | undefined, details: boolean): boolean =>
  carried !== undefined && (!details || isWrapped(carried));
