import { consumed, type ServedAs } from '@tollgate/wire/ir/served-as';
import { readModelSuffix } from '@tollgate/wire/models/suffix';
import { inputTokens, outputTokens, type Usage } from '@tollgate/wire/ir/usage';
import type { BackgroundJob } from '../../domain/background-job.ts';
import { likelyUsage } from '../../domain/likely-usage.ts';
import { zeroNanos, type Nanos } from '../../domain/money.ts';
import type { Price } from '../../domain/price.ts';
import { quote, type Charge } from '../../domain/quote.ts';
import { countedBuckets } from '../../domain/rates.ts';
import { unknownModel, type EndReason, type RequestRecord, type UsageSource } from '../../domain/record.ts';
import { priceOfOther, type KeyRecord, type Snapshot } from '../../domain/snapshot.ts';
import type { Hold } from '../../services/ledger/types.ts';
import { leaveLimits } from '../admit/admit.ts';
import { leaveChannel } from '../admit/enter-channel.ts';
import type { AnyStage, Candidate } from '../request-context.ts';
import { count, observeLatency } from './metrics.ts';
import type { RelayDeps } from '../deps.ts';

/** How a request ended, as far as the client's answer goes. */
export type Ending = {
  readonly status: number;
  readonly endReason: EndReason;
  /** Code of contract/errors.ts; empty when the answer was no error. */
  readonly errorCode: string;
  /** Some output (text, tool call, reasoning …) came from the upstream. Without it nothing is charged. */
  readonly served: boolean;
  /** As the provider reported it; undefined when it did not. */
  readonly usage: Usage | undefined;
  /** How the answer says that it was served; it is charged accordingly. */
  readonly servedAs?: ServedAs | undefined;
  /** Output tokens counted by us that came after `usage` was reported, of an answer that broke off before its end. */
  readonly unreported?: number;
  /** Output tokens counted by us, used only when nothing was reported. */
  readonly outputEstimate: number;
  /** All that it is taken for then, where tokens of text are not what it is. */
  readonly estimate?: Usage | undefined;
};

type Ended = Pick<Ending, 'status' | 'endReason' | 'errorCode'>;

const workedOn: Ended = { status: 200, endReason: 'completed', errorCode: '' };

/**
 * Ends a request: one charge (or none), one record, one hold given back, limits corrected. The only place that charges.
 * `done` runs once the record is in the outbox; the answer's last byte must wait for it.
 */
export function settle(deps: RelayDeps, context: AnyStage, ending: Ending, done: () => void): void {
  if (context.finished) throw new Error(`request ${context.call.id} was settled twice`);
  const { charged } = context.call.endpoint;
  const bill =
    charged && ending.served && context.candidate
      ? billFor(termsOf(context, context.candidate), withSearches(context, ending))
      : unbilled;
  const totalMs = deps.clock.elapsed() - context.startedMs;
  const record = charged && context.key ? recordOf(context, context.key, ending, bill, totalMs) : undefined;
  // Until here nothing has changed, and what is thrown leaves a request that can still be settled.
  if (record && context.hold) deps.ledger.settle(context.hold, record, done);

  if (context.doubtfulUsage)
    deps.log.warn(
      { requestId: context.call.id, channel: context.candidate?.target.channel.id, usage: bill.usage },
      'an upstream reported usage that cannot be',
    );
  close(deps, context, ending, bill.usage, totalMs);
  if (record && context.hold) return;
  if (record) deps.ledger.note(record);
  done();
}

/** Chat answers do not tell of the search that a field of the request bought: there is one, whatever its model made of it. */
function withSearches({ call, summary }: AnyStage, ending: Ending): Ending {
  const asked = call.endpoint.operation === 'chat' ? summary?.counted?.searches : undefined;
  if (asked === undefined || !ending.usage || ending.usage.searches !== undefined) return ending;
  return { ...ending, usage: { ...ending.usage, searches: asked } };
}

/** A request is over as far as its client, the load and the limits are concerned. */
function close(deps: RelayDeps, context: AnyStage, ending: Ended, usage: Usage, totalMs: number): void {
  context.finished = true;
  deps.load.openRequests--;
  deps.load.bufferedBytes -= context.heldBytes;
  context.heldBytes = 0;
  context.body?.form?.release();
  leaveChannel(context);
  leaveLimits(context, inputTokens(usage) + outputTokens(usage));
  if (context.call.endpoint.charged) measure(deps, context, ending, usage, totalMs);
}

