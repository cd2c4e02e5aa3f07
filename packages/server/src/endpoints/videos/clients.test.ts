import { describe, expect, test } from 'bun:test';
import type { TestGateway } from '../../relay/testing/gateway.ts';
import { setVideoStage } from './testing/gate.ts';
import { film, type VideoProvider } from './testing/vendors.ts';

const { vendorOf, gatewayTo } = setVideoStage();

type Told = Readonly<Record<string, unknown>>;
const jsonOf = async (response: Response): Promise<Told> => (await response.json()) as Told;
const prompt = 'A cat on a gate';
const picture = 'https://example.com/cat.png';
const jimeng = '/jimeng/?Action=CVSync2Async';

/** A client: how it asks, where it finds the id, how it asks after it, and what it sees. */
type Client = {
  readonly name: string;
  readonly own: VideoProvider | undefined;
  readonly path: string;
  readonly body: object;
  readonly idOf: (told: Told) => unknown;
  readonly read: (gate: TestGateway, id: string) => Promise<Response>;
  readonly stateOf: (told: Told) => unknown;
  readonly words: readonly [working: string, done: string, failed: string | number];
  readonly urlOf: (told: Told) => unknown;
  /** A body that it may not send, and what it is told. */
  readonly bad: object;
  readonly refused: readonly [status: number, told: object];
};

const dataOf = (told: Told): Told => (told['data'] ?? {}) as Told;
const firstOf = (list: unknown): Told => ((list as readonly Told[] | undefined) ?? [])[0] ?? {};

const clients: readonly Client[] = [
  {
    name: 'New API’s',
    own: undefined,
    path: '/v1/video/generations',
    body: { model: 'm', prompt, image: picture, duration: 5, size: '1280x720', metadata: { negative_prompt: 'dogs' } },
    idOf: (told) => told['task_id'],
    read: (gate, id) => gate.get(`/v1/video/generations/${id}`),
    stateOf: (told) => dataOf(told)['status'],
    words: ['IN_PROGRESS', 'SUCCESS', 'FAILURE'],
    urlOf: (told) => dataOf(told)['result_url'],
    bad: { model: 'm', prompt, duration: 'long' },
    refused: [400, { code: 'invalid_request', data: null }],
  },
  {
    name: 'Kling’s',
    own: 'kling',
    path: '/kling/v1/videos/image2video',
    body: { model_name: 'm', prompt, image: picture, duration: '5', callback_url: 'https://example.com/hook' },
    idOf: (told) => dataOf(told)['task_id'],
    read: (gate, id) => gate.get(`/kling/v1/videos/image2video/${id}`),
    stateOf: (told) => dataOf(told)['task_status'],
    words: ['processing', 'succeed', 'failed'],
    urlOf: (told) => firstOf((dataOf(told)['task_result'] as Told | undefined)?.['videos'])['url'],
    bad: { model_name: 'm', prompt },
    refused: [400, { code: 1201, message: '"image" must be a non-empty string. (image)' }],
  },
  {
    name: 'Vidu’s',
    own: 'vidu',
    path: '/vidu/ent/v2/img2video',
    body: { model: 'm', prompt, images: [picture], duration: 5 },
    idOf: (told) => told['task_id'],
    read: (gate, id) => gate.get(`/vidu/ent/v2/tasks/${id}/creations`),
    stateOf: (told) => told['state'],
    words: ['processing', 'success', 'failed'],
    urlOf: (told) => firstOf(told['creations'])['url'],
    bad: { model: 'm', prompt, images: [picture, picture] },
    refused: [400, { code: 400, reason: 'invalid_request' }],
  },
  {
    name: 'Volcengine Ark’s',
    own: 'volcengine',
    path: '/volcengine/api/v3/contents/generations/tasks',
    body: {
      model: 'm',
      content: [
        { type: 'text', text: prompt },
        { type: 'image_url', image_url: { url: picture }, role: 'first_frame' },
      ],
      duration: 5,
    },
    idOf: (told) => told['id'],
    read: (gate, id) => gate.get(`/volcengine/api/v3/contents/generations/tasks/${id}`),
    stateOf: (told) => told['status'],
    words: ['running', 'succeeded', 'failed'],
    urlOf: (told) => (told['content'] as Told | undefined)?.['video_url'],
    bad: { model: 'm', content: [{ type: 'image_url', image_url: {} }] },
    refused: [400, { error: { code: 'invalid_request', param: 'content[0].image_url.url' } }],
  },
  {
    name: 'Jimeng’s',
    own: 'jimeng',
    path: `${jimeng}SubmitTask&Version=2022-08-31`,
    body: { req_key: 'm', prompt, image_urls: [picture], frames: 121 },
    idOf: (told) => dataOf(told)['task_id'],
    read: (gate, id) => gate.post({ req_key: 'm', task_id: id }, { path: `${jimeng}GetResult&Version=2022-08-31` }),
    stateOf: (told) => dataOf(told)['status'] ?? told['code'],
    words: ['generating', 'done', 50_411],
    urlOf: (told) => dataOf(told)['video_url'],
    bad: { req_key: 'm', prompt, frames: 7 },
    refused: [400, { code: 50_215, data: null }],
  },
];

