import { join } from 'node:path';
import type { CodecPlan, CodecResult } from './codec.ts';
import {
  largeCases,
  measureLarge,
  measureLargeMemory,
  measurePair,
  pairModes,
  pairs,
  startPolyglot,
} from './matrix.ts';
import type { LargeMemory, LargeSample, PairMode, PairSample } from './matrix.ts';
import { codecTable, largeTable, pairTable } from './matrix-report.ts';
import type { LargeRow, PairRow } from './matrix-report.ts';
import { capture } from './processes.ts';
import { direct } from './subjects.ts';
import type { Bench, Subject } from './subjects.ts';

/** The parts of `--matrix`. */
export const matrixParts = [...pairModes, 'large', 'codec'] as const;
export type MatrixPart = (typeof matrixParts)[number];

export type MatrixPace = { readonly rounds: number; readonly seconds: number };

/** What was measured; `failed` says whether any request was not answered well. */
export type MatrixResults = {
  readonly pairs: Readonly<Partial<Record<PairMode, readonly PairRow[]>>>;
  readonly large: readonly LargeRow[];
  readonly codec: readonly CodecResult[];
};

const titles: Readonly<Record<PairMode, string>> = {
  whole: 'Requests of 2 KB, whole answers of 1 to 2 KB, 64 connections',
  paced: 'Streams of 200 events 5 ms apart, 40 open',
  burst: 'Streams of 200 events, 10 at once every 5 ms, 16 open',
};
const works = {
  event: 'Codec alone: a streamed event, one in a chunk',
  burst: 'Codec alone: a streamed event, ten in a chunk',
  answer: 'Codec alone: a whole answer',
  request: 'Codec alone: a request of 2 KB',
} as const;

/** Measures the translation beside the passthrough; prints each table when it is there. */
export async function runMatrix(
  bench: Bench,
  command: readonly string[],
  parts: readonly MatrixPart[],
  pace: MatrixPace,
  print: (text: string) => void,
): Promise<MatrixResults> {
  const results: { pairs: Partial<Record<PairMode, readonly PairRow[]>>; large: readonly LargeRow[] } = {
    pairs: {},
    large: [],
  };
  const codec = parts.includes('codec') ? await runCodec(pace, print) : [];
  if (parts.every((part) => part === 'codec')) return { ...results, codec };
  let gateway = await startPolyglot(bench, command);
  try {
    for (const mode of pairModes.filter((name) => parts.includes(name))) {
      const rows = await measurePairs(bench, gateway, mode, pace);
      results.pairs[mode] = rows;
      print(`\n${titles[mode]}\n\n${pairTable(mode, rows)}`);
    }
    if (parts.includes('large')) {
      const measured = await measureLarges(bench, gateway, pace);
      gateway = measured.gateway;
      results.large = measured.rows;
      print(`\nLarge requests, one at a time\n\n${largeTable(results.large)}`);
    }
  } finally {
    await gateway.stop();
  }
  return { ...results, codec };
}

/** Interleaved, after a round that only warms up. */
async function measurePairs(
  bench: Bench,
  gateway: Subject,
  mode: PairMode,
  pace: MatrixPace,
): Promise<readonly PairRow[]> {
  const rows = pairs.map((pair) => ({ ...pair, samples: [] as PairSample[] }));
  for (let round = -1; round < pace.rounds; round += 1) {
    for (const { samples, ...pair } of rows) {
      const sample = await measurePair(bench, gateway, pair, mode, pace.seconds);
      if (round >= 0) samples.push(sample);
    }
  }
  return rows;
}

async function measureLarges(
  bench: Bench,
  gateway: Subject,
  pace: MatrixPace,
): Promise<{ readonly rows: readonly LargeRow[]; readonly gateway: Subject }> {
  const rows = largeCases().map((one) => ({
    one,
    samples: [] as LargeSample[],
    memory: undefined as LargeMemory | undefined,
  }));
  const mock = direct(bench);
  for (let round = -1; round < pace.rounds; round += 1) {
    for (const { one, samples } of rows) {
      const sample = await measureLarge(bench, mock, gateway, one, pace.seconds);
      if (round >= 0) samples.push(sample);
    }
  }
  let running = gateway;
  for (const row of rows) {
    running = (await running.restart?.())?.subject ?? running;
    row.memory = await measureLargeMemory(running, row.one);
  }
  return {
    rows: rows.map(({ one: { client, upstream, name, kind }, samples, memory }) => ({
      client,
      upstream,
      name,
      kind,
      samples,
      memory,
    })),
    gateway: running,
  };
}

async function runCodec(pace: MatrixPace, print: (text: string) => void): Promise<readonly CodecResult[]> {
  // Many short samples: the least of them is one that nothing disturbed.
  const plan: CodecPlan = { rounds: pace.rounds * 20, sampleMs: 3 };
  const out = await capture(0, [process.execPath, join(import.meta.dir, 'codec.ts'), JSON.stringify(plan)]);
  const results = JSON.parse(out) as readonly CodecResult[];
  for (const work of ['event', 'burst', 'answer', 'request'] as const)
    print(`\n${works[work]}\n\n${codecTable(work, results)}`);
  return results;
}

/** Whether any request of the matrix was not answered well. */
export function anyFailed({ pairs: modes, large }: MatrixResults): boolean {
  const inPairs = Object.values(modes).some((rows) =>
    rows.some(({ samples }) => samples.some(({ failed }) => failed > 0)),
  );
  return (
    inPairs ||
    large.some(({ samples, memory }) => samples.some(({ failed }) => failed > 0) || (memory?.failed ?? 0) > 0)
  );
}
