import type { Socket, SocketHandler } from 'bun';
import { failureOf } from './failure.ts';
import { createResponseParser } from './response-parser.ts';
import type { ResponseParser } from './response-parser.ts';
import { sendBody } from './send-body.ts';
import type { BodySender } from './send-body.ts';
import type { Origin, StreamedBody, TransportCause, UpstreamHandler, UpstreamRequest } from './upstream.ts';

/** One socket to an origin; carries one exchange at a time. */
export type Connection = {
  /** Writes a request; reports go to `handler` until one of `end`, `fail`, or `drop`. False when the socket is already gone. */
  start(head: string, body: UpstreamRequest['body'], handler: UpstreamHandler): boolean;
  pause(): void;
  resume(): void;
  /** Tears the socket down without reports to the handler. */
  drop(): void;
  /** Milliseconds of the clock when it last became idle. */
  idleSince: number;
};

export type ConnectionOwner = {
  /** The exchange is over and the connection can carry another. Called before the handler's `end`. */
  idle(connection: Connection): void;
  /** The socket is gone or going. Called once, before the handler's `end` or `fail`. */
  gone(connection: Connection): void;
  /** A used connection died without one byte of answer: returns true when it takes the request elsewhere. */
  stale(connection: Connection): boolean;
};

/** Where a connection goes. */
export type ServerAddress = Pick<Origin, 'tls' | 'host' | 'port'> & {
  /** Connects to this IP address instead of resolving `host`, which remains the name that TLS is verified by. */
  readonly address?: string | undefined;
};

export type Opened = { readonly connection: Connection } | { readonly cause: TransportCause; readonly message: string };

/**
 * A kept-alive connection that was closed before the request reached it is noticed within a round trip. One that dies
 * later was working on the request, which must not be done twice behind the relay's back.
 */
const staleMs = 1000;

/** What an upstream answered before it hung up can still be read; this long at most until the socket says that it is closed. */
const closingMs = 1000;

/** Bodies up to this size leave in one write with their head. */
const joinLimit = 64 * 1024;
const scratch = Buffer.allocUnsafe(joinLimit + 16 * 1024);

/** Connects (and for TLS verifies the certificate by name), or says within `timeoutMs` why not. */
export function openConnection(
  server: ServerAddress,
  ca: string | undefined,
  timeoutMs: number,
  owner: ConnectionOwner,
): Promise<Opened> {
  return new Promise((resolve) => {
    const line = createLine(owner, (opened) => {
      clearTimeout(timer);
      resolve(opened);
    });
    const timer = setTimeout(() => {
      line.giveUp('connect_timeout', `no connection within ${timeoutMs} ms`);
    }, timeoutMs);
    const host = server.host.startsWith('[') ? server.host.slice(1, -1) : server.host;
    const tls = server.tls
      ? { tls: { serverName: host, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) } }
      : {};
    const failed = (error: unknown): void => {
      const failure = failureOf(error, 'connect');
      line.giveUp(failure.cause, failure.message);
    };
    try {
      Bun.connect<Line>({
        hostname: server.address ?? host,
        port: server.port,
        data: line,
        socket: server.tls ? tlsHandler : plainHandler,
        ...tls,
      }).catch(failed);
    } catch (error) {
      // What cannot even be tried (a host or a port that is none) is thrown at once.
      failed(error);
    }
  });
}

/** What the shared socket handlers see of a connection. */
type Line = {
  /** The socket is there, but its TLS handshake is still to come. */
  reached(socket: Socket<Line>): void;
  opened(socket: Socket<Line>): void;
  giveUp(cause: TransportCause, message: string): void;
  data(chunk: Buffer): void;
  drain(): void;
  ended(): void;
  closed(error: Error | undefined): void;
};

const sharedHandler = {
  data: (socket, chunk) => socket.data.data(chunk),
  drain: (socket) => socket.data.drain(),
  end: (socket) => socket.data.ended(),
  close: (socket, error) => socket.data.closed(error),
  error: (socket, error) => socket.data.closed(error),
  connectError() {
    // The promise of Bun.connect rejects with the same error.
  },
} as const satisfies SocketHandler<Line>;
const plainHandler: SocketHandler<Line> = { ...sharedHandler, open: (socket) => socket.data.opened(socket) };
const tlsHandler: SocketHandler<Line> = {
  ...sharedHandler,
  open: (socket) => socket.data.reached(socket),
  handshake(socket, success, error) {
    if (success && error === null) socket.data.opened(socket);
    else {
      const failure = failureOf(error, 'tls');
      socket.data.giveUp('tls', error === null ? 'the TLS handshake failed' : failure.message);
      socket.terminate();
    }
  },
};

