import type { ReactNode } from 'react';

/** Small drawings for cells and tiles. Each says in words what it shows; a page has the numbers beside it or in a table. */

type SparklineProps = {
  readonly values: readonly number[];
  /** What it shows, in a sentence: `Requests of the last 24 hours, 12 to 480`. */
  readonly label: string;
  readonly tone?: 'accent' | 'danger' | 'muted';
  readonly className?: string;
};

const strokes = { accent: 'stroke-accent', danger: 'stroke-danger', muted: 'stroke-muted' } as const;
const fills = { accent: 'fill-accent/10', danger: 'fill-danger/10', muted: 'fill-muted/10' } as const;

/** How a number went. With fewer than two points there is no line: show the number. */
export function Sparkline({ values, label, tone = 'accent', className = 'h-8 w-24' }: SparklineProps) {
  if (values.length < 2) return null;
  const [width, height, edge] = [100, 32, 2];
  const most = Math.max(...values);
  const least = Math.min(0, ...values);
  const span = most - least || 1;
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * width;
    return `${x.toFixed(2)},${(height - edge - ((value - least) / span) * (height - 2 * edge)).toFixed(2)}`;
  });
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className={`block ${className}`}
    >
      <polygon points={`0,${height} ${points.join(' ')} ${width},${height}`} className={fills[tone]} />
      <polyline
        points={points.join(' ')}
        fill="none"
        strokeWidth="1.5"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
        className={strokes[tone]}
      />
    </svg>
  );
}

/** How a stretch of time went: `idle` is one without anything to judge by. */
export type Uptime = 'good' | 'warn' | 'danger' | 'idle';

type UptimeStripProps = {
  /** Oldest first, each with what it says on hover. */
  readonly bars: readonly { readonly state: Uptime; readonly title: string }[];
  /** In a sentence: `99.2 % of the last 30 hours went well`. */
  readonly label: string;
};

// Their heights differ too: who does not see colours sees the shape.
const bars: Readonly<Record<Uptime, string>> = {
  good: 'h-4 bg-good',
  warn: 'h-3 bg-warn',
  danger: 'h-2 bg-danger',
  idle: 'h-4 bg-line',
};

/** Stretches of time side by side, such as the health of a channel. */
export const UptimeStrip = ({ bars: list, label }: UptimeStripProps) => (
  <span role="img" aria-label={label} className="inline-flex h-4 items-end gap-px">
    {list.map(({ state, title }, index) => (
      // A strip is a finished list in order: the place of a bar is its identity.
      <span key={index} title={title} className={`w-1 rounded-[1px] ${bars[state]}`} />
    ))}
  </span>
);

type BarProps = {
  readonly value: number;
  readonly most: number;
  /** In a sentence: `$3.20 spent of $10`. */
  readonly label: string;
  /** Where it becomes a warning, and where an alarm, as shares of `most`. */
  readonly warnAt?: number;
  readonly dangerAt?: number;
};

/** How much of something is used up. */
export function Bar({ value, most, label, warnAt = 0.8, dangerAt = 1 }: BarProps) {
  const share = most <= 0 ? 0 : Math.min(1, Math.max(0, value / most));
  const tone = share >= dangerAt ? 'bg-danger' : share >= warnAt ? 'bg-warn' : 'bg-accent';
  return (
    <span
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={most}
      aria-valuenow={value}
      aria-valuetext={label}
      className="block h-1.5 w-full min-w-16 overflow-hidden rounded-full bg-line"
    >
      <svg aria-hidden viewBox="0 0 100 1" preserveAspectRatio="none" className="block size-full">
        <rect width={share * 100} height="1" className={tone.replace('bg-', 'fill-')} />
      </svg>
    </span>
  );
}

/** How far something has come; without a share, that it goes on. */
export function Progress({ share, label }: { readonly share: number | undefined; readonly label: string }) {
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === undefined ? undefined : Math.round(share * 100)}
      className="block h-1.5 w-full overflow-hidden rounded-full bg-line"
    >
      <svg
        aria-hidden
        viewBox="0 0 100 1"
        preserveAspectRatio="none"
        className={`block size-full ${share === undefined ? 'animate-pulse' : ''}`}
      >
        <rect width={(share ?? 0.4) * 100} height="1" className="fill-accent" />
      </svg>
    </span>
  );
}

