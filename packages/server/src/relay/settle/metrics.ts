import type { EndReason } from '../../domain/record.ts';

/** Plain counters that the hot path adds to; read and named for Prometheus by http/metrics.ts. */
export type RelayMetrics = {
  readonly requests: Map<string, number>;
  readonly endReasons: Map<EndReason, number>;
  readonly attemptCauses: Map<string, number>;
  /** Answers that say what their upstream should not: usage that cannot be, another model. */
  readonly oddAnswers: Map<'usage' | 'model', number>;
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
  inputTokens: 0,
  outputTokens: 0,
  durationCounts: Array.from({ length: latencyBoundsMs.length + 1 }, () => 0),
  durationSumMs: 0,
  ttftCounts: Array.from({ length: latencyBoundsMs.length + 1 }, () => 0),
  ttftSumMs: 0,
});

/** Adds one to a named counter. */
export function count<K>(counters: Map<K, number>, name: K): void {
  counters.set(name, (counters.get(name) ?? 0) + 1);
}

/** Sorts a latency into its bucket. */
export function observeLatency(counts: number[], ms: number): void {
  let index = 0;
  while (index < latencyBoundsMs.length && ms > (latencyBoundsMs[index] ?? Infinity)) index++;
  counts[index] = (counts[index] ?? 0) + 1;
}
