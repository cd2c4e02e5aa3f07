import { countAt, type Counting } from '../../ir/counting.ts';
import { objectAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/**
 * `countTokens` takes contents alone, or a whole request (with its instructions and tools) under
 * `generateContentRequest`, which then names its model. https://ai.google.dev/api/tokens
 */
export const geminiCounting: Counting = {
  requestIn: (json) => objectAt(json, 'generateContentRequest') ?? objectAt(json, 'generate_content_request') ?? json,
  writeQuestion: (request, model) => ({ generateContentRequest: { model: `models/${model}`, ...request } }),
  readCount: (json) => countAt(json, 'totalTokens'),
  writeCount: (tokens) => ({ totalTokens: tokens }),
};

/** A request's model stands in its path; a question about one names it once more within. */
export function withGeminiModel(json: JsonObject, model: string): JsonObject {
  const request = objectAt(json, 'generateContentRequest');
  return request ? { ...json, generateContentRequest: { ...request, model: `models/${model}` } } : json;
}
