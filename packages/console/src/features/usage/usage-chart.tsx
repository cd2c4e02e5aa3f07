import type { UsageAnswer } from '@tollgate/contract/api/usage';
import { chartColours, TimeChart } from '../../components/charts/time-chart.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { calendarDay, dayAndHour, momentRange, shortDay } from '../../lib/format.ts';
import { useOperation } from '../../lib/operations.ts';
import { addsUp, valueOf, writeMeasure, writeShort } from './measures.ts';
import { lengthOf, timeSideOf } from './search.ts';
import { seriesOf } from './series.ts';
import type { Ask } from './use-ask.ts';
import { useUsageWords } from './words.ts';

type UsageChartProps = { readonly ask: Ask; readonly answer: UsageAnswer };

/** The measure over time, told apart by what the table is; the table has the same numbers in words. */
export function UsageChart({ ask, answer }: UsageChartProps) {
  const t = useUsageWords();
  const { measure, by, split, narrowed, range } = ask;
  const timed = by === 'hour' || by === 'day';
  const stacked = addsUp(measure);
  const side = timed ? by : timeSideOf(range, stacked);
  // Statuses are told by the log, which knows no hours of them: there the chart has the whole.
  const apart = timed ? split : by === 'status' ? undefined : by;
  const { data, error } = useOperation(
    'usage.query',
    { query: { ...narrowed, ...range, measure, groupBy: side, splitBy: apart, compare: 'false', limit: 1000 } },
    { keep: true, freshMs: 30_000 },
  );
  const whole = t(`measure.${measure}`);
  if (data === undefined)
    return (
      <Card title={whole}>
        {error === null ? <div aria-hidden className="h-64" /> : <ErrorNotice title={t('chartUnread')} error={error} />}
      </Card>
    );
  const top = (timed ? largestOf(data, measure) : answer.rows)
    .slice(0, chartColours)
    .map(({ key, label }) => ({ key, label: label === '' ? t('unnamed') : label }));
  const { series, buckets } = seriesOf({
    answer: data,
    top,
    measure,
    lengthMs: lengthOf(side),
    rest: t('rest'),
    whole,
  });
  const when = side === 'day' ? shortDay : dayAndHour;
  const from = momentRange(data.from, data.to);
  return (
    <Card
      title={apart === undefined ? whole : t('chart.title', { measure: whole, side: t(`side.${apart}`) })}
      description={t('chart.when', { when: from })}
    >
      <TimeChart
        buckets={buckets}
        series={series}
        stacked={stacked}
        label={t('chart.label', {
          measure: whole,
          total: writeMeasure(measure, valueOf(measure, data.total)),
          from: calendarDay(data.from),
          to: calendarDay(data.to),
        })}
        format={(value) => (stacked ? writeShort(measure, value) : writeMeasure(measure, value))}
        when={when}
      />
    </Card>
  );
}

/** Of what the hours or days are split by, the largest over all of them first. */
function largestOf(
  { rows }: UsageAnswer,
  measure: Ask['measure'],
): readonly { readonly key: string; readonly label: string }[] {
  const sums = new Map<string, { readonly key: string; readonly label: string; sum: number }>();
  for (const { key, label, sums: part } of rows.flatMap(({ split }) => split)) {
    const one = sums.get(key) ?? { key, label, sum: 0 };
    one.sum += valueOf(measure, part) ?? 0;
    sums.set(key, one);
  }
  return [...sums.values()].toSorted((a, b) => b.sum - a.sum);
}
