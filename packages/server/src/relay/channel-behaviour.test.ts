import { afterEach, describe, expect, test } from 'bun:test';
import type { ChannelFields } from '@tollgate/contract/entities/channel';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { channelOf, openTestGateway, snapshotOf, type ChannelSpec, type TestGateway } from './testing/gateway.ts';
import {
  answer,
  delta,
  finish,
  frame,
  openScriptedUpstream,
  streamAnswer,
  usageChunk,
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

async function gateway(channels: readonly ChannelSpec[], relay: Partial<Settings['relay']> = {}): Promise<TestGateway> {
  const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, ...relay } };
  const one = await openTestGateway(snapshotOf(channels.map(channelOf), settings));
  open.push(one);
  return one;
}

const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };

test('a status is taken for another before anything follows from it, and told so', async () => {
  const odd = await upstream(answer(400, { error: { message: 'really busy' } }));
  const fine = await upstream();
  const fields = { statusMapping: { 400: 503 } };
  const both = await gateway([
    { id: 'odd', baseUrl: odd.baseUrl, priority: 1, fields },
    { id: 'fine', baseUrl: fine.baseUrl },
  ]);
  expect((await both.post(hello)).status).toBe(200);
  const [record] = both.records;
  expect(record?.attempts).toMatchObject([
    { status: 400, cause: 'server_error' },
    { status: 200, cause: 'ok' },
  ]);
  const alone = await gateway([{ id: 'odd', baseUrl: odd.baseUrl, fields }]);
  expect((await alone.post(hello)).status).toBe(503);
});

describe('a channel’s own system prompt', () => {
  test('goes with the conversation where it passes and where it is translated', async () => {
    const up = await upstream();
    const systemPrompt = { text: 'Be short.', mode: 'prepend' as const };
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl, fields: { systemPrompt } }]);
    await gate.post(hello);
    const message = { model: 'm', max_tokens: 5, system: 'Be kind.', messages: hello.messages };
    await gate.post(message, { path: '/v1/messages' });
    expect(up.received.map(({ json }) => (json as typeof hello).messages[0])).toEqual([
      { role: 'system', content: 'Be short.' },
      { role: 'system', content: 'Be short.\nBe kind.' },
    ]);
  });
});

describe('reasoning as text', () => {
  const reasoned = { choices: [{ index: 0, delta: { reasoning_content: 'Hm.' } }] };
  const fields = { thinkingToContent: true };

  test('of a stream', async () => {
    const up = await upstream(
      streamAnswer([frame(reasoned), frame(delta('Yes.')), frame(finish()), frame(usageChunk(10, 5)), frame('[DONE]')]),
    );
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl, fields }]);
    const text = await (await gate.post({ ...hello, stream: true })).text();
    const said = text
      .split('\n\n')
      .flatMap((line) =>
        line.startsWith('data: {') ? [JSON.parse(line.slice(6)) as { choices: { delta: { content?: string } }[] }] : [],
      )
      .map(({ choices }) => choices[0]?.delta.content ?? '')
      .join('');
    expect(said).toBe('<think>\nHm.\n</think>\n\nYes.');
    expect(text).not.toContain('reasoning_content');
    expect(gate.records[0]).toMatchObject({ usageSource: 'provider', endReason: 'completed' });
  });

  test('of a whole answer', async () => {
    const up = await upstream(
      answer(200, {
        id: 'x',
        object: 'chat.completion',
        model: 'm',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', reasoning_content: 'Hm.', content: 'Yes.' },
            finish_reason: 'stop',
          },
        ],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      }),
    );
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl, fields }]);
    expect(await (await gate.post(hello)).json()).toMatchObject({
      choices: [{ message: { content: '<think>\nHm.\n</think>\n\nYes.' } }],
    });
  });
});

