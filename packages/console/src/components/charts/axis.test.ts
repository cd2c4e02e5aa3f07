import { expect, test } from 'bun:test';
import { shortAxis } from './axis.ts';

test.each([
  [0, [0]],
  [4, [0, 1, 2, 3, 4]],
  [7, [0, 2, 4, 6, 8]],
  [93, [0, 25, 50, 75, 100]],
  [0.3, [0, 0.1, 0.2, 0.3]],
  [1234, [0, 500, 1000, 1500]],
])('an axis above %p has round marks', (value, ticks) => {
  expect(shortAxis(value).ticks).toEqual(ticks);
  expect(shortAxis(value).most).toBeGreaterThanOrEqual(value);
});

test('nonsense has an axis too', () => {
  expect(shortAxis(Number.NaN)).toEqual({ most: 1, ticks: [0] });
  expect(shortAxis(-3)).toEqual({ most: 1, ticks: [0] });
});
