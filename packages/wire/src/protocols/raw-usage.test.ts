import { describe, expect, test } from 'bun:test';
import { mergeReports } from './raw-usage.ts';

describe('reports of a stream', () => {
  test('a report that leaves nothing out stands for itself', () => {
    const later = { prompt: 2, answer: 3 };
    expect(mergeReports({ prompt: 1 }, later)).toBe(later);
  });

  test.each([
    ['a name that it leaves out', { prompt: 1, cached: 4 }, { prompt: 2 }, { prompt: 2, cached: 4 }],
    ['a name that it says nothing of', { prompt: 1 }, { prompt: null, answer: 3 }, { prompt: 1, answer: 3 }],
    ['a new name that it says nothing of', {}, { prompt: 2, answer: null }, { prompt: 2 }],
  ])('%s is kept as it was', (_, known, later, merged) => {
    expect(mergeReports(known, later)).toEqual(merged);
  });

  test('what is to be kept is kept, though a later report has every name', () => {
    expect(mergeReports({ output: 5 }, { output: 0 }, (_, value) => value === 0)).toEqual({ output: 5 });
  });

  test('ever new names are not listened to', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`n${index}`, index]));
    expect(Object.keys(mergeReports({}, many))).toHaveLength(200);
  });
});
