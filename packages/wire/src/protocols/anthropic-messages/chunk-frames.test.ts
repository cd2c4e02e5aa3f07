import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { concatBytes } from '../../text.ts';
import { encodeFrame, encodeMessage, textHeader } from '../bedrock-converse/testing/frames.ts';
import { readChunkFrames } from './chunk-frames.ts';

const chunk = (payload: string): Uint8Array =>
  encodeMessage([textHeader(':event-type', 'chunk'), textHeader(':message-type', 'event')], payload);
const wrapped = (json: string): Uint8Array => chunk(JSON.stringify({ bytes: btoa(json), p: 'abcdefgh' }));

const events = ['{"type":"message_start","message":{}}', '{"type":"ping"}', '{"type":"message_stop"}'];
const named = events.map((data) => ({ event: (JSON.parse(data) as { type: string }).type, data, id: undefined }));

/** All frames of bytes that come in pieces. */
function read(bytes: Uint8Array, pieces: readonly number[]) {
  const reader = readChunkFrames();
  const frames = [];
  let at = 0;
  for (const size of pieces) {
    frames.push(...reader.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return [...frames, ...reader.push(bytes.subarray(at)), ...reader.end()];
}

describe('Claude’s events in Amazon’s stream', () => {
  test('are Anthropic’s, wherever the bytes are cut', () => {
    const bytes = concatBytes(events.map(wrapped));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }), (pieces) => {
        expect(read(bytes, pieces)).toEqual(named);
      }),
    );
  });

  test.each([
    ['throttlingException', 'rate_limit_error'],
    ['serviceUnavailableException', 'overloaded_error'],
    ['validationException', 'invalid_request_error'],
    ['modelStreamErrorException', 'api_error'],
  ])('an exception is an event of Anthropic’s: %s', (event, type) => {
    const frames = read(encodeFrame({ event, data: '{"message":"So it is."}', id: undefined }), []);
    expect(frames.map(({ event: name, data }) => [name, JSON.parse(data) as unknown])).toEqual([
      ['error', { type: 'error', error: { type, message: 'So it is.' } }],
    ]);
  });

  test('what is no event is left out, and damage is told', () => {
    for (const payload of ['', 'null', '{}', '{"bytes":"%"}', '{"bytes":7}', `{"bytes":"${btoa('{"no":"type"}')}"}`])
      expect(read(chunk(payload), [])).toEqual([]);
    const damaged = wrapped(events[0] ?? '');
    damaged[20] = (damaged[20] ?? 0) ^ 1;
    expect(read(damaged, []).map(({ event }) => event)).toEqual(['error']);
  });
});
