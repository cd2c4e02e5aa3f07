import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureLatency, measureMemory, measureOpenStreams, measureStreams, measureWhole } from './measure.ts';
import type { Pace, Sample } from './measure.ts';
import { machine, pinned } from './processes.ts';
import { anyFailed, matrixParts, runMatrix, type MatrixPace, type MatrixPart } from './run-matrix.ts';
import { tableOf } from './report.ts';
import type { ModeName, Row } from './report.ts';
import { against, bareRelay, direct, nginx, startBench, tollgate } from './subjects.ts';
import type { Bench, Subject } from './subjects.ts';

const help = `usage: tollgate bench [options]

Measures mock upstream, nginx (if installed), and Tollgate with everything on, side by side on this machine.

  --quick            Short rounds: a look, not a result.
  --only MODES       Some of whole, streams, latency, memory, open, start (comma-separated).
  --rounds N         Interleaved rounds, of which medians are taken (default 5).
  --seconds N        Length of one measurement (default 8).
  --requests N       Requests of the memory run (default 1000000).
  --open N           Streams of the open-streams run (default 2000).
  --matrix           Instead: the translation of every pair of protocols beside the passthrough, and large requests.
                     --only then takes whole, paced, burst, large, codec. No nginx is needed.
  --codec            Of --matrix only what needs no sockets: the codecs alone, in this language's own time.
  --bare             Also measure a relay that only relays, with the gateway's client and with fetch.
  --against URL      Measure a gateway that runs elsewhere too (its model must be bench-model) …
  --key KEY          … with this API key,
  --pid PID          … whose process tree on this machine is this, for CPU and memory.
  --gateway COMMAND  How to start Tollgate; default: this repository's.
  --no-tollgate      Do not start Tollgate.
  --json FILE        Write machine, options and all samples as JSON.
`;

const modes = {
  whole: { title: 'Non-streamed, 1 KB answers, 64 connections', measure: measureWhole },
  streams: { title: 'Streamed, 50 chunks 10 ms apart, 200 open', measure: measureStreams },
  latency: { title: 'Latency at 500 requests/s, open loop', measure: measureLatency },
  memory: { title: 'Memory under load', measure: measureMemory },
  open: { title: 'Open streams', measure: measureOpenStreams },
  start: { title: 'Start to first answered request', measure: undefined },
} as const;
const modeNames: readonly ModeName[] = ['whole', 'streams', 'latency', 'open', 'start', 'memory'];
/** Measured once, not in rounds: they are long, and their question is a bound. */
const once: ReadonlySet<ModeName> = new Set(['memory', 'open']);

/** Runs the benchmark; prints tables to standard output. Returns the exit code: 1 when any request failed. */
export async function runBench(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean' },
      quick: { type: 'boolean' },
      only: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      requests: { type: 'string' },
      open: { type: 'string' },
      bare: { type: 'boolean' },
      matrix: { type: 'boolean' },
      codec: { type: 'boolean' },
      against: { type: 'string' },
      key: { type: 'string' },
      pid: { type: 'string' },
      gateway: { type: 'string' },
      'no-tollgate': { type: 'boolean' },
      json: { type: 'string' },
    },
  });
  if (values.help === true) {
    print(help);
    return 0;
  }
  const quick = values.quick === true;
  const rounds = Number(values.rounds ?? (quick ? 1 : 5));
  const pace: Pace = {
    seconds: Number(values.seconds ?? (quick ? 2 : 8)),
    requests: Number(values.requests ?? (quick ? 20_000 : 1_000_000)),
    openStreams: Number(values.open ?? (quick ? 200 : 2000)),
  };
  const matrix = values.matrix === true || values.codec === true;
  const only = values.codec === true ? 'codec' : values.only;
  const wanted = matrix ? [] : chosen(modeNames, only);
  const parts = matrix ? chosen(matrixParts, only) : [];
  if (wanted.length + parts.length === 0) {
    print(`nothing to measure: --only takes ${(matrix ? matrixParts : modeNames).join(', ')}`);
    return 2;
  }

  const about = machine();
  print(`${about.cpu}, ${about.cores} cores, kernel ${about.kernel}, Bun ${about.bun}`);
  print(
    pinned
      ? 'what is measured runs on core 0, mock and load on core 1'
      : 'NOT pinned to cores (no taskset, or one core): the parts disturb one another',
  );
  const bench = await startBench();
  if (matrix)
    return await measureMatrix(bench, gatewayCommand(values), parts, { rounds, seconds: pace.seconds }, values.json);
  const subjects: Subject[] = [];
  const results: Partial<Record<ModeName, readonly Row[]>> = {};
  try {
    await startSubjects(bench, values, subjects);
    for (const mode of wanted) {
      const rows = await measureMode(bench, mode, subjects, once.has(mode) ? 1 : rounds, pace);
      results[mode] = rows;
      print(`\n${modes[mode].title}\n\n${tableOf(mode, rows)}`);
    }
  } finally {
    for (const subject of subjects) await subject.stop();
    await bench.stop();
  }
  await writeJson(values.json, { machine: about, pinned, rounds, pace, results });
  const failed = Object.values(results).some((rows) =>
    rows.some((row) => row.samples.some((sample) => (sample.failed ?? 0) > 0)),
  );
  return failed ? 1 : 0;
}