function createLine(owner: ConnectionOwner, settle: (opened: Opened) => void): Line {
  let phase: 'connecting' | 'idle' | 'busy' | 'gone' = 'connecting';
  let socket: Socket<Line> | undefined;
  let handler: UpstreamHandler | undefined;
  let used = false;
  let answered = false;
  /** When the request under way was sent, monotonic. */
  let startedAt = 0;
  let paused = false;
  /** The part of the request that the kernel has not taken yet. */
  let unsent: readonly Uint8Array[] = [];
  /** Writes the request's streamed body; until all of it is written the connection is in the middle of a request. */
  let sending: BodySender | undefined;

  /** Ends the connection; returns the handler that has still to be told. */
  const leave = (): UpstreamHandler | undefined => {
    const waiting = handler;
    handler = undefined;
    const was = phase;
    phase = 'gone';
    parser.stop();
    unsent = [];
    sending?.stop();
    sending = undefined;
    socket?.terminate();
    if (was === 'busy' || was === 'idle') owner.gone(connection);
    return waiting;
  };
  const lose = (cause: TransportCause, message: string): void => {
    const early = performance.now() - startedAt < staleMs;
    if (phase === 'busy' && used && !answered && early && owner.stale(connection)) {
      leave();
      return;
    }
    leave()?.fail(cause, message);
  };

  const parser: ResponseParser = createResponseParser({
    head(status, headers) {
      // An upstream that refuses the request wants no more of it (RFC 9112 section 9.5).
      if (status >= 300) sending?.stop();
      handler?.head(status, headers);
    },
    data: (chunk) => handler?.data(chunk),
    end(clean) {
      const waiting = handler;
      // An answer that came before the whole request was sent leaves a connection in the middle of a request.
      if (clean && unsent.length === 0 && sending === undefined) {
        handler = undefined;
        phase = 'idle';
        used = true;
        if (paused) connection.resume();
        owner.idle(connection);
      } else leave();
      waiting?.end();
    },
    bad(cause, message) {
      leave()?.fail(cause, message);
    },
  });

  // Through a call, so that the compiler does not believe that a write cannot have changed it.
  const isIdle = (): boolean => phase === 'idle';

  /** Gives the kernel what it takes; false when the socket is closed. */
  const push = (parts: readonly Uint8Array[]): boolean => {
    for (let index = 0; index < parts.length; index += 1) {
      const part = parts[index];
      if (part === undefined || part.length === 0) continue;
      const wrote = socket?.write(part) ?? -1;
      if (wrote < 0) return false;
      if (wrote < part.length) {
        // The scratch buffer is used again at once by others; what is left of it must be kept apart.
        const rest = part.buffer === scratch.buffer ? Uint8Array.from(part.subarray(wrote)) : part.subarray(wrote);
        unsent = [rest, ...parts.slice(index + 1)];
        return true;
      }
    }
    unsent = [];
    return true;
  };

  /** The socket takes nothing more. What has come on it already is still to be read: it may be the answer, and say why. */
  const writeFailed = (): void => {
    setTimeout(() => {
      if (phase === 'busy') lose(answered ? 'cut' : 'reset', 'the connection closed');
    }, closingMs);
  };

  const stream = (body: StreamedBody, reports: UpstreamHandler): BodySender =>
    sendBody(body, body.byteLength === undefined, {
      write(part) {
        // The head may not have left yet.
        if (push([...unsent, part])) return unsent.length === 0 ? 'taken' : 'full';
        writeFailed();
        return 'closed';
      },
      sent: reports.sent,
      done() {
        sending = undefined;
      },
      fail: (message) => leave()?.fail('request_body', message),
    });

  const connection: Connection = {
    idleSince: 0,
    start(head, body, next) {
      if (phase !== 'idle') return false;
      // Still idle while writing: a close noticed by the write is the caller's to handle, nobody else's.
      answered = false;
      startedAt = performance.now();
      parser.reset();
      const bytes = body === undefined || body instanceof Uint8Array ? body : undefined;
      let sent: boolean;
      if (head.length + (bytes?.length ?? 0) <= scratch.length) {
        const length = scratch.write(head, 0, 'latin1');
        if (bytes !== undefined) scratch.set(bytes, length);
        sent = push([scratch.subarray(0, length + (bytes?.length ?? 0))]);
      } else sent = push(bytes === undefined ? [Buffer.from(head, 'latin1')] : [Buffer.from(head, 'latin1'), bytes]);
      if (!sent || !isIdle()) {
        connection.drop();
        return false;
      }
      phase = 'busy';
      handler = next;
      if (body !== undefined && !(body instanceof Uint8Array)) sending = stream(body, next);
      return true;
    },
    pause() {
      if (paused || phase === 'gone') return;
      paused = true;
      socket?.pause();
    },
    resume() {
      if (!paused) return;
      paused = false;
      if (phase !== 'gone') socket?.resume();
    },
    drop() {
      if (phase !== 'gone') leave();
    },
  };

  return {
    reached(reached) {
      if (phase === 'connecting') socket = reached;
      else reached.terminate();
    },
    opened(opened) {
      if (phase !== 'connecting') {
        opened.terminate();
        return;
      }
      socket = opened;
      opened.setNoDelay(true);
      phase = 'idle';
      settle({ connection });
    },
    giveUp(cause, message) {
      if (phase !== 'connecting') return;
      phase = 'gone';
      settle({ cause, message });
      // One that never answers the handshake would otherwise stay open for as long as the upstream likes.
      socket?.terminate();
    },
    data(chunk) {
      // Bytes that nobody asked for: whatever they are, they must not become the next request's answer.
      if (phase !== 'busy') {
        if (phase === 'idle') leave();
        return;
      }
      answered = true;
      try {
        parser.feed(chunk);
      } catch (error) {
        // A bug in the handler; the exchange still has to end once, and this connection with it.
        leave()?.fail('protocol', `reading the answer failed: ${String(error)}`);
      }
    },
    drain() {
      if (phase !== 'busy') return;
      if (unsent.length > 0 && !push(unsent)) writeFailed();
      else if (unsent.length === 0) sending?.drained();
    },
    ended() {
      if (phase === 'idle') leave();
      else if (phase === 'busy' && answered) parser.eof();
      else if (phase === 'busy') lose('reset', 'the upstream closed the connection without an answer');
    },
    closed(error) {
      if (phase === 'connecting') {
        phase = 'gone';
        const failure = failureOf(error, 'connect');
        settle({
          cause: failure.cause,
          message: error === undefined ? 'the connection closed at once' : failure.message,
        });
      } else if (phase === 'idle') leave();
      else if (phase === 'busy') {
        const why = error === undefined ? 'the upstream closed the connection' : error.message;
        if (error === undefined && answered) parser.eof();
        else lose(answered ? 'cut' : 'reset', why);
      }
    },
  };
}
