import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Load } from '../relay/admit/load.ts';
import type { HealthTracker } from '../relay/plan/health-tracker.ts';
import { registerJobMetrics, type JobMetricsSources } from './job-metrics.ts';
import { latencyBoundsMs, type RelayMetrics } from '../relay/settle/metrics.ts';
import type { UpstreamClient } from '../upstream/upstream.ts';

export type MetricsSources = {
  readonly metrics: RelayMetrics;
  readonly load: Load;
  readonly health: HealthTracker;
  readonly upstream: UpstreamClient;
  readonly now: () => number;
  readonly jobs: JobMetricsSources;
  /** Records waiting for the main database. */
  ledger(): { readonly unpostedBytes: number; readonly unposted: number };
};

/**
 * Prometheus text. The hot path only adds to plain numbers; they get their names and labels here, when somebody asks.
 */
export function createMetricsPage(sources: MetricsSources): () => Promise<string> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[], read: () => Iterable<readonly [string, number]>) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const [label, value] of read())
          this.inc(labelNames[0] === undefined ? {} : { [labelNames[0]]: label }, value);
      },
    });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });

  const { metrics, load } = sources;
  counter('tollgate_requests_total', 'Requests by the status the client got.', ['status'], () => metrics.requests);
  counter('tollgate_request_ends_total', 'Requests by who ended them and how.', ['reason'], () => metrics.endReasons);
  counter(
    'tollgate_upstream_attempts_total',
    'Attempts at upstreams by outcome.',
    ['cause'],
    () => metrics.attemptCauses,
  );
  counter(
    'tollgate_odd_answers_total',
    'Answers that report usage that cannot be, or that another model gave than was asked, by what is odd.',
    ['what'],
    () => metrics.oddAnswers,
  );
  counter('tollgate_input_tokens_total', 'Input tokens charged.', [], () => [['', metrics.inputTokens]]);
  counter('tollgate_output_tokens_total', 'Output tokens charged.', [], () => [['', metrics.outputTokens]]);
  counter(
    'tollgate_cache_read_tokens_total',
    'Input tokens read from prompt caches, by channel.',
    ['channel'],
    () => metrics.cacheRead,
  );
  counter(
    'tollgate_cache_written_tokens_total',
    'Input tokens written to prompt caches, by channel.',
    ['channel'],
    () => metrics.cacheWritten,
  );
  gauge('tollgate_open_requests', 'Requests being served.', () => load.openRequests);
  gauge('tollgate_buffered_bytes', 'Bytes of bodies held for retries and answers.', () => load.bufferedBytes);
  gauge('tollgate_loop_delay_seconds', 'Lateness of the last tick of the event loop.', () => load.loopDelayMs / 1000);
  gauge('tollgate_drains', 'Upstreams read on after their client left.', () => load.drains);
  gauge('tollgate_upstream_connections_active', 'Upstream connections in use.', () => sources.upstream.stats().active);
  gauge('tollgate_upstream_connections_idle', 'Upstream connections kept alive.', () => sources.upstream.stats().idle);
  gauge('tollgate_outbox_bytes', 'Bytes of records not yet in the books.', () => sources.ledger().unpostedBytes);
  gauge('tollgate_outbox_records', 'Records not yet in the books.', () => sources.ledger().unposted);
  gauge('tollgate_targets_closed', 'Targets with an open breaker or in cooldown.', () => {
    const now = sources.now();
    let closed = 0;
    for (const [, health] of sources.health.entries()) if (health.coolUntil > now || health.openUntil > now) closed++;
    return closed;
  });

  registerJobMetrics(registry, sources.jobs);

  return async () =>
    (await registry.metrics()) +
    histogram(
      'tollgate_request_duration_seconds',
      'From receipt to the end of the answer.',
      metrics.durationCounts,
      metrics.durationSumMs,
    ) +
    histogram(
      'tollgate_time_to_first_byte_seconds',
      'From receipt to the first byte of output.',
      metrics.ttftCounts,
      metrics.ttftSumMs,
    );
}

/** prom-client can only observe one value at a time, so ready-made buckets are written by hand. */
function histogram(name: string, help: string, counts: readonly number[], sumMs: number): string {
  let below = 0;
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
  counts.forEach((count, index) => {
    below += count;
    const bound = latencyBoundsMs[index];
    lines.push(`${name}_bucket{le="${bound === undefined ? '+Inf' : bound / 1000}"} ${below}`);
  });
  lines.push(`${name}_sum ${sumMs / 1000}`, `${name}_count ${below}`);
  return `\n${lines.join('\n')}\n`;
}
