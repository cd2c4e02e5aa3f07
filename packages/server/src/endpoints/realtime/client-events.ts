import { render } from '@tollgate/wire/json/render';
import { readJson } from '@tollgate/wire/json/read';
import { at, isObject, numberAt, objectAt, textAt } from '@tollgate/wire/json/fields';
import { decodeText, encodeText, shorten } from '@tollgate/wire/text';
import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';
import { readResponsesResources } from '@tollgate/wire/protocols/openai-responses/resources';
import type { JsonObject } from '@tollgate/wire/protocol';
import { Refusal } from '../../domain/refusal.ts';
import { refuseBlockedIn } from '../../relay/admit/blocked-words.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import type { Frame } from '../../upstream/upstream-socket.ts';
import { refuseNamed } from '../shared/foreign-resources.ts';

/** What a client's event means for what the next response may use. */
export type ClientEvent = {
  /** What goes on: the event itself, unless it names the model. */
  readonly frame: Frame;
  /** Upper estimate of the tokens that it adds to the conversation. */
  readonly tokens: number;
  /** It asks for a response. */
  readonly asks: boolean;
  /** The most output tokens of a response that it sets; undefined when it says nothing of them. */
  readonly maxOutputTokens: number | undefined;
  /** The model that is to write down what the user says. */
  readonly transcriber: string | undefined;
};

/** How an event of sound begins, as SDKs write it: its type, its own id before or behind it or none, then the sound. */
const soundHead = new RegExp(
  String.raw`^~\{~(?:ID~,~TYPE|TYPE(?:~,~ID)?)~,~"audio"~:~"`
    .replaceAll('TYPE', String.raw`"type"~:~"input_audio_buffer\.append"`)
    .replaceAll('ID', String.raw`"event_id"~:~"[\w.:-]{0,100}"`)
    .replaceAll('~', String.raw`[ \t\r\n]*`),
);
const soundTail = /^[ \t\r\n]*\}[ \t\r\n]*$/;

/** Bytes of base64 to a token of sound: at least 8000 bytes a second (G.711), at most 10 tokens. https://developers.openai.com/api/docs/guides/realtime-costs */
const bytesPerToken = 1000;

/**
 * Reads an event of a client's. Throws the refusal of one that may not go on: no JSON, another model than the session was
 * opened (and money was set aside) for, something of the account's that is not known to be the sender's, a word that is blocked.
 */
export function readClientEvent(
  deps: Pick<RelayDeps, 'log'>,
  context: Planned,
  candidate: Candidate,
  frame: Frame,
): ClientEvent {
  if (typeof frame !== 'string') throw new Refusal('invalid_request', 'Events are JSON in text frames.');
  const said = { frame, asks: false, maxOutputTokens: undefined, transcriber: undefined };
  if (isPlainSound(frame)) return { ...said, tokens: Math.ceil(frame.length / bytesPerToken) };
  const bytes = encodeText(frame);
  const read = readJson(bytes);
  if ('failure' in read) throw new Refusal('invalid_json', read.message);
  if (!isObject(read.json) || read.duplicateKeys)
    throw new Refusal('invalid_request', 'An event is an object, in which no key stands twice.');
  const { json } = read;
  refuseBlockedIn(deps, context, json);
  const type = textAt(json, 'type');
  const setting = objectAt(json, 'session') ?? objectAt(json, 'response') ?? {};
  refuseForeign(json, setting, context);
  return {
    frame: withUpstreamModel(frame, bytes, json, context, candidate),
    tokens: type === 'input_audio_buffer.append' ? Math.ceil(frame.length / bytesPerToken) : estimateInput(json),
    asks: type === 'response.create',
    maxOutputTokens: mostOutput(setting),
    transcriber: transcriberOf(setting),
  };
}

/**
 * Whether a frame is an object of a type, perhaps an id, and one string without escapes, and so can say nothing but sound. It is told
 * without parsing, for most frames of a session are such.
 */
function isPlainSound(frame: string): boolean {
  const head = soundHead.exec(frame.slice(0, 300));
  if (!head) return false;
  const end = frame.indexOf('"', head[0].length);
  return (
    end >= 0 && soundTail.test(frame.slice(end + 1, end + 20)) && end + 20 >= frame.length && !frame.includes('\\')
  );
}

function mostOutput(setting: JsonObject): number | undefined {
  const most = at(setting, 'max_output_tokens') ?? at(setting, 'max_response_output_tokens');
  if (most === 'inf') return Infinity;
  return numberAt(setting, 'max_output_tokens') ?? numberAt(setting, 'max_response_output_tokens');
}

/** Where a session says it, today and before it was generally available. */
export function transcriberOf(session: JsonObject): string | undefined {
  const input = objectAt(objectAt(session, 'audio') ?? {}, 'input') ?? {};
  const one = objectAt(input, 'transcription') ?? objectAt(session, 'input_audio_transcription');
  return one && textAt(one, 'model');
}

/** A session is routed and priced by one model: it may be named again, and no other. */
function withUpstreamModel(
  frame: string,
  bytes: Uint8Array,
  json: JsonObject,
  { model: routed, summary, call }: Planned,
  { upstreamModel }: Candidate,
): string {
  const session = objectAt(json, 'session');
  if (!session) return frame;
  const writes = call.endpoint.operation === 'transcription-sessions';
  const model = writes ? transcriberOf(session) : at(session, 'model');
  if (model === undefined || model === null || model === upstreamModel) return frame;
  if (model !== summary.model && model !== routed)
    throw new Refusal(
      'invalid_request',
      `The session is held with "${shorten(summary.model)}". Open another one for another model.`,
      { param: 'session.model' },
    );
  const named = writes ? withTranscriber(session, upstreamModel) : { ...session, model: upstreamModel };
  return decodeText(render(bytes, json, { ...json, session: named }));
}

/** A session of which another name of its model is where it says which one transcribes. */
function withTranscriber(session: JsonObject, model: string): JsonObject {
  const older = objectAt(session, 'input_audio_transcription');
  const audio = objectAt(session, 'audio') ?? {};
  const input = objectAt(audio, 'input') ?? {};
  const one = objectAt(input, 'transcription');
  return {
    ...session,
    ...(older && { input_audio_transcription: { ...older, model } }),
    ...(one && { audio: { ...audio, input: { ...input, transcription: { ...one, model } } } }),
  };
}

/** Accounts are shared: prompts, files and connectors of theirs are not for everybody to name. */
export function refuseForeign(json: JsonObject, setting: JsonObject, context: Pick<Planned, 'snapshot'>): void {
  const item = objectAt(json, 'item');
  refuseNamed(context, [
    ...readResponsesResources(setting),
    ...(item ? readResponsesResources({ input: [item] }) : []),
  ]);
}
