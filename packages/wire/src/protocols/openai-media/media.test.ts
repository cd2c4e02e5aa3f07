import { expect, test } from 'bun:test';
import { audioSeconds, subtitleSeconds } from './audio-length.ts';
import { probeEvents } from './events-probe.ts';
import { readMediaUsage } from './usage.ts';

const text = { input: 'inputText', output: 'outputImage' } as const;

test.each([
  [
    { input_tokens: 10, output_tokens: 4, input_tokens_details: { text_tokens: 3, image_tokens: 7 } },
    { inputText: 3, inputImage: 7, outputImage: 4 },
  ],
  [
    { input_tokens: 10, output_tokens: 4, output_tokens_details: { text_tokens: 1, image_tokens: 3 } },
    { inputText: 10, outputText: 1, outputImage: 3 },
  ],
  // Details that come to more than their total.
  [
    { input_tokens: 10, input_tokens_details: { image_tokens: 12, text_tokens: 9 } },
    { inputImage: 10, inputText: 0 },
  ],
  [{ type: 'duration', seconds: 2.1 }, { seconds: 3 }],
  [
    { prompt_audio_seconds: 9, prompt_tokens: 4, completion_tokens: 2 },
    { seconds: 9, inputText: 4, outputImage: 2 },
  ],
  [{ type: 'duration' }, undefined],
  [{ input_tokens: -1 }, undefined],
  ['nonsense', undefined],
])('usage %j is %j', (raw, usage) => {
  expect(readMediaUsage(raw, text)).toEqual(usage as never);
});

test('of MP3 the first frame tells, behind its tags too', () => {
  // MPEG-1 layer III, 128 kbit/s.
  const frame = [0xff, 0xfb, 0x90, 0x00];
  expect(audioSeconds(Uint8Array.from(frame), 160_000)).toBe(10);
  const tagged = Uint8Array.from([...Buffer.from('ID3'), 4, 0, 0, 0, 0, 0, 2, 0, 0, ...frame]);
  expect(audioSeconds(tagged, 160_012)).toBe(10);
  // MPEG-2 layer III, 64 kbit/s.
  expect(audioSeconds(Uint8Array.from([0xff, 0xf3, 0x80, 0x00]), 80_000)).toBe(10);
});

test('of FLAC the first block tells', () => {
  const head = new Uint8Array(42);
  head.set(Buffer.from('fLaC'));
  // 48 000 Hz, two channels, 16 bits, 480 000 samples.
  head.set([0x0b, 0xb8, 0x02, 0xf0, 0x00, 0x07, 0x53, 0x00], 18);
  expect(audioSeconds(head, 1)).toBe(10);
});

test('of anything else nothing is known', () => {
  for (const head of ['', 'RIFF', 'RIFF....WAVEfmt ', 'ID3', 'OggS', '\u0000\u0000\u0000 ftyp'])
    expect(audioSeconds(Uint8Array.from(Buffer.from(head)), 100)).toBeUndefined();
});

test.each([
  ['1\n00:00:01,000 --> 01:02:03,500\nHi', 3723.5],
  ['WEBVTT\n\n00:01.000 --> 02:03.250 align:start\nHi', 123.25],
  ['plain', undefined],
  ['a --> b', undefined],
])('subtitles %j end at %p', (subtitles, seconds) => {
  expect(subtitleSeconds(subtitles)).toBe(seconds as number);
});

test('events pass unchanged however they are cut, and an error is not handed on', () => {
  const stream = `data: {"type":"x.delta","audio":"${'A'.repeat(100)}\\"}"}\n\ndata: {"type":"x.done","usage":{"n":1}}\n\ndata: {"type":"error","error":{"message":"no"}}\n\n`;
  const whole = new TextEncoder().encode(stream);
  for (const size of [1, 7, 64, whole.length]) {
    const seen: string[] = [];
    const probe = probeEvents({
      fields: ['usage'],
      usage: undefined,
      see(type, fields) {
        seen.push(`${type} ${JSON.stringify(fields.get('usage'))}`);
        return { meaningful: true, done: type === 'x.done' };
      },
    });
    let out = '';
    for (let at = 0; at < whole.length; at += size)
      out += new TextDecoder().decode(probe.push(whole.subarray(at, at + size)));
    expect(out).toBe(stream.slice(0, stream.indexOf('data: {"type":"error"')));
    expect(seen).toEqual(['x.delta undefined', 'x.done {"n":1}']);
    expect([probe.meaningful, probe.finishReason, probe.error?.message]).toEqual([true, true, 'no']);
  }
});