type StatTileProps = {
  readonly label: string;
  readonly value: ReactNode;
  /** Against the time before, as a share: 0.12 is 12 % more. */
  readonly change?: { readonly words: string; readonly good: boolean | undefined } | undefined;
  readonly chart?: ReactNode;
  /** Below it, in small. */
  readonly note?: ReactNode;
};

/**
 * One number that matters, how it moved, and how it went. Side by side in a grid, their labels, numbers and changes stand
 * on the same lines, however long the words of one of them are.
 */
export const StatTile = ({ label, value, change, chart, note }: StatTileProps) => (
  <div className="row-span-3 grid min-w-0 grid-cols-[minmax(0,1fr)_auto] grid-rows-subgrid gap-x-3 gap-y-1 rounded-lg border border-line bg-surface p-4">
    <p className="col-span-2 text-small text-muted">{label}</p>
    <p className={`truncate text-xl font-semibold tracking-tight ${chart === undefined ? 'col-span-2' : ''}`}>
      {value}
    </p>
    <div className={`row-start-3 text-small text-muted ${chart === undefined ? 'col-span-2' : ''}`}>
      {change !== undefined && (
        <p className={change.good === undefined ? '' : change.good ? 'text-good' : 'text-danger'}>{change.words}</p>
      )}
      {note}
    </div>
    {chart !== undefined && <div className="col-start-2 row-span-2 row-start-2 self-end">{chart}</div>}
  </div>
);

export type Span = {
  readonly id: string;
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly tone?: 'accent' | 'good' | 'warn' | 'danger' | 'muted';
  /** Marks within it, such as the first token. */
  readonly marks?: readonly { readonly atMs: number; readonly label: string }[];
  /** Beside its bar. */
  readonly detail?: ReactNode;
  /** A part of the one above it. */
  readonly inner?: boolean;
};

const tones = {
  accent: 'fill-accent',
  good: 'fill-good',
  warn: 'fill-warn',
  danger: 'fill-danger',
  muted: 'fill-muted',
} as const;

/** What happened when, on one axis: a list whose bars show the place of each in the whole. */
export function Waterfall({
  spans,
  totalMs,
  label,
}: {
  readonly spans: readonly Span[];
  readonly totalMs: number;
  readonly label: string;
}) {
  const at = (ms: number): number => (totalMs <= 0 ? 0 : Math.min(100, Math.max(0, (ms / totalMs) * 100)));
  return (
    <ol
      aria-label={label}
      className="grid grid-cols-[fit-content(45%)_minmax(0,1fr)_max-content] gap-x-3 gap-y-px text-small"
    >
      {spans.map(({ id, label: words, fromMs, toMs, tone = 'accent', marks = [], detail, inner = false }) => (
        <li
          key={id}
          className={`col-span-3 grid grid-cols-subgrid items-center ${inner ? 'min-h-5 text-xs' : 'min-h-6'}`}
        >
          <span className={`truncate ${inner ? 'ps-4 text-muted' : ''}`} title={words}>
            {words}
          </span>
          <svg
            aria-hidden
            viewBox="0 0 100 10"
            preserveAspectRatio="none"
            className={`w-full overflow-visible rtl:-scale-x-100 ${inner ? 'h-2' : 'h-3.5'}`}
          >
            <rect width="100" height="10" className="fill-sunken" />
            <rect
              x={at(fromMs)}
              y="1"
              width={Math.max(0.4, at(toMs) - at(fromMs))}
              height="8"
              className={tones[tone]}
            />
            {marks.map((mark) => (
              <rect key={mark.label} x={at(mark.atMs)} width="0.5" height="10" className="fill-ink">
                <title>{mark.label}</title>
              </rect>
            ))}
          </svg>
          <span className="text-end text-muted">{detail}</span>
        </li>
      ))}
    </ol>
  );
}
