import type { ModelTraits } from '@tollgate/wire/models/traits';
import type { Invalid, Json, Operation, ProtocolId, RequestSummary } from '@tollgate/wire/protocol';
import type { Dialect } from '../providers/define.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { ClientSecret } from '../services/client-secrets.ts';
import type { AccountRef } from '../services/conversations/conversations.ts';
import type { Call, CallTarget, EndpointFacts, InspectLimits } from './call.ts';
import type { RelayDeps } from './deps.ts';
import type { Exchange } from './exchange.ts';
import type { Candidate, Inspected, Planned } from './request-context.ts';
import type { Upgrade } from './socket/client-socket.ts';
import type { SocketSide } from './socket-exchange.ts';

/**
 * Everything the gateway knows of one kind of request: routing, limits, billing and the docs derive from it. The relay's
 * line is the same for all; what differs is behind these members. `S` is what the endpoint itself keeps of one request.
 */
export type Endpoint<S = unknown> = EndpointFacts & {
  /** How a stream is framed, where the query says so. Default: server-sent events. */
  framing?(query: URLSearchParams, stream: boolean): CallTarget['framing'];
  /** What stands in the place of a key, where that is not one. Rejects with the refusal of what stands for none. */
  secret?(deps: RelayDeps, call: Call): Promise<ClientSecret>;
  /** Reads the body, once: what is needed before a channel is chosen, with an upper estimate of all that it may use. */
  inspect(json: Json, limits: InspectLimits, target: CallTarget): RequestSummary | Invalid;
  /** Steps of its own before channels are chosen; what it keeps of the request. */
  begin(deps: RelayDeps, context: Inspected): S | Promise<S>;
  /** Who alone can serve the request, where it leans on something that one account keeps. */
  binding?(context: Inspected, state: S): Binding | undefined;
  /** Whether a dialect has what is asked, where that is more than a path for the operation. */
  fits?(dialect: Dialect, state: S): boolean;
  /** Its candidates, where they are not found by model. */
  candidates?(deps: RelayDeps, context: Inspected, state: S): readonly Candidate[];
  /** The service tiers at which an upstream of a protocol may serve what asks for `tier`; undefined: any. */
  tiersFor?(protocol: ProtocolId, tier: string | undefined): readonly string[] | undefined;
  /** How it can be served by upstreams of other protocols; absent: only its own. */
  readonly translation?: Translation<S>;
  /** Writes the request for a candidate. Throws (or rejects with) the refusal of one that cannot be put to it. */
  exchange(deps: RelayDeps, context: Planned, state: S, candidate: Candidate): Exchange | Promise<Exchange>;
  /** How it serves WebSockets, on its routes for GET: those then take no plain requests. */
  readonly socket?: SocketSide<S>;
  /** Serves WebSockets on its routes for GET by itself, where what comes over one are requests of their own. */
  readonly serveSocket?: ServeSocket;
  /** Answers anybody, without a key: for what is known by a name that cannot be guessed. Nothing else of it is used then. */
  open?(deps: RelayDeps, call: Call): Promise<Response>;
  /** The gateway's own answer, when no candidate gives one. */
  fallback?(context: Inspected, state: S): Response;
};

/** Undefined once the connection is a WebSocket. */
export type ServeSocket = (deps: RelayDeps, call: Call, door: SocketDoor) => Promise<Response | undefined>;

export type SocketDoor = {
  readonly upgrade: Upgrade;
  /** An id for a request that came over it. */
  newCallId(): string;
};

/** Checks an endpoint's types against each other, and forgets what it keeps of a request. */
export const defineEndpoint = <S>(endpoint: Endpoint<S>): Endpoint => endpoint;

/** A request that only a dialect which keeps answers can serve. */
export type Binding = {
  /** The one account that keeps what the request leans on; undefined: any. */
  readonly account: AccountRef | undefined;
  /** It leans on no answer, and names things of the account's (files): any dialect that passes it will do. */
  readonly namesOnly?: boolean;
  /** Why nobody else can serve it. */
  refusal(model: string): Refusal;
};

export type Translation<S> = {
  /** What the other protocol's dialect is asked for. */
  readonly operation: Operation;
  to(protocol: ProtocolId): boolean;
  /** Whether even an upstream of the same protocol would refuse the bytes as they are. */
  isNeeded(context: Inspected, state: S, model: ModelTraits): boolean;
};
