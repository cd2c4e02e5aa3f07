import { expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import fc from 'fast-check';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { readClientEvent } from './client-events.ts';

const settings = { ...defaultSettings, safety: { ...defaultSettings.safety, blockedWords: ['forbidden'] } };
const context: Planned = {
  snapshot: { settings },
  call: { id: 'r', endpoint: { operation: 'realtime' } },
  model: 'm',
  summary: { model: 'm' },
} as never;
const deps: Pick<RelayDeps, 'log'> = { log: { warn: () => undefined } as never };
const candidate: Candidate = { upstreamModel: 'm' } as never;
const read = (frame: string) => readClientEvent(deps, context, candidate, frame);

/** A JSON string in which every character may be written as an escape. */
const written = (text: string): fc.Arbitrary<string> =>
  fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((escaped) => {
    const characters = [...text].map((one, index) =>
      escaped[index] ? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}` : one,
    );
    return `"${characters.join('')}"`;
  });
const space = fc.constantFrom('', ' ', '\n');

test.each([
  '{"type":"input_audio_buffer.append","audio":"AAAA"}',
  '{"type": "input_audio_buffer.append", "event_id": "evt_1", "audio": "AAAA"}\n',
  '{"event_id":"evt_1","type":"input_audio_buffer.append","audio":"AAAA"}',
  '{"audio":"AAAA","type":"input_audio_buffer.append"}',
  '{"\\u0074ype":"input_audio_buffer.append","audio":"AA\\/A"}',
])('sound goes on as it came: %s', (frame) => {
  expect(read(frame)).toEqual({
    frame,
    tokens: 1,
    asks: false,
    maxOutputTokens: undefined,
    transcriber: undefined,
  });
});

test.each([
  // A second type, written with an escape or plainly.
  '{"type":"input_audio_buffer.append","audio":"AA","\\u0074ype":"response.create"}',
  '{"type":"input_audio_buffer.append","audio":"AA","type":"response.create"}',
  '{"type":"input_audio_buffer.append","audio":"AA","audio":"AA"}',
  '{"type":"input_audio_buffer.append","audio":"AA","item":{"text":"forbidden"}}',
  '{"type":"input_audio_buffer.append","audio":"\\"}","session":{"model":"dear"}}',
  '{"type":"input_audio_buffer.append","audio":"AA","session":{"model":"dear"}}',
  '{"type":"input_audio_buffer.append","audio":"AA","session":{"prompt":{"id":"pmpt_1"}}}',
  '{"type":"input_audio_buffer.append","audio":"AA"} {}',
  `{"type":"input_audio_buffer.append","audio":"AA"}${' '.repeat(40)}{"type":"response.create"}`,
])('what has more in it than sound is read: %s', (frame) => expect(() => read(frame)).toThrow());

test('however it is written, an event that begins as sound says nothing unread', () => {
  const other = (key: string, value: string): fc.Arbitrary<string> =>
    fc.tuple(written(key), space, fc.constant(value)).map(([name, gap, its]) => `${name}${gap}:${gap}${its}`);
  const members = fc.oneof(
    other('type', '"response.create"'),
    other('type', '"conversation.item.create"'),
    other('item', '{"type":"message","role":"user","content":[{"type":"input_text","text":"forbidden"}]}'),
    other('session', '{"model":"dear"}'),
    other('session', '{"prompt":{"id":"pmpt_1"}}'),
    other('event_id', '"forbidden"'),
  );
  const sound = fc.string({ unit: fc.constantFrom('A', '/', '\\\\', '\\"', '}', ','), maxLength: 12 });
  fc.assert(
    fc.property(
      written('type'),
      written('audio'),
      sound,
      fc.array(members, { minLength: 1, maxLength: 3 }),
      space,
      (type, audio, its, more, gap) => {
        const head = `{${type}:"input_audio_buffer.append",${gap}${audio}:"${its}"`;
        expect(() => read(`${head},${more.join(',')}}`)).toThrow();
        expect(() => read(`{${type}:"input_audio_buffer.append",${more.join(',')},${audio}:"${its}"}`)).toThrow();
      },
    ),
    { numRuns: 500 },
  );
});
