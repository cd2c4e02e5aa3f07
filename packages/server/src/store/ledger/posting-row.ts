import { inputTokens, outputTokens, type Usage } from '@tollgate/wire/ir/usage';
import { cacheEffect } from '../../domain/cache-effect.ts';
import { chargeDebits, lastAccount, writeDebits, type Debit } from '../../domain/debits.ts';
import type { MeterKind } from '../../domain/meters.ts';
import type { Attempt, Conversion, RequestRecord, RequestSteps, RoutingTrace, Shortfall } from '../../domain/record.ts';
import type { PostedFields } from './posted-columns.ts';

/**
 * A request as it goes into the outbox and from there into the books and the log: flat, its JSON made once. It is two
 * lines with their own fates: the charge (`charged`) and the log line (`logged`, a {@link LogPlace}); what a missing one
 * would hold is '' and 0. The hourly sums follow from either.
 */
export type PostingRow = PostedFields & {
  readonly charged: boolean;
  /** Who pays what; `debitsText` is the same as JSON, and empty without a charge. */
  readonly debits: readonly Debit[];
};

/** Where the log line of a request goes: nowhere, into this database beside its charge, to where else logs are kept. */
export const logPlaces = { dropped: 0, beside: 1, elsewhere: 2 } as const;
export type LogPlace = keyof typeof logPlaces;

/** The part of a log row that nothing is searched by. */
export type LogDetail = {
  readonly group: string;
  readonly protocol: string;
  readonly operation: string;
  readonly served: string;
  readonly answered?: string | undefined;
  readonly end: string;
  readonly source: string;
  readonly ip: string;
  /** Absent where it was sent with the key's text. */
  readonly via?: NonNullable<RequestRecord['via']>;
  /** 1 where it went through a provider key of its owner. */
  readonly own?: 1;
  readonly attempts: readonly LoggedAttempt[];
  /** Ends of the steps before the first attempt: identified, inspected, planned, admitted; ms after the receipt. */
  readonly steps?: readonly [number, number, number, number];
  /** Who was to be asked, [channel, credential], and who was not, [channel, credential or -1, reason, ms or 0]. */
  readonly routing?: {
    readonly order: readonly (readonly [string, number])[];
    readonly aside: readonly (readonly [string, number, string, number])[];
  };
  /** Only on the translation. */
  readonly conversion?: ConversionDetail;
  /** Only where something was too little: meter, kind, what it had, what was needed, and when its next period begins or 0. */
  readonly short?: readonly [string, MeterKind, string, string, number];
  /** Only where no charge holds it. */
  readonly usage?: RequestRecord['usage'];
};

/** Channel, credential, status, cause, ms; since a later version when it began, and -1 or how long connection and head took. */
type LoggedAttempt =
  | readonly [string, number, number, string, number]
  | readonly [string, number, number, string, number, number, number, number];

/** `to`: the upstream's protocol; `lost`: [path, kind]; `more`: how many losses are not listed. */
type ConversionDetail = {
  readonly to: string;
  readonly lost: readonly (readonly [string, string])[];
  readonly more: number;
};

const modelLength = 200;
const groupLength = 60;

/** Of what a bill says of a rate; the name of a model may be in it, as its provider tells it. */
const conditionLength = 300;

/** With a path this long, what a row keeps of its losses is about 2 KB at most, whatever the client sent. */
const maxLosses = 20;
const pathLength = 80;

/** What is known of a record only when it is settled. */
export type PostingFacts = {
  /** Who pays what; the last account of the record's debits pays all of it unless told otherwise. */
  readonly debits?: readonly Debit[] | undefined;
  readonly log?: LogPlace | undefined;
  /** Whether a reservation may stand for it, which ends with it. */
  readonly reserved?: boolean | undefined;
};

/**
 * Flattens a record. Numbers are made whole and texts cut to what the columns hold, so that no batch can be refused.
 * Throws when it has a charge and nobody who pays it.
 */
export function postingRow(record: RequestRecord, facts: PostingFacts = {}): PostingRow {
  const { charge, usage } = record;
  const logged = logPlaces[facts.log ?? 'beside'];
  const debits =
    charge === undefined ? noDebits : (facts.debits ?? chargeDebits(record.debits, charge.amount, nothing));
  if (charge !== undefined && lastAccount(debits) < 0) throw new Error(`nobody pays for request ${record.id}`);
  const cache = charge === undefined ? undefined : cacheEffect(charge);
  return {
    id: record.id,
    at: record.at,
    userId: record.userId,
    keyId: record.keyId,
    model: plain(record.modelAsked, modelLength),
    channelId: record.channelId,
    status: record.status,
    failed: record.status >= 400 || record.errorCode !== '' ? 1 : 0,
    errorCode: plain(record.errorCode, 60),
    stream: record.stream ? 1 : 0,
    inputTokens: whole(inputTokens(usage)),
    outputTokens: whole(outputTokens(usage)),
    amount: charge?.amount ?? 0n,
    ttftMs: whole(record.ttftMs),
    totalMs: whole(record.totalMs),
    detail: logged === logPlaces.dropped ? '' : JSON.stringify(detailOf(record)),
    priceVersion: charge === undefined ? '' : plain(charge.priceVersion, 80),
    multiplier: charge === undefined ? 0 : Number(charge.multiplier),
    lines: charge === undefined ? '' : linesJson(charge.lines),
    usage: charge === undefined ? '' : JSON.stringify(usage),
    source: charge === undefined ? '' : record.usageSource,
    debitsText: charge === undefined ? '' : writeDebits(debits),
    logged,
    reserved: facts.reserved === true ? 1 : 0,
    group: plain(record.group, groupLength),
    endpoint: `${record.protocol}/${record.operation}`,
    cacheRead: whole(usage.cacheRead ?? 0),
    cacheWrite: whole(cacheWritten(usage)),
    cacheSaved: cache?.saved ?? 0n,
    cacheExtra: cache?.extra ?? 0n,
    cost: record.cost ?? 0n,
    costed: record.cost === undefined ? 0 : 1,
    summedAs: record.modelSummed === undefined ? '' : plain(record.modelSummed, modelLength),
    charged: charge !== undefined,
    debits,
  };
}

