import type { Server } from 'bun';

type Body = Readonly<Record<string, unknown>>;

/** A scripted maker of music or drawings. */
export type TaskVendor = {
  readonly baseUrl: string;
  /** What was asked, in order; of questions after tasks, their names. */
  readonly begun: { readonly path: string; readonly body: Body; readonly headers: Headers }[];
  readonly polls: (readonly string[])[];
  stage: 'working' | 'done' | 'failed';
  /** What drawings are answered with when they are begun. */
  code: number;
  close(): void;
};

export const pixels = new Uint8Array(5000).map((_, index) => index % 253);

/** A file, or the part of it that is asked for. */
function fileOf(request: Request): Response {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('range') ?? '') ?? [];
  const headers = { 'content-type': 'image/png' };
  if (from === undefined) return new Response(pixels, { headers });
  const range = { 'content-range': `bytes ${from}-${to}/${pixels.byteLength}` };
  return new Response(pixels.slice(Number(from), Number(to) + 1), { status: 206, headers: { ...headers, ...range } });
}

type Script = (vendor: TaskVendor, path: string, body: Body, origin: string) => unknown;

const idsOf = (body: Body): readonly string[] => (Array.isArray(body['ids']) ? (body['ids'] as string[]) : []);

/** https://docs.newapi.pro/en/api/suno-music/ */
const suno: Script = (vendor, path, body, origin) => {
  if (path.startsWith('/suno/submit/'))
    return { code: 'success', message: '', data: `of-vendor-${vendor.begun.length}` };
  if (path !== '/suno/fetch') return undefined;
  vendor.polls.push(idsOf(body));
  const clip = {
    id: 'c1',
    title: 'Gate',
    audio_url: `${origin}/files/1.png`,
    image_url: `${origin}/files/2.png`,
    state: 'succeeded',
  };
  const states = {
    working: { status: 'IN_PROGRESS', progress: '40%', data: null },
    done: { status: 'SUCCESS', progress: '100%', data: [clip] },
    failed: { status: 'FAILURE', progress: '100%', fail_reason: 'Not that.', data: null },
  };
  return { code: 'success', message: '', data: idsOf(body).map((task_id) => ({ task_id, ...states[vendor.stage] })) };
};

/** https://github.com/novicezk/midjourney-proxy/blob/main/docs/api.md */
const midjourney: Script = (vendor, path, body, origin) => {
  const said = (result: unknown) => ({ code: vendor.code, description: 'said', properties: { a: 1 }, result });
  if (path.endsWith('/image-seed')) return { code: 1, description: 'ok', result: '4711' };
  if (path.endsWith('/upload-discord-images')) return said([`${origin}/files/1.png`]);
  if (/\/mj\/(?:submit\/|insight-face\/swap)/.test(path)) return said(`17000000000${vendor.begun.length}`);
  if (path !== '/mj/task/list-by-condition') return undefined;
  vendor.polls.push(idsOf(body));
  const buttons = [{ customId: 'MJ::JOB::upsample::1::abc', emoji: '', label: 'U1', type: 2, style: 2 }];
  const states = {
    working: { status: 'IN_PROGRESS', progress: '31%' },
    done: {
      status: 'SUCCESS',
      progress: '100%',
      imageUrl: `${origin}/files/1.png`,
      buttons,
      promptEn: 'A cat',
      videoUrls: [{ url: `${origin}/files/2.png` }],
    },
    failed: { status: 'FAILURE', progress: '100%', failReason: 'Not that.' },
  };
  return idsOf(body).map((id) => ({ id, action: 'IMAGINE', ...states[vendor.stage] }));
};

const scripts = { suno, midjourney } as const;

/** A server that speaks one of the protocols, and says what it is told to say. */
export function openTaskVendor(protocol: keyof typeof scripts): TaskVendor {
  const script = scripts[protocol];
  const server: Server<undefined> = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const path = new URL(request.url).pathname;
      if (path.startsWith('/files/')) return fileOf(request);
      const { headers } = request;
      if ((headers.get('mj-api-secret') ?? headers.get('authorization')?.slice(7)) !== 'sk-upstream-canary')
        return Response.json({ code: 'unauthorized', message: 'no' }, { status: 401 });
      const body = request.method === 'POST' ? ((await request.json()) as Body) : {};
      if (request.method === 'POST' && body['ids'] === undefined) vendor.begun.push({ path, body, headers });
      const answer = script(vendor, path, body, `http://127.0.0.1:${server.port}`);
      return answer === undefined ? Response.json({ message: 'no' }, { status: 404 }) : Response.json(answer);
    },
  });
  const vendor: TaskVendor = {
    baseUrl: `http://127.0.0.1:${server.port}`,
    begun: [],
    polls: [],
    stage: 'working',
    code: 1,
    close: () => void server.stop(true),
  };
  return vendor;
}
