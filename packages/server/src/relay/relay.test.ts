import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import {
  answer,
  delta,
  finish,
  frame,
  openScriptedUpstream,
  streamAnswer,
  usageChunk,
  usageOf,
  wholeAnswer,
  type Behaviour,
  type ScriptedUpstream,
} from './testing/scripted-upstream.ts';
import { channelOf, openTestGateway, snapshotOf, type ChannelSpec, type TestGateway } from './testing/gateway.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function upstream(behaviour?: Behaviour): Promise<ScriptedUpstream> {
  const one = await openScriptedUpstream(behaviour);
  open.push(one);
  return one;
}
async function gateway(
  channels: readonly ChannelSpec[],
  relay: Partial<Settings['relay']> = {},
  more: Partial<Settings> = {},
): Promise<TestGateway> {
  const settings = { ...defaultSettings, ...more, relay: { ...defaultSettings.relay, ...relay } };
  const one = await openTestGateway(snapshotOf(channels.map(channelOf), settings));
  open.push(one);
  return one;
}

const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
const streamed = { ...hello, stream: true };
const chunks = [frame(delta('Hel')), frame(delta('lo')), frame(finish()), frame(usageChunk(10, 5)), frame('[DONE]')];
/** 10 input at 1 USD and 5 output at 2 USD per million. */
const cost = 10n * 1000n + 5n * 2000n;

describe('whole answers', () => {
  test('pass byte for byte, are charged once, and carry the request id', async () => {
    const up = await upstream();
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const response = await gate.post(hello);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-upstream')).toBeNull();
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'Hello' } }] });
    const [record] = gate.records;
    expect(gate.records.length).toBe(1);
    expect(record).toMatchObject({
      id: response.headers.get('x-request-id') ?? '',
      endReason: 'completed',
      usageSource: 'provider',
      modelAsked: 'm',
      modelServed: 'm-upstream',
      channelId: 'a',
      attempts: [{ channelId: 'a', status: 200, cause: 'ok' }],
    });
    expect(record?.charge?.amount as bigint).toBe(cost);
    expect(up.received[0]?.headers.authorization).toBe('Bearer sk-upstream-canary');
  });

  test('only the model changes on the way up: unknown fields, big integers and key order keep their bytes', async () => {
    const up = await upstream();
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const text =
      '{"z_unknown" : {"a":12345678901234567890, "b":1.0},\n "model":"m","messages":[{"role":"user","content":"\\u00e9"}],"seed":9007199254740993}';
    expect((await gate.post(text)).status).toBe(200);
    expect(up.received[0]?.text).toBe(text.replace('"m"', '"m-upstream"'));
  });

  test('an answer without usage is charged by estimate and says so', async () => {
    const up = await upstream(wholeAnswer('some words of an answer', null));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    expect((await gate.post(hello)).status).toBe(200);
    expect(gate.records[0]).toMatchObject({ usageSource: 'estimated' });
    expect(gate.records[0]?.charge?.amount ?? 0n).toBeGreaterThan(0n);
  });

  test('usage reported as zero is zero, not missing', async () => {
    const up = await upstream(wholeAnswer('Hello', { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    await gate.post(hello);
    expect(gate.records[0]).toMatchObject({ usageSource: 'provider_reported_zero', charge: { amount: 0n } });
  });
});

describe('streams', () => {
  test('pass as they are; the usage chunk is hidden from a client that did not ask', async () => {
    const up = await upstream(streamAnswer(chunks));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const response = await gate.post(streamed);
    expect(response.headers.get('content-type')).toStartWith('text/event-stream');
    expect(await response.text()).toBe([chunks[0], chunks[1], chunks[2], chunks[4]].join(''));
    expect(up.received[0]?.json).toMatchObject({ stream_options: { include_usage: true } });
    expect(gate.records[0]).toMatchObject({ endReason: 'completed', usageSource: 'provider' });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(cost);
  });

  test('a client that asked for usage gets it', async () => {
    const up = await upstream(streamAnswer(chunks));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const response = await gate.post({ ...streamed, stream_options: { include_usage: true } });
    expect(await response.text()).toBe(chunks.join(''));
  });

  test('a finish reason that shares its chunk with the usage is not lost', async () => {
    const both = frame({ ...finish('length'), usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } });
    const up = await upstream(streamAnswer([frame(delta('x')), both, frame('[DONE]')]));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const text = await (await gate.post(streamed)).text();
    expect(text).toContain('"finish_reason":"length"');
    expect(text).not.toContain('usage');
    expect(gate.records[0]?.charge?.amount as bigint).toBe(cost);
  });

  test('a forgotten terminator after a finish reason is added', async () => {
    const up = await upstream(streamAnswer([frame(delta('x')), frame(finish())]));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    expect(await (await gate.post(streamed)).text()).toEndWith('data: [DONE]\n\n');
    expect(gate.records[0]).toMatchObject({ endReason: 'completed', usageSource: 'estimated' });
  });

  test.each([true, false])(
    'a stream cut in the middle ends with an error and no terminator (socket destroyed: %p)',
    async (cut) => {
      const up = await upstream(streamAnswer([frame(delta('half an answer'))], { cut, gapMs: 5 }));
      const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
      const text = await (await gate.post(streamed)).text();
      expect(text).toContain('"code":"upstream_cut"');
      expect(text).not.toContain('[DONE]');
      expect(gate.records[0]).toMatchObject({ endReason: 'upstream_cut', usageSource: 'estimated' });
    },
  );

  test('an error event in the middle is passed on redacted', async () => {
    const broken = frame({
      error: { message: 'overloaded at https://inner.example.com/x', type: 'server_error', code: 'oops' },
    });
    const up = await upstream(streamAnswer([frame(delta('half')), frame(delta(' way')) + broken], { gapMs: 20 }));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const text = await (await gate.post(streamed)).text();
    expect(text).toContain('half');
    expect(text).toContain(' way');
    expect(text).toContain('overloaded at ***');
    expect(text).not.toContain('inner.example.com');
    expect(gate.records[0]).toMatchObject({ endReason: 'upstream_error' });
  });

  test('silence longer than the idle timeout ends the stream visibly', async () => {
    const up = await upstream(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(frame(delta('then nothing')));
      await Bun.sleep(5000);
    });
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], { idleTimeoutMs: 150 });
    const text = await (await gate.post(streamed)).text();
    expect(text).toContain('upstream_timeout');
    expect(gate.records[0]).toMatchObject({ endReason: 'upstream_timeout_idle' });
  });
});

