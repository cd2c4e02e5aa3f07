import { expect, test } from 'bun:test';
import type { TestGateway } from '../../relay/testing/gateway.ts';
import { setVideoStage } from './testing/gate.ts';
import { film } from './testing/vendors.ts';

const { vendorOf, gatewayTo } = setVideoStage();

type Told = Readonly<Record<string, unknown>>;
const post = async (gate: TestGateway, path: string, body: object) => {
  const response = await gate.post(body, { path });
  return { status: response.status, told: (await response.json()) as Told };
};
const codeOf = ({ told }: { readonly told: Told }): unknown => (told['error'] as Told | undefined)?.['code'];

async function over(gate: TestGateway, id: string): Promise<Told> {
  for (;;) {
    const told = (await (await gate.get(`/v1/videos/${id}`)).json()) as Told;
    if (told['status'] === 'completed' || told['status'] === 'failed') return told;
    await Bun.sleep(5);
  }
}

test('a video is made anew, changed and made longer at the account that made it, and charged each time', async () => {
  const [other, vendor] = [vendorOf('openai'), vendorOf('openai')];
  other.stage = 'refuses';
  const gate = await gatewayTo([
    { vendor: other, provider: 'openai' },
    { vendor, provider: 'openai' },
  ]);
  const before = await gate.balance();
  const first = await post(gate, '/v1/videos', { model: 'm', prompt: 'A cat', seconds: '5' });
  const id = String(first.told['id']);
  // Nothing goes on with what is not there yet.
  expect(codeOf(await post(gate, `/v1/videos/${id}/remix`, { prompt: 'A dog' }))).toBe('video_in_progress');
  vendor.stage = 'done';
  await over(gate, id);
  // Others would take it now, and know nothing of that video.
  other.stage = 'done';

  const sequels = [
    [`/v1/videos/${id}/remix`, { prompt: 'A dog' }, '/v1/videos/video_of_vendor/remix', { prompt: 'A dog' }],
    [
      '/v1/videos/edits',
      { prompt: 'At night', video: { id } },
      '/v1/videos/edits',
      { prompt: 'At night', video: { id: 'video_of_vendor' } },
    ],
    [
      '/v1/videos/extensions',
      { prompt: 'It jumps', video: { id }, seconds: '4' },
      '/v1/videos/extensions',
      { prompt: 'It jumps', video: { id: 'video_of_vendor' }, seconds: '4' },
    ],
  ] as const;
  for (const [path, body, there, sent] of sequels) {
    const { status, told } = await post(gate, path, body);
    expect([status, told['status'], told['remixed_from_video_id'], told['model']]).toEqual([200, 'queued', id, 'm']);
    expect(vendor.begun.at(-1)).toMatchObject({ path: there, body: sent });
    expect(await over(gate, String(told['id']))).toMatchObject({ status: 'completed' });
  }
  expect(other.begun).toEqual([]);
  // The vendor says of each that it has 5 seconds.
  await gate.recorded(4);
  expect(before - (await gate.balance())).toBe(4n * 500_000_000n);
  expect(await gate.verify()).toEqual({ unexplained: 0, problems: [] });
});

test('nobody goes on with what is not theirs, or names nothing', async () => {
  const vendor = vendorOf('openai');
  const gate = await gatewayTo([{ vendor, provider: 'openai' }]);
  const answers = [
    await post(gate, '/v1/videos/video_of_somebody/remix', { prompt: 'A dog' }),
    await post(gate, '/v1/videos/edits', { prompt: 'A dog' }),
    await post(gate, '/v1/videos/edits', { video: { id: 'video_1' } }),
    await post(gate, '/v1/videos/extensions', { prompt: 'A dog', video: { id: 'video_1' }, seconds: 'long' }),
  ];
  expect(answers.map((answer) => [answer.status, codeOf(answer)])).toEqual([
    [404, 'video_not_found'],
    [400, 'invalid_request'],
    [400, 'invalid_request'],
    [400, 'invalid_request'],
  ]);
  expect(vendor.begun).toEqual([]);
});

test.each([
  ['edits', {}, 4n],
  ['extensions', { seconds: '8' }, 8n],
] as const)('a film that is sent to /%s goes to whoever does that, as it is', async (action, fields, seconds) => {
  const [other, vendor] = [vendorOf('vidu'), vendorOf('openai')];
  const gate = await gatewayTo([
    { vendor: other, provider: 'vidu' },
    { vendor, provider: 'openai' },
  ]);
  const before = await gate.balance();
  const form = new FormData();
  for (const [name, value] of Object.entries({ prompt: 'At night', model: 'm', ...fields })) form.set(name, value);
  form.set('video', new File([film], 'boat.mp4', { type: 'video/mp4' }));
  const send = (body: FormData) =>
    fetch(gate.url(`/v1/videos/${action}`), { method: 'POST', headers: { authorization: 'Bearer sk-test' }, body });
  const begun = (await (await send(form)).json()) as Told;
  expect(begun).toMatchObject({ object: 'video', status: 'queued', model: 'm' });
  expect(begun['remixed_from_video_id']).toBeNull();
  expect(other.begun).toEqual([]);
  const [sent] = vendor.begun;
  expect(sent?.path).toBe(`/v1/videos/${action}`);
  expect(sent?.body).toEqual({
    prompt: 'At night',
    model: 'm-upstream',
    ...fields,
    video: Buffer.from(film).toString('base64'),
  });
  vendor.stage = 'done';
  await over(gate, String(begun['id']));
  await gate.recorded(1);
  // So long it is, as its vendor says.
  expect(before - (await gate.balance())).toBe(seconds * 100_000_000n);
  expect(await gate.verify()).toEqual({ unexplained: 0, problems: [] });
  form.set('video', new File([], 'boat.mp4', { type: 'video/mp4' }));
  expect([(await send(form)).status, vendor.begun.length]).toEqual([400, 1]);
});
