import type { UsageMeasure, UsageSums } from '@tollgate/contract/api/usage';
import { percentileOf } from '../../domain/latency-buckets.ts';
import type { Sums } from '../../store/usage-sums.ts';

/** Sums as the API shows them. */
export const presentSums = (sums: Sums): UsageSums => ({
  requests: sums.requests,
  errors: sums.errors,
  inputTokens: sums.inputTokens,
  outputTokens: sums.outputTokens,
  cacheReadTokens: sums.cacheRead,
  cacheWriteTokens: sums.cacheWrite,
  costNanos: sums.amount.toString(),
  cacheSavedNanos: sums.cacheSaved.toString(),
  cacheExtraNanos: sums.cacheExtra.toString(),
  ttftP50Ms: percentileOf(sums.ttft, 0.5) ?? null,
  ttftP95Ms: percentileOf(sums.ttft, 0.95) ?? null,
  tokensPerSecond: speedOf(sums),
});

/** Output tokens a second, with one decimal; null where nothing was streamed. */
const speedOf = ({ writtenTokens, writingMs }: Sums): number | null =>
  writingMs === 0 ? null : Math.round((writtenTokens * 10_000) / writingMs) / 10;

const measures: Readonly<Record<UsageMeasure, (sums: Sums) => number>> = {
  cost: ({ amount }) => Number(amount),
  requests: ({ requests }) => requests,
  errors: ({ errors }) => errors,
  inputTokens: (sums) => sums.inputTokens,
  outputTokens: (sums) => sums.outputTokens,
  cacheReadTokens: ({ cacheRead }) => cacheRead,
  cacheWriteTokens: ({ cacheWrite }) => cacheWrite,
  cacheSaved: ({ cacheSaved }) => Number(cacheSaved),
  cacheExtra: ({ cacheExtra }) => Number(cacheExtra),
  ttftP50: ({ ttft }) => percentileOf(ttft, 0.5) ?? 0,
  ttftP95: ({ ttft }) => percentileOf(ttft, 0.95) ?? 0,
  tokensPerSecond: (sums) => speedOf(sums) ?? 0,
};

/** A measure as a number to sort by; an amount is near enough. */
export const measureOf = (measure: UsageMeasure, sums: Sums): number => measures[measure](sums);
