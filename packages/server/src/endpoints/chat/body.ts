import { callsWithoutSignatures, restoreReasoning } from '@tollgate/wire/ir/signed-reasoning';
import type { IrRequest, Reasoning } from '@tollgate/wire/ir/request';
import { render } from '@tollgate/wire/json/render';
import type { JsonObject } from '@tollgate/wire/protocol';
import { withSystemPrompt } from '@tollgate/wire/protocols/system-prompt';
import { withoutForeignItems } from '@tollgate/wire/protocols/openai-responses/item-references';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import type { Passed } from '../shared/client-headers.ts';
import { withoutCostlyFields, writtenWithoutCostlyFields } from '../shared/costly-fields.ts';
import { chain, edited } from '../shared/upstream-request.ts';
import { withoutBillingFields } from '../shared/billing-fields.ts';
import { fetchMedia } from './fetch-media.ts';
import { countingOf, egressOf, passthroughOf, protocols } from './protocols.ts';
import { jsonOf, type ChatState } from './state.ts';
import { withoutUnpricedTier } from './unpriced-tier.ts';
import { readCanonical, translateRequest, type TextEndpoint, type Translated } from './translate.ts';

/** The client's bytes with only those fields changed that must be. */
export function passedBody(context: Planned, state: ChatState, candidate: Candidate, passed: Passed): Uint8Array {
  const { dialect, upstreamModel, traits, reasoning } = candidate;
  const passthrough = passthroughOf(dialect.protocol);
  const before = jsonOf(context);
  const asked = state.fitted ?? before;
  let json = passthrough.withoutForeignSignatures(passthrough.withModel(asked, upstreamModel), traits);
  json = withoutBillingFields(context, withoutUnpricedTier(context, candidate, json));
  json = withoutCostlyFields(context, json, candidate);
  if (state.foreignItemIds.size > 0) json = withoutForeignItems(json, state.foreignItemIds);
  if (reasoning) json = passthrough.withReasoning(json, reasoning, traits);
  if (context.summary.stream && dialect.streamUsage !== false) json = passthrough.withStreamUsage(json);
  json = withHeadersOf(passed, json);
  json = prompted(context, json, candidate);
  return render(context.body.bytes, before, edited(context, json, candidate, context.call.endpoint.operation));
}

/**
 * The request translated for a candidate. Throws (or rejects with) the refusal of one that cannot be put to it; a promise
 * only where something has to be looked up or fetched first.
 */
export function translate(
  deps: RelayDeps,
  endpoint: TextEndpoint,
  context: Planned,
  state: ChatState,
  candidate: Candidate,
): Translated | Promise<Translated> {
  const read = withReasoning(readCanonical(endpoint, context, state).value, candidate.reasoning);
  const fetching = fetchMedia(deps, context, state, read, egressOf(candidate.dialect.protocol));
  const request = withSignedReasoning(deps, context, candidate, read);
  const write = (complete: IrRequest): Translated => translateRequest(endpoint, context, state, candidate, complete);
  return fetching ? fetching.then(() => request).then(write) : chain(request, write);
}

/** The bytes of a translated request. */
export function translatedBody(
  endpoint: TextEndpoint,
  context: Planned,
  candidate: Candidate,
  translated: Translated,
  passed: Passed,
): Uint8Array {
  const { dialect, upstreamModel } = candidate;
  // Of the client's own protocol, written anew, its own fields are all there.
  let json = dialect.protocol === endpoint.protocol ? withoutBillingFields(context, translated.body) : translated.body;
  json = withHeadersOf(passed, withoutUnpricedTier(context, candidate, json));
  json = writtenWithoutCostlyFields(context, json, candidate);
  // Whatever was asked for, another protocol is asked to chat, or to count.
  const operation = endpoint.operation === 'count-tokens' ? 'count-tokens' : 'chat';
  if (operation === 'count-tokens') json = countingOf(dialect.protocol).writeQuestion(json, upstreamModel);
  const passthrough = protocols.get(dialect.protocol)?.passthrough;
  if (passthrough && context.summary.stream && dialect.streamUsage !== false) json = passthrough.withStreamUsage(json);
  return encoder.encode(JSON.stringify(edited(context, prompted(context, json, candidate), candidate, operation)));
}

const encoder = new TextEncoder();

/** The body with what stands in it at this vendor, and in headers elsewhere. */
function withHeadersOf({ inBody }: Passed, json: JsonObject): JsonObject {
  let body = json;
  for (const field in inBody) body = Object.hasOwn(body, field) ? body : { ...body, [field]: inBody[field] ?? [] };
  return body;
}

/** A conversation with what the channel says to the model itself. */
function prompted({ call }: Planned, json: JsonObject, { target, dialect }: Candidate): JsonObject {
  const { systemPrompt } = target.channel;
  if (systemPrompt === null || call.endpoint.operation !== 'chat') return json;
  return withSystemPrompt(json, dialect.protocol, systemPrompt);
}

/** The request asking for so much reasoning, unless its client said something of it. */
const withReasoning = (request: IrRequest, reasoning: Reasoning | undefined): IrRequest =>
  reasoning && !request.reasoning ? { ...request, reasoning } : request;

/** The request with the signed reasoning that its client could not carry, where the upstream may have issued it. */
function withSignedReasoning(
  deps: RelayDeps,
  { key }: Planned,
  candidate: Candidate,
  request: IrRequest,
): IrRequest | Promise<IrRequest> {
  // Chat has no signatures of its own, and what its vendors add their clients give back themselves.
  if (candidate.dialect.protocol === 'openai-chat') return request;
  const callIds = callsWithoutSignatures(request);
  if (callIds.length === 0) return request;
  const found = deps.conversations.findReasoning(key.user.id, callIds);
  return chain(found, (late) => restoreReasoning(request, (callId) => late.get(callId)));
}
