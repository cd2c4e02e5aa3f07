import { openLossTracker } from '../../ir/loss.ts';
import { nameAt, videoFailure, nearestLook, type VideoEgress, type VideoStatus } from '../../ir/videos.ts';
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
    const { shape, lines } = nearestLook(size, shapes, offered, losses);
    return {
      value: compact({
        model,
        prompt,
        duration: seconds,
        aspect_ratio: shape,
        resolution: lines && `${lines}p`,
        image: picture === undefined ? undefined : { url: picture },
      }),
      losses: losses.losses,
    };
  },
  readSubmitted: nameAt('request_id'),
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
      failure: status === 'failed' ? videoFailure(textAt(error, 'code'), textAt(error, 'message')) : undefined,
    };
  },
};
