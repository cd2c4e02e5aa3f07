import { afterEach, expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { nanos } from '../../domain/money.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../../relay/testing/gateway.ts';
import { openScriptedSocket, type ScriptedSocket, type SocketScript } from '../../relay/testing/scripted-socket.ts';
import { connected } from '../testing/socket-client.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

const path = '/v1/live/sessions';
const perSecond = 1_000_000n;

/** What the client says a session has been long, in `thinking`, is what it is told to have been. */
const talking: SocketScript = {
  frame({ socket }, frame) {
    const event = JSON.parse(frame as string) as { readonly type: string; readonly content?: string };
    const say = (told: object): void => void socket.send(JSON.stringify({ event_id: 'event_1', ...told }));
    if (event.type === 'session.start') say({ type: 'session.started', session: {} });
    if (event.type === 'session.thinking.append')
      say({ type: 'session.usage.updated', usage: { seconds: Number(event.content) } });
    if (event.type === 'response.create') {
      const usage = { input_tokens: 100, output_tokens: 20, total_tokens: 120 };
      say({ type: 'response.event', event: { type: 'response.created', response: { model: 'helper' } } });
      say({ type: 'response.event', event: { type: 'response.completed', response: { model: 'helper', usage } } });
    }
    if (event.type === 'session.close') {
      say({ type: 'session.closed', reason: 'close_requested', session: {}, usage: { seconds: 200.2 } });
      socket.close(1000);
    }
  },
};

function upstream(script: SocketScript = talking): ScriptedSocket {
  const one = openScriptedSocket(script);
  open.push(one);
  return one;
}

async function gateway(up: ScriptedSocket, relay: Partial<Settings['relay']> = {}): Promise<TestGateway> {
  const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, ...relay } };
  const snapshot = snapshotOf([channelOf({ id: 'a', baseUrl: up.baseUrl })], settings);
  const models = new Map(snapshot.models);
  const own = models.get('m');
  if (!own?.price) throw new Error('no price');
  models.set('m', {
    ...own,
    price: { ...own.price, rates: { inputText: 0n, outputText: 0n, seconds: perSecond * 1_000_000n } },
  });
  const rates = { inputText: 1_000_000_000n, outputText: 2_000_000_000n };
  models.set('helper', { ...own, name: 'helper', price: { ...own.price, rates } });
  const one = await openTestGateway({ ...snapshot, models });
  open.push(one);
  return one;
}

const start = { type: 'session.start', session: { model: 'm' } };
const delegating = {
  type: 'session.start',
  session: { model: 'm', delegation: { type: 'responses', responses: { model: 'helper' } } },
};
const after = (seconds: number): object => ({ type: 'session.thinking.append', content: String(seconds) });

async function expectClean(gate: TestGateway): Promise<void> {
  while (gate.deps.load.openRequests > 0) await Bun.sleep(5);
  expect(await gate.verify()).toMatchObject({ unexplained: 0 });
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0, drains: 0 });
}

const charges = (gate: TestGateway): readonly (bigint | undefined)[] =>
  gate.records.map(({ charge }) => charge?.amount);

test('a session is paid by its seconds, of which the last report tells all, and what it delegates by its model', async () => {
  const up = upstream();
  const gate = await gateway(up);
  const one = await connected(gate, path);
  one.say(delegating);
  await one.next(({ type }) => type === 'session.started');
  one.say(after(10.5));
  one.say(after(10));
  one.say({ type: 'response.create' });
  await gate.recorded(1);
  one.say(after(90));
  await gate.recorded(2);
  one.say({ type: 'session.close' });
  expect((await one.ended)[0]).toBe(1000);
  await gate.recorded(4);
  expect(charges(gate)).toEqual([
    nanos(11n * perSecond + 100n * 1000n + 20n * 2000n),
    nanos(79n * perSecond),
    nanos(111n * perSecond),
    undefined,
  ]);
  expect(gate.records[0]).toMatchObject({
    operation: 'live',
    modelAsked: 'm',
    usage: { seconds: 11, inputText: 100, outputText: 20 },
  });
  expect(gate.records[3]).toMatchObject({ endReason: 'completed', status: 101, usage: {} });
  expect(up.sessions[0]?.path).toBe('/v1/live/sessions');
  expect(JSON.parse(up.sessions[0]?.frames[0] as string)).toMatchObject({ session: { model: 'm-upstream' } });
  await expectClean(gate);
});

test('of a client that has left, the session is told to end, and is paid to its end', async () => {
  const up = upstream();
  const gate = await gateway(up, { disconnectPolicy: 'drain' });
  const one = await connected(gate, path);
  one.say(start);
  await one.next(({ type }) => type === 'session.started');
  one.close();
  await gate.recorded(1);
  while (gate.deps.load.openRequests > 0) await Bun.sleep(5);
  expect(charges(gate).reduce<bigint>((sum, amount) => sum + (amount ?? 0n), 0n)).toBe(201n * perSecond);
  await expectClean(gate);
});

test.each([
  ['no JSON', 'hello'],
  ['another event', { type: 'session.close' }],
  ['no model', { type: 'session.start', session: {} }],
  ['a session that is to be kept', { type: 'session.start', session: { model: 'm', store: true } }],
  ['a model that nobody has', { type: 'session.start', session: { model: 'none' } }],
  [
    'a voice that is not the sender\u2019s',
    { type: 'session.start', session: { model: 'm', audio: { output: { voice: { id: 'voice_x' } } } } },
  ],
])('what begins no session is answered by an event and the end: %s', async (_, first) => {
  const up = upstream();
  const gate = await gateway(up);
  const one = await connected(gate, path);
  one.say(first);
  const [code] = await one.ended;
  expect([1007, 1008]).toContain(code);
  expect(one.events).toHaveLength(1);
  expect(one.events[0]).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
  expect(up.asked()).toBe(0);
  await expectClean(gate);
});

test('an event that may not pass is answered by one, and the session goes on', async () => {
  const gate = await gateway(upstream());
  const one = await connected(gate, path);
  one.say(delegating);
  await one.next(({ type }) => type === 'session.started');
  for (const bad of [
    start,
    'hello',
    { type: 'session.update', session: { delegation: { type: 'responses', responses: { model: 'dearer' } } } },
    {
      type: 'response.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_file', file_id: 'file-x' }] },
    },
  ]) {
    const before = one.events.length;
    one.say(bad);
    await one.next(({ type }) => type === 'error', before);
  }
  one.say({ type: 'session.close' });
  expect((await one.ended)[0]).toBe(1000);
  await expectClean(gate);
});

test('a session ends politely when there is no money for more of it', async () => {
  const gate = await gateway(upstream());
  await gate.leave(100n * perSecond);
  const one = await connected(gate, path);
  one.say(start);
  await one.next(({ type }) => type === 'session.started');
  let over = false;
  void one.ended.then(() => (over = true));
  for (let seconds = 10; !over && seconds < 1000; seconds += 10) {
    const before = one.events.length;
    one.say(after(seconds));
    while (!over && one.events.length === before) await Bun.sleep(1);
  }
  expect(await one.ended).toEqual([1008, 'insufficient_balance']);
  expect(one.events.at(-1)).toMatchObject({ type: 'error', error: { code: 'insufficient_balance' } });
  await expectClean(gate);
});
