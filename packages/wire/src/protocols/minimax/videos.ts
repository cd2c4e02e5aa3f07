import { openLossTracker } from '../../ir/loss.ts';
import {
  callbackAt,
  videoFailure,
  nearestLines,
  stateAt,
  type VideoEgress,
  type VideoStatus,
  type VideoState,
} from '../../ir/videos.ts';
import { compact, isObject, numberAt, objectAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/** https://platform.minimax.io/docs/api-reference/video-generation-query */
const statuses: Readonly<Record<string, VideoStatus>> = {
  Preparing: 'queued',
  Queueing: 'queued',
  Processing: 'in_progress',
  Success: 'completed',
  Fail: 'failed',
};

const offered = [512, 768, 1080] as const;

/** Videos of MiniMax (Hailuo). https://platform.minimax.io/docs/api-reference/video-generation-t2v */
export const minimaxVideosEgress: VideoEgress = {
  write({ prompt, seconds, size, picture }, model) {
    const losses = openLossTracker();
    const near = size && nearestLines(size, offered);
    if (near && !near.exact) losses.approximated('size', `${near.lines} lines are the nearest`);
    return {
      value: compact({
        model,
        prompt,
        first_frame_image: picture,
        duration: seconds,
        resolution: near && `${near.lines}P`,
      }),
      losses: losses.losses,
    };
  },
  // https://platform.minimax.io/docs/api-reference/video-generation-t2v
  callback: callbackAt('callback_url'),
  // A request that was not taken is answered 200, without a task.
  readSubmitted: (json) => (isObject(json) && wentWell(json) ? nonEmpty(textAt(json, 'task_id')) : undefined),
  readState: stateAt('status', statuses, (task, status) => ({
    file: nonEmpty(textAt(task, 'file_id')),
    failure: status === 'failed' ? failureIn(baseOf(task)) : undefined,
  })),
  // https://platform.minimax.io/docs/api-reference/file-management-retrieve
  readFile: (json) => textAt(objectAt(isObject(json) ? json : {}, 'file') ?? {}, 'download_url'),
};

const baseOf = (json: JsonObject): JsonObject => objectAt(json, 'base_resp') ?? {};

function failureIn(base: JsonObject): VideoState['failure'] {
  const code = numberAt(base, 'status_code');
  return videoFailure(code === undefined ? undefined : `${code}`, nonEmpty(textAt(base, 'status_msg')));
}

const wentWell = (json: JsonObject): boolean => (numberAt(baseOf(json), 'status_code') ?? 0) === 0;

const nonEmpty = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
