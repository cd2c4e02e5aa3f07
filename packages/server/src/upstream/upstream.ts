/** Where a request goes, worked out once per channel and credential so that the hot path only concatenates. */
export type Origin = {
  readonly tls: boolean;
  readonly host: string;
  readonly port: number;
  /** `http://…`, `https://…`, `socks5://…`, `socks5h://…` or undefined. */
  readonly proxy: string | undefined;
};

/** A request body that is read piece by piece while it is sent, and read again when the request is sent again, if it can be. */
export type StreamedBody = {
  /** Bytes in all, announced and then held to; undefined sends the body in chunks. */
  readonly byteLength: number | undefined;
  /** It can be opened only once, so it is not risked on a connection that its other end may have given up. */
  readonly once?: boolean;
  /**
   * Begins to read it, from its beginning. A piece belongs to the reader. When no more is wanted a stream is cancelled at
   * once, and an iterator told (`return`) when its waiting is over.
   */
  open(): AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;
};

export type UpstreamRequest = {
  readonly origin: Origin;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path with query, beginning with `/`. */
  readonly path: string;
  /** Names in lower case. No `host`, `connection`, `content-length`, `transfer-encoding`: the client writes those. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | StreamedBody | undefined;
  readonly connectTimeoutMs: number;
};

/**
 * Causes of a failure of the transport; those before the head can be retried elsewhere. With `request_body` it was the
 * streamed body that could not be read, or was not as long as it said, which is no fault of the upstream's.
 */
export type TransportCause =
  | 'dns'
  | 'connect'
  | 'connect_timeout'
  | 'tls'
  | 'reset'
  | 'protocol'
  | 'cut'
  | 'too_large'
  | 'request_body';

/**
 * Called by the client as things arrive. After `end` or `fail` nothing more is called; after `abort()` nothing is.
 * Calls never happen synchronously inside `send`.
 */
export type UpstreamHandler = {
  /** So many more bytes of a streamed body were written: the upstream takes it, though it has not answered yet. */
  readonly sent?: ((bytes: number) => void) | undefined;
  /** A connection was made for this request and stands; not called when it uses one that was there. */
  readonly connected?: (() => void) | undefined;
  /** Final (not 1xx) status and headers, names in lower case, repeated ones joined by ", ". */
  head(status: number, headers: ReadonlyMap<string, string>): void;
  /** Body bytes, decoded from chunks. The array belongs to the handler from here on. */
  data(chunk: Uint8Array): void;
  end(): void;
  fail(cause: TransportCause, message: string): void;
};

export type UpstreamCall = {
  /** Tears the connection down; it is not reused. Idempotent. */
  abort(): void;
  /** Stops reading from the socket until `resume`; the kernel's window then slows the upstream. */
  pause(): void;
  resume(): void;
};

/** One HTTP/1.1 client with kept-alive connections per origin. */
export type UpstreamClient = {
  send(request: UpstreamRequest, handler: UpstreamHandler): UpstreamCall;
  /** Open and idle connections, for metrics. */
  stats(): { readonly active: number; readonly idle: number };
  close(): void;
};
