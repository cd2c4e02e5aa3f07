import { probeEvents, type EventReader } from '@tollgate/wire/protocols/openai-media/events-probe';
import type { ResponseTransform } from '../../relay/exchange.ts';
import type { Planned } from '../../relay/request-context.ts';
import type { Metered } from './metering.ts';

/** A stream of typed events, handed on as it comes; `meter` says what it used, as far as it has said so. */
export function openEvents(
  { call }: Planned,
  reader: EventReader,
  meter: (outputEstimate: number) => Metered,
): ResponseTransform {
  const probe = probeEvents(reader);
  return {
    contentType: 'text/event-stream; charset=utf-8',
    push: probe.push,
    end: probe.end,
    close: () => undefined,
    fail: (words) => call.endpoint.errors.writeStreamError(words, call.id),
    losses: [],
    get meaningful() {
      return probe.meaningful;
    },
    get finished() {
      return probe.finished;
    },
    get finishReason() {
      return probe.finishReason;
    },
    get error() {
      return probe.error;
    },
    get usage() {
      return meter(probe.outputEstimate).usage;
    },
    get estimate() {
      return meter(probe.outputEstimate).estimate;
    },
    get doubtful() {
      return probe.doubtful || meter(probe.outputEstimate).doubtful === true;
    },
    get servedAs() {
      return probe.servedAs;
    },
    get outputEstimate() {
      return probe.outputEstimate;
    },
    unreported: 0,
  };
}
