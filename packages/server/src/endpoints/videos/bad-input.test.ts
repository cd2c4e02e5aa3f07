import { afterEach, expect, test } from 'bun:test';
import { setStage } from '../testing/stage.ts';
import { openTaskVendor, type TaskVendor } from './tasks/testing/vendors.ts';
import { setVideoStage } from './testing/gate.ts';

/** What is wrong with a request for a task is told in the words of whoever asked, before anything is reserved or anybody asked. */

const { vendorOf, gatewayTo } = setVideoStage();
const taskStage = setStage();
const vendors: TaskVendor[] = [];
afterEach(() => {
  for (const vendor of vendors.splice(0)) vendor.close();
});

type Body = Readonly<Record<string, unknown>>;
type Bad = readonly [what: string, path: string, body: Body | string];

/** A client's own words of what it did wrong, and the field that they name. */
type Shape = (told: Body, status: number) => string | undefined;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const openaiShape: Shape = (told) => {
  const error = told['error'] as Body | undefined;
  return error && text(error['message']) && text(error['type']) ? text(error['param']) : undefined;
};
/** The field stands in brackets behind the words. */
const inWords =
  (code: string, isCode: (value: unknown) => boolean, message = 'message'): Shape =>
  (told) =>
    isCode(told[code]) ? /\(([^()]+)\)(?: \(request id: [^()]+\))?$/.exec(text(told[message]))?.[1] : undefined;

const p = 'A cat';
const within = [
  'http://127.0.0.1/cat.png',
  'http://[::1]:8080/cat.png',
  'http://169.254.169.254/latest',
  'http://nas.local/cat.png',
];
const hook = 'http://10.0.0.8/told';
const many = Array.from({ length: 40 }, (_, index) => `https://example.com/${index}.png`);
const long = 'x'.repeat(32_001);
const content = (...parts: readonly object[]) => ({ model: 'm', content: [{ type: 'text', text: p }, ...parts] });
const pictured = (url: string) => ({ type: 'image_url', image_url: { url } });

type Client = { readonly shape: Shape; readonly bad: readonly Bad[] };

const openaiPath = '/v1/videos';
const generations = '/v1/video/generations';
const kling = '/kling/v1/videos/';
const vidu = '/vidu/ent/v2/';
const ark = '/volcengine/api/v3/contents/generations/tasks';
const jimeng = '/jimeng/?Action=CVSync2AsyncSubmitTask';

const videoClients: Readonly<Record<string, Client>> = {
  OpenAI: {
    shape: openaiShape,
    bad: [
      ['', openaiPath, '{"model": '],
      ['prompt', openaiPath, { model: 'm' }],
      ['prompt', openaiPath, { model: 'm', prompt: long }],
      ['seconds', openaiPath, { model: 'm', prompt: p, seconds: '0' }],
      ['seconds', openaiPath, { model: 'm', prompt: p, seconds: '99999' }],
      ['size', openaiPath, { model: 'm', prompt: p, size: 'large' }],
      ['size', openaiPath, { model: 'm', prompt: p, size: '99999x99999' }],
      ['images', openaiPath, { model: 'm', prompt: p, images: many }],
      ...within.map((url): Bad => [
        'input_reference.image_url',
        openaiPath,
        { model: 'm', prompt: p, input_reference: { image_url: url } },
      ]),
      [
        'input_reference.file_id',
        openaiPath,
        { model: 'm', prompt: p, input_reference: { file_id: 'file-of-somebody' } },
      ],
      ['callback_url', openaiPath, { model: 'm', prompt: p, callback_url: hook }],
    ],
  },
  'New API': {
    shape: inWords('code', (code) => typeof code === 'string'),
    bad: [
      ['duration', generations, { model: 'm', prompt: p, duration: 'long' }],
      ['mode', generations, { model: 'm', prompt: p, mode: 'best' }],
      ['size', generations, { model: 'm', prompt: p, size: '-5x720' }],
      ['metadata', generations, { model: 'm', prompt: p, metadata: 'none' }],
      ['images', generations, { model: 'm', prompt: p, images: many }],
      ['metadata.image_tail', generations, { model: 'm', prompt: p, metadata: { image_tail: within[0] } }],
      ['callback_url', generations, { model: 'm', prompt: p, callback_url: hook }],
    ],
  },
  Kling: {
    shape: inWords('code', (code) => code === 1201),
    bad: [
      ['model_name', `${kling}text2video`, { prompt: p }],
      ['duration', `${kling}text2video`, { model_name: 'm', prompt: p, duration: '7' }],
      ['aspect_ratio', `${kling}text2video`, { model_name: 'm', prompt: p, aspect_ratio: '3:1' }],
      ['image', `${kling}image2video`, { model_name: 'm', prompt: p }],
      ['image', `${kling}image2video`, { model_name: 'm', prompt: p, image: within[1] }],
      ['callback_url', `${kling}text2video`, { model_name: 'm', prompt: p, callback_url: hook }],
    ],
  },
  Vidu: {
    shape: inWords('code', (code) => code === 400),
    bad: [
      ['resolution', `${vidu}text2video`, { model: 'm', prompt: p, resolution: '99p' }],
      ['duration', `${vidu}text2video`, { model: 'm', prompt: p, duration: -4 }],
      ['images', `${vidu}reference2video`, { model: 'm', prompt: p, images: many }],
      ['images[0]', `${vidu}img2video`, { model: 'm', prompt: p, images: [within[2]] }],
    ],
  },
  'Volcengine Ark': {
    shape: openaiShape,
    bad: [
      ['duration', ark, { ...content(), duration: 'long' }],
      ['resolution', ark, { ...content(), resolution: 'large' }],
      ['ratio', ark, { ...content(), ratio: 'wide' }],
      ['content[1].image_url.url', ark, content(pictured(''))],
      ['content[1].image_url.url', ark, content(pictured(within[3] ?? ''))],
      ['content[1].video_url.url', ark, content({ type: 'video_url', video_url: { url: within[0] } })],
      ['images', ark, content(...many.map((url) => ({ ...pictured(url), role: 'reference_image' })))],
    ],
  },
  Jimeng: {
    shape: inWords('code', (code) => code === 50_215),
    bad: [
      ['req_key', jimeng, { prompt: p }],
      ['frames', jimeng, { req_key: 'm', prompt: p, frames: 7 }],
      ['image_urls', jimeng, { req_key: 'm', prompt: p, image_urls: many }],
      ['image_urls[0]', jimeng, { req_key: 'm', prompt: p, image_urls: [within[0]] }],
    ],
  },
};

