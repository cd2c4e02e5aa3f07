import type { Server } from 'bun';

/** How far a scripted vendor says that its videos are, and what it was asked. */
export type VideoVendor = {
  readonly baseUrl: string;
  /** Bodies of the requests that began a video; of forms, their fields, with the bytes of files in base64. */
  readonly begun: { readonly path: string; readonly headers: Headers; readonly body: Record<string, unknown> }[];
  /** The body of the last question how far a video is, of vendors who are asked by POST. */
  asked: Record<string, unknown>;
  /** How often it was asked how far a video is. */
  polls: number;
  /** `odd`: it answers questions with states that nobody knows, and with pages. */
  stage: 'working' | 'done' | 'failed' | 'silent' | 'refuses' | 'odd';
  /** How it was asked to give one up. */
  readonly cancels: string[];
  close(): void;
};

export const film = new Uint8Array(300_000).map((_, index) => index % 251);

/** One vendor's own words: its routes, as its documentation has them. */
type Script = (vendor: VideoVendor, request: Request, path: string, origin: string) => Response | undefined;

const json = (value: unknown, status = 200): Response => Response.json(value, { status });

const file = (request: Request): Response => {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('range') ?? '') ?? [];
  const headers = { 'content-type': 'video/mp4', 'accept-ranges': 'bytes' };
  if (from === undefined) return new Response(film, { headers });
  const range = `bytes ${from}-${to}/${film.byteLength}`;
  return new Response(film.slice(Number(from), Number(to) + 1), {
    status: 206,
    headers: { ...headers, 'content-range': range },
  });
};

/** 800 by 400 points of one colour, in a format that needs no packing. */
export function bitmap(width = 800, height = 400): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.alloc(54 + width * height * 3, 130);
  bytes.fill(0, 0, 54);
  bytes.write('BM');
  bytes.writeUInt32LE(bytes.byteLength, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeUInt32LE(width, 18);
  bytes.writeUInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return new Uint8Array(bytes);
}

const picture = (): Response => new Response(bitmap(), { headers: { 'content-type': 'image/bmp' } });

/** https://platform.openai.com/docs/api-reference/videos */
const openai: Script = (vendor, request, path) => {
  const asked = vendor.begun[0]?.body['seconds'];
  const seconds = typeof asked === 'string' ? asked : '4';
  const video = { id: 'video_of_vendor', object: 'video', model: 'm-upstream', seconds, size: '720x1280' };
  if (request.method === 'POST' && path === '/v1/videos')
    return json({ ...video, status: 'queued', progress: 0, created_at: 1 });
  if (request.method === 'POST' && /^\/v1\/videos\/(?:video_of_vendor\/remix|edits|extensions)$/.test(path))
    return json({ ...video, status: 'queued', progress: 0, created_at: 1 });
  if (path === '/v1/videos')
    return json({
      object: 'list',
      data: vendor.begun.map(({ body }) => ({ ...video, prompt: body['prompt'], created_at: Date.now() / 1000 })),
      has_more: false,
    });
  if (path === '/v1/videos/video_of_vendor/content')
    return new URL(request.url).searchParams.has('variant') ? picture() : file(request);
  if (path !== '/v1/videos/video_of_vendor') return undefined;
  if (vendor.stage === 'done') return json({ ...video, status: 'completed', progress: 100, completed_at: 2 });
  if (vendor.stage === 'failed')
    return json({ ...video, status: 'failed', error: { code: 'moderation_blocked', message: 'Not that.' } });
  return json({ ...video, status: 'in_progress', progress: 33 });
};

