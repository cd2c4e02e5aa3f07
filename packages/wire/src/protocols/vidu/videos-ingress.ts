import { openLossTracker } from '../../ir/loss.ts';
import { modelIn, oneOf, readCount, sizeOf, type ToldVideo, type VideoIngress } from '../../ir/videos.ts';
import { at, compact, flagAt, numberAt, restOf, textAt, textsAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

const words: Readonly<Record<string, string>> = {
  queued: 'queueing',
  in_progress: 'processing',
  completed: 'success',
  failed: 'failed',
};

const known: ReadonlySet<string> = new Set([
  'model',
  'images',
  'prompt',
  'duration',
  'seed',
  'aspect_ratio',
  'resolution',
  'audio',
]);

/** How many pictures each of its places takes. */
const pictures: Readonly<Record<string, readonly [least: number, most: number]>> = {
  text2video: [0, 0],
  img2video: [1, 1],
  'start-end2video': [2, 2],
  reference2video: [1, 7],
};

const taskOf = ({ id, state, model, prompt, seconds, createdAt }: ToldVideo): JsonObject =>
  compact({
    task_id: id,
    id,
    state: words[state.status],
    model,
    prompt,
    duration: seconds,
    created_at: new Date(createdAt).toISOString(),
  });

/** Clients of Vidu. https://docs.platform.vidu.com/16528043e0 */
export const viduVideosIngress: VideoIngress = {
  read(json, action = 'text2video') {
    const named = modelIn(json, 'model');
    if ('invalid' in named) return named;
    const refused =
      oneOf(json, 'resolution', ['360p', '540p', '720p', '1080p']) ??
      oneOf(json, 'aspect_ratio', ['16:9', '9:16', '1:1', '4:3', '3:4']);
    if (refused) return refused;
    const images = textsAt(json, 'images').filter((one) => one !== '');
    const [least, most] = pictures[action] ?? [0, 0];
    if (images.length < least || images.length > most)
      return {
        invalid: `"images" must have ${least === most ? least : `${least} to ${most}`} pictures here.`,
        param: 'images',
      };
    const duration = at(json, 'duration') ?? null;
    if (duration !== null && readCount(duration) === undefined)
      return { invalid: '"duration" must be a whole number of seconds.', param: 'duration' };
    const losses = openLossTracker();
    for (const field of Object.keys(restOf(json, known) ?? {}))
      losses.dropped(field, 'the vendor of this model has it not');
    const many = action === 'reference2video';
    return {
      ...named,
      value: {
        prompt: textAt(json, 'prompt') ?? '',
        seconds: readCount(duration),
        size: sizeOf(textAt(json, 'resolution'), textAt(json, 'aspect_ratio')),
        picture: many ? undefined : images[0],
        lastPicture: many ? undefined : images[1],
        references: many ? images : undefined,
        seed: numberAt(json, 'seed'),
        audio: flagAt(json, 'audio'),
      },
      losses: losses.losses,
    };
  },
  withModel: (json, model) => ({ ...json, model }),
  writeBegun: taskOf,
  writeState: (video) => ({
    ...taskOf(video),
    err_code: video.state.failure?.code ?? '',
    creations: video.state.status === 'completed' ? [{ id: video.id, url: video.url ?? '', cover_url: '' }] : [],
  }),
  writeError: ({ status, code, message, param }, requestId) => ({
    code: status,
    reason: code,
    message: param === null ? message : `${message} (${param})`,
    metadata: { trace_id: requestId },
  }),
};
