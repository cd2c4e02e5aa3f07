import { isObject } from '@tollgate/wire/json/fields';
import type { JsonObject, Operation } from '@tollgate/wire/protocol';
import { ReturnedRefusal } from '../../domain/overrides/returned-refusal.ts';
import type { HeaderEdits, OverrideScope } from '../../domain/overrides/run.ts';
import type { Carried } from '../../providers/auth.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { pathAt, prepare } from '../../relay/plan/targets.ts';
import { pathOf, placedOf, type Asked } from '../../relay/plan/upstream-path.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import type { WrittenForm } from '../../relay/receive/multipart/write-multipart.ts';
import { authenticate } from '../../relay/send/authenticate.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import { passedHeaders } from './client-headers.ts';

/** A body, or a form that is read as it is sent, posted to a candidate at its endpoint's path, authenticated. A promise only where each call is signed. */
export function upstreamRequest(
  deps: RelayDeps,
  endpoint: Asked,
  context: Planned,
  candidate: Candidate,
  body: Uint8Array | WrittenForm,
): UpstreamRequest | Promise<UpstreamRequest> {
  const { channel, credential } = candidate.target;
  const prepared = prepare(channel, credential, candidate.upstreamModel);
  const placed = placedOf(endpoint, prepared.settings, candidate, credential.values);
  const headers = placed ? placedAs(placed, headersFor(context, candidate)) : headersFor(context, candidate);
  const isForm = !(body instanceof Uint8Array);
  return authenticate(deps, candidate.target, {
    origin: prepared.origin,
    method: 'POST',
    path: pathAt(
      placed ? { ...prepared, query: placed.query } : prepared,
      pathOf(endpoint, prepared.settings, candidate, context.summary.stream) ?? '',
    ),
    headers: isForm ? { ...headers, 'content-type': body.contentType } : headers,
    body: isForm ? body.body : body,
    connectTimeoutMs: context.snapshot.settings.relay.connectTimeoutMs,
  });
}

/** Headers with the key where the channel's rules want it, and nowhere else. */
function placedAs(placed: Carried, { authorization: _, ...headers }: Readonly<Record<string, string>>) {
  return { ...headers, ...placed.headers };
}

/** What the vendor and the channel want otherwise in a body of this operation; the body itself when they want nothing. */
export function edited(context: Planned, json: JsonObject, candidate: Candidate, operation: Operation): JsonObject {
  const { dialect, traits } = candidate;
  let body = json;
  for (const { only, apply } of dialect.quirks ?? [])
    if (only === undefined || only.includes(operation)) body = apply(body, traits) as JsonObject;
  return overridden(context, body, candidate);
}

/**
 * What the channel wants otherwise in a body; the body itself when it wants nothing. What it wants of the headers is kept for
 * {@link upstreamRequest}. Throws the refusal of a channel that answers by itself.
 */
export function overridden(context: Planned, json: JsonObject, candidate: Candidate): JsonObject {
  const { apply } = candidate.target.channel.overrides;
  if (!apply) return json;
  const { json: body, headers, returned } = apply(json, scopeOf(context, candidate));
  if (returned) throw new ReturnedRefusal(returned);
  context.overridden = { candidate, headers };
  return body;
}

function scopeOf(context: Planned, { target, upstreamModel }: Candidate): OverrideScope {
  const { headers, url } = context.call.request;
  return {
    originalModel: context.summary.model,
    upstreamModel,
    requestPath: new URL(url).pathname,
    clientHeader: (name) => headers.get(name) ?? undefined,
    clientHeaders: () => headers.keys(),
    retryIndex: context.attempts.length,
    lastError: context.lastError,
    isChannelTest: context.call.isTest === true,
    apiKey: prepare(target.channel, target.credential).apiKey,
  };
}

/** The headers of a request to a candidate, with what its channel wants otherwise for this one. */
function headersFor(context: Planned, candidate: Candidate): Readonly<Record<string, string>> {
  const { channel, credential } = candidate.target;
  const own = prepare(channel, credential, candidate.upstreamModel).headers;
  const passed = passedHeaders(context, candidate).headers;
  const headers = Object.keys(passed).length === 0 ? own : { ...own, ...passed };
  if (!channel.overrides.apply) return headers;
  // A form was not edited, and neither was what an endpoint passes on untouched.
  if (context.overridden?.candidate !== candidate) {
    const { json } = context.body;
    overridden(context, isObject(json) ? json : {}, candidate);
  }
  const edits = context.overridden?.headers ?? noEdits;
  if (edits.size === 0) return headers;
  const all: Record<string, string> = { ...headers };
  for (const [name, value] of edits) {
    if (value === undefined) delete all[name];
    else all[name] = value;
  }
  return all;
}

const noEdits: HeaderEdits = new Map();

/** Goes on at once with what is there, and later with what is not. */
export const chain = <T, U>(value: T | Promise<T>, go: (value: T) => U | Promise<U>): U | Promise<U> =>
  value instanceof Promise ? value.then(go) : go(value);
