import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import type { Price } from '../../../domain/price.ts';
import type { TestGateway } from '../../../relay/testing/gateway.ts';
import { listVideos } from '../../../services/media/list-videos.ts';
import { priceOf, setStage } from '../../testing/stage.ts';
import { quick } from '../testing/world.ts';
import { openTaskVendor, pixels, type TaskVendor } from './testing/vendors.ts';

const stage = setStage();
const vendors: TaskVendor[] = [];
afterEach(() => {
  for (const vendor of vendors.splice(0)) vendor.close();
});

/** 10 cents a call, and 25 at the fastest. */
const perCall: Price = {
  ...priceOf({}),
  perCall: 100_000_000n,
  conditional: [{ when: { tier: ['turbo'] }, rates: {}, perCall: 250_000_000n }],
};

type Protocol = 'suno' | 'midjourney';
type Asked = { readonly vendor: TaskVendor; readonly provider: string };

function vendorOf(protocol: Protocol): TaskVendor {
  const vendor = openTaskVendor(protocol);
  vendors.push(vendor);
  return vendor;
}

const models = [
  'suno_music',
  'suno_lyrics',
  'mj_imagine',
  'mj_upscale',
  'mj_reroll',
  'mj_modal',
  'mj_upload',
  'swap_face',
];

async function gatewayTo(
  asked: readonly Asked[],
  store: Settings['media']['results']['store'] = 'off',
): Promise<TestGateway> {
  const { media } = defaultSettings;
  const ports = asked.map(({ vendor }) => Number(new URL(vendor.baseUrl).port));
  const settings: Settings = {
    ...defaultSettings,
    media: {
      ...media,
      fetch: { ...media.fetch, allowPrivate: ['127.0.0.1'], ports },
      results: { ...media.results, store },
    },
  };
  return await stage.gateway(
    asked.map(({ vendor, provider }, index) => ({
      id: `channel-${index}`,
      provider,
      baseUrl: vendor.baseUrl,
      priority: -index,
      models: Object.fromEntries(models.map((model) => [model, model])),
    })),
    { price: perCall, settings, videos: quick },
  );
}

type Told = Readonly<Record<string, unknown>>;
const told = async (response: Response): Promise<Told> => (await response.json()) as Told;

/** Asks after something until it is in a state. */
async function until(read: () => Promise<Told>, status: string): Promise<Told> {
  for (;;) {
    const task = await read();
    if (task['status'] === status) return task;
    await Bun.sleep(5);
  }
}

const upstreams = (own: string) => [[own], ['new-api'], ['tollgate']] as const;

