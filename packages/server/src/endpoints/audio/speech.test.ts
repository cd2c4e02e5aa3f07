import { describe, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { answer, frame, streamAnswer, type Behaviour } from '../../relay/testing/scripted-upstream.ts';
import { priceOf, setStage } from '../testing/stage.ts';
import { inspectSpeech } from './speech.ts';

const stage = setStage();
const path = '/v1/audio/speech';
const ask = { model: 'm', input: 'Grüße 👋', voice: 'alloy' };

const sound = crypto.getRandomValues(new Uint8Array(9600));
const bytes =
  (type: string, content: Uint8Array = sound): Behaviour =>
  (response) =>
    void response.writeHead(200, { 'content-type': type }).end(content);

/** 15 USD for a million characters, as `tts-1`. */
const byCharacter = priceOf({ characters: 15_000_000_000n });
/** As `gpt-4o-mini-tts`. */
const byToken = priceOf({ inputText: 600_000_000n, outputAudio: 12_000_000_000n });
const bySecond = priceOf({ seconds: 1_000_000_000_000n });

describe('speech', () => {
  test('comes as bytes of its own type, and is charged by its characters', async () => {
    const up = await stage.upstream(bytes('audio/mpeg'));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: byCharacter });
    const response = await gate.post(ask, { path });
    expect(response.headers.get('content-type')).toBe('audio/mpeg');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(sound);
    expect(up.received[0]).toMatchObject({ path: '/v1/audio/speech', json: { ...ask, model: 'm-upstream' } });
    expect(gate.records[0]).toMatchObject({
      operation: 'speech',
      endReason: 'completed',
      usage: { characters: 7 },
      usageSource: 'provider',
    });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(7n * 15_000n);
    expect((await gate.verify()).problems).toEqual([]);
  });

  test.each([
    // Of 16-bit samples at 24 kHz, 9600 bytes are 0.2 s: four tokens, and a second that has begun.
    ['tokens', byToken, { characters: 7, outputAudio: 4 }, 4n * 12_000n],
    ['seconds', bySecond, { characters: 7, seconds: 1 }, 1_000_000n],
  ])('that is paid by %s which nobody tells is charged by how long it plays', async (_, price, usage, sounding) => {
    const up = await stage.upstream(bytes('audio/pcm'));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price });
    await (await gate.post({ ...ask, response_format: 'pcm' }, { path })).arrayBuffer();
    const [record] = gate.records;
    expect(record).toMatchObject({ usageSource: 'estimated', usage });
    const input = BigInt(record?.usage.inputText ?? 0) * ((price.rates.inputText ?? 0n) / 1_000_000n);
    expect(record?.charge?.amount as bigint).toBe(sounding + input);
  });

  const events = [
    frame({ type: 'speech.audio.delta', audio: Buffer.from(sound).toString('base64') }),
    frame({ type: 'speech.audio.done', usage: { input_tokens: 5, output_tokens: 40, total_tokens: 45 } }),
  ];

  test('comes as events for who asks for them, and is charged by what they report', async () => {
    const up = await stage.upstream(streamAnswer(events));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: byToken });
    const response = await gate.post({ ...ask, stream_format: 'sse' }, { path });
    expect(response.headers.get('content-type')).toStartWith('text/event-stream');
    expect(await response.text()).toBe(events.join(''));
    expect(gate.records[0]).toMatchObject({ stream: true, usageSource: 'provider' });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(5n * 600n + 40n * 12_000n);
  });

  test('that breaks off within its events tells so, and is charged by what came', async () => {
    const up = await stage.upstream(streamAnswer(events.slice(0, 1), { cut: true }));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: byToken });
    const text = await (await gate.post({ ...ask, stream_format: 'sse' }, { path })).text();
    expect(text).toStartWith(events[0] ?? '');
    expect(text).toContain('"code":"upstream_cut"');
    expect(gate.records[0]).toMatchObject({ endReason: 'upstream_cut', usageSource: 'estimated' });
    expect(gate.records[0]?.charge?.amount).toBeGreaterThan(0n);
  });

  test.each([
    [
      'a refusal within a 200',
      answer(200, { error: { message: 'no such voice', type: 'server_error' } }),
      'server_error',
    ],
    ['an error among the events', streamAnswer([frame({ type: 'error', error: { message: 'oops' } })]), 'server_error'],
    ['nothing', bytes('audio/mpeg', new Uint8Array()), 'empty'],
    ['sound where events were asked for', bytes('audio/mpeg'), 'unexpected_body'],
  ])('is tried elsewhere after %s', async (_, behaviour, cause) => {
    const wrong = await stage.upstream(behaviour);
    const up = await stage.upstream(cause === 'empty' ? bytes('audio/mpeg') : streamAnswer(events));
    const gate = await stage.gateway([
      { id: 'a', baseUrl: wrong.baseUrl, priority: 1 },
      { id: 'b', baseUrl: up.baseUrl, priority: 0 },
    ]);
    const format = cause === 'empty' ? 'audio' : 'sse';
    const response = await gate.post({ ...ask, stream_format: format }, { path });
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    expect(gate.records[0]?.attempts.map((attempt) => attempt.cause)).toEqual([cause, 'ok']);
  });

  test.each(['drain', 'cancel'] as const)('that nobody waits for any more is paid for once (%s)', async (policy) => {
    const up = await stage.upstream(async (response) => {
      response.writeHead(200, { 'content-type': 'audio/mpeg' });
      response.write(sound);
      await Bun.sleep(100);
      response.end(sound);
    });
    const relay = { ...defaultSettings.relay, disconnectPolicy: policy };
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], {
      price: byCharacter,
      settings: { ...defaultSettings, relay },
    });
    const leaving = new AbortController();
    const response = await gate.post(ask, { path, signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ status: 499, endReason: 'client_disconnected', usage: { characters: 7 } });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(7n * 15_000n);
    expect((await gate.verify()).problems).toEqual([]);
  });
});

test.each([
  [[], null],
  [{ input: 'x' }, 'model'],
  [{ model: 'm' }, 'input'],
  [{ model: 'm', input: '' }, 'input'],
  [{ model: 'm', input: ['x'] }, 'input'],
  [{ model: 'm', input: 'x', stream_format: 3 }, 'stream_format'],
] as const)('%j is refused at %p', (json, param) => {
  expect(inspectSpeech(json)).toMatchObject({ param });
});

test('slow speech is held for longer', () => {
  const summary = (speed: number) => inspectSpeech({ model: 'm', input: 'x'.repeat(100), speed });
  expect(summary(1)).toMatchObject({ counted: { characters: 100, seconds: 15 }, maxOutputTokens: 300 });
  expect(summary(0.25)).toMatchObject({ counted: { seconds: 60 } });
});
