import { inputTokens, outputTokens, type Usage } from '@tollgate/wire/ir/usage';
import { quote, type Charge } from '../domain/quote.ts';
import type { EndReason, RequestRecord, UsageSource } from '../domain/record.ts';
import type { KeyRecord } from '../domain/snapshot.ts';
import type { Candidate, Journey } from './journey.ts';
import { count, observeLatency } from './metrics.ts';
import type { World } from './world.ts';

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
  /** Output tokens counted by us, used only when nothing was reported. */
  readonly outputEstimate: number;
};

/**
 * Ends a request: one charge (or none), one record, one hold given back, limits corrected. The only place that charges.
 * `done` runs once the record is in the outbox; the answer's last byte must wait for it.
 */
export function settle(world: World, journey: Journey, ending: Ending, done: () => void): void {
  if (journey.finished) throw new Error(`request ${journey.call.id} was settled twice`);
  const bill = ending.served && journey.candidate ? billFor(journey, journey.candidate, ending) : unbilled;
  const totalMs = world.clock.elapsed() - journey.startedMs;
  const record = journey.key && recordOf(journey, journey.key, ending, bill, totalMs);
  // Until here nothing has changed, and what is thrown leaves a request that can still be settled.
  if (record && journey.hold) world.ledger.settle(journey.hold, record, done);

  journey.finished = true;
  world.load.openRequests--;
  world.load.bufferedBytes -= journey.bytes.byteLength + journey.mediaBytes;
  journey.admission?.leave(inputTokens(bill.usage) + outputTokens(bill.usage));
  measure(world, journey, ending, bill.usage, totalMs);
  if (record && journey.hold) return;
  if (record) world.ledger.note(record);
  done();
}

function recordOf(journey: Journey, key: KeyRecord, ending: Ending, bill: Bill, totalMs: number): RequestRecord {
  const look = journey.look;
  return {
    id: journey.call.id,
    at: journey.at,
    userId: key.user.id,
    keyId: key.id,
    group: journey.group,
    protocol: journey.call.protocol.id,
    operation: journey.call.operation,
    modelAsked: look?.model ?? '',
    modelServed: journey.candidate?.upstreamModel ?? '',
    channelId: journey.candidate?.target.channel.id ?? '',
    stream: look?.stream ?? false,
    conversion: journey.conversion,
    status: ending.status,
    endReason: ending.endReason,
    errorCode: ending.errorCode,
    usage: bill.usage,
    usageSource: bill.source,
    charge: bill.charge,
    ttftMs: journey.firstByteMs === 0 ? 0 : Math.round(journey.firstByteMs - journey.startedMs),
    totalMs: Math.round(totalMs),
    clientIp: journey.snapshot.settings.log.recordClientIp ? journey.call.clientIp() : '',
    attempts: journey.attempts,
  };
}

/** Ends a request of which the client got nothing but an error, or nothing at all: no charge. */
export function settleUnserved(
  world: World,
  journey: Journey,
  status: number,
  endReason: EndReason,
  errorCode: string,
): void {
  settle(
    world,
    journey,
    { status, endReason, errorCode, served: false, usage: undefined, outputEstimate: 0 },
    () => undefined,
  );
}

type Bill = { readonly usage: Usage; readonly source: UsageSource; readonly charge: Charge | undefined };

const unbilled: Bill = { usage: {}, source: 'none', charge: undefined };

function billFor(journey: Journey, candidate: Candidate, ending: Ending): Bill {
  const { price } = candidate;
  const usage = ending.usage ?? estimatedUsage(journey, ending);
  const source = ending.usage ? reportedSource(ending.usage) : 'estimated';
  return { usage, source, charge: price && quote(usage, price, journey.multiplier) };
}

const reportedSource = (usage: Usage): UsageSource =>
  inputTokens(usage) + outputTokens(usage) === 0 ? 'provider_reported_zero' : 'provider';

/** `inputEstimate` is an upper bound (it sizes the hold); half of it is what such text usually comes to. */
const estimatedUsage = (journey: Journey, ending: Ending): Usage => ({
  inputText: Math.ceil((journey.look?.inputEstimate ?? 0) / 2),
  outputText: ending.outputEstimate,
});

function measure(world: World, journey: Journey, ending: Ending, usage: Usage, totalMs: number): void {
  const { metrics } = world;
  count(metrics.requests, `${ending.status}`);
  count(metrics.endReasons, ending.endReason);
  metrics.inputTokens += inputTokens(usage);
  metrics.outputTokens += outputTokens(usage);
  metrics.durationSumMs += totalMs;
  observeLatency(metrics.durationCounts, totalMs);
  if (journey.firstByteMs !== 0) {
    const ttftMs = journey.firstByteMs - journey.startedMs;
    metrics.ttftSumMs += ttftMs;
    observeLatency(metrics.ttftCounts, ttftMs);
  }
}