const cacheWritten = ({ cacheWrite5m = 0, cacheWrite30m = 0, cacheWrite1h = 0, cacheWrite12h = 0 }: Usage): number =>
  cacheWrite5m + cacheWrite30m + cacheWrite1h + cacheWrite12h;

const noDebits: readonly Debit[] = [];
const nothing = (): bigint => 0n;

function detailOf(record: RequestRecord): LogDetail {
  const { charge, conversion, shortfall, usage } = record;
  return {
    group: record.group,
    protocol: record.protocol,
    operation: record.operation,
    served: record.modelServed,
    ...(record.modelAnswered === undefined ? undefined : { answered: plain(record.modelAnswered, modelLength) }),
    end: record.endReason,
    source: record.usageSource,
    ip: record.clientIp,
    ...(record.via === undefined ? undefined : { via: record.via }),
    ...(record.ownKey === undefined ? undefined : { own: 1 as const }),
    attempts: record.attempts.map(loggedAttempt),
    ...(record.steps === undefined ? undefined : { steps: stepsOf(record.steps) }),
    ...(record.routing === undefined ? undefined : { routing: routingOf(record.routing) }),
    ...(conversion === undefined ? undefined : { conversion: conversionDetail(conversion) }),
    ...(shortfall === undefined ? undefined : { short: shortOf(shortfall) }),
    ...(charge === undefined ? { usage } : undefined),
  };
}

const shortOf = ({ meter, kind, available, needed, endsAt }: Shortfall): NonNullable<LogDetail['short']> => [
  meter,
  kind,
  `${available}`,
  `${needed}`,
  endsAt ?? 0,
];

function loggedAttempt(attempt: Attempt): LoggedAttempt {
  const { channelId, credential, status, cause, startedMs } = attempt;
  const durationMs = Math.round(attempt.durationMs);
  if (startedMs === undefined) return [channelId, credential, status, cause, durationMs];
  return [channelId, credential, status, cause, durationMs, startedMs, attempt.connectMs ?? -1, attempt.headMs ?? -1];
}

const stepsOf = ({ identifiedMs, inspectedMs, plannedMs, admittedMs }: RequestSteps) =>
  [identifiedMs, inspectedMs, plannedMs, admittedMs] as const;

/** Of those who were never asked, people are told of some. */
const maxOrder = 8;

const routingOf = ({ order, aside }: RoutingTrace): NonNullable<LogDetail['routing']> => ({
  order: order.slice(0, maxOrder),
  aside: aside.map(({ channelId, credential = -1, reason, forMs = 0 }) => [channelId, credential, reason, forMs]),
});

/** Request and answer may lose the same thing; it is listed once. */
function conversionDetail({ protocol, losses }: Conversion): ConversionDetail {
  const unique = new Map(losses.map(({ path, kind }) => [`${kind} ${path}`, [plain(path, pathLength), kind] as const]));
  const lost = [...unique.values()].slice(0, maxLosses);
  return { to: protocol, lost, more: unique.size - lost.length };
}

function linesJson(lines: NonNullable<RequestRecord['charge']>['lines']): string {
  let text = '[';
  for (const line of lines) {
    if (text.length > 1) text += ',';
    const condition = line.condition === undefined ? '' : `,${JSON.stringify(plain(line.condition, conditionLength))}`;
    text += `["${line.bucket}",${line.quantity},"${line.rate}"${condition}]`;
  }
  return `${text}]`;
}

/** Neither NaN nor more than what a 64-bit column and a JavaScript number both hold. */
const whole = (value: number): number => (value > 0 ? Math.min(Math.round(value), Number.MAX_SAFE_INTEGER) : 0);

// PostgreSQL refuses NUL and lone surrogates in text; the outbox separates its fields by tabs and newlines.
const unstorable = /[\u0000-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const suspicious = /[\u0000-\u001f\u007f\ud800-\udfff]/;

function plain(text: string, length: number): string {
  const short = text.length > length ? text.slice(0, length) : text;
  return suspicious.test(short) ? short.replace(unstorable, '\ufffd') : short;
}

/** A node's lease of one meter as the database has it. */
export type LeaseState = { readonly amount: bigint; readonly version: number };

/** Requests to be posted in one transaction. */
export type Batch = {
  /** Id of the journal transaction, new for every attempt. */
  readonly transactionId: string;
  readonly at: number;
  /** The node whose leases the rows were served from. */
  readonly nodeId: string;
  readonly rows: readonly PostingRow[];
};

/** What a batch did: how many rows were new, and what is left of the node's leases of the meters it touched. */
export type Posted = { readonly inserted: number; readonly leases: ReadonlyMap<string, LeaseState> };

/** A place where tests may stop the process. */
export type Fault = (point: string) => void;
