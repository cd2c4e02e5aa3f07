import { nearestShape } from '../../ir/images.ts';
import { openLossTracker } from '../../ir/loss.ts';
import { nearestLines, type VideoEgress } from '../../ir/videos.ts';
import { compact, flagAt, isObject, numberAt, objectAt, objectsAt, textAt, textsAt } from '../../json/fields.ts';

const shapes = ['16:9', '9:16'] as const;
const offered = [720, 1080, 2160] as const;

/** Videos of Google's Gemini API (Veo): https://ai.google.dev/gemini-api/docs/video */
export const veoVideosEgress: VideoEgress = {
  write({ prompt, seconds, size, picture }) {
    const losses = openLossTracker();
    const [, mimeType, bytesBase64Encoded] = /^data:([^;,]+);base64,(.*)$/s.exec(picture ?? '') ?? [];
    if (picture !== undefined && bytesBase64Encoded === undefined)
      return { invalid: 'This model’s vendor takes pictures as data: URLs alone.', param: 'input_reference' };
    const shape = size && nearestShape(size, shapes);
    const near = size && nearestLines(size, offered);
    if (size && !(shape?.exact && near?.exact))
      losses.approximated('size', `${near?.lines} lines in the shape ${shape?.shape} are the nearest`);
    const image = bytesBase64Encoded === undefined ? undefined : { bytesBase64Encoded, mimeType: mimeType ?? '' };
    return {
      value: {
        instances: [compact({ prompt, image })],
        parameters: compact({
          aspectRatio: shape?.shape,
          resolution: near && (near.lines === 2160 ? '4k' : `${near.lines}p`),
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
    const code = error && (textAt(error, 'status') ?? numberAt(error, 'code'));
    return {
      status: 'failed',
      failure: {
        code: `${code ?? (error ? 'video_failed' : 'content_filter')}`,
        // A filter says why in place of the video.
        message:
          (error && textAt(error, 'message')) ??
          textsAt(answer, 'raiMediaFilteredReasons')[0] ??
          'The provider could not make the video.',
      },
    };
  },
};
