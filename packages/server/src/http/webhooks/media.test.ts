import { webhooks } from '@tollgate/contract/webhooks';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { expect, test } from 'bun:test';
import { setVideoStage } from '../../endpoints/videos/testing/gate.ts';
import type { VideoProvider } from '../../endpoints/videos/testing/vendors.ts';
import { openMediaCalls } from '../../endpoints/videos/vendor-calls.ts';
import { mediaAccountDoor, mediaDoor } from './handlers.ts';
import { webhookSignature } from '../../services/standard-webhooks.ts';
import { serveWebhooks } from './serve-webhooks.ts';

const { stage, vendorOf } = setVideoStage();

/** Who calls, and where in the request it is told the address. */
const callers: readonly (readonly [VideoProvider, string])[] = [
  ['kling', 'callback_url'],
  ['vidu', 'callback_url'],
  ['luma', 'callback_url'],
  ['minimax', 'callback_url'],
  ['volcengine', 'callback_url'],
  ['replicate', 'webhook'],
];

/** A gateway that asks after nothing by itself for an hour, and the door at which its vendor calls. */
async function openGate(provider: VideoProvider, callbacks = true, webhookSecret = '') {
  const vendor = vendorOf(provider);
  const { media, site } = defaultSettings;
  const ports = [Number(new URL(vendor.baseUrl).port)];
  const settings: Settings = {
    ...defaultSettings,
    site: { ...site, publicUrl: 'https://gate.example' },
    media: {
      ...media,
      polling: { ...media.polling, callbacks },
      fetch: { ...media.fetch, allowPrivate: ['127.0.0.1'], ports },
    },
  };
  const gate = await stage.gateway([{ id: `${provider}-0`, provider, baseUrl: vendor.baseUrl, webhookSecret }], {
    settings,
    videos: { firstPollMs: 3_600_000, lastPollMs: 3_600_000 },
  });
  const calls = openMediaCalls(gate.deps);
  const door = serveWebhooks(
    { 'media.called': webhooks['media.called'], 'media.calledForAccount': webhooks['media.calledForAccount'] },
    { 'media.called': mediaDoor(calls), 'media.calledForAccount': mediaAccountDoor(calls) },
    { refresh: () => Promise.resolve(), log: { error: (fields) => console.error(fields) } },
  );
  const call = async (url: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    await door.request(
      new URL(url, 'https://gate.example').pathname,
      { method: 'POST', body: JSON.stringify(body), headers },
      { clientIp: '203.0.113.5', secure: true, requestId: 'req_1', host: 'gate.example' },
    );
  const begun = (await (
    await gate.post({ model: 'm', prompt: 'A cat', seconds: '5' }, { path: '/v1/videos' })
  ).json()) as {
    id: string;
  };
  const status = async (): Promise<string> =>
    ((await (await gate.get(`/v1/videos/${begun.id}`)).json()) as { status: string }).status;
  return { vendor, gate, call, status, id: begun.id };
}

test.each(callers)('%s is told where to call, and is asked when it does', async (provider, field) => {
  const { vendor, gate, call, status, id } = await openGate(provider);
  const url = String(vendor.begun[0]?.body[field]);
  expect(url).toMatch(new RegExp(`^https://gate\\.example/api/webhooks/media/${id}/\\w{32}$`));
  const before = vendor.polls;
  // Whoever does not know the token, or the task, is not heard; and what is said is not believed.
  expect((await call(url.replace(/\w{32}$/, 'f'.repeat(32)), { status: 'succeeded' })).status).toBe(403);
  expect((await call(url.replace(id, 'video_nobody'), {})).status).toBe(404);
  expect(await (await call(url, { challenge: 'are you there' })).json()).toEqual({ challenge: 'are you there' });
  expect([vendor.polls, await status()]).toEqual([before, 'queued']);
  expect((await call(url, { status: 'succeeded', video_url: 'https://evil.example/1.mp4' })).status).toBe(200);
  while ((await status()) !== 'in_progress') await Bun.sleep(5);
  vendor.stage = 'done';
  expect((await call(url, {})).status).toBe(200);
  while ((await status()) !== 'completed') await Bun.sleep(5);
  await gate.recorded(1);
  // Of what is over nobody needs to be told any more.
  expect((await call(url, {})).status).toBe(404);
});

test('a vendor is told no address where the operator wants no calls', async () => {
  const { vendor } = await openGate('replicate', false);
  expect(vendor.begun[0]?.body['webhook']).toBeUndefined();
});

const key = Buffer.from('a secret of twenty-four b');
const secret = `whsec_${key.toString('base64')}`;

/** The headers of a call that the vendor has signed, so many seconds ago. */
function signed(body: object, { ago = 0, by = key }: { ago?: number; by?: Buffer } = {}): Record<string, string> {
  const timestamp = `${Math.floor(Date.now() / 1000) - ago}`;
  const signature = webhookSignature(by, { id: 'msg_1', timestamp }, JSON.stringify(body));
  return { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,AAAA ${signature}` };
}

test('calls without the signature of an account that signs are refused, whatever token they show', async () => {
  const { vendor, call, status } = await openGate('replicate', true, secret);
  const url = String(vendor.begun[0]?.body['webhook']);
  const body = { id: 'of-vendor', status: 'succeeded' };
  const forged = [{}, signed({ ...body, more: 1 }), signed(body, { ago: 400 }), signed(body, { by: Buffer.from('x') })];
  const before = vendor.polls;
  for (const headers of forged) expect((await call(url, body, headers)).status).toBe(403);
  expect(vendor.polls).toBe(before);
  vendor.stage = 'done';
  expect((await call(url, body, signed(body))).status).toBe(200);
  while ((await status()) !== 'completed') await Bun.sleep(5);
});

test('a vendor that calls for a whole project is heard at the address of its channel, when it signs', async () => {
  const { vendor, call, status } = await openGate('openai', false, secret);
  const url = '/api/webhooks/media-accounts/openai-0';
  const event = (id: string, type = 'video.completed') => ({ object: 'event', id: 'evt_1', type, data: { id } });
  vendor.stage = 'done';
  const done = event('video_of_vendor');
  expect((await call(url, done)).status).toBe(403);
  // Of others' tasks, and of other things, nothing is done.
  for (const other of [event('video_of_others'), event('video_of_vendor', 'response.completed')])
    expect((await call(url, other, signed(other))).status).toBe(200);
  expect([vendor.polls, await status()]).toEqual([0, 'queued']);
  expect((await call(url, done, signed(done))).status).toBe(200);
  while ((await status()) !== 'completed') await Bun.sleep(5);
  expect((await call('/api/webhooks/media-accounts/another', done, signed(done))).status).toBe(404);
});

test('a channel without a signing secret has no such address', async () => {
  const { call } = await openGate('openai', false);
  expect((await call('/api/webhooks/media-accounts/openai-0', {})).status).toBe(404);
});
