import { readModelSuffix } from '@tollgate/wire/models/suffix';
import { inputTokens, outputTokens, type Usage } from '@tollgate/wire/ir/usage';
import type { BackgroundJob } from '../../domain/background-job.ts';
import { zeroNanos, type Nanos } from '../../domain/money.ts';
import { otherModelOf, type OtherModel } from '../../domain/other-model.ts';
import { traitsServed } from '../../domain/served-model.ts';
import { unknownModel, type EndReason, type RequestRecord } from '../../domain/record.ts';
import { channelById, type KeyRecord, type Snapshot } from '../../domain/snapshot.ts';
import type { Hold } from '../../services/ledger/types.ts';
import { namedModels } from '../plan/passed-fields.ts';
import { leaveLimits } from '../admit/admit.ts';
import { leaveChannel } from '../admit/enter-channel.ts';
import type { AnyStage, Candidate, Planned } from '../request-context.ts';
import { refusalPrice } from '../../domain/refusal-price.ts';
import { billFor, costsOf, feeMultiplierOf, termsOf, unbilled, type Bill, type Terms } from './bill.ts';
import type { Ending } from './ending.ts';
import { count, countTokens, observeLatency } from './metrics.ts';
import type { RelayDeps } from '../deps.ts';

type Ended = Pick<Ending, 'status' | 'endReason' | 'errorCode'>;

const workedOn: Ended = { status: 200, endReason: 'completed', errorCode: '' };

/**
 * Ends a request: one charge (or none), one record, one hold given back, limits corrected. The only place that charges.
 * `done` runs once the record is in the outbox; the answer's last byte must wait for it.
 */
export function settle(deps: RelayDeps, context: AnyStage, ending: Ending, done: () => void): void {
  if (context.finished) throw new Error(`request ${context.call.id} was settled twice`);
  const { charged } = context.call.endpoint;
  const { candidate } = context;
  const isBilled = charged && ending.served && candidate !== undefined;
  const other = isBilled ? otherModelFor(context, candidate, ending) : undefined;
  const bill = isBilled
    ? billFor(termsFor(context, candidate, ending, other), withSearches(context, ending))
    : unbilled;
  const oddities = { other, doubtful: context.doubtfulUsage || ending.doubtful === true };
  const totalMs = deps.clock.elapsed() - context.startedMs;
  const record = charged && context.key ? recordOf(context, context.key, ending, bill, totalMs, oddities) : undefined;
  // Until here nothing has changed, and what is thrown leaves a request that can still be settled.
  if (record && context.hold) deps.ledger.settle(context.hold, record, done);

  if (charged) alarm(deps, context.call.id, candidate?.target.channel.id, oddities, bill);
  close(deps, context, ending, bill.usage, totalMs);
  if (record && context.hold) return;
  if (record) deps.ledger.note(record);
  done();
}

function termsFor(context: AnyStage, candidate: Candidate, { price }: Ending, other: OtherModel | undefined): Terms {
  const terms = termsOf(context, candidate);
  return price === undefined
    ? { ...terms, other }
    : { ...terms, other, price, multiplier: feeMultiplierOf(context, candidate) };
}

/** One answer of a session that goes on: when it began, and under which id it is charged. */
export type SessionAnswer = Pick<AnyStage, 'at' | 'startedMs' | 'firstByteMs'> & { readonly id: string };

/** Charges one answer of a session, under an id of its own; the session goes on. Returns what it cost. `done` as in {@link settle}. */
export function settleAnswer(
  deps: RelayDeps,
  session: Planned,
  answer: SessionAnswer,
  ending: Ending,
  done: () => void,
): Nanos {
  const { hold, candidate, key } = session;
  if (!hold || !candidate) throw new Error(`nothing is held for session ${session.call.id}`);
  const { id, ...times } = answer;
  const context: AnyStage = { ...session, ...times, ...unsaid, call: { ...session.call, id } };
  const other = otherModelFor(context, candidate, ending);
  const bill = billFor({ ...termsOf(context, candidate), other }, ending);
  const oddities = { other, doubtful: ending.doubtful === true };
  const totalMs = deps.clock.elapsed() - answer.startedMs;
  deps.ledger.settlePart(hold, recordOf(context, key, ending, bill, totalMs, oddities), done);
  alarm(deps, id, candidate.target.channel.id, oddities, bill);
  session.chargedTokens += inputTokens(bill.usage) + outputTokens(bill.usage);
  countTokens(deps.metrics, candidate.target.channel.id, bill.usage);
  return bill.charge?.amount ?? zeroNanos;
}

/** What the record of the session itself tells. */
const unsaid = {
  attempts: [],
  candidates: [],
  aside: [],
  identifiedMs: 0,
  inspectedMs: 0,
  plannedMs: 0,
  admittedMs: 0,
};

/** What an answer says that its upstream should not. */
type Oddities = { readonly other?: OtherModel | undefined; readonly doubtful: boolean };

/** The model that answered, where that is not the one that this candidate was asked for. */
function otherModelFor(context: AnyStage, { target, upstreamModel, traits }: Candidate, { servedAs }: Ending) {
  const { channel } = target;
  // An advisor or a fallback is told by its part; what the channel itself writes is known to nobody here.
  if (servedAs?.model === undefined || channel.overrides.choosesModel) return undefined;
  const baseModel = channel.models.get(context.model ?? '')?.baseModel;
  const asked = {
    isKnown: traits.family !== undefined,
    sent: [upstreamModel, baseModel],
    named: (context.summary && namedModels(context.summary, context.key, channel)) ?? [],
  };
  return otherModelOf(servedAs.model, asked, context.snapshot.models);
}

