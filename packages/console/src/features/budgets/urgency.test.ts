import { expect, test } from 'bun:test';
import { byUrgency, shareOf } from './urgency.ts';

const budget = (spent: number, forecastAt: number | null) => ({
  spentNanos: `${spent}`,
  limitNanos: '100',
  forecastAt,
});

test('what ends next stands first, and of what lasts what is used up most', () => {
  const [low, high, soon, late] = [budget(10, null), budget(70, null), budget(60, 5), budget(90, 9)];
  expect(byUrgency([low, high, late, soon])).toEqual([soon, late, high, low]);
});

test('a budget of nothing is used up', () => {
  expect(shareOf({ spentNanos: '0', limitNanos: '0' })).toBe(1);
  expect(shareOf(budget(25, null))).toBe(0.25);
});