/** The record of a request that its provider goes on with, but for what only the end tells. */
export function openRecordOf(deps: RelayDeps, context: AnyStage): RequestRecord | undefined {
  const totalMs = deps.clock.elapsed() - context.startedMs;
  return context.key && recordOf(context, context.key, workedOn, unbilled, totalMs);
}

/** Lets go of a request that its provider goes on with: its hold stands until {@link settleDetached}. */
export function detach(deps: RelayDeps, context: AnyStage): void {
  close(deps, context, workedOn, {}, deps.clock.elapsed() - context.startedMs);
}

/** Ends such a request, in whichever process sees its end. */
export function settleDetached(deps: RelayDeps, job: BackgroundJob, hold: Hold, seen: Ending, done: () => void): void {
  const ending = withGiven(seen, job.given);
  const terms: Terms = {
    ...job,
    at: job.record.at,
    upstreamModel: job.record.modelServed,
    models: () => deps.snapshot().models,
  };
  const { usage, source, charge } = ending.served ? billFor(terms, ending) : unbilled;
  const { status, endReason, errorCode } = ending;
  const totalMs = Math.max(0, deps.clock.now() - job.record.at);
  deps.ledger.settle(
    hold,
    { ...job.record, status, endReason, errorCode, usage, usageSource: source, charge, totalMs },
    done,
  );
  deps.metrics.inputTokens += inputTokens(usage);
  deps.metrics.outputTokens += outputTokens(usage);
}

/** An answer may be cancelled, fail or be lost after its client has read of it: it does not end as less than was given. */
function withGiven(ending: Ending, given: BackgroundJob['given']): Ending {
  if (!given || (ending.served && inputTokens(ending.usage ?? {}) + outputTokens(ending.usage ?? {}) > 0))
    return ending;
  const outputEstimate = Math.max(ending.outputEstimate, given.outputEstimate);
  const servedAs = given.servedAs ?? ending.servedAs;
  return { ...ending, served: true, usage: given.usage, servedAs, outputEstimate };
}

/** Of a request that was refused before anything was set aside for it. */
const noDebits: RequestRecord['debits'] = [];

function recordOf(context: AnyStage, key: KeyRecord, ending: Ended, bill: Bill, totalMs: number): RequestRecord {
  const summary = context.summary;
  return {
    id: context.call.id,
    at: context.at,
    userId: key.user.id,
    keyId: key.id,
    group: context.candidate?.stop?.group ?? context.group ?? '',
    protocol: context.call.endpoint.protocol,
    operation: context.call.endpoint.operation,
    modelAsked: summary?.model ?? '',
    modelSummed: summary && summedAs(context.snapshot, summary.model),
    modelServed: context.candidate?.upstreamModel ?? '',
    channelId: context.candidate?.target.channel.id ?? '',
    stream: summary?.stream ?? false,
    conversion: context.conversion,
    status: ending.status,
    endReason: ending.endReason,
    errorCode: ending.errorCode,
    usage: bill.usage,
    usageSource: context.doubtfulUsage && bill.charge ? 'implausible' : bill.source,
    charge: bill.charge,
    debits: context.hold?.debits ?? noDebits,
    ttftMs: context.firstByteMs === 0 ? 0 : Math.round(context.firstByteMs - context.startedMs),
    totalMs: Math.round(totalMs),
    clientIp: context.snapshot.settings.log.recordClientIp ? context.call.clientIp() : '',
    via: context.call.known?.via,
    attempts: context.attempts,
    steps: stepsOf(context),
    routing: routingOf(context),
  };
}

/** A model of the configuration is summed as it is, and one that is asked for with a suffix without it: there may be a million. */
function summedAs({ models }: Snapshot, asked: string): string | undefined {
  if (models.has(asked)) return undefined;
  const model = readModelSuffix(asked)?.model;
  return model !== undefined && models.has(model) ? model : unknownModel;
}

/** With one decimal: most steps take less than a millisecond. */
const sinceReceipt = (context: AnyStage, ms: number): number =>
  ms === 0 ? 0 : Math.round((ms - context.startedMs) * 10) / 10;

const stepsOf = (context: AnyStage): RequestRecord['steps'] => ({
  identifiedMs: sinceReceipt(context, context.identifiedMs),
  inspectedMs: sinceReceipt(context, context.inspectedMs),
  plannedMs: sinceReceipt(context, context.plannedMs),
  admittedMs: sinceReceipt(context, context.admittedMs),
});

