import { describe, expect, test } from 'bun:test';
import type { TestGateway } from '../../relay/testing/gateway.ts';
import { noticeRepository } from '../../store/notices.ts';
import { priceOf } from '../testing/stage.ts';
import { inspectVideo } from './inspect.ts';
import { setVideoStage } from './testing/gate.ts';
import { bySecond, quick } from './testing/world.ts';
import { film, videoProviders } from './testing/vendors.ts';

const { stage, vendorOf, gatewayTo } = setVideoStage();
const path = '/v1/videos';
const ask = { model: 'm', prompt: 'A cat on a gate', seconds: '5', size: '1280x720' };

/** 2 USD for a million tokens. */
const byToken = priceOf({ outputText: 2_000_000_000n });

type Told = {
  readonly id: string;
  readonly status: string;
  readonly progress: number;
  readonly seconds: string;
  readonly error: unknown;
};

const told = async (gate: TestGateway, id: string): Promise<Told> =>
  (await (await gate.get(`${path}/${id}`)).json()) as Told;

async function begin(gate: TestGateway, body: object = ask): Promise<Told> {
  const response = await gate.post(body, { path });
  expect(response.status).toBe(200);
  return (await response.json()) as Told;
}

async function end(gate: TestGateway, id: string): Promise<Told> {
  for (;;) {
    const video = await told(gate, id);
    if (video.status === 'completed' || video.status === 'failed') return video;
    await Bun.sleep(5);
  }
}

