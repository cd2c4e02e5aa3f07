import { cacheWrites, inputTokens, outputTokens, type Usage } from '@tollgate/wire/ir/usage';
import type { EndReason } from '../../domain/record.ts';

/** Plain counters that the hot path adds to; read and named for Prometheus by http/metrics.ts. */
export type RelayMetrics = {
  readonly requests: Map<string, number>;
  readonly endReasons: Map<EndReason, number>;
  readonly attemptCauses: Map<string, number>;
  /** Answers that say what their upstream should not: usage that cannot be, another model. */
  readonly oddAnswers: Map<'usage' | 'model', number>;
  /** Tokens of prompt caches, by channel. */
  readonly cacheRead: Map<string, number>;
  readonly cacheWritten: Map<string, number>;
  inputTokens: number;
  outputTokens: number;
  /** Upper bounds in ms and counts of requests at or under each (cumulative is made on reading). */
  readonly durationCounts: number[];
  durationSumMs: number;
  readonly ttftCounts: number[];
  ttftSumMs: number;
};

/** Bucket bounds in ms shared by both histograms. */
export const latencyBoundsMs = [
  5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000,
] as const;

export const emptyMetrics = (): RelayMetrics => ({
  requests: new Map(),
  endReasons: new Map(),
  attemptCauses: new Map(),
  oddAnswers: new Map(),
  cacheRead: new Map(),
  cacheWritten: new Map(),
  inputTokens: 0,
  outputTokens: 0,
  durationCounts: Array.from({ length: latencyBoundsMs.length + 1 }, () => 0),
  durationSumMs: 0,
  ttftCounts: Array.from({ length: latencyBoundsMs.length + 1 }, () => 0),
  ttftSumMs: 0,
});

/** Adds to a named counter; one, unless it says how many. */
export function count<K>(counters: Map<K, number>, name: K, by = 1): void {
  counters.set(name, (counters.get(name) ?? 0) + by);
}

/** Adds up what a channel's answer used. */
export function countTokens(metrics: RelayMetrics, channel: string, usage: Usage): void {
  metrics.inputTokens += inputTokens(usage);
  metrics.outputTokens += outputTokens(usage);
  const { cacheRead = 0 } = usage;
  if (cacheRead > 0) count(metrics.cacheRead, channel, cacheRead);
  const written = cacheWrites(usage);
  if (written > 0) count(metrics.cacheWritten, channel, written);
}

/** Sorts a latency into its bucket. */
export function observeLatency(counts: number[], ms: number): void {
  let index = 0;
  while (index < latencyBoundsMs.length && ms > (latencyBoundsMs[index] ?? Infinity)) index++;
  counts[index] = (counts[index] ?? 0) + 1;
}
