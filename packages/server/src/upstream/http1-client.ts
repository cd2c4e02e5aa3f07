import { openConnection } from './connection.ts';
import type { Connection, ConnectionOwner } from './connection.ts';
import { createBodyDecoder } from './decode-body.ts';
import type { BodyDecoder } from './decode-body.ts';
import { hostHeaderOf, writeHead } from './request-head.ts';
import type {
  Origin,
  TransportCause,
  UpstreamCall,
  UpstreamClient,
  UpstreamHandler,
  UpstreamRequest,
} from './upstream.ts';

export type Http1Options = {
  /** Certificate authorities (PEM) to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** Connections to one origin, busy and idle; further requests wait. */
  readonly maxConnections?: number | undefined;
  readonly maxIdle?: number | undefined;
  /** Shorter than what upstreams commonly allow, so that most idle connections are closed from this side. */
  readonly idleTimeoutMs?: number | undefined;
  /** Milliseconds, monotonic. */
  readonly clock?: (() => number) | undefined;
};

type Exchange = {
  readonly request: UpstreamRequest;
  readonly handler: UpstreamHandler;
  readonly head: string;
  connection: Connection | undefined;
  decoder: BodyDecoder | undefined;
  over: boolean;
  paused: boolean;
  /** Sent again after a kept-alive connection turned out to be closed; happens once. */
  again: boolean;
};

type Pool = {
  readonly hostHeader: string;
  send(exchange: Exchange): void;
  sweep(olderThan: number): void;
  counts(): { readonly active: number; readonly idle: number };
  close(): void;
};

/**
 * Our own HTTP/1.1 client over `Bun.connect`: kept-alive connections per origin, the newest idle one first,
 * one write per request, body bytes handed on uncopied. Ignores `origin.proxy`; see `createUpstreamClient`.
 */
export function createHttp1Client(options: Http1Options = {}): UpstreamClient {
  const clock = options.clock ?? (() => performance.now());
  const idleTimeoutMs = options.idleTimeoutMs ?? 30_000;
  const pools = new Map<string, Pool>();
  // Origins are made once per channel, so the object itself is the quickest key.
  const known = new WeakMap<Origin, Pool>();

  const poolFor = (origin: Origin): Pool => {
    const found = known.get(origin);
    if (found !== undefined) return found;
    const key = `${origin.tls ? 'https' : 'http'}://${origin.host}:${origin.port}`;
    const pool = pools.get(key) ?? createPool(origin, options, clock);
    pools.set(key, pool);
    known.set(origin, pool);
    return pool;
  };

  const sweeper = setInterval(
    () => {
      for (const pool of pools.values()) pool.sweep(clock() - idleTimeoutMs);
    },
    Math.max(10, Math.min(idleTimeoutMs / 2, 5_000)),
  );
  sweeper.unref();

  return {
    send(request, handler) {
      const pool = poolFor(request.origin);
      const head = writeHead(request, pool.hostHeader);
      const exchange: Exchange = {
        request,
        handler,
        head: head ?? '',
        connection: undefined,
        decoder: undefined,
        over: false,
        paused: false,
        again: false,
      };
      if (head === undefined)
        queueMicrotask(() => fail(exchange, 'protocol', 'the request has an unfit path or header'));
      else pool.send(exchange);
      return callFor(exchange);
    },
    stats() {
      let active = 0;
      let idle = 0;
      for (const pool of pools.values()) {
        const counts = pool.counts();
        active += counts.active;
        idle += counts.idle;
      }
      return { active, idle };
    },
    close() {
      clearInterval(sweeper);
      for (const pool of pools.values()) pool.close();
    },
  };
}

function callFor(exchange: Exchange): UpstreamCall {
  return {
    abort() {
      if (exchange.over) return;
      exchange.over = true;
      exchange.decoder?.drop();
      exchange.connection?.drop();
    },
    pause() {
      exchange.paused = true;
      if (exchange.over) return;
      exchange.decoder?.pause();
      exchange.connection?.pause();
    },
    resume() {
      exchange.paused = false;
      if (exchange.over) return;
      exchange.decoder?.resume();
      exchange.connection?.resume();
    },
  };
}

function fail(exchange: Exchange, cause: TransportCause, message: string): void {
  if (exchange.over) return;
  exchange.over = true;
  exchange.handler.fail(cause, message);
}

/** Reads on through a decoder; the head that the handler sees no longer speaks of a coding. */
function decode(exchange: Exchange, coding: string, status: number, headers: ReadonlyMap<string, string>): void {
  const { handler } = exchange;
  const failed = (cause: TransportCause, message: string): void => {
    exchange.connection?.drop();
    fail(exchange, cause, message);
  };
  exchange.decoder = createBodyDecoder(coding, {
    data(chunk) {
      if (!exchange.over) handler.data(chunk);
    },
    end() {
      if (exchange.over) return;
      exchange.over = true;
      handler.end();
    },
    fail: failed,
  });
  if (exchange.decoder === undefined) {
    failed('protocol', 'the upstream used a content coding that it was not asked for');
    return;
  }
  const plain = new Map(headers);
  plain.delete('content-encoding');
  plain.delete('content-length');
  handler.head(status, plain);
}

