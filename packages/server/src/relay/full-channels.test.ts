import { describe, expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { answering, see, speakers, spoken, type Spoken } from '../endpoints/testing/conversations.ts';
import { setStage } from '../endpoints/testing/stage.ts';
import { until } from '../services/jobs/testing/jobs.ts';
import type { Limiter } from '../services/limits/limiter.ts';
import { openMemoryLimiter } from '../services/limits/memory-limiter.ts';
import { channelOf, openTestGateway, snapshotOf, type ChannelSpec, type TestGateway } from './testing/gateway.ts';
import { answer, wholeAnswer, type ScriptedUpstream } from './testing/scripted-upstream.ts';

/** What becomes of requests when the channels that could serve them have as many as they take at once. */

const stage = setStage();
const ask = (text: string) => ({ model: 'm', messages: [{ role: 'user', content: text }] });
const settingsOf = (relay: Partial<Settings['relay']>): Settings => ({
  ...defaultSettings,
  relay: { ...defaultSettings.relay, ...relay },
});
const patient = settingsOf({ waitForTargetsMs: 20_000 });
const narrow = (up: ScriptedUpstream, more: Partial<ChannelSpec> = {}): ChannelSpec => ({
  id: 'narrow',
  baseUrl: up.baseUrl,
  ...more,
  fields: { concurrency: 1 },
});

/** An upstream that answers each request when it is let go, in the order of their coming. */
async function slowUpstream(by: Spoken = 'openai-chat') {
  const held: (() => void)[] = [];
  const up = await stage.upstream(async (response, received) => {
    await new Promise<void>((resolve) => held.push(resolve));
    await answering(by, { text: 'Yes', stop: 'stop', input: 1, output: 1 })(response, received);
  });
  return {
    up,
    letGo: async () => {
      await until(() => held.length > 0);
      held.shift()?.();
    },
  };
}

const waiting = (gate: TestGateway, count: number): Promise<void> => until(() => gate.deps.load.waiting === count);
const said = (up: ScriptedUpstream): readonly string[] =>
  up.received.map(({ text }) => /"content":"(\w+)"/.exec(text)?.[1] ?? '');

describe('a channel that is full, and alone', () => {
  test('is waited for, and those who wait are served in the order of their coming', async () => {
    const { up, letGo } = await slowUpstream();
    const gate = await stage.gateway([narrow(up)], { settings: patient });
    const asked = [gate.post(ask('a'))];
    await until(() => up.received.length === 1);
    for (const [index, text] of ['b', 'c', 'd'].entries()) {
      asked.push(gate.post(ask(text)));
      await waiting(gate, index + 1);
    }
    await letGo();
    expect((await asked[0])?.status).toBe(200);
    await until(() => up.received.length === 2);
    // Who comes now does not pass by those who wait, though the place was just given back.
    asked.push(gate.post(ask('e')));
    await waiting(gate, 3);
    for (let i = 0; i < 4; i++) await letGo();
    for (const one of asked) expect((await one).status).toBe(200);
    expect(said(up)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(gate.deps.load.waiting).toBe(0);
    expect((await gate.verify()).problems).toEqual([]);
  });

  test.each(spoken)('and does not empty in time: 503 and when to come back, charged nothing: %s', async (by) => {
    const { up, letGo } = await slowUpstream(by);
    const { channel } = speakers[by];
    const gate = await stage.gateway([narrow(up, channel)], { settings: settingsOf({ waitForTargetsMs: 300 }) });
    const first = gate.post(speakers[by].ask(false).body, { path: speakers[by].ask(false).path });
    await until(() => up.received.length === 1);
    for (const stream of [false, true]) {
      const { path, body } = speakers[by].ask(stream);
      const asking = gate.post(body, { path });
      await waiting(gate, 1);
      const refused = await asking;
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(await see(by, refused)).toMatchObject({ status: 503, error: expect.any(String) });
    }
    await letGo();
    expect((await first).status).toBe(200);
    expect(up.received.length).toBe(1);
    expect(gate.records.filter(({ charge }) => charge && charge.amount > 0n).length).toBe(1);
    expect((await gate.verify()).problems).toEqual([]);
  });

  test.each([
    ['where the setting says so', settingsOf({ waitForTargetsMs: 0 })],
    ['in a crowd', settingsOf({ maxWaiting: 0 })],
  ])('is not waited for %s', async (_, settings) => {
    const { up, letGo } = await slowUpstream();
    const gate = await stage.gateway([narrow(up)], { settings });
    const first = gate.post(ask('a'));
    await until(() => up.received.length === 1);
    expect((await gate.post(ask('b'))).status).toBe(503);
    await letGo();
    expect((await first).status).toBe(200);
  });

  test('is not waited for by who has left, and the next one gets the place', async () => {
    const { up, letGo } = await slowUpstream();
    const gate = await stage.gateway([narrow(up)], { settings: patient });
    const first = gate.post(ask('a'));
    await until(() => up.received.length === 1);
    const leaving = new AbortController();
    const gone = gate.post(ask('b'), { signal: leaving.signal }).catch((thrown: unknown) => thrown);
    await waiting(gate, 1);
    const next = gate.post(ask('c'));
    await waiting(gate, 2);
    leaving.abort();
    await gone;
    await waiting(gate, 1);
    await letGo();
    await letGo();
    expect([(await first).status, (await next).status]).toEqual([200, 200]);
    expect(said(up)).toEqual(['a', 'c']);
    await gate.recorded(3);
    expect(gate.records.map(({ endReason }) => endReason).toSorted()).toEqual([
      'client_disconnected',
      'completed',
      'completed',
    ]);
    expect((await gate.verify()).problems).toEqual([]);
  });

  test('is not asked in vain when it has meanwhile said how long to wait', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const up = await stage.upstream(async (response, received) => {
      await held;
      await answer(429, { error: { message: 'slow down' } }, { 'retry-after': '30' })(response, received);
    });
    const gate = await stage.gateway([narrow(up)], { settings: patient });
    const first = gate.post(ask('a'));
    await until(() => up.received.length === 1);
    const next = gate.post(ask('b'));
    await waiting(gate, 1);
    release();
    expect((await first).status).toBe(429);
    const told = await next;
    expect(told.status).toBe(429);
    expect(Number(told.headers.get('retry-after'))).toBeWithin(28, 31);
    expect(up.received.length).toBe(1);
  });
});

test('of several that are full, the first with room serves', async () => {
  const [one, two] = [await slowUpstream(), await slowUpstream()];
  const channels: readonly ChannelSpec[] = [narrow(one.up, { id: 'one', priority: 1 }), narrow(two.up, { id: 'two' })];
  const gate = await stage.gateway(channels, { settings: patient });
  const asked = [gate.post(ask('a'))];
  await until(() => one.up.received.length === 1);
  asked.push(gate.post(ask('b')));
  await until(() => two.up.received.length === 1);
  asked.push(gate.post(ask('c')));
  await waiting(gate, 1);
  await two.letGo();
  await until(() => two.up.received.length === 2);
  await two.letGo();
  await one.letGo();
  for (const reply of asked) expect((await reply).status).toBe(200);
  expect([said(one.up), said(two.up)]).toEqual([['a'], ['b', 'c']]);
});

test('one that is full is waited for where the others have failed', async () => {
  const full = await slowUpstream();
  const broken = await stage.upstream(answer(500, { error: { message: 'down' } }));
  const channels: readonly ChannelSpec[] = [narrow(full.up, { priority: 1 }), { id: 'b', baseUrl: broken.baseUrl }];
  const gate = await stage.gateway(channels, { settings: patient });
  const first = gate.post(ask('a'));
  await until(() => full.up.received.length === 1);
  const second = gate.post(ask('b'));
  await waiting(gate, 1);
  expect(broken.received.length).toBe(1);
  await full.letGo();
  await full.letGo();
  expect([(await first).status, (await second).status]).toEqual([200, 200]);
  expect(gate.records.at(-1)?.attempts.map(({ cause }) => cause)).toEqual(['server_error', 'ok']);
});

test('a channel with room makes nobody wait', async () => {
  const up = await stage.upstream(wholeAnswer('Hi'));
  const gate = await stage.gateway([narrow(up)], { settings: patient });
  for (let i = 0; i < 3; i++) expect((await gate.post(ask('a'))).status).toBe(200);
  expect(gate.records.length).toBe(3);
});

test('a place that another process gives back is found, where both count by another machine', async () => {
  const { up, letGo } = await slowUpstream();
  const near = openMemoryLimiter(() => performance.now());
  const limits: Limiter = {
    admit: async (policies, costs) => {
      await Bun.sleep(1);
      return near.admit(policies, costs);
    },
  };
  const snapshot = snapshotOf([channelOf(narrow(up))], patient);
  const [one, other] = [await openTestGateway(snapshot, { limits }), await openTestGateway(snapshot, { limits })];
  stage.close(one);
  stage.close(other);
  const first = one.post(ask('a'));
  await until(() => up.received.length === 1);
  const second = other.post(ask('b'));
  await waiting(other, 1);
  await letGo();
  await letGo();
  expect([(await first).status, (await second).status]).toEqual([200, 200]);
});
