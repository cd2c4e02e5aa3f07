import type { ErrorWords, JsonObject, UpstreamFailure } from '../../protocol.ts';
import { encodeText } from '../../text.ts';
import { failureIn, readChatError } from '../openai-chat/errors.ts';

/** Anthropic's kinds of error and their statuses. https://platform.claude.com/docs/en/api/errors */
const statusOfType: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

const typeOfStatus: ReadonlyMap<number, string> = new Map([
  ...Object.entries(statusOfType).map(([type, status]) => [status, type] as const),
  [408, 'timeout_error'] as const,
  [503, 'overloaded_error'] as const,
]);

/** Anthropic's word for a status. */
export function typeFor(status: number): string {
  return typeOfStatus.get(status) ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
}

/** The failure that an error body or event tells of; `status` is the response's, 200 for one inside a stream. */
export function messagesFailureIn(json: unknown, status: number): UpstreamFailure | undefined {
  const failure = failureIn(json, status);
  if (!failure || status >= 300) return failure;
  const known = failure.type !== undefined && Object.hasOwn(statusOfType, failure.type) ? failure.type : undefined;
  return known === undefined ? failure : { ...failure, status: statusOfType[known] ?? failure.status };
}

/** Reads an upstream's refusal. Never throws. */
export function readMessagesError(status: number, bodyText: string): UpstreamFailure {
  return readChatError(status, bodyText);
}

/** An error body in Anthropic's shape; `code` is the gateway's own. */
export function writeMessagesError(words: ErrorWords, requestId: string): JsonObject {
  return {
    type: 'error',
    error: { type: typeFor(words.status), message: words.message, code: words.code },
    request_id: requestId,
  };
}

/** An error as the last event of a stream, in text. */
export function writeMessagesErrorFrame(words: ErrorWords, requestId: string): string {
  return `event: error\ndata: ${JSON.stringify(writeMessagesError(words, requestId))}\n\n`;
}

/** An error as the last event of a stream that had begun. */
export function writeMessagesStreamError(words: ErrorWords, requestId: string): Uint8Array {
  return encodeText(writeMessagesErrorFrame(words, requestId));
}
