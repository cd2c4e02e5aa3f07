import { openConnection, type Answer, type Target } from './connection.ts';
import type { Percentiles } from './load.ts';
import { closedLoop, loadWhole, perItem, runLoad } from './measure.ts';
import { cpuMicros, memoryMb, peakMb, resetPeak } from './processes.ts';
import { planStreams, tollgate, wholeBody } from './subjects.ts';
import type { Bench, BenchChannel, Subject } from './subjects.ts';
import { sampleProtocols, protocolSamples, upstreamNames, upstreams } from './protocol-samples.ts';
import type { Saying, SampleProtocol, UpstreamName } from './protocol-samples.ts';

/** What pairs are measured at: whole answers, streams whose events come one by one, and streams that come in bursts. */
export const pairModes = ['whole', 'paced', 'burst'] as const;
export type PairMode = (typeof pairModes)[number];

/** A client's protocol and its upstream's. Where they are the same, nothing is translated. */
export type Pair = { readonly client: SampleProtocol; readonly upstream: UpstreamName };

/** One measurement of a pair: CPU microseconds for a request, or for one event of a stream, the request's share included. */
export type PairSample = {
  readonly cpuMicros: number | undefined;
  readonly completed: number;
  readonly failed: number;
};

export const pairs: readonly Pair[] = sampleProtocols.flatMap((client) =>
  upstreamNames.map((upstream) => ({ client, upstream })),
);

/** How streams come and how many are open at once, so that the gateway is busy and not saturated. */
const streamed = {
  paced: { events: 200, gapMs: 5, burst: 1, open: 40 },
  burst: { events: 200, gapMs: 5, burst: 10, open: 16 },
} as const;

const modelOf = (upstream: UpstreamName): string => `bench-${upstream}`;

/** The gateway with a channel to the mock in every protocol. */
export async function startPolyglot(bench: Bench, command: readonly string[]): Promise<Subject> {
  const mock = `http://127.0.0.1:${bench.mockPort}`;
  const channels: readonly BenchChannel[] = upstreamNames.map((name) => ({
    name,
    ...upstreams[name].channel(mock),
    models: [modelOf(name)],
  }));
  return await tollgate(bench, command, channels);
}

const addressOf = ({ url, key }: Subject, path: string): Omit<Target, 'body'> => ({
  url: new URL(path, url).href,
  key,
});

/** The CPU of a pair in one mode. */
export async function measurePair(
  bench: Bench,
  subject: Subject,
  { client, upstream }: Pair,
  mode: PairMode,
  seconds: number,
): Promise<PairSample> {
  const sample = protocolSamples[client];
  const model = modelOf(upstream);
  const stream = mode !== 'whole';
  const target = { ...addressOf(subject, sample.path(model, stream)), body: sample.request(model, stream) };
  if (mode === 'whole') {
    const before = cpuOf(subject);
    const { completed, failed } = await loadWhole(bench, target, seconds);
    await Bun.sleep(settleMs);
    return { cpuMicros: perItem(subject, before, completed), completed, failed };
  }
  const { events, gapMs, burst, open } = streamed[mode];
  await planStreams(bench, events, gapMs, burst);
  const before = cpuOf(subject);
  const { everCompleted, failed } = await runLoad(bench, target, closedLoop(open, seconds));
  await Bun.sleep(settleMs);
  return { cpuMicros: perItem(subject, before, everCompleted * events), completed: everCompleted, failed };
}

const cpuOf = ({ pid }: Subject): number => (pid === undefined ? 0 : cpuMicros(pid));
/** See the same of `measure.ts`. */
const settleMs = 600;

/** Requests of unusual size, one at a time. */
export type LargeCase = Pair & { readonly name: string; readonly kind: 'text' | 'image'; readonly body: string };
export type LargeSample = { readonly direct: Percentiles; readonly gateway: Percentiles; readonly failed: number };
export type LargeMemory = {
  readonly baselineMb: number;
  /** The peak above the baseline, within the first request and within all that followed one after the other. */
  readonly firstMb: number;
  readonly laterMb: number;
  readonly failed: number;
};

