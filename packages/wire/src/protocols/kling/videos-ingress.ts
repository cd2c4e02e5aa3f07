import { modelIn, oneOf, readCount, sizeOf, type ToldVideo, type VideoIngress } from '../../ir/videos.ts';
import { openLossTracker } from '../../ir/loss.ts';
import { at, restOf, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

const words: Readonly<Record<string, string>> = {
  queued: 'submitted',
  in_progress: 'processing',
  completed: 'succeed',
  failed: 'failed',
};

const known: ReadonlySet<string> = new Set([
  'model_name',
  'model',
  'prompt',
  'negative_prompt',
  'image',
  'image_tail',
  'mode',
  'aspect_ratio',
  'duration',
  'sound',
]);

const taskOf = ({ id, state, createdAt, updatedAt }: ToldVideo): JsonObject => ({
  task_id: id,
  task_status: words[state.status] ?? '',
  task_info: {},
  created_at: createdAt,
  updated_at: updatedAt,
});

const said = (requestId: string, data: JsonObject): JsonObject => ({
  code: 0,
  message: 'SUCCEED',
  request_id: requestId,
  data,
});

/** https://app.klingai.com/global/dev/document-api/apiReference/commonInfo */
const codes: Readonly<Record<number, number>> = {
  400: 1201,
  401: 1002,
  402: 1102,
  403: 1103,
  404: 1203,
  429: 1302,
  503: 5001,
  504: 5002,
};

/** Clients of Kling. https://app.klingai.com/global/dev/document-api/apiReference/model/textToVideo */
export const klingVideosIngress: VideoIngress = {
  read(json, action) {
    const named = modelIn(json, at(json, 'model_name') === undefined ? 'model' : 'model_name');
    if ('invalid' in named) return { invalid: '"model_name" must be a non-empty string.', param: 'model_name' };
    const refused =
      oneOf(json, 'mode', ['std', 'pro', 'master']) ??
      oneOf(json, 'duration', ['5', '10', 5, 10]) ??
      oneOf(json, 'aspect_ratio', ['16:9', '9:16', '1:1']) ??
      oneOf(json, 'sound', ['on', 'off']);
    if (refused) return refused;
    const picture = textAt(json, 'image') || undefined;
    if (action === 'image2video' && picture === undefined)
      return { invalid: '"image" must be a non-empty string.', param: 'image' };
    const losses = openLossTracker();
    for (const field of Object.keys(restOf(json, known) ?? {}))
      losses.dropped(field, 'the vendor of this model has it not');
    const sound = textAt(json, 'sound');
    return {
      ...named,
      value: {
        prompt: textAt(json, 'prompt') ?? '',
        seconds: readCount(at(json, 'duration')),
        size: sizeOf(textAt(json, 'mode') === 'pro' ? '1080' : undefined, textAt(json, 'aspect_ratio')),
        picture: picture && addressOf(picture),
        lastPicture: addressOf(textAt(json, 'image_tail') || undefined),
        negative: textAt(json, 'negative_prompt') || undefined,
        audio: sound === undefined ? undefined : sound === 'on',
      },
      losses: losses.losses,
    };
  },
  withModel: ({ model: _, ...json }, model) => ({ ...json, model_name: model }),
  writeBegun: (video) => said(video.requestId, taskOf(video)),
  writeState(video) {
    const { state, url, seconds } = video;
    const made = state.usage?.seconds ?? seconds;
    return said(video.requestId, {
      ...taskOf(video),
      task_status_msg: state.failure?.message ?? '',
      ...(state.status === 'completed' && {
        task_result: { videos: [{ id: video.id, url: url ?? '', duration: made === undefined ? '' : `${made}` }] },
      }),
    });
  },
  writeError: ({ status, message, param }, requestId) => ({
    code: codes[status] ?? (status < 500 ? 1200 : 5000),
    message: param === null ? message : `${message} (${param})`,
    request_id: requestId,
  }),
};

/** Base64 stands there without a `data:` before it. */
const addressOf = <T extends string | undefined>(picture: T): string | T =>
  picture === undefined || /^[a-z][a-z0-9+.-]{0,20}:/i.test(picture) ? picture : `data:image/png;base64,${picture}`;
