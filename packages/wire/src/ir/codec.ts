import type {
  ErrorWords,
  Invalid,
  Json,
  JsonObject,
  Operation,
  ProtocolId,
  TextProtocolId,
  UpstreamFailure,
} from '../protocol.ts';
import type { ModelTraits } from '../models/traits.ts';
import type { Frame, FrameReader } from '../json/sse.ts';
import type { IrEvent } from './event.ts';
import type { Loss, Read } from './loss.ts';
import type { Asked } from './own-tools.ts';
import type { MediaPart } from './part.ts';
import type { IrRequest } from './request.ts';
import type { IrResponse } from './response.ts';
import type { Usage } from './usage.ts';
import type { WordRule } from './words.ts';

/** What a request says outside of its body. Gemini has its model and whether it streams in the path. */
export type CallFacts = {
  readonly operation: Operation;
  readonly model?: string | undefined;
  readonly stream?: boolean | undefined;
  /** Of the protocol, where its clients say one (`Ingress.versionHeader`). */
  readonly version?: string | undefined;
};

/** What the writer of an answer needs beside it. */
export type WriteContext = {
  /** The gateway's id of the request; ids of the answer are made of it (`chatcmpl-…`, `msg_…`, `resp_…`). */
  readonly requestId: string;
  /** The model as the client named it. */
  readonly model: string;
  /** Unix seconds. */
  readonly created: number;
  readonly operation: Operation;
  /** The client asked for the usage chunk (Chat's `stream_options.include_usage`). */
  readonly wantsUsage: boolean;
  /** Input tokens, for a first event that must name them before the upstream has. */
  readonly inputEstimate: number;
  /** The request, for answers that repeat it (Responses). */
  readonly request: IrRequest;
  /** How a stream is framed. `json-array` is Gemini's without `alt=sse`; default `sse`. */
  readonly framing?: 'sse' | 'json-array' | undefined;
};

/** Writes one streamed answer. The closure is the whole state machine. */
export type EventWriter = {
  /** Text of the frames that an event becomes, complete with their blank lines; often ''. UTF-8 on the wire. */
  write(event: IrEvent): string;
  /** The last frames of a stream that broke, in the gateway's words; no success terminator follows. Call it once. */
  fail(words: ErrorWords): string;
  readonly losses: readonly Loss[];
  /** The items written so far, of a protocol whose clients may name them later (Responses). */
  readonly output?: readonly JsonObject[];
};

/** How a protocol's clients are understood and answered. Pure; nothing throws on any JSON. */
export type Ingress = {
  readonly protocol: TextProtocolId;
  /** The header in which its clients say by which version they speak; absent: there are none. */
  readonly versionHeader?: string | undefined;
  /** What its clients take as ids of tool calls; absent: anything. */
  readonly callIds?: WordRule | undefined;
  /**
   * Reads a request. The losses are what no canonical field and no extension could hold; a request that leans on state
   * at the provider (`previous_response_id`) is invalid here, because another protocol's upstream has no such state.
   */
  readRequest(json: JsonObject, call: CallFacts): Read<IrRequest> | Invalid;
  writeResponse(response: IrResponse, context: WriteContext): Read<JsonObject>;
  writeEvents(context: WriteContext): EventWriter;
  writeError(words: ErrorWords, requestId: string): JsonObject;
  /** The error as a frame of its own, for a stream without a writer (the passthrough). */
  writeStreamError(words: ErrorWords, requestId: string): Uint8Array;
};

/** Where a request is written for. */
export type RequestTarget = {
  /** The upstream's name of the model; it is passed on, and tells nothing. */
  readonly model: string;
  /** What is known of the model. A protocol that demands a cap is given the model's own, where it is known. */
  readonly traits: ModelTraits;
};

export type ReadOptions = {
  /** Ids that the upstream left out are made of it. */
  readonly requestId: string;
  /** A dialect's own reader of the raw usage object. */
  readonly readUsage?: ((raw: Readonly<Record<string, unknown>>) => Usage | undefined) | undefined;
  /** What is answered, so that tools are called by the client's own names and by ids that are new to it. */
  readonly asked?: Asked | undefined;
};

/** A request in an upstream's protocol. */
export type Written = Read<JsonObject> & {
  /** The client's own names of tools whose names the upstream would refuse, by what it is told; to read the answer with. */
  readonly ownNames?: ReadonlyMap<string, string> | undefined;
};

/** Names what arrives in an upstream's stream. The closure is the whole state machine. */
export type EventReader = {
  read(frame: Frame): readonly IrEvent[];
  /**
   * The bytes have ended. A stream whose answers had all said why they ended is completed (some upstreams forget their
   * terminator); after any other no `response-end` comes, and that is how a cut is known.
   */
  end(): readonly IrEvent[];
};

/** How a protocol's upstreams are asked and understood. Pure; nothing throws on any JSON. */
export type Egress = {
  readonly protocol: ProtocolId;
  writeRequest(request: IrRequest, target: RequestTarget): Written;
  /** A whole answer, or the failure that a 200 carried. */
  readResponse(json: Json, options: ReadOptions): IrResponse | { readonly failure: UpstreamFailure };
  readEvents(options: ReadOptions): EventReader;
  /** `header` looks one of the answer's up, by its name in lower case; some tell there what the body does not. */
  readError(status: number, bodyText: string, header?: (name: string) => string | undefined): UpstreamFailure;
  /**
   * The tiers at which a request that asks for `asked` may be served, see `tiersFor` in served-as.ts; undefined for any.
   * Absent: as there.
   */
  readonly tiersFor?: ((asked: string | undefined) => readonly string[] | undefined) | undefined;
  /** Content type of the upstream's streams, in lower case; absent: `text/event-stream`. */
  readonly streamType?: string | undefined;
  /** How the upstream's streams are framed; absent: as server-sent events. */
  readonly openFrames?: (() => FrameReader) | undefined;
  /** Whether a medium given by URL can only be sent as bytes; absent when none is. See `fetch-media.ts`. */
  readonly needsBytes?: ((part: MediaPart) => boolean) | undefined;
};
