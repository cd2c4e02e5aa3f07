import { nearestShape } from '../../ir/images.ts';
import { openLossTracker } from '../../ir/loss.ts';
import {
  nearestLines,
  nearestSeconds,
  videoFailure,
  type VideoEgress,
  type VideoRequest,
  type VideoStatus,
} from '../../ir/videos.ts';
import { compact, isObject, numberAt, objectAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/** https://www.volcengine.com/docs/85621/1792710 */
const statuses: Readonly<Record<string, VideoStatus>> = {
  in_queue: 'queued',
  generating: 'in_progress',
  processing: 'in_progress',
  done: 'completed',
  not_found: 'failed',
  expired: 'failed',
};

const shapes = ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9'] as const;
const offered = [720, 1080] as const;
const times = [5, 10] as const;
const framesOf: Readonly<Record<number, number>> = { 5: 121, 10: 241 };

/** The vendor's success, beside HTTP's: https://www.volcengine.com/docs/85621/1544716 */
const wentWell = 10_000;

/** Version 3.0 has a name for each way of asking it, and each number of lines. */
function keyOf(model: string, { picture, lastPicture, size }: VideoRequest): string {
  if (model !== 'jimeng_v30') return model === 'jimeng_v30_pro' ? 'jimeng_ti2v_v30_pro' : model;
  const fine = size !== undefined && nearestLines(size, offered).lines === 1080;
  if (picture === undefined) return fine ? 'jimeng_t2v_v30_1080p' : 'jimeng_t2v_v30';
  const way = lastPicture === undefined ? 'jimeng_i2v_first_v30' : 'jimeng_i2v_first_tail_v30';
  return fine ? `${way}_1080` : way;
}

/** Pictures stand in one list by their bytes, or in another by their addresses. */
function picturesIn(pictures: readonly string[]): JsonObject {
  if (pictures.length === 0) return {};
  const bytes = pictures.map((one) => /^data:[^,]{0,200};base64,(.*)$/s.exec(one)?.[1]);
  return bytes.every((one) => one !== undefined) ? { binary_data_base64: bytes } : { image_urls: pictures };
}

/** Videos of Jimeng. https://www.volcengine.com/docs/85621/1792702 */
export const jimengVideosEgress: VideoEgress = {
  takes: ['lastPicture', 'seed'],
  write(request, model) {
    const { prompt, seconds, size, picture, lastPicture, seed } = request;
    if (lastPicture !== undefined && picture === undefined)
      return { invalid: 'This model’s vendor takes a last picture only beside a first one.', param: 'image_urls' };
    const losses = openLossTracker();
    const shape = size && nearestShape(size, shapes);
    if (size && !(shape?.exact && nearestLines(size, offered).exact))
      losses.approximated('size', `the shape ${shape?.shape} is the nearest`);
    const duration = nearestSeconds(seconds, times, losses);
    const pictures = [picture, lastPicture].filter((one) => one !== undefined);
    return {
      value: compact({
        req_key: keyOf(model, request),
        prompt,
        ...picturesIn(pictures),
        seed,
        frames: duration === undefined ? undefined : framesOf[duration],
        aspect_ratio: picture === undefined ? shape?.shape : undefined,
      }),
      losses: losses.losses,
    };
  },
  /** It is asked after by the name of its model, too. */
  readSubmitted(json, { body }) {
    if (!isObject(json) || numberAt(json, 'code') !== wentWell) return undefined;
    const id = textAt(objectAt(json, 'data') ?? {}, 'task_id');
    return id === undefined ? undefined : `${textAt(body, 'req_key') ?? ''}/${id}`;
  },
  ask(name) {
    const slash = name.indexOf('/');
    const task_id = name.slice(slash + 1);
    return { id: task_id, body: { req_key: name.slice(0, slash), task_id } };
  },
  readState(json) {
    if (!isObject(json)) return undefined;
    const code = numberAt(json, 'code');
    const data = objectAt(json, 'data') ?? {};
    const status = statuses[textAt(data, 'status') ?? ''];
    // What its filters say stands beside the state, or in its place.
    if (code !== wentWell && code !== undefined)
      return isFinal(code)
        ? { status: 'failed', failure: videoFailure(`${code}`, textAt(json, 'message')) }
        : undefined;
    if (!status) return undefined;
    return {
      status,
      url: textAt(data, 'video_url') || undefined,
      failure: status === 'failed' ? videoFailure(textAt(data, 'status'), undefined) : undefined,
    };
  },
};

/** Refused by a filter, or broken; other codes speak of the question, not of the video. https://www.volcengine.com/docs/85621/1544716 */
const isFinal = (code: number): boolean => (code >= 50_411 && code <= 50_413) || (code >= 50_500 && code <= 50_599);
