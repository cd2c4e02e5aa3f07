/** What the listener knows of a connection; handed to the app with each request. */
export type RequestInfo = {
  /** Address of the client, trusted proxies seen through (http/client-address.ts). */
  readonly clientIp: string;
  /** Whether the browser came by https. */
  readonly secure: boolean;
  /** The host asked for, as the outermost trusted proxy saw it; null without one. */
  readonly host: string | null;
  /** Id of the request; goes out as `x-request-id`. */
  readonly requestId: string;
};
