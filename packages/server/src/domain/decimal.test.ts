import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { formatDecimal, parseDecimal } from './decimal.ts';

describe('parseDecimal', () => {
  test.each([
    ['0.15', 9, 150_000_000n],
    ['.5', 3, 500n],
    ['1', 6, 1_000_000n],
    ['0.85', 6, 850_000n],
    ['1.50', 1, 15n],
    ['1e-3', 9, 1_000_000n],
    ['2.5E2', 0, 250n],
    ['-0.000000001', 9, -1n],
    ['0.1234567890000', 9, 123_456_789n],
    ['5e-10', 10, 5n],
  ])('%s at scale %d', (text, scale, value) => {
    expect(parseDecimal(text, scale)).toBe(value);
  });

  test.each(['', '.', 'abc', '1.2.3', '0x10', '1_000', 'Infinity', 'NaN', ' 1'])('%p is no decimal', (text) => {
    expect(parseDecimal(text, 9)).toBeUndefined();
  });

  test.each(['0.0000000001', '1e-10', '1e-99', '12e-11'])('%p is finer than nine digits', (text) => {
    expect(parseDecimal(text, 9)).toBeUndefined();
  });

  test('is the inverse of formatDecimal', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.integer({ min: 0, max: 18 }), (value, scale) => {
        expect(parseDecimal(formatDecimal(value, scale), scale)).toBe(value);
      }),
    );
  });
});
