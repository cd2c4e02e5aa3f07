import { openLossTracker } from '../../ir/loss.ts';
import { nameAt, videoFailure, nearestLook, type VideoEgress } from '../../ir/videos.ts';
import { compact, flagAt, isObject, numberAt, objectAt, objectsAt, textAt, textsAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

const shapes = ['16:9', '9:16'] as const;
const offered = [720, 1080, 2160] as const;

/**
 * Videos of Google's Gemini API (Veo), and of Vertex AI, whose operations have long names and are asked after by POST.
 * https://ai.google.dev/gemini-api/docs/video
 * https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation
 */
export const veoVideosEgress: VideoEgress = {
  takes: ['lastPicture', 'negative', 'seed', 'audio'],
  write({ prompt, seconds, size, picture, lastPicture, negative, seed, audio }) {
    const losses = openLossTracker();
    const image = bytesOf(picture);
    const lastFrame = bytesOf(lastPicture);
    if ((picture !== undefined && !image) || (lastPicture !== undefined && !lastFrame))
      return { invalid: 'This model’s vendor takes pictures as data: URLs alone.', param: 'input_reference' };
    const { shape, lines } = nearestLook(size, shapes, offered, losses);
    return {
      value: {
        instances: [compact({ prompt, image, lastFrame })],
        parameters: compact({
          aspectRatio: shape,
          resolution: lines && (lines === 2160 ? '4k' : `${lines}p`),
          durationSeconds: seconds,
          negativePrompt: negative,
          seed,
          generateAudio: audio,
        }),
      },
      losses: losses.losses,
    };
  },
  /** `models/veo/operations/abc`. */
  readSubmitted: nameAt('name'),
  ask(name) {
    const end = name.startsWith('projects/') ? name.lastIndexOf('/operations/') : -1;
    return end < 0 ? { id: name } : { id: name.slice(0, end), body: { operationName: name } };
  },
  readState(json) {
    if (!isObject(json) || textAt(json, 'name') === undefined) return undefined;
    if (flagAt(json, 'done') !== true) return { status: 'in_progress' };
    const error = objectAt(json, 'error');
    const answer = objectAt(objectAt(json, 'response') ?? {}, 'generateVideoResponse') ?? {};
    const uri = textAt(objectAt(objectsAt(answer, 'generatedSamples')[0] ?? {}, 'video') ?? {}, 'uri');
    const file = /\/files\/([\w-]+)(?::download)?(?:\?|$)/.exec(uri ?? '')?.[1];
    if (file !== undefined) return { status: 'completed', file };
    const [whole = {}] = objectsAt(objectAt(json, 'response') ?? {}, 'videos');
    if (textAt(whole, 'bytesBase64Encoded') !== undefined) return { status: 'completed', file: inAnswer };
    return {
      status: 'failed',
      failure: videoFailure(
        // A filter says why in place of the video.
        error ? codeOf(error) : 'content_filter',
        (error && textAt(error, 'message')) ??
          [answer, objectAt(json, 'response') ?? {}].flatMap((said) => textsAt(said, 'raiMediaFilteredReasons'))[0],
      ),
    };
  },
  readContent(json) {
    const [whole = {}] = objectsAt(objectAt(isObject(json) ? json : {}, 'response') ?? {}, 'videos');
    const base64 = textAt(whole, 'bytesBase64Encoded');
    return base64 === undefined ? undefined : { base64, mediaType: textAt(whole, 'mimeType') ?? 'video/mp4' };
  },
};

/** Vertex AI hands a video out within the answer to the question whether it is done. */
const inAnswer = 'inline';

const bytesOf = (picture: string | undefined): JsonObject | undefined => {
  const [, mimeType, bytesBase64Encoded] = /^data:([^;,]+);base64,(.*)$/s.exec(picture ?? '') ?? [];
  return bytesBase64Encoded === undefined ? undefined : { bytesBase64Encoded, mimeType: mimeType ?? '' };
};

/** Google's word for the status, or its number. */
function codeOf(error: JsonObject): string | undefined {
  const code = numberAt(error, 'code');
  return textAt(error, 'status') ?? (code === undefined ? undefined : `${code}`);
}
