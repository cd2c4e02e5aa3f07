import type { JsonObject } from '@tollgate/wire/protocol';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Endpoint, SocketDoor } from '../../relay/endpoint.ts';
import type { Identified } from '../../relay/request-context.ts';
import type { History } from './history.ts';

/** What a connection is given. */
export type ConnectionParts = {
  readonly deps: RelayDeps;
  readonly door: SocketDoor;
  /** Of the connection itself, which is open as a request is, and costs nothing. */
  readonly context: Identified;
  /** Whose requests come over it. */
  readonly endpoint: Endpoint;
  /** Of each of them. */
  readonly headers: Headers;
};

/** What a request over the connection needs of it. */
export type Line = ConnectionParts & {
  readonly history: History;
  /** Resolves once the client has taken enough to be sent more; false when it is gone. */
  send(frame: string): boolean | Promise<boolean>;
};

/** One request under way, or waiting for those before it on its stream. */
export type Turn = {
  readonly streamId: string | undefined;
  readonly bytes: Uint8Array;
  readonly json: JsonObject;
  readonly stop: AbortController;
  /** What the first event said of its answer. */
  response: JsonObject | undefined;
};
