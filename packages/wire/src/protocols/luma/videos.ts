import { openLossTracker } from '../../ir/loss.ts';
import {
  callbackAt,
  findListed,
  momentAt,
  nearestLook,
  nearestSeconds,
  videoFailure,
  nameAt,
  stateAt,
  type VideoEgress,
  type VideoStatus,
} from '../../ir/videos.ts';
import { at, compact, flagAt, isList, isObject, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/** https://docs.lumalabs.ai/reference/getgeneration */
const statuses: Readonly<Record<string, VideoStatus>> = {
  queued: 'queued',
  dreaming: 'in_progress',
  completed: 'completed',
  failed: 'failed',
};

const shapes = ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9', '9:21'] as const;
const offered = [540, 720, 1080, 2160] as const;
const times = [5, 9] as const;

const frame = (url: string): JsonObject => ({ type: 'image', url });

/** Videos of Luma (Dream Machine). https://docs.lumalabs.ai/docs/video-generation */
export const lumaVideosEgress: VideoEgress = {
  takes: ['lastPicture'],
  write({ prompt, seconds, size, picture, lastPicture }, model) {
    if ([picture, lastPicture].some((one) => one?.startsWith('data:')))
      return { invalid: 'This model’s vendor takes pictures by their addresses alone.', param: 'input_reference' };
    const losses = openLossTracker();
    const { shape, lines } = nearestLook(size, shapes, offered, losses);
    const duration = nearestSeconds(seconds, times, losses);
    return {
      value: compact({
        model,
        prompt,
        aspect_ratio: shape,
        resolution: lines && (lines === 2160 ? '4k' : `${lines}p`),
        duration: duration && `${duration}s`,
        keyframes:
          picture === undefined && lastPicture === undefined
            ? undefined
            : compact({ frame0: picture && frame(picture), frame1: lastPicture && frame(lastPicture) }),
      }),
      losses: losses.losses,
    };
  },
  // https://docs.lumalabs.ai/docs/video-generation#callbacks
  callback: callbackAt('callback_url'),
  readSubmitted: nameAt('id'),
  // https://docs.lumalabs.ai/reference/listgenerations
  search: {
    find(json, sought) {
      if (!isObject(json) || !isList(at(json, 'generations'))) return 'unclear';
      const tasks = objectsAt(json, 'generations').map((one) => ({
        id: textAt(one, 'id') ?? '',
        model: textAt(one, 'model'),
        prompt: textAt(objectAt(one, 'request') ?? {}, 'prompt'),
        at: momentAt(one, 'created_at'),
      }));
      return findListed(tasks, flagAt(json, 'has_more') === false, sought);
    },
  },
  readState: stateAt('state', statuses, (task, status) => {
    const assets = objectAt(task, 'assets') ?? {};
    return {
      url: textAt(assets, 'video'),
      // https://github.com/lumalabs/lumaai-api/blob/main/openapi.yaml (`Assets`)
      poster: textAt(assets, 'image') || undefined,
      failure: status === 'failed' ? videoFailure(undefined, textAt(task, 'failure_reason')) : undefined,
    };
  }),
};
