import { at, isObject, numberAt, objectAt, textAt } from '../../json/fields.ts';
import type { Usage } from '../../ir/usage.ts';
import type { Invalid, Json, JsonObject, NamedResource } from '../../protocol.ts';
import { mostCount } from '../implausible.ts';
import { readResponsesResources } from '../openai-responses/resources.ts';
import { readResponsesUsage } from '../openai-responses/usage.ts';

/*
 * Events of OpenAI's Live API over a WebSocket: a session that the client's `session.start` begins, paid by its seconds,
 * in which other models may do what the speaking one delegates.
 * https://developers.openai.com/api/reference/resources/live
 */

/** What a session's settings mean for who serves and pays it. */
export type LiveSettings = {
  /** Models that answer what is delegated. */
  readonly delegates: readonly string[];
  /** The most that a delegated answer puts out, if anything says so. */
  readonly maxOutputTokens: number | undefined;
  /** What of an account's is named. */
  readonly resources: readonly NamedResource[];
};

export type LiveStart = LiveSettings & { readonly model: string; readonly session: JsonObject };

const invalid = (why: string, param: string): Invalid => ({ invalid: why, param });

/** Reads the event that begins a session, or says why it begins none. */
export function readLiveStart(event: JsonObject): LiveStart | Invalid {
  const session = objectAt(event, 'session');
  if (textAt(event, 'type') !== 'session.start') return invalid('The first event must be "session.start".', 'type');
  if (!session) return invalid('"session" must be an object.', 'session');
  const model = textAt(session, 'model') ?? '';
  if (model === '') return invalid('"session.model" must name a model.', 'session.model');
  if (at(session, 'store') === true)
    return invalid('Sessions are not kept: what could be done with one later is not served here.', 'session.store');
  return { model, session, ...readLiveSettings(session) };
}

/** Reads settings, whole or as far as an update says them. */
export function readLiveSettings(session: JsonObject): LiveSettings {
  const delegation = objectAt(session, 'delegation') ?? {};
  const responses = objectAt(delegation, 'responses') ?? {};
  const asked = [responses, objectAt(delegation, 'decisions') ?? {}];
  const output = objectAt(objectAt(session, 'audio') ?? {}, 'output') ?? {};
  const voice = textAt(objectAt(output, 'voice') ?? {}, 'id');
  return {
    delegates: [...new Set(asked.flatMap((one) => textAt(one, 'model') ?? []))],
    maxOutputTokens: numberAt(responses, 'max_output_tokens'),
    resources: [
      ...readResponsesResources(responses),
      ...(voice === undefined ? [] : [{ id: voice, param: 'session.audio.output.voice.id' }]),
    ],
  };
}

/** What an event of the server's tells of what is to be paid. */
export type LiveReport = {
  /** Of the session so far, rounded up. */
  readonly seconds: number | undefined;
  /** A delegated answer that is over. */
  readonly delegated:
    | { readonly model: string | undefined; readonly usage: Usage; readonly tier: Json | undefined }
    | undefined;
  readonly isStart: boolean;
  readonly isEnd: boolean;
};

/** How the response of a delegation ends; each has its usage. */
const ends: ReadonlySet<string> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'decision.completed',
]);

export function readLiveReport(event: JsonObject): LiveReport {
  const type = textAt(event, 'type') ?? '';
  const seconds = numberAt(objectAt(event, 'usage') ?? {}, 'seconds');
  const nested = type === 'response.event' || type === 'decision.event' ? objectAt(event, 'event') : undefined;
  return {
    seconds: seconds !== undefined && seconds >= 0 && seconds <= mostCount ? Math.ceil(seconds) : undefined,
    delegated: nested && ends.has(textAt(nested, 'type') ?? '') ? readDelegated(nested) : undefined,
    isStart: type === 'session.started',
    isEnd: type === 'session.closed',
  };
}

function readDelegated(event: JsonObject): LiveReport['delegated'] {
  const answer = objectAt(event, 'response') ?? objectAt(event, 'decision') ?? {};
  const raw = at(answer, 'usage');
  const usage = isObject(raw) ? readResponsesUsage(raw) : undefined;
  return usage && { model: textAt(answer, 'model'), usage, tier: at(answer, 'service_tier') };
}
