import type { UsageAnswer, UsageMeasure } from '@tollgate/contract/api/usage';
import type { ChartSeries, TimeBucket } from '../../components/charts/time-chart.tsx';
import { addsUp, valueOf } from './measures.ts';

export type Series = {
  readonly series: readonly ChartSeries[];
  readonly buckets: readonly TimeBucket[];
};

type SeriesOptions = {
  /** By hours or days, split by what the rows are. */
  readonly answer: UsageAnswer;
  /** The rows that have a series of their own, the largest first. */
  readonly top: readonly { readonly key: string; readonly label: string }[];
  readonly measure: UsageMeasure;
  readonly lengthMs: number;
  /** How everything that has no series of its own is called. */
  readonly rest: string;
  /** How all of it is called, where nothing tells it apart. */
  readonly whole: string;
};

const restId = '\u0000rest';

/** Usage over time as a chart has it: without holes, each of the top a series, and what is beyond them one more. */
export function seriesOf({ answer, top, measure, lengthMs, rest, whole }: SeriesOptions): Series {
  const rows = new Map(answer.rows.map((row) => [Number(row.key), row]));
  const starts = timesOf(answer, lengthMs);
  const stacked = addsUp(measure);
  const split = answer.rows.some((row) => row.split.length > 0);
  const nothing = stacked ? 0 : null;
  if (!split)
    return {
      series: [{ id: 'all', label: whole }],
      buckets: starts.map((at) => {
        const row = rows.get(at);
        return { at, values: [row === undefined ? nothing : valueOf(measure, row.sums)] };
      }),
    };
  const buckets = starts.map((at) => {
    const row = rows.get(at);
    const parts = new Map(row?.split.map((part) => [part.key, valueOf(measure, part.sums)]));
    const own = top.map(({ key }) => parts.get(key) ?? nothing);
    if (!stacked) return { at, values: own };
    const all = row === undefined ? 0 : (valueOf(measure, row.sums) ?? 0);
    return { at, values: [...own, Math.max(0, all - own.reduce<number>((sum, value) => sum + (value ?? 0), 0))] };
  });
  const known = top.map(({ key, label }) => ({ id: key, label }));
  // A rest that is nothing needs no name.
  if (!stacked || buckets.every(({ values }) => (values.at(-1) ?? 0) === 0))
    return { series: known, buckets: buckets.map(({ at, values }) => ({ at, values: values.slice(0, known.length) })) };
  return { series: [...known, { id: restId, label: rest, rest: true }], buckets };
}

/** Every hour or day of an answer, those without usage too. */
function timesOf({ from, to, rows }: UsageAnswer, lengthMs: number): readonly number[] {
  // Days begin at the reader's midnight, as the rows say.
  const known = rows.map(({ key }) => Number(key)).toSorted((a, b) => a - b);
  const anchor = known[0] ?? from;
  const first = anchor - Math.max(0, Math.floor((anchor - from) / lengthMs)) * lengthMs;
  return Array.from(
    { length: Math.max(0, Math.ceil((to - first) / lengthMs)) },
    (_, place) => first + place * lengthMs,
  );
}
