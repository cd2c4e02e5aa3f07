import type { WriteContext } from '@tollgate/wire/ir/codec';
import { withMedia } from '@tollgate/wire/ir/fetch-media';
import type { Loss, Read } from '@tollgate/wire/ir/loss';
import type { IrRequest } from '@tollgate/wire/ir/request';
import type { IrResponse } from '@tollgate/wire/ir/response';
import { factsOf } from '@tollgate/wire/ir/watch';
import type { Json, JsonObject, RequestSummary, ResponseFacts } from '@tollgate/wire/protocol';
import { tokenizerOf } from '../../services/tokens/tokenizers.ts';
import type { Candidate, RequestContext } from '../request-context.ts';
import { countingOf, egressOf, ingressOf } from './protocols.ts';
import { Refusal } from '../../domain/refusal.ts';

/** A request on the translation: what goes upstream, and what is needed to turn the answer back. */
export type Translated = { readonly body: JsonObject; readonly request: IrRequest; readonly losses: readonly Loss[] };

/** The client's request in the canonical form, read once for all candidates. */
export function readCanonical(context: RequestContext, summary: RequestSummary): Read<IrRequest> {
  const { call } = context;
  const json = call.operation === 'count-tokens' ? countingOf(call.protocol.id).requestIn(context.json) : context.json;
  context.canonical ??= ingressOf(call.protocol.id).readRequest(json, {
    operation: call.operation,
    model: summary.model,
    stream: summary.stream,
  });
  const read = context.canonical;
  if ('invalid' in read) throw new Refusal('invalid_request', read.invalid, { param: read.param });
  return read;
}

/**
 * Writes a request in the upstream's protocol. Who asked for strictness, for the request (`x-tollgate-strict: true`) or
 * for all of the key's, is refused rather than served with something missing.
 */
export function translateRequest(
  context: RequestContext,
  summary: RequestSummary,
  candidate: Candidate,
  request: IrRequest,
): Translated {
  const { models } = context.snapshot;
  const { upstreamModel, traits } = candidate;
  const { maxOutputTokens } = models.get(context.model) ?? models.get(upstreamModel) ?? traits;
  const written = egressOf(candidate.dialect.protocol).writeRequest(withMedia(request, context.media), {
    model: upstreamModel,
    traits: maxOutputTokens === traits.maxOutputTokens ? traits : { ...traits, maxOutputTokens },
  });
  const losses = [...readCanonical(context, summary).losses, ...written.losses];
  if (losses.length > 0 && isStrict(context)) {
    context.conversion ??= { protocol: candidate.dialect.protocol, losses };
    throw new Refusal(
      'conversion_loss',
      `Strict mode: this request cannot be translated whole (${describe(losses)}).`,
      {
        param: losses[0]?.path ?? null,
      },
    );
  }
  return { body: written.value, request, losses };
}

/** The header tightens and never loosens: a key's owner may not be who writes the requests. */
const isStrict = ({ key, call }: RequestContext): boolean =>
  key?.strictConversion === true || call.request.headers.get('x-tollgate-strict') === 'true';

/** Adds what the answer lost to what the log will say. */
export function noteLosses(context: RequestContext, losses: readonly Loss[]): void {
  const { conversion } = context;
  if (!conversion || losses.length === 0) return;
  context.conversion = { ...conversion, losses: [...conversion.losses, ...losses] };
}

const maxHeaderLength = 1000;

/** The losses as `x-tollgate-conversion-loss` tells them: `path;kind`, separated by commas. */
export const lossHeader = (losses: readonly Loss[]): string => describe(losses).slice(0, maxHeaderLength);

const describe = (losses: readonly Loss[]): string =>
  losses.map((loss) => `${loss.path.replaceAll(/[^\w.[\]-]/g, '_')};${loss.kind}`).join(', ');

/** What the writer of an answer needs to know of its request. */
export const writeContextOf = (context: RequestContext, summary: RequestSummary, request: IrRequest): WriteContext => ({
  requestId: context.call.id,
  model: summary.model,
  created: Math.floor(context.at / 1000),
  operation: context.call.operation,
  wantsUsage: summary.wantsUsage,
  inputEstimate: summary.inputEstimate,
  request,
  framing: context.call.framing,
});

/** A whole answer as its upstream gave it; `response` is absent when it is a failure. */
export type ReadAnswer = { readonly facts: ResponseFacts; readonly response?: IrResponse };

/** Reads a whole answer on the translation, once for the gateway and for the client. */
export function readAnswer(context: RequestContext, candidate: Candidate, json: Json): ReadAnswer {
  const { dialect } = candidate;
  const response = egressOf(dialect.protocol).readResponse(json, {
    requestId: context.call.id,
    readUsage: dialect.usage,
  });
  if (!('failure' in response)) return { facts: factsOf(response, tokenizerOf(candidate.traits)), response };
  return { facts: { usage: undefined, meaningful: false, error: response.failure, outputEstimate: 0 } };
}

/** A whole answer in the client's protocol. */
export function writeAnswer(
  context: RequestContext,
  summary: RequestSummary,
  request: IrRequest,
  response: IrResponse,
): Read<JsonObject> {
  return ingressOf(context.call.protocol.id).writeResponse(response, writeContextOf(context, summary, request));
}