describe('failover', () => {
  test.each([
    ['500', answer(500, { error: { message: 'boom' } }), 'server_error'],
    ['429', answer(429, { error: { message: 'slow down' } }, { 'retry-after': '30' }), 'rate_limited'],
    ['401', answer(401, { error: { message: 'bad key sk-upstream-canary' } }), 'auth'],
    ['an empty 200', answer(200, ''), 'unexpected_body'],
    ['a 200 without content', wholeAnswer('', { prompt_tokens: 1, completion_tokens: 0, total_tokens: 1 }), 'empty'],
    ['an error inside a 200', answer(200, { error: { message: 'boom', code: 500 } }), 'server_error'],
    ['a reset', (response: { destroy(): void }) => response.destroy(), 'reset'],
  ] as const)('%s goes to the next channel, invisibly', async (_, behaviour, cause) => {
    const bad = await upstream(behaviour);
    const good = await upstream();
    const gate = await gateway([
      { id: 'bad', baseUrl: bad.baseUrl, priority: 1 },
      { id: 'good', baseUrl: good.baseUrl },
    ]);
    const response = await gate.post(hello);
    expect(response.status).toBe(200);
    expect(gate.records[0]?.attempts).toMatchObject([
      { channelId: 'bad', cause },
      { channelId: 'good', cause: 'ok' },
    ]);
    expect(gate.records.length).toBe(1);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(cost);
  });

  test('an empty stream goes to the next channel', async () => {
    const bad = await upstream(
      streamAnswer([
        frame({ choices: [{ index: 0, delta: { role: 'assistant' } }] }),
        frame(finish()),
        frame('[DONE]'),
      ]),
    );
    const good = await upstream(streamAnswer(chunks));
    const gate = await gateway([
      { id: 'bad', baseUrl: bad.baseUrl, priority: 1 },
      { id: 'good', baseUrl: good.baseUrl },
    ]);
    expect(await (await gate.post(streamed)).text()).toContain('Hel');
    expect(gate.records[0]?.attempts.map((a) => a.cause)).toEqual(['empty', 'ok']);
  });

  test('a refused request is not tried elsewhere, and its words reach the client redacted', async () => {
    const bad = await upstream(
      answer(400, {
        error: {
          message: 'max_tokens too large at http://10.0.0.1/v1',
          type: 'invalid_request_error',
          param: 'max_tokens',
          code: 'bad',
        },
      }),
    );
    const good = await upstream();
    const gate = await gateway([
      { id: 'bad', baseUrl: bad.baseUrl, priority: 1 },
      { id: 'good', baseUrl: good.baseUrl },
    ]);
    const response = await gate.post(hello);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: {
        message: 'max_tokens too large at ***',
        type: 'invalid_request_error',
        param: 'max_tokens',
        code: 'bad',
      },
    });
    expect(good.received.length).toBe(0);
    expect(gate.records[0]?.charge).toBeUndefined();
  });

  test('never returns to a target already tried, and gives up after the last', async () => {
    const bad = await upstream(answer(503, { error: { message: 'down' } }));
    const gate = await gateway([
      { id: 'a', baseUrl: bad.baseUrl, apiKeys: ['sk-one', 'sk-two'] },
      { id: 'b', baseUrl: bad.baseUrl },
    ]);
    const response = await gate.post(hello);
    expect(response.status).toBe(503);
    const tried = gate.records[0]?.attempts.map((a) => `${a.channelId}#${a.credential}`) ?? [];
    expect(new Set(tried)).toEqual(new Set(['a#0', 'a#1', 'b#0']));
    expect(tried.length).toBe(3);
    expect(gate.records[0]).toMatchObject({ status: 503, endReason: 'upstream_error', usageSource: 'none' });
  });

  test('a candidate to whom the request cannot be put uses up no attempt', async () => {
    const up = await upstream();
    const value = { message: 'Not here.', skip_retry: false };
    const overrides = { body: { operations: [{ mode: 'return_error' as const, value }] } };
    const gate = await gateway(
      [
        { id: 'a', baseUrl: up.baseUrl, priority: 2, overrides },
        { id: 'b', baseUrl: up.baseUrl, priority: 1, overrides },
        { id: 'c', baseUrl: up.baseUrl },
      ],
      { maxAttempts: 1 },
    );
    expect((await gate.post(hello)).status).toBe(200);
    expect(gate.records[0]?.attempts).toMatchObject([{ channelId: 'c', cause: 'ok' }]);
    expect(up.received.length).toBe(1);
  });

  test('a first byte that does not come in time is retried, then answered 504', async () => {
    const slow = await upstream(() => undefined);
    const gate = await gateway([{ id: 'a', baseUrl: slow.baseUrl }], { firstByteTimeoutMs: 150 });
    const response = await gate.post(hello);
    expect(response.status).toBe(504);
    expect(gate.records[0]).toMatchObject({ endReason: 'upstream_timeout_first_byte' });
  });
});

