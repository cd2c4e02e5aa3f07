import { useMemo } from 'react';
import { placeFlow, type Flow, type PlacedLink } from './flow-layout.ts';

type FlowChartProps = {
  readonly flow: Flow;
  /** Above the columns. */
  readonly heads: readonly string[];
  /** What it shows, in a sentence. */
  readonly label: string;
  readonly format: (value: number) => string;
};

const width = 960;
const height = 380;
const head = 24;
const bar = 10;
const strokes = [
  'stroke-chart-1',
  'stroke-chart-2',
  'stroke-chart-3',
  'stroke-chart-4',
  'stroke-chart-5',
  'stroke-chart-6',
] as const;

/** How something goes from column to column, bands as thick as it is much. What is pointed at is named with its number. */
export function FlowChart({ flow, heads, label, format }: FlowChartProps) {
  const { nodes, links } = useMemo(() => placeFlow(flow, height), [flow]);
  const last = flow.columns.length - 1;
  const x = (column: number): number => (column / last) * (width - bar);
  const names = (column: number): ReadonlyMap<string, string> =>
    new Map((flow.columns[column] ?? []).map((node) => [node.id, node.label]));
  const nameOf = ({ gap, from, to }: PlacedLink): string =>
    `${names(gap).get(from) ?? ''} → ${names(gap + 1).get(to) ?? ''}`;
  return (
    <div role="group" aria-label={label} tabIndex={0} dir="ltr" className="overflow-x-auto">
      <svg viewBox={`0 0 ${width} ${height + head + 4}`} className="block w-full min-w-160 text-[13px]">
        <title>{label}</title>
        {heads.map((words, column) => (
          <text
            key={words}
            x={column === last ? width : x(column) + (column === 0 ? 0 : bar / 2)}
            y={13}
            textAnchor={column === 0 ? 'start' : column === last ? 'end' : 'middle'}
            className="fill-muted text-xs"
          >
            {words}
          </text>
        ))}
        <g transform={`translate(0 ${head})`}>
          {links.map((link) => (
            <path
              key={`${link.gap} ${link.from} ${link.to}`}
              d={bandOf(link, x(link.gap) + bar, x(link.gap + 1))}
              strokeWidth={link.thickness}
              fill="none"
              className={`opacity-35 hover:opacity-70 ${strokes[link.place % strokes.length] ?? ''}`}
            >
              <title>{`${nameOf(link)}: ${format(link.value)}`}</title>
            </path>
          ))}
          {nodes.map((node) => (
            <g key={`${node.column} ${node.id}`}>
              <rect x={x(node.column)} y={node.top} width={bar} height={node.height} rx={2} className="fill-ink">
                <title>{`${node.label}: ${format(node.value)}`}</title>
              </rect>
              {node.height >= 9 && (
                <text
                  x={node.column === last ? x(node.column) - 8 : x(node.column) + bar + 8}
                  y={node.top + node.height / 2}
                  dominantBaseline="central"
                  textAnchor={node.column === last ? 'end' : 'start'}
                  className="pointer-events-none fill-ink"
                >
                  <tspan className="font-medium">{short(node.label)}</tspan>
                  <tspan dx={6}>{format(node.value)}</tspan>
                </text>
              )}
            </g>
          ))}
        </g>
      </svg>
      <ul className="sr-only">
        {links.slice(0, 40).map((link) => (
          <li key={`${link.gap} ${link.from} ${link.to}`}>{`${nameOf(link)}: ${format(link.value)}`}</li>
        ))}
      </ul>
    </div>
  );
}

const short = (label: string): string => (label.length > 28 ? `${label.slice(0, 27)}…` : label);

/** A curve through the middle of a band. */
function bandOf({ fromTop, toTop, thickness }: PlacedLink, from: number, to: number): string {
  const [start, end] = [fromTop + thickness / 2, toTop + thickness / 2];
  const middle = (from + to) / 2;
  return `M${from} ${start.toFixed(1)}C${middle} ${start.toFixed(1)} ${middle} ${end.toFixed(1)} ${to} ${end.toFixed(1)}`;
}
