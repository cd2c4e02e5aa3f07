import WebSocket from 'ws';
import { failureOf } from './failure.ts';
import { hostHeaderOf } from './request-head.ts';
import type { TransportCause, UpstreamRequest } from './upstream.ts';

/** A WebSocket message: a string for text, bytes for binary. */
export type Frame = string | Uint8Array;

export type UpstreamSocketRequest = Pick<UpstreamRequest, 'origin' | 'path' | 'headers' | 'connectTimeoutMs'> & {
  /** Subprotocols to offer, best first; often none. */
  readonly subprotocols: readonly string[];
  /** A larger frame of the upstream's ends the session. */
  readonly maxFrameBytes: number;
};

/**
 * Called as things arrive, never within `openUpstreamSocket`. Either `opened` comes, and later `closed`; or one of
 * `refused` and `failed`, and nothing after it. After `abort()` nothing is called.
 */
export type UpstreamSocketHandler = {
  /** Paused: nothing is read until `resume`. */
  opened(): void;
  /** The upstream answered the handshake with a status of its own; the body is cut where it is long. */
  refused(status: number, headers: ReadonlyMap<string, string>, bodyText: string): void;
  failed(cause: TransportCause, message: string): void;
  frame(frame: Frame): void;
  /** With the code of the close frame; 1006 when the connection broke. `cause` says why it did, where that is known. */
  closed(code: number, reason: string, cause: TransportCause | undefined): void;
};

export type UpstreamSocket = {
  send(frame: Frame): void;
  /** Bytes that the kernel has not taken yet. */
  buffered(): number;
  pause(): void;
  resume(): void;
  /** Ends it with a close frame; `closed` comes when the upstream has answered that. */
  close(code: number): void;
  abort(): void;
};

/** Most of a refusal's body that is read. */
const maxErrorBytes = 64 << 10;

/** Whether a proxy can be gone through: HTTP ones can, SOCKS ones cannot. */
export const socketsPass = (proxy: string | undefined): boolean => proxy === undefined || /^https?:/i.test(proxy);

/** Opens a WebSocket to an upstream. Redirects are refusals, compression is not offered. */
export function openUpstreamSocket(request: UpstreamSocketRequest, handler: UpstreamSocketHandler): UpstreamSocket {
  const { origin, path, headers, subprotocols } = request;
  const url = `${origin.tls ? 'wss' : 'ws'}://${hostHeaderOf(origin)}${path}`;
  let phase: 'connecting' | 'open' | 'over' = 'connecting';
  let broke: TransportCause | undefined;
  const options: WebSocket.ClientOptions & { readonly proxy?: string } = {
    headers: { ...headers },
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: request.maxFrameBytes,
    ...(origin.proxy !== undefined && { proxy: origin.proxy }),
  };
  const fail = (cause: TransportCause, message: string): void => {
    if (phase !== 'connecting') return;
    phase = 'over';
    clearTimeout(timer);
    handler.failed(cause, message);
  };
  const timer = setTimeout(() => {
    fail('connect_timeout', `no session within ${request.connectTimeoutMs} ms`);
    socket?.terminate();
  }, request.connectTimeoutMs);
  let socket: WebSocket | undefined;
  try {
    socket = new WebSocket(url, [...subprotocols], options);
  } catch (error) {
    // A header that is none, or a host: the caller has nothing in hand yet.
    queueMicrotask(() => fail('protocol', error instanceof Error ? error.message : String(error)));
    return dead;
  }
  const opened = socket;

  opened.on('open', () => {
    clearTimeout(timer);
    if (phase === 'over') return opened.terminate();
    phase = 'open';
    opened.pause();
    handler.opened();
  });
  opened.on('unexpected-response', (_, answer) => {
    let text = '';
    const refused = (): void => {
      if (phase !== 'connecting') return;
      phase = 'over';
      clearTimeout(timer);
      const given = Object.entries(answer.headers).map(
        ([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')] as const,
      );
      handler.refused(answer.statusCode ?? 0, new Map(given), text);
      opened.terminate();
    };
    answer.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.length >= maxErrorBytes) refused();
    });
    answer.on('end', refused);
    answer.on('error', refused);
  });
  opened.on('error', (error) => {
    if (/max payload/i.test(error.message)) broke = 'too_large';
    const { cause, message } = failureOf(error, 'connect');
    fail(cause, message);
  });
  opened.onmessage = ({ data }) => {
    if (phase === 'open') handler.frame(typeof data === 'string' ? data : bytesOf(data));
  };
  opened.on('close', (code, reason) => {
    if (phase === 'connecting') return fail('reset', 'the upstream closed the connection without an answer');
    if (phase === 'over') return;
    phase = 'over';
    handler.closed(code, reason.toString(), broke);
  });

  return {
    send: (frame) => opened.send(frame),
    buffered: () => opened.bufferedAmount,
    pause: () => opened.pause(),
    resume: () => opened.resume(),
    close: (code) => opened.close(code),
    abort() {
      phase = 'over';
      clearTimeout(timer);
      opened.terminate();
    },
  };
}

function bytesOf(data: Exclude<WebSocket.Data, string>): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

const nothing = (): void => undefined;
const dead: UpstreamSocket = {
  send: nothing,
  buffered: () => 0,
  pause: nothing,
  resume: nothing,
  close: nothing,
  abort: nothing,
};
