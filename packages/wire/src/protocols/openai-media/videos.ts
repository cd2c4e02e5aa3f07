import { openLossTracker, type Read } from '../../ir/loss.ts';
import {
  findListed,
  nameAt,
  videoFailure,
  readSize,
  inSeconds,
  type ToldVideo,
  type VideoEgress,
  type VideoIngress,
  type VideoRequest,
  type VideoState,
  type VideoStatus,
} from '../../ir/videos.ts';
import {
  at,
  compact,
  flagAt,
  isList,
  isObject,
  numberAt,
  objectAt,
  objectsAt,
  restOf,
  textAt,
  textsAt,
} from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { withModel } from '../openai-chat/edits.ts';

const known: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'seconds',
  'duration',
  'size',
  'input_reference',
  'image',
  'images',
  'image_tail',
  'negative_prompt',
  'seed',
  'generate_audio',
  'user',
]);

/** Seconds as OpenAI's clients say them (`"8"`), and as others do (8); undefined for what is neither. */
export function readSeconds(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number > 0 ? number : undefined;
}

/**
 * OpenAI's videos. A picture to begin with is a file of a form, which stands here as a `data:` URL, or is named.
 * https://platform.openai.com/docs/api-reference/videos/create
 */
export function readVideoRequest(json: JsonObject): Read<VideoRequest> {
  const losses = openLossTracker();
  for (const field of Object.keys(restOf(json, known) ?? {}))
    losses.dropped(field, 'the vendor of this model has it not');
  const reference = at(json, 'input_reference') ?? at(json, 'image');
  const pictures = readPictures(reference, json);
  if (isObject(reference) && pictures.picture === undefined)
    losses.dropped('input_reference', 'a file that the vendor of this model does not keep');
  return {
    value: {
      prompt: textAt(json, 'prompt') ?? '',
      seconds: readSeconds(at(json, 'seconds') ?? at(json, 'duration')),
      size: readSize(textAt(json, 'size')),
      ...pictures,
      negative: nonEmpty(textAt(json, 'negative_prompt')),
      seed: numberAt(json, 'seed'),
      audio: flagAt(json, 'generate_audio'),
    },
    losses: losses.losses,
  };
}

type Pictures = Pick<VideoRequest, 'picture' | 'lastPicture' | 'references'>;

/**
 * OpenAI's clients name one picture. Others name several: one to begin with, two to begin and to end with, more of what is to be
 * seen.
 */
function readPictures(reference: Json | undefined, json: JsonObject): Pictures {
  const listed = textsAt(json, 'images').filter((one) => one !== '');
  const first = typeof reference === 'string' ? reference : isObject(reference) ? urlOf(reference) : undefined;
  const last = nonEmpty(textAt(json, 'image_tail'));
  if (nonEmpty(first) !== undefined)
    return { picture: first, lastPicture: last, references: listed.length === 0 ? undefined : listed };
  if (listed.length > 2) return { picture: undefined, lastPicture: last, references: listed };
  return { picture: listed[0], lastPicture: last ?? listed[1] };
}

const nonEmpty = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

const urlOf = (reference: JsonObject): string | undefined =>
  textAt(reference, 'image_url') ?? textAt(objectAt(reference, 'image_url') ?? {}, 'url') ?? textAt(reference, 'url');

const statuses: Readonly<Record<string, VideoStatus>> = {
  queued: 'queued',
  in_progress: 'in_progress',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'failed',
};

/** https://platform.openai.com/docs/api-reference/videos/object */
export function readVideo(json: Json): VideoState | undefined {
  if (!isObject(json)) return undefined;
  const status = statuses[textAt(json, 'status') ?? ''];
  if (!status) return undefined;
  const error = objectAt(json, 'error') ?? {};
  const seconds = readSeconds(at(json, 'seconds'));
  return {
    status,
    progress: numberAt(json, 'progress'),
    usage: seconds === undefined ? undefined : { seconds },
    size: textAt(json, 'size'),
    failure: status === 'failed' ? videoFailure(textAt(error, 'code'), textAt(error, 'message')) : undefined,
  };
}

/** As a vendor of OpenAI's protocol is asked by clients of another. */
export const openaiVideosEgress: VideoEgress = {
  write: ({ prompt, seconds, size, picture }, model) => ({
    value: compact({
      model,
      prompt,
      seconds: seconds === undefined ? undefined : `${seconds}`,
      size: size && `${size.width}x${size.height}`,
      input_reference: picture === undefined ? undefined : { image_url: picture },
    }),
    losses: [],
  }),
  readSubmitted: nameAt('id'),
  // Set for a whole project: https://platform.openai.com/docs/guides/video-generation#use-webhooks-for-notifications
  calledAbout(event) {
    if (!isObject(event) || !/^video\.(?:completed|failed)$/.test(textAt(event, 'type') ?? '')) return undefined;
    return textAt(objectAt(event, 'data') ?? {}, 'id') || undefined;
  },
  readState: readVideo,
  search: {
    find(json, sought) {
      if (!isObject(json) || !isList(at(json, 'data'))) return 'unclear';
      const tasks = objectsAt(json, 'data').map((one) => {
        const seconds = numberAt(one, 'created_at');
        return {
          id: textAt(one, 'id') ?? '',
          model: textAt(one, 'model'),
          prompt: textAt(one, 'prompt'),
          at: seconds === undefined ? undefined : seconds * 1000,
        };
      });
      return findListed(tasks, flagAt(json, 'has_more') === false, sought);
    },
  },
};

/** The model of who names none, as OpenAI has it. */
export const defaultVideoModel = 'sora-2';

/** A video as OpenAI's clients see it. Until it is done, it has at most 99 hundredths. */
export function writeVideo(video: ToldVideo): JsonObject {
  const { id, model, state, createdAt, finishedAt, prompt, seconds, size } = video;
  const { status, progress = status === 'queued' ? 0 : 50, failure } = state;
  const made = state.usage?.seconds ?? seconds;
  return {
    id,
    object: 'video',
    model,
    status,
    progress: status === 'completed' ? 100 : Math.max(0, Math.min(99, Math.floor(progress))),
    created_at: inSeconds(createdAt),
    completed_at: finishedAt === undefined || status === 'failed' ? null : inSeconds(finishedAt),
    expires_at: null,
    prompt,
    seconds: made === undefined ? null : `${made}`,
    size: state.size ?? size ?? null,
    remixed_from_video_id: video.origin ?? null,
    error: failure ? { code: failure.code, message: failure.message } : null,
  };
}

/** Clients of OpenAI's. https://platform.openai.com/docs/api-reference/videos */
export const openaiVideosIngress: Omit<VideoIngress, 'writeError'> = {
  read(json) {
    const { value, losses } = readVideoRequest(json);
    return { model: textAt(json, 'model') ?? defaultVideoModel, value, losses };
  },
  withModel,
  writeBegun: writeVideo,
  writeState: writeVideo,
};
