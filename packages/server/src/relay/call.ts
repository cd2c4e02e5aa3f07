import type { AnswerKind, BodyKind } from '@tollgate/contract/endpoint-kinds';
import type { Via } from '../domain/record.ts';
import type { KeyRecord } from '../domain/snapshot.ts';
import type { ErrorWords, JsonObject, Operation, ProtocolId } from '@tollgate/wire/protocol';

/** One way to reach an endpoint. */
export type EndpointRoute = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the gateway's root: `{name}` stands for one segment, `{name+}` for one or more. */
  readonly path: string;
  /** What the path says of streaming, where it does (Gemini). */
  readonly stream?: boolean;
  /** What the path says is to be done, where the body does not say it alone. */
  readonly action?: string;
  /** What the query must say, for protocols whose paths say nothing. */
  readonly query?: Readonly<Record<string, string>>;
  /** The header by which clients of one protocol are known, where those of another ask at the same path. */
  readonly header?: string;
};

/** How errors are said to an endpoint's clients. */
export type ErrorFormat = {
  writeError(words: ErrorWords, requestId: string): JsonObject;
  /** The status of an answer that says so, where the protocol has another than the gateway. */
  statusOf?(words: ErrorWords): number;
  writeStreamError(words: ErrorWords, requestId: string): Uint8Array;
  /** What of an event stream means nothing to its clients, where a comment is not that. */
  readonly silence?: Uint8Array;
};

/** What is true of an endpoint whatever is asked of it. */
export type EndpointFacts = {
  /** Unique; as the docs name it. */
  readonly id: string;
  readonly title: string;
  readonly routes: readonly EndpointRoute[];
  /** The wire format of request and answer where the bytes pass; dialects of providers are matched by it. */
  readonly protocol: ProtocolId;
  /** What a dialect is asked for. */
  readonly operation: Operation;
  readonly errors: ErrorFormat;
  readonly body: BodyKind;
  /** Its largest body in bytes, where that is less than the gateway takes (`relay.maxBodyBytes`). */
  readonly maxBodyBytes?: number;
  readonly answers: readonly AnswerKind[];
  /** Under which name its clients look for the id of a request, beside `x-request-id`. */
  readonly idHeader?: string;
  /** Free ones hold nothing, and are neither charged, logged nor told to the health of their targets. */
  readonly charged: boolean;
};

/** What a call's path and query say. */
export type CallTarget = {
  /** Values of the route's parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly stream: boolean | undefined;
  /** What the route says is to be done. */
  readonly action?: string | undefined;
  /** How a stream is framed for the client. */
  readonly framing: 'sse' | 'json-array';
};

/** One call as http/v1 hands it over. */
export type Call = {
  readonly id: string;
  readonly request: Request;
  readonly endpoint: EndpointFacts;
  readonly target: CallTarget;
  /** The gateway asks by itself, to learn whether a channel serves. */
  readonly isTest?: boolean;
  /** Who asks, where that is known otherwise than by a key's text. */
  readonly known?: { readonly key: KeyRecord; readonly via: Via };
  /** The client's address, trusted proxies taken into account. */
  clientIp(): string;
};

/** What limits the numbers in a request. */
export type InspectLimits = { readonly maxOutputTokens: number; readonly maxChoices: number };
