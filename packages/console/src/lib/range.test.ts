import { expect, test } from 'bun:test';
import { daysOf, momentsOf, presets, rangeBetween, readRange } from './range.ts';

const now = Date.UTC(2026, 10, 29, 12);

test('a preset ends now', () => {
  for (const preset of presets) expect(readRange(preset, now)?.to).toBe(now);
  expect(readRange('24h', now)).toEqual({ from: now - 86_400_000, to: now });
});

test('two days are whole days of the reader', () => {
  const range = readRange('2026-11-01..2026-11-07', now);
  expect(new Date(range?.from ?? 0).getHours()).toBe(0);
  expect(new Date(range?.from ?? 0).getDate()).toBe(1);
  expect(new Date(range?.to ?? 0).getDate()).toBe(8);
  expect(new Date(range?.to ?? 0).getHours()).toBe(0);
});

test.each(['', '5h', '2026-11-07..2026-11-01', '2026-13-01..2026-14-01', '2026-11-01', '..'])(
  '%p is no range',
  (text) => {
    expect(readRange(text, now)).toBeUndefined();
  },
);

test('the days of a range', () => {
  expect(daysOf('2026-11-01..2026-11-07')).toEqual({ start: '2026-11-01', end: '2026-11-07' });
  expect(daysOf('7d')).toBeUndefined();
});

test('a range between two moments says both of them, and is read back', () => {
  const text = rangeBetween(now, now + 5_400_000);
  expect(text).toBe('2026-11-29T12:00:00Z..2026-11-29T13:30:00Z');
  expect(momentsOf(text)).toEqual({ from: now, to: now + 5_400_000 });
  expect(readRange(text, now)).toEqual({ from: now, to: now + 5_400_000 });
  expect(readRange(rangeBetween(now, now), now)).toBeUndefined();
  expect(momentsOf('24h')).toBeUndefined();
});