const megabyte = 1 << 20;
const words = 'All work and no play makes a dull gateway. ';
const textOf = (bytes: number): string => words.repeat(Math.ceil(bytes / words.length)).slice(0, bytes);

/** Pictures are noise: base64 that nothing could shorten. */
function noise(bytes: number): string {
  const raw = new Uint8Array(Math.floor((bytes * 3) / 4));
  let state = 0x2545f491;
  for (let index = 0; index < raw.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    raw[index] = state & 0xff;
  }
  return raw.toBase64();
}

/** 1 MB of text on the passthrough, at once and in many messages; 8 MB of picture on it and across. */
export function largeCases(): readonly LargeCase[] {
  const say = (client: SampleProtocol, upstream: UpstreamName, name: string, saying: Saying): LargeCase => ({
    client,
    upstream,
    name,
    kind: 'pngBase64' in saying ? 'image' : 'text',
    body: protocolSamples[client].saying(modelOf(upstream), saying),
  });
  const text = { text: textOf(megabyte) };
  const texts = { texts: Array.from({ length: 511 }, () => textOf(2 << 10)) };
  const picture = { pngBase64: noise(8 * megabyte) };
  return [
    ...sampleProtocols.flatMap((name) => [
      say(name, name, '1 MB in one message', text),
      say(name, name, '1 MB in 511 messages', texts),
    ]),
    say('openai-chat', 'openai-chat', '8 MB picture', picture),
    say('openai-chat', 'anthropic-messages', '8 MB picture', picture),
    say('openai-chat', 'gemini', '8 MB picture', picture),
    say('anthropic-messages', 'openai-chat', '8 MB picture', picture),
  ];
}

/** The same request straight to the mock and through the gateway, one after the other. */
export async function measureLarge(
  bench: Bench,
  direct: Subject,
  subject: Subject,
  one: LargeCase,
  seconds: number,
): Promise<LargeSample> {
  const path = protocolSamples[one.client].path(modelOf(one.upstream), false);
  const run = (where: Subject) => runLoad(bench, { ...addressOf(where, path), body: one.body }, closedLoop(1, seconds));
  const [plain, through] = [await run(direct), await run(subject)];
  return { direct: plain.totalMs, gateway: through.totalMs, failed: plain.failed + through.failed };
}

const requestsBefore = 300;
const requestsAfter = 20;

/**
 * What one large request needs beyond a gateway that has just been started and has served some small ones, and how far that
 * grows when more follow. The gateway is started anew, so that nothing is left of earlier ones.
 */
export async function measureLargeMemory(subject: Subject, one: LargeCase): Promise<LargeMemory | undefined> {
  const { pid } = subject;
  if (pid === undefined) return undefined;
  const small = { ...addressOf(subject, '/v1/chat/completions'), body: wholeBody };
  const path = protocolSamples[one.client].path(modelOf(one.upstream), false);
  const large = { ...addressOf(subject, path), body: one.body };
  let failed = await ask(small, requestsBefore);
  await Bun.sleep(settleMs);
  const baselineMb = memoryMb(pid).rss;
  if (!resetPeak(pid)) return undefined;
  failed += await ask(large, 1);
  const firstMb = peakMb(pid) - baselineMb;
  failed += await ask(large, requestsAfter);
  return { baselineMb, firstMb, laterMb: peakMb(pid) - baselineMb, failed };
}

/** Asks so many times, one after the other; returns how many were not answered well. */
async function ask(target: Target, times: number): Promise<number> {
  let failed = 0;
  for (let count = 0; count < times; count += 1) {
    const connection = await openConnection(target);
    const { status, complete } = await new Promise<Answer>((resolve) => connection.send(resolve));
    if (status !== 200 || !complete) failed += 1;
    connection.close();
  }
  return failed;
}
