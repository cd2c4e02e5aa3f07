import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import {
  decimal,
  lineAmount,
  lineScale,
  millionths,
  roundToNanos,
  usd,
  usdCeiled,
  usdFloored,
  usdOf,
  usdRounded,
} from './money.ts';

describe('money as it is shown', () => {
  test('as many decimals as needed, two at least', () => {
    expect(usd(0n)).toBe('$0.00');
    expect(usd(1n)).toBe('$0.000000001');
    expect(usd(48_731_905_250n)).toBe('$48.73190525');
    expect(usd(1_234_567_500_000_000n)).toBe('$1,234,567.50');
    expect(usdOf('2.5')).toBe('$2.50');
    expect(usd(-2_500_000_000n)).toBe('−$2.50');
  });

  test('a decimal is exact at every size', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.integer({ min: 0, max: 24 }), (value, scale) => {
        const [whole = '', fraction = ''] = decimal(value, scale).split('.');
        expect(BigInt(whole.replace('-', '') + fraction.padEnd(scale, '0'))).toBe(value < 0n ? -value : value);
      }),
    );
  });

  test('the lines of a bill add up to the charge of the ledger', () => {
    // 1 209 tokens at $0.25 and 1 807 at $2 a million, times 1.25.
    const multiplier = millionths('1.25');
    const input = lineAmount(1209, 250_000_000n, multiplier, false);
    const output = lineAmount(1807, 2_000_000_000n, multiplier, false);
    expect(usd(input, lineScale)).toBe('$0.0003778125');
    expect(usd(output, lineScale)).toBe('$0.0045175');
    expect(usd(roundToNanos(input + output))).toBe('$0.004895313');
    expect(usd(lineAmount(1, 40_000_000n, multiplier, true), lineScale)).toBe('$0.05');
  });
});

test('money to the cent: rounded where it is compared, never more than there is where it is a balance', () => {
  const shown = [0n, 4_000_000n, 14_999_999n, 15_000_000n, 1_234_567_890n].map(usdRounded);
  const owed = [-4_000_000n, -14_999_999n, -15_000_000n, -856_000_000n].map(usdRounded);
  expect(owed).toEqual(['−<$0.01', '−$0.01', '−$0.02', '−$0.86']);
  expect(shown).toEqual(['$0.00', '<$0.01', '$0.01', '$0.02', '$1.23']);
  expect([0n, 1n, 10_000_000n, 10_000_001n].map(usdCeiled)).toEqual(['$0.00', '$0.01', '$0.01', '$0.02']);
  expect([19_999_999n, -1n, -20_000_000n].map(usdFloored)).toEqual(['$0.01', '−$0.01', '−$0.02']);
});
