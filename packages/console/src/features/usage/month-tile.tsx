import { useMemo } from 'react';
import { StatTile } from '../../components/charts/marks.tsx';
import { shortDay } from '../../lib/format.ts';
import { usdRounded } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { forecastOf, monthOf } from './forecast.ts';
import type { Ask } from './use-ask.ts';
import { useUsageWords } from './words.ts';

const [hourMs, dayMs] = [3_600_000, 86_400_000];

/** What this month will have come to by its end, of what is looked at; whatever the stretch of time on the page. */
export function MonthTile({ ask: { narrowed } }: { readonly ask: Ask }) {
  const t = useUsageWords();
  // To the hour, so that the question stays the same for a while.
  const now = useMemo(() => Math.floor(Date.now() / hourMs) * hourMs, []);
  const { from, to, paceFrom } = monthOf(now);
  const { data } = useOperation(
    'usage.query',
    {
      query: {
        ...narrowed,
        from: Math.min(from, paceFrom),
        to: now + hourMs,
        groupBy: 'day',
        zoneMinutes: -new Date().getTimezoneOffset(),
        compare: 'false',
      },
    },
    { keep: true, freshMs: 300_000 },
  );
  const forecast =
    data &&
    forecastOf(
      data.rows.map(({ key, sums }) => ({ at: Number(key), costNanos: BigInt(sums.costNanos) })),
      now,
    );
  return (
    <StatTile
      label={t('month.label', { day: shortDay(to - dayMs) })}
      value={forecast?.expected === undefined ? '–' : usdRounded(forecast.expected)}
      note={
        forecast !== undefined && (
          <span title={t('month.how')}>{t('month.spent', { spent: usdRounded(forecast.spent) })}</span>
        )
      }
    />
  );
}
