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

  test.each([
    ['a zero that forgets', { output: 5 }, { output: 0 }, { output: 5 }],
    ['less than before', { input: 100, output: 5 }, { input: 20, output: 9 }, { input: 100, output: 9 }],
    [
      'less of a detail',
      { all: 9, details: { cached: 8 } },
      { all: 10, details: { cached: 2 } },
      { all: 10, details: { cached: 8 } },
    ],
    ['a negative count', { output: 5 }, { output: -5 }, { output: 5 }],
  ])('%s changes no count that was larger', (_, known, later, merged) => {
    expect(mergeReports(known, later)).toEqual(merged);
  });

  test('ever new names are not listened to', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`n${index}`, index]));
    expect(Object.keys(mergeReports({}, many))).toHaveLength(200);
  });
});