describe.each(upstreams('suno'))('music by %s', (provider) => {
  const sing = { prompt: 'A cat on a gate', tags: 'folk', notify_hook: 'https://example.com/hook' };

  test('is begun, asked after with its neighbours, told in its own words, and charged once', async () => {
    const vendor = vendorOf('suno');
    const gate = await gatewayTo([{ vendor, provider }]);
    const before = await gate.balance();
    const music = await told(await gate.post(sing, { path: '/suno/submit/music' }));
    expect(music['code']).toBe('success');
    expect(music['data']).toMatch(/^task_\w+$/);
    const lyrics = await told(await gate.post({ prompt: 'Of a cat' }, { path: '/suno/submit/lyrics' }));
    expect(vendor.begun.map(({ path, body }) => [path, body])).toEqual([
      ['/suno/submit/music', { prompt: sing.prompt, tags: 'folk', mv: 'chirp-v3-0' }],
      ['/suno/submit/lyrics', { prompt: 'Of a cat' }],
    ]);
    const read = async () => (await told(await gate.get(`/suno/fetch/${music['data']}`)))['data'] as Told;
    expect(await until(read, 'IN_PROGRESS')).toMatchObject({ action: 'MUSIC', progress: '40%', data: [] });
    // Both are asked after in one question.
    while (!vendor.polls.some((ids) => ids.length === 2)) await Bun.sleep(5);
    vendor.stage = 'done';
    expect(await until(read, 'SUCCESS')).toMatchObject({
      task_id: music['data'],
      progress: '100%',
      fail_reason: '',
      data: [{ id: 'c1', title: 'Gate' }],
    });
    await gate.recorded(2);
    const several = await gate.post(
      { ids: [music['data'], lyrics['data'], 'task_of_another'] },
      { path: '/suno/fetch' },
    );
    expect(((await told(several))['data'] as Told[]).length).toBe(2);
    const onlyLyrics = await gate.post(
      { ids: [music['data'], lyrics['data']], action: 'LYRICS' },
      { path: '/suno/fetch' },
    );
    expect((await told(onlyLyrics))['data']).toMatchObject([{ task_id: lyrics['data'], action: 'LYRICS' }]);
    expect(before - (await gate.balance())).toBe(200_000_000n);
    // The console has an address that needs no key, and hands out parts.
    const { data: rows } = await listVideos(
      gate.database,
      { userId: 'user_1', kind: 'music', open: false, after: undefined, limit: 10 },
      { seesChannels: false, handsOutPictures: () => false, keyOwner: () => undefined },
    );
    expect(rows.map(({ action, amountNanos }) => [action, amountNanos])).toEqual([
      ['LYRICS', '100000000'],
      ['MUSIC', '100000000'],
    ]);
    const heard = await fetch(gate.url(rows[1]?.preview ?? ''), { headers: { range: 'bytes=10-19' } });
    expect([heard.status, heard.headers.get('content-range')]).toEqual([206, `bytes 10-19/${pixels.byteLength}`]);
    expect(gate.records.map(({ operation, modelAsked }) => `${operation} ${modelAsked}`).toSorted()).toEqual([
      'music suno_lyrics',
      'music suno_music',
    ]);
    expect(await gate.verify()).toEqual({ unexplained: 0, problems: [] });
  });

  test('that is kept is told by links of the gateway’s, its cover too', async () => {
    const vendor = vendorOf('suno');
    vendor.stage = 'done';
    const gate = await gatewayTo([{ vendor, provider }], 'directory');
    const { data: id } = await told(await gate.post(sing, { path: '/suno/submit/music' }));
    const links = async (): Promise<readonly string[]> => {
      const { data } = (await told(await gate.get(`/suno/fetch/${id}`)))['data'] as { data: Record<string, string>[] };
      return [data[0]?.['audio_url'] ?? '', data[0]?.['image_url'] ?? ''];
    };
    while (!(await links()).every((link) => link.startsWith(gate.url(`/media/${id}.`)))) await Bun.sleep(5);
    vendor.close();
    for (const link of await links()) expect(await (await fetch(link)).bytes()).toEqual(pixels);
  });

  test('that fails costs nothing, and what may not be asked is refused', async () => {
    const vendor = vendorOf('suno');
    const gate = await gatewayTo([{ vendor, provider }]);
    const before = await gate.balance();
    const { data: id } = await told(await gate.post(sing, { path: '/suno/submit/music' }));
    vendor.stage = 'failed';
    const read = async () => (await told(await gate.get(`/suno/fetch/${id}`)))['data'] as Told;
    expect(await until(read, 'FAILURE')).toMatchObject({ fail_reason: 'Not that.', progress: '100%' });
    await gate.recorded(1);
    expect(await gate.balance()).toBe(before);
    for (const [body, path] of [
      [{}, '/suno/submit/music'],
      [{ prompt: '' }, '/suno/submit/lyrics'],
      [{ prompt: 'More', task_id: 'task_of_another' }, '/suno/submit/music'],
    ] as const) {
      const refused = await gate.post(body, { path });
      expect([refused.status, await told(refused)]).toMatchObject([400, { data: null }]);
    }
    const missing = await gate.get('/suno/fetch/task_of_another');
    expect([missing.status, await told(missing)]).toMatchObject([400, { code: 'task_not_exist' }]);
    expect(vendor.begun.length).toBe(1);
  });
});

