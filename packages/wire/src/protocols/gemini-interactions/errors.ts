import { compact, isObject, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { ErrorWords, Json, JsonObject, UpstreamFailure } from '../../protocol.ts';
import { encodeText } from '../../text.ts';
import { geminiFailureIn, writeErrorDetails } from '../gemini/errors.ts';

/** The API's words for errors, and the statuses they come with. https://ai.google.dev/gemini-api/docs/api-errors */
const statusOfCode: ReadonlyMap<string, number> = new Map([
  ['invalid_request', 400],
  ['failed_precondition', 400],
  ['parameter_unknown', 400],
  ['authentication', 401],
  ['payment_required', 402],
  ['permission_denied', 403],
  ['not_found', 404],
  ['model_not_found', 404],
  ['out_of_range', 416],
  ['rate_limit_exceeded', 429],
  ['quota_exceeded', 429],
  ['cancelled', 499],
  ['internal', 500],
  ['unavailable', 503],
  ['deadline_exceeded', 504],
  ['gateway_timeout', 504],
]);

const codeOfStatus: ReadonlyMap<number, string> = new Map([
  [401, 'authentication'],
  [402, 'payment_required'],
  [403, 'permission_denied'],
  [404, 'not_found'],
  [408, 'deadline_exceeded'],
  [416, 'out_of_range'],
  [429, 'rate_limit_exceeded'],
  [499, 'cancelled'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'deadline_exceeded'],
  [529, 'unavailable'],
]);

function codeFor({ status, code }: ErrorWords): string {
  if (statusOfCode.get(code) === status) return code;
  return codeOfStatus.get(status) ?? (status >= 500 ? 'internal' : 'invalid_request');
}

function writeWords(words: ErrorWords, requestId: string): JsonObject {
  return { code: codeFor(words), message: words.message, details: writeErrorDetails(words, requestId) };
}

/** An error body. The gateway's own code and the request's id stand in the details, as in Google's other errors. */
export function writeInteractionsError(words: ErrorWords, requestId: string): JsonObject {
  return { error: writeWords(words, requestId) };
}

/** The text of an error as the last event of a stream. */
export function errorFrame(words: ErrorWords, requestId: string): string {
  return `event: error\ndata: ${JSON.stringify({ error: writeWords(words, requestId), event_type: 'error' })}\n\n`;
}

/** An error as the last event of a stream that had begun. */
export const writeInteractionsStreamError = (words: ErrorWords, requestId: string): Uint8Array =>
  encodeText(errorFrame(words, requestId));

const silent: UpstreamFailure = {
  status: 500,
  message: 'The upstream reported an error in its stream.',
  type: undefined,
  code: undefined,
  param: undefined,
};

/** The failure that an `error` event, or an error body inside a 200, tells of. */
export function interactionsFailureIn(json: Json): UpstreamFailure {
  const failure = geminiFailureIn(json, 500) ?? silent;
  const status = failure.code === undefined ? undefined : statusOfCode.get(failure.code);
  return status === undefined ? failure : { ...failure, status };
}

/** The failure of an interaction that ended in one, in the words of its `errors` or of the step that it broke off in. */
export function failureOfInteraction(interaction: JsonObject): UpstreamFailure {
  const told = objectsAt(interaction, 'errors')[0] ?? stepError(interaction);
  if (!told) return { ...silent, message: 'The interaction failed.' };
  return interactionsFailureIn({
    error: compact({ code: textAt(told, 'code'), message: textAt(told, 'message') ?? 'The interaction failed.' }),
  });
}

function stepError(interaction: JsonObject): JsonObject | undefined {
  for (const step of objectsAt(interaction, 'steps')) {
    const error = objectAt(step, 'error');
    if (isObject(error)) return error;
  }
  return undefined;
}