describe('clients that leave', () => {
  test('drain: the upstream is read on and the real usage charged', async () => {
    const up = await upstream(streamAnswer(chunks, { gapMs: 40 }));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], { disconnectPolicy: 'drain' });
    const leave = new AbortController();
    const response = await gate.post(streamed, { signal: leave.signal });
    await response.body?.getReader().read();
    leave.abort();
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ endReason: 'client_disconnected', status: 499, usageSource: 'provider' });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(cost);
    expect(gate.deps.load).toMatchObject({ drains: 0, openRequests: 0, bufferedBytes: 0 });
  });

  test('cancel: the upstream is torn down and what was delivered is charged as an estimate', async () => {
    const up = await upstream(
      streamAnswer([...Array.from({ length: 50 }, () => frame(delta('word '))), frame('[DONE]')], { gapMs: 20 }),
    );
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], { disconnectPolicy: 'cancel' });
    const leave = new AbortController();
    const response = await gate.post(streamed, { signal: leave.signal });
    await response.body?.getReader().read();
    leave.abort();
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ endReason: 'client_disconnected', usageSource: 'estimated' });
    await Bun.sleep(50);
    expect(up.tornDown()).toBe(1);
  });

  test('whole answers: drained for their usage, or dropped without a charge', async () => {
    for (const disconnectPolicy of ['drain', 'cancel'] as const) {
      const left = Promise.withResolvers<undefined>();
      const up = await upstream(async (response, received) => {
        await left.promise;
        await wholeAnswer('Hello')(response, received);
      });
      const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], { disconnectPolicy });
      const leave = new AbortController();
      const answered = gate.post(hello, { signal: leave.signal }).catch(() => undefined);
      while (up.received.length === 0) await Bun.sleep(5);
      leave.abort();
      await answered;
      // The gateway has noticed: it reads on, or has let go.
      while (gate.deps.load.drains === 0 && gate.records.length === 0) await Bun.sleep(5);
      left.resolve(undefined);
      await gate.recorded(1);
      expect(gate.records[0]?.charge?.amount as bigint | undefined).toBe(
        disconnectPolicy === 'drain' ? cost : undefined,
      );
    }
  });

  test('hundreds that hang up open no breaker', async () => {
    const up = await upstream(streamAnswer(chunks, { gapMs: 30 }));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], { disconnectPolicy: 'cancel' });
    const calls = Array.from({ length: 200 }, async () => {
      const leave = new AbortController();
      const response = await gate.post(streamed, { signal: leave.signal });
      await response.body?.getReader().read();
      leave.abort();
    });
    await Promise.all(calls);
    await gate.recorded(200);
    expect((await gate.post(streamed)).status).toBe(200);
  });
});

