import { openLossTracker } from '../../ir/loss.ts';
import { inSeconds, modelIn, readCount, sizeOf, type VideoIngress } from '../../ir/videos.ts';
import { at, compact, flagAt, numberAt, objectAt, objectsAt, restOf, textAt } from '../../json/fields.ts';
import type { Invalid, JsonObject } from '../../protocol.ts';

const words: Readonly<Record<string, string>> = {
  queued: 'queued',
  in_progress: 'running',
  completed: 'succeeded',
  failed: 'failed',
};

const known: ReadonlySet<string> = new Set([
  'model',
  'content',
  'resolution',
  'ratio',
  'duration',
  'seed',
  'generate_audio',
]);

type Media = { prompt: string; first?: string; last?: string; references: string[]; others: string[] };

/** What stands in a request's content, by the parts that each thing has in the video. */
function readContent(content: readonly JsonObject[]): Media | Invalid {
  const media: Media = { prompt: '', references: [], others: [] };
  for (const [index, part] of content.entries()) {
    const type = textAt(part, 'type');
    if (type === 'text') {
      media.prompt = [media.prompt, textAt(part, 'text') ?? ''].filter((one) => one !== '').join('\n');
      continue;
    }
    const url = textAt(objectAt(part, 'image_url') ?? {}, 'url');
    if (type !== 'image_url') media.others.push(`content[${index}]`);
    else if (url === undefined || url === '')
      return { invalid: 'A picture must have an address.', param: `content[${index}].image_url.url` };
    else if (textAt(part, 'role') === 'reference_image') media.references.push(url);
    else if (textAt(part, 'role') === 'last_frame') media.last = url;
    else media.first = url;
  }
  return media;
}

/** Refuses what is there and is not as an example is; new vendors' words are let through. */
function likeOf(json: JsonObject, name: string, pattern: RegExp, example: string): Invalid | undefined {
  const value = at(json, name) ?? null;
  if (value === null || (typeof value === 'string' && pattern.test(value))) return undefined;
  return { invalid: `"${name}" must be a string such as "${example}".`, param: name };
}

/** Clients of Volcengine's Ark. https://www.volcengine.com/docs/82379/1520757 */
export const arkVideosIngress: VideoIngress = {
  read(json) {
    const named = modelIn(json, 'model');
    if ('invalid' in named) return named;
    const media = readContent(objectsAt(json, 'content'));
    if ('invalid' in media) return media;
    const duration = at(json, 'duration') ?? null;
    if (duration !== null && readCount(duration) === undefined)
      return { invalid: '"duration" must be a whole number of seconds.', param: 'duration' };
    const refused =
      likeOf(json, 'resolution', /^(?:\d{3,4}p|[248]k)$/i, '720p') ??
      likeOf(json, 'ratio', /^(?:\d{1,2}:\d{1,2}|adaptive|keep_ratio)$/, '16:9');
    if (refused) return refused;
    const losses = openLossTracker();
    for (const field of [...Object.keys(restOf(json, known) ?? {}), ...media.others])
      losses.dropped(field, 'the vendor of this model has it not');
    return {
      ...named,
      value: {
        prompt: media.prompt,
        seconds: readCount(duration),
        size: sizeOf(textAt(json, 'resolution'), textAt(json, 'ratio')),
        picture: media.first,
        lastPicture: media.last,
        references: media.references.length === 0 ? undefined : media.references,
        seed: numberAt(json, 'seed'),
        audio: flagAt(json, 'generate_audio'),
      },
      losses: losses.losses,
    };
  },
  withModel: (json, model) => ({ ...json, model }),
  writeBegun: ({ id }) => ({ id }),
  writeState({ id, model, state, url, seconds, createdAt, updatedAt }) {
    const tokens = state.usage?.outputText;
    return compact({
      id,
      model,
      status: words[state.status] ?? '',
      error: state.failure ? { code: state.failure.code, message: state.failure.message } : null,
      created_at: inSeconds(createdAt),
      updated_at: inSeconds(updatedAt),
      content: state.status === 'completed' ? { video_url: url ?? '' } : undefined,
      duration: state.usage?.seconds ?? seconds,
      resolution: state.resolution,
      usage: tokens === undefined ? undefined : { completion_tokens: tokens, total_tokens: tokens },
    });
  },
  writeError: ({ code, message, param, type }, requestId) => ({
    error: { code, message: `${message} Request id: ${requestId}`, param: param ?? '', type },
  }),
};
