import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { stretchOf } from './period.ts';

const moment = fc.integer({ min: 0, max: Date.UTC(2200, 0) });
const period = fc.constantFrom('day' as const, 'week' as const, 'month' as const);

test('law: a moment falls into its stretch, and the next stretch begins where it ends', () => {
  fc.assert(
    fc.property(period, moment, (which, at) => {
      const here = stretchOf(which, at);
      expect(here.startsAt <= at && at < here.endsAt).toBe(true);
      expect(stretchOf(which, here.startsAt)).toEqual(here);
      expect(stretchOf(which, here.endsAt - 1)).toEqual(here);
      const next = stretchOf(which, here.endsAt);
      expect(next.startsAt).toBe(here.endsAt);
      expect(next.name > here.name).toBe(true);
    }),
  );
});

test('days, weeks and months are those of the calendar in UTC', () => {
  const at = Date.UTC(2026, 10, 3, 23, 59, 59, 999);
  expect(stretchOf('day', at)).toEqual({
    name: '2026-11-03',
    startsAt: Date.UTC(2026, 10, 3),
    endsAt: Date.UTC(2026, 10, 4),
  });
  expect(stretchOf('week', at)).toEqual({
    name: '2026-W45',
    startsAt: Date.UTC(2026, 10, 2),
    endsAt: Date.UTC(2026, 10, 9),
  });
  expect(stretchOf('month', at)).toEqual({
    name: '2026-11',
    startsAt: Date.UTC(2026, 10),
    endsAt: Date.UTC(2026, 11),
  });
});

test('a week has the year of its Thursday', () => {
  for (const [day, name] of [
    [Date.UTC(2026, 0, 1), '2026-W01'],
    [Date.UTC(2025, 11, 29), '2026-W01'],
    [Date.UTC(2027, 0, 3), '2026-W53'],
    [Date.UTC(2027, 0, 4), '2027-W01'],
    [Date.UTC(2024, 11, 30), '2025-W01'],
    [Date.UTC(2020, 11, 31), '2020-W53'],
  ] as const)
    expect(stretchOf('week', day).name).toBe(name);
});
