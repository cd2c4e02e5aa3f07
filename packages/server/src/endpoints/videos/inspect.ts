import { readSize, videoTokens, type AskedVideo, type VideoRequest } from '@tollgate/wire/ir/videos';
import { at, isList, isObject, textAt } from '@tollgate/wire/json/fields';
import type { Invalid, Json, JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';
import {
  collectResources,
  noteAddress,
  noteNames,
  noteOuter,
  noteTools,
  referencesTo,
  type Note,
} from '@tollgate/wire/protocols/resources';
import { defaultVideoModel, readSeconds, readVideoRequest } from '@tollgate/wire/protocols/openai-media/videos';
import { summaryOf, withModelOf } from '../shared/inspect.ts';
import { refuseAddresses } from './addresses.ts';

/** Longer ones are made by nobody. */
const maxSeconds = 3600;
const maxPromptLength = 32_000;

/** What a video is taken for of which a request does not say it. */
export const usual = { seconds: 8, size: { width: 1280, height: 720 } } as const;

/** Reads a request for a video, of JSON or of a form. Never throws, on any JSON. */
export function inspectVideo(json: Json): RequestSummary | Invalid {
  const named = withModelOf(
    isObject(json) && (at(json, 'model') ?? null) === null ? { ...json, model: defaultVideoModel } : json,
  );
  if ('invalid' in named) return named;
  const { body, model } = named;
  const prompt = at(body, 'prompt');
  if (typeof prompt !== 'string' || prompt === '')
    return { invalid: '"prompt" must be a non-empty string.', param: 'prompt' };
  if (prompt.length > maxPromptLength)
    return { invalid: `"prompt" must have at most ${maxPromptLength} characters.`, param: 'prompt' };
  for (const name of ['seconds', 'duration']) {
    const value = at(body, name) ?? null;
    if (value !== null && (readSeconds(value) ?? Infinity) > maxSeconds)
      return { invalid: `"${name}" must be a whole number of seconds from 1 to ${maxSeconds}.`, param: name };
  }
  const seconds = readSeconds(at(body, 'seconds') ?? at(body, 'duration') ?? null) ?? usual.seconds;
  return (
    refuseSize(body) ??
    refuseMany(readVideoRequest(body).value) ??
    refuseAddresses(body) ??
    summaryOf(model, body, {
      inputEstimate: estimateInput(prompt),
      maxOutputTokens: videoTokens(readSize(textAt(body, 'size')) ?? usual.size, seconds),
      counted: { seconds },
      references: referencesTo(collectResources((note) => noteResources(body, note))),
    })
  );
}

/** More pictures of what is to be seen are taken by nobody. */
const maxReferences = 16;

/** Inspects what a client of another protocol asks for, once it is read. */
export function inspectAsked(json: JsonObject, asked: AskedVideo): RequestSummary | Invalid {
  const { model, value } = asked;
  const { prompt, seconds = usual.seconds, size, picture, lastPicture, references = [] } = value;
  if (prompt === '' && picture === undefined && references.length === 0)
    return { invalid: '"prompt" must be a non-empty string.', param: 'prompt' };
  if (prompt.length > maxPromptLength)
    return { invalid: `"prompt" must have at most ${maxPromptLength} characters.`, param: 'prompt' };
  if (seconds > maxSeconds || seconds < 1)
    return { invalid: `"duration" must be a whole number of seconds from 1 to ${maxSeconds}.`, param: 'duration' };
  return (
    refuseSize(json) ??
    refuseMany(value) ??
    refuseAddresses(json) ??
    summaryOf(model, json, {
      inputEstimate: estimateInput(prompt),
      maxOutputTokens: videoTokens(size ?? usual.size, seconds),
      counted: { seconds },
      references: referencesTo(
        collectResources((note) => {
          noteOuter(json, note, ['video_id', 'voice_id']);
          for (const one of [picture, lastPicture, ...references]) noteAddress(one, 'image', note);
        }),
      ),
    })
  );
}

/** Nobody takes endless lists. */
const refuseMany = ({ references = [] }: VideoRequest): Invalid | undefined =>
  references.length > maxReferences
    ? { invalid: `There may be at most ${maxReferences} pictures.`, param: 'images' }
    : undefined;

/** Larger pictures are made by nobody, and cost too much to be set aside. */
const maxSide = 8192;

/** Refuses what is no size: `1280x720`, `720p`, `4k` and `16:9` are, in the words of one vendor or another. */
function refuseSize(body: JsonObject): Invalid | undefined {
  const size = at(body, 'size') ?? null;
  if (size === null) return undefined;
  const words = { invalid: '"size" must be a string such as "1280x720".', param: 'size' };
  if (typeof size !== 'string') return words;
  const [, width, height] = /^(\d{1,6})[x*](\d{1,6})$/.exec(size) ?? [];
  if (width === undefined) return /^(?:\d{3,4}p|[1248]k|\d{1,2}:\d{1,2}|auto|)$/i.test(size) ? undefined : words;
  return [width, height].every((side) => Number(side) >= minSide && Number(side) <= maxSide)
    ? undefined
    : { invalid: `"size" must have from ${minSide} to ${maxSide} points each way.`, param: 'size' };
}

const minSide = 64;

const characterKeys: ReadonlySet<string> = new Set(['id']);

/** Where a request names pictures and films. */
const media = ['input_reference', 'image', 'images', 'image_url', 'video', 'video_url'] as const;

/** What a request names that an account keeps: its files, whichever field they stand in, and addresses of its own. */
function noteResources(body: JsonObject, note: Note): void {
  noteOuter(body, note, ['video_id']);
  for (const [name, value] of Object.entries(body)) {
    const isCharacter = name.split('[', 1)[0] === 'characters';
    if (typeof value === 'object') noteTools(value, name, note, isCharacter ? characterKeys : undefined);
    // A field of a form.
    else if (isCharacter) noteNames(value, name, note);
  }
  for (const name of media) {
    const value = at(body, name);
    for (const one of isList(value) ? value : [value]) {
      noteAddress(one, name, note);
      if (isObject(one)) noteAddress(at(one, 'image_url'), `${name}.image_url`, note);
    }
  }
}
