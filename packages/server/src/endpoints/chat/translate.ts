import { openAssembly } from '@tollgate/wire/ir/assemble';
import type { ReadOptions, WriteContext } from '@tollgate/wire/ir/codec';
import { withMedia } from '@tollgate/wire/ir/fetch-media';
import type { IrEvent } from '@tollgate/wire/ir/event';
import type { Loss, Read } from '@tollgate/wire/ir/loss';
import type { IrRequest } from '@tollgate/wire/ir/request';
import type { IrResponse } from '@tollgate/wire/ir/response';
import type { Usage } from '@tollgate/wire/ir/usage';
import { factsOf } from '@tollgate/wire/ir/watch';
import { parseJson } from '@tollgate/wire/json/exact';
import { readFrames } from '@tollgate/wire/json/sse';
import type { Json, JsonObject, ResponseFacts, UpstreamFailure } from '@tollgate/wire/protocol';
import { likelyInput, likelyUsage } from '../../domain/likely-usage.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { EndpointFacts } from '../../relay/call.ts';
import type { Candidate, Inspected, Planned } from '../../relay/request-context.ts';
import { tokenizerOf } from '../../services/tokens/tokenizers.ts';
import { refuseLosses } from '../shared/strictness.ts';
import { countingOf, egressOf, ingressOf, watchedUsage } from './protocols.ts';
import { jsonOf, type ChatState } from './state.ts';

/** Of an endpoint, what reading and writing a conversation depends on. */
export type TextEndpoint = Pick<EndpointFacts, 'protocol' | 'operation'>;

/** A translated request: what goes upstream, and what is needed to turn the answer back. */
export type Translated = {
  readonly body: JsonObject;
  readonly request: IrRequest;
  /** See `Written` of the codecs. */
  readonly ownNames: ReadonlyMap<string, string> | undefined;
  readonly losses: readonly Loss[];
};

/** The client's request in the canonical form, read once for all candidates. */
export function readCanonical(endpoint: TextEndpoint, context: Inspected, state: ChatState): Read<IrRequest> {
  const { summary } = context;
  const { protocol, operation } = endpoint;
  const asked = state.fitted ?? jsonOf(context);
  const json = operation === 'count-tokens' ? countingOf(protocol).requestIn(asked) : asked;
  const { versionHeader, readRequest } = ingressOf(protocol);
  state.canonical ??= readRequest(json, {
    operation,
    model: summary.model,
    stream: summary.stream,
    version: versionHeader && (context.call.request.headers.get(versionHeader) ?? undefined),
  });
  const read = state.canonical;
  if ('invalid' in read) throw new Refusal('invalid_request', read.invalid, { param: read.param });
  return read;
}

/**
 * Writes a request in the upstream's protocol. Who asked for strictness, for the request (`x-tollgate-strict: true`) or
 * for all of the key's, is refused rather than served with something missing.
 */
export function translateRequest(
  endpoint: TextEndpoint,
  context: Planned,
  state: ChatState,
  candidate: Candidate,
  request: IrRequest,
): Translated {
  const { upstreamModel, traits, maxOutputTokens } = candidate;
  const written = egressOf(candidate.dialect.protocol).writeRequest(withMedia(request, state.media), {
    model: upstreamModel,
    traits: maxOutputTokens === traits.maxOutputTokens ? traits : { ...traits, maxOutputTokens },
  });
  const losses = [...readCanonical(endpoint, context, state).losses, ...written.losses];
  refuseLosses(context, candidate, losses);
  return { body: written.value, request, ownNames: written.ownNames, losses };
}

/** What the writer of an answer needs to know of its request. */
export const writeContextOf = (endpoint: TextEndpoint, context: Inspected, request: IrRequest): WriteContext => ({
  requestId: context.call.id,
  model: context.summary.model,
  created: Math.floor(context.at / 1000),
  operation: endpoint.operation,
  wantsUsage: context.summary.wantsUsage,
  inputEstimate: likelyInput(context.summary.inputEstimate),
  request,
  framing: context.call.target.framing,
});

/** What the answer to a translated request is read with. */
export const readOptionsFor = (
  { protocol }: TextEndpoint,
  context: Inspected,
  { dialect }: Candidate,
  { request, ownNames }: Translated,
): ReadOptions => ({
  requestId: context.call.id,
  readUsage: watchedUsage(context, dialect),
  asked: { request, ownNames, callIds: ingressOf(protocol).callIds },
});

/** A whole answer as its upstream gave it; `response` is absent when it is a failure. */
export type ReadAnswer = { readonly facts: ResponseFacts; readonly response?: IrResponse };

/** Reads a whole answer to be translated, once for the gateway and for the client. */
export function readAnswer(candidate: Candidate, options: ReadOptions, json: Json | undefined): ReadAnswer | undefined {
  if (json === undefined) return undefined;
  const response = egressOf(candidate.dialect.protocol).readResponse(json, options);
  return 'failure' in response ? failed(response.failure) : answered(candidate, response);
}

const failed = (error: UpstreamFailure): ReadAnswer => ({
  facts: { usage: undefined, meaningful: false, error, outputEstimate: 0 },
});

const answered = ({ traits }: Candidate, response: IrResponse): ReadAnswer => ({
  facts: factsOf(response, tokenizerOf(traits)),
  response,
});

/** An answer of a vendor that only streams, put together from its stream; undefined when that was cut, or is none. */
export function assembleAnswer(candidate: Candidate, options: ReadOptions, body: Uint8Array): ReadAnswer | undefined {
  const { dialect } = candidate;
  const egress = egressOf(dialect.protocol);
  const frames = (dialect.wrapping?.open ?? egress.openFrames ?? readFrames)();
  const reader = egress.readEvents(options);
  const assembly = openAssembly();
  let ended = false;
  const take = (events: readonly IrEvent[]): void => {
    for (const event of events) {
      assembly.push(event);
      ended ||= event.type === 'response-end';
    }
  };
  for (const frame of [...frames.push(body), ...frames.end()]) take(reader.read(frame));
  take(reader.end());
  if (assembly.failure) return failed(assembly.failure);
  if (ended) return answered(candidate, assembly.response);
  // A refusal may be no stream.
  return readAnswer(candidate, options, parseJson(new TextDecoder().decode(body)));
}

/** What a client is told, and charged, of an answer whose provider tells no usage. */
export const estimateFor = ({ summary }: Inspected, outputTokens: number): Usage =>
  likelyUsage(summary.inputEstimate, outputTokens);

/** That the usage of an answer is the gateway's own. */
export const usageEstimated: Loss = {
  path: 'usage',
  kind: 'approximated',
  detail: 'the upstream told none; it is the estimate that is charged',
};

/** A whole answer in the client's protocol. */
export function writeAnswer(
  endpoint: TextEndpoint,
  context: Inspected,
  request: IrRequest,
  response: IrResponse,
  { outputEstimate }: ResponseFacts,
): Read<JsonObject> {
  const writing = writeContextOf(endpoint, context, request);
  const ingress = ingressOf(endpoint.protocol);
  if (response.usage) return ingress.writeResponse(response, writing);
  const told = { ...response, usage: estimateFor(context, outputEstimate) };
  const { value, losses } = ingress.writeResponse(told, writing);
  return { value, losses: [...losses, usageEstimated] };
}