/** https://www.alibabacloud.com/help/en/model-studio/text-to-video-api-reference */
const dashscope: Script = (vendor, request, path, origin) => {
  const output = { task_id: 'task-of-vendor' };
  if (request.method === 'POST' && path === '/api/v1/services/aigc/video-generation/video-synthesis')
    return request.headers.get('x-dashscope-async') === 'enable'
      ? json({ output: { ...output, task_status: 'PENDING' }, request_id: 'r' })
      : json({ code: 'AccessDenied', message: 'current user api does not support synchronous calls.' }, 403);
  if (path !== '/api/v1/tasks/task-of-vendor') return undefined;
  if (vendor.stage === 'done')
    return json({
      request_id: 'r',
      output: { ...output, task_status: 'SUCCEEDED', video_url: `${origin}/films/1.mp4` },
      usage: { video_duration: 5, video_ratio: '1280*720', video_count: 1 },
    });
  if (vendor.stage === 'failed')
    return json({ output: { ...output, task_status: 'FAILED', code: 'DataInspectionFailed', message: 'Not that.' } });
  return json({ request_id: 'r', output: { ...output, task_status: 'RUNNING' } });
};

/** https://www.volcengine.com/docs/82379/1521309 */
const ark: Script = (vendor, request, path, origin) => {
  const task = { id: 'cgt-of-vendor', model: 'm-upstream' };
  if (request.method === 'POST' && path === '/api/v3/contents/generations/tasks') return json({ id: task.id });
  if (path !== '/api/v3/contents/generations/tasks/cgt-of-vendor') return undefined;
  if (vendor.stage === 'done')
    return json({
      ...task,
      status: 'succeeded',
      content: { video_url: `${origin}/films/1.mp4` },
      usage: { completion_tokens: 108_900, total_tokens: 108_900 },
      resolution: '720p',
      duration: 5,
    });
  if (vendor.stage === 'failed')
    return json({
      ...task,
      status: 'failed',
      error: { code: 'OutputVideoSensitiveContentDetected', message: 'Not that.' },
    });
  return json({ ...task, status: 'running' });
};

/** https://platform.minimax.io/docs/api-reference/video-generation-query */
const minimax: Script = (vendor, request, path, origin) => {
  const base_resp = { status_code: 0, status_msg: 'success' };
  if (request.method === 'POST' && path === '/v1/video_generation') return json({ task_id: '1061', base_resp });
  const { searchParams } = new URL(request.url);
  if (path === '/v1/files/retrieve' && searchParams.get('file_id') === '205')
    return json({ file: { file_id: 205, download_url: `${origin}/films/1.mp4` }, base_resp });
  if (path !== '/v1/query/video_generation' || searchParams.get('task_id') !== '1061') return undefined;
  if (vendor.stage === 'done') return json({ task_id: '1061', status: 'Success', file_id: '205', base_resp });
  if (vendor.stage === 'failed')
    return json({ task_id: '1061', status: 'Fail', base_resp: { status_code: 1027, status_msg: 'Not that.' } });
  return json({ task_id: '1061', status: 'Processing', base_resp });
};

/** https://docs.x.ai/developers/model-capabilities/video/generation */
const xai: Script = (vendor, request, path, origin) => {
  if (request.method === 'POST' && path === '/v1/videos/generations') return json({ request_id: 'of-vendor' });
  if (path !== '/v1/videos/of-vendor') return undefined;
  if (vendor.stage === 'done')
    return json({ status: 'done', video: { url: `${origin}/films/1.mp4`, duration: 5 }, model: 'm-upstream' });
  if (vendor.stage === 'failed') return json({ status: 'failed', error: { code: 'invalid', message: 'Not that.' } });
  return json({ status: 'pending', progress: 12 });
};

/** https://docs.bigmodel.cn/cn/guide/models/video-generation/cogvideox-3 */
const zhipu: Script = (vendor, request, path, origin) => {
  const task = { id: 'of-vendor', request_id: 'r', model: 'm-upstream' };
  if (request.method === 'POST' && path === '/api/paas/v4/videos/generations')
    return json({ ...task, task_status: 'PROCESSING' });
  if (path !== '/api/paas/v4/async-result/of-vendor') return undefined;
  if (vendor.stage === 'done')
    return json({ ...task, task_status: 'SUCCESS', video_result: [{ url: `${origin}/films/1.mp4` }] });
  if (vendor.stage === 'failed')
    return json({ ...task, task_status: 'FAIL', error: { code: '1301', message: 'Not that.' } });
  return json({ ...task, task_status: 'PROCESSING' });
};

