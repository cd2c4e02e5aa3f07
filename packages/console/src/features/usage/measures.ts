import type { UsageMeasure, UsageSums } from '@tollgate/contract/api/usage';
import { count, duration, shortCount } from '../../lib/format.ts';
import { usdRounded } from '../../lib/money.ts';

/** What can be measured: how it is read, written, and whether its parts add up to a whole. */

type Kind = 'money' | 'count' | 'duration' | 'speed';

type Measure = {
  readonly kind: Kind;
  readonly read: (sums: UsageSums) => number | null;
  /** Whether more of it is good; absent where that depends. */
  readonly moreIsGood?: boolean;
};

const measures: Readonly<Record<UsageMeasure, Measure>> = {
  cost: { kind: 'money', read: (sums) => Number(sums.costNanos) },
  requests: { kind: 'count', read: (sums) => sums.requests },
  errors: { kind: 'count', read: (sums) => sums.errors, moreIsGood: false },
  inputTokens: { kind: 'count', read: (sums) => sums.inputTokens },
  outputTokens: { kind: 'count', read: (sums) => sums.outputTokens },
  cacheReadTokens: { kind: 'count', read: (sums) => sums.cacheReadTokens, moreIsGood: true },
  cacheWriteTokens: { kind: 'count', read: (sums) => sums.cacheWriteTokens },
  cacheSaved: { kind: 'money', read: (sums) => Number(sums.cacheSavedNanos), moreIsGood: true },
  cacheExtra: { kind: 'money', read: (sums) => Number(sums.cacheExtraNanos), moreIsGood: false },
  ttftP50: { kind: 'duration', read: (sums) => sums.ttftP50Ms, moreIsGood: false },
  ttftP95: { kind: 'duration', read: (sums) => sums.ttftP95Ms, moreIsGood: false },
  tokensPerSecond: { kind: 'speed', read: (sums) => sums.tokensPerSecond, moreIsGood: true },
};

/** A measure of some requests as a number, for drawing and comparing; null where there is nothing to tell. */
export const valueOf = (measure: UsageMeasure, sums: UsageSums): number | null => measures[measure].read(sums);

export const moreIsGood = (measure: UsageMeasure): boolean | undefined => measures[measure].moreIsGood;

/** Whether parts add up to the whole; times and speeds do not. */
export const addsUp = (measure: UsageMeasure): boolean => {
  const { kind } = measures[measure];
  return kind === 'money' || kind === 'count';
};

const writers: Readonly<Record<Kind, (value: number) => string>> = {
  money: (value) => usdRounded(BigInt(Math.round(value))),
  count,
  duration,
  speed: (value) => value.toFixed(value < 10 ? 1 : 0),
};

/** A measure as people read it. */
export const writeMeasure = (measure: UsageMeasure, value: number | null): string =>
  value === null ? '–' : writers[measures[measure].kind](value);

/** The same in few characters, for an axis. */
export const writeShort = (measure: UsageMeasure, value: number): string =>
  measures[measure].kind === 'count' ? shortCount(value) : writeMeasure(measure, value);

/** What writing to prompt caches cost beyond what reading from them saved: nano-dollars. */
export function wastedOf({ cacheExtraNanos, cacheSavedNanos }: UsageSums): bigint {
  const wasted = BigInt(cacheExtraNanos) - BigInt(cacheSavedNanos);
  return wasted > 0n ? wasted : 0n;
}