test('a channel’s own timeouts hold in place of the settings’', async () => {
  const silent = await upstream(() => undefined);
  const fine = await upstream();
  const gate = await gateway([
    { id: 'silent', baseUrl: silent.baseUrl, priority: 1, fields: { timeouts: { firstByteMs: 100 } } },
    { id: 'fine', baseUrl: fine.baseUrl },
  ]);
  expect((await gate.post(hello)).status).toBe(200);
  expect(gate.records[0]?.attempts.map(({ cause }) => cause)).toEqual(['first_byte_timeout', 'ok']);
});

test('beyond what a channel takes at once others are asked, and its place is given back', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const narrow = await upstream(async (response, received) => {
    await held;
    await wholeAnswer('narrow')(response, received);
  });
  const wide = await upstream(wholeAnswer('wide'));
  const gate = await gateway([
    { id: 'narrow', baseUrl: narrow.baseUrl, priority: 1, fields: { concurrency: 1 } },
    { id: 'wide', baseUrl: wide.baseUrl },
  ]);
  const first = gate.post(hello);
  while (narrow.received.length === 0) await Bun.sleep(5);
  expect(await (await gate.post(hello)).text()).toContain('wide');
  release();
  expect(await (await first).text()).toContain('narrow');
  expect(await (await gate.post(hello)).text()).toContain('narrow');
});

describe('accounts of a channel', () => {
  const apiKeys = ['k0', 'k1', 'k2'];
  const keysOf = (up: ScriptedUpstream): (string | undefined)[] =>
    up.received.map(({ headers }) => headers.authorization?.slice('Bearer '.length));

  test('take turns, and the log says which was asked', async () => {
    const up = await upstream();
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl, apiKeys, fields: { keyMode: 'round-robin' } }]);
    for (let count = 0; count < 4; count++) await gate.post(hello);
    expect(keysOf(up)).toEqual(['k0', 'k1', 'k2', 'k0']);
    expect(gate.records.map(({ attempts }) => attempts[0]?.credential)).toEqual([0, 1, 2, 0]);
  });

  test('or the one with the fewest requests open is asked', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const up = await upstream(async (response, received) => {
      await held;
      await wholeAnswer('x')(response, received);
    });
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl, apiKeys, fields: { keyMode: 'least-loaded' } }]);
    const asked: Promise<Response>[] = [];
    for (let count = 1; count <= 6; count++) {
      asked.push(gate.post(hello));
      while (up.received.length < count) await Bun.sleep(5);
    }
    expect(
      Map.groupBy(keysOf(up), (key) => key)
        .values()
        .map((list) => list.length)
        .toArray(),
    ).toEqual([2, 2, 2]);
    release();
    for (const one of asked) expect((await one).status).toBe(200);
  });
});

test('what the provider charges is known with the charge, where the channel says so', async () => {
  const up = await upstream();
  const costly = await gateway([{ id: 'a', baseUrl: up.baseUrl, fields: { costs: { percentOfPrice: '50' } } }]);
  await costly.post(hello);
  const { charge, cost } = costly.records[0] ?? {};
  expect(charge && charge.amount > 0n && cost === charge.amount / 2n).toBe(true);
  // What has no price of ours costs us all the same; a share of nothing is not known.
  const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, allowUnpriced: true } };
  const unpriced = async (costs: ChannelFields['costs']) => {
    const priced = snapshotOf([channelOf({ id: 'a', baseUrl: up.baseUrl, fields: { costs } })], settings);
    const gate = await openTestGateway({ ...priced, models: new Map() });
    open.push(gate);
    await gate.post(hello);
    return gate.records[0];
  };
  const listed = await unpriced({ prices: { 'm-upstream': { input: '1', output: '1' } }, percentOfPrice: '50' });
  expect(listed?.charge).toBeUndefined();
  expect(listed?.cost ?? 0n).toBeGreaterThan(0n);
  expect((await unpriced({ percentOfPrice: '50' }))?.cost).toBeUndefined();
  const silent = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
  await silent.post(hello);
  expect(silent.records[0]?.cost).toBeUndefined();
});
