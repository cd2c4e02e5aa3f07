import { useState, type PointerEvent } from 'react';
import { shortAxis } from './axis.ts';

export type TimeBucket = {
  readonly at: number;
  /** One for each series; null where there is nothing to tell. */
  readonly values: readonly (number | null)[];
};

export type ChartSeries = {
  readonly id: string;
  readonly label: string;
  /** What has no series of its own: it has no colour either. */
  readonly rest?: true;
};

type TimeChartProps = {
  /** Oldest first, without holes. */
  readonly buckets: readonly TimeBucket[];
  /** What they are of, the largest first; in the order of the values. */
  readonly series: readonly ChartSeries[];
  /** Stacked, where parts add up to a whole; otherwise lines. */
  readonly stacked: boolean;
  /** In a sentence, with the numbers that matter. A table of the same numbers belongs beside it. */
  readonly label: string;
  readonly format: (value: number) => string;
  /** How a bucket is called: `Nov 21`, `14:00`. */
  readonly when: (at: number) => string;
};

const fills = ['fill-chart-1', 'fill-chart-2', 'fill-chart-3', 'fill-chart-4', 'fill-chart-5', 'fill-chart-6'] as const;
const strokes = [
  'stroke-chart-1',
  'stroke-chart-2',
  'stroke-chart-3',
  'stroke-chart-4',
  'stroke-chart-5',
  'stroke-chart-6',
] as const;
const dots = ['bg-chart-1', 'bg-chart-2', 'bg-chart-3', 'bg-chart-4', 'bg-chart-5', 'bg-chart-6'] as const;
/** So many have colours of their own. */
export const chartColours = fills.length;
const colour = (list: readonly string[], index: number, one: ChartSeries | undefined, rest: string): string =>
  one?.rest === true ? rest : (list[index] ?? rest);

/** How numbers went over time, each series in its colour; what is pointed at is said below, with its numbers. */
export function TimeChart({ buckets, series, stacked, label, format, when }: TimeChartProps) {
  const [pointed, setPointed] = useState<number>();
  const heights = buckets.map(({ values }) =>
    stacked
      ? values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
      : Math.max(0, ...values.map((value) => value ?? 0)),
  );
  const axis = shortAxis(Math.max(0, ...heights));
  const bucket = pointed === undefined ? undefined : buckets[pointed];
  const point = (event: PointerEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left) / Math.max(1, box.width);
    const rightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl';
    const at = Math.floor((rightToLeft ? 1 - share : share) * buckets.length);
    setPointed(Math.min(buckets.length - 1, Math.max(0, at)));
  };
  const Marks = stacked ? Bars : Lines;
  return (
    <figure className="min-w-0">
      <div className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-2">
        <div aria-hidden className="flex h-52 flex-col-reverse justify-between text-end text-xs text-muted">
          {axis.ticks.map((tick) => (
            <span key={tick} className="-my-2">
              {format(tick)}
            </span>
          ))}
        </div>
        <div
          role="img"
          aria-label={label}
          className="relative h-52"
          onPointerMove={point}
          onPointerLeave={() => setPointed(undefined)}
        >
          <div aria-hidden className="absolute inset-0 flex flex-col-reverse justify-between">
            {axis.ticks.map((tick) => (
              <span key={tick} className="h-px w-full bg-line" />
            ))}
          </div>
          <svg
            aria-hidden
            viewBox="0 0 100 100"
            preserveAspectRatio="none"
            className="absolute inset-0 size-full overflow-visible rtl:-scale-x-100"
          >
            {pointed !== undefined && (
              <rect
                x={(pointed * 100) / buckets.length}
                width={100 / buckets.length}
                height="100"
                className="fill-ink/5"
              />
            )}
            <Marks buckets={buckets} most={axis.most} series={series} />
          </svg>
        </div>
        <span />
        <div aria-hidden className="flex justify-between pt-1.5 text-xs text-muted">
          {endsOf(buckets).map(({ at }) => (
            <span key={at}>{when(at)}</span>
          ))}
        </div>
      </div>
      <figcaption className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-small">
        {series.map((one, index) => (
          <span key={one.id} className="flex min-w-0 items-center gap-1.5">
            <span
              aria-hidden
              className={`size-2.5 shrink-0 rounded-[3px] ${colour(dots, index, one, 'bg-muted/60')}`}
            />
            <span className="truncate">{one.label}</span>
            {bucket !== undefined && (
              <span aria-hidden className="font-medium">
                {bucket.values[index] === null || bucket.values[index] === undefined
                  ? '–'
                  : format(bucket.values[index])}
              </span>
            )}
          </span>
        ))}
        <span aria-hidden className="ms-auto text-muted">
          {bucket === undefined ? '' : when(bucket.at)}
        </span>
      </figcaption>
    </figure>
  );
}

type MarksProps = {
  readonly buckets: readonly TimeBucket[];
  readonly most: number;
  readonly series: readonly ChartSeries[];
};

function Bars({ buckets, most, series }: MarksProps) {
  const step = 100 / Math.max(1, buckets.length);
  const gap = buckets.length > 60 ? 0.08 : 0.16;
  return buckets.map(({ at, values }, index) => {
    let top = 100;
    return (
      <g key={at}>
        {values.map((value, of) => {
          const height = ((value ?? 0) / most) * 100;
          top -= height;
          return height <= 0 ? null : (
            <rect
              // A series is known by its place.
              key={of}
              x={(index + gap) * step}
              y={top}
              width={step * (1 - 2 * gap)}
              height={height}
              className={colour(fills, of, series[of], 'fill-muted/60')}
            />
          );
        })}
      </g>
    );
  });
}

function Lines({ buckets, most, series }: MarksProps) {
  const step = 100 / Math.max(1, buckets.length);
  return series.map(({ id }, of) => {
    const points = buckets.flatMap(({ values }, index) => {
      const value = values[of];
      return value === null || value === undefined ? [] : [`${(index + 0.5) * step},${100 - (value / most) * 100}`];
    });
    return (
      <polyline
        key={id}
        points={points.join(' ')}
        fill="none"
        strokeWidth="1.75"
        strokeLinejoin="round"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
        className={colour(strokes, of, series[of], 'stroke-muted')}
      />
    );
  });
}

/** The first, the last, and those in between that leave room for their words. */
function endsOf(buckets: readonly TimeBucket[]): readonly TimeBucket[] {
  const shown = Math.min(buckets.length, 6);
  return Array.from({ length: shown }, (_, place) => {
    const at = shown === 1 ? 0 : Math.round((place * (buckets.length - 1)) / (shown - 1));
    return buckets[at];
  }).filter((bucket) => bucket !== undefined);
}
