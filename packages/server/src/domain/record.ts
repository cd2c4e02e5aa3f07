import type { Loss } from '@tollgate/wire/ir/loss';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { Operation, ProtocolId } from '@tollgate/wire/protocol';
import type { PlannedDebit } from './debits.ts';
import type { MeterId, MeterKind } from './meters.ts';
import type { Nanos } from './money.ts';
import type { Charge } from './quote.ts';

/** Who ended a request, and how. Closed: a new way of ending is a new word here. */
export type EndReason =
  | 'completed'
  | 'client_disconnected'
  | 'refused'
  | 'upstream_error'
  | 'upstream_connect_failed'
  | 'upstream_timeout_first_byte'
  | 'upstream_timeout_idle'
  | 'timeout_total'
  | 'upstream_cut'
  | 'upstream_empty'
  | 'gateway_shutdown'
  | 'gateway_error';

/** Where the numbers of a charge come from. */
export type UsageSource = 'provider' | 'estimated' | 'provider_reported_zero' | 'implausible' | 'none';

/** Where a request comes from that was not sent with a key's text. */
export type Via = 'playground';

/** One try at one target, kept compactly with the request so that the console can explain it. */
export type Attempt = {
  readonly channelId: string;
  readonly credential: number;
  /** HTTP status of the upstream; 0 when none came. */
  readonly status: number;
  /** A cause of the retry table, or `ok`. */
  readonly cause: string;
  readonly durationMs: number;
  /** From the receipt of the request to its beginning; ms. Absent in rows from before it was noted. */
  readonly startedMs?: number | undefined;
  /** From its beginning until a new connection stood; absent when one was there already, or none came about. */
  readonly connectMs?: number | undefined;
  /** From its beginning to the head of the answer; absent when none came. */
  readonly headMs?: number | undefined;
};

/** When the steps before the first attempt were over, ms after the receipt; 0 for one that was not reached. */
export type RequestSteps = {
  /** The key is known. */
  readonly identifiedMs: number;
  /** The body has been read. */
  readonly inspectedMs: number;
  /** It is known who may serve it. */
  readonly plannedMs: number;
  /** It is within its limits, and money is set aside. */
  readonly admittedMs: number;
};

/** Why a target was not a candidate. */
export type AsideReason = 'no_exchange' | 'no_price' | 'operation' | 'resting';

/** A channel, or one credential of it, that was not a candidate; `forMs` is how much longer it rests. */
export type Aside = {
  readonly channelId: string;
  readonly credential: number | undefined;
  readonly reason: AsideReason;
  readonly forMs: number | undefined;
};

/** Among whom a request was routed. */
export type RoutingTrace = {
  /** Targets in the order in which they were to be tried: [channel, credential]. */
  readonly order: readonly (readonly [channelId: string, credential: number])[];
  readonly aside: readonly Aside[];
};

/** What the translation made of a request. */
export type Conversion = {
  /** What was spoken to the upstream. */
  readonly protocol: ProtocolId;
  /** What was not kept of the request, and of as much of the answer as was translated. */
  readonly losses: readonly Loss[];
};

/**
 * Everything that stays of one request: the row of the log and, when `charge` is set, the line in the books.
 * It is what the outbox keeps and the poster posts. `id` is the idempotency key.
 */
/** What was too little for a request: the meter, what it had (nano-dollars, tokens or requests) and what it would have taken. */
export type Shortfall = {
  readonly meter: MeterId;
  readonly kind: MeterKind;
  readonly available: bigint;
  readonly needed: bigint;
  /** When its next period begins, ms since the epoch. */
  readonly endsAt: number | undefined;
};

export type RequestRecord = {
  readonly id: string;
  /** When it was received, ms since the epoch. */
  readonly at: number;
  readonly userId: string;
  readonly keyId: string;
  readonly group: string;
  readonly protocol: ProtocolId;
  readonly operation: Operation;
  readonly modelAsked: string;
  /** The name under which it is summed, where that is another: see {@link unknownModel}. */
  readonly modelSummed?: string | undefined;
  /** The name sent upstream; empty when no attempt was made. */
  readonly modelServed: string;
  /** As the answer names it, where that is another model; absent where it is the one that was asked for, or says nothing. */
  readonly modelAnswered?: string | undefined;
  /** Empty when no attempt was made. */
  readonly channelId: string;
  readonly stream: boolean;
  /** What it lost, or in strict mode would have lost; undefined where the bytes passed or nothing was written for anybody. */
  readonly conversion: Conversion | undefined;
  /** Status the client got. */
  readonly status: number;
  readonly endReason: EndReason;
  /** Stable code of contract/errors.ts when the answer was an error; else empty. */
  readonly errorCode: string;
  readonly usage: Usage;
  readonly usageSource: UsageSource;
  /** Undefined when nothing is to be charged (refused, failed before output). */
  readonly charge: Charge | undefined;
  /** What the provider charges for it; absent where that is not known. */
  readonly cost?: Nanos | undefined;
  /** Set where it went through a provider key of its owner, who pays the provider; the charge is the fee. */
  readonly ownKey?: true | undefined;
  /** Who pays the charge, and what it counts against; empty when nothing was ever set aside for it. */
  readonly debits: readonly PlannedDebit[];
  /** Absent where nothing was too little. */
  readonly shortfall?: Shortfall | undefined;
  /** From receipt to the first byte of output; 0 when there was none. */
  readonly ttftMs: number;
  readonly totalMs: number;
  readonly clientIp: string;
  /** Absent where it was sent with the key's text. */
  readonly via?: Via | undefined;
  readonly attempts: readonly Attempt[];
  readonly steps?: RequestSteps | undefined;
  /** Absent where there was nothing to choose. */
  readonly routing?: RoutingTrace | undefined;
};

/**
 * What requests for models are summed under that nobody has heard of: whoever asks decides upon the names, and each would be
 * a row of every hour for ever. No model is called so.
 */
export const unknownModel = '?';

const base32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** The lowest id a request received at `ms` (since the epoch) can have: ids begin with their time in base 32 (ids.ts). */
export function requestIdFloor(ms: number): string {
  let text = '';
  for (let rest = Math.max(0, Math.floor(ms)), digit = 0; digit < 10; digit++, rest = Math.floor(rest / 32)) {
    text = base32.charAt(rest % 32) + text;
  }
  return `req_${text}`;
}
