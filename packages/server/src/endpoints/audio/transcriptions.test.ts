import { describe, expect, test } from 'bun:test';
import { frame } from '../../relay/testing/scripted-upstream.ts';
import { priceOf, setStage } from '../testing/stage.ts';
import { inspectTranscription } from './transcriptions.ts';

const stage = setStage();
const path = '/v1/audio/transcriptions';

/** 0.006 USD a minute, as `whisper-1`. */
const bySecond = priceOf({ seconds: 100_000_000_000n });
/** As `gpt-4o-transcribe`. */
const byToken = priceOf({ inputText: 2_500_000_000n, inputAudio: 6_000_000_000n, outputText: 10_000_000_000n });

/** Silence of so many seconds, 16-bit samples at 8 kHz. */
function wav(seconds: number): Uint8Array<ArrayBuffer> {
  const head = Buffer.alloc(44);
  const size = seconds * 16_000;
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + size, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(size, 40);
  const file = new Uint8Array(44 + size);
  file.set(head);
  return file;
}

function formOf(fields: Readonly<Record<string, string>> = {}, file = wav(3)): FormData {
  const form = new FormData();
  form.set('file', new File([file], 'voice.wav', { type: 'audio/wav' }));
  for (const [name, value] of Object.entries({ model: 'm', ...fields })) form.append(name, value);
  return form;
}

const text = (body: string, type: string): Response => new Response(body, { headers: { 'content-type': type } });

