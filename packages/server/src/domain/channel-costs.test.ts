import { expect, test } from 'bun:test';
import { costOf, readChannelCosts } from './channel-costs.ts';
import { nanos } from './money.ts';
import { readPriceSheet } from './price-sheet.ts';
import { multiplierOne } from './price.ts';
import { quote } from './quote.ts';

const price = { ...readPriceSheet({ input: '2', output: '10' }), version: 'v', source: '', asOf: '' };
const usage = { inputText: 1_000_000, outputText: 100_000 };

const costAt = (stored: Parameters<typeof readChannelCosts>[0], multiplier = multiplierOne, upstreamModel = 'm-up') => {
  const costs = readChannelCosts(stored);
  const charge = quote(usage, price, multiplier);
  return costs && costOf(costs, { upstreamModel, usage, charge, as: undefined, at: 0 });
};

test('a share of the price is reckoned without the multiplier that people pay by', () => {
  expect(costAt({ percentOfPrice: '62.5' })).toBe(nanos(1_875_000_000n));
  expect(costAt({ percentOfPrice: '62.5' }, 5n * multiplierOne)).toBe(nanos(1_875_000_000n));
  // What an allowance covers costs its owner nothing, and us as much as ever.
  expect(costAt({ percentOfPrice: '100' }, 0n)).toBe(nanos(3_000_000_000n));
});

test('a channel’s own price list goes first, and what nobody said is not known', () => {
  const prices = { 'm-up': { input: '1', output: '4' } };
  expect(costAt({ prices, percentOfPrice: '50' })).toBe(nanos(1_400_000_000n));
  expect(costAt({ prices, percentOfPrice: '50' }, multiplierOne, 'other')).toBe(nanos(1_500_000_000n));
  expect(costAt({ prices }, multiplierOne, 'other')).toBeUndefined();
  expect(costAt(null)).toBeUndefined();
});
