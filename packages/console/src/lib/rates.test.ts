import { expect, test } from 'bun:test';
import { nanosOf } from './money.ts';
import { conditionsOf, plainRates, rateOf, withRate } from './rates.ts';

test('the rates of a price are those where no condition fits', () => {
  expect(plainRates({ input: '2', output: '8', tiers: [{ above: 1000, input: '4' }] })).toEqual({
    input: '2',
    output: '8',
  });
  const conditional = { rates: [{ when: { tier: 'flex' }, input: '1' }, { input: '2' }] };
  expect(plainRates(conditional)).toEqual({ input: '2' });
  expect([conditionsOf({ input: '2' }), conditionsOf(conditional)]).toEqual([0, 1]);
});

test('what a price does not name costs what it falls back to, as the gateway charges', () => {
  const rates = { input: '3', output: '15' };
  expect(rateOf(rates, 'inputText')).toBe(nanosOf('3'));
  expect(rateOf(rates, 'cacheRead')).toBe(nanosOf('3'));
  expect(rateOf(rates, 'cacheWrite5m')).toBe(nanosOf('3.75'));
  expect(rateOf(rates, 'cacheWrite1h')).toBe(nanosOf('6'));
  expect(rateOf({ ...rates, cacheRead: '0.3' }, 'cacheRead')).toBe(nanosOf('0.3'));
  expect(rateOf(rates, 'images')).toBe(0n);
});

test('a rate is put in, or taken out by an empty text, beside all the others', () => {
  expect(withRate({ input: '2', output: '8' }, 'input', '2.5')).toEqual({ input: '2.5', output: '8' });
  expect(withRate({ input: '2', cacheRead: '1' }, 'cacheRead', '')).toEqual({ input: '2' });
  const atBatch = { when: { tier: 'batch' }, input: '1' };
  const listed = { rates: [atBatch, { input: '2', cacheRead: '1' }] };
  expect(withRate(listed, 'input', '3')).toEqual({ rates: [atBatch, { input: '3', cacheRead: '1' }] });
  expect(withRate(listed, 'cacheRead', '')).toEqual({ rates: [atBatch, { input: '2' }] });
});
