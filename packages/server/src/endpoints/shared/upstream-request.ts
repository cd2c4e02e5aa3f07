import type { JsonObject, Operation } from '@tollgate/wire/protocol';
import type { Carried } from '../../providers/auth.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { headersFor, overridden } from '../../relay/plan/overridden.ts';
import { pathAt, prepare } from '../../relay/plan/targets.ts';
import { pathOf, placedOf, type Asked } from '../../relay/plan/upstream-path.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import type { WrittenForm } from '../../relay/receive/multipart/write-multipart.ts';
import { authenticate } from '../../relay/send/authenticate.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import { passedHeaders, type Passed } from './client-headers.ts';

/**
 * A body, or a form that is read as it is sent, posted to a candidate at its endpoint's path, authenticated. A promise only where
 * each call is signed. `passed` is of the client's headers, for who has read them already.
 */
export function upstreamRequest(
  deps: RelayDeps,
  endpoint: Asked,
  context: Planned,
  candidate: Candidate,
  body: Uint8Array | WrittenForm,
  passed: Passed = passedHeaders(context, candidate),
): UpstreamRequest | Promise<UpstreamRequest> {
  const { channel, credential } = candidate.target;
  const prepared = prepare(channel, credential, candidate.upstreamModel);
  const placed = placedOf(endpoint, prepared.settings, candidate, credential.values);
  const own = headersFor(context, candidate, passed.headers);
  const headers = placed ? placedAs(placed, own) : own;
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
    connectTimeoutMs: channel.timeouts.connectMs ?? context.snapshot.settings.relay.connectTimeoutMs,
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

/** Goes on at once with what is there, and later with what is not. */
export const chain = <T, U>(value: T | Promise<T>, go: (value: T) => U | Promise<U>): U | Promise<U> =>
  value instanceof Promise ? value.then(go) : go(value);
