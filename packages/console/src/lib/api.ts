import { addressOf } from './base.ts';

/** What an error of the admin API says; `status` 0 is a gateway that did not answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly param: string | undefined;
  readonly requestId: string | undefined;

  constructor(status: number, code: string, message: string, param?: string, requestId?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
    this.requestId = requestId;
  }
}

/** What a schema of `@tollgate/contract` promises, as a type only: the schemas themselves stay out of the bundle. */
export type Promised<S extends { readonly parse: (value: unknown) => unknown }> = ReturnType<S['parse']>;

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/**
 * One call of the admin API; `path` is below `/api/v1`. Throws {@link ApiError} for every answer that is no success.
 * The shape of the answer is the contract's word: both sides are built from it together.
 */
export async function call<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(addressOf(`api/v1/${path}`), {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'no_answer', 'The gateway does not answer. Check that it is running and reachable.');
  }
  const text = await response.text();
  if (!response.ok) throw readError(response.status, text);
  const json: unknown = text === '' ? undefined : JSON.parse(text);
  return json as T;
}

function readError(status: number, text: string): ApiError {
  const { error } = parseObject(text);
  if (!isObject(error)) return new ApiError(status, 'unknown', `The gateway answered ${status}.`);
  const word = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return new ApiError(
    status,
    word(error.code) ?? 'unknown',
    word(error.message) ?? `The gateway answered ${status}.`,
    word(error.param),
    word(error.requestId),
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
