import { openLossTracker } from '../../ir/loss.ts';
import { modelIn, oneOf, sizeOf, type VideoIngress } from '../../ir/videos.ts';
import { numberAt, restOf, textAt, textsAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

const words: Readonly<Record<string, string>> = {
  queued: 'in_queue',
  in_progress: 'generating',
  completed: 'done',
};

const known: ReadonlySet<string> = new Set([
  'req_key',
  'prompt',
  'image_urls',
  'binary_data_base64',
  'seed',
  'frames',
  'aspect_ratio',
]);

/** 24 pictures a second, and one more. */
const framesPerSecond = 24;

/** https://www.volcengine.com/docs/85621/1544716 */
const codes: Readonly<Record<number, number>> = { 400: 50_215, 401: 100_010, 402: 50_400, 403: 50_400, 429: 50_429 };

const said = (requestId: string, code: number, message: string, data: JsonObject | null): JsonObject => ({
  code,
  data,
  message,
  request_id: requestId,
  status: code,
  time_elapsed: '0ms',
});

/** Clients of Jimeng. https://www.volcengine.com/docs/85621/1792702 */
export const jimengVideosIngress: VideoIngress = {
  read(json) {
    const named = modelIn(json, 'req_key');
    if ('invalid' in named) return named;
    const refused = oneOf(json, 'frames', [121, 241]);
    if (refused) return refused;
    const bytes = textsAt(json, 'binary_data_base64').map((one) => `data:image/png;base64,${one}`);
    const [picture, lastPicture, ...more] = bytes.length > 0 ? bytes : textsAt(json, 'image_urls');
    if (more.length > 0) return { invalid: '"image_urls" must have at most 2 pictures.', param: 'image_urls' };
    const losses = openLossTracker();
    for (const field of Object.keys(restOf(json, known) ?? {}))
      losses.dropped(field, 'the vendor of this model has it not');
    const frames = numberAt(json, 'frames');
    return {
      ...named,
      value: {
        prompt: textAt(json, 'prompt') ?? '',
        seconds: frames === undefined ? undefined : Math.floor(frames / framesPerSecond),
        size: sizeOf(undefined, textAt(json, 'aspect_ratio')),
        picture,
        lastPicture,
        seed: numberAt(json, 'seed'),
      },
      losses: losses.losses,
    };
  },
  withModel: (json, model) => ({ ...json, req_key: model }),
  writeBegun: ({ id, requestId }) => said(requestId, 10_000, 'Success', { task_id: id }),
  writeState({ state, url, requestId }) {
    const { failure } = state;
    if (failure) return said(requestId, Number(failure.code) || 50_500, failure.message, null);
    return said(requestId, 10_000, 'Success', {
      status: words[state.status] ?? '',
      video_url: url ?? '',
      binary_data_base64: [],
    });
  },
  writeError: ({ status, message, param }, requestId) =>
    said(requestId, codes[status] ?? 50_500, param === null ? message : `${message} (${param})`, null),
};
