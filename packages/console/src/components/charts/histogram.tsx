import { useState, type PointerEvent } from 'react';

export type HistogramBar = {
  readonly at: number;
  /** All of it. */
  readonly value: number;
  /** What of it went wrong: drawn at its foot. */
  readonly bad: number;
};

type HistogramProps = {
  /** Oldest first, without holes, each as wide as the others. */
  readonly bars: readonly HistogramBar[];
  readonly widthMs: number;
  /** In a sentence, with the numbers that matter. */
  readonly label: string;
  /** What one bar says, for whoever points at it. */
  readonly words: (bar: HistogramBar) => string;
  /** The chart of a page, not the strip above a list. */
  readonly tall?: boolean;
  /** Below its two ends. */
  readonly ends: readonly [string, string];
  /** A stretch was drawn, or one bar pressed. Whoever draws nothing needs another way to it, such as a range picker. */
  readonly onBrush: (from: number, to: number) => void;
};

type Brush = { readonly from: number; readonly to: number };

/** How something was spread over time; a stretch of it is chosen by drawing over it. */
export function Histogram({ bars, widthMs, label, words, ends, tall = false, onBrush }: HistogramProps) {
  const [brush, setBrush] = useState<Brush>();
  const [pointed, setPointed] = useState<number>();
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const step = 100 / Math.max(1, bars.length);
  const indexAt = (event: PointerEvent<SVGSVGElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    const rightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl';
    const share = (event.clientX - box.left) / Math.max(1, box.width);
    const index = Math.floor((rightToLeft ? 1 - share : share) * bars.length);
    return Math.min(bars.length - 1, Math.max(0, index));
  };
  const drawn =
    brush === undefined ? undefined : ([Math.min(brush.from, brush.to), Math.max(brush.from, brush.to)] as const);
  const bar = pointed === undefined ? undefined : bars[pointed];
  return (
    <figure className="min-w-0">
      <svg
        role="img"
        aria-label={label}
        viewBox="0 0 100 40"
        preserveAspectRatio="none"
        className={`block ${tall ? 'h-40' : 'h-12'} w-full cursor-crosshair touch-pan-y select-none rtl:-scale-x-100`}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const at = indexAt(event);
          setBrush({ from: at, to: at });
        }}
        onPointerMove={(event) => {
          const at = indexAt(event);
          setPointed(at);
          if (brush !== undefined) setBrush({ ...brush, to: at });
        }}
        onPointerUp={() => {
          const [first, last] = [bars[drawn?.[0] ?? -1], bars[drawn?.[1] ?? -1]];
          setBrush(undefined);
          if (first !== undefined && last !== undefined) onBrush(first.at, last.at + widthMs);
        }}
        onPointerCancel={() => setBrush(undefined)}
        onPointerLeave={() => setPointed(undefined)}
      >
        <rect width="100" height="40" className="fill-transparent" />
        {drawn !== undefined && (
          <rect x={drawn[0] * step} width={(drawn[1] - drawn[0] + 1) * step} height="40" className="fill-accent/15" />
        )}
        {bars.map(({ at, value, bad }, index) => {
          // What there is at all can be seen.
          const height = value === 0 ? 0 : Math.max(1.5, (value / most) * 39);
          const foot = bad === 0 ? 0 : Math.max(1.5, (bad / most) * 39);
          return (
            <g key={at}>
              <rect
                x={(index + 0.1) * step}
                y={40 - height}
                width={step * 0.8}
                height={height}
                className={index === pointed ? 'fill-accent' : 'fill-accent/60'}
              />
              <rect x={(index + 0.1) * step} y={40 - foot} width={step * 0.8} height={foot} className="fill-danger" />
            </g>
          );
        })}
      </svg>
      <figcaption aria-hidden className="flex justify-between gap-3 border-t border-line pt-0.5 text-xs text-muted">
        <span>{ends[0]}</span>
        <span className="truncate text-ink">{bar === undefined ? '' : words(bar)}</span>
        <span>{ends[1]}</span>
      </figcaption>
    </figure>
  );
}
