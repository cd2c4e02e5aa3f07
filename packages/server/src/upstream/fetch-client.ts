import { SocksProxyAgent } from 'socks-proxy-agent';
import { failureOf } from './failure.ts';
import { streamOf } from './open-body.ts';
import { sendThroughSocks } from './send-through-socks.ts';
import type { Origin, UpstreamCall, UpstreamClient, UpstreamHandler, UpstreamRequest } from './upstream.ts';

export type FetchClientOptions = {
  /** Certificate authorities (PEM) to trust instead of the system's. */
  readonly ca?: string | undefined;
};

/**
 * The client for channels behind a proxy: Bun's `fetch` for direct and HTTP(S)-proxied origins, `node:http(s)` for SOCKS.
 * Redirects are answers like any other, bodies are handed on as they come (identity is asked for).
 * `connectTimeoutMs` cannot be told apart from waiting for the head here; the relay's first-byte deadline covers it.
 */
export function createFetchClient(options: FetchClientOptions = {}): UpstreamClient {
  const live = new Set<UpstreamCall>();
  const agents = new Map<string, SocksProxyAgent>();

  const agentFor = (proxy: string): SocksProxyAgent => {
    const known = agents.get(proxy);
    if (known !== undefined) return known;
    const made = new SocksProxyAgent(proxy, { keepAlive: true });
    agents.set(proxy, made);
    return made;
  };

  return {
    send(request, handler) {
      const { proxy } = request.origin;
      const done = (): void => void live.delete(call);
      const call: UpstreamCall =
        proxy !== undefined && proxy.startsWith('socks')
          ? sendThroughSocks(request, handler, agentFor(proxy), options.ca, done)
          : sendWithFetch(request, handler, options, done);
      live.add(call);
      return call;
    },
    stats: () => ({ active: live.size, idle: 0 }),
    close() {
      for (const call of live) call.abort();
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

function urlOf(origin: Origin, path: string): string {
  const host = origin.host.includes(':') && !origin.host.startsWith('[') ? `[${origin.host}]` : origin.host;
  return `${origin.tls ? 'https' : 'http'}://${host}:${origin.port}${path}`;
}

/** What is sent, as fetch takes it: a length that is known has to be said of a stream. */
function bodyOf(
  { body }: UpstreamRequest,
  { sent }: UpstreamHandler,
): {
  readonly headers: Readonly<Record<string, string>>;
  readonly init: { readonly body?: Uint8Array | ReadableStream<Uint8Array> };
} {
  if (body === undefined) return { headers: {}, init: {} };
  if (body instanceof Uint8Array) return { headers: {}, init: { body } };
  const headers = body.byteLength === undefined ? undefined : { 'content-length': String(body.byteLength) };
  return { headers: headers ?? {}, init: { body: streamOf(body, sent) } };
}

function sendWithFetch(
  request: UpstreamRequest,
  handler: UpstreamHandler,
  options: FetchClientOptions,
  done: () => void,
): UpstreamCall {
  const controller = new AbortController();
  let over = false;
  let resumed: (() => void) | undefined;
  let gate: Promise<void> | undefined;

  const finish = (): boolean => {
    if (over) return false;
    over = true;
    done();
    return true;
  };

  const run = async (): Promise<void> => {
    let answered = false;
    try {
      const { proxy } = request.origin;
      const body = bodyOf(request, handler);
      const response = await fetch(urlOf(request.origin, request.path), {
        method: request.method,
        headers: { 'accept-encoding': 'identity', ...request.headers, ...body.headers },
        redirect: 'manual',
        signal: controller.signal,
        ...body.init,
        ...(proxy === undefined ? {} : { proxy }),
        ...(options.ca === undefined ? {} : { tls: { ca: options.ca } }),
      });
      if (over) return;
      answered = true;
      const headers = new Map<string, string>(response.headers);
      // fetch has undone the coding by now, and neither of these is true any more.
      if (headers.delete('content-encoding')) headers.delete('content-length');
      handler.head(response.status, headers);
      const answer: ReadableStream<Uint8Array> | null = response.body;
      const reader = answer?.getReader();
      while (reader !== undefined && !over) {
        if (gate !== undefined) await gate;
        const { done: ended, value } = await reader.read();
        if (gate !== undefined) await gate;
        if (over || ended) break;
        if (value.length > 0) handler.data(value);
      }
      if (finish()) handler.end();
    } catch (error) {
      if (!finish()) return;
      const failure = failureOf(error, answered ? 'cut' : 'reset');
      handler.fail(failure.cause, failure.message);
    }
  };
  // One turn later, so that even a failure to build the request is not reported inside `send`.
  queueMicrotask(() => void (over ? undefined : run()));

  return {
    abort() {
      if (!finish()) return;
      controller.abort();
      resumed?.();
    },
    pause() {
      gate ??= new Promise((resolve) => {
        resumed = resolve;
      });
    },
    resume() {
      gate = undefined;
      resumed?.();
      resumed = undefined;
    },
  };
}
