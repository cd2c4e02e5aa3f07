import { expect, test } from 'bun:test';
import { plainSettings, presetOf, readPreset } from './conversation.ts';

test('a preset keeps what differs, and gives all of it back', () => {
  const settings = { ...plainSettings, system: 'Be brief.', temperature: 0, stream: false };
  expect(JSON.parse(presetOf(settings))).toEqual({ system: 'Be brief.', temperature: 0, stream: false });
  expect(readPreset(presetOf(settings))).toEqual(settings);
  expect(readPreset(presetOf(plainSettings))).toEqual(plainSettings);
});

test.each(['', 'null', '[]x', '{"temperature":"hot"}', '{"effort":"endless"}'])('%p is no preset', (text) => {
  expect(readPreset(text)).toEqual(text === 'null' ? plainSettings : undefined);
});
