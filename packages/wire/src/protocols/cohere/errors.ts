import type { ErrorWords, JsonObject } from '../../protocol.ts';

/** An error body in Cohere's shape: words, and the request's id. https://docs.cohere.com/v2/reference/errors */
export const writeCohereError = (words: ErrorWords, requestId: string): JsonObject => ({
  id: requestId,
  message: words.message,
});
