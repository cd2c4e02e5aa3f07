import { removeAt, setAt } from '@tollgate/wire/json/path';
import { render } from '@tollgate/wire/json/render';
import type { JsonObject, Look } from '@tollgate/wire/protocol';
import type { Channel } from '../domain/snapshot.ts';
import type { UpstreamRequest } from '../upstream/upstream.ts';
import type { Candidate, Journey } from './journey.ts';
import { protocols } from './protocols.ts';
import { prepare } from './targets.ts';
import { translateRequest, type Translated } from './translate.ts';
import { pathOf } from './upstream-path.ts';

/** What is sent to a candidate, and on the translating lane what the answer is turned back with. */
export type Draft = { readonly request: UpstreamRequest; readonly translated: Translated | undefined };

/** Writes the request for a candidate. Throws the refusal of one that cannot be put to it. */
export function draftFor(journey: Journey, look: Look, candidate: Candidate): Draft {
  const translated = candidate.lane === 'translate' ? translateRequest(journey, look, candidate) : undefined;
  const { channel, credential } = candidate.target;
  const prepared = prepare(channel, credential);
  const request = {
    origin: prepared.origin,
    method: 'POST',
    path: prepared.basePath + (pathOf(journey, look.stream, candidate, channel) ?? ''),
    headers: prepared.headers,
    body: bodyFor(journey, look, candidate, translated),
    connectTimeoutMs: journey.snapshot.settings.relay.connectTimeoutMs,
  } as const;
  return { request, translated };
}

/** The client's bytes with only those fields changed that must be, or the translated request. */
function bodyFor(journey: Journey, look: Look, candidate: Candidate, translated: Translated | undefined): Uint8Array {
  const { dialect, upstreamModel } = candidate;
  const lane = protocols.get(dialect.protocol)?.lane;
  let json = translated?.body ?? lane?.withModel(journey.json, upstreamModel) ?? journey.json;
  if (lane && look.stream && dialect.streamUsage !== false) json = lane.withStreamUsage(json);
  for (const quirk of dialect.quirks ?? []) json = quirk.apply(json, upstreamModel) as JsonObject;
  json = overridden(json, candidate.target.channel);
  return translated ? encoder.encode(JSON.stringify(json)) : render(journey.bytes, journey.json, json);
}

const encoder = new TextEncoder();

function overridden(json: JsonObject, channel: Channel): JsonObject {
  let edited = json;
  for (const path of channel.overrides.body.remove) edited = removeAt(edited, path);
  for (const [path, value] of Object.entries(channel.overrides.body.set)) edited = setAt(edited, path, value);
  return edited;
}
