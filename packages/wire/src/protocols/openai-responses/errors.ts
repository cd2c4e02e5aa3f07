import { isObject, objectAt, textAt } from '../../json/fields.ts';
import type { ErrorWords, Json, JsonObject, UpstreamFailure } from '../../protocol.ts';
import { encodeText } from '../../text.ts';
import { failureIn } from '../openai-chat/errors.ts';

/** Codes of a response that failed, and the statuses they would have had. Those of images are the client's fault. */
const statusOfCode: Readonly<Record<string, number>> = {
  server_error: 500,
  vector_store_timeout: 504,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  invalid_prompt: 400,
  data_residency_mismatch: 400,
  bio_policy: 400,
  misalignment_policy_violation: 400,
  context_length_exceeded: 400,
};

function statusOf(failure: UpstreamFailure): number {
  const { code } = failure;
  if (code === undefined) return failure.status;
  if (Object.hasOwn(statusOfCode, code)) return statusOfCode[code] ?? failure.status;
  return code.includes('image') ? 400 : failure.status;
}

const silent: UpstreamFailure = {
  status: 500,
  message: 'The upstream reported an error in its stream.',
  type: undefined,
  code: undefined,
  param: undefined,
};

/**
 * The failure that an `error` event, a `response.failed` one, or a whole response inside a 200 tells of. The event's
 * fields stand in it (as documented) or under `error` (as sent).
 */
export function responsesFailureIn(json: Json): UpstreamFailure {
  const response = isObject(json) ? objectAt(json, 'response') : undefined;
  const body = response ?? json;
  const nested = isObject(body) ? objectAt(body, 'error') : undefined;
  const flat = isObject(body) && nested === undefined && textAt(body, 'message') !== undefined ? { error: body } : body;
  const failure = failureIn(flat, 200);
  if (!failure) return silent;
  const type = failure.type === 'error' ? undefined : failure.type;
  return { ...failure, type, status: statusOf({ ...failure, type }) };
}

/** Whether a whole response is none: an error, or one that failed. */
export function isFailed(json: JsonObject): boolean {
  return textAt(json, 'status') === 'failed' || objectAt(json, 'error') !== undefined || !Array.isArray(json['output']);
}

/** The `error` event. Its words stand in it, as documented, and under `error`, where OpenAI's own sends them. */
export function errorEvent(words: ErrorWords, sequence: number): JsonObject {
  const { code, message, param, type } = words;
  return { type: 'error', sequence_number: sequence, code, message, param, error: { type, code, message, param } };
}

/** An error as the last event of a stream that had begun; which number it has among the events is not known here. */
export function writeResponsesStreamError(words: ErrorWords, _requestId: string): Uint8Array {
  return encodeText(`event: error\ndata: ${JSON.stringify(errorEvent(words, 0))}\n\n`);
}
