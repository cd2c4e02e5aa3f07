import { describe, expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { setStage } from '../endpoints/testing/stage.ts';
import { answering, see, speakers, spoken } from '../endpoints/testing/conversations.ts';
import type { ChannelSpec } from './testing/gateway.ts';
import { answer, wholeAnswer, type Behaviour } from './testing/scripted-upstream.ts';

/** What becomes of requests when the targets that could serve them rest. */

const stage = setStage();
const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };

const settingsOf = (relay: Partial<Settings['relay']>, health: Partial<Settings['health']> = {}): Settings => ({
  ...defaultSettings,
  relay: { ...defaultSettings.relay, ...relay },
  health: { ...defaultSettings.health, ...health },
});
const down = answer(500, { error: { message: 'down' } });
const busy = (headers: Readonly<Record<string, string>> = {}): Behaviour =>
  answer(429, { error: { message: 'slow down' } }, headers);

describe('a breaker that is open', () => {
  const settings = settingsOf({ waitForTargetsMs: 0 }, { failureThreshold: 2, openMs: 60_000 });

  test('is passed by when somebody else is there, and asked when nobody is', async () => {
    const bad = await stage.upstream(down);
    const good = await stage.upstream(wholeAnswer('Hello'));
    const both: readonly ChannelSpec[] = [
      { id: 'bad', baseUrl: bad.baseUrl, priority: 1 },
      { id: 'good', baseUrl: good.baseUrl },
    ];
    const gate = await stage.gateway(both, { settings });
    for (let i = 0; i < 4; i++) expect((await gate.post(hello)).status).toBe(200);
    expect(bad.received.length).toBe(2);

    const alone = await stage.gateway([both[0] as ChannelSpec], { settings });
    for (let i = 0; i < 4; i++) expect((await alone.post(hello)).status).toBe(500);
    expect(bad.received.length).toBe(6);
    bad.behave(wholeAnswer('back'));
    expect((await alone.post(hello)).status).toBe(200);
    expect(alone.records.at(-1)).toMatchObject({ endReason: 'completed', attempts: [{ cause: 'ok' }] });
  });

  test('a channel that fails a fifth of its calls costs its users that fifth', async () => {
    let calls = 0;
    // The failures come in a row, as they do, so that the breaker opens.
    const flaky = await stage.upstream((response, received) =>
      calls++ % 50 < 10 ? down(response, received) : wholeAnswer('Hello')(response, received),
    );
    const gate = await stage.gateway([{ id: 'a', baseUrl: flaky.baseUrl }], { settings });
    const statuses: number[] = [];
    for (let i = 0; i < 100; i++) statuses.push((await gate.post(hello)).status);
    expect(statuses.filter((status) => status !== 200)).toEqual(Array.from({ length: 20 }, () => 500));
  });
});

describe('a limit', () => {
  test.each(spoken)('that says until when: 429 with the time that remains, and nobody is asked: %s', async (by) => {
    const up = await stage.upstream(busy({ 'retry-after': '30' }));
    const { channel } = speakers[by];
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, ...channel }]);
    for (const stream of [false, true]) {
      const { path, body } = speakers[by].ask(stream);
      const reply = await gate.post(body, { path });
      const wait = Number(reply.headers.get('retry-after'));
      expect(wait).toBeWithin(28, 31);
      const raw = await reply.clone().text();
      if (by === 'gemini') expect(raw).toContain(`"retryDelay":"${wait}s"`);
      expect(await see(by, reply)).toMatchObject({ status: 429, error: expect.any(String) });
    }
    expect(up.received.length).toBe(1);
    expect(gate.records).toMatchObject([
      { status: 429, attempts: [{ cause: 'rate_limited' }] },
      { status: 429, endReason: 'refused', errorCode: 'upstream_rate_limited', attempts: [] },
    ]);
  });

  test('that does not: it is waited for, as long as the setting says, and then asked', async () => {
    const up = await stage.upstream(busy());
    const impatient = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], {
      settings: settingsOf({ waitForTargetsMs: 0 }),
    });
    for (let i = 0; i < 3; i++) expect((await impatient.post(hello)).status).toBe(429);
    expect(up.received.length).toBe(3);

    const patient = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], {
      settings: settingsOf({ waitForTargetsMs: 5000 }),
    });
    expect((await patient.post(hello)).status).toBe(429);
    const waiting = patient.post(hello);
    while (patient.deps.load.waiting === 0) await Bun.sleep(5);
    expect(up.received.length).toBe(4);
    up.behave(wholeAnswer('Hello'));
    expect((await waiting).status).toBe(200);
    expect(patient.deps.load.waiting).toBe(0);
  });

  test('of one: the other is asked that rests by the gateway’s guess alone', async () => {
    const limited = await stage.upstream(busy({ 'retry-after': '30' }));
    const broken = await stage.upstream(down);
    const settings = settingsOf({ waitForTargetsMs: 0 }, { failureThreshold: 1, openMs: 60_000 });
    const gate = await stage.gateway(
      [
        { id: 'limited', baseUrl: limited.baseUrl, priority: 1 },
        { id: 'broken', baseUrl: broken.baseUrl },
      ],
      { settings },
    );
    expect((await gate.post(hello)).status).toBe(500);
    broken.behave(wholeAnswer('back'));
    expect((await gate.post(hello)).status).toBe(200);
    expect([limited.received.length, broken.received.length]).toEqual([1, 2]);
  });

  test('of several: the client is told of the one that is over first', async () => {
    const late = await stage.upstream(busy({ 'retry-after': '60' }));
    const soon = await stage.upstream(busy({ 'retry-after': '20' }));
    const gate = await stage.gateway([
      { id: 'soon', baseUrl: soon.baseUrl, priority: 1 },
      { id: 'late', baseUrl: late.baseUrl },
    ]);
    for (let i = 0; i < 2; i++) {
      const reply = await gate.post(hello);
      expect(reply.status).toBe(429);
      expect(Number(reply.headers.get('retry-after'))).toBeWithin(18, 21);
    }
  });

  test('is the account’s: another account of the channel serves', async () => {
    const up = await stage.upstream((response, received) =>
      received.headers.authorization === 'Bearer one'
        ? busy({ 'retry-after': '30' })(response, received)
        : wholeAnswer('Hello')(response, received),
    );
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, apiKeys: ['one', 'two'] }]);
    for (let i = 0; i < 8; i++) expect((await gate.post(hello)).status).toBe(200);
    expect(up.received.filter(({ headers }) => headers.authorization === 'Bearer one').length).toBeLessThan(2);
  });
});