/** https://ai.google.dev/gemini-api/docs/video */
const gemini: Script = (vendor, request, path, origin) => {
  const name = 'models/m-upstream/operations/of-vendor';
  if (request.method === 'POST' && path === '/v1beta/models/m-upstream:predictLongRunning') return json({ name });
  if (path === '/v1beta/files/abc-1:download') return file(request);
  if (path !== `/v1beta/${name}`) return undefined;
  if (vendor.stage === 'done')
    return json({
      name,
      done: true,
      response: {
        generateVideoResponse: {
          generatedSamples: [{ video: { uri: `${origin}/v1beta/files/abc-1:download?alt=media` } }],
        },
      },
    });
  if (vendor.stage === 'failed')
    return json({
      name,
      done: true,
      response: { generateVideoResponse: { raiMediaFilteredCount: 1, raiMediaFilteredReasons: ['Not that.'] } },
    });
  return json({ name });
};

/** https://app.klingai.com/global/dev/document-api/apiReference/model/imageToVideo */
const kling: Script = (vendor, request, path, origin) => {
  const said = (data: object) => json({ code: 0, message: 'SUCCEED', request_id: 'r', data });
  if (request.method === 'POST' && /^\/v1\/videos\/(text|image)2video$/.test(path))
    return said({ task_id: 'of-vendor', task_status: 'submitted', created_at: 1, updated_at: 1 });
  const [first] = vendor.begun;
  if (path !== `${first?.path}/of-vendor` && path !== `${first?.path}/${first?.body['external_task_id']}`)
    return json({ code: 1203, message: 'Task not found', request_id: 'r' }, 404);
  const task = { task_id: 'of-vendor', created_at: 1, updated_at: 2 };
  if (vendor.stage === 'done')
    return said({
      ...task,
      task_status: 'succeed',
      final_unit_deduction: '3.5',
      task_result: { videos: [{ id: 'v', url: `${origin}/films/1.mp4`, duration: '5' }] },
    });
  if (vendor.stage === 'failed') return said({ ...task, task_status: 'failed', task_status_msg: 'Not that.' });
  return said({ ...task, task_status: 'processing' });
};

/** https://docs.platform.vidu.com/320292478e0 */
const vidu: Script = (vendor, request, path, origin) => {
  if (request.method === 'POST' && /^\/ent\/v2\/(?:text|img|start-end|reference)2video$/.test(path))
    return json({ task_id: 'of-vendor', state: 'created', model: 'm-upstream', credits: 4 });
  if (path !== '/ent/v2/tasks/of-vendor/creations') return undefined;
  const task = { id: 'of-vendor', credits: 4 };
  if (vendor.stage === 'done')
    return json({
      ...task,
      state: 'success',
      creations: [{ id: 'c', url: `${origin}/films/1.mp4`, cover_url: `${origin}/covers/1.bmp` }],
    });
  if (vendor.stage === 'failed') return json({ ...task, state: 'failed', err_code: 'Not that.', creations: [] });
  return json({ ...task, state: 'processing', creations: [] });
};

/** https://www.volcengine.com/docs/85621/1792710 */
const jimeng: Script = (vendor, request, _path, origin) => {
  const said = (data: object) => json({ code: 10_000, data, message: 'Success', request_id: 'r', status: 10_000 });
  const { searchParams } = new URL(request.url);
  if (searchParams.get('Version') !== '2022-08-31') return undefined;
  if (searchParams.get('Action') === 'CVSync2AsyncSubmitTask') return said({ task_id: 'of-vendor' });
  if (searchParams.get('Action') !== 'CVSync2AsyncGetResult') return undefined;
  if (vendor.asked['task_id'] !== 'of-vendor' || vendor.asked['req_key'] !== vendor.begun[0]?.body['req_key'])
    return json({ code: 50_215, data: null, message: 'Input invalid for this service.', request_id: 'r' }, 400);
  if (vendor.stage === 'done') return said({ status: 'done', video_url: `${origin}/films/1.mp4` });
  if (vendor.stage === 'failed')
    return json({ code: 50_411, data: null, message: 'Not that.', request_id: 'r', status: 50_411 });
  return said({ status: 'generating', video_url: '' });
};