describe('transcriptions', () => {
  test('go on with a file that is never held whole, and are charged by the seconds that are reported', async () => {
    const said = { text: 'Hi.', usage: { type: 'duration', seconds: 120 } };
    const up = stage.formUpstream(() => Response.json(said));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: bySecond });
    const file = wav(200);
    const response = await gate.send(path, formOf({ language: 'en', 'timestamp_granularities[]': 'word' }, file));
    expect(await response.json()).toEqual(said);
    const [form] = up.forms;
    expect(up.paths).toEqual(['/v1/audio/transcriptions']);
    expect([form?.get('model'), form?.get('language')]).toEqual(['m-upstream', 'en']);
    const sent = form?.get('file');
    expect(sent instanceof Blob && new Uint8Array(await sent.arrayBuffer())).toEqual(file);
    expect(gate.records[0]).toMatchObject({
      operation: 'transcriptions',
      usage: { seconds: 120 },
      usageSource: 'provider',
    });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(120n * 100_000n);
    expect(gate.deps.spool.stats()).toEqual({ files: 0, bytes: 0 });
    expect((await gate.verify()).problems).toEqual([]);
  });

  test('are charged by the tokens that are reported', async () => {
    const details = { audio_tokens: 30, text_tokens: 2 };
    const usage = {
      type: 'tokens',
      input_tokens: 32,
      output_tokens: 5,
      total_tokens: 37,
      input_token_details: details,
    };
    const up = stage.formUpstream(() => Response.json({ text: 'Hi.', usage }));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: byToken });
    await (await gate.send(path, formOf())).json();
    expect(gate.records[0]).toMatchObject({ usage: { inputAudio: 30, inputText: 2, outputText: 5 } });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(30n * 6000n + 2n * 2500n + 5n * 10_000n);
  });

  test.each([
    ['text', 'text/plain; charset=utf-8', '', 3],
    ['srt', 'application/x-subrip', '1\n00:00:00,000 --> 00:00:04,200\nHi.\n', 5],
    ['vtt', 'text/vtt', 'WEBVTT\n\n00:00.000 --> 00:01.500\nHi.\n', 3],
  ])('as %s pass as they are, and are charged by how long the file plays', async (format, type, body, seconds) => {
    const up = stage.formUpstream(() => text(body, type));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: bySecond });
    const response = await gate.send(path, formOf({ response_format: format }));
    expect([response.headers.get('content-type'), await response.text()]).toEqual([type, body]);
    expect(gate.records[0]).toMatchObject({ usage: { seconds }, usageSource: 'estimated' });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(BigInt(seconds) * 100_000n);
  });

  test('say themselves how long they are, in the verbose form', async () => {
    const said = { task: 'transcribe', language: 'english', duration: 7.4, text: 'Hi.', segments: [] };
    const up = stage.formUpstream(() => Response.json(said));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: bySecond });
    expect(await (await gate.send(path, formOf({ response_format: 'verbose_json' }))).json()).toEqual(said);
    expect(gate.records[0]).toMatchObject({ usage: { seconds: 8 }, usageSource: 'provider' });
  });

  const events = [
    frame({ type: 'transcript.text.delta', delta: 'Hi' }),
    frame({
      type: 'transcript.text.done',
      text: 'Hi',
      usage: { type: 'tokens', input_tokens: 30, output_tokens: 3, total_tokens: 33 },
    }),
  ];

  test('are streamed, and charged by what the last event reports', async () => {
    const up = stage.formUpstream(() => text(`${events.join('')}data: [DONE]\n\n`, 'text/event-stream'));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: byToken });
    const response = await gate.send(path, formOf({ stream: 'true' }));
    expect(await response.text()).toBe(`${events.join('')}data: [DONE]\n\n`);
    expect(gate.records[0]).toMatchObject({ stream: true, usage: { inputAudio: 30, outputText: 3 } });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(30n * 6000n + 3n * 10_000n);
  });

  test('that break off are charged by what was said, and heard', async () => {
    const up = stage.formUpstream(() => text(events[0] ?? '', 'text/event-stream'));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: byToken });
    const said = await (await gate.send(path, formOf({ stream: 'true' }))).text();
    expect(said).toContain('upstream_cut');
    expect(gate.records[0]).toMatchObject({ usageSource: 'estimated', usage: { inputAudio: 30, outputText: 1 } });
  });

  test('are tried elsewhere when one answers without a transcript', async () => {
    const page = stage.formUpstream(() => text('<html>', 'text/html'));
    const none = stage.formUpstream(() => Response.json({}));
    const up = stage.formUpstream(() => Response.json({ text: '' }));
    const gate = await stage.gateway([
      { id: 'a', baseUrl: page.baseUrl, priority: 2 },
      { id: 'b', baseUrl: none.baseUrl, priority: 1 },
      { id: 'c', baseUrl: up.baseUrl, priority: 0 },
    ]);
    expect(await (await gate.send(path, formOf())).json()).toEqual({ text: '' });
    expect(gate.records[0]?.attempts.map(({ cause }) => cause)).toEqual(['unexpected_body', 'empty', 'ok']);
  });

  test('into English are asked at their own path', async () => {
    const up = stage.formUpstream(() => Response.json({ text: 'Hi.' }));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    expect(await (await gate.send('/v1/audio/translations', formOf())).json()).toEqual({ text: 'Hi.' });
    expect(up.paths).toEqual(['/v1/audio/translations']);
    expect(gate.records[0]).toMatchObject({ operation: 'translations' });
  });

  test('of a form that is none are refused, and nothing is left behind', async () => {
    const up = stage.formUpstream(() => Response.json({ text: '' }));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const form = formOf();
    form.delete('file');
    form.set('file', 'no file');
    const response = await gate.send(path, form);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'file' } }]);
    expect((await gate.post({ model: 'm' }, { path })).status).toBe(400);
    expect(up.forms).toEqual([]);
    expect(gate.deps.load).toMatchObject({ bufferedBytes: 0, openRequests: 0 });
  });
});

const file = { filename: 'a.mp3', contentType: 'audio/mpeg', bytes: 60_000 };

test.each([
  [{ file }, 'model'],
  [{ model: 'm' }, 'file'],
  [{ model: 'm', file: 'text' }, 'file'],
  [{ model: 'm', file, stream: 'perhaps' }, 'stream'],
] as const)('%j is refused at %p', (facts, param) => {
  expect(inspectTranscription(facts)).toMatchObject({ param });
});

test('a file is held for the longest that it may play', () => {
  expect(inspectTranscription({ model: 'm', file })).toMatchObject({ counted: { seconds: 60 }, maxOutputTokens: 460 });
  const sound = { filename: 'a.wav', contentType: 'audio/wav', bytes: 80_000 };
  expect(inspectTranscription({ model: 'm', file: sound })).toMatchObject({ counted: { seconds: 10 } });
});
