import { openConnection, type Connection, type ConnectionOwner, type ServerAddress } from './connection.ts';
import { hostHeaderOf, writeHead } from './request-head.ts';
import type { UpstreamHandler } from './upstream.ts';

export type OneGet = {
  /** Default: GET. */
  readonly method?: 'GET' | 'POST' | undefined;
  /** Of a POST. */
  readonly body?: Uint8Array | undefined;
  readonly server: ServerAddress;
  /** Path with query, beginning with `/`. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly connectTimeoutMs: number;
  /** Certificate authorities (PEM) to trust instead of the system's. */
  readonly ca?: string | undefined;
};

export type RunningGet = {
  /** Tears the connection down; idempotent. */
  close(): void;
  /** Stops and goes on reading the body. */
  pause(): void;
  resume(): void;
};

/**
 * One GET (or POST) on a connection of its own, which is closed behind it: for places asked once, that no pool should remember.
 * Identity is asked for, a body is handed on as it comes whatever its coding, redirects are answers like any other.
 * Calls of the handler are as for `UpstreamClient`.
 */
export function getOnce(get: OneGet, handler: UpstreamHandler): RunningGet {
  let running: Connection | undefined;
  let over = false;
  const finish = (): boolean => {
    if (over) return false;
    over = true;
    return true;
  };
  const { server, path, headers, connectTimeoutMs, method = 'GET', body } = get;
  const origin = { tls: server.tls, host: server.host, port: server.port, proxy: undefined };
  const head = writeHead({ origin, method, path, headers, body, connectTimeoutMs }, hostHeaderOf(server));

  const run = async (): Promise<void> => {
    if (head === undefined) {
      if (finish()) handler.fail('protocol', 'the request has an unfit path or header');
      return;
    }
    const opened = await openConnection(server, get.ca, connectTimeoutMs, owner);
    if (!('connection' in opened)) {
      if (finish()) handler.fail(opened.cause, opened.message);
      return;
    }
    running = opened.connection;
    if (over) running.drop();
    else if (!opened.connection.start(head, body, reports)) reports.fail('reset', 'the connection closed at once');
  };
  const reports: UpstreamHandler = {
    head: (status, all) => void (over || handler.head(status, all)),
    data: (chunk) => void (over || handler.data(chunk)),
    end: () => void (finish() && handler.end()),
    fail: (cause, message) => void (finish() && handler.fail(cause, message)),
  };
  queueMicrotask(() => void (over || run()));
  return {
    close: () => void (finish() && running?.drop()),
    pause: () => running?.pause(),
    resume: () => running?.resume(),
  };
}

const owner: ConnectionOwner = {
  idle: (connection) => connection.drop(),
  gone: () => undefined,
  stale: () => false,
};
