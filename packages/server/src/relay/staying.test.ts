import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { openAffinity } from './plan/affinity.ts';
import { channelOf, openTestGateway, snapshotOf, type ChannelSpec, type TestGateway } from './testing/gateway.ts';
import {
  answer,
  openScriptedUpstream,
  wholeAnswer,
  type Behaviour,
  type ScriptedUpstream,
} from './testing/scripted-upstream.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function upstream(behaviour?: Behaviour): Promise<ScriptedUpstream> {
  const one = await openScriptedUpstream(behaviour);
  open.push(one);
  return one;
}

async function gateway(channels: readonly ChannelSpec[], more: Partial<Settings> = {}): Promise<TestGateway> {
  const one = await openTestGateway(snapshotOf(channels.map(channelOf), { ...defaultSettings, ...more }));
  open.push(one);
  return one;
}

const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
const going = (name: string) => ({ ...hello, prompt_cache_key: name });

describe('a conversation', () => {
  test('stays with the account that serves it, and conversations are spread over all', async () => {
    const up = await upstream();
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl, apiKeys: ['k0', 'k1', 'k2'] }]);
    for (let count = 0; count < 3; count++)
      for (let name = 0; name < 12; name++) await gate.post(going(`conversation ${name}`));
    const servedBy = Map.groupBy(gate.records, (_, at) => at % 12)
      .values()
      .map((records) => new Set(records.map(({ attempts }) => attempts[0]?.credential)))
      .toArray();
    expect(servedBy.map((accounts) => accounts.size)).toEqual(Array.from({ length: 12 }, () => 1));
    expect(new Set(servedBy.flatMap((accounts) => [...accounts])).size).toBeGreaterThan(1);
  });

  test('goes on where it was served after a failure, which is retried as ever', async () => {
    const [one, two] = [await upstream(), await upstream()];
    const gate = await gateway([
      { id: 'one', baseUrl: one.baseUrl, priority: 1 },
      { id: 'two', baseUrl: two.baseUrl },
    ]);
    one.behave(answer(409, { error: { message: 'busy' } }));
    expect((await gate.post(going('x'))).status).toBe(200);
    one.behave(wholeAnswer('one'));
    expect((await gate.post(going('x'))).status).toBe(200);
    expect((await gate.post(going('y'))).status).toBe(200);
    expect(gate.records.map(({ channelId }) => channelId)).toEqual(['two', 'two', 'one']);
  });

  test('goes elsewhere when its account is none of those that can serve', async () => {
    const [one, two] = [await upstream(), await upstream()];
    const gate = await gateway([
      { id: 'one', baseUrl: one.baseUrl, priority: 1 },
      { id: 'two', baseUrl: two.baseUrl },
    ]);
    await gate.post(going('x'));
    one.behave(answer(429, { error: { message: 'slow down' } }, { 'retry-after': '30' }));
    await gate.post(going('x'));
    one.behave(wholeAnswer('one'));
    await gate.post(going('x'));
    expect(one.received).toHaveLength(2);
    expect(gate.records.map(({ channelId }) => channelId)).toEqual(['one', 'two', 'two']);
  });

  test('is forgotten in time, and the oldest first', () => {
    let now = 0;
    const affinity = openAffinity(() => now);
    const settings = { ...defaultSettings.affinity, ttlMs: 1000, maxEntries: 2 };
    const channel = channelOf({ id: 'a', baseUrl: 'http://a', apiKeys: ['k0', 'k1'] });
    const order = channel.credentials.map((credential) => ({ channel, credential }));
    const last = order[1];
    if (!last) throw new Error('no second account');
    const first = (conversation: string): number | undefined =>
      affinity.prefer(conversation, order, settings)[0]?.credential.index;
    for (const name of ['x', 'y', 'x', 'z']) affinity.keep(name, last, settings);
    expect(affinity.size()).toBe(2);
    expect(['x', 'y', 'z'].map(first)).toEqual([1, 0, 1]);
    now = 1001;
    expect(first('x')).toBe(0);
  });
});

describe('when all of a model rest for a moment', () => {
  const resting = answer(429, { error: { message: 'slow down' } }, { 'retry-after': '1' });

  test('a request waits for the first to come back', async () => {
    const up = await upstream(resting);
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    expect((await gate.post(hello)).status).toBe(429);
    up.behave(wholeAnswer('back'));
    const waiting = gate.post(hello);
    while (gate.deps.load.waiting === 0) await Bun.sleep(5);
    expect(await (await waiting).text()).toContain('back');
    expect(gate.deps.load).toMatchObject({ waiting: 0, openRequests: 0 });
  });

  test('not longer than it may, not in a crowd, and not for a client that has left', async () => {
    const up = await upstream(resting);
    const relay = (more: Partial<Settings['relay']>) => ({ relay: { ...defaultSettings.relay, ...more } });
    for (const more of [{ waitForTargetsMs: 100 }, { maxWaiting: 0 }]) {
      const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], relay(more));
      await gate.post(hello);
      const refused = await gate.post(hello);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    }
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    await gate.post(hello);
    const leaving = new AbortController();
    const left = gate.post(hello, { signal: leaving.signal }).catch(() => undefined);
    while (gate.deps.load.waiting === 0) await Bun.sleep(5);
    leaving.abort();
    await left;
    while (gate.deps.load.openRequests > 0) await Bun.sleep(5);
    expect(gate.deps.load.waiting).toBe(0);
    expect(up.received.length).toBe(3);
  });
});
