import { expect, test } from 'bun:test';
import { changesOf } from './changes.tsx';

test('only what differs is told, by its dotted name; lists as wholes', () => {
  const before = { name: 'a', limits: { rpm: 5, tpm: null }, models: ['x', 'y'], gone: 1 };
  const after = { name: 'a', limits: { rpm: 6, tpm: null }, models: ['x'], fresh: true };
  expect(changesOf(before, after)).toEqual([
    { name: 'limits.rpm', before: 5, after: 6 },
    { name: 'models', before: ['x', 'y'], after: ['x'] },
    { name: 'gone', before: 1, after: undefined },
    { name: 'fresh', before: undefined, after: true },
  ]);
  expect(changesOf({ a: null }, {})).toEqual([]);
});
