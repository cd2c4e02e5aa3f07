/**
 * What a protocol costs without sockets, money or log: the passthrough's probe beside frames, reader, watch and writer of
 * the translation, for streams, whole answers and requests. CPU of this process, so it wants a core of its own.
 * Arguments as JSON; prints the measurements as JSON.
 */
import { egressOf, ingressOf, passthroughOf } from '@tollgate/server/endpoints/chat/protocols';
import { openTranslation } from '@tollgate/server/endpoints/chat/response-transform';
import type { WriteContext } from '@tollgate/wire/ir/codec';
import { mediaToFetch } from '@tollgate/wire/ir/fetch-media';
import type { IrRequest } from '@tollgate/wire/ir/request';
import { signedReasoningOf } from '@tollgate/wire/ir/signed-reasoning';
import { factsOf } from '@tollgate/wire/ir/watch';
import { unknownModel } from '@tollgate/wire/models/traits';
import { readJson } from '@tollgate/wire/json/read';
import { render } from '@tollgate/wire/json/render';
import type { Json, JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { median } from './report.ts';
import { streamOf, sampleProtocols, protocolSamples, upstreamNames, upstreams } from './protocol-samples.ts';
import type { SampleProtocol, UpstreamName } from './protocol-samples.ts';

export type CodecWork = 'event' | 'burst' | 'answer' | 'request';

/** One pair at one kind of work. Where both are the same, nothing is translated. */
export type CodecCase = { readonly client: SampleProtocol; readonly upstream: UpstreamName; readonly work: CodecWork };

/** CPU microseconds for one event, answer or request. */
export type CodecResult = CodecCase & { readonly median: number; readonly least: number };

export type CodecPlan = { readonly rounds: number; readonly sampleMs: number };

const works: readonly CodecWork[] = ['event', 'burst', 'answer', 'request'];
const events = 200;
const burst = 10;
const limits = { maxOutputTokens: 1_000_000, maxChoices: 100 };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Every pair at every work. */
export const codecCases: readonly CodecCase[] = works.flatMap((work) =>
  sampleProtocols.flatMap((client) => upstreamNames.map((upstream) => ({ client, upstream, work }))),
);

/** Measures the cases in interleaved rounds after a warm-up. */
export function measureCodec(plan: CodecPlan, cases: readonly CodecCase[] = codecCases): readonly CodecResult[] {
  const runs = cases.map((one) => ({ ...one, run: workOf(one), samples: [] as number[] }));
  for (let round = -1; round < plan.rounds; round += 1) {
    for (const { run, samples } of runs) {
      const cost = sample(run, plan.sampleMs);
      if (round >= 0) samples.push(cost);
    }
  }
  return runs.map(({ client, upstream, work, samples }) => ({
    client,
    upstream,
    work,
    median: median(samples) ?? 0,
    least: Math.min(...samples),
  }));
}

/** CPU microseconds for one item; `run` returns how many it did. */
function sample(run: () => number, sampleMs: number): number {
  const until = performance.now() + sampleMs;
  const before = process.cpuUsage();
  let items = 0;
  do items += run();
  while (performance.now() < until);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / items;
}

function workOf({ client, upstream, work }: CodecCase): () => number {
  switch (work) {
    case 'event':
      return streamWork(client, upstream, 1);
    case 'burst':
      return streamWork(client, upstream, burst);
    case 'answer':
      return answerWork(client, upstream);
    case 'request':
      return requestWork(client, upstream);
  }
}

function streamWork(client: SampleProtocol, upstream: UpstreamName, together: number): () => number {
  const { head, deltas, tail, tailWithUsage = tail } = upstreams[upstream].spoken(events);
  const chunks = [head];
  for (let index = 0; index < events; index += together) chunks.push(deltas.slice(index, index + together).join(''));
  chunks.push(tailWithUsage);
  const bytes = chunks.filter((chunk) => chunk !== '').map((chunk) => streamOf(upstream, chunk));
  const context = contextOf(client);
  const open = (): { push(chunk: Uint8Array): Uint8Array | undefined; end(): Uint8Array | undefined } =>
    client === upstream
      ? passthroughOf(client).probe({ hideUsage: false })
      : openTranslation(egressOf(upstream), { requestId: context.requestId }, ingressOf(client).writeEvents(context), {
          countTokens: undefined,
          estimate: (outputText) => ({ outputText }),
        });
  return () => {
    const transform = open();
    for (const chunk of bytes) transform.push(chunk);
    transform.end();
    return events;
  };
}

function answerWork(client: SampleProtocol, upstream: UpstreamName): () => number {
  const bytes = encoder.encode(upstreams[upstream].whole);
  const egress = egressOf(upstream);
  const ingress = ingressOf(client);
  const context = contextOf(client);
  const parsed = (): Json => JSON.parse(decoder.decode(bytes)) as Json;
  if (client === upstream) {
    const passthrough = passthroughOf(client);
    return () => {
      passthrough.readResponse(parsed());
      return 1;
    };
  }
  return () => {
    const response = egress.readResponse(parsed(), { requestId: context.requestId });
    if ('failure' in response) throw new Error(response.failure.message);
    factsOf(response);
    signedReasoningOf(response);
    encoder.encode(JSON.stringify(ingress.writeResponse(response, context).value));
    return 1;
  };
}

function requestWork(client: SampleProtocol, upstream: UpstreamName): () => number {
  const bytes = encoder.encode(protocolSamples[client].request('bench-model', false));
  const passthrough = passthroughOf(client);
  const egress = egressOf(upstream);
  if (client === upstream) {
    return () => {
      const { json } = looked(client, bytes);
      render(
        bytes,
        json,
        passthrough.withoutForeignSignatures(passthrough.withModel(json, 'upstream-model'), unknownModel),
      );
      return 1;
    };
  }
  return () => {
    const { json, summary } = looked(client, bytes);
    const request = canonical(client, json, summary);
    mediaToFetch(request, egress);
    const written = egress.writeRequest(request, { model: 'upstream-model', traits: unknownModel });
    encoder.encode(JSON.stringify(written.value));
    return 1;
  };
}

function looked(
  client: SampleProtocol,
  bytes: Uint8Array,
): { readonly json: JsonObject; readonly summary: RequestSummary } {
  const read = readJson(bytes);
  if ('failure' in read) throw new Error(read.message);
  const json = read.json as JsonObject;
  const summary = passthroughOf(client).inspect('chat', json, limits, { model: 'bench-model', stream: false });
  if ('invalid' in summary) throw new Error(summary.invalid);
  return { json, summary };
}

function canonical(client: SampleProtocol, json: JsonObject, { model, stream }: RequestSummary): IrRequest {
  const read = ingressOf(client).readRequest(json, { operation: 'chat', model, stream });
  if ('invalid' in read) throw new Error(read.invalid);
  return read.value;
}

function contextOf(client: SampleProtocol): WriteContext {
  const { json, summary } = looked(client, encoder.encode(protocolSamples[client].request('bench-model', true)));
  return {
    requestId: 'req_01BENCHBENCHBENCHBENCHBENCH',
    model: summary.model,
    created: 1_700_000_000,
    operation: 'chat',
    wantsUsage: summary.wantsUsage,
    inputEstimate: summary.inputEstimate,
    request: canonical(client, json, summary),
  };
}

if (import.meta.main) {
  const plan = JSON.parse(process.argv[2] ?? '{"rounds":5,"sampleMs":20}') as CodecPlan;
  process.stdout.write(`${JSON.stringify(measureCodec(plan))}\n`);
}