describe('across protocols', () => {
  test('what cannot be put to one candidate is put to the next', async () => {
    const translated = await upstream();
    const same = await upstream();
    const gate = await gateway([
      { id: 'translated', provider: 'anthropic', baseUrl: translated.baseUrl, priority: 1 },
      { id: 'same', baseUrl: same.baseUrl },
    ]);
    const biased = { ...hello, logit_bias: { '50256': -100 } };
    const response = await gate.post(biased, { headers: { 'x-tollgate-strict': 'true' } });
    expect([response.status, translated.received.length, same.received.length]).toEqual([200, 0, 1]);
    expect(gate.records[0]).toMatchObject({ channelId: 'same', attempts: [{ channelId: 'same', cause: 'ok' }] });
  });

  test('a strict key is refused what would be lost, whatever the header says, and nothing is sent', async () => {
    const up = await upstream();
    const gate = await gateway([{ id: 'a', provider: 'anthropic', baseUrl: up.baseUrl }]);
    const biased = { ...hello, logit_bias: { '50256': -100 } };
    gate.changeKey({ strictConversion: true });
    for (const headers of [{}, { 'x-tollgate-strict': 'false' }, { 'x-tollgate-strict': 'true' }]) {
      const response = await gate.post(biased, { headers });
      expect([response.status, await response.json()]).toMatchObject([
        400,
        { error: { code: 'conversion_loss', param: 'sampling.logitBias' } },
      ]);
    }
    expect(up.received.length).toBe(0);
    expect(gate.records.map((record) => record.charge)).toEqual([undefined, undefined, undefined]);
    expect(gate.records[0]).toMatchObject({
      errorCode: 'conversion_loss',
      conversion: { protocol: 'anthropic-messages', losses: [{ path: 'sampling.logitBias', kind: 'dropped' }] },
    });
    gate.changeKey({ strictConversion: false });
    await (await gate.post(biased, { headers: { 'x-tollgate-strict': 'false' } })).text();
    expect(up.received.length).toBe(1);
  });

  test('a strict key is served where nothing is lost', async () => {
    const up = await upstream();
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    gate.changeKey({ strictConversion: true });
    expect((await gate.post(messages, { path })).status).toBe(200);
    expect((await gate.post({ ...hello, logit_bias: { '50256': -100 } })).status).toBe(200);
    expect(gate.records.map((record) => record.conversion)).toEqual([
      { protocol: 'openai-chat', losses: [] },
      undefined,
    ]);
  });

  test('a conversation that was elsewhere before takes nobody’s signatures to a channel of its own protocol', async () => {
    const up = await upstream();
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const sealed = {
      type: 'reasoning.text',
      text: 'Hm.',
      signature: 'tollgate-seal.anthropic-messages.EqQB',
      index: 0,
    };
    const said = { role: 'assistant', content: 'Hi.', reasoning_content: 'Hm.', reasoning_details: [sealed] };
    const asked = { ...hello, messages: [...hello.messages, said, ...hello.messages], x_unknown: 1 };
    const response = await gate.post(asked);
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'Hello' } }] });
    expect(up.received[0]?.json).toEqual({
      model: 'm-upstream',
      messages: [...hello.messages, { role: 'assistant', reasoning_content: 'Hm.', content: 'Hi.' }, ...hello.messages],
      x_unknown: 1,
    });
    expect(response.headers.get('x-tollgate-conversion-loss')).toContain('signature;dropped');
  });

  const messages = { model: 'm', max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] };
  const asked = { ...messages, stream: true };
  const path = '/v1/messages';

  test('a stream becomes the client’s, whole, and is charged by what the upstream reports', async () => {
    const up = await upstream(streamAnswer(chunks));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const text = await (await gate.post(asked, { path })).text();
    const events = [...text.matchAll(/^event: (.+)$/gm)].map((match) => match[1]);
    expect(events[0]).toBe('message_start');
    expect(events.filter((event) => event === 'content_block_delta').length).toBe(2);
    expect(events.slice(-2)).toEqual(['message_delta', 'message_stop']);
    expect(gate.records[0]).toMatchObject({ protocol: 'anthropic-messages', usageSource: 'provider' });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(cost);
  });

  test('a stream that is cut ends with an error event and no success', async () => {
    const up = await upstream(streamAnswer([frame(delta('half an answer'))], { cut: true, gapMs: 5 }));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const text = await (await gate.post(asked, { path })).text();
    expect(text).toContain('half an answer');
    expect(text).toContain('event: error');
    expect(text).not.toContain('message_stop');
    expect(gate.records[0]).toMatchObject({ endReason: 'upstream_cut', usageSource: 'estimated' });
  });

  test('the log says what request and answer lost, also what a stream lost after its header had left', async () => {
    const second = { index: 1, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' };
    const first = { index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' };
    const up = await upstream(answer(200, { choices: [first, second], usage: usageOf(10, 5) }));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const narrowed = { ...messages, top_k: 5 };
    const whole = await gate.post(narrowed, { path });
    expect(whole.headers.get('x-tollgate-conversion-loss')).toBe('sampling.topK;dropped, choices;dropped');
    await whole.text();

    const other = { ...delta('Hi'), choices: [{ index: 1, delta: { content: 'Hi' }, finish_reason: null }] };
    up.behave(streamAnswer([frame(delta('Hello')), frame(other), ...chunks.slice(1)], { gapMs: 5 }));
    const stream = await gate.post({ ...narrowed, stream: true }, { path });
    expect(stream.headers.get('x-tollgate-conversion-loss')).toBe('sampling.topK;dropped');
    await stream.text();

    up.behave(streamAnswer([frame(delta('Hello')), frame(other)], { gapMs: 5, cut: true }));
    await (await gate.post({ ...narrowed, stream: true }, { path })).text();
    const lost = ['sampling.topK', 'choices'].map((name) => ({ path: name, kind: 'dropped' }));
    for (const index of [0, 1, 2])
      expect(gate.records[index]?.conversion).toMatchObject({ protocol: 'openai-chat', losses: lost });
    expect(gate.records[2]?.endReason).toBe('upstream_cut');
  });

  test('what an attempt that came to nothing lost is forgotten', async () => {
    const bad = await upstream(answer(500, { error: { message: 'boom' } }));
    const good = await upstream();
    const gate = await gateway([
      { id: 'bad', provider: 'anthropic', baseUrl: bad.baseUrl, priority: 1 },
      { id: 'good', baseUrl: good.baseUrl },
    ]);
    const biased = { ...hello, logit_bias: { '50256': -100 } };
    expect((await gate.post(biased)).status).toBe(200);
    good.behave(answer(500, {}));
    expect((await gate.post(biased)).status).toBe(500);
    expect(gate.records.map((record) => record.conversion)).toEqual([undefined, undefined]);
    expect(bad.received.length).toBe(2);
  });

  test('a cut answer is billed for what of it had come, not for what its beginning reports', async () => {
    const event = (json: Readonly<Record<string, unknown>>): string =>
      `event: ${String(json['type'])}\ndata: ${JSON.stringify(json)}\n\n`;
    const usage = { input_tokens: 10, output_tokens: 1 };
    const words = 'half of an answer that never came to its end';
    const begun = [
      event({ type: 'message_start', message: { id: 'm', role: 'assistant', content: [], usage } }),
      event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: words } }),
    ];
    for (const body of [streamed, asked]) {
      const up = await upstream(streamAnswer(begun, { cut: true, gapMs: 5 }));
      const gate = await gateway([{ id: 'a', provider: 'anthropic', baseUrl: up.baseUrl }]);
      await (await gate.post(body, body === asked ? { path } : {})).text();
      const [record] = gate.records;
      expect(record).toMatchObject({ endReason: 'upstream_cut', usageSource: 'estimated', usage: { inputText: 10 } });
      expect(record?.usage.outputText).toBeWithin(8, 14);
    }
  });

  test('refusals of the upstream and failover', async () => {
    const bad = await upstream(answer(500, { error: { message: 'boom' } }));
    const good = await upstream();
    const gate = await gateway([
      { id: 'bad', baseUrl: bad.baseUrl, priority: 1 },
      { id: 'good', baseUrl: good.baseUrl },
    ]);
    expect(await (await gate.post(messages, { path })).json()).toMatchObject({
      type: 'message',
      content: [{ type: 'text', text: 'Hello' }],
      usage: { input_tokens: 10, output_tokens: 5 },
    });
    good.behave(answer(400, { error: { message: 'too long', type: 'invalid_request_error' } }));
    const refused = await gate.post(messages, { path });
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { type: 'error', error: { type: 'invalid_request_error', message: 'too long' } },
    ]);
  });
});

