import { expect, test } from 'bun:test';
import { durationMs } from './duration.ts';

test.each([
  ['26s', 26_000],
  ['1.2s.', 1200],
  ['6m0s', 360_000],
  ['7m26.4s', 446_400],
  ['345ms', 345],
  ['1h2m3s', 3_723_000],
  ['9h23m12.62s. Or not.', 33_792_620],
  ['6 seconds.', 6000],
  ['1 minute', 60_000],
  ['1 day 4 hours', 100_800_000],
  ['2 mins or so', 120_000],
  ['26', undefined],
  ['soon', undefined],
  ['3 apples', undefined],
  ['', undefined],
  ['1'.repeat(100_000), undefined],
] as const)('%s', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});