/** Asks after a video until it is in a state. */
async function until(gate: TestGateway, client: Client, id: string, wanted: unknown): Promise<Told> {
  for (;;) {
    const response = await client.read(gate, id);
    expect(response.status).toBe(200);
    const told = await jsonOf(response);
    if (client.stateOf(told) === wanted) return told;
    await Bun.sleep(5);
  }
}

describe.each(clients)('videos in $name words', (client) => {
  const { own, path, body, words } = client;
  const providers: readonly VideoProvider[] = [...(own ? [own] : []), 'openai', 'alibaba'];

  test.each(providers)('are made by %s, told in them, and charged once', async (provider) => {
    const vendor = vendorOf(provider);
    const gate = await gatewayTo([{ vendor, provider }]);
    const begun = await gate.post(body, { path });
    const told = await jsonOf(begun);
    expect([begun.status, typeof client.idOf(told)]).toEqual([200, 'string']);
    const id = client.idOf(told) as string;
    expect(JSON.stringify(told)).not.toContain('vendor');
    expect(JSON.stringify(vendor.begun[0]?.body)).toContain(picture);
    expect(JSON.stringify(vendor.begun[0]?.body)).toContain('m-upstream');
    expect(JSON.stringify(vendor.begun[0]?.body)).not.toContain('hook');
    await until(gate, client, id, words[0]);
    vendor.stage = 'done';
    const url = client.urlOf(await until(gate, client, id, words[1])) as string;
    const file = await fetch(url, { headers: { authorization: 'Bearer sk-test' } });
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(film);
    await gate.recorded(1);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(5n * 100_000_000n);
    // One video, whoever asks after it.
    expect(await jsonOf(await gate.get(`/v1/videos/${id}`))).toMatchObject({ id, status: 'completed' });
    expect(await gate.verify()).toEqual({ unexplained: 0, problems: [] });
  });

  test('that fail say so in them, and cost nothing', async () => {
    const provider = own ?? 'openai';
    const vendor = vendorOf(provider);
    const gate = await gatewayTo([{ vendor, provider }]);
    const before = await gate.balance();
    const id = client.idOf(await jsonOf(await gate.post(body, { path }))) as string;
    vendor.stage = 'failed';
    expect(JSON.stringify(await until(gate, client, id, words[2]))).toContain('Not that.');
    await gate.recorded(1);
    expect(await gate.balance()).toBe(before);
  });

  test('are refused in them before anything is asked', async () => {
    const vendor = vendorOf('openai');
    const gate = await gatewayTo([{ vendor, provider: 'openai' }]);
    const [status, told] = client.refused;
    const refused = await gate.post(client.bad, { path });
    expect([refused.status, await jsonOf(refused)]).toMatchObject([status, told]);
    const within = JSON.parse(JSON.stringify(body).replace('https://example.com/', 'http://10.0.0.1/')) as object;
    expect((await gate.post(within, { path })).status).toBe(400);
    expect((await gate.post('{', { path })).status).toBe(400);
    expect((await gate.post(body, { path, key: 'sk-nobody' })).status).toBe(401);
    expect((await client.read(gate, 'video_of_another')).status).toBe(404);
    expect(vendor.begun).toEqual([]);
  });
});

test('what a client wished for and a vendor knows not is told', async () => {
  const vendor = vendorOf('xai');
  const gate = await gatewayTo([{ vendor, provider: 'xai' }]);
  const body = {
    model_name: 'm',
    prompt,
    image: picture,
    image_tail: picture,
    negative_prompt: 'dogs',
    cfg_scale: 0.5,
  };
  const { headers } = await gate.post(body, { path: '/kling/v1/videos/image2video' });
  const losses = headers.get('x-tollgate-conversion-loss') ?? '';
  for (const lost of ['lastPicture', 'negative', 'cfg_scale']) expect(losses).toContain(lost);
});