test('a model’s name may say how much to think', async () => {
  const up = await upstream();
  const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl, models: { 'gpt-5': 'gpt-5', listed: 'o3-mini-low' } }]);
  const ask = async (model: string): Promise<unknown> => {
    const { status } = await gate.post({ ...hello, model });
    return [status, status === 200 ? up.received.at(-1)?.json : undefined];
  };
  expect(await ask('gpt-5-high')).toMatchObject([200, { model: 'gpt-5', reasoning_effort: 'high' }]);
  expect(gate.records[0]).toMatchObject({ modelAsked: 'gpt-5-high', modelServed: 'gpt-5', usageSource: 'provider' });
  expect(gate.records[0]?.charge?.amount as bigint).toBe(cost);
  expect(await ask('listed')).toMatchObject([200, { model: 'o3-mini', reasoning_effort: 'low' }]);
  expect(await ask('gpt-5-huge')).toEqual([404, undefined]);
  gate.changeKey({ models: new Set(['gpt-5']) });
  expect(await ask('gpt-5-low')).toMatchObject([200, { model: 'gpt-5', reasoning_effort: 'low' }]);
  gate.changeKey({ models: new Set(['other']) });
  expect(await ask('gpt-5-low')).toEqual([403, undefined]);

  const modelSuffixes = { ...defaultSettings.relay.modelSuffixes, gpt: false };
  const plain = await gateway([{ id: 'a', baseUrl: up.baseUrl, models: { 'gpt-5': 'gpt-5' } }], { modelSuffixes });
  expect((await plain.post({ ...hello, model: 'gpt-5-high' })).status).toBe(404);
});

