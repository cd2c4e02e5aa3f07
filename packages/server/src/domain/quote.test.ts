import { describe, expect, test } from 'bun:test';
import type { Bucket, Usage } from '@tollgate/wire/ir/usage';
import { inputBuckets, outputBuckets } from '@tollgate/wire/ir/usage';
import fc from 'fast-check';
import { holdAmount } from './hold-amount.ts';
import { formatUsd, nanos, parseUsd, readNanos, writeNanos } from './money.ts';
import { multiplierOne } from './price.ts';
import type { Price, Rates } from './price.ts';
import { conditionsOfTiers } from './price-sheet.ts';
import { quote, totalOf } from './quote.ts';
import { rateOf } from './rates.ts';

const priced: readonly Bucket[] = [...inputBuckets, ...outputBuckets, 'requests', 'images', 'seconds', 'searches'];

const rate = fc.bigInt({ min: 0n, max: 200_000_000_000n });
const rates: fc.Arbitrary<Rates> = fc.dictionary(fc.constantFrom(...priced), rate).map((found) => ({ ...found }));
const price = (conditional: fc.Arbitrary<Price['conditional']>): fc.Arbitrary<Price> =>
  fc.record({
    version: fc.constant('v1'),
    rates,
    conditional,
    perCall: fc.option(fc.bigInt({ min: 0n, max: 10n ** 9n }), { nil: undefined }),
    source: fc.constant('test'),
    asOf: fc.constant('2026-01-01'),
  });
const tiers = fc
  .array(fc.record({ above: fc.integer({ min: 0, max: 5000 }), rates }), { maxLength: 3 })
  .map(conditionsOfTiers);
const usage: fc.Arbitrary<Usage> = fc
  .dictionary(fc.constantFrom(...priced, 'reasoning' as const), fc.integer({ min: 0, max: 2000 }))
  .map((found) => ({ ...found }));
const multiplier = fc.bigInt({ min: 0n, max: 10_000_000n });

const mini: Price = {
  version: 'p1',
  rates: { inputText: 150_000_000n, cacheRead: 75_000_000n, outputText: 600_000_000n },
  conditional: [],
  perCall: undefined,
  source: 'test',
  asOf: '2026-01-01',
};