describe('a server that is too busy for anybody, and says until when', () => {
  const tooBusy = (status: number, after: string): Behaviour =>
    answer(status, { error: { message: 'overloaded' } }, { 'retry-after': after });

  test.each([503, 529])('%s: rests, and others are asked meanwhile', async (status) => {
    const bad = await stage.upstream(tooBusy(status, '30'));
    const good = await stage.upstream(wholeAnswer('Hello'));
    const gate = await stage.gateway([
      { id: 'bad', baseUrl: bad.baseUrl, priority: 1 },
      { id: 'good', baseUrl: good.baseUrl },
    ]);
    for (let i = 0; i < 3; i++) expect((await gate.post(hello)).status).toBe(200);
    expect([bad.received.length, good.received.length]).toEqual([1, 3]);
    expect(gate.records[0]?.attempts).toMatchObject([{ cause: 'server_error' }, { cause: 'ok' }]);
  });

  test.each(spoken)('rests no longer than a minute, and its clients are told: %s', async (by) => {
    const up = await stage.upstream(tooBusy(503, '3600'));
    const { channel } = speakers[by];
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, ...channel }]);
    for (const status of [503, 429]) {
      const { path, body } = speakers[by].ask(false);
      const reply = await gate.post(body, { path });
      expect(reply.status).toBe(status);
      expect(Number(reply.headers.get('retry-after'))).toBeWithin(55, 61);
    }
    expect(up.received.length).toBe(1);
  });

  test.each([
    ['a mistake of the server’s, whatever time it names', answer(500, {}, { 'retry-after': '30' }), 3],
    ['one that names no time', answer(503, {}), 3],
    ['one whose time is over', tooBusy(503, '0'), 3],
  ])('not so %s', async (_, behaviour, asked) => {
    const up = await stage.upstream(behaviour);
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    for (let i = 0; i < 3; i++) expect((await gate.post(hello)).status).toBeGreaterThan(499);
    expect(up.received.length).toBe(asked);
  });
});

test('what rests is told, not what leans on it: an answer that is kept by a resting account', async () => {
  const up = await stage.upstream(
    answering('openai-responses', { text: 'Yes', stop: 'completed', input: 1, output: 1 }),
  );
  const { channel } = speakers['openai-responses'];
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, ...channel, apiKeys: ['one', 'two'] }]);
  const ask = (more: object = {}) => gate.post({ model: 'm', input: 'Hi', ...more }, { path: '/v1/responses' });
  expect((await ask()).status).toBe(200);
  up.behave(busy({ 'retry-after': '30' }));
  expect((await ask({ previous_response_id: 'resp_1' })).status).toBe(429);
  const later = await ask({ previous_response_id: 'resp_1' });
  expect([later.status, await later.json()]).toMatchObject([429, { error: { code: 'upstream_rate_limited' } }]);
  expect(up.received.length).toBe(2);
});
