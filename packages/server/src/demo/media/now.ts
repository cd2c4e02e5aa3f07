import { at, numberAt, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import type { OpenPublic } from '../../egress/open-public.ts';
import { demoFilm, drawScene, playTune, type MadeFile } from './art.ts';
import { askedNow } from './cast.ts';

/** What a maker of pictures, music and films answers: JSON, or a file. Undefined where it is asked for something else. */
export type MediaReply = { readonly json: unknown } | { readonly file: MadeFile } | undefined;

const results = 'https://results.demo.invalid';

/** How long something takes to be made, for each second of it; some are in no hurry. */
const msForSecond = 5000;
const slowMsForSecond = 20_000;

/** Names of tasks say when they were begun, and how long they take: nothing has to be remembered. */
const begin = (seconds: number, pace = msForSecond): string =>
  `demo-${Date.now()}-${Math.max(1, Math.min(60, seconds)) * pace}`;

/** When a task was begun, and how long it takes, in ms. */
function timesOf(name: string): { readonly begunAt: number; readonly takesMs: number } | undefined {
  const [, begun, takes] = /^demo-(\d{13})-(\d{1,7})$/.exec(name) ?? [];
  return begun === undefined ? undefined : { begunAt: Number(begun), takesMs: Number(takes) };
}

/** Hundredths that are done; of tasks that were begun before the demonstration opened nothing is heard. */
function progressOf(name: string): number {
  const times = timesOf(name);
  return times === undefined ? 10 : Math.min(100, Math.floor(((Date.now() - times.begunAt) / times.takesMs) * 100));
}

const seedOf = (name: string): number => Number(Bun.hash.crc32(name) % 1000);

/** Plays those who make pictures, music and films. */
export async function mediaReply(method: string, path: string, json: JsonObject): Promise<MediaReply> {
  if (path === '/v1/images/generations') return { json: await pictures(json) };
  if (path.startsWith('/suno/')) return suno(path, json);
  if (/^\/v1\/videos\/(?:text|image)2video/.test(path)) return kling(method, path, json);
  return path.startsWith('/v1/videos') ? await openai(method, path, json) : undefined;
}

async function pictures(json: JsonObject): Promise<JsonObject> {
  const count = Math.max(1, Math.min(4, numberAt(json, 'n') ?? 1));
  const seed = seedOf(textAt(json, 'prompt') ?? '');
  const drawn = await Promise.all(Array.from({ length: count }, (_, index) => drawScene(seed + index)));
  return {
    created: Math.floor(Date.now() / 1000),
    output_format: 'webp',
    data: drawn.map(({ bytes }) => ({ b64_json: Buffer.from(bytes).toString('base64') })),
    usage: {
      input_tokens: 40,
      output_tokens: 1056 * count,
      total_tokens: 40 + 1056 * count,
      input_tokens_details: { text_tokens: 40, image_tokens: 0 },
    },
  };
}

async function openai(method: string, path: string, json: JsonObject): Promise<MediaReply> {
  const [, name = '', content] = /^\/v1\/videos\/([^/?]+)(\/content)?/.exec(path) ?? [];
  if (method === 'POST')
    return name === '' ? { json: openaiVideo(begin(Number(textAt(json, 'seconds') ?? 4)), json) } : undefined;
  if (content === undefined) return { json: openaiVideo(name, {}) };
  return { file: path.includes('variant=') ? await drawScene(seedOf(name)) : demoFilm() };
}

function openaiVideo(id: string, json: JsonObject): JsonObject {
  const progress = progressOf(id);
  const seconds = (timesOf(id)?.takesMs ?? 4 * msForSecond) / msForSecond;
  return {
    id,
    object: 'video',
    model: textAt(json, 'model') ?? 'sora-2',
    status: progress >= 100 ? 'completed' : progress > 0 ? 'in_progress' : 'queued',
    progress,
    seconds: `${seconds}`,
    size: textAt(json, 'size') ?? '1280x720',
  };
}

function kling(method: string, path: string, json: JsonObject): MediaReply {
  const name =
    method === 'POST' ? begin(Number(textAt(json, 'duration') ?? 5), slowMsForSecond) : (path.split('/').at(-1) ?? '');
  const isDone = progressOf(name) >= 100;
  const videos = [{ id: name, url: `${results}/film.mp4`, duration: '5' }];
  return {
    json: {
      code: 0,
      message: 'SUCCEED',
      data: {
        task_id: name,
        task_status: isDone ? 'succeed' : method === 'POST' ? 'submitted' : 'processing',
        ...(isDone && { task_result: { videos } }),
      },
    },
  };
}

function suno(path: string, json: JsonObject): MediaReply {
  if (path.startsWith('/suno/submit/')) return { json: { code: 'success', message: '', data: begin(6) } };
  const ids = at(json, 'ids');
  const data = (Array.isArray(ids) ? ids : []).map((one) => {
    const name = `${one}`;
    const progress = progressOf(name);
    const seed = seedOf(name);
    return progress < 100
      ? { task_id: name, status: 'IN_PROGRESS', progress: `${progress}%`, data: null }
      : {
          task_id: name,
          status: 'SUCCESS',
          progress: '100%',
          data: [
            {
              id: name,
              title: 'Theme',
              audio_url: `${results}/tune-${seed}.wav`,
              image_url: `${results}/${seed}.webp`,
            },
          ],
        };
  });
  return { json: { code: 'success', message: '', data } };
}

/** Where the files lie that the played vendors name. */
export const demoResults: OpenPublic = async (url) => {
  const file = url.startsWith(`${results}/`) ? await resultAt(url.slice(results.length + 1)) : undefined;
  if (!file) return { why: 'url', problem: 'the demonstration fetches nothing', detail: 'demonstration' };
  const headers = new Map([
    ['content-type', file.mediaType],
    ['content-length', `${file.bytes.byteLength}`],
  ]);
  return { status: 200, headers, body: new Blob([file.bytes]).stream() };
};

async function resultAt(name: string): Promise<MadeFile | undefined> {
  const [, seed] = /^(?:tune-)?(\d{1,6})\.(?:wav|webp)$/.exec(name) ?? [];
  if (name === 'film.mp4') return demoFilm();
  if (seed === undefined) return undefined;
  return name.startsWith('tune-') ? playTune(Number(seed)) : await drawScene(Number(seed));
}

/** Has something made through the gateway's own front door, so that there is something to wait for. */
export async function beginMedia(url: string, key: string): Promise<void> {
  for (const { path, body } of askedNow) {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await answer.body?.cancel();
  }
}
