import { openLossTracker } from '../../ir/loss.ts';
import { videoFailure, nearestLook, type VideoEgress } from '../../ir/videos.ts';
import { compact, flagAt, isObject, numberAt, objectAt, objectsAt, textAt, textsAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

const shapes = ['16:9', '9:16'] as const;
const offered = [720, 1080, 2160] as const;

/** Videos of Google's Gemini API (Veo): https://ai.google.dev/gemini-api/docs/video */
export const veoVideosEgress: VideoEgress = {
  write({ prompt, seconds, size, picture }) {
    const losses = openLossTracker();
    const [, mimeType, bytesBase64Encoded] = /^data:([^;,]+);base64,(.*)$/s.exec(picture ?? '') ?? [];
    if (picture !== undefined && bytesBase64Encoded === undefined)
      return { invalid: 'This model’s vendor takes pictures as data: URLs alone.', param: 'input_reference' };
    const { shape, lines } = nearestLook(size, shapes, offered, losses);
    const image = bytesBase64Encoded === undefined ? undefined : { bytesBase64Encoded, mimeType: mimeType ?? '' };
    return {
      value: {
        instances: [compact({ prompt, image })],
        parameters: compact({
          aspectRatio: shape,
          resolution: lines && (lines === 2160 ? '4k' : `${lines}p`),
          durationSeconds: seconds,
        }),
      },
      losses: losses.losses,
    };
  },
  /** `models/veo/operations/abc`. */
  readSubmitted: (json) => (isObject(json) ? textAt(json, 'name') : undefined),
  readState(json) {
    if (!isObject(json) || textAt(json, 'name') === undefined) return undefined;
    if (flagAt(json, 'done') !== true) return { status: 'in_progress' };
    const error = objectAt(json, 'error');
    const answer = objectAt(objectAt(json, 'response') ?? {}, 'generateVideoResponse') ?? {};
    const uri = textAt(objectAt(objectsAt(answer, 'generatedSamples')[0] ?? {}, 'video') ?? {}, 'uri');
    const file = /\/files\/([\w-]+)(?::download)?(?:\?|$)/.exec(uri ?? '')?.[1];
    if (file !== undefined) return { status: 'completed', file };
    return {
      status: 'failed',
      failure: videoFailure(
        // A filter says why in place of the video.
        error ? codeOf(error) : 'content_filter',
        (error && textAt(error, 'message')) ?? textsAt(answer, 'raiMediaFilteredReasons')[0],
      ),
    };
  },
};

/** Google's word for the status, or its number. */
function codeOf(error: JsonObject): string | undefined {
  const code = numberAt(error, 'code');
  return textAt(error, 'status') ?? (code === undefined ? undefined : `${code}`);
}
