import { describe, expect, test } from 'bun:test';
import type { Bucket, Usage } from '@tollgate/wire/ir/usage';
import { inputBuckets, inputTokens, outputBuckets } from '@tollgate/wire/ir/usage';
import fc from 'fast-check';
import { holdAmount, type Estimate } from './hold-amount.ts';
import { nanos, type Nanos } from './money.ts';
import type { Multiplier, Price, Rates } from './price.ts';
import { conditionsOfTiers, type Tier } from './price-sheet.ts';
import { quote } from './quote.ts';

/**
 * How prices were applied when all they could depend on was the length of the input: kept as the oracle by which what is
 * stored of them, and what is written in files, goes on to mean the same.
 */
type OldPrice = { readonly rates: Rates; readonly tiers: readonly Tier[]; readonly perCall: bigint | undefined };
type OldBucket = Exclude<Bucket, 'reasoning' | 'cacheWrite30m' | 'cacheWrite12h' | 'outputReasoning'>;

const oldInput = ['inputText', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'inputImage', 'inputAudio', 'inputVideo'];
const oldOutput = ['outputText', 'outputImage', 'outputAudio'];
const oldCounted = ['requests', 'images', 'seconds', 'characters', 'searches', 'toolCalls'];
const oldPriced = [...oldInput, ...oldOutput, ...oldCounted] as readonly OldBucket[];

const units = 1_000_000n;
const maxQuantity = 10_000_000_000;

function oldRateOf(bucket: OldBucket, rates: Rates): bigint {
  const own = rates[bucket];
  if (own !== undefined) return own;
  switch (bucket) {
    case 'cacheRead':
    case 'inputImage':
    case 'inputAudio':
    case 'inputVideo':
    case 'outputText':
      return rates.inputText ?? 0n;
    case 'cacheWrite5m':
      return timesRounded(rates.inputText ?? 0n, 5n, 4n);
    case 'cacheWrite1h':
      return timesRounded(oldRateOf('cacheWrite5m', rates), 8n, 5n);
    case 'outputImage':
    case 'outputAudio':
      return oldRateOf('outputText', rates);
    default:
      return 0n;
  }
}

const timesRounded = (rate: bigint, times: bigint, over: bigint): bigint => (rate * times * 2n + over) / (over * 2n);

function oldRatesFor(input: number, price: OldPrice): Rates {
  let highest: Tier | undefined;
  for (const tier of price.tiers)
    if (input > tier.above && (highest === undefined || tier.above > highest.above)) highest = tier;
  return highest === undefined ? price.rates : { ...price.rates, ...highest.rates };
}

function oldTotal(sum: bigint, multiplier: Multiplier): Nanos {
  const whole = units * 1_000_000n;
  const amount = (sum * multiplier + whole / 2n) / whole;
  return nanos(amount > 10n ** 17n ? 10n ** 17n : amount);
}

function oldQuote(usage: Usage, price: OldPrice, multiplier: Multiplier) {
  const rates = oldRatesFor(inputTokens(usage), price);
  const lines: { readonly bucket: string; readonly quantity: number; readonly rate: bigint }[] = [];
  for (const bucket of oldPriced) {
    const reported = usage[bucket];
    if (reported === undefined || !(reported > 0)) continue;
    lines.push({ bucket, quantity: Math.min(Math.ceil(reported), maxQuantity), rate: oldRateOf(bucket, rates) });
  }
  if (price.perCall !== undefined) lines.push({ bucket: 'call', quantity: 1, rate: price.perCall });
  let sum = 0n;
  for (const { bucket, quantity, rate } of lines) sum += BigInt(quantity) * (bucket === 'call' ? rate * units : rate);
  return { amount: oldTotal(sum, multiplier), lines };
}

