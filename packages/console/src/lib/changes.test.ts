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

test('says nothing of what the gateway keeps for itself, nor of nothing that stays nothing', () => {
  expect(
    changesOf(
      { id: 'ch_1', createdAt: 1, updatedAt: 1, remark: '', tags: [], proxy: null, weight: 1 },
      { id: 'ch_1', createdAt: 1, updatedAt: 2, remark: null, settings: { a: null }, weight: 2 },
    ),
  ).toEqual([{ path: 'weight', before: 1, after: 2 }]);
  expect(changesOf(null, { id: 'ch_1', name: 'a', remark: '', tags: [] })).toEqual([
    { path: 'name', before: undefined, after: 'a' },
  ]);
});

test('compares lists of things by their names, or by their numbers', () => {
  const account = { id: 'cred_1', index: 0, enabled: true, disabled: null };
  expect(changesOf({ credentials: [account] }, { credentials: [{ ...account, enabled: false }] })).toEqual([
    { path: 'credentials.#0.enabled', before: true, after: false },
  ]);
  expect(
    changesOf(
      { models: [{ name: 'a', upstream: 'x' }] },
      {
        models: [
          { name: 'a', upstream: 'y' },
          { name: 'b', upstream: 'b' },
        ],
      },
    ),
  ).toEqual([
    { path: 'models.a.upstream', before: 'x', after: 'y' },
    { path: 'models.b.upstream', before: undefined, after: 'b' },
  ]);
});