test('a stream that nobody asked for is no answer', async () => {
  const bad = await upstream(streamAnswer(chunks));
  const good = await upstream();
  const gate = await gateway([
    { id: 'bad', baseUrl: bad.baseUrl, priority: 1 },
    { id: 'good', baseUrl: good.baseUrl },
  ]);
  expect(await (await gate.post(hello)).json()).toMatchObject({ choices: [{ message: { content: 'Hello' } }] });
  expect(gate.records[0]?.attempts.map((a) => a.cause)).toEqual(['unexpected_body', 'ok']);
});

test('a slow reader slows the upstream; one that stops reading is let go, without blame', async () => {
  const block = frame(delta('x'.repeat(64 * 1024)));
  let sent = 0;
  const up = await upstream(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    while (!response.destroyed && sent < 2000) {
      sent++;
      if (!response.write(block))
        await Promise.race([new Promise((resolve) => response.once('drain', resolve)), Bun.sleep(300)]);
    }
  });
  const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], { idleTimeoutMs: 1000, disconnectPolicy: 'cancel' });
  const response = await gate.post(streamed);
  expect(response.status).toBe(200);
  await gate.recorded(1);
  // What is on its way is bounded by the sockets' buffers: a part of the 128 MB the upstream would have sent.
  expect(sent).toBeLessThan(1000);
  expect(gate.records[0]).toMatchObject({ endReason: 'client_disconnected', attempts: [{ cause: 'client_gone' }] });
});

