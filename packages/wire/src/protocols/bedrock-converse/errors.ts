import { isObject, objectAt, parseObject, textAt } from '../../json/fields.ts';
import type { JsonObject, UpstreamFailure } from '../../protocol.ts';
import { readChatError } from '../openai-chat/errors.ts';
import { cutAtWord } from '../../text.ts';

/**
 * Statuses of Bedrock's exceptions: inside a stream there is no other, and some answers' own say less than the name. A
 * model that failed (424) is the upstream's fault and not the request's; a quota (400) is no bad request.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
 */
const statusOfException: ReadonlyMap<string, number> = new Map([
  ['accessdenied', 403],
  ['expiredtoken', 401],
  ['incompletesignature', 401],
  ['invalidsignature', 401],
  ['missingauthenticationtoken', 401],
  ['unrecognizedclient', 401],
  ['validation', 400],
  ['resourcenotfound', 404],
  ['unknownoperation', 404],
  ['modeltimeout', 408],
  ['conflict', 409],
  ['throttling', 429],
  ['servicequotaexceeded', 429],
  ['modelnotready', 429],
  ['modelerror', 502],
  ['modelstreamerror', 502],
  ['eventstream', 502],
  ['internalserver', 500],
  ['internalfailure', 500],
  ['serviceunavailable', 503],
]);

/** The channel's model is at fault, not the request: a bad request elsewhere would be no cause to try another target. */
const modelWords = /model identifier is invalid|on-demand throughput isn.t supported|model version .* end of its life/i;

/** `com.amazon.coral#ThrottlingException:http://…` and `throttlingException` are `ThrottlingException`. */
function nameOf(told: string | undefined): string | undefined {
  const name = told?.split(':', 1)[0]?.split('#').at(-1);
  return name === undefined || name === '' ? undefined : `${name[0]?.toUpperCase()}${name.slice(1)}`;
}

function failureOf(name: string | undefined, json: JsonObject, status: number): UpstreamFailure {
  const key = name?.toLowerCase().replace(/(?:exception|error)$/, '') ?? '';
  const words = textAt(json, 'message') ?? textAt(json, 'Message') ?? textAt(json, 'originalMessage');
  const message = cutAtWord(words?.trim() ?? '', 2000);
  const found = statusOfException.get(key === 'model' ? 'modelerror' : key) ?? (status >= 300 ? status : 500);
  return {
    status: found === 400 && modelWords.test(message) ? 404 : found,
    message: message === '' ? (name ?? 'The upstream reported an error.') : message,
    type: name,
    code: undefined,
    param: undefined,
  };
}

/** The failure that an exception in a stream tells of, or a 200 that is no answer. */
export function converseFailureIn(event: string | undefined, json: JsonObject | undefined): UpstreamFailure {
  const told = json && textAt(json, '__type');
  return failureOf(nameOf(told ?? (event === 'error' ? undefined : event)), json ?? {}, 200);
}

/**
 * Reads an upstream's refusal. Its name stands in the header `x-amzn-errortype`, or in the body's `__type`. Never throws.
 */
export function readConverseError(
  status: number,
  bodyText: string,
  header?: (name: string) => string | undefined,
): UpstreamFailure {
  const json = parseObject(bodyText);
  const inner = json && objectAt(json, 'Output');
  const told = header?.('x-amzn-errortype') ?? (json && textAt(json, '__type')) ?? (inner && textAt(inner, '__type'));
  const name = nameOf(told);
  if (!isObject(json) || (name === undefined && !('message' in json) && !('Message' in json)))
    return readChatError(status, bodyText);
  return failureOf(name, json, status);
}
