import { expect, test } from 'bun:test';
import { forecastEnd } from './budget-forecast.ts';

const hour = 3_600_000;
const day = { startsAt: 0, endsAt: 24 * hour, limit: 100n };

test('a budget ends when it goes on as it did, if that is within its stretch', () => {
  expect(forecastEnd({ ...day, spent: 50n }, 6 * hour)).toBe(12 * hour);
  expect(forecastEnd({ ...day, spent: 25n }, 6 * hour)).toBeUndefined();
  expect(forecastEnd({ ...day, spent: 100n }, 6 * hour)).toBe(6 * hour);
  expect(forecastEnd({ ...day, endsAt: undefined, spent: 1n }, 6 * hour)).toBe(600 * hour);
});

test('nothing is said of what was not used, or has only begun', () => {
  expect(forecastEnd({ ...day, spent: 0n }, 6 * hour)).toBeUndefined();
  expect(forecastEnd({ ...day, spent: 50n }, 1000)).toBeUndefined();
});
