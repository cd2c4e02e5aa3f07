import { nearestShape } from '../../ir/images.ts';
import { openLossTracker } from '../../ir/loss.ts';
import { nearestLines, type VideoEgress, type VideoStatus } from '../../ir/videos.ts';
import { compact, isObject, numberAt, objectAt, textAt } from '../../json/fields.ts';

const statuses: Readonly<Record<string, VideoStatus>> = {
  pending: 'in_progress',
  done: 'completed',
  failed: 'failed',
  expired: 'failed',
};

const shapes = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3'] as const;
const offered = [480, 720, 1080] as const;

/** Videos of xAI (Grok Imagine). https://docs.x.ai/developers/model-capabilities/video/generation */
export const xaiVideosEgress: VideoEgress = {
  write({ prompt, seconds, size, picture }, model) {
    const losses = openLossTracker();
    const shape = size && nearestShape(size, shapes);
    const near = size && nearestLines(size, offered);
    if (size && !(shape?.exact && near?.exact))
      losses.approximated('size', `${near?.lines} lines in the shape ${shape?.shape} are the nearest`);
    return {
      value: compact({
        model,
        prompt,
        duration: seconds,
        aspect_ratio: shape?.shape,
        resolution: near && `${near.lines}p`,
        image: picture === undefined ? undefined : { url: picture },
      }),
      losses: losses.losses,
    };
  },
  readSubmitted: (json) => (isObject(json) ? textAt(json, 'request_id') : undefined),
  readState(json) {
    if (!isObject(json)) return undefined;
    const video = objectAt(json, 'video');
    // A video that is there is done, whatever else is said.
    const status = video && textAt(video, 'url') ? 'completed' : statuses[textAt(json, 'status') ?? ''];
    if (!status) return undefined;
    const seconds = numberAt(video ?? {}, 'duration');
    const error = objectAt(json, 'error') ?? {};
    return {
      status,
      progress: numberAt(json, 'progress'),
      url: textAt(video ?? {}, 'url'),
      usage: seconds === undefined ? undefined : { seconds: Math.ceil(seconds) },
      failure:
        status === 'failed'
          ? {
              code: textAt(error, 'code') ?? 'video_failed',
              message: textAt(error, 'message') ?? 'The provider could not make the video.',
            }
          : undefined,
    };
  },
};
