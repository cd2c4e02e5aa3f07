import { removeAt, setAt } from '@tollgate/wire/json/path';
import type { JsonObject, Operation } from '@tollgate/wire/protocol';
import type { Channel } from '../../domain/snapshot.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { pathAt, prepare } from '../../relay/plan/targets.ts';
import { pathOf, type Asked } from '../../relay/plan/upstream-path.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import type { WrittenForm } from '../../relay/receive/multipart/write-multipart.ts';
import { authenticate } from '../../relay/send/authenticate.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';

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
  const isForm = !(body instanceof Uint8Array);
  return authenticate(deps, candidate.target, {
    origin: prepared.origin,
    method: 'POST',
    path: pathAt(prepared, pathOf(endpoint, prepared.settings, candidate, context.summary.stream) ?? ''),
    headers: isForm ? { ...prepared.headers, 'content-type': body.contentType } : prepared.headers,
    body: isForm ? body.body : body,
    connectTimeoutMs: context.snapshot.settings.relay.connectTimeoutMs,
  });
}

/** What the vendor and the channel want otherwise in a body of this operation; the body itself when they want nothing. */
export function edited(json: JsonObject, { dialect, traits, target }: Candidate, operation: Operation): JsonObject {
  let body = json;
  for (const { only, apply } of dialect.quirks ?? [])
    if (only === undefined || only.includes(operation)) body = apply(body, traits) as JsonObject;
  return overridden(body, target.channel);
}

/** What the channel wants otherwise in a body; the body itself when it wants nothing. */
export function overridden(json: JsonObject, { overrides }: Channel): JsonObject {
  let body = json;
  for (const path of overrides.body.remove) body = removeAt(body, path);
  for (const [path, value] of Object.entries(overrides.body.set)) body = setAt(body, path, value);
  return body;
}

/** Goes on at once with what is there, and later with what is not. */
export const chain = <T, U>(value: T | Promise<T>, go: (value: T) => U | Promise<U>): U | Promise<U> =>
  value instanceof Promise ? value.then(go) : go(value);
