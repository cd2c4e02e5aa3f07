import { expect, test } from 'bun:test';
import { emptyEntry, keyEntrySchema, presets, sentOf, withPreset, type Preset } from './key-entry.ts';

test('a preset sets limits and leaves alone what a key is about', () => {
  const entry = { ...emptyEntry, name: 'Build', models: ['gpt-4o'], tokensPerMinute: 5 };
  const ci = withPreset(entry, 'ci');
  expect(ci).toMatchObject({ name: 'Build', models: ['gpt-4o'], limitUsd: '5', concurrent: 2, tokensPerMinute: null });
  expect(withPreset(ci, 'blank')).toEqual({ ...emptyEntry, name: 'Build', models: ['gpt-4o'] });
  for (const preset of Object.keys(presets) as Preset[])
    expect(keyEntrySchema.safeParse(withPreset(entry, preset)).success).toBe(true);
});

test('an expiry is sent as a moment, and one that stays is not sent', () => {
  expect(sentOf({ ...emptyEntry, expiresIn: '30' }, 1000)).toMatchObject({ expiresAt: 1000 + 30 * 86_400_000 });
  expect(sentOf({ ...emptyEntry, expiresIn: 'never' }, 1000)).toMatchObject({ expiresAt: null });
  expect('expiresAt' in sentOf({ ...emptyEntry, expiresIn: 'keep' }, 1000)).toBe(false);
});
