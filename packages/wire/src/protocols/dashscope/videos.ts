import { openLossTracker } from '../../ir/loss.ts';
import { videoFailure, nearestLines, type VideoEgress, type VideoStatus } from '../../ir/videos.ts';
import { compact, isObject, numberAt, objectAt, textAt } from '../../json/fields.ts';

/** https://www.alibabacloud.com/help/en/model-studio/text-to-video-api-reference */
const statuses: Readonly<Record<string, VideoStatus>> = {
  PENDING: 'queued',
  RUNNING: 'in_progress',
  SUCCEEDED: 'completed',
  FAILED: 'failed',
  CANCELED: 'failed',
  // What the vendor has forgotten, after a day.
  UNKNOWN: 'failed',
};

const offered = [480, 720, 1080] as const;

/**
 * Videos of Alibaba's Model Studio (Wan): of words by their size, of a picture by the lines of it.
 * https://www.alibabacloud.com/help/en/model-studio/image-to-video-api-reference
 */
export const dashscopeVideosEgress: VideoEgress = {
  write({ prompt, seconds, size, picture }, model) {
    const losses = openLossTracker();
    const near = size && nearestLines(size, offered);
    if (picture !== undefined && near && !near.exact)
      losses.approximated('size', `videos of a picture have its shape, and ${near.lines} lines are the nearest`);
    return {
      value: {
        model,
        input: compact({ prompt, img_url: picture }),
        parameters: compact({
          size: picture === undefined && size ? `${size.width}*${size.height}` : undefined,
          resolution: picture !== undefined && near ? `${near.lines}P` : undefined,
          duration: seconds,
        }),
      },
      losses: losses.losses,
    };
  },
  readSubmitted: (json) => textAt(objectAt(isObject(json) ? json : {}, 'output') ?? {}, 'task_id'),
  readState(json) {
    const output = isObject(json) ? objectAt(json, 'output') : undefined;
    const status = statuses[textAt(output ?? {}, 'task_status') ?? ''];
    if (!isObject(json) || !output || !status) return undefined;
    const usage = objectAt(json, 'usage') ?? {};
    const seconds = numberAt(usage, 'video_duration') ?? numberAt(usage, 'duration');
    const lines = textAt(usage, 'SR') ?? numberAt(usage, 'SR');
    return {
      status,
      url: textAt(output, 'video_url'),
      usage: seconds === undefined ? undefined : { seconds: Math.ceil(seconds) },
      resolution: lines === undefined ? undefined : `${lines}p`.replace(/pp$/i, 'p'),
      failure: status === 'failed' ? videoFailure(textAt(output, 'code'), textAt(output, 'message')) : undefined,
    };
  },
};
