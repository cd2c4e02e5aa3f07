import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { priceSchema } from '@tollgate/contract/price';
import { formatDecimal } from './decimal.ts';
import {
  formatMultiplier,
  freeTerms,
  isFree,
  parseMultiplier,
  readPriceSheet,
  writePriceSheet,
} from './price-sheet.ts';

describe('readPriceSheet', () => {
  test('is exact where floats are not', () => {
    expect(readPriceSheet({ input: '0.15', cacheRead: '0.075', output: '0.60' })).toEqual({
      rates: { inputText: 150_000_000n, cacheRead: 75_000_000n, outputText: 600_000_000n },
      conditional: [],
      perCall: undefined,
    });
    expect(readPriceSheet({ input: '999999999.999999999' }).rates.inputText).toBe(999_999_999_999_999_999n);
  });

  test('knows units, tiers and flat prices', () => {
    expect(readPriceSheet({ perImage: '0.04', perCall: '0.001', tiers: [{ above: 200_000, input: '2.5' }] })).toEqual({
      rates: { images: 40_000_000_000_000n },
      conditional: [{ when: { inputAbove: 200_000 }, rates: { inputText: 2_500_000_000n }, perCall: undefined }],
      perCall: 1_000_000n,
    });
  });

  test('writes back what it read', () => {
    const usd = fc.bigInt(0n, 10n ** 18n - 1n).map((value) => formatDecimal(value, 9));
    const sheet = fc.record(
      {
        input: usd,
        output: usd,
        perImage: usd,
        perCall: usd,
        tiers: fc.array(fc.record({ above: fc.constant(5), input: usd }), { minLength: 1, maxLength: 1 }),
      },
      { requiredKeys: ['input'] },
    );
    fc.assert(
      fc.property(sheet, (written) => {
        expect(writePriceSheet(readPriceSheet(priceSchema.parse(written)))).toEqual(written);
      }),
    );
  });
});

test('free means every rate is zero', () => {
  expect(isFree(freeTerms)).toBe(true);
  expect(isFree(readPriceSheet({ input: '0', tiers: [{ above: 1, input: '1' }] }))).toBe(false);
});

test.each([
  ['1', 1_000_000n],
  ['0.85', 850_000n],
  ['1.5', 1_500_000n],
  ['0', 0n],
])('multiplier %s', (text, value) => {
  expect(parseMultiplier(text)).toBe(value);
  expect(formatMultiplier(value)).toBe(text);
});

test.each(['-1', '0.0000001', 'x', ''])('%p is no multiplier', (text) => {
  expect(parseMultiplier(text)).toBeUndefined();
});
