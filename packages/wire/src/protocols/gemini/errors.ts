import { camelKeys } from './cases.ts';
import { parseJson } from '../../json/exact.ts';
import { isObject, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { ErrorWords, JsonObject, UpstreamFailure } from '../../protocol.ts';
import { encodeText } from '../../text.ts';
import { failureIn, readChatError } from '../openai-chat/errors.ts';
import { writeRetryInfo } from '../retry-info.ts';

/** Google's words for statuses. https://cloud.google.com/apis/design/errors#handling_errors */
const wordOfStatus: ReadonlyMap<number, string> = new Map([
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [402, 'FAILED_PRECONDITION'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [405, 'UNIMPLEMENTED'],
  [408, 'DEADLINE_EXCEEDED'],
  [409, 'ABORTED'],
  [429, 'RESOURCE_EXHAUSTED'],
  [499, 'CANCELLED'],
  [500, 'INTERNAL'],
  [501, 'UNIMPLEMENTED'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
  [529, 'UNAVAILABLE'],
]);

function wordFor(status: number): string {
  return wordOfStatus.get(status) ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT');
}

/** Reasons told in the details that say more than the status does: a wrong key is a plain 400. */
const statusOfReason: Readonly<Record<string, number>> = { API_KEY_INVALID: 401, API_KEY_EXPIRED: 401 };

/** Finds the machine-readable reason of an error, and gives the failure the status it should have had. */
function refine(failure: UpstreamFailure, json: unknown): UpstreamFailure {
  const body: unknown = Array.isArray(json) ? json[0] : json;
  const error = isObject(body) ? objectAt(body, 'error') : undefined;
  if (!error) return failure;
  const reason = objectsAt(error, 'details')
    .map((detail) => textAt(detail, 'reason'))
    .find((word) => word !== undefined);
  const status = reason !== undefined && Object.hasOwn(statusOfReason, reason) ? statusOfReason[reason] : undefined;
  return { ...failure, code: reason ?? textAt(error, 'status') ?? failure.code, status: status ?? failure.status };
}

/** The failure that an error body or frame tells of; `status` is the response's, 200 for one inside a success. */
export function geminiFailureIn(json: unknown, status: number): UpstreamFailure | undefined {
  const failure = failureIn(json, status);
  return failure && refine(failure, json);
}

/** Reads an upstream's refusal. Never throws. */
export function readGeminiError(status: number, bodyText: string): UpstreamFailure {
  return refine(readChatError(status, bodyText), parseJson(bodyText));
}

/** A prompt that was refused: told in a 200 without any candidate. Undefined when there is an answer. */
export function promptBlocked(json: JsonObject): UpstreamFailure | undefined {
  const feedback = objectAt(json, 'promptFeedback');
  const told = feedback && camelKeys(feedback);
  const reason = told && textAt(told, 'blockReason');
  if (reason === undefined || reason === 'BLOCKED_REASON_UNSPECIFIED') return undefined;
  if (objectsAt(json, 'candidates').length > 0) return undefined;
  const words = textAt(told ?? {}, 'blockReasonMessage');
  return {
    status: 400,
    message: `The prompt was blocked (${reason}).${words === undefined ? '' : ` ${words}`}`,
    type: 'content_filter',
    code: 'prompt_blocked',
    param: undefined,
  };
}

/**
 * An error body in Google's shape. The gateway's own code and the request's id stand in the details, in the types that
 * Google has for them.
 */
export function writeGeminiError(words: ErrorWords, requestId: string): JsonObject {
  return {
    error: {
      code: words.status,
      message: words.message,
      status: wordFor(words.status),
      details: writeErrorDetails(words, requestId),
    },
  };
}

/** What an error tells beside its words: the gateway's own code, the request, when to come back, and the field at fault. */
export function writeErrorDetails(words: ErrorWords, requestId: string): readonly JsonObject[] {
  return [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: words.code.toUpperCase(),
      domain: 'tollgate',
      metadata: { code: words.code },
    },
    { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId },
    ...(words.retryAfterMs === undefined ? [] : [writeRetryInfo(words.retryAfterMs)]),
    ...(words.param === null
      ? []
      : [
          {
            '@type': 'type.googleapis.com/google.rpc.BadRequest',
            fieldViolations: [{ field: words.param, description: words.message }],
          },
        ]),
  ];
}

/** An error as the last event of a stream that had begun. */
export function writeGeminiStreamError(words: ErrorWords, requestId: string): Uint8Array {
  return encodeText(`data: ${JSON.stringify(writeGeminiError(words, requestId))}\n\n`);
}