describe.each(videoProviders)('videos of %s', (provider) => {
  test('are begun, asked after, charged once when done, and handed out whole and in parts', async () => {
    const vendor = vendorOf(provider);
    const gate = await gatewayTo([{ vendor, provider }]);
    const before = await gate.balance();
    const video = await begin(gate);
    expect(video).toMatchObject({ object: 'video', model: 'm', status: 'queued', prompt: ask.prompt, error: null });
    expect(video.id).toMatch(/^video_\w+$/);
    expect(JSON.stringify(video)).not.toContain('vendor');
    expect(gate.records).toEqual([]);
    while ((await told(gate, video.id)).status === 'queued') await Bun.sleep(5);
    expect(await told(gate, video.id)).toMatchObject({ id: video.id, status: 'in_progress' });
    expect((await gate.get(`${path}/${video.id}/content`)).status).toBe(409);
    vendor.stage = 'done';
    expect(await end(gate, video.id)).toMatchObject({ status: 'completed', progress: 100, seconds: '5', error: null });
    await gate.recorded(1);
    expect(gate.records).toMatchObject([{ operation: 'videos', status: 200, usage: { seconds: 5 } }]);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(5n * 100_000_000n);
    expect(before - (await gate.balance())).toBe(5n * 100_000_000n);
    expect(await gate.verify()).toEqual({ unexplained: 0, problems: [] });

    const whole = await gate.get(`${path}/${video.id}/content`);
    expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'video/mp4']);
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(film);
    const headers = { authorization: 'Bearer sk-test', range: 'bytes=1000-1999' };
    const part = await fetch(gate.url(`${path}/${video.id}/content`), { headers });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 1000-1999/${film.byteLength}`]);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(film.slice(1000, 2000));
    expect(gate.records.length).toBe(1);
  });

  test('that fail cost nothing, and say why', async () => {
    const vendor = vendorOf(provider);
    const gate = await gatewayTo([{ vendor, provider }]);
    const before = await gate.balance();
    const { id } = await begin(gate);
    vendor.stage = 'failed';
    expect(await end(gate, id)).toMatchObject({ status: 'failed', error: { message: 'Not that.' } });
    await gate.recorded(1);
    expect(gate.records).toMatchObject([{ endReason: 'upstream_error', charge: undefined }]);
    expect(await gate.balance()).toBe(before);
    expect((await gate.get(`${path}/${id}/content`)).status).toBe(404);
  });

  test('are looked after by another process when this one dies, and charged once', async () => {
    const vendor = vendorOf(provider);
    const gate = await gatewayTo([{ vendor, provider }]);
    const { id } = await begin(gate);
    gate.succeed();
    vendor.stage = 'done';
    await end(gate, id);
    await gate.recorded(1);
    await Bun.sleep(60);
    const charges = await gate.database.db.selectFrom('charges').select('amount_nanos').execute();
    expect(charges.length).toBeLessThanOrEqual(1);
    expect(await gate.verify()).toEqual({ unexplained: 0, problems: [] });
  });
});

describe('what is asked of vendors', () => {
  const picture = 'https://example.com/cat.png';
  test.each([
    ['openai', {}, '/v1/videos', { model: 'm-upstream', prompt: ask.prompt, seconds: '5', size: '1280x720' }],
    [
      'alibaba',
      {},
      '/api/v1/services/aigc/video-generation/video-synthesis',
      { model: 'm-upstream', input: { prompt: ask.prompt }, parameters: { size: '1280*720', duration: 5 } },
    ],
    [
      'alibaba',
      { input_reference: { image_url: picture } },
      '/api/v1/services/aigc/video-generation/video-synthesis',
      {
        model: 'm-upstream',
        input: { prompt: ask.prompt, img_url: picture },
        parameters: { resolution: '720P', duration: 5 },
      },
    ],
    [
      'volcengine',
      { image: picture },
      '/api/v3/contents/generations/tasks',
      {
        model: 'm-upstream',
        content: [
          { type: 'text', text: ask.prompt },
          { type: 'image_url', image_url: { url: picture }, role: 'first_frame' },
        ],
        resolution: '720p',
        ratio: '16:9',
        duration: 5,
      },
    ],
    [
      'xai',
      { image: picture },
      '/v1/videos/generations',
      {
        model: 'm-upstream',
        prompt: ask.prompt,
        duration: 5,
        aspect_ratio: '16:9',
        resolution: '720p',
        image: { url: picture },
      },
    ],
    [
      'zhipu',
      { image: picture },
      '/api/paas/v4/videos/generations',
      { model: 'm-upstream', prompt: ask.prompt, image_url: picture, size: '1280x720', duration: 5 },
    ],
    [
      'gemini',
      { image: `data:image/png;base64,${btoa('PNG')}` },
      '/v1beta/models/m-upstream:predictLongRunning',
      {
        instances: [{ prompt: ask.prompt, image: { bytesBase64Encoded: btoa('PNG'), mimeType: 'image/png' } }],
        parameters: { aspectRatio: '16:9', resolution: '720p', durationSeconds: 5 },
      },
    ],
    [
      'minimax',
      { image: picture },
      '/v1/video_generation',
      { model: 'm-upstream', prompt: ask.prompt, first_frame_image: picture, duration: 5, resolution: '768P' },
    ],
    [
      'kling',
      { image: `data:image/png;base64,${btoa('PNG')}` },
      '/v1/videos/image2video',
      {
        model_name: 'm-upstream',
        prompt: ask.prompt,
        image: btoa('PNG'),
        mode: 'std',
        duration: '5',
        external_task_id: expect.stringMatching(/^video_/) as unknown,
      },
    ],
    [
      'vidu',
      { images: [picture, 'https://example.com/dog.png', 'https://example.com/gate.png'] },
      '/ent/v2/reference2video',
      {
        model: 'm-upstream',
        images: [picture, 'https://example.com/dog.png', 'https://example.com/gate.png'],
        prompt: ask.prompt,
        duration: 5,
        aspect_ratio: '16:9',
        resolution: '720p',
      },
    ],
    [
      'jimeng',
      { image: picture },
      '/',
      { req_key: 'm-upstream', prompt: ask.prompt, image_urls: [picture], frames: 121 },
    ],
    [
      'runway',
      { image: picture },
      '/v1/image_to_video',
      { model: 'm-upstream', promptText: ask.prompt, promptImage: picture, ratio: '1280:720', duration: 5 },
    ],
    [
      'luma',
      { images: [picture, 'https://example.com/dog.png'] },
      '/dream-machine/v1/generations/video',
      {
        model: 'm-upstream',
        prompt: ask.prompt,
        aspect_ratio: '16:9',
        resolution: '720p',
        duration: '5s',
        keyframes: {
          frame0: { type: 'image', url: picture },
          frame1: { type: 'image', url: 'https://example.com/dog.png' },
        },
      },
    ],
    [
      'replicate',
      { negative_prompt: 'dogs', seed: 7 },
      '/v1/predictions',
      {
        version: 'm-upstream',
        input: {
          prompt: ask.prompt,
          negative_prompt: 'dogs',
          duration: 5,
          aspect_ratio: '16:9',
          resolution: '720p',
          seed: 7,
        },
      },
    ],
  ] as const)('by %s (%j)', async (provider, more, place, body) => {
    const vendor = vendorOf(provider);
    const gate = await gatewayTo([{ vendor, provider }]);
    const response = await gate.post({ ...ask, ...more }, { path });
    expect(response.status).toBe(200);
    expect(vendor.begun).toMatchObject([{ path: place }]);
    expect(vendor.begun[0]?.body).toEqual(body);
    expect(response.headers.get('x-tollgate-conversion-loss')?.includes('size') ?? false).toBe(
      provider === 'minimax' || provider === 'kling',
    );
  });

  test('a file of a form reaches vendors who read only JSON', async () => {
    const vendor = vendorOf('volcengine');
    const gate = await gatewayTo([{ vendor, provider: 'volcengine' }]);
    const form = new FormData();
    for (const [name, value] of Object.entries(ask)) form.set(name, value);
    form.set('input_reference', new File(['PNG'], 'cat.png', { type: 'image/png' }));
    expect((await gate.send(path, form)).status).toBe(200);
    expect(vendor.begun[0]?.body['content']).toMatchObject([
      {},
      { image_url: { url: `data:image/png;base64,${btoa('PNG')}` } },
    ]);
  });

  test('a form passes to vendors who read forms, with the model’s name upstream', async () => {
    const vendor = vendorOf('openai');
    const gate = await gatewayTo([{ vendor, provider: 'openai' }]);
    const form = new FormData();
    for (const [name, value] of Object.entries(ask)) form.set(name, value);
    form.set('input_reference', new File(['PNG'], 'cat.png', { type: 'image/png' }));
    expect((await gate.send(path, form)).status).toBe(200);
    expect(vendor.begun[0]?.body).toEqual({ ...ask, model: 'm-upstream', input_reference: btoa('PNG') });
  });
});

describe('videos', () => {
  test('are told of when they are over, where their owner wants to be', async () => {
    const vendor = vendorOf('openai');
    const gate = await gatewayTo([{ vendor, provider: 'openai' }]);
    const { db } = gate.database;
    const userId = 'user_1';
    const target = {
      userId,
      kind: 'webhook',
      name: 'Hook',
      enabled: true,
      language: 'en',
      sealed: '',
      hint: '',
    } as const;
    const always = { quietFrom: null, quietTo: null, belowUsd: null, createdAt: 0 };
    await noticeRepository.insert(db, { ...target, ...always, id: 'ntg_1', events: ['taskDone'] });
    await noticeRepository.insert(db, { ...target, ...always, id: 'ntg_2', events: ['lowBalance'] });
    const { id } = await begin(gate);
    vendor.stage = 'done';
    await end(gate, id);
    const jobs = await db.selectFrom('jobs').select('payload').where('kind', '=', 'notices.deliver').execute();
    expect(jobs.map(({ payload }): unknown => JSON.parse(payload))).toEqual([
      { targetId: 'ntg_1', event: 'taskDone', facts: { what: 'm', figure: 'completed' } },
    ]);
  });

  test('are tried elsewhere until somebody takes them, and asked after there', async () => {
    const [first, second] = [vendorOf('openai'), vendorOf('alibaba')];
    first.stage = 'refuses';
    const gate = await gatewayTo([
      { vendor: first, provider: 'openai' },
      { vendor: second, provider: 'alibaba' },
    ]);
    const { id } = await begin(gate);
    second.stage = 'done';
    await end(gate, id);
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({
      channelId: 'alibaba-1',
      attempts: [{ cause: 'server_error' }, { cause: 'ok' }],
    });
    expect(first.polls).toBe(0);
  });

  test('counted in tokens are charged by what the vendor tells', async () => {
    const vendor = vendorOf('volcengine');
    const gate = await gatewayTo([{ vendor, provider: 'volcengine' }], byToken);
    const { id } = await begin(gate);
    vendor.stage = 'done';
    await end(gate, id);
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ usage: { outputText: 108_900 }, usageSource: 'provider' });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(108_900n * 2000n);
  });

  test('are priced by their size', async () => {
    const vendor = vendorOf('openai');
    const dear = {
      ...bySecond,
      conditional: [{ when: { size: ['720x1280'] }, rates: { seconds: 300_000_000_000_000n }, perCall: undefined }],
    };
    const gate = await gatewayTo([{ vendor, provider: 'openai' }], dear);
    const { id } = await begin(gate);
    vendor.stage = 'done';
    await end(gate, id);
    await gate.recorded(1);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(5n * 300_000_000n);
  });

  test('are reserved before their vendor is asked: who has too little is refused', async () => {
    const vendor = vendorOf('openai');
    const gate = await gatewayTo([{ vendor, provider: 'openai' }]);
    await gate.leave(900_000_000n);
    await begin(gate);
    // What the first may cost is set aside while it is made.
    expect((await gate.post(ask, { path })).status).toBe(402);
    expect(vendor.begun.length).toBe(1);
  });

  test('belong to their owner: another is told that there are none', async () => {
    const vendor = vendorOf('openai');
    const gate = await gatewayTo([{ vendor, provider: 'openai' }]);
    const { id } = await begin(gate);
    vendor.stage = 'done';
    await end(gate, id);
    gate.changeKey({
      user: {
        id: 'user_2',
        role: 'user',
        enabled: true,
        group: 'default',
        limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined },
      },
    });
    for (const [method, place] of [
      ['GET', `${path}/${id}`],
      ['GET', `${path}/${id}/content`],
      ['DELETE', `${path}/${id}`],
    ] as const)
      expect((await gate.get(place, method)).status).toBe(404);
    expect(await (await gate.get(path)).json()).toMatchObject({ data: [], has_more: false });
  });

  test('are listed in pages, and forgotten when they are done', async () => {
    const vendor = vendorOf('openai');
    const gate = await gatewayTo([{ vendor, provider: 'openai' }]);
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push((await begin(gate)).id);
    expect((await gate.get(`${path}/${ids[0]}`, 'DELETE')).status).toBe(409);
    const page = async (query: string) =>
      (await (await gate.get(`${path}?${query}`)).json()) as { data: Told[]; has_more: boolean };
    const first = await page('limit=2');
    expect(first.data.map(({ id }) => id)).toEqual([ids[2] ?? '', ids[1] ?? '']);
    expect(first.has_more).toBe(true);
    const second = await page(`limit=2&after=${ids[1]}`);
    expect([second.data.map(({ id }) => id), second.has_more]).toEqual([[ids[0] ?? ''], false]);
    expect((await gate.get(`${path}?limit=0`)).status).toBe(400);
    vendor.stage = 'done';
    for (const id of ids) await end(gate, id);
    expect(await (await gate.get(`${path}/${ids[0]}`, 'DELETE')).json()).toMatchObject({ deleted: true });
    expect((await gate.get(`${path}/${ids[0]}`)).status).toBe(404);
    await gate.recorded(3);
    expect(await gate.verify()).toEqual({ unexplained: 0, problems: [] });
  });

  test('that nobody can tell of are given up after a day, and cost nothing', async () => {
    const vendor = vendorOf('openai');
    const gate = await gatewayTo([{ vendor, provider: 'openai' }]);
    const before = await gate.balance();
    const { id } = await begin(gate);
    vendor.stage = 'refuses';
    Object.assign(gate.deps, { clock: { ...gate.deps.clock, now: () => Date.now() + 25 * 3_600_000 } });
    expect(await end(gate, id)).toMatchObject({ status: 'failed', error: { code: 'video_lost' } });
    await gate.recorded(1);
    expect(await gate.balance()).toBe(before);
  });

  test('are not fetched from addresses within', async () => {
    const vendor = vendorOf('alibaba');
    const gate = await stage.gateway([{ id: 'a', provider: 'alibaba', baseUrl: vendor.baseUrl }], {
      price: bySecond,
      videos: quick,
    });
    const { id } = await begin(gate);
    vendor.stage = 'done';
    await end(gate, id);
    expect((await gate.get(`${path}/${id}/content`)).status).toBe(502);
  });

  test.each([
    [{ input_reference: { file_id: 'file-of-another' } }, 'input_reference.file_id'],
    [{ input_reference: { image_url: 'gs://bucket/of-another.png' } }, 'input_reference.image_url'],
    [{ video: { id: 'x', file_id: 'file-of-another' } }, 'video.file_id'],
    [{ image: 'file:///etc/passwd' }, 'image'],
  ])('name nothing that is another’s, or nobody’s: %j', async (more, param) => {
    const vendor = vendorOf('openai');
    const gate = await gatewayTo([{ vendor, provider: 'openai' }]);
    const refused = await gate.post({ ...ask, ...more }, { path });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: { param } }]);
    expect(vendor.begun).toEqual([]);
  });

  test('need a prompt, and what can be made', async () => {
    const vendor = vendorOf('openai');
    const gate = await gatewayTo([{ vendor, provider: 'openai' }]);
    for (const [body, param] of [
      [{ ...ask, prompt: '' }, 'prompt'],
      [{ ...ask, seconds: 'five' }, 'seconds'],
      [{ ...ask, seconds: '9999' }, 'seconds'],
      [{ ...ask, size: 720 }, 'size'],
    ] as const) {
      const refused = await gate.post(body, { path });
      expect([refused.status, await refused.json()]).toMatchObject([400, { error: { param } }]);
    }
    expect(vendor.begun).toEqual([]);
    expect(inspectVideo([])).toMatchObject({ param: null });
  });
});