const taskClients: Readonly<Record<string, Client>> = {
  Suno: {
    shape: inWords('code', (code) => typeof code === 'string'),
    bad: [
      ['prompt', '/suno/submit/music', {}],
      ['prompt', '/suno/submit/lyrics', { prompt: '' }],
      ['prompt', '/suno/submit/music', { prompt: long }],
      ['audio_url', '/suno/submit/music', { prompt: p, audio_url: within[0] }],
      ['callback_url', '/suno/submit/music', { prompt: p, notify_hook: hook }],
    ],
  },
  Midjourney: {
    shape: inWords('code', (code) => typeof code === 'number', 'description'),
    bad: [
      ['prompt', '/mj/submit/imagine', {}],
      ['prompt', '/mj/submit/imagine', { prompt: `${within[0]} a cat` }],
      ['prompt', '/fast/mj/submit/imagine', { prompt: `https://example.com/1.png ${within[1]} a cat` }],
      ['base64Array[0]', '/mj/submit/upload-discord-images', { base64Array: [within[2]] }],
      ['link', '/mj/submit/describe', { link: within[3] }],
      ['image', '/mj/submit/edits', { prompt: p, image: within[0] }],
      ['image', '/mj/submit/video', { prompt: p, image: within[1] }],
      ['base64Array', '/mj/submit/blend', { base64Array: many }],
      ['taskId', '/mj/submit/change', { taskId: 'task_of_somebody', action: 'UPSCALE', index: 1 }],
      ['index', '/mj/submit/change', { taskId: 'task_1', action: 'UPSCALE', index: 9 }],
      ['callback_url', '/mj/submit/imagine', { prompt: p, notifyHook: hook }],
    ],
  },
};

type Gate = Awaited<ReturnType<typeof gatewayTo>>;

async function expectRefused(
  gate: Gate,
  begun: readonly unknown[],
  clients: Readonly<Record<string, Client>>,
): Promise<void> {
  const before = await gate.balance();
  const told: unknown[] = [];
  const expected: unknown[] = [];
  for (const [client, { shape, bad }] of Object.entries(clients))
    for (const [param, path, body] of bad) {
      const answer = await gate.post(body, { path });
      const named = shape((await answer.json()) as Body, answer.status);
      told.push([client, path, answer.status >= 400 && answer.status < 500, named]);
      expected.push([client, path, true, param]);
    }
  expect(told).toEqual(expected);
  expect(begun).toEqual([]);
  const { db } = gate.database;
  expect(await db.selectFrom('media_tasks').select('id').execute()).toEqual([]);
  expect(await db.selectFrom('reservations').select('id').execute()).toEqual([]);
  expect(await gate.balance()).toBe(before);
}

test('of videos', async () => {
  const vendor = vendorOf('openai');
  const gate = await gatewayTo([{ vendor, provider: 'openai' }]);
  await expectRefused(gate, vendor.begun, videoClients);
  // What only speaks of such an address asks for nothing there.
  const spoken = await gate.post(
    { model: 'm', prompt: 'A sign that says http://localhost:3000' },
    { path: openaiPath },
  );
  expect(spoken.status).toBe(200);
});

test('of music and drawings', async () => {
  for (const [protocol, client] of [
    ['suno', 'Suno'],
    ['midjourney', 'Midjourney'],
  ] as const) {
    const vendor = openTaskVendor(protocol);
    vendors.push(vendor);
    const gate = await taskStage.gateway([
      {
        id: protocol,
        provider: protocol === 'suno' ? 'suno' : 'midjourney-proxy',
        baseUrl: vendor.baseUrl,
        models: Object.fromEntries(
          ['suno_music', 'suno_lyrics', 'imagine', 'upload', 'describe', 'edits', 'video', 'blend', 'upscale'].map(
            (name) => {
              const model = name.startsWith('suno') ? name : `mj_${name}`;
              return [model, model];
            },
          ),
        ),
      },
    ]);
    const one = taskClients[client];
    if (!one) throw new Error(`no client ${client}`);
    await expectRefused(gate, vendor.begun, { [client]: one });
  }
});