function oldHold(estimate: Estimate, price: OldPrice, multiplier: Multiplier): Nanos {
  const quantity = (count: number): bigint => (count > 0 ? BigInt(Math.min(Math.ceil(count), maxQuantity)) : 0n);
  const sheets = [
    price.rates,
    ...price.tiers
      .filter((tier) => estimate.inputTokens > tier.above)
      .map((tier) => ({ ...price.rates, ...tier.rates })),
  ];
  const most = (buckets: readonly string[]): bigint =>
    sheets
      .flatMap((rates) => buckets.map((bucket) => oldRateOf(bucket as OldBucket, rates)))
      .reduce((top, rate) => (rate > top ? rate : top), 0n);
  let sum =
    quantity(estimate.inputTokens) * most(oldInput) +
    quantity(estimate.outputTokens) * most(oldOutput) +
    (price.perCall ?? 0n) * units;
  for (const bucket of oldCounted)
    sum += quantity(estimate.counted?.[bucket as OldBucket] ?? 0) * (estimate.counted ? most([bucket]) : 0n);
  return oldTotal(sum, multiplier);
}

const rate = fc.bigInt({ min: 0n, max: 200_000_000_000n });
const rates: fc.Arbitrary<Rates> = fc.dictionary(fc.constantFrom(...oldPriced), rate).map((found) => ({ ...found }));
const oldPrice: fc.Arbitrary<OldPrice> = fc.record({
  rates,
  tiers: fc.array(fc.record({ above: fc.integer({ min: 0, max: 5000 }), rates }), { maxLength: 4 }),
  perCall: fc.option(fc.bigInt({ min: 0n, max: 10n ** 9n }), { nil: undefined }),
});
const usage: fc.Arbitrary<Usage> = fc
  .dictionary(fc.constantFrom(...oldPriced, 'reasoning' as const), fc.integer({ min: -1, max: 2000 }))
  .map((found) => ({ ...found }));
const multiplier = fc.bigInt({ min: 0n, max: 10_000_000n });

const readAsNew = ({ rates: base, tiers, perCall }: OldPrice): Price => ({
  version: 'v1',
  rates: base,
  conditional: conditionsOfTiers(tiers),
  perCall,
  source: 'test',
  asOf: '2026-01-01',
});

describe('a price from before there were conditions', () => {
  test('law: costs what it did, line by line', () => {
    fc.assert(
      fc.property(usage, oldPrice, multiplier, (used, price, times) => {
        const before = oldQuote(used, price, times);
        const now = quote(used, readAsNew(price), times, { at: 0 });
        expect(now.amount).toBe(before.amount);
        expect(now.lines.map(({ bucket, quantity, rate: each }) => ({ bucket, quantity, rate: each }))).toEqual(
          before.lines as never,
        );
      }),
    );
  });

  test('law: holds what it did', () => {
    fc.assert(
      fc.property(usage, oldPrice, multiplier, fc.integer({ min: 0, max: 500 }), (used, price, times, slack) => {
        const sum = (buckets: readonly Bucket[]): number =>
          buckets.reduce((all, bucket) => all + Math.max(0, used[bucket] ?? 0), 0);
        const estimate: Estimate = {
          inputTokens: sum(inputBuckets) + slack,
          outputTokens: sum(outputBuckets) + slack,
          counted: used,
          at: 0,
        };
        expect(holdAmount(estimate, readAsNew(price), times)).toBe(oldHold(estimate, price, times));
      }),
    );
  });

  test('law: cache writes of a new lifetime cost what they did while they were counted with the old ones', () => {
    const lifetimes = [
      ['cacheWrite5m', 'cacheWrite30m'],
      ['cacheWrite1h', 'cacheWrite12h'],
    ] as const;
    fc.assert(
      fc.property(oldPrice, multiplier, fc.constantFrom(...lifetimes), ({ ...price }, times, [before, now]) => {
        expect(quote({ [now]: 1234 }, readAsNew(price), times).amount).toBe(
          oldQuote({ [before]: 1234 }, price, times).amount,
        );
      }),
    );
  });
});
