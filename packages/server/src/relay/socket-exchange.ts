import type { ServedAs } from '@tollgate/wire/ir/served-as';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { ErrorWords, Invalid, JsonObject, RequestSummary, UpstreamFailure } from '@tollgate/wire/protocol';
import type { ClientSecret } from '../services/client-secrets.ts';
import type { UpstreamRequest } from '../upstream/upstream.ts';
import type { Frame } from '../upstream/upstream-socket.ts';
import type { CallTarget, InspectLimits } from './call.ts';
import type { RelayDeps } from './deps.ts';
import type { Candidate, Planned } from './request-context.ts';

/** How an endpoint serves sessions over a WebSocket. `S` is what the endpoint itself keeps of one. */
export type SocketSide<S = unknown> = SocketFacts<S> & (ByQuery | ByFirstFrame);

/** A session whose model the query names: an upstream has accepted it before the client's handshake is answered. */
export type ByQuery = {
  /** Reads the query: the model, and an upper estimate of the session's first step. `secret` is what it is opened with, if not a key. */
  inspect(
    query: URLSearchParams,
    limits: InspectLimits,
    target: CallTarget,
    secret: ClientSecret | undefined,
  ): RequestSummary | Invalid;
};

/** A session whose model the client's first frame names: the handshake is answered before anybody is asked. */
export type ByFirstFrame = {
  /** Reads the first frame. */
  inspectFirst(
    frame: JsonObject,
    limits: InspectLimits,
    target: CallTarget,
    secret: ClientSecret | undefined,
  ): FirstFrame | Invalid;
  /** Reads an error that was written in the endpoint's protocol: until there is a session, those of answers are all there are. */
  readError(status: number, bodyText: string): UpstreamFailure;
};

export type FirstFrame = {
  readonly summary: RequestSummary;
  /** What is put to the upstream: the frame, as its client secret lets it be. */
  readonly frame: JsonObject;
};

type SocketFacts<S> = {
  /** The subprotocols that a client may ask for. */
  readonly subprotocols: readonly string[];
  /** How a subprotocol begins that carries the key, for browsers, which can send no headers; absent: none does. */
  readonly keyPrefix?: string;
  /** Where the query carries the key, beside where every request may. */
  readonly keyInQuery?: string;
  /** What stands before the client secrets that open its sessions in a key's place, if anything; absent: none do. */
  readonly secretPrefix?: string;
  /** What is said in the client's name before it says anything, of a session that a client secret opens. */
  opening?(secret: ClientSecret): Frame;
  /** Writes the handshake for a candidate. Throws (or rejects with) the refusal of one that cannot be asked. */
  exchange(deps: RelayDeps, context: Planned, state: S, candidate: Candidate): SocketExchange | Promise<SocketExchange>;
  /** An error as an event of the endpoint's protocol. Absent where it has none: then an error ends the session, and the close frame says it. */
  writeError?(words: ErrorWords, requestId: string): Frame;
};

/** One handshake with one candidate, as its endpoint sees it. */
export type SocketExchange = {
  /** Where and with which headers; see `socketRequest`. */
  readonly request: UpstreamRequest;
  /** What the upstream is offered, best first. */
  readonly subprotocols: readonly string[];
  readError(status: number, bodyText: string, header: (name: string) => string | undefined): UpstreamFailure;
  /** Begins to observe the session. */
  observe(): SocketProbe;
};

/** What the next step may use at most, beyond what was reported. */
export type StepEstimate = Pick<RequestSummary, 'inputEstimate' | 'maxOutputTokens' | 'counted'>;

/** An observer beside the frames of a session. Its memory is bounded, whatever comes. */
export type SocketProbe = {
  /**
   * Takes a frame on its way; returns what goes on in its place (itself in the usual case), or undefined for nothing. A
   * refusal that is thrown for a client's frame is said to the client, and the session goes on without the frame.
   */
  fromClient(frame: Frame): Frame | undefined;
  fromUpstream(frame: Frame): Frame | undefined;
  /** Something came that is worth money. */
  readonly meaningful: boolean;
  /** A step is under way, and its usage is still to come. */
  readonly busy: boolean;
  /** All that was reported since the session began, or `charged`; another object whenever it has changed. */
  readonly usage: Usage | undefined;
  readonly servedAs?: ServedAs | undefined;
  /** Output tokens counted by us, used only when nothing was reported. */
  readonly outputEstimate: number;
  /** An upper estimate of the step under way, or else the next one; another object whenever it has changed. */
  readonly step: StepEstimate;
  /** What was reported is an answer of its own, to be charged now. Absent: the session is charged as one, at its end. */
  readonly whole?: boolean;
  /** What was reported has been charged: from here on it tells of what comes after. */
  charged?(): void;
  /** What the upstream is told once the client has left, so that it says what is still to be paid; undefined: nothing. */
  leaving?(): Frame | undefined;
  /** Why the upstream is about to end the session, if it has said so. */
  readonly error: UpstreamFailure | undefined;
};