/** A choice of one explains itself. */
function routingOf({ candidates = [], aside }: AnyStage): RequestRecord['routing'] {
  if (candidates.length < 2 && aside.length === 0) return undefined;
  return { order: candidates.map(({ target }) => [target.channel.id, target.credential.index]), aside };
}

/** Ends a request of which the client got nothing but an error, or nothing at all: no charge. */
export function settleUnserved(
  deps: RelayDeps,
  context: AnyStage,
  status: number,
  endReason: EndReason,
  errorCode: string,
): void {
  settle(
    deps,
    context,
    { status, endReason, errorCode, served: false, usage: undefined, outputEstimate: 0 },
    () => undefined,
  );
}

/** What a request would cost if it ended now. */
export const costSoFar = (context: AnyStage, candidate: Candidate, seen: Ending): Nanos =>
  billFor(termsOf(context, candidate), seen).charge?.amount ?? zeroNanos;

type Bill = { readonly usage: Usage; readonly source: UsageSource; readonly charge: Charge | undefined };

const unbilled: Bill = { usage: {}, source: 'none', charge: undefined };

/** What a bill is made out by. */
type Terms = Pick<BackgroundJob, 'price' | 'multiplier' | 'inputEstimate'> & {
  /** When the request came. */
  readonly at: number;
  readonly upstreamModel: string;
  /** Of the configuration it lives by, for other models that helped. */
  readonly models: () => Snapshot['models'];
};

const termsOf = (context: AnyStage, { price, upstreamModel, stop }: Candidate): Terms => ({
  price,
  multiplier: stop?.multiplier ?? context.multiplier ?? 0n,
  inputEstimate: context.summary?.inputEstimate ?? 0,
  at: context.at,
  upstreamModel,
  models: () => context.snapshot.models,
});

function billFor(terms: Terms, ending: Ending): Bill {
  const { price, multiplier, at, models, upstreamModel } = terms;
  const { reported, servedAs } = withUnreported(ending);
  const usage = reported ? consumed(reported, servedAs) : estimatedUsage(terms, ending);
  const source = reported && reported === ending.usage ? reportedSource(usage) : 'estimated';
  // An estimate is of the answer as one.
  const as = reported ? servedAs : servedAs && { tier: servedAs.tier };
  const priceOf = (model: string): Price | undefined => priceOfOther(models(), model, upstreamModel);
  return { usage, source, charge: price && quote(usage, price, multiplier, { as, at, priceOf }) };
}

const reportedSource = (usage: Usage): UsageSource =>
  inputTokens(usage) + outputTokens(usage) === 0 && !countedBuckets.some((bucket) => (usage[bucket] ?? 0) > 0)
    ? 'provider_reported_zero'
    : 'provider';

/**
 * What was reported, with what came since. Anthropic reports the input and a first token at the beginning of a stream, and
 * its output only at the end: an answer that broke off is billed for what of it had come by then.
 */
function withUnreported({ usage, servedAs, unreported = 0 }: Ending): {
  readonly reported: Usage | undefined;
  readonly servedAs: ServedAs | undefined;
} {
  if (!usage || !(unreported > 0)) return { reported: usage, servedAs };
  const parts = servedAs?.parts && [...servedAs.parts, { usage: { outputText: unreported } }];
  const reported = { ...usage, outputText: (usage.outputText ?? 0) + unreported };
  return { reported, servedAs: servedAs && { ...servedAs, parts } };
}

const estimatedUsage = ({ inputEstimate }: Terms, { estimate, outputEstimate }: Ending): Usage =>
  estimate ?? likelyUsage(inputEstimate, outputEstimate);

function measure(deps: RelayDeps, context: AnyStage, ending: Ended, usage: Usage, totalMs: number): void {
  const { metrics } = deps;
  count(metrics.requests, `${ending.status}`);
  count(metrics.endReasons, ending.endReason);
  metrics.inputTokens += inputTokens(usage);
  metrics.outputTokens += outputTokens(usage);
  metrics.durationSumMs += totalMs;
  observeLatency(metrics.durationCounts, totalMs);
  if (context.firstByteMs !== 0) {
    const ttftMs = context.firstByteMs - context.startedMs;
    metrics.ttftSumMs += ttftMs;
    observeLatency(metrics.ttftCounts, ttftMs);
  }
}
