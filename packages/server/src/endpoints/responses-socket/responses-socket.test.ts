import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { nanos } from '../../domain/money.ts';
import { connected, refusedAt, type SocketClient } from '../testing/socket-client.ts';
import {
  answer,
  openScriptedUpstream,
  streamAnswer,
  type Behaviour,
  type ScriptedUpstream,
} from '../../relay/testing/scripted-upstream.ts';
import {
  channelOf,
  openTestGateway,
  snapshotOf,
  type ChannelSpec,
  type TestGateway,
} from '../../relay/testing/gateway.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function upstream(behaviour: Behaviour): Promise<ScriptedUpstream> {
  const one = await openScriptedUpstream(behaviour);
  open.push(one);
  return one;
}
async function gateway(channel: Omit<ChannelSpec, 'id'>, relay: Partial<Settings['relay']> = {}): Promise<TestGateway> {
  const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, ...relay } };
  const one = await openTestGateway(snapshotOf([channelOf({ id: 'a', ...channel })], settings));
  open.push(one);
  return one;
}

const path = '/v1/responses';
const message = (id: string, text: string) => ({
  type: 'message',
  id,
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
});
const response = (id: string, status: string, more: object = {}) => ({
  id,
  object: 'response',
  status,
  model: 'm-upstream',
  output: [],
  ...more,
});
const event = (value: { readonly type: string } & Record<string, unknown>): string =>
  `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
/** An answer of one message, 10 tokens in and 5 out, as OpenAI streams it. */
const answered = (id: string, text: string, thought?: object): readonly string[] => {
  const output = [...(thought ? [thought] : []), message(`msg_${id}`, text)];
  return [
    event({ type: 'response.created', sequence_number: 0, response: response(id, 'in_progress') }),
    event({
      type: 'response.output_text.delta',
      sequence_number: 1,
      item_id: `msg_${id}`,
      output_index: 0,
      delta: text,
    }),
    ...output.map((item, output_index) =>
      event({ type: 'response.output_item.done', sequence_number: 2 + output_index, output_index, item }),
    ),
    event({
      type: 'response.completed',
      sequence_number: 9,
      response: response(id, 'completed', {
        output,
        usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
      }),
    }),
  ];
};
const cost = nanos(10n * 1000n + 5n * 2000n);
const create = (more: object): object => ({ type: 'response.create', model: 'm', ...more });
const isCompleted = ({ type }: { readonly type?: unknown }): boolean => type === 'response.completed';
const isError = ({ type }: { readonly type?: unknown }): boolean => type === 'error';

/** Nothing is left: no money held, nothing unexplained, no load. */
async function expectClean(gate: TestGateway): Promise<void> {
  while (gate.deps.load.openRequests > 0) await Bun.sleep(5);
  expect(await gate.verify()).toMatchObject({ unexplained: 0 });
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0, drains: 0 });
}

/** What the upstream was asked, as far as these tests look. */
type Asked = { readonly input?: readonly Record<string, unknown>[]; readonly previous_response_id?: unknown };
const askedOf = (up: ScriptedUpstream, index: number): Asked => up.received[index]?.json as Asked;

describe('responses over a websocket', () => {
  test('each event is a frame, and each response is charged once', async () => {
    const up = await upstream(streamAnswer(answered('resp_1', 'Hello')));
    const gate = await gateway({ baseUrl: up.baseUrl });
    const one = await connected(gate, path, { headers: { 'openai-beta': 'responses_websockets=2026-02-06' } });
    one.say(create({ input: 'Hi', store: false }));
    await one.next(isCompleted);
    expect(one.types()).toEqual([
      'response.created',
      'response.output_text.delta',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(askedOf(up, 0)).toMatchObject({ model: 'm-upstream', input: 'Hi', stream: true, store: false });
    for (const own of ['type', 'generate', 'stream_id']) expect(Object.keys(askedOf(up, 0))).not.toContain(own);
    one.say(create({ input: 'Again', store: false }));
    await one.next(isCompleted, 4);
    await gate.recorded(2);
    expect(gate.records.map(({ charge, stream, status }) => [charge?.amount, stream, status])).toEqual([
      [cost, true, 200],
      [cost, true, 200],
    ]);
    expect(await gate.balance()).toBe(100_000_000_000n - 2n * cost);
    one.close();
    await expectClean(gate);
  });

  test('a translated upstream serves it too', async () => {
    const chunk = (delta: object, finish_reason: string | null, more: object = {}): string =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }], ...more })}\n\n`;
    const up = await upstream(
      streamAnswer([
        chunk({ content: 'Hello' }, null),
        chunk({}, 'stop', { usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } }),
        'data: [DONE]\n\n',
      ]),
    );
    const gate = await gateway({ baseUrl: up.baseUrl, settings: { textApi: 'chat' } });
    const one = await connected(gate, path);
    one.say(create({ input: 'Hi' }));
    const done = await one.next(isCompleted);
    const { id } = done['response'] as { readonly id: string };
    one.say(create({ input: 'And then?', previous_response_id: id }));
    await one.next(isCompleted, one.events.indexOf(done) + 1);
    expect(up.received[1]?.json).toMatchObject({
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello' },
        { role: 'user', content: 'And then?' },
      ],
    });
    await gate.recorded(2);
    one.close();
    await expectClean(gate);
  });

  test('goes on from what only the connection knows, without thoughts that nobody can read', async () => {
    const hollow = { type: 'reasoning', id: 'rs_1', summary: [] };
    const up = await upstream(streamAnswer(answered('resp_1', 'Hello', hollow)));
    const gate = await gateway({ baseUrl: up.baseUrl });
    const one = await connected(gate, path);
    one.say(create({ input: 'Hi', store: false }));
    const done = await one.next(isCompleted);
    up.behave(streamAnswer(answered('resp_2', 'More')));
    one.say(
      create({
        input: [{ type: 'message', role: 'user', content: 'Go on' }],
        store: false,
        previous_response_id: 'resp_1',
      }),
    );
    await one.next(isCompleted, one.events.indexOf(done) + 1);
    expect(askedOf(up, 1).previous_response_id).toBeUndefined();
    expect(askedOf(up, 1).input?.map(({ type, role, content }) => [type, role, content])).toMatchObject([
      ['message', 'user', 'Hi'],
      ['message', 'assistant', [{ text: 'Hello' }]],
      ['message', 'user', 'Go on'],
    ]);
    // Only the last one is known, and none of it elsewhere.
    one.say(create({ input: 'x', store: false, previous_response_id: 'resp_1' }));
    expect(await one.next(isError)).toMatchObject({ status: 400, error: { code: 'previous_response_not_found' } });
    const other = await connected(gate, path);
    other.say(create({ input: 'x', store: false, previous_response_id: 'resp_2' }));
    expect(await other.next(isError)).toMatchObject({ error: { code: 'previous_response_not_found' } });
    one.close();
    other.close();
    await expectClean(gate);
  });

  test('goes on by the id where the provider keeps the answer', async () => {
    const up = await upstream(streamAnswer(answered('resp_1', 'Hello')));
    const gate = await gateway({ baseUrl: up.baseUrl });
    const one = await connected(gate, path);
    one.say(create({ input: 'Hi' }));
    const done = await one.next(isCompleted);
    up.behave(streamAnswer(answered('resp_2', 'More')));
    one.say(create({ input: 'Go on', previous_response_id: 'resp_1' }));
    await one.next(isCompleted, one.events.indexOf(done) + 1);
    expect(askedOf(up, 1)).toMatchObject({ input: 'Go on', previous_response_id: 'resp_1' });
    one.close();
    await expectClean(gate);
  });

  test('a warm-up asks nobody, costs nothing and can be gone on from', async () => {
    const up = await upstream(streamAnswer(answered('resp_1', 'Hello')));
    const gate = await gateway({ baseUrl: up.baseUrl });
    const one = await connected(gate, path);
    one.say(create({ input: [{ type: 'message', role: 'user', content: 'Context' }], generate: false, store: false }));
    const done = await one.next(isCompleted);
    expect(one.types()).toEqual(['response.created', 'response.completed']);
    expect(done).toMatchObject({ response: { status: 'completed', output: [], usage: { total_tokens: 0 } } });
    expect(up.received.length).toBe(0);
    const { id } = done['response'] as { readonly id: string };
    one.say(create({ input: [], store: false, previous_response_id: id }));
    await one.next(isCompleted, 2);
    expect(askedOf(up, 0).input).toEqual([{ type: 'message', role: 'user', content: 'Context' }]);
    await gate.recorded(1);
    expect(gate.records.length).toBe(1);
    one.say(create({ input: 'Hi', generate: false, temperature: 'hot', max_output_tokens: -1 }));
    expect(await one.next(isError)).toMatchObject({ status: 400, error: { code: 'invalid_request' } });
    one.close();
    await expectClean(gate);
  });

  test('streams run beside each other, one request of a stream after the other', async () => {
    let running = 0;
    let most = 0;
    let count = 0;
    const up = await upstream(async (answering) => {
      most = Math.max(most, ++running);
      await Bun.sleep(50);
      running--;
      await streamAnswer(answered(`resp_${++count}`, 'Hello'))(answering, up.received[0] ?? neverReceived());
    });
    const gate = await gateway({ baseUrl: up.baseUrl });
    const one = await connected(gate, path);
    one.say(create({ input: '1', stream_id: 'a' }));
    one.say(create({ input: '2', stream_id: 'a' }));
    one.say(create({ input: '3', stream_id: 'b' }));
    while (one.events.filter(isCompleted).length < 3) await Bun.sleep(5);
    expect(most).toBe(2);
    expect(['a', 'b'].map((streamId) => one.events.filter(({ stream_id }) => stream_id === streamId).length)).toEqual([
      8, 4,
    ]);
    expect(up.received.length).toBe(3);
    one.say(create({ input: '4', stream_id: 'a b' }));
    expect(await one.next(isError)).toMatchObject({ error: { code: 'invalid_stream_id', param: 'stream_id' } });
    one.close();
    await expectClean(gate);
  });

  test('what goes wrong is told as an event, and the connection goes on', async () => {
    const up = await upstream(answer(400, { error: { message: 'No such thing', type: 'invalid_request_error' } }));
    const gate = await gateway({ baseUrl: up.baseUrl });
    const one = await connected(gate, path);
    const cases: readonly (readonly [string | Uint8Array | object, object])[] = [
      ['{', { status: 400, error: { code: 'invalid_json' } }],
      ['[]', { status: 400, error: { code: 'invalid_request' } }],
      [{ type: 'session.update' }, { status: 400, error: { code: 'invalid_request', param: 'type' } }],
      [create({ input: 'Hi', background: true }), { status: 400, error: { param: 'background' } }],
      [
        { type: 'response.create', input: 'Hi' },
        { status: 400, error: { param: 'model' } },
      ],
      [create({ input: 'Hi', model: 'unknown' }), { status: 404, error: { code: 'model_not_found' } }],
      [create({ input: 'Hi' }), { status: 400, error: { message: 'No such thing' } }],
      [create({ input: 'Hi', previous_response_id: 'resp_x' }), { error: { code: 'previous_response_not_found' } }],
      [{ type: 'response.cancel' }, { status: 404, error: { code: 'response_not_found' } }],
    ];
    for (const [said, told] of cases) {
      const from = one.events.length;
      one.say(said);
      expect(await one.next(() => true, from)).toMatchObject({ type: 'error', ...told });
    }
    one.say({ type: 'response.steer', previous_response_id: 'resp_1', input: 'No!' });
    expect(await one.next(({ type }) => type === 'response.steer.failed')).toMatchObject({
      steer: { previous_response_id: 'resp_1', input: 'No!' },
      error: { code: 'steering_not_supported' },
    });
    up.behave(streamAnswer(answered('resp_1', 'Hello')));
    one.say(new TextEncoder().encode(JSON.stringify(create({ input: 'Hi' }))));
    await one.next(isCompleted);
    expect(gate.records.filter(({ charge }) => charge && charge.amount > 0n).length).toBe(1);
    one.close();
    await expectClean(gate);
  });

  test('a response that breaks off ends with an error, and is charged for what came', async () => {
    const up = await upstream(streamAnswer(answered('resp_1', 'Hello').slice(0, 2), { cut: true }));
    const gate = await gateway({ baseUrl: up.baseUrl });
    const one = await connected(gate, path);
    one.say(create({ input: 'Hi' }));
    expect(await one.next(isError)).toMatchObject({ error: { code: 'upstream_cut' } });
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ endReason: 'upstream_cut', usageSource: 'estimated' });
    one.close();
    await expectClean(gate);
  });

  test.each([['cancel'], ['close']])('a client that leaves off by %s stops its response', async (how) => {
    const up = await upstream(streamAnswer(answered('resp_1', 'Hello').slice(0, 2), { gapMs: 1 }));
    up.behave(async (answering) => {
      answering.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const frame of answered('resp_1', 'Hello').slice(0, 2)) answering.write(frame);
      await new Promise((resolve) => answering.on('close', resolve));
    });
    const gate = await gateway({ baseUrl: up.baseUrl }, { disconnectPolicy: 'cancel' });
    const one = await connected(gate, path);
    one.say(create({ input: 'Hi' }));
    await one.next(({ type }) => type === 'response.output_text.delta');
    if (how === 'close') one.close();
    else {
      one.say({ type: 'response.cancel' });
      expect(await one.next(({ type }) => type === 'response.incomplete')).toMatchObject({
        response: { id: 'resp_1', status: 'incomplete', incomplete_details: { reason: 'cancelled' } },
      });
    }
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ endReason: 'client_disconnected', status: 499 });
    expect(gate.records[0]?.charge?.amount).toBeGreaterThan(0n);
    while (up.tornDown() === 0) await Bun.sleep(5);
    if (how === 'cancel') await goesOn(one, up);
    one.close();
    await expectClean(gate);
  });

  test('a stream goes on while the upstream of what was cancelled is read to its end', async () => {
    let finish: () => void = () => undefined;
    const frames = answered('resp_1', 'Hello');
    const up = await upstream(async (answering) => {
      answering.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const frame of frames.slice(0, 2)) answering.write(frame);
      await new Promise<void>((resolve) => (finish = resolve));
      for (const frame of frames.slice(2)) answering.write(frame);
      answering.end();
    });
    const gate = await gateway({ baseUrl: up.baseUrl });
    const one = await connected(gate, path);
    one.say(create({ input: 'Hi' }));
    await one.next(({ type }) => type === 'response.output_text.delta');
    one.say({ type: 'response.cancel' });
    await goesOn(one, up);
    finish();
    await gate.recorded(2);
    expect(gate.records.map(({ endReason, charge }) => [endReason, charge?.amount])).toEqual([
      ['completed', cost],
      ['client_disconnected', cost],
    ]);
    one.close();
    await expectClean(gate);
  });

  test('who may not come in is told by the answer to the handshake', async () => {
    const gate = await gateway({ baseUrl: 'http://127.0.0.1:9/v1' });
    expect(await refusedAt(gate, path, { key: 'sk-wrong' })).toMatchObject({ status: 401 });
    expect(await refusedAt(gate, path, { key: '' })).toMatchObject({ status: 401 });
    expect(await refusedAt(gate, path, { subprotocols: ['realtime'] })).toMatchObject({ status: 400 });
    const plain = await gate.get(path);
    expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket']);
    gate.deps.load.shuttingDown = true;
    expect(await refusedAt(gate, path)).toMatchObject({ status: 503 });
    await expectClean(gate);
  });

  test('a key that is taken away serves no further request', async () => {
    const up = await upstream(streamAnswer(answered('resp_1', 'Hello')));
    const gate = await gateway({ baseUrl: up.baseUrl });
    const one = await connected(gate, path);
    gate.changeKey({ enabled: false });
    one.say(create({ input: 'Hi' }));
    expect(await one.next(isError)).toMatchObject({ status: 401, error: { code: 'key_disabled' } });
    expect(up.received.length).toBe(0);
    one.close();
    await expectClean(gate);
  });

  test('the gateway ends idle connections as it stops', async () => {
    const gate = await gateway({ baseUrl: 'http://127.0.0.1:9/v1' });
    const one = await connected(gate, path);
    gate.deps.load.shuttingDown = true;
    expect(await one.ended).toEqual([1001, 'shutting_down']);
    await expectClean(gate);
  });
});

async function goesOn(one: SocketClient, up: ScriptedUpstream): Promise<void> {
  up.behave(streamAnswer(answered('resp_2', 'More')));
  one.say(create({ input: 'Hi' }));
  await one.next(isCompleted);
}

function neverReceived(): never {
  throw new Error('nothing was received');
}
