import type { Percentiles } from './load.ts';
import type { Sample } from './measure.ts';

export type ModeName = 'whole' | 'streams' | 'latency' | 'memory' | 'open' | 'start';

export type Row = { readonly subject: string; readonly samples: readonly Sample[] };

/** The table of one mode, with ratios to nginx and what is added to direct calls. */
export function tableOf(mode: ModeName, rows: readonly Row[]): string {
  switch (mode) {
    case 'whole':
    case 'streams': {
      const reference = cpuOf(rows.find((row) => row.subject === 'nginx'));
      const item = mode === 'whole' ? 'request' : 'stream';
      return markdown(
        ['', `${item}s/s`, `CPU µs/${item}`, 'x nginx', 'failed'],
        rows.map((row) => {
          const cpu = cpuOf(row);
          return [
            row.subject,
            show(median(row.samples.map((sample) => sample.perSecond))),
            show(cpu),
            cpu === undefined || reference === undefined ? '' : (cpu / reference).toFixed(2),
            show(sum(row.samples.map((sample) => sample.failed))),
          ];
        }),
      );
    }
    case 'latency': {
      const base = rows.find((row) => row.subject === 'direct');
      return markdown(
        ['', 'p50 ms', 'p99 ms', 'added p50', 'added p99', 'p99 of the clock’s own lag', 'failed'],
        rows.map((row) => {
          const [p50, p99] = [latencyOf(row, 'p50'), latencyOf(row, 'p99')];
          return [
            row.subject,
            show(p50),
            show(p99),
            show(minus(p50, base === undefined ? undefined : latencyOf(base, 'p50'))),
            show(minus(p99, base === undefined ? undefined : latencyOf(base, 'p99'))),
            show(median(row.samples.map((sample) => sample.lagMs?.p99))),
            show(sum(row.samples.map((sample) => sample.failed))),
          ];
        }),
      );
    }
    case 'memory':
      return markdown(
        ['', 'requests', 'RSS MB: start, quarters, 5 s after', 'PSS MB', 'failed'],
        rows.map(({ subject, samples: [sample] }) => [
          subject,
          show(sample?.completed),
          sample?.rssMb?.join(' ') ?? '',
          sample?.pssMb?.join(' ') ?? '',
          show(sample?.failed),
        ]),
      );
    case 'open':
      return markdown(
        ['', 'streams ended well', 'dropped', 'peak PSS MB'],
        rows.map(({ subject, samples: [sample] }) => [
          subject,
          show(sample?.completed),
          show(sample?.failed),
          show(sample?.peakPssMb),
        ]),
      );
    case 'start':
      return markdown(
        ['', 'ms to the first answer (median)'],
        rows.map((row) => [row.subject, show(median(row.samples.map((sample) => sample.startMs)))]),
      );
  }
}

/** The middle value; the lower one of two. */
export function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  return known[Math.floor((known.length - 1) / 2)];
}

function cpuOf(row: Row | undefined): number | undefined {
  return median(row?.samples.map((sample) => sample.cpuMicros) ?? []);
}

function latencyOf(row: Row, point: keyof Percentiles): number | undefined {
  return median(row.samples.map((sample) => sample.latencyMs?.[point]));
}

/** What a value is above another; undefined when either is. */
export function minus(value: number | undefined, base: number | undefined): number | undefined {
  return value === undefined || base === undefined ? undefined : value - base;
}

/** Their sum, those that are not known as nothing. */
export function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

/** A number in a table's cell. */
export function show(value: number | undefined): string {
  if (value === undefined) return '';
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);
}

/** A table. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length), 3));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
