import { type CodecResult, type CodecWork } from './codec.ts';
import type { LargeMemory, LargeSample, Pair, PairMode, PairSample } from './matrix.ts';
import { markdown, median, minus, show, sum } from './report.ts';

export type PairRow = Pair & { readonly samples: readonly PairSample[] };
export type LargeRow = Pair & {
  readonly name: string;
  readonly kind: 'text' | 'image';
  readonly samples: readonly LargeSample[];
  readonly memory: LargeMemory | undefined;
};

/** What something costs for a pair, in CPU microseconds. */
export type PairCost = Pair & { readonly micros: number | undefined };

/** A translated pair beside the passthrough of either protocol. */
export type PairRatio = Pair & {
  readonly micros: number | undefined;
  readonly ofClient: number | undefined;
  readonly ofUpstream: number | undefined;
  /** Against the dearer passthrough of the two, where both have one: the ratio that is held to the limit. */
  readonly judged: number | undefined;
};

/**
 * Ratios of every pair to the passthrough of both its protocols. A translated answer is read in one protocol and written in the
 * other, so it is held to the dearer of the two: a protocol whose own frames are large is not made cheaper by its client's
 * being small, and the other way about.
 */
export function ratiosOf(costs: readonly PairCost[]): readonly PairRatio[] {
  const same = (name: string): number | undefined =>
    costs.find(({ client, upstream }) => client === name && upstream === name)?.micros;
  return costs.map(({ client, upstream, micros }) => {
    const over = (base: number | undefined): number | undefined =>
      micros === undefined || base === undefined || client === upstream ? undefined : micros / base;
    const [ofClient, ofUpstream] = [over(same(client)), over(same(upstream))];
    const known = [ofClient, ofUpstream].filter((ratio) => ratio !== undefined);
    const judged = known.length > 0 ? Math.min(...known) : undefined;
    return { client, upstream, micros, ofClient, ofUpstream, judged };
  });
}

/** How much dearer than the passthrough a pair may be. */
export const pairLimits: Readonly<Record<PairMode, number>> = { whole: 1.5, paced: 2, burst: 2 };

/** Milliseconds and megabytes that a large request may add. Nothing is said of the memory for text. */
export const largeLimits = { text: { ms: 3, mb: undefined }, image: { ms: 40, mb: 40 } } as const;

const unitOf: Readonly<Record<PairMode, string>> = { whole: 'request', paced: 'event', burst: 'event' };

/** The table of one mode. */
export function pairTable(mode: PairMode, rows: readonly PairRow[]): string {
  const costs = rows.map(({ client, upstream, samples }) => ({
    client,
    upstream,
    micros: median(samples.map(({ cpuMicros }) => cpuMicros)),
  }));
  const head = ['client → upstream', `CPU µs/${unitOf[mode]}`, ...ratioHead, `limit ${pairLimits[mode]}`, 'failed'];
  return markdown(
    head,
    ratiosOf(costs).map((ratio, index) => [
      nameOf(ratio),
      show(ratio.micros),
      ...ratioCells(ratio),
      verdict(ratio.judged, pairLimits[mode]),
      show(sum((rows[index]?.samples ?? []).map(({ failed }) => failed))),
    ]),
  );
}

/** What large requests add, against their limits. */
export function largeTable(rows: readonly LargeRow[]): string {
  return markdown(
    ['', 'direct p50 ms', 'added p50', 'added p99', 'limit', 'added MB: first, 20 more', 'limit MB', 'failed'],
    rows.map((row) => {
      const added = (point: 'p50' | 'p99'): number | undefined =>
        minus(
          median(row.samples.map(({ gateway }) => gateway[point])),
          median(row.samples.map(({ direct }) => direct[point])),
        );
      const { ms, mb } = largeLimits[row.kind];
      return [
        `${row.name}, ${nameOf(row)}`,
        show(median(row.samples.map(({ direct }) => direct.p50))),
        show(added('p50')),
        show(added('p99')),
        `${ms} ${verdict(added('p50'), ms)}`,
        row.memory === undefined ? '' : `${show(row.memory.firstMb)} ${show(row.memory.laterMb)}`,
        mb === undefined ? '' : `${mb} ${verdict(row.memory?.firstMb, mb)}`,
        show(sum([...row.samples.map(({ failed }) => failed), row.memory?.failed])),
      ];
    }),
  );
}

/** What the codecs alone cost at one kind of work. */
export function codecTable(work: CodecWork, results: readonly CodecResult[]): string {
  const costs = results.filter((one) => one.work === work).map((one) => ({ ...one, micros: one.least }));
  const medians = new Map(costs.map((one) => [nameOf(one), one.median]));
  return markdown(
    ['client → upstream', 'least µs', 'median µs', ...ratioHead],
    ratiosOf(costs).map((ratio) => [
      nameOf(ratio),
      show(ratio.micros),
      show(medians.get(nameOf(ratio))),
      ...ratioCells(ratio),
    ]),
  );
}

const nameOf = ({ client, upstream }: Pair): string =>
  client === upstream ? `${client}, passthrough` : `${client} → ${upstream}`;

const ratioHead = ['x client’s passthrough', 'x upstream’s passthrough', 'x dearer passthrough'] as const;
const ratioCells = ({ ofClient, ofUpstream, judged }: PairRatio): readonly string[] =>
  [ofClient, ofUpstream, judged].map((ratio) => ratio?.toFixed(2) ?? '');

const verdict = (value: number | undefined, limit: number): string =>
  value === undefined ? '' : value <= limit ? 'kept' : 'missed';
