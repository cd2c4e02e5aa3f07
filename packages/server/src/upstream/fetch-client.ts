import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { createBodyDecoder } from './decode-body.ts';
import type { BodyDecoder } from './decode-body.ts';
import { failureOf } from './failure.ts';
import type {
  Origin,
  TransportCause,
  UpstreamCall,
  UpstreamClient,
  UpstreamHandler,
  UpstreamRequest,
} from './upstream.ts';

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
          ? sendThroughSocks(request, handler, agentFor(proxy), options, done)
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
      const response = await fetch(urlOf(request.origin, request.path), {
        method: request.method,
        headers: { 'accept-encoding': 'identity', ...request.headers },
        redirect: 'manual',
        signal: controller.signal,
        ...(request.body === undefined ? {} : { body: request.body }),
        ...(proxy === undefined ? {} : { proxy }),
        ...(options.ca === undefined ? {} : { tls: { ca: options.ca } }),
      });
      if (over) return;
      answered = true;
      const headers = new Map<string, string>(response.headers);
      // fetch has undone the coding by now, and neither of these is true any more.
      if (headers.delete('content-encoding')) headers.delete('content-length');
      handler.head(response.status, headers);
      const body: ReadableStream<Uint8Array> | null = response.body;
      const reader = body?.getReader();
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

function sendThroughSocks(
  request: UpstreamRequest,
  handler: UpstreamHandler,
  agent: SocksProxyAgent,
  options: FetchClientOptions,
  done: () => void,
): UpstreamCall {
  let over = false;
  let paused = false;
  let message: IncomingMessage | undefined;
  let decoder: BodyDecoder | undefined;

  const finish = (): boolean => {
    if (over) return false;
    over = true;
    done();
    return true;
  };
  const fail = (error: unknown): void => {
    if (!finish()) return;
    const failure = failureOf(error, message === undefined ? 'connect' : 'cut');
    handler.fail(failure.cause, failure.message);
  };

  const { origin } = request;
  const outgoing = (origin.tls ? requestHttps : requestHttp)(
    {
      host: origin.host,
      port: origin.port,
      path: request.path,
      method: request.method,
      agent,
      timeout: 0,
      headers: {
        'accept-encoding': 'identity',
        ...request.headers,
        ...(request.body === undefined ? {} : { 'content-length': String(request.body.length) }),
      },
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    },
    (answer) => {
      message = answer;
      if (over) return;
      const headers = new Map<string, string>();
      for (const [name, value] of Object.entries(answer.headers)) {
        if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
      }
      const end = (): void => {
        if (finish()) handler.end();
      };
      const data = (chunk: Uint8Array): void => {
        if (!over) handler.data(chunk);
      };
      const coding = headers.get('content-encoding');
      if (coding !== undefined && coding !== 'identity') {
        const refuse = (cause: TransportCause, text: string): void => {
          outgoing.destroy();
          if (finish()) handler.fail(cause, text);
        };
        decoder = createBodyDecoder(coding, { data, end, fail: refuse });
        if (decoder === undefined) return refuse('protocol', 'the upstream used a content coding it was not asked for');
        headers.delete('content-encoding');
        headers.delete('content-length');
      }
      handler.head(answer.statusCode ?? 0, headers);
      answer.on('data', (chunk: Buffer) => {
        if (decoder === undefined) data(chunk);
        else decoder.push(chunk);
      });
      answer.on('end', () => {
        if (!answer.complete) fail(new Error('the upstream closed before the end of its answer'));
        else if (decoder === undefined) end();
        else decoder.finish();
      });
      answer.on('error', fail);
      answer.on('aborted', () => fail(new Error('the upstream closed before the end of its answer')));
      if (paused) answer.pause();
    },
  );
  outgoing.on('error', fail);
  outgoing.end(request.body);

  return {
    abort() {
      if (!finish()) return;
      decoder?.drop();
      outgoing.destroy();
    },
    pause() {
      paused = true;
      message?.pause();
      decoder?.pause();
    },
    resume() {
      paused = false;
      message?.resume();
      decoder?.resume();
    },
  };
}
