import { expect, test } from 'bun:test';
import { forecastOf, monthOf } from './forecast.ts';

const dayMs = 86_400_000;
const now = new Date(2026, 10, 21).getTime();
const days = (count: number, costNanos: bigint, before = now) =>
  Array.from({ length: count }, (_, back) => ({ at: before - (back + 1) * dayMs, costNanos }));

test('a month goes on as the last seven days did', () => {
  expect(new Date(monthOf(now).to).getDate()).toBe(1);
  // 20 days of 3 are spent; 10 are left.
  expect(forecastOf(days(20, 3n), now)).toEqual({ spent: 60n, expected: 90n });
  // What was before the month is part of the pace only.
  const second = new Date(2026, 10, 2).getTime();
  expect(forecastOf(days(7, 3n, second), second)).toEqual({ spent: 3n, expected: 3n + 29n * 3n });
});

test('where nothing was spent lately, nothing is foretold', () => {
  expect(forecastOf(days(5, 3n, now - 8 * dayMs), now)).toEqual({ spent: 15n, expected: undefined });
  expect(forecastOf([], now)).toEqual({ spent: 0n, expected: undefined });
});