/** https://docs.dev.runwayml.com/api/#tag/Task-management */
const runway: Script = (vendor, request, path, origin) => {
  if (request.method === 'POST' && /^\/v1\/(?:text|image)_to_video$/.test(path)) return json({ id: 'of-vendor' });
  if (path !== '/v1/tasks/of-vendor') return undefined;
  const task = { id: 'of-vendor', createdAt: '2026-01-01T00:00:00Z' };
  if (vendor.stage === 'done') return json({ ...task, status: 'SUCCEEDED', output: [`${origin}/films/1.mp4`] });
  if (vendor.stage === 'failed')
    return json({ ...task, status: 'FAILED', failure: 'Not that.', failureCode: 'SAFETY.INPUT.TEXT' });
  return json({ ...task, status: 'RUNNING', progress: 0.4 });
};

/** https://docs.lumalabs.ai/reference/getgeneration */
const luma: Script = (vendor, request, path, origin) => {
  const task = { id: 'of-vendor', generation_type: 'video', created_at: '2026-01-01T00:00:00Z', model: 'm-upstream' };
  if (request.method === 'POST' && path === '/dream-machine/v1/generations/video')
    return json({ ...task, state: 'queued', assets: null, failure_reason: null }, 201);
  if (path !== '/dream-machine/v1/generations/of-vendor') return undefined;
  if (vendor.stage === 'done')
    return json({ ...task, state: 'completed', assets: { video: `${origin}/films/1.mp4` }, failure_reason: null });
  if (vendor.stage === 'failed') return json({ ...task, state: 'failed', assets: null, failure_reason: 'Not that.' });
  return json({ ...task, state: 'dreaming', assets: null });
};

/** https://replicate.com/docs/reference/http#predictions.get */
const replicate: Script = (vendor, request, path, origin) => {
  const task = { id: 'of-vendor', version: 'm-upstream', created_at: '2026-01-01T00:00:00Z' };
  if (request.method === 'POST' && path === '/v1/predictions') return json({ ...task, status: 'starting' }, 201);
  if (path !== '/v1/predictions/of-vendor') return undefined;
  if (vendor.stage === 'done') return json({ ...task, status: 'succeeded', output: `${origin}/films/1.mp4` });
  if (vendor.stage === 'failed') return json({ ...task, status: 'failed', error: 'Not that.', output: null });
  return json({ ...task, status: 'processing', logs: '' });
};

/** https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation */
const vertex: Script = (vendor, _request, path) => {
  const model = '/v1/publishers/google/models/m-upstream';
  const name = 'projects/p/locations/us-central1/publishers/google/models/m-upstream/operations/of-vendor';
  if (path === `${model}:predictLongRunning`) return json({ name });
  if (path !== `/v1/${name.slice(0, name.indexOf('/operations'))}:fetchPredictOperation`) return undefined;
  if (vendor.asked['operationName'] !== name) return json({ error: { code: 400, message: 'no' } }, 400);
  const bytesBase64Encoded = Buffer.from(film).toString('base64');
  if (vendor.stage === 'done')
    return json({
      name,
      done: true,
      response: { raiMediaFilteredCount: 0, videos: [{ bytesBase64Encoded, mimeType: 'video/mp4' }] },
    });
  if (vendor.stage === 'failed')
    return json({ name, done: true, response: { raiMediaFilteredCount: 1, raiMediaFilteredReasons: ['Not that.'] } });
  return json({ name });
};

