import { openLossTracker } from '../../ir/loss.ts';
import {
  callbackAt,
  findListed,
  momentAt,
  nearestLook,
  videoFailure,
  nameAt,
  stateAt,
  type VideoEgress,
  type VideoRequest,
  type VideoStatus,
} from '../../ir/videos.ts';
import { at, compact, isList, isObject, numberAt, objectsAt, textAt } from '../../json/fields.ts';
import type { Invalid } from '../../protocol.ts';

/** https://docs.platform.vidu.com/320292478e0 */
const statuses: Readonly<Record<string, VideoStatus>> = {
  created: 'queued',
  queueing: 'queued',
  scheduling: 'queued',
  processing: 'in_progress',
  success: 'completed',
  failed: 'failed',
};

const shapes = ['16:9', '9:16', '1:1', '4:3', '3:4'] as const;
const offered = [360, 540, 720, 1080] as const;
const mostReferences = 7;

/** Where the vendor makes videos of so many pictures, and the pictures in its order. */
function placeOf({
  picture,
  lastPicture,
  references = [],
}: VideoRequest): { readonly action: string; readonly images: readonly string[] } | Invalid {
  if (references.length > 0) {
    const images = picture === undefined ? references : [picture, ...references];
    return images.length > mostReferences
      ? { invalid: `This model’s vendor takes at most ${mostReferences} pictures.`, param: 'images' }
      : { action: 'reference2video', images };
  }
  if (lastPicture !== undefined)
    return picture === undefined
      ? { invalid: 'This model’s vendor takes a last picture only beside a first one.', param: 'images' }
      : { action: 'start-end2video', images: [picture, lastPicture] };
  return picture === undefined ? { action: 'text2video', images: [] } : { action: 'img2video', images: [picture] };
}

/** Videos of Vidu. https://docs.platform.vidu.com/16528043e0 */
export const viduVideosEgress: VideoEgress = {
  takes: ['lastPicture', 'references', 'seed', 'audio'],
  write(request, model) {
    const { prompt, seconds, size, seed, audio } = request;
    const place = placeOf(request);
    if ('invalid' in place) return place;
    const losses = openLossTracker();
    const { shape, lines } = nearestLook(size, shapes, offered, losses);
    const { action, images } = place;
    return {
      value: compact({
        model,
        images: images.length === 0 ? undefined : images,
        prompt,
        duration: seconds,
        seed,
        // Of its first picture, where it has one, it has the shape too.
        aspect_ratio: action === 'text2video' || action === 'reference2video' ? shape : undefined,
        resolution: lines && `${lines}p`,
        audio,
      }),
      losses: losses.losses,
      action,
    };
  },
  // https://docs.platform.vidu.com/16528043e0
  callback: callbackAt('callback_url'),
  readSubmitted: nameAt('task_id'),
  // https://platform.vidu.com/docs/tasks-list
  search: {
    find(json, sought) {
      if (!isObject(json) || !isList(at(json, 'tasks'))) return 'unclear';
      const tasks = objectsAt(json, 'tasks').map((one) => {
        const moment = momentAt(one, 'created_at');
        return { id: textAt(one, 'id') ?? '', model: undefined, prompt: textAt(one, 'prompt'), at: moment };
      });
      return findListed(tasks, !textAt(json, 'next_page_token'), sought);
    },
  },
  readState: stateAt('state', statuses, (task, status) => {
    const credits = numberAt(task, 'credits');
    const [creation = {}] = objectsAt(task, 'creations');
    return {
      progress: numberAt(task, 'progress'),
      url: textAt(creation, 'url'),
      poster: textAt(creation, 'cover_url') || undefined,
      // Counted as tokens are, so that a price can be put on them.
      usage: credits === undefined || status !== 'completed' ? undefined : { outputText: Math.ceil(credits) },
      failure: status === 'failed' ? videoFailure(textAt(task, 'err_code'), textAt(task, 'err_code')) : undefined,
    };
  }),
};
