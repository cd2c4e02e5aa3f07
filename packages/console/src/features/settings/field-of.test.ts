import { expect, test } from 'bun:test';
import { settingsTree } from '@tollgate/contract/settings';
import { fieldOf, issueOf, spoken } from './field-of.ts';

test('each setting of the contract has a field that fits its default', () => {
  const fits = {
    switch: (value: unknown) => typeof value === 'boolean',
    number: (value: unknown) => typeof value === 'number',
    choice: (value: unknown) => typeof value === 'string',
    list: (value: unknown) => Array.isArray(value),
    image: (value: unknown) => typeof value === 'string',
    text: (value: unknown) => typeof value === 'string',
    json: (value: unknown) => typeof value === 'object',
  };
  for (const { path, default: value } of settingsTree.leaves) {
    const field = fieldOf(path, null);
    expect([path, field.kind, fits[field.kind](value)]).toEqual([path, field.kind, true]);
  }
});

test('a number knows its bounds, a choice its words, a list what is in it', () => {
  expect(fieldOf('relay.maxAttempts', 4)).toEqual({ kind: 'number', min: 1, max: 20 });
  expect(fieldOf('relay.disconnectPolicy', 'drain')).toEqual({ kind: 'choice', choices: ['drain', 'cancel'] });
  expect(fieldOf('media.fetch.ports', [])).toEqual({ kind: 'list', numbers: true });
  expect(fieldOf('media.fetch.allowPrivate', [])).toEqual({ kind: 'list', numbers: false });
  expect(fieldOf('site.publicUrl', '')).toEqual({ kind: 'text' });
  expect(fieldOf('site.terms', '')).toEqual({ kind: 'text', long: true });
});

test('a setting of a newer gateway is changed by what its value is', () => {
  expect(fieldOf('a.newer.one', true)).toEqual({ kind: 'switch' });
  expect(fieldOf('a.newer.one', { a: 1 })).toEqual({ kind: 'json' });
});

test('a value that the gateway would refuse is refused here', () => {
  expect(issueOf('relay.maxAttempts', 21)?.code).toBe('too_big');
  expect(issueOf('relay.maxAttempts', 20)).toBeUndefined();
});

test('quantities are said as people say them', () => {
  expect([spoken(300_000, 'ms'), spoken(1500, 'ms'), spoken(500, 'ms'), spoken(128 << 20, 'bytes')]).toEqual([
    '5 min',
    '1.5 s',
    undefined,
    '128 MiB',
  ]);
});

test.each(['en', 'zh-CN'])('each setting has a name and a sentence in %s, and none that is gone', async (language) => {
  const words: { readonly default: { readonly name: object; readonly help: object; readonly areas: object } } =
    await import(`../../locales/${language}/setting-leaves.json`);
  const keys = settingsTree.leaves.map(({ path }) => path.replaceAll('.', '_')).toSorted();
  const areas = [...new Set(settingsTree.leaves.flatMap(({ path }) => path.split('.').slice(0, 1)))].toSorted();
  expect(Object.keys(words.default.name).toSorted()).toEqual(keys);
  expect(Object.keys(words.default.help).toSorted()).toEqual(keys);
  expect(Object.keys(words.default.areas).toSorted()).toEqual(areas);
});