/** The parts that are asked for, all when none is named. */
const chosen = <T extends string>(all: readonly T[], only: string | undefined): readonly T[] =>
  only === undefined ? all : all.filter((name) => only.split(',').includes(name));

async function measureMatrix(
  bench: Bench,
  command: readonly string[],
  parts: readonly MatrixPart[],
  pace: MatrixPace,
  json: string | undefined,
): Promise<number> {
  try {
    const results = await runMatrix(bench, command, parts, pace, print);
    await writeJson(json, { machine: machine(), pinned, ...pace, results });
    return anyFailed(results) ? 1 : 0;
  } finally {
    await bench.stop();
  }
}

async function writeJson(file: string | undefined, content: object): Promise<void> {
  if (file !== undefined) await writeFile(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

const gatewayCommand = (choice: Choice): readonly string[] =>
  choice.gateway?.split(' ') ?? [process.execPath, join(import.meta.dir, '../packages/server/src/main.ts')];

type Choice = {
  readonly gateway?: string | undefined;
  readonly bare?: boolean | undefined;
  readonly against?: string | undefined;
  readonly key?: string | undefined;
  readonly pid?: string | undefined;
  readonly 'no-tollgate'?: boolean | undefined;
};

/** Adds each as soon as it runs, so that those are stopped when a later one does not start. */
async function startSubjects(bench: Bench, choice: Choice, subjects: Subject[]): Promise<void> {
  subjects.push(direct(bench));
  const plain = await nginx(bench);
  if (plain === undefined) print('nginx is not installed: no ratios');
  else subjects.push(plain);
  if (choice.bare === true) {
    for (const client of ['own', 'fetch'] as const) subjects.push(await bareRelay(bench, client));
  }
  if (choice['no-tollgate'] !== true) {
    subjects.push(await tollgate(bench, gatewayCommand(choice)));
  }
  if (choice.against !== undefined) {
    subjects.push(against(choice.against, choice.key ?? '', choice.pid === undefined ? undefined : Number(choice.pid)));
  }
}

/**
 * Rounds are interleaved, so that a machine that changes its speed does so for everybody. A first round is not counted:
 * a just-in-time compiler works through most of it, and a gateway runs for weeks.
 */
async function measureMode(
  bench: Bench,
  mode: ModeName,
  subjects: Subject[],
  rounds: number,
  pace: Pace,
): Promise<readonly Row[]> {
  const samples = new Map<string, Sample[]>();
  const warmUp = mode === 'start' || once.has(mode) ? 0 : 1;
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      const sample =
        mode === 'start' ? await measureStart(subjects, index) : await modes[mode].measure(bench, subject, pace);
      if (sample === undefined || round < 0) continue;
      samples.set(subject.name, [...(samples.get(subject.name) ?? []), sample]);
    }
  }
  return [...samples].map(([subject, all]) => ({ subject, samples: all }));
}

async function measureStart(subjects: Subject[], index: number): Promise<Sample | undefined> {
  const again = await subjects[index]?.restart?.();
  if (again === undefined) return undefined;
  subjects[index] = again.subject;
  return { startMs: again.firstAnswerMs };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

if (import.meta.main) process.exitCode = await runBench(process.argv.slice(2));