const scripts = {
  openai: { script: openai, base: '/v1' },
  // https://help.aliyun.com/zh/model-studio/manage-asynchronous-tasks
  alibaba: { script: dashscope, base: '/compatible-mode/v1', cancel: 'POST /api/v1/tasks/task-of-vendor/cancel' },
  // https://www.volcengine.com/docs/82379/1521720
  volcengine: { script: ark, base: '/api/v3', cancel: 'DELETE /api/v3/contents/generations/tasks/cgt-of-vendor' },
  minimax: { script: minimax, base: '/v1' },
  xai: { script: xai, base: '/v1' },
  zhipu: { script: zhipu, base: '/api/paas/v4' },
  gemini: { script: gemini, base: '' },
  'vertex-express': { script: vertex, base: '' },
  kling: { script: kling, base: '' },
  // https://platform.vidu.com/docs/cancel-task
  vidu: { script: vidu, base: '', cancel: 'POST /ent/v2/tasks/of-vendor/cancel' },
  jimeng: { script: jimeng, base: '' },
  // https://docs.dev.runwayml.com/api/#tag/Task-management/paths/~1v1~1tasks~1%7Bid%7D/delete
  runway: { script: runway, base: '', cancel: 'DELETE /v1/tasks/of-vendor' },
  // https://docs.lumalabs.ai/reference/deletegeneration
  luma: { script: luma, base: '/dream-machine/v1', cancel: 'DELETE /dream-machine/v1/generations/of-vendor' },
  // https://replicate.com/docs/reference/http#predictions.cancel
  replicate: { script: replicate, base: '/v1', cancel: 'POST /v1/predictions/of-vendor/cancel' },
  'new-api': { script: openai, base: '' },
  tollgate: { script: openai, base: '', cancel: 'POST /v1/videos/video_of_vendor/cancel' },
} as const satisfies Readonly<Record<string, VendorScript>>;

type VendorScript = { readonly script: Script; readonly base: string; readonly cancel?: string };

/** A state in whichever words, of which nobody has heard. */
const oddState = {
  id: 'of-vendor',
  code: 10_000,
  status: 'pondering',
  state: 'pondering',
  task_status: 'pondering',
  output: { task_status: 'PONDERING' },
  data: { task_id: 'of-vendor', status: 'pondering', task_status: 'pondering' },
};

const nothing: Record<string, unknown> = {};

export type VideoProvider = keyof typeof scripts;
export const videoProviders = Object.keys(scripts) as readonly VideoProvider[];

/** A vendor of videos that says what it is told to say. */
export function openVideoVendor(provider: VideoProvider): VideoVendor {
  const { script, base, cancel }: VendorScript = scripts[provider];
  const server: Server<undefined> = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const path = new URL(request.url).pathname;
      if (path === '/films/1.mp4') return file(request);
      if (path === '/covers/1.bmp') return picture();
      const { headers } = request;
      if (
        (headers.get('x-goog-api-key') ?? headers.get('authorization')?.replace(/^(?:Bearer|Token) /, '')) !==
        'sk-upstream-canary'
      )
        return json({ error: { message: 'Incorrect API key provided.', code: 'invalid_api_key' } }, 401);
      if (`${request.method} ${path}` === cancel) {
        vendor.cancels.push(cancel);
        vendor.stage = 'failed';
        return json({});
      }
      if (vendor.stage === 'refuses') return json({ error: { message: 'Overloaded.' } }, 503);
      if (/fetchPredictOperation|GetResult/.test(request.url)) vendor.asked = await bodyOf(request);
      else if (request.method === 'POST')
        vendor.begun.push({ path, headers: request.headers, body: await bodyOf(request) });
      if (request.method === 'GET' ? !/\/content$|download/.test(path) : vendor.asked !== nothing) vendor.polls++;
      if (vendor.stage === 'odd')
        return vendor.polls % 2 === 0 ? json(oddState) : new Response('<html></html>', { status: 200 });
      if (vendor.stage === 'silent') return new Promise<Response>(() => undefined);
      return (
        script(vendor, request, path, `http://127.0.0.1:${server.port}`) ?? json({ error: { message: 'no' } }, 404)
      );
    },
  });
  const vendor: VideoVendor = {
    baseUrl: `http://127.0.0.1:${server.port}${base}`,
    begun: [],
    asked: nothing,
    polls: 0,
    cancels: [],
    stage: 'working',
    close: () => void server.stop(true),
  };
  return vendor;
}

async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  if (request.headers.get('content-type')?.startsWith('application/json'))
    return JSON.parse((await request.text()) || '{}') as Record<string, unknown>;
  const form = await request.formData();
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form.entries())
    fields[name] = typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer()).toString('base64');
  return fields;
}
