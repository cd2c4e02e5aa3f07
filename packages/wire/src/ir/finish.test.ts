import { expect, test } from 'bun:test';
import { explainsEmptiness, failureOf, finishOf } from './finish.ts';
import { finishReasons, type FinishReason } from './response.ts';

test('a natural end, calls that are not there, and failure explain no empty answer; everything else does', () => {
  const unexplained = finishReasons.filter((reason) => !explainsEmptiness({ reason, raw: 'a word' }));
  expect(unexplained).toEqual(['stop', 'tool-calls', 'error']);
  // Nobody said anything.
  expect(explainsEmptiness({ reason: 'other' })).toBe(false);
});

test('only an end in failure is one', () => {
  expect(finishReasons.filter((reason) => failureOf({ reason }))).toEqual(['error']);
  expect(failureOf({ reason: 'error', raw: 'w', detail: 'Gone.' })).toMatchObject({ message: 'Gone.', code: 'w' });
});

test('the word follows whether tools are called, and no other word is changed', () => {
  const after = (calls: boolean): Partial<Record<FinishReason, FinishReason>> =>
    Object.fromEntries(
      finishReasons
        .map((reason) => [reason, finishOf({ reason }, calls).reason] as const)
        .filter(([before, now]) => before !== now),
    );
  expect(after(true)).toEqual({ stop: 'tool-calls', other: 'tool-calls' });
  expect(after(false)).toEqual({ 'tool-calls': 'stop' });
  expect(finishOf(undefined, false)).toEqual({ reason: 'stop' });
  expect(finishOf(undefined, true)).toEqual({ reason: 'tool-calls' });
});
