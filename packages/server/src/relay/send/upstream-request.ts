import { callsWithoutSignatures, restoreReasoning } from '@tollgate/wire/ir/signed-reasoning';
import type { IrRequest, Reasoning } from '@tollgate/wire/ir/request';
import { removeAt, setAt } from '@tollgate/wire/json/path';
import { render } from '@tollgate/wire/json/render';
import type { JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { withoutReasoningItems } from '@tollgate/wire/protocols/openai-responses/item-references';
import type { Channel } from '../../domain/snapshot.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import { fetchMedia } from '../chat/fetch-media.ts';
import type { Candidate, RequestContext } from '../request-context.ts';
import { countingOf, egressOf, protocols } from '../chat/protocols.ts';
import { pathAt, prepare } from '../plan/targets.ts';
import { authenticate } from './authenticate.ts';
import { readCanonical, translateRequest, type Translated } from '../chat/translate.ts';
import { pathOf } from '../plan/upstream-path.ts';
import type { RelayDeps } from '../deps.ts';

/** What is sent to a candidate, and on the translation what the answer is turned back with. */
export type BuiltRequest = { readonly request: UpstreamRequest; readonly translated: Translated | undefined };

/**
 * Writes the request for a candidate. Throws (or rejects with) the refusal of one that cannot be put to it. A promise
 * only where something has to be looked up first, or the call is to be signed.
 */
export function buildUpstreamRequest(
  deps: RelayDeps,
  context: RequestContext,
  summary: RequestSummary,
  candidate: Candidate,
): BuiltRequest | Promise<BuiltRequest> {
  if (candidate.mode === 'passthrough') return finish(deps, context, summary, candidate, undefined);
  const read = withReasoning(readCanonical(context, summary).value, candidate.reasoning);
  const fetching = fetchMedia(deps, context, read, egressOf(candidate.dialect.protocol));
  const request = withSignedReasoning(deps, context, candidate, read);
  const write = (complete: IrRequest): BuiltRequest | Promise<BuiltRequest> =>
    finish(deps, context, summary, candidate, translateRequest(context, summary, candidate, complete));
  if (fetching) return fetching.then(() => request).then(write);
  return request instanceof Promise ? request.then(write) : write(request);
}

/** The request asking for so much reasoning, unless its client said something of it. */
const withReasoning = (request: IrRequest, reasoning: Reasoning | undefined): IrRequest =>
  reasoning && !request.reasoning ? { ...request, reasoning } : request;

/** The request with the sealed reasoning that its client could not carry, where the upstream may have issued them. */
function withSignedReasoning(
  deps: RelayDeps,
  context: RequestContext,
  candidate: Candidate,
  request: IrRequest,
): IrRequest | Promise<IrRequest> {
  const { key } = context;
  // Chat has no seals of its own, and what its vendors add their clients give back themselves.
  if (!key || candidate.dialect.protocol === 'openai-chat') return request;
  const callIds = callsWithoutSignatures(request);
  if (callIds.length === 0) return request;
  const found = deps.conversations.findReasoning(key.user.id, callIds);
  if (found instanceof Promise) return found.then((late) => restoreReasoning(request, (callId) => late.get(callId)));
  return restoreReasoning(request, (callId) => found.get(callId));
}

function finish(
  deps: RelayDeps,
  context: RequestContext,
  summary: RequestSummary,
  candidate: Candidate,
  translated: Translated | undefined,
): BuiltRequest | Promise<BuiltRequest> {
  const { channel, credential } = candidate.target;
  const prepared = prepare(channel, credential);
  const request = {
    origin: prepared.origin,
    method: 'POST',
    path: pathAt(prepared, pathOf(context, channel, candidate, summary.stream) ?? ''),
    headers: prepared.headers,
    body: bodyFor(context, summary, candidate, translated),
    connectTimeoutMs: context.snapshot.settings.relay.connectTimeoutMs,
  } as const;
  const authentic = authenticate(deps, candidate.target, request);
  return authentic instanceof Promise
    ? authentic.then((late) => ({ request: late, translated }))
    : { request: authentic, translated };
}

/** The client's bytes with only those fields changed that must be, or the translated request. */
function bodyFor(
  context: RequestContext,
  summary: RequestSummary,
  candidate: Candidate,
  translated: Translated | undefined,
): Uint8Array {
  const { dialect, upstreamModel, traits, reasoning } = candidate;
  const passthrough = protocols.get(dialect.protocol)?.passthrough;
  let json = translated ? translated.body : context.json;
  if (translated && context.call.operation === 'count-tokens')
    json = countingOf(dialect.protocol).writeQuestion(json, upstreamModel);
  if (passthrough && !translated) {
    json = passthrough.withoutForeignSignatures(passthrough.withModel(json, upstreamModel), traits);
    if (context.foreignReasoningIds.size > 0) json = withoutReasoningItems(json, context.foreignReasoningIds);
    if (reasoning) json = passthrough.withReasoning(json, reasoning, traits);
  }
  if (passthrough && summary.stream && dialect.streamUsage !== false) json = passthrough.withStreamUsage(json);
  for (const quirk of dialect.quirks ?? []) json = quirk.apply(json, traits) as JsonObject;
  json = overridden(json, candidate.target.channel);
  return translated ? encoder.encode(JSON.stringify(json)) : render(context.bytes, context.json, json);
}

const encoder = new TextEncoder();

function overridden(json: JsonObject, channel: Channel): JsonObject {
  let edited = json;
  for (const path of channel.overrides.body.remove) edited = removeAt(edited, path);
  for (const [path, value] of Object.entries(channel.overrides.body.set)) edited = setAt(edited, path, value);
  return edited;
}
