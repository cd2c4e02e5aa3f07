import { afterEach, describe, expect, test } from 'bun:test';
import type { Settings } from '@tollgate/contract/settings';
import type { TestGateway } from '../../../relay/testing/gateway.ts';
import { openFakeS3, type FakeS3 } from '../../../services/media/results/testing/fake-s3.ts';
import { setVideoStage } from '../testing/gate.ts';
import { film, type VideoProvider } from '../testing/vendors.ts';
import { readPart } from './kept-answer.ts';

type Results = Settings['media']['results'];

const { vendorOf, gatewayTo } = setVideoStage();
const fakes: FakeS3[] = [];
afterEach(() => {
  for (const fake of fakes.splice(0)) fake.close();
});

function bucket(more: Partial<Results['s3']> = {}): { readonly fake: FakeS3; readonly s3: Partial<Results['s3']> } {
  const fake = openFakeS3();
  fakes.push(fake);
  const { endpoint, accessKeyId, secretAccessKey } = fake;
  return { fake, s3: { endpoint, accessKeyId, secretAccessKey, bucket: 'films', ...more } };
}

type Told = Readonly<Record<string, string>>;

/** Makes a video, and waits until it is kept. */
async function made(gate: TestGateway, vendor: { stage: string }, body: object = {}): Promise<Told> {
  const asked = { model: 'm', prompt: 'A cat', seconds: 5, ...body };
  const begun = (await (await gate.post(asked, { path: '/v1/video/generations' })).json()) as Told;
  vendor.stage = 'done';
  const kept = () =>
    gate.database.db.selectFrom('media_tasks').select('files_until').where('files_until', '>', 0).execute();
  while ((await kept()).length === 0) await Bun.sleep(5);
  const told = await gate.get(`/v1/video/generations/${begun['task_id']}`);
  return { ...((await told.json()) as { data: Told }).data, id: begun['task_id'] ?? '' };
}

/** Lets the group of all requests keep what they make for so many days. */
function keepForGroup(gate: TestGateway, days: number): void {
  const usual = gate.deps.snapshot();
  const groups = new Map([...usual.groups].map(([name, group]) => [name, { ...group, resultRetentionDays: days }]));
  Object.assign(gate.deps, { snapshot: () => ({ ...usual, groups }) });
}

const mine = { authorization: 'Bearer sk-test' };

describe.each([
  ['alibaba', 'directory'],
  ['openai', 's3'],
  ['vertex-express', 'directory'],
  ['gemini', 's3'],
] as const)('a video of %s that is kept in %s', (provider: VideoProvider, store) => {
  test('outlives its vendor, whole and in parts, by a link of its own and for its owner', async () => {
    const vendor = vendorOf(provider);
    const { s3 } = bucket();
    const gate = await gatewayTo([{ vendor, provider }], undefined, { store, s3 });
    const { id = '' } = await made(gate, vendor);
    vendor.close();
    const place = gate.url(`/v1/videos/${id}/content`);
    const whole = await fetch(place, { headers: mine });
    expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'video/mp4']);
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(film);
    const etag = whole.headers.get('etag') ?? '';
    const asked = async (headers: Record<string, string>) => {
      const answer = await fetch(place, { headers: { ...mine, ...headers } });
      return [answer.status, answer.headers.get('content-range'), (await answer.arrayBuffer()).byteLength] as const;
    };
    expect(await asked({ range: 'bytes=1000-1999' })).toEqual([206, `bytes 1000-1999/${film.byteLength}`, 1000]);
    expect(await asked({ range: `bytes=${film.byteLength}-` })).toEqual([416, `bytes */${film.byteLength}`, 0]);
    expect(await asked({ range: 'bytes=0-9', 'if-range': '"another"' })).toEqual([200, null, film.byteLength]);
    expect(await asked({ 'if-none-match': etag })).toEqual([304, null, 0]);
    expect((await fetch(place)).status).toBe(401);

    const [row] = await gate.database.db.selectFrom('media_tasks').selectAll().execute();
    const link = (await (await gate.get(`/kling/v1/videos/text2video/${id}`)).json()) as {
      data: { task_result: { videos: { url: string }[] } };
    };
    const url = link.data.task_result.videos[0]?.url ?? '';
    expect(url).toStartWith(gate.url(`/media/${id}.0?expires=`));
    expect(url).not.toContain((JSON.parse(row?.asked ?? '{}') as Told)['secret'] ?? 'no secret');
    const open = await fetch(url, { headers: { range: 'bytes=5-9' } });
    expect([open.status, open.headers.get('content-type')]).toEqual([206, 'video/mp4']);
    expect(new Uint8Array(await open.arrayBuffer())).toEqual(film.slice(5, 10));
    for (const forged of [
      url.replace(/expires=\d+/, 'expires=9999999999'),
      url.replace('.0?', '.1?'),
      url.replace(/&signature=.*/, ''),
      url.replace(`${id}.0`, id),
    ])
      expect((await fetch(forged)).status).toBe(400);
    Object.assign(gate.deps, { clock: { ...gate.deps.clock, now: () => Date.now() + 8 * 86_400_000 } });
    expect((await fetch(url)).status).toBe(400);
  });
});

