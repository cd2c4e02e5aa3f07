import { isObject } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { ReturnedRefusal } from '../../domain/overrides/returned-refusal.ts';
import type { HeaderEdits, OverrideScope } from '../../domain/overrides/run.ts';
import type { Candidate, Planned } from '../request-context.ts';
import { prepare } from './targets.ts';

/**
 * What the channel wants otherwise in a body; the body itself when it wants nothing. What it wants of the headers is kept for
 * {@link headersFor}. Throws the refusal of a channel that answers by itself.
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

type Headers = Readonly<Record<string, string>>;
const none: Headers = {};

/** The headers of a request to a candidate, with those of the client that pass, and what its channel wants otherwise. */
export function headersFor(context: Planned, candidate: Candidate, passed: Headers = none): Headers {
  const { channel, credential } = candidate.target;
  const own = prepare(channel, credential, candidate.upstreamModel).headers;
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
