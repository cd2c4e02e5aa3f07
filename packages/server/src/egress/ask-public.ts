import { getOnce } from '../upstream/get-once.ts';
import {
  allowanceOf,
  connectMs,
  failed,
  follow,
  isFailure,
  ownHeaders,
  timedOut,
  type Errand,
  type FetchFailure,
  type FetchPublicOptions,
} from './fetch-public.ts';
import type { Target } from './read-target.ts';

/** What one question is held to. */
export type AskLimits = {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  /** IP addresses, CIDR networks and host names that are asked although they are not public. */
  readonly allowPrivate: readonly string[];
};

/**
 * Asks an address that an operator wrote, or that was learnt from one, in the form of `fetch`. Rejects with an error for
 * people when it may not be asked or does not answer.
 */
export type AskPublic = (url: string, init: RequestInit, limits: AskLimits) => Promise<Response>;

/** Under the same guard as `createFetchPublic`, with a method, headers and a body; a redirect is an answer like any other. */
export function createAskPublic(options: FetchPublicOptions): AskPublic {
  return async (url, init, limits) => {
    const body = init.body === undefined || init.body === null ? undefined : await bytesOf(init.body);
    const headers: Record<string, string> = { ...ownHeaders, ...Object.fromEntries(new Headers(init.headers)) };
    if (init.body instanceof URLSearchParams) headers['content-type'] ??= 'application/x-www-form-urlencoded';
    const method = init.method?.toUpperCase() === 'POST' ? 'POST' : 'GET';
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(timedOut), limits.timeoutMs);
    try {
      const errand: Errand = {
        options,
        ports: portOf(url),
        stop: stop.signal,
        allowed: allowanceOf(limits.allowPrivate),
      };
      const answer = await follow<Response>(url, errand, (target, address) =>
        ask(target, address, errand, { method, headers, body, maxBytes: limits.maxBytes }),
      );
      if (isFailure(answer)) throw new Error(answer.problem);
      return answer;
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Whoever writes the address says the port with it. */
function portOf(url: string): readonly number[] {
  const port = URL.parse(url)?.port ?? '';
  return port === '' ? [80, 443] : [Number(port)];
}

const bytesOf = async (body: NonNullable<RequestInit['body']>): Promise<Uint8Array> =>
  new Uint8Array(await new Response(body).arrayBuffer());

type Question = {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly maxBytes: number;
};

function ask(
  { server, path }: Target,
  address: string,
  { stop, options }: Errand,
  { method, headers, body, maxBytes }: Question,
): Promise<Response | FetchFailure> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    let status = 0;
    let contentType = '';
    const settle = (answer: Response | FetchFailure): void => {
      stop.removeEventListener('abort', onStop);
      call.close();
      resolve(answer);
    };
    const onStop = (): void => settle(timedOut);
    const call = getOnce(
      { server: { ...server, address }, path, headers, method, body, connectTimeoutMs: connectMs, ca: options.ca },
      {
        head(answered, all) {
          status = answered;
          contentType = all.get('content-type') ?? '';
          if ((all.get('content-encoding')?.toLowerCase() ?? 'identity') !== 'identity')
            settle(failed('encoding', 'its server packed it unasked'));
        },
        data(chunk) {
          size += chunk.length;
          if (size > maxBytes) settle(failed('too_large', `its answer is larger than ${maxBytes} bytes`));
          else chunks.push(chunk);
        },
        end: () =>
          settle(
            // 204 and its kind may carry no body.
            new Response(size === 0 ? null : Buffer.concat(chunks), {
              status,
              headers: { 'content-type': contentType },
            }),
          ),
        fail: (cause, message) =>
          settle(failed('connection', 'its server could not be reached', `${cause} at ${address}: ${message}`)),
      },
    );
    stop.addEventListener('abort', onStop);
    if (stop.aborted) onStop();
  });
}
