import { describe, expect, test } from 'bun:test';
import { openThumbnails } from '../../../services/media/thumbnails.ts';
import type { TestGateway } from '../../../relay/testing/gateway.ts';
import { listVideos } from '../../../services/media/list-videos.ts';
import { handsOutPictures } from '../account.ts';
import { setVideoStage } from '../testing/gate.ts';
import { bitmap, film, type VideoProvider } from '../testing/vendors.ts';

const { vendorOf, gatewayTo } = setVideoStage();

/** A video that is done, as the console has it. */
async function made(provider: VideoProvider, store: 'off' | 'directory' = 'off') {
  const vendor = vendorOf(provider);
  const gate = await gatewayTo([{ vendor, provider }], undefined, { store });
  await gate.post({ model: 'm', prompt: 'A cat', seconds: 5 }, { path: '/v1/video/generations' });
  vendor.stage = 'done';
  const rows = () =>
    gate.database.db
      .selectFrom('media_tasks')
      .select(['id', 'files_until'])
      .where(store === 'off' ? 'finished_at' : 'files_until', '>', 0)
      .execute();
  while ((await rows()).length === 0) await Bun.sleep(5);
  return { vendor, gate, video: await seen(gate) };
}

async function seen(gate: TestGateway) {
  const { data } = await listVideos(
    gate.database,
    { userId: 'user_1', kind: undefined, open: false, after: undefined, limit: 10 },
    {
      seesChannels: false,
      handsOutPictures: (task) => handsOutPictures(gate.deps.snapshot(), task),
      keyOwner: () => undefined,
    },
  );
  const [video] = data;
  if (!video) throw new Error('there is no video');
  return video;
}

const lookOf = async (answer: Response) => {
  const { width, height, format } = await new Bun.Image(await answer.bytes()).metadata();
  return [answer.status, answer.headers.get('content-type'), format, width, height] as const;
};

describe('a small picture of a film', () => {
  test.each(['vidu', 'openai'] as const)(
    'of %s is its vendor’s poster, made small, for whoever knows the address',
    async (provider) => {
      const { gate, video } = await made(provider);
      const place = gate.url(`${video.thumbnail}?width=320`);
      const answer = await fetch(place);
      const headers = Object.fromEntries(answer.headers);
      expect(await lookOf(answer)).toEqual([200, 'image/webp', 'webp', 320, 160]);
      expect(headers).toMatchObject({ 'cache-control': 'private, max-age=86400', 'x-content-type-options': 'nosniff' });
      const again = await fetch(place, { headers: { 'if-none-match': headers['etag'] ?? '' } });
      expect(again.status).toBe(304);
      expect((await fetch(gate.url(`${video.thumbnail}?width=321`))).status).toBe(400);
      expect((await fetch(gate.url(`/media/${video.id}.${'0'.repeat(32)}?width=320`))).status).toBe(400);
      // Clients of OpenAI's ask for it as it is.
      const own = await gate.get(`/v1/videos/${video.id}/content?variant=thumbnail`);
      expect(await own.bytes()).toEqual(bitmap());
      expect((await gate.get(`/v1/videos/${video.id}/content?variant=poster`)).status).toBe(400);
      expect(await (await gate.get(`/v1/videos/${video.id}/content?variant=video`)).bytes()).toEqual(film);
      const sheet = await gate.get(`/v1/videos/${video.id}/content?variant=spritesheet`);
      expect(sheet.status).toBe(provider === 'openai' ? 200 : 400);
    },
  );

  test('outlives its vendor where results are kept', async () => {
    const { gate, vendor, video } = await made('vidu', 'directory');
    expect(video.files).toBe(2);
    vendor.close();
    expect(await lookOf(await fetch(gate.url(`${video.thumbnail}?width=160`)))).toEqual([
      200,
      'image/webp',
      'webp',
      160,
      80,
    ]);
  });

  test('is not told of where nobody has one', async () => {
    const { gate, video } = await made('alibaba');
    expect([video.thumbnail, typeof video.preview]).toEqual([null, 'string']);
    const answer = await fetch(gate.url(`${video.preview}?width=320`));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([502, 'application/json']);
  });
});

describe('making pictures small', () => {
  const opened = async (bytes: Uint8Array) => new Blob([new Uint8Array(bytes)]).stream();

  test('is done once, also for many who ask at the same moment', async () => {
    const thumbnails = openThumbnails();
    let times = 0;
    const make = () =>
      thumbnails.make('a', 160, async () => {
        times += 1;
        return await opened(bitmap());
      });
    const all = await Promise.all([make(), make(), make()]);
    all.push(await make());
    expect(times).toBe(1);
    expect(all.every((one) => one === all[0] && typeof one !== 'string')).toBe(true);
  });

  test.each([
    ['more points than are decoded', bitmap(6000, 1).fill(0xff, 22, 24)],
    ['a side that is too long', bitmap(20_000, 2)],
    ['no picture', film],
    ['nothing', new Uint8Array()],
  ])('refuses %s', async (_, bytes) => {
    expect(await openThumbnails().make('a', 320, () => opened(bytes))).toBe('refused');
  });

  test('refuses a file that does not end, without holding it', async () => {
    let sent = 0;
    async function* endless() {
      for (;;) {
        sent += 1 << 20;
        yield new Uint8Array(1 << 20);
      }
    }
    expect(await openThumbnails().make('a', 320, async () => endless())).toBe('refused');
    expect(sent).toBeLessThan(40 << 20);
  });

  test('asks again after a picture that could not be had', async () => {
    const thumbnails = openThumbnails();
    const broken = thumbnails.make('a', 160, () => Promise.reject(new Error('gone')));
    expect(await broken.catch((error: Error) => error.message)).toBe('gone');
    expect(await thumbnails.make('a', 160, () => opened(bitmap()))).toBeInstanceOf(Uint8Array);
  });
});
