import { mistakeInRule } from '@tollgate/contract/ignore-rule';
import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { compareModels } from './compare-models.ts';

const serve = (...names: readonly string[]) => names.map((upstream) => ({ name: `public-${upstream}`, upstream }));

test('tells what is new, what is there already and what is gone', () => {
  expect(compareModels(['a', 'b', 'b'], serve('b', 'c'), [])).toEqual({
    new: ['a'],
    existing: ['b'],
    gone: [{ name: 'public-c', upstream: 'c' }],
    ignored: [],
  });
});

test('leaves aside by name and by pattern, but never what is served', () => {
  const listed = ['gpt-5', 'gpt-5-preview', 'whisper-1', 'dall-e-3', 'regex:x'];
  const rules = ['whisper-1', 're:-preview$', 'dall-e', 'regex:^gpt-5$'];
  expect(compareModels(listed, serve('gpt-5', 'old-preview'), rules)).toEqual({
    new: ['dall-e-3', 'regex:x'],
    existing: ['gpt-5'],
    gone: [],
    ignored: ['gpt-5-preview', 'whisper-1'],
  });
});

test('every listed name is in one place, and every served one is listed, gone or ignored', () => {
  const names = fc.array(fc.constantFrom('a', 'b', 'c', 'ab', 'bc', 'abc'));
  const rules = fc.array(fc.constantFrom('a', 'abc', 'regex:^a', 'regex:c$', 'regex:('));
  fc.assert(
    fc.property(names, names, rules, (listed, served, ignore) => {
      const compared = compareModels(listed, serve(...served), ignore);
      const places = [...compared.new, ...compared.existing, ...compared.ignored];
      expect(places.toSorted()).toEqual([...new Set(listed)].toSorted());
      for (const { upstream } of compared.gone) expect(listed).not.toContain(upstream);
    }),
  );
});

test('a wrong rule is known as such', () => {
  expect(['a(', 're:^a', 'regex:', 're:('].map(mistakeInRule)).toEqual([
    undefined,
    undefined,
    'names no pattern',
    'is no regular expression',
  ]);
});
