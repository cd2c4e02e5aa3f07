import type { Server } from 'bun';

/** How far a scripted vendor says that its videos are, and what it was asked. */
export type VideoVendor = {
  readonly baseUrl: string;
  /** Bodies of the requests that began a video; of forms, their fields, with the bytes of files in base64. */
  readonly begun: { readonly path: string; readonly headers: Headers; readonly body: Record<string, unknown> }[];
  /** How often it was asked how far a video is. */
  polls: number;
  stage: 'working' | 'done' | 'failed' | 'silent' | 'refuses';
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

/** https://platform.openai.com/docs/api-reference/videos */
const openai: Script = (vendor, request, path) => {
  const asked = vendor.begun[0]?.body['seconds'];
  const seconds = typeof asked === 'string' ? asked : '4';
  const video = { id: 'video_of_vendor', object: 'video', model: 'm-upstream', seconds, size: '720x1280' };
  if (request.method === 'POST' && path === '/v1/videos')
    return json({ ...video, status: 'queued', progress: 0, created_at: 1 });
  if (path === '/v1/videos/video_of_vendor/content') return file(request);
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

const scripts = {
  openai: { script: openai, base: '/v1' },
  alibaba: { script: dashscope, base: '/compatible-mode/v1' },
  volcengine: { script: ark, base: '/api/v3' },
  minimax: { script: minimax, base: '/v1' },
  xai: { script: xai, base: '/v1' },
  zhipu: { script: zhipu, base: '/api/paas/v4' },
  gemini: { script: gemini, base: '' },
} as const;

export type VideoProvider = keyof typeof scripts;
export const videoProviders = Object.keys(scripts) as readonly VideoProvider[];

/** A vendor of videos that says what it is told to say. */
export function openVideoVendor(provider: VideoProvider): VideoVendor {
  const { script, base } = scripts[provider];
  const server: Server<undefined> = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const path = new URL(request.url).pathname;
      if (path === '/films/1.mp4') return file(request);
      const { headers } = request;
      if ((headers.get('x-goog-api-key') ?? headers.get('authorization')?.slice(7)) !== 'sk-upstream-canary')
        return json({ error: { message: 'Incorrect API key provided.', code: 'invalid_api_key' } }, 401);
      if (vendor.stage === 'refuses') return json({ error: { message: 'Overloaded.' } }, 503);
      if (request.method === 'POST') vendor.begun.push({ path, headers: request.headers, body: await bodyOf(request) });
      else if (!/content|download/.test(path)) vendor.polls++;
      if (vendor.stage === 'silent') return new Promise<Response>(() => undefined);
      return (
        script(vendor, request, path, `http://127.0.0.1:${server.port}`) ?? json({ error: { message: 'no' } }, 404)
      );
    },
  });
  const vendor: VideoVendor = {
    baseUrl: `http://127.0.0.1:${server.port}${base}`,
    begun: [],
    polls: 0,
    stage: 'working',
    close: () => void server.stop(true),
  };
  return vendor;
}

async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  if (request.headers.get('content-type')?.startsWith('application/json'))
    return (await request.json()) as Record<string, unknown>;
  const form = await request.formData();
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form.entries())
    fields[name] = typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer()).toString('base64');
  return fields;
}
