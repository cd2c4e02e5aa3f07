import { openLossTracker } from '../../ir/loss.ts';
import {
  findListed,
  momentAt,
  nearestLook,
  videoFailure,
  nameAt,
  stateAt,
  type VideoEgress,
  type VideoStatus,
} from '../../ir/videos.ts';
import { at, compact, isList, isObject, objectAt, objectsAt, textAt, textsAt } from '../../json/fields.ts';

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
  // https://replicate.com/docs/topics/webhooks/setup-webhook
  callback: (body, url) => ({ ...body, webhook: url, webhook_events_filter: ['completed'] }),
  readSubmitted: nameAt('id'),
  // https://replicate.com/docs/reference/http#predictions.list
  search: {
    find(json, sought) {
      if (!isObject(json) || !isList(at(json, 'results'))) return 'unclear';
      const tasks = objectsAt(json, 'results').map((one) => ({
        id: textAt(one, 'id') ?? '',
        model: undefined,
        prompt: textAt(objectAt(one, 'input') ?? {}, 'prompt'),
        at: momentAt(one, 'created_at'),
      }));
      return findListed(tasks, textAt(json, 'next') === undefined, sought);
    },
  },
  readState: stateAt('status', statuses, (task, status) => {
    const output = at(task, 'output');
    return {
      url: typeof output === 'string' ? output : textsAt(task, 'output').at(-1),
      failure: status === 'failed' ? videoFailure(undefined, textAt(task, 'error')) : undefined,
    };
  }),
};
