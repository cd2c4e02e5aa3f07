import { openLossTracker } from '../../ir/loss.ts';
import { nearestLook, videoFailure, type VideoEgress, type VideoStatus } from '../../ir/videos.ts';
import { at, compact, isObject, textAt, textsAt } from '../../json/fields.ts';

/** https://replicate.com/docs/reference/http#predictions.get */
const statuses: Readonly<Record<string, VideoStatus>> = {
  starting: 'queued',
  processing: 'in_progress',
  succeeded: 'completed',
  successful: 'completed',
  failed: 'failed',
  canceled: 'failed',
  aborted: 'failed',
};

const shapes = ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9'] as const;
const offered = [480, 720, 1080] as const;

/**
 * Videos of models that Replicate runs. Each model has inputs of its own; these are the names that most of them share.
 * https://replicate.com/docs/reference/http#predictions.create
 */
export const replicateVideosEgress: VideoEgress = {
  takes: ['lastPicture', 'negative', 'seed', 'audio'],
  write({ prompt, seconds, size, picture, lastPicture, negative, seed, audio }, model) {
    const losses = openLossTracker();
    const { shape, lines } = nearestLook(size, shapes, offered, losses);
    return {
      value: {
        version: model,
        input: compact({
          prompt,
          image: picture,
          last_frame: lastPicture,
          negative_prompt: negative,
          duration: seconds,
          aspect_ratio: shape,
          resolution: lines && `${lines}p`,
          seed,
          generate_audio: audio,
        }),
      },
      losses: losses.losses,
    };
  },
  readSubmitted: (json) => (isObject(json) ? textAt(json, 'id') : undefined),
  readState(json) {
    if (!isObject(json)) return undefined;
    const status = statuses[textAt(json, 'status') ?? ''];
    if (!status) return undefined;
    const output = at(json, 'output');
    return {
      status,
      url: typeof output === 'string' ? output : textsAt(json, 'output').at(-1),
      failure: status === 'failed' ? videoFailure(undefined, textAt(json, 'error')) : undefined,
    };
  },
};
