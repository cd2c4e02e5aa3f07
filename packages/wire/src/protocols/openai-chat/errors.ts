import { parseJson } from '../../json/exact.ts';
import type { ErrorWords, JsonObject, UpstreamFailure } from '../../protocol.ts';
import { cutAtWord, encodeText } from '../../text.ts';
import { readRetryInfo } from '../retry-info.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Longest message kept of an upstream's; some answer with whole pages. */
const MAX_MESSAGE = 2000;

function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : cutAtWord(value.trim(), MAX_MESSAGE);
  if (typeof value === 'number') return String(value);
  // FastAPI's and Mistral's validation errors: an object or a list of them where a sentence is expected.
  if (typeof value === 'object' && value !== null) return cutAtWord(JSON.stringify(value), MAX_MESSAGE);
  return undefined;
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? text(value) : undefined;
}

/** A failure from what stands under `error`: an object (OpenAI, Anthropic, Gemini) or a plain sentence (Ollama, xAI). */
function fromError(status: number, error: unknown, beside: Raw): UpstreamFailure | undefined {
  if (!isObject(error)) {
    if (typeof error !== 'string') return undefined;
    const message = text(error);
    if (message === undefined) return undefined;
    return { status, message, type: word(beside['type']), code: word(beside['code']), param: undefined };
  }
  const message = text(error['message']) ?? text(error['msg']) ?? text(error['detail']);
  const type = word(error['type']) ?? word(error['status']);
  const code = word(error['code']);
  if (message === undefined && type === undefined && code === undefined) return undefined;
  // OpenRouter tells the real cause, the words of the vendor behind it, in `metadata`.
  const metadata = isObject(error['metadata']) ? text(error['metadata']['raw']) : undefined;
  const words = message ?? type ?? code ?? '';
  return {
    status,
    message: cutAtWord(metadata === undefined ? words : `${words} (${metadata})`, MAX_MESSAGE),
    type,
    code,
    param: word(error['param']),
    // Google's own, and those of who speaks this protocol in its place or behind its models.
    retryAfterMs: readRetryInfo(error as JsonObject),
  };
}

/** Where vendors that have no `error` put their words, the first that says something. */
function looseMessage(json: Raw): string | undefined {
  for (const key of ['message', 'msg', 'err', 'error_msg', 'detail', 'errors']) {
    const found = text(json[key]);
    if (found !== undefined) return found;
  }
  if (isObject(json['header'])) return text(json['header']['message']);
  if (isObject(json['response']) && isObject(json['response']['error']))
    return text(json['response']['error']['message']);
  return undefined;
}

/**
 * The failure that parsed JSON tells of, or undefined when it tells of none. `status` is the response's; a failure
 * found inside a success is given one by {@link statusWithin}.
 */
export function failureIn(json: unknown, status: number): UpstreamFailure | undefined {
  // Gemini's compatible endpoint wraps its errors in an array.
  const body: unknown = Array.isArray(json) ? json[0] : json;
  if (!isObject(body)) return undefined;
  const found = fromError(status, body['error'], body);
  const failure = found ?? loose(body, status);
  if (!failure || status >= 300) return failure;
  return { ...failure, status: statusWithin(body, failure) };
}

function loose(body: Raw, status: number): UpstreamFailure | undefined {
  const message = looseMessage(body);
  if (message === undefined) return undefined;
  return { status, message, type: word(body['type']), code: word(body['code']), param: word(body['param']) };
}

const statusOfWord: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  content_filter: 400,
  authentication_error: 401,
  invalid_api_key: 401,
  insufficient_quota: 429,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  overloaded_error: 503,
};

/** The status an error inside a 200 would have had: a numeric code that is one, else by the usual words, else 500. */
function statusWithin(body: Raw, failure: UpstreamFailure): number {
  const error = isObject(body['error']) ? body['error'] : body;
  for (const value of [error['code'], error['status_code'], error['status'], body['status'], body['code']]) {
    const status = typeof value === 'string' ? Number(value) : value;
    if (typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599) return status;
  }
  for (const said of [failure.code, failure.type]) {
    const status = said !== undefined && Object.hasOwn(statusOfWord, said) ? statusOfWord[said] : undefined;
    if (status !== undefined) return status;
  }
  return 500;
}

/**
 * Reads an upstream's refusal. A body that is not JSON (a proxy's HTML page, say) tells nothing fit to repeat, so only
 * the status is told. Never throws.
 */
export function readChatError(status: number, bodyText: string): UpstreamFailure {
  const unknown = {
    status,
    message: `The upstream answered with status ${status}.`,
    type: undefined,
    code: undefined,
    param: undefined,
  };
  return failureIn(parseJson(bodyText), status) ?? unknown;
}

/** An error body in OpenAI's shape. The request's id travels in a header, as it does at OpenAI. */
export function writeChatError(words: ErrorWords, _requestId: string): JsonObject {
  return { error: { message: words.message, type: words.type, param: words.param, code: words.code } };
}

/** An error as the last frame of a stream that had begun; no `[DONE]` follows it. */
export function writeChatStreamError(words: ErrorWords, requestId: string): Uint8Array {
  return encodeText(`data: ${JSON.stringify(writeChatError(words, requestId))}\n\n`);
}
