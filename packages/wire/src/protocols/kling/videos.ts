import { openLossTracker } from '../../ir/loss.ts';
import { nearestShape } from '../../ir/images.ts';
import {
  callbackAt,
  bareBase64,
  nearestSeconds,
  readCount,
  videoFailure,
  type VideoEgress,
  type VideoStatus,
} from '../../ir/videos.ts';
import { at, compact, isObject, numberAt, objectAt, objectsAt, textAt } from '../../json/fields.ts';

const statuses: Readonly<Record<string, VideoStatus>> = {
  submitted: 'queued',
  processing: 'in_progress',
  succeed: 'completed',
  failed: 'failed',
};

const shapes = ['16:9', '9:16', '1:1'] as const;
const offered = [5, 10] as const;

/** Videos with more lines than these are made in the mode of professionals. */
const standardLines = 720;

/** Videos of Kling. https://app.klingai.com/global/dev/document-api/apiReference/model/textToVideo */
export const klingVideosEgress: VideoEgress = {
  takes: ['lastPicture', 'negative', 'audio'],
  write({ prompt, seconds, size, picture, lastPicture, negative, audio }, model) {
    const losses = openLossTracker();
    const shape = size && nearestShape(size, shapes);
    if (size && (picture !== undefined || !shape?.exact))
      losses.approximated('size', 'videos of a picture have its shape, others one of three');
    if (lastPicture !== undefined && picture === undefined)
      return { invalid: 'This model’s vendor takes a last picture only beside a first one.', param: 'image_tail' };
    const duration = nearestSeconds(seconds, offered, losses);
    return {
      value: compact({
        model_name: model,
        prompt,
        negative_prompt: negative,
        image: picture && bareBase64(picture),
        image_tail: lastPicture && bareBase64(lastPicture),
        mode: size && (Math.min(size.width, size.height) > standardLines ? 'pro' : 'std'),
        aspect_ratio: picture === undefined ? shape?.shape : undefined,
        duration: duration === undefined ? undefined : `${duration}`,
        sound: audio === undefined ? undefined : audio ? 'on' : 'off',
      }),
      losses: losses.losses,
      action: picture === undefined ? 'text2video' : 'image2video',
    };
  },
  // https://app.klingai.com/global/dev/document-api/apiReference/callbackProtocol
  callback: callbackAt('callback_url'),
  readSubmitted(json, { action = 'text2video' }) {
    const id = textAt(objectAt(isObject(json) ? json : {}, 'data') ?? {}, 'task_id');
    return id === undefined || id === '' ? undefined : `${action}/${id}`;
  },
  // https://app.klingai.com/global/dev/document-api/apiReference/model/textToVideo#query-task-single
  search: {
    mark: (body, name) => ({ ...body, external_task_id: name }),
    nameOf: ({ action = 'text2video', name }) => `${action}/${name}`,
    find(json, { action = 'text2video' }) {
      const id = textAt(objectAt(isObject(json) ? json : {}, 'data') ?? {}, 'task_id');
      return id ? { vendorId: `${action}/${id}` } : 'unclear';
    },
  },
  readState(json) {
    const data = isObject(json) ? objectAt(json, 'data') : undefined;
    const status = statuses[textAt(data ?? {}, 'task_status') ?? ''];
    if (!data || !status) return undefined;
    const [video = {}] = objectsAt(objectAt(data, 'task_result') ?? {}, 'videos');
    const seconds = readCount(at(video, 'duration'));
    const units = readCount(at(data, 'final_unit_deduction'));
    return {
      status,
      url: textAt(video, 'url'),
      usage:
        seconds === undefined && units === undefined
          ? undefined
          : {
              ...(seconds === undefined ? undefined : { seconds }),
              ...(units === undefined ? undefined : { outputText: units }),
            },
      failure: status === 'failed' ? videoFailure(codeIn(data), textAt(data, 'task_status_msg')) : undefined,
    };
  },
};

const codeIn = (data: Parameters<typeof numberAt>[0]): string | undefined => {
  const code = numberAt(data, 'code');
  return code === undefined ? undefined : `${code}`;
};
