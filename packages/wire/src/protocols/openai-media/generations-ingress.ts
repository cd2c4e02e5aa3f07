import { inSeconds, modelIn, oneOf, sizeOf, type ToldVideo, type VideoIngress } from '../../ir/videos.ts';
import { at, compact, isObject, objectAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { readSeconds, readVideoRequest } from './videos.ts';

/** The states of tasks of New API. */
const words: Readonly<Record<string, string>> = {
  queued: 'QUEUED',
  in_progress: 'IN_PROGRESS',
  completed: 'SUCCESS',
  failed: 'FAILURE',
};

/** Of what is not told by the vendor. */
const progressOf = ({ state }: ToldVideo): string => {
  if (state.status === 'completed' || state.status === 'failed') return '100%';
  return `${Math.max(0, Math.min(99, Math.floor(state.progress ?? (state.status === 'queued' ? 20 : 30))))}%`;
};

/** What clients say of a video in an object of its own, beside what they say at the outside. */
function withMetadata(json: JsonObject): JsonObject {
  const metadata = objectAt(json, 'metadata') ?? {};
  const { metadata: _, mode: __, width, height, fps: ___, response_format: ____, ...rest } = json;
  const size =
    textAt(json, 'size') ??
    (typeof width === 'number' && typeof height === 'number' ? `${width}x${height}` : undefined) ??
    sizeIn(metadata);
  return compact({
    ...rest,
    size,
    duration: at(json, 'duration') ?? at(metadata, 'duration'),
    negative_prompt: at(json, 'negative_prompt') ?? at(metadata, 'negative_prompt'),
    image_tail: at(json, 'image_tail') ?? at(metadata, 'image_tail'),
    seed: at(json, 'seed') ?? at(metadata, 'seed'),
  });
}

function sizeIn(metadata: JsonObject): string | undefined {
  const size = sizeOf(textAt(metadata, 'resolution'), textAt(metadata, 'aspect_ratio') ?? textAt(metadata, 'ratio'));
  return size && `${size.width}x${size.height}`;
}

/** Clients of `/v1/video/generations`, as New API has it. */
export const generationsIngress: VideoIngress = {
  read(json) {
    const named = modelIn(json, 'model');
    if ('invalid' in named) return named;
    const refused = oneOf(json, 'mode', ['std', 'pro', 'master', 'fast', 'quality']);
    if (refused) return refused;
    const metadata = at(json, 'metadata') ?? null;
    if (metadata !== null && !isObject(metadata))
      return { invalid: '"metadata" must be an object.', param: 'metadata' };
    const whole = withMetadata(json);
    for (const name of ['duration', 'seconds'])
      if ((at(whole, name) ?? null) !== null && readSeconds(at(whole, name)) === undefined)
        return { invalid: `"${name}" must be a whole number of seconds.`, param: name };
    const read = readVideoRequest(whole);
    return { ...named, value: read.value, losses: read.losses };
  },
  withModel: (json, model) => ({ ...json, model }),
  writeBegun: ({ id, model, createdAt }) => ({
    id,
    task_id: id,
    object: 'video',
    model,
    status: 'queued',
    progress: 0,
    created_at: inSeconds(createdAt),
  }),
  writeState(video) {
    const { id, model, state, prompt, createdAt, updatedAt, finishedAt, url } = video;
    return {
      code: 'success',
      message: '',
      data: {
        task_id: id,
        action: 'generate',
        status: words[state.status] ?? 'UNKNOWN',
        fail_reason: state.failure?.message ?? '',
        submit_time: inSeconds(createdAt),
        start_time: state.status === 'queued' ? 0 : inSeconds(createdAt),
        finish_time: finishedAt === undefined ? 0 : inSeconds(finishedAt),
        created_at: inSeconds(createdAt),
        updated_at: inSeconds(updatedAt),
        progress: progressOf(video),
        properties: { input: prompt, origin_model_name: model },
        result_url: state.status === 'completed' ? (url ?? '') : '',
        url: state.status === 'completed' ? (url ?? '') : '',
        format: 'mp4',
        error: state.failure ? { code: state.failure.code, message: state.failure.message } : null,
      },
    };
  },
  writeError: ({ code, message, param }, requestId) => ({
    code,
    message: `${param === null ? message : `${message} (${param})`} (request id: ${requestId})`,
    data: null,
  }),
};