describe('results', () => {
  test('are removed with their task', async () => {
    const vendor = vendorOf('alibaba');
    const { fake, s3 } = bucket();
    const gate = await gatewayTo([{ vendor, provider: 'alibaba' }], undefined, { store: 's3', s3 });
    const { id } = await made(gate, vendor);
    const [name = '', ...others] = fake.objects.keys();
    expect(name).toEndWith(`/${id}-0.mp4`);
    expect(others).toEqual([]);
    expect((await gate.get(`/v1/videos/${id}`, 'DELETE')).status).toBe(200);
    while (fake.objects.size > 0) await Bun.sleep(5);
  });

  test('are thrown away when their time is over, and then pass from their vendor again', async () => {
    const vendor = vendorOf('alibaba');
    const { fake, s3 } = bucket();
    const results = { store: 's3', s3, retentionDays: 1 } as const;
    const gate = await gatewayTo([{ vendor, provider: 'alibaba' }], undefined, results);
    keepForGroup(gate, 3);
    const { id } = await made(gate, vendor);
    const later = (days: number): void =>
      void Object.assign(gate.deps, { clock: { ...gate.deps.clock, now: () => Date.now() + days * 86_400_000 } });
    later(2);
    await Bun.sleep(120);
    expect(fake.objects.size).toBe(1);
    later(4);
    while (fake.objects.size > 0) await Bun.sleep(5);
    expect(await (await gate.get(`/v1/videos/${id}/content`)).bytes()).toEqual(film);
  });

  test('of a group that keeps none are not kept', async () => {
    const vendor = vendorOf('alibaba');
    const { fake, s3 } = bucket();
    const gate = await gatewayTo([{ vendor, provider: 'alibaba' }], undefined, { store: 's3', s3 });
    keepForGroup(gate, 0);
    await gate.post({ model: 'm', prompt: 'A cat' }, { path: '/v1/videos' });
    vendor.stage = 'done';
    const done = () => gate.database.db.selectFrom('jobs').select('state').where('kind', '=', 'media.keep').execute();
    while ((await done())[0]?.state !== 'done') await Bun.sleep(5);
    expect(fake.objects.size).toBe(0);
  });

  test('are read at the store itself where settings say so', async () => {
    const vendor = vendorOf('alibaba');
    const { s3 } = bucket({ redirect: true });
    const gate = await gatewayTo([{ vendor, provider: 'alibaba' }], undefined, { store: 's3', s3 });
    const { id } = await made(gate, vendor);
    const place = gate.url(`/v1/videos/${id}/content`);
    const sent = await fetch(place, { headers: mine, redirect: 'manual' });
    expect([sent.status, sent.headers.get('cache-control')]).toEqual([302, 'no-store']);
    expect(sent.headers.get('location')).toStartWith(`${s3.endpoint}/films/tollgate/`);
    expect(await (await fetch(place, { headers: mine })).bytes()).toEqual(film);
  });

  test('are not fetched from addresses within, however often it is tried', async () => {
    const vendor = vendorOf('alibaba');
    const { fake, s3 } = bucket();
    const gate = await gatewayTo([{ vendor, provider: 'alibaba' }], undefined, { store: 's3', s3 }, []);
    await gate.post({ model: 'm', prompt: 'A cat' }, { path: '/v1/videos' });
    vendor.stage = 'done';
    const job = () =>
      gate.database.db.selectFrom('jobs').select('last_error').where('kind', '=', 'media.keep').execute();
    for (;;) {
      const error = (await job())[0]?.last_error ?? '';
      if (error !== '') {
        expect(error).toContain('no public address');
        break;
      }
      await Bun.sleep(5);
    }
    expect(fake.objects.size).toBe(0);
  });
});

test.each([
  ['', undefined],
  ['bytes=0-0', { from: 0, to: 0 }],
  ['bytes=90-', { from: 90, to: 99 }],
  ['bytes=-10', { from: 90, to: 99 }],
  ['bytes=-1000', { from: 0, to: 99 }],
  ['bytes=50-1000', { from: 50, to: 99 }],
  ['bytes=100-', 'beyond'],
  ['bytes=-0', 'beyond'],
  ['bytes=9-5', undefined],
  ['bytes=0-1,5-6', undefined],
  ['lines=1-2', undefined],
] as const)('of 100 bytes, %p asks for %p', (range, part) => {
  expect(readPart(range, 100)).toEqual(part);
});