describe('refusals', () => {
  test.each([
    ['{"model":', 400, 'invalid_json'],
    ['[]', 400, 'invalid_request'],
    [{ ...hello, model: 7 }, 400, 'invalid_request'],
    [{ ...hello, messages: 'x' }, 400, 'invalid_request'],
    [{ ...hello, max_tokens: 1e12 }, 400, 'invalid_request'],
    [{ ...hello, n: 4000 }, 400, 'invalid_request'],
    [{ ...hello, model: 'nobody-has-this' }, 404, 'model_not_found'],
  ])('%j is refused with %d %s and holds nothing', async (body, status, code) => {
    const up = await upstream();
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const response = await gate.post(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      error: { code, message: expect.any(String), type: expect.any(String) },
    });
    expect(up.received.length).toBe(0);
    expect(gate.records.every((record) => record.charge === undefined)).toBe(true);
    expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
  });

  test('keys: missing, unknown, disabled, expired, foreign address, exhausted', async () => {
    const up = await upstream();
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const code = async (response: Response): Promise<unknown> => [
      response.status,
      ((await response.json()) as { error: { code: string } }).error.code,
    ];
    expect(await code(await gate.post(hello, { key: null }))).toEqual([401, 'missing_key']);
    expect(await code(await gate.post(hello, { key: 'sk-nobody' }))).toEqual([401, 'invalid_api_key']);
    gate.changeKey({ enabled: false });
    expect(await code(await gate.post(hello))).toEqual([401, 'key_disabled']);
    gate.changeKey({ enabled: true, expiresAt: 1 });
    expect(await code(await gate.post(hello))).toEqual([401, 'key_expired']);
    gate.changeKey({ expiresAt: undefined, allowedIps: ['10.0.0.0/8'] });
    expect(await code(await gate.post(hello))).toEqual([403, 'ip_not_allowed']);
    gate.changeKey({ allowedIps: undefined, models: new Set(['other']) });
    expect(await code(await gate.post(hello))).toEqual([403, 'model_not_allowed']);
    gate.changeKey({ models: undefined, group: 'nowhere' });
    expect(await code(await gate.post(hello))).toEqual([403, 'group_not_found']);
    gate.changeKey({ group: undefined });
    await gate.spendAll();
    expect(await code(await gate.post(hello))).toEqual([402, 'insufficient_balance']);
    const { shortfall } = gate.records.at(-1) ?? {};
    expect([shortfall?.kind, shortfall?.available]).toEqual(['account', 0n]);
    expect(shortfall !== undefined && shortfall.needed > 0n).toBe(true);
    expect(up.received.length).toBe(0);
  });

  test('limits answer 429 with Retry-After, and say what is left before that', async () => {
    const up = await upstream();
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    gate.changeKey({ limits: { requestsPerMinute: 2, tokensPerMinute: undefined, concurrent: undefined } });
    const first = await gate.post(hello);
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('1');
    await gate.post(hello);
    const third = await gate.post(hello);
    expect(third.status).toBe(429);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('overload is judged by what waits and answered 503', async () => {
    const up = await upstream();
    const gate = await gateway(
      [{ id: 'a', baseUrl: up.baseUrl }],
      {},
      { overload: { ...defaultSettings.overload, maxOpenRequests: 1 } },
    );
    up.behave(async (response, received) => {
      await Bun.sleep(100);
      await wholeAnswer('x')(response, received);
    });
    const both = await Promise.all([gate.post(hello), gate.post(hello)]);
    expect(both.map((r) => r.status).toSorted((a, b) => a - b)).toEqual([200, 503]);
    expect(both.find((r) => r.status === 503)?.headers.get('retry-after')).toBe('2');
  });

  test('unknown paths and wrong methods', async () => {
    const up = await upstream();
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const unknown = await gate.get('/v1/nothing');
    expect([unknown.status, await unknown.json()]).toMatchObject([
      404,
      { error: { code: 'unknown_path', message: 'Invalid URL (GET /v1/nothing)' } },
    ]);
    expect((await gate.get('/v1/chat/completions')).status).toBe(405);
  });
});

test('secrets and hosts of the upstream appear in no answer and no record', async () => {
  const leak = 'key sk-upstream-canary of name-of-a at 127.0.0.1 is bad';
  for (const status of [400, 401, 404, 429, 500]) {
    const up = await upstream(answer(status, { error: { message: leak, code: 'sk-upstream-canary' } }));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const text = await (await gate.post(hello)).text();
    for (const secret of ['sk-upstream-canary', 'name-of-a', '127.0.0.1']) expect(text).not.toContain(secret);
    expect(
      JSON.stringify(gate.records, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
    ).not.toContain('canary');
  }
});

test('GET /v1/models lists what the key can call', async () => {
  const up = await upstream();
  const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl, models: { m: 'x', other: 'y' } }]);
  expect(await (await gate.get('/v1/models')).json()).toMatchObject({
    object: 'list',
    data: [{ id: 'm', object: 'model', owned_by: 'test' }, { id: 'other' }],
  });
  expect(await (await gate.get('/v1/models/m')).json()).toMatchObject({ id: 'm' });
  expect((await gate.get('/v1/models/none')).status).toBe(404);
});

