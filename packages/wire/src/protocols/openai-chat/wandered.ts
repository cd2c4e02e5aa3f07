import { isWrapped } from '../../ir/seal.ts';
import { objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { chatTraits } from './models.ts';
import { readThoughtSignature } from './reasoning.ts';

/**
 * Whether thoughts or calls in the conversation are sealed by another issuer than this protocol's, or by OpenRouter,
 * which speaks it too, where another vendor is asked. Gemini's seals on calls are known behind its compatible endpoints
 * only.
 */
export function hasWandered(json: JsonObject, model: string): boolean {
  const { gemini, details } = chatTraits(model);
  return objectsAt(json, 'messages').some(
    (message) =>
      message['role'] === 'assistant' &&
      (objectsAt(message, 'reasoning_details').some((detail) =>
        isOthers(textAt(detail, 'signature') ?? textAt(detail, 'data'), details),
      ) ||
        (!gemini && objectsAt(message, 'tool_calls').some((call) => readThoughtSignature(call) !== undefined))),
  );
}

const isOthers = (carried: string | undefined, details: boolean): boolean =>
  carried !== undefined && (!details || isWrapped(carried));
