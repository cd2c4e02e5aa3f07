import { expect, test } from 'bun:test';
import { changesOf } from './changes.ts';

test('names each place that is different, and none that is the same', () => {
  expect(
    changesOf({ weight: 1, name: 'a', retry: { attempts: 4 } }, { weight: 2, name: 'a', retry: { attempts: 6 } }),
  ).toEqual([
    { path: 'retry.attempts', before: 4, after: 6 },
    { path: 'weight', before: 1, after: 2 },
  ]);
});

test('compares lists whole, and plain values at the top', () => {
  expect(changesOf({ models: ['a'] }, { models: ['a', 'b'] })).toEqual([
    { path: 'models', before: ['a'], after: ['a', 'b'] },
  ]);
  expect(changesOf(4, 5)).toEqual([{ path: '', before: 4, after: 5 }]);
  expect(changesOf(null, 5)).toEqual([{ path: '', before: null, after: 5 }]);
  expect(changesOf({ a: [1] }, { a: [1] })).toEqual([]);
});

test('tells all of what was made or removed, and a value that became a tree as one change', () => {
  expect(changesOf(null, { name: 'a', on: true })).toEqual([
    { path: 'name', before: undefined, after: 'a' },
    { path: 'on', before: undefined, after: true },
  ]);
  expect(changesOf({ limit: '5' }, { limit: { usd: '5' } })).toEqual([
    { path: 'limit', before: '5', after: { usd: '5' } },
  ]);
});