test('a model, or what stands deeper, cannot be smuggled by in a key that stands twice', async () => {
  const up = await upstream();
  const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl, models: { m: 'm' } }]);
  await gate.post('{"model":"dear","messages":[{"role":"user","content":"x"}],"model":"m"}');
  expect(up.received[0]?.text).not.toContain('dear');
  const deep = '{ "model":"m", "messages":[{"role":"user","content":"hidden", "content":"seen"}], "seed":1.0 }';
  await gate.post(deep);
  expect(up.received[1]?.text).toBe(deep.replace('"content":"hidden", ', ''));
  const many = `{"model":"m","messages":[{"role":"user","content":"x"}],"a":{${'"b":1,'.repeat(50_000)}"b":2}}`;
  expect([(await gate.post(many)).status, up.received.length]).toEqual([400, 2]);
});

test('overrides: headers and body paths are set and removed', async () => {
  const up = await upstream();
  const overrides = {
    headers: { set: { 'x-team': 'blue' }, remove: ['user-agent'] },
    body: { set: { 'metadata.team': 'blue', temperature: 0 }, remove: ['user'] },
  };
  const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl, overrides }]);
  await gate.post({ ...hello, user: 'someone', metadata: { keep: 1 } });
  expect(up.received[0]?.json).toEqual({
    ...hello,
    model: 'm-upstream',
    metadata: { keep: 1, team: 'blue' },
    temperature: 0,
  });
  expect(up.received[0]?.headers).toMatchObject({ 'x-team': 'blue' });
  expect(up.received[0]?.headers['user-agent']).toBeUndefined();
});

test('overrides: operations see the request, the client’s headers and the failure before', async () => {
  const busy = await upstream((response) => void response.writeHead(429).end('{"error":{"message":"busy"}}'));
  const up = await upstream();
  const overrides = {
    headers: { set: { host: 'tenant.example', 'x-key': 'k {api_key}' }, pass: ['x-stainless-os'] },
    body: {
      operations: [
        { mode: 'set' as const, path: 'tier', value: 'second', conditions: { 'last_error.status_code': 429 } },
        { mode: 'copy_header' as const, from: 'x-session', to: 'x-team' },
        { mode: 'return_error' as const, value: { message: 'No.', status_code: 451 }, conditions: { user: 'banned' } },
      ],
    },
  };
  const gate = await gateway([
    { id: 'busy', baseUrl: busy.baseUrl, priority: 1 },
    { id: 'a', baseUrl: up.baseUrl, overrides },
  ]);
  const headers = { 'x-stainless-os': 'Linux', 'x-session': 's1' };
  expect((await gate.post(hello, { headers })).status).toBe(200);
  expect(up.received[0]?.json).toEqual({ ...hello, model: 'm-upstream', tier: 'second' });
  expect(up.received[0]?.headers).toMatchObject({
    host: 'tenant.example',
    'x-key': 'k sk-upstream-canary',
    'x-stainless-os': 'Linux',
    'x-team': 's1',
  });
  const refused = await gate.post({ ...hello, user: 'banned' });
  expect(refused.status).toBe(451);
  expect(await refused.json()).toMatchObject({ error: { message: 'No.', code: 'invalid_request' } });
  expect(up.received).toHaveLength(1);
});