/** A body that can be read only once is not tried on a connection that may be stale. */
const needsNew = ({ body }: UpstreamRequest): boolean =>
  body !== undefined && !(body instanceof Uint8Array) && body.once === true;

function createPool(origin: Origin, options: Http1Options, clock: () => number): Pool {
  const maxConnections = options.maxConnections ?? 16_384;
  const maxIdle = options.maxIdle ?? 1024;
  const idle: Connection[] = [];
  const busy = new Map<Connection, Exchange>();
  let waiting: Exchange[] = [];
  let opening = 0;
  let closed = false;

  const attach = (connection: Connection, exchange: Exchange): boolean => {
    busy.set(connection, exchange);
    exchange.connection = connection;
    if (!connection.start(exchange.head, exchange.request.body, reportsTo(exchange))) {
      busy.delete(connection);
      exchange.connection = undefined;
      return false;
    }
    if (exchange.paused) connection.pause();
    return true;
  };

  const reportsTo = (exchange: Exchange): UpstreamHandler => {
    const { handler } = exchange;
    return {
      sent: handler.sent,
      head(status, headers) {
        const coding = headers.get('content-encoding');
        if (coding === undefined || coding === 'identity') handler.head(status, headers);
        else decode(exchange, coding, status, headers);
      },
      data(chunk) {
        if (exchange.decoder === undefined) handler.data(chunk);
        else exchange.decoder.push(chunk);
      },
      end() {
        // From here on the connection is another exchange's, even while a decoder still has something to give.
        exchange.connection = undefined;
        if (exchange.decoder !== undefined) {
          exchange.decoder.finish();
          return;
        }
        exchange.over = true;
        handler.end();
      },
      fail(cause, message) {
        exchange.connection = undefined;
        exchange.decoder?.drop();
        fail(exchange, cause, message);
      },
    };
  };

  const next = (): Exchange | undefined => {
    let exchange = waiting.shift();
    while (exchange?.over === true) exchange = waiting.shift();
    return exchange;
  };

  const owner: ConnectionOwner = {
    idle(connection) {
      busy.delete(connection);
      offer(connection);
    },
    gone(connection) {
      if (!busy.delete(connection)) {
        const at = idle.indexOf(connection);
        if (at >= 0) idle.splice(at, 1);
      }
      if (closed || waiting.length === 0) return;
      const exchange = next();
      if (exchange !== undefined) void open(exchange);
    },
    stale(connection) {
      const exchange = busy.get(connection);
      if (exchange === undefined || exchange.over || exchange.again || closed) return false;
      exchange.again = true;
      exchange.connection = undefined;
      void open(exchange);
      return true;
    },
  };

  /** Gives a free connection to who waits, or keeps it. */
  const offer = (connection: Connection): void => {
    const exchange = waiting.length === 0 ? undefined : next();
    if (exchange !== undefined) {
      if (!attach(connection, exchange)) void open(exchange);
      return;
    }
    if (closed || idle.length >= maxIdle) connection.drop();
    else {
      connection.idleSince = clock();
      idle.push(connection);
    }
  };

  const open = async (exchange: Exchange): Promise<void> => {
    opening += 1;
    const opened = await openConnection(origin, options.ca, exchange.request.connectTimeoutMs, owner);
    opening -= 1;
    if (!('connection' in opened)) {
      fail(exchange, opened.cause, opened.message);
      const other = closed ? undefined : next();
      if (other !== undefined) void open(other);
    } else if (closed) {
      opened.connection.drop();
      fail(exchange, 'reset', 'the client is closed');
    } else if (exchange.over) offer(opened.connection);
    else {
      exchange.handler.connected?.();
      if (!attach(opened.connection, exchange)) fail(exchange, 'reset', 'the connection closed at once');
    }
  };

  /** Waits for a connection of others; a place in the queue is given up after the time allowed for connecting. */
  const wait = (exchange: Exchange): void => {
    waiting.push(exchange);
    setTimeout(() => {
      if (exchange.over || exchange.connection !== undefined || !waiting.includes(exchange)) return;
      waiting = waiting.filter((one) => one !== exchange);
      fail(exchange, 'connect_timeout', 'no connection to the upstream became free');
    }, exchange.request.connectTimeoutMs);
  };

  return {
    hostHeader: hostHeaderOf(origin),
    send(exchange) {
      if (closed) return queueMicrotask(() => fail(exchange, 'reset', 'the client is closed'));
      for (let free = needsNew(exchange.request) ? undefined : idle.pop(); free !== undefined; free = idle.pop()) {
        if (attach(free, exchange)) return;
      }
      if (busy.size + opening < maxConnections) void open(exchange);
      else wait(exchange);
    },
    sweep(olderThan) {
      while (idle[0] !== undefined && idle[0].idleSince < olderThan) idle.shift()?.drop();
    },
    counts: () => ({ active: busy.size + opening, idle: idle.length }),
    close() {
      closed = true;
      for (const connection of idle.splice(0)) connection.drop();
      const active = [...busy.values(), ...waiting];
      waiting = [];
      for (const connection of busy.keys()) connection.drop();
      for (const exchange of active) queueMicrotask(() => fail(exchange, 'reset', 'the client is closed'));
    },
  };
}