/** Tells the operator: counted, and in the gateway's own log. A model that the client named itself is no surprise. */
function alarm(
  { metrics, log }: RelayDeps,
  requestId: string,
  channel: string | undefined,
  { other, doubtful }: Oddities,
  { usage, charge }: Bill,
): void {
  if (doubtful) {
    count(metrics.oddAnswers, 'usage');
    log.warn({ requestId, channel, usage }, 'an upstream reported usage that cannot be');
  }
  if (!other || other.named) return;
  count(metrics.oddAnswers, 'model');
  const { name: model, pricedAs } = other;
  log.warn({ requestId, channel, model, pricedAs, amount: charge?.amount.toString() }, 'another model answered');
}

/** Chat answers do not tell of the search that a field of the request bought: there is one, whatever its model made of it. */
function withSearches({ call, summary }: AnyStage, ending: Ending): Ending {
  const asked = call.endpoint.operation === 'chat' ? summary?.counted?.searches : undefined;
  if (asked === undefined || ending.price || !ending.usage || ending.usage.searches !== undefined) return ending;
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
  leaveLimits(context, context.chargedTokens + inputTokens(usage) + outputTokens(usage));
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
  // What was not served costs nothing: it must come to its end also where the configuration cannot be read.
  const { bill, other } = ending.served ? billOfJob(deps, job, ending) : { bill: unbilled, other: undefined };
  const oddities = { other, doubtful: ending.doubtful === true };
  const { usage, charge, cost } = bill;
  const { status, endReason, errorCode } = ending;
  const totalMs = Math.max(0, deps.clock.now() - job.record.at);
  deps.ledger.settle(
    hold,
    { ...job.record, status, endReason, errorCode, usage, ...toldOf(bill, oddities), charge, cost, totalMs },
    done,
  );
  alarm(deps, job.record.id, job.channelId, oddities, bill);
  countTokens(deps.metrics, job.channelId, usage);
}

function billOfJob(deps: RelayDeps, job: BackgroundJob, ending: Ending) {
  const snapshot = deps.snapshot();
  const other = otherModelOfJob(snapshot, job, ending);
  const terms: Terms = {
    ...job,
    at: job.record.at,
    upstreamModel: job.record.modelServed,
    costs: job.record.ownKey === true ? 'nothing' : costsOf(snapshot.channels.get(job.channelId)),
    models: () => snapshot.models,
    other,
  };
  return { bill: billFor(terms, ending), other };
}

function otherModelOfJob(snapshot: Snapshot, { channelId, record }: BackgroundJob, { servedAs }: Ending) {
  const { models } = snapshot;
  const channel = channelById(snapshot, channelId);
  if (channel?.overrides.choosesModel === true) return undefined;
  const sent = [record.modelServed, channel?.models.get(record.modelAsked)?.baseModel];
  const isKnown = traitsServed(channel?.models ?? new Map(), record.modelServed).family !== undefined;
  return otherModelOf(servedAs?.model, { sent, isKnown, named: [] }, models);
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

/** What the log says of where its numbers come from, and of who answered. */
const toldOf = ({ source, charge }: Bill, { other, doubtful }: Oddities) => ({
  usageSource: doubtful && charge ? ('implausible' as const) : source,
  ...(other && { modelAnswered: other.name }),
});

const nothingOdd: Oddities = { doubtful: false };

function recordOf(
  context: AnyStage,
  key: KeyRecord,
  ending: Ended,
  bill: Bill,
  totalMs: number,
  oddities = nothingOdd,
): RequestRecord {
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
    ...toldOf(bill, oddities),
    charge: bill.charge,
    cost: bill.cost,
    ...(context.candidate?.target.channel.broughtBy && { ownKey: true as const }),
    debits: context.hold?.debits ?? noDebits,
    shortfall: context.shortfall,
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

/**
 * Ends a request that its provider's filter refused for a fee, which is all that is charged. `false`, and nothing is done, where the
 * provider takes none or the model's price names none. `done` as in {@link settle}.
 */
export function settleRefused(
  deps: RelayDeps,
  context: AnyStage,
  candidate: Candidate,
  ended: Ended,
  done: () => void,
): boolean {
  const price = candidate.dialect.refusalFee && candidate.price && refusalPrice(candidate.price);
  // Who brought the key pays the provider.
  if (!price || context.hold === undefined || candidate.target.channel.broughtBy !== undefined) return false;
  settle(deps, context, { ...ended, served: true, usage: { refusals: 1 }, outputEstimate: 0, price }, done);
  return true;
}

/** What a request would cost if it ended now. */
export const costSoFar = (context: AnyStage, candidate: Candidate, seen: Ending): Nanos =>
  billFor(termsOf(context, candidate), seen).charge?.amount ?? zeroNanos;

function measure(deps: RelayDeps, context: AnyStage, ending: Ended, usage: Usage, totalMs: number): void {
  const { metrics } = deps;
  count(metrics.requests, `${ending.status}`);
  count(metrics.endReasons, ending.endReason);
  countTokens(metrics, context.candidate?.target.channel.id ?? '', usage);
  metrics.durationSumMs += totalMs;
  observeLatency(metrics.durationCounts, totalMs);
  if (context.firstByteMs !== 0) {
    const ttftMs = context.firstByteMs - context.startedMs;
    metrics.ttftSumMs += ttftMs;
    observeLatency(metrics.ttftCounts, ttftMs);
  }
}
