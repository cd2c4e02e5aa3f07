import { openLossTracker } from '../../ir/loss.ts';
import {
  callbackAt,
  videoFailure,
  nearestLook,
  nameAt,
  stateAt,
  type VideoEgress,
  type VideoStatus,
} from '../../ir/videos.ts';
import { compact, isObject, numberAt, objectAt, objectsAt, textAt } from '../../json/fields.ts';

/** https://www.volcengine.com/docs/82379/1521309 */
const statuses: Readonly<Record<string, VideoStatus>> = {
  queued: 'queued',
  running: 'in_progress',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'failed',
  expired: 'failed',
};

const shapes = ['16:9', '9:16', '4:3', '3:4', '1:1', '21:9'] as const;
const offered = [480, 720, 1080] as const;

/** Videos of Volcengine's Ark (Seedance), counted in tokens. https://www.volcengine.com/docs/82379/1520757 */
export const arkVideosEgress: VideoEgress = {
  write({ prompt, seconds, size, picture }, model) {
    const losses = openLossTracker();
    const { shape, lines } = nearestLook(size, shapes, offered, losses);
    return {
      value: compact({
        model,
        content: [
          { type: 'text', text: prompt },
          ...(picture === undefined
            ? []
            : [{ type: 'image_url', image_url: { url: picture }, role: 'first_frame' } as const]),
        ],
        resolution: lines && `${lines}p`,
        ratio: shape,
        duration: seconds,
      }),
      losses: losses.losses,
    };
  },
  // https://www.volcengine.com/docs/82379/1520757
  callback: callbackAt('callback_url'),
  readSubmitted: nameAt('id'),
  // https://www.volcengine.com/docs/82379/1521675, and `content_generation.tasks.list` of the vendor's own SDK
  batch: {
    query: (names) => names.map((name) => `filter.task_ids=${encodeURIComponent(name)}`).join('&'),
    pick(json, name) {
      if (!isObject(json)) return undefined;
      return textAt(json, 'id') === name ? json : objectsAt(json, 'items').find((task) => textAt(task, 'id') === name);
    },
  },
  readState: stateAt('status', statuses, (task, status) => {
    const tokens = numberAt(objectAt(task, 'usage') ?? {}, 'completion_tokens');
    const seconds = numberAt(task, 'duration');
    const error = objectAt(task, 'error') ?? {};
    const content = objectAt(task, 'content') ?? {};
    return {
      url: textAt(content, 'video_url'),
      // Of those who asked for it: `return_last_frame`.
      poster: textAt(content, 'last_frame_url') || undefined,
      usage:
        tokens === undefined && seconds === undefined
          ? undefined
          : {
              ...(tokens === undefined ? undefined : { outputText: tokens }),
              ...(seconds === undefined ? undefined : { seconds: Math.ceil(seconds) }),
            },
      resolution: textAt(task, 'resolution'),
      failure: status === 'failed' ? videoFailure(textAt(error, 'code'), textAt(error, 'message')) : undefined,
    };
  }),
};
