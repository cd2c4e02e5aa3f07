import { expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { editProviderKeys, noProviderKeys } from '../../domain/provider-keys.ts';
import type { ProviderKeyChannel } from '../../domain/snapshot.ts';
import { channelOf, openTestGateway, snapshotOf } from '../../relay/testing/gateway.ts';
import { inSlices } from '../../services/in-slices.ts';
import { signLink } from '../../services/media/results/links.ts';
import { isBarredFrom, readVideo } from '../../services/media/list-videos.ts';
import { thumbnailSides } from '../../services/media/thumbnails.ts';
import { teamRepository } from '../../store/teams.ts';
import { setVideoStage } from './testing/gate.ts';
import { film, type VideoVendor } from './testing/vendors.ts';
import { bySecond, quick } from './testing/world.ts';

/** Films made through provider keys: by whose account, at which price, and for whom. */

const { stage, vendorOf } = setVideoStage();
const path = '/v1/videos';
const ask = { model: 'm', prompt: 'A cat on a gate', seconds: '5', size: '1280x720' };

/** A house, and a key that somebody brought, which is asked before it and costs a share of the price. */
async function withKeyOf(owner: string, [house, own]: readonly [VideoVendor, VideoVendor], feePercent = '5') {
  const { media, providerKeys } = defaultSettings;
  const ports = [house, own].map(({ baseUrl }) => Number(new URL(baseUrl).port));
  const settings: Settings = {
    ...defaultSettings,
    media: { ...media, fetch: { ...media.fetch, allowPrivate: ['127.0.0.1'], ports } },
    providerKeys: { ...providerKeys, enabled: true, feePercent },
  };
  const key: ProviderKeyChannel = {
    ...channelOf({ id: 'pk_1', provider: 'openai', baseUrl: own.baseUrl, fields: { groups: [] } }),
    broughtBy: { owner, placement: 'before', switchedOff: false },
  };
  const plain = snapshotOf([channelOf({ id: 'house', provider: 'openai', baseUrl: house.baseUrl })], settings);
  const gate = await openTestGateway(
    {
      ...plain,
      models: new Map([...plain.models].map(([name, model]) => [name, { ...model, price: bySecond }])),
      providerKeys: await inSlices(editProviderKeys(noProviderKeys, new Map([[key.id, key]]))),
    },
    { videos: quick },
  );
  stage.close(gate);
  const begin = async (): Promise<string> => {
    const reply = await gate.post(ask, { path });
    expect(reply.status).toBe(200);
    return ((await reply.json()) as { readonly id: string }).id;
  };
  const statusOf = async (id: string): Promise<unknown> =>
    ((await (await gate.get(`${path}/${id}`)).json()) as { readonly status?: unknown }).status;
  return { gate, begin, statusOf };
}

test('a film is made, asked after and handed out by the key’s account, and costs the fee once', async () => {
  const [house, own] = [vendorOf('openai'), vendorOf('openai')];
  const { gate, begin, statusOf } = await withKeyOf('user_1', [house, own]);
  const before = await gate.balance();
  const id = await begin();
  expect([own.begun.length, house.begun.length]).toEqual([1, 0]);
  own.stage = 'done';
  while ((await statusOf(id)) !== 'completed') await Bun.sleep(5);
  await gate.recorded(1);
  // Five seconds at ten cents, of which five percent.
  const fee = (5n * 100_000_000n) / 20n;
  expect(gate.records).toMatchObject([{ channelId: 'pk_1', ownKey: true, charge: { amount: fee }, cost: 0n }]);
  expect(before - (await gate.balance())).toBe(fee);
  const whole = await gate.get(`${path}/${id}/content`);
  expect(new Uint8Array(await whole.arrayBuffer())).toEqual(film);
  expect(await gate.verify()).toEqual({ unexplained: 0, problems: [] });
});

test('one that fails costs nothing', async () => {
  const [house, own] = [vendorOf('openai'), vendorOf('openai')];
  const { gate, begin, statusOf } = await withKeyOf('user_1', [house, own]);
  const before = await gate.balance();
  const id = await begin();
  own.stage = 'failed';
  while ((await statusOf(id)) !== 'failed') await Bun.sleep(5);
  await gate.recorded(1);
  expect([gate.records[0]?.charge, await gate.balance()]).toEqual([undefined, before]);
});

test('who has left a team has its films no more', async () => {
  const [house, own] = [vendorOf('openai'), vendorOf('openai')];
  const { gate, begin, statusOf } = await withKeyOf('team_1', [house, own], '0');
  gate.changeKey({ teamId: 'team_1' });
  const id = await begin();
  own.stage = 'done';
  while ((await statusOf(id)) !== 'completed') await Bun.sleep(5);
  expect((await gate.get(`${path}/${id}/content`)).status).toBe(200);
  // The same person, by a key of their own.
  gate.changeKey({ teamId: undefined });
  for (const [place, method] of [
    [`${path}/${id}`, 'GET'],
    [`${path}/${id}/content`, 'GET'],
    [`${path}/${id}`, 'DELETE'],
  ] as const)
    expect((await gate.get(place, method)).status).toBe(404);
  const remix = await gate.post({ prompt: 'And a dog' }, { path: `${path}/${id}/remix` });
  expect(remix.status).toBe(404);
  expect(await (await gate.get(path)).json()).toMatchObject({ data: [], has_more: false });
  expect(own.begun.length).toBe(1);

  // The console shows it no more, either, nor gives it up, but to members.
  const viewer = { seesChannels: false, handsOutPictures: () => true, keyOwner: () => 'team_1' as const };
  const shown = async () => {
    return (await readVideo(gate.database, id, 'user_1', viewer))?.preview;
  };
  expect(await shown()).toBeNull();
  expect(await isBarredFrom(gate.database, id, viewer)).toBe(true);
  // The address that it had opens nothing, whole or small, by its secret or by a signed link.
  const secret = (await gate.deps.tasks.findAny(id))?.asked.secret ?? '';
  const link = { taskId: id, index: 0, expires: Math.floor(Date.now() / 1000) + 60 };
  const places = [
    `/media/${id}.${secret}`,
    `/media/${id}.${secret}?width=${thumbnailSides[0]}`,
    `/media/${id}.0?expires=${link.expires}&signature=${signLink(secret, link)}`,
  ];
  for (const place of places) {
    const reply = await gate.get(place);
    expect(reply.ok).toBe(false);
    expect(await reply.text()).toContain('There is no such file.');
  }
  await teamRepository.addMember(gate.database.db, { teamId: 'team_1', userId: 'user_1', role: 'member', joinedAt: 1 });
  expect(await shown()).toContain(id);
  expect(await isBarredFrom(gate.database, id, viewer)).toBe(false);
  for (const place of [places[0], places[2]]) {
    const opened = await gate.get(place ?? '');
    expect([opened.status, new Uint8Array(await opened.arrayBuffer())]).toEqual([200, film]);
  }
});
