import type { UsageSums } from '@tollgate/contract/api/usage';
import type { ReactNode } from 'react';
import { Sparkline, StatTile } from '../../components/charts/marks.tsx';
import { count, duration, percent } from '../../lib/format.ts';
import { usdRounded } from '../../lib/money.ts';
import { changeOf, errorRate } from '../../lib/usage-sums.ts';
import { useHomeWords } from './words.ts';

type Hour = { readonly hour: number; readonly sums: UsageSums };
type FiguresProps = {
  readonly now: UsageSums;
  readonly before: UsageSums;
  readonly series: readonly Hour[];
  /** The first tile, where it is not the cost of the last day. */
  readonly first?: ReactNode;
};

/** The four numbers of a day, each with its hours and how it moved against the day before. */
export function Figures({ now, before, series, first }: FiguresProps) {
  const t = useHomeWords();
  const moved = (one: number | null, other: number | null, moreIsGood: boolean | undefined) => {
    const change = changeOf(one, other);
    if (change === undefined) return undefined;
    return {
      words: t(change < 0 ? 'less' : 'more', { share: percent(Math.abs(change)) }),
      good: moreIsGood === undefined || change === 0 ? undefined : change > 0 === moreIsGood,
    };
  };
  const spark = (valueOf: (sums: UsageSums) => number, label: string, tone?: 'danger') => (
    <Sparkline
      values={series.map(({ sums }) => valueOf(sums))}
      label={label}
      className="h-8 w-24 max-sm:hidden"
      {...(tone !== undefined && { tone })}
    />
  );
  return (
    <div className="mb-4 grid grid-cols-2 gap-3 lg:grid-cols-4">
      {first ?? (
        <StatTile
          label={t('cost')}
          value={usdRounded(BigInt(now.costNanos))}
          change={moved(Number(now.costNanos), Number(before.costNanos), undefined)}
          chart={spark(({ costNanos }) => Number(costNanos), t('byHour', { what: t('cost') }))}
        />
      )}
      <StatTile
        label={t('requests')}
        value={count(now.requests)}
        change={moved(now.requests, before.requests, undefined)}
        chart={spark(({ requests }) => requests, t('byHour', { what: t('requests') }))}
      />
      <StatTile
        label={t('errorRate')}
        value={now.requests === 0 ? '–' : percent(errorRate(now))}
        change={moved(errorRate(now), errorRate(before), false)}
        chart={spark(errorRate, t('byHour', { what: t('errorRate') }), 'danger')}
      />
      <StatTile
        label={t('ttft')}
        value={now.ttftP95Ms === null ? '–' : duration(now.ttftP95Ms)}
        change={moved(now.ttftP95Ms, before.ttftP95Ms, false)}
        chart={spark(({ ttftP95Ms }) => ttftP95Ms ?? 0, t('byHour', { what: t('ttft') }))}
      />
    </div>
  );
}
