import { modelOperations } from '@tollgate/contract/model-operations';
import { operations, type Operation } from '@tollgate/wire/protocol';
import { expect, test } from 'bun:test';
import { knownOperations, serves } from './model-operations.ts';

test('the configuration has a word for everything that can be asked, and for nothing else', () => {
  expect([...modelOperations].toSorted()).toEqual([...operations].toSorted());
});

test.each<[readonly Operation[] | undefined, Operation, boolean]>([
  [undefined, 'chat', true],
  [undefined, 'count-tokens', true],
  [['chat'], 'chat', true],
  [['chat'], 'completions', true],
  [['chat'], 'compact', true],
  [['chat'], 'count-tokens', true],
  [['completions'], 'completions', true],
  [['completions'], 'chat', false],
  [['count-tokens'], 'chat', false],
  [['chat'], 'embeddings', false],
  [['embeddings'], 'embeddings', true],
  [['embeddings'], 'chat', false],
  [['embeddings'], 'count-tokens', true],
  [[], 'chat', false],
])('of %j, %s: %p', (told, operation, served) => {
  expect(serves(told, operation)).toBe(served);
});

test('what was kept by words that are no more is left out', () => {
  expect(knownOperations(['chat', 'telepathy', 3, null])).toEqual(['chat']);
});
