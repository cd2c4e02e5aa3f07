import type { FetchedMedium } from '@tollgate/wire/ir/fetch-media';
import type { CountTokens } from '@tollgate/wire/ir/output-meter';
import type { Read } from '@tollgate/wire/ir/loss';
import type { IrRequest, Reasoning } from '@tollgate/wire/ir/request';
import type { ModelTraits } from '@tollgate/wire/models/traits';
import type { Usage } from '@tollgate/wire/ir/usage';
import type {
  ErrorWords,
  Invalid,
  JsonObject,
  RequestSummary,
  Operation,
  ProtocolId,
  ResponseFacts,
  StreamProbe,
  UpstreamFailure,
} from '@tollgate/wire/protocol';
import type { Multiplier, Price } from '../domain/price.ts';
import type { ExchangeMode } from '../domain/plan-exchange.ts';
import type { Target } from '../domain/rank-channels.ts';
import type { Attempt, Conversion } from '../domain/record.ts';
import type { KeyRecord, Snapshot } from '../domain/snapshot.ts';
import type { Dialect } from '../providers/define.ts';
import type { AccountRef } from '../services/conversations/conversations.ts';
import type { Hold } from '../services/ledger/types.ts';
import type { Admission } from './admit/rate-limiter.ts';
import type { Refusal } from '../domain/refusal.ts';

/** A provider's own reading of its usage object, where it deviates from the protocol's. */
export type UsageReader = (raw: Readonly<Record<string, unknown>>) => Usage | undefined;

/** What the relay asks of a client protocol; `wire` has one such object for each. */
export type ClientProtocol = {
  readonly id: ProtocolId;
  inspect(
    operation: Operation,
    json: unknown,
    limits: { readonly maxOutputTokens: number; readonly maxChoices: number },
    path?: { readonly model?: string | undefined; readonly stream?: boolean | undefined },
  ): RequestSummary | Invalid;
  /** Whether the conversation was with another protocol's model before, so that this one would refuse it as it is. */
  hasForeignReasoning(json: JsonObject, model: ModelTraits): boolean;
  withModel(json: JsonObject, model: string): JsonObject;
  withStreamUsage(json: JsonObject): JsonObject;
  /** The body asking for so much reasoning, unless its client said something of it. */
  withReasoning(json: JsonObject, reasoning: Reasoning, model: ModelTraits): JsonObject;
  /** The body without reasoning that another protocol's upstream sealed; its own would refuse them. */
  withoutForeignSignatures(json: JsonObject, model: ModelTraits): JsonObject;
  probe(options: {
    readonly hideUsage: boolean;
    readonly readUsage?: UsageReader | undefined;
    readonly countTokens?: CountTokens | undefined;
  }): StreamProbe;
  readResponse(json: unknown, readUsage?: UsageReader, countTokens?: CountTokens): ResponseFacts;
  readError(status: number, body: string): UpstreamFailure;
  writeError(words: ErrorWords, requestId: string): JsonObject;
  writeStreamError(words: ErrorWords, requestId: string): Uint8Array;
  /** What ends a stream well, for upstreams that forget it. */
  readonly streamEnd: Uint8Array | undefined;
};

/** One call as http/v1 hands it over. */
export type Call = {
  readonly id: string;
  readonly request: Request;
  readonly protocol: ClientProtocol;
  readonly operation: Operation;
  /** What the path says, for protocols that have the model and the streaming there (Gemini). */
  readonly path: { readonly model?: string | undefined; readonly stream?: boolean | undefined };
  readonly framing: 'sse' | 'json-array';
  /** The client's address, trusted proxies taken into account. */
  clientIp(): string;
};

/** A way to serve this request that has a mode, a price, and a healthy target. */
export type Candidate = {
  readonly target: Target;
  /** `same`: bytes pass; `translate`: through the canonical form, to the dialect's protocol. */
  readonly mode: ExchangeMode;
  readonly dialect: Dialect;
  readonly upstreamModel: string;
  /** What is known of the model, whatever the upstream calls it. */
  readonly traits: ModelTraits;
  /** How much to think, as the end of a model's name says. */
  readonly reasoning: Reasoning | undefined;
  /** Undefined only when unpriced models are allowed. */
  readonly price: Price | undefined;
};

/** Everything known of one request on its way; made with every field at once and filled in along the line. */
export type RequestContext = {
  readonly call: Call;
  /** The configuration this request lives by from beginning to end, whatever changes meanwhile. */
  readonly snapshot: Snapshot;
  /** ms since the epoch, and the monotonic clock at the same moment. */
  readonly at: number;
  readonly startedMs: number;
  key: KeyRecord | undefined;
  group: string;
  multiplier: Multiplier;
  bytes: Uint8Array;
  json: JsonObject;
  summary: RequestSummary | undefined;
  /** The model that is routed and priced: the one asked for, or that one without what its name's end asks for. */
  model: string;
  /** The request in the canonical form, once a candidate needed it. */
  canonical: Read<IrRequest> | Invalid | undefined;
  /** The account that keeps what the request leans on; nobody else can serve it. */
  account: AccountRef | undefined;
  /** Ids of reasoning that the request gives and that are not known to be its sender's. */
  foreignReasoningIds: ReadonlySet<string>;
  /** Media that were fetched for it, by URL; the bytes counted for them in the load; and why one was not to be had. */
  media: ReadonlyMap<string, FetchedMedium>;
  mediaBytes: number;
  mediaRefusal: Refusal | undefined;
  admission: Admission | undefined;
  candidates: readonly Candidate[];
  hold: Hold | undefined;
  /** The candidate whose answer the client gets, or the last one tried. */
  candidate: Candidate | undefined;
  /** What translating lost, for `candidate` or for one that strictness ruled out; undefined where the bytes pass. */
  conversion: Conversion | undefined;
  readonly attempts: Attempt[];
  /** Monotonic; 0 until the first byte of output. */
  firstByteMs: number;
  clientGone: boolean;
  finished: boolean;
};

export function openRequestContext(call: Call, snapshot: Snapshot, at: number, startedMs: number): RequestContext {
  return {
    call,
    snapshot,
    at,
    startedMs,
    key: undefined,
    group: '',
    multiplier: 0n,
    bytes: noBytes,
    json: noJson,
    summary: undefined,
    model: '',
    canonical: undefined,
    account: undefined,
    foreignReasoningIds: noReasoningIds,
    media: noMedia,
    mediaBytes: 0,
    mediaRefusal: undefined,
    admission: undefined,
    candidates: [],
    hold: undefined,
    candidate: undefined,
    conversion: undefined,
    attempts: [],
    firstByteMs: 0,
    clientGone: false,
    finished: false,
  };
}

const noBytes = new Uint8Array();
const noReasoningIds: ReadonlySet<string> = new Set();
const noMedia: ReadonlyMap<string, FetchedMedium> = new Map();
const noJson: JsonObject = {};