describe.each(upstreams('midjourney-proxy'))('drawings by %s', (provider) => {
  const imagine = { prompt: 'A cat --fast', notifyHook: 'https://example.com/hook', accountFilter: { modes: [] } };

  test('are begun at the speed of the path, told in their own words, shown, and charged once', async () => {
    const vendor = vendorOf('midjourney');
    vendor.code = 22;
    const gate = await gatewayTo([{ vendor, provider }]);
    const before = await gate.balance();
    const begun = await told(await gate.post(imagine, { path: '/turbo/mj/submit/imagine' }));
    expect(begun).toEqual({ code: 1, description: 'said', properties: { a: 1 }, result: expect.any(String) as string });
    expect(vendor.begun[0]).toMatchObject({ path: '/turbo/mj/submit/imagine', body: { prompt: 'A cat' } });
    expect(Object.keys(vendor.begun[0]?.body ?? {})).toEqual(['prompt']);
    const read = async () => await told(await gate.get(`/mj/task/${begun['result']}/fetch`));
    expect(await until(read, 'IN_PROGRESS')).toMatchObject({ action: 'IMAGINE', progress: '31%', imageUrl: '' });
    vendor.stage = 'done';
    const done = await until(read, 'SUCCESS');
    expect(done).toMatchObject({
      id: begun['result'],
      promptEn: 'A cat',
      progress: '100%',
      buttons: [{ label: 'U1' }],
    });
    expect(done['imageUrl']).toStartWith(gate.url(`/mj/image/${begun['result']}.`));
    const shown = await fetch(done['imageUrl'] as string);
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(new Uint8Array(await shown.arrayBuffer())).toEqual(pixels);
    const [film] = done['videoUrls'] as { url: string }[];
    expect(film?.url).toBe(`${done['imageUrl'] as string}.1`);
    expect(await (await fetch(film?.url ?? '')).bytes()).toEqual(pixels);
    for (const guessed of [begun['result'], `${begun['result']}.${'0'.repeat(32)}`])
      expect((await fetch(gate.url(`/mj/image/${guessed}`))).status).toBe(400);
    await gate.recorded(1);
    expect(before - (await gate.balance())).toBe(250_000_000n);
    const listed = await gate.post({ ids: [begun['result']] }, { path: '/mj/task/list-by-condition' });
    expect(await listed.json()).toMatchObject([{ id: begun['result'] }]);
    expect(await told(await gate.get(`/mj/task/${begun['result']}/image-seed`))).toMatchObject({ result: '4711' });
    expect(await gate.verify()).toEqual({ unexplained: 0, problems: [] });
  });

  test('that go on with one go to who drew it, by its name there', async () => {
    const [first, second] = [vendorOf('midjourney'), vendorOf('midjourney')];
    first.code = 23;
    const gate = await gatewayTo([
      { vendor: first, provider },
      { vendor: second, provider },
    ]);
    const { result: id } = await told(await gate.post({ prompt: 'A cat' }, { path: '/mj/submit/imagine' }));
    first.code = 1;
    const early = await gate.post({ taskId: id, action: 'UPSCALE', index: 1 }, { path: '/mj/submit/change' });
    expect([early.status, await told(early)]).toMatchObject([409, { code: 4 }]);
    second.stage = 'done';
    await until(async () => await told(await gate.get(`/mj/task/${id}/fetch`)), 'SUCCESS');
    for (const [path, body] of [
      ['/mj/submit/change', { taskId: id, action: 'UPSCALE', index: 1 }],
      ['/mj/submit/simple-change', { content: `${id} R` }],
      ['/mj/submit/action', { taskId: id, customId: 'MJ::JOB::upsample::1::abc' }],
      ['/mj/submit/modal', { taskId: id, prompt: 'a dog' }],
    ] as const)
      expect((await gate.post(body, { path })).status).toBe(200);
    expect(first.begun.length).toBe(1);
    expect(second.begun.slice(1).map(({ body }) => body)).toEqual([
      { taskId: '170000000001', action: 'UPSCALE', index: 1 },
      { content: '170000000001 R' },
      { taskId: '170000000001', customId: 'MJ::JOB::upsample::1::abc' },
      { taskId: '170000000001', prompt: 'a dog' },
    ]);
    await gate.recorded(6);
    expect(
      gate.records
        .filter(({ status }) => status === 200)
        .map(({ modelAsked }) => modelAsked)
        .toSorted(),
    ).toEqual(['mj_imagine', 'mj_modal', 'mj_reroll', 'mj_upscale', 'mj_upscale']);
    expect(await gate.verify()).toEqual({ unexplained: 0, problems: [] });
  });

  test('are refused by code, and cost nothing when they fail', async () => {
    const vendor = vendorOf('midjourney');
    const gate = await gatewayTo([{ vendor, provider }]);
    const before = await gate.balance();
    for (const [path, body] of [
      ['/mj/submit/imagine', {}],
      ['/mj/submit/blend', { base64Array: ['data:image/png;base64,AA=='] }],
      ['/mj/submit/simple-change', { content: 'task_1 U9' }],
      ['/mj/submit/action', { taskId: 'task_1', customId: 'nothing' }],
      ['/mj/submit/change', { taskId: 'task_of_another', action: 'REROLL' }],
      ['/mj/insight-face/swap', { sourceBase64: 'data:image/png;base64,AA==' }],
    ] as const) {
      const refused = await gate.post(body, { path });
      expect([refused.status, await told(refused)]).toMatchObject([400, { code: 4 }]);
    }
    expect(vendor.begun).toEqual([]);
    const uploaded = await gate.post({ base64Array: ['AA=='] }, { path: '/mj/submit/upload-discord-images' });
    expect(await told(uploaded)).toMatchObject({ code: 1, result: [`${vendor.baseUrl}/files/1.png`] });
    await gate.recorded(1);
    vendor.code = 24;
    const banned = await gate.post({ prompt: 'A cat' }, { path: '/mj/submit/imagine' });
    expect([banned.status, await told(banned)]).toMatchObject([400, { code: 4 }]);
    await gate.recorded(2);
    vendor.code = 1;
    const { result: id } = await told(await gate.post({ prompt: 'A cat' }, { path: '/mj/submit/imagine' }));
    vendor.stage = 'failed';
    expect(await until(async () => await told(await gate.get(`/mj/task/${id}/fetch`)), 'FAILURE')).toMatchObject({
      failReason: 'Not that.',
    });
    await gate.recorded(3);
    // The upload alone.
    expect(before - (await gate.balance())).toBe(100_000_000n);
    expect((await gate.get('/mj/image/task_of_nobody')).status).toBe(400);
  });

  test('are refused as too many for who has no money', async () => {
    const gate = await gatewayTo([{ vendor: vendorOf('midjourney'), provider }]);
    await gate.leave(50_000_000n);
    const poor = await gate.post({ prompt: 'A cat' }, { path: '/mj/submit/imagine' });
    expect([poor.status, await told(poor)]).toMatchObject([429, { code: 30 }]);
  });
});
