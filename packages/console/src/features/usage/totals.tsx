import type { UsageAnswer, UsageMeasure, UsageSums } from '@tollgate/contract/api/usage';
import { StatTile } from '../../components/charts/marks.tsx';
import { percent, shortCount } from '../../lib/format.ts';
import { usdRounded } from '../../lib/money.ts';
import { changeOf, errorRate } from '../../lib/usage-sums.ts';
import { addsUp, moreIsGood, valueOf, wastedOf, writeMeasure } from './measures.ts';
import { MonthTile } from './month-tile.tsx';
import type { Ask } from './use-ask.ts';
import { useUsageWords, type UsageWords } from './words.ts';

/** How a number moved against the time before, in words. */
export function movedOf(
  t: UsageWords,
  now: number | null,
  before: number | null | undefined,
  good: boolean | undefined,
): { readonly words: string; readonly good: boolean | undefined } | undefined {
  const change = changeOf(now, before ?? null);
  if (change === undefined) return undefined;
  return {
    // Beyond ten times as much a percentage says nothing.
    words:
      change >= 99
        ? t('farMore')
        : change >= 9
          ? t('times', { times: shortCount(change + 1) })
          : t(change < 0 ? 'less' : 'more', { share: percent(Math.abs(change)) }),
    good: good === undefined || change === 0 ? undefined : change > 0 === good,
  };
}

type TotalsProps = { readonly ask: Ask; readonly answer: UsageAnswer };

const valueBefore = (measure: UsageMeasure, sums: UsageSums | null): number | null => sums && valueOf(measure, sums);

/** What all of it came to, against the stretch of the same length before. */
export function Totals({ ask, answer: { total, previousTotal: previous } }: TotalsProps) {
  const t = useUsageWords();
  // A handful of requests says nothing of how fast or how often they fail.
  const enough = previous !== null && previous.requests * 100 >= total.requests ? previous : null;
  const tile = (measure: UsageMeasure) => (
    <StatTile
      label={t(`measure.${measure}`)}
      value={writeMeasure(measure, valueOf(measure, total))}
      change={movedOf(
        t,
        valueOf(measure, total),
        valueBefore(measure, addsUp(measure) ? previous : enough),
        moreIsGood(measure),
      )}
    />
  );
  const rate = (sums: UsageSums): number | null => (sums.requests === 0 ? null : errorRate(sums));
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-4 xl:grid-cols-7 max-xl:*:last:col-span-2">
      {tile('cost')}
      <MonthTile ask={ask} />
      {tile('requests')}
      <StatTile
        label={t('errorRate')}
        value={rate(total) === null ? '–' : percent(errorRate(total))}
        change={movedOf(t, rate(total), enough && rate(enough), false)}
      />
      {tile('ttftP95')}
      {tile('cacheSaved')}
      <StatTile
        label={t('cache.wasted')}
        value={usdRounded(wastedOf(total))}
        change={movedOf(t, Number(wastedOf(total)), previous && Number(wastedOf(previous)), false)}
      />
    </div>
  );
}
