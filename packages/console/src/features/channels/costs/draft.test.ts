import { expect, test } from 'bun:test';
import { costDraftOf, costsOf, isConditional, mistakeOf, newRow } from './draft.ts';

test('what the page does not show of a price stays as it was', () => {
  const costs = {
    percentOfPrice: '60',
    prices: {
      plain: { input: '1', output: '4' },
      tiered: { input: '2', inputImage: '3', tiers: [{ above: 200_000, input: '4' }] },
      computed: { expression: 'p * 3 + c * 15' },
      nightly: { rates: [{ when: { inputAbove: 1000 }, input: '1' }, { input: '2' }] },
    },
  };
  const draft = costDraftOf(costs);
  expect(draft.rows.map(({ model, rates }) => [model, rates.input])).toEqual([
    ['plain', '1'],
    ['tiered', '2'],
    ['computed', ''],
    ['nightly', ''],
  ]);
  expect(draft.rows.map(isConditional)).toEqual([false, false, true, true]);
  expect(costsOf(draft)).toEqual(costs);
  const [first] = draft.rows;
  if (first === undefined) throw new Error('there is no line');
  const dearer = { ...first, model: ' plain ', rates: { ...first.rates, output: '5', input: '' } };
  expect(costsOf({ percent: '', rows: [dearer] })).toEqual({ prices: { plain: { output: '5' } } });
  expect(costsOf({ percent: '', rows: [] })).toBeNull();
});

test('a line needs a model of its own, and a price', () => {
  const first = newRow([], 'a');
  const priced = { ...first, rates: { ...first.rates, perCall: '0.01' } };
  const second = newRow([priced], 'a');
  expect([priced.key, second.key]).toEqual([1, 2]);
  expect(mistakeOf(priced, [priced])).toBeUndefined();
  expect(mistakeOf(first, [first])).toBe('unpriced');
  expect(mistakeOf(priced, [priced, second])).toBe('twice');
  expect(mistakeOf(newRow([]), [])).toBe('unnamed');
});
