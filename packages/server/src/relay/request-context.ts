import type { Reasoning } from '@tollgate/wire/ir/request';
import type { ModelTraits } from '@tollgate/wire/models/traits';
import type { Json, RequestSummary } from '@tollgate/wire/protocol';
import type { HeaderEdits, LastError } from '../domain/overrides/run.ts';
import type { ExchangeMode } from '../domain/plan-exchange.ts';
import type { Stop } from '../domain/fallbacks.ts';
import type { Multiplier, Price } from '../domain/price.ts';
import type { Target } from '../domain/rank-channels.ts';
import type { Aside, Attempt, Conversion, Shortfall } from '../domain/record.ts';
import type { KeyRecord, Snapshot } from '../domain/snapshot.ts';
import type { Dialect } from '../providers/define.ts';
import type { Hold } from '../services/ledger/types.ts';
import type { Admission } from '../services/limits/limiter.ts';
import type { ClientSecret } from '../services/client-secrets.ts';
import type { StreamedBody } from '../upstream/upstream.ts';
import type { Call } from './call.ts';
import type { Form } from './receive/multipart/parts.ts';

/** A way to serve a request that has a mode, a price, and a healthy target. */
export type Candidate = {
  readonly target: Target;
  /** `passthrough`: bytes pass; `translate`: through the canonical form, to the dialect's protocol. */
  readonly mode: ExchangeMode;
  readonly dialect: Dialect;
  readonly upstreamModel: string;
  /** What is known of the model, whatever the upstream calls it. */
  readonly traits: ModelTraits;
  /** Most output tokens that it can produce, where that is known. */
  readonly maxOutputTokens: number | undefined;
  /** How much to think, as the end of a model's name says. */
  readonly reasoning: Reasoning | undefined;
  /** Undefined only when unpriced models are allowed, and for what costs nothing. */
  readonly price: Price | undefined;
  /** Where its channel was found, and what is multiplied there, when that is not the request's own group. */
  readonly stop?: Pick<Stop, 'group' | 'multiplier'> | undefined;
};

/*
 * What is known of a request on its way, by stage. It is one object from beginning to end; each stage adds its part with
 * `advance` and is typed with what it then has, so that no step can ask for what is not known yet.
 */

/** It has arrived; nobody knows from whom. Members that are not readonly are its bookkeeping. */
export type Received = {
  readonly call: Call;
  /** The configuration this request lives by from beginning to end, whatever changes meanwhile. */
  readonly snapshot: Snapshot;
  /** ms since the epoch, and the monotonic clock at the same moment. */
  readonly at: number;
  readonly startedMs: number;
  /** Bytes that count in the load for it, given back when it is over. */
  heldBytes: number;
  /** Its place under the limits, taken as it came in, and the tokens that it was then guessed to bring. */
  admission: Admission | undefined;
  tokenAdmission: Admission | undefined;
  /** What was sent in its key's place, where an endpoint takes such. */
  secret: ClientSecret | undefined;
  hold: Hold | undefined;
  /** Why there is no hold, with the numbers. */
  shortfall: Shortfall | undefined;
  /** Gives back its place on the channel that it asks. */
  leaveChannel: (() => void) | undefined;
  /** The candidate whose answer the client gets, or the last one tried. */
  candidate: Candidate | undefined;
  /** What translating lost, for `candidate` or for one that strictness ruled out; undefined where the bytes pass. */
  conversion: Conversion | undefined;
  readonly attempts: Attempt[];
  /** Monotonic ends of the steps before the first attempt; 0 for one that was not reached. */
  identifiedMs: number;
  inspectedMs: number;
  plannedMs: number;
  admittedMs: number;
  /** How long it has waited for targets that rested, or were full. */
  waitedMs: number;
  /** Targets that might have served it, but rest or cannot. */
  aside: readonly Aside[];
  /** How the last candidate failed, as the overrides of the next one see it. */
  lastError: LastError | undefined;
  /** What overrides want of the headers of the request to this candidate. */
  overridden: { readonly candidate: Candidate; readonly headers: HeaderEdits } | undefined;
  /** Monotonic; 0 until the first byte of output. */
  firstByteMs: number;
  clientGone: boolean;
  /** The upstream reported usage that cannot be. */
  doubtfulUsage: boolean;
  /** Tokens of a session's answers that were charged before its end. */
  chargedTokens: number;
  finished: boolean;
};

/** Its key is known, and with it who asks, in which group, at which multiplier. */
export type Identified = Received & {
  readonly key: KeyRecord;
  readonly group: string;
  readonly multiplier: Multiplier;
};

/** Its body is here and was inspected. An endpoint's own steps may put another in its place. */
export type Inspected = Identified & {
  body: RequestBody;
  summary: RequestSummary;
  /** The conversation that it goes on with, where that may say who serves it best. */
  conversation?: string | undefined;
};

/**
 * `bytes` are what the client sent, `json` what they say; of a request without a body `null`. Of a form, `json` has its text
 * fields and what is known of its files, and the bytes are where the form keeps them.
 */
export type RequestBody = {
  readonly bytes: Uint8Array;
  readonly json: Json;
  readonly form?: Form | undefined;
  /** What is not read here but sent on as it comes. */
  readonly stream?: StreamedBody | undefined;
};

/** Who may serve it is known, in which order. */
export type Planned = Inspected & {
  /** The model that is routed and priced: the one asked for, or that one without what its name's end asks for. */
  readonly model: string;
  /** Where some of the candidates list it by other names, those: all of them are what the request is for. */
  readonly otherModels?: readonly string[];
  /** Fewer once it is known that not all of them can be paid for. */
  candidates: readonly Candidate[];
  /** It is a cheaper one than was asked, because a budget is nearly spent. */
  readonly cheaper?: true;
};

/** However far it came. */
export type AnyStage = Received & Partial<Omit<Planned, keyof Received>>;

const nobodyAside: readonly Aside[] = [];

export const receive = (call: Call, snapshot: Snapshot, at: number, startedMs: number): Received => ({
  call,
  snapshot,
  at,
  startedMs,
  heldBytes: 0,
  admission: undefined,
  tokenAdmission: undefined,
  secret: undefined,
  hold: undefined,
  shortfall: undefined,
  leaveChannel: undefined,
  candidate: undefined,
  conversion: undefined,
  attempts: [],
  identifiedMs: 0,
  inspectedMs: 0,
  plannedMs: 0,
  admittedMs: 0,
  waitedMs: 0,
  aside: nobodyAside,
  lastError: undefined,
  overridden: undefined,
  firstByteMs: 0,
  clientGone: false,
  doubtfulUsage: false,
  chargedTokens: 0,
  finished: false,
});

/** The same object with what a stage adds. */
export const advance = <C extends Received, P extends object>(context: C, part: P): C & P =>
  Object.assign(context, part);

/** Counts bytes that are kept for a request, until it is over. A negative number gives some of them back. */
export function holdBytes(deps: { readonly load: { bufferedBytes: number } }, context: Received, bytes: number): void {
  context.heldBytes += bytes;
  deps.load.bufferedBytes += bytes;
}