describe('quote', () => {
  test('prices a plain answer exactly', () => {
    const charge = quote({ inputText: 1000, cacheRead: 200, outputText: 500, reasoning: 400 }, mini, multiplierOne);
    expect(charge).toEqual({
      amount: nanos(150_000n + 15_000n + 300_000n),
      lines: [
        { bucket: 'inputText', quantity: 1000, rate: 150_000_000n },
        { bucket: 'cacheRead', quantity: 200, rate: 75_000_000n },
        { bucket: 'outputText', quantity: 500, rate: 600_000_000n },
      ],
      multiplier: multiplierOne,
      priceVersion: 'p1',
    });
  });

  test('rounds half-up once, after the sum', () => {
    const half: Price = { ...mini, rates: { inputText: 250_000n, outputText: 250_000n } };
    expect(quote({ inputText: 1, outputText: 1 }, half, multiplierOne).amount).toBe(nanos(1n));
    expect(quote({ inputText: 1 }, half, multiplierOne).amount).toBe(nanos(0n));
    expect(quote({ inputText: 2 }, half, multiplierOne).amount).toBe(nanos(1n));
  });

  test('takes the highest tier that the whole input exceeds, bucket by bucket', () => {
    const tiered: Price = {
      ...mini,
      conditional: conditionsOfTiers([
        { above: 100, rates: { inputText: 200_000_000n, outputText: 700_000_000n } },
        { above: 200, rates: { inputText: 300_000_000n } },
      ]),
    };
    const rateAt = (input: number): readonly bigint[] =>
      quote({ inputText: input - 50, cacheRead: 50, outputText: 1 }, tiered, multiplierOne).lines.map(
        (line) => line.rate,
      );
    expect(rateAt(100)).toEqual([150_000_000n, 75_000_000n, 600_000_000n]);
    expect(rateAt(101)).toEqual([200_000_000n, 75_000_000n, 700_000_000n]);
    expect(rateAt(201)).toEqual([300_000_000n, 75_000_000n, 600_000_000n]);
  });

  test('falls back so that nothing is free by omission', () => {
    const only: Rates = { inputText: 3_000_000_000n };
    expect(rateOf('cacheRead', only)).toBe(3_000_000_000n);
    expect(rateOf('cacheWrite5m', only)).toBe(3_750_000_000n);
    expect(rateOf('cacheWrite1h', only)).toBe(6_000_000_000n);
    expect(rateOf('outputText', only)).toBe(3_000_000_000n);
    expect(rateOf('outputAudio', { ...only, outputText: 5n })).toBe(5n);
    expect(rateOf('images', only)).toBe(0n);
  });

  test('a price per call is charged whatever the usage', () => {
    const perCall: Price = { ...mini, rates: {}, perCall: 40_000_000n };
    expect(quote({}, perCall, multiplierOne).amount).toBe(nanos(40_000_000n));
    expect(quote({ inputText: 9999 }, perCall, 500_000n).amount).toBe(nanos(20_000_000n));
    expect(holdAmount({ inputTokens: 1e6, outputTokens: 1e6 }, perCall, multiplierOne)).toBe(nanos(40_000_000n));
  });

  test('an absurd report of a broken upstream stays within what the columns hold', () => {
    const charge = quote({ outputText: 1e300, inputText: Number.NaN, images: -5 }, mini, 10n ** 12n);
    expect(charge.amount).toBeLessThanOrEqual(10n ** 17n);
    expect(charge.lines.map((line) => line.bucket)).toEqual(['outputText']);
  });

  test('law: multiplier 0 is free', () => {
    fc.assert(fc.property(usage, price(tiers), (used, at) => quote(used, at, 0n).amount === 0n));
  });

  test('law: the amount is what the lines say', () => {
    fc.assert(
      fc.property(usage, price(tiers), multiplier, (used, at, times) => {
        const charge = quote(used, at, times);
        let exact = 0n;
        for (const line of charge.lines) {
          exact += BigInt(line.quantity) * line.rate * (line.bucket === 'call' ? 1_000_000n : 1n) * times;
        }
        const twice = 2n * (charge.amount * 10n ** 12n - exact);
        return totalOf(charge.lines, times) === charge.amount && twice > -(10n ** 12n) && twice <= 10n ** 12n;
      }),
    );
  });

  test('law: more of any bucket never costs less, within one tier', () => {
    fc.assert(
      fc.property(
        usage,
        price(fc.constant([])),
        multiplier,
        fc.constantFrom(...priced),
        fc.integer({ min: 1, max: 1000 }),
        (used, at, times, bucket, more) =>
          quote({ ...used, [bucket]: (used[bucket] ?? 0) + more }, at, times).amount >= quote(used, at, times).amount,
      ),
    );
  });

  test('law: a hold is never below the quote of any usage within its estimate', () => {
    fc.assert(
      fc.property(usage, price(tiers), multiplier, fc.integer({ min: 0, max: 500 }), (used, at, times, slack) => {
        const sum = (buckets: readonly Bucket[]): number =>
          buckets.reduce((all, bucket) => all + (used[bucket] ?? 0), 0);
        const estimate = {
          inputTokens: sum(inputBuckets) + slack,
          outputTokens: sum(outputBuckets) + slack,
          counted: used,
        };
        return holdAmount(estimate, at, times) >= quote(used, at, times).amount;
      }),
    );
  });
});

describe('money', () => {
  test('reads and writes dollars exactly', () => {
    expect(parseUsd('0.15')).toBe(nanos(150_000_000n));
    expect(parseUsd('-3')).toBe(nanos(-3_000_000_000n));
    expect(parseUsd('0.0000000001')).toBeUndefined();
    expect(parseUsd('twelve')).toBeUndefined();
    expect(parseUsd('100000000.000000001')).toBeUndefined();
    expect(readNanos('12x')).toBeUndefined();
  });

  test('law: what is written is read back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), (value) => {
        const amount = nanos(value);
        return parseUsd(formatUsd(amount)) === amount && readNanos(writeNanos(amount)) === amount;
      }),
    );
  });
});
