import { expect, test } from 'bun:test';
import { changeOf, differencesShown, makersOf, takenOf, undecided, type PriceDifference } from './price-list.ts';

const one = (name: string, state: PriceDifference['state'], ours: string | undefined, theirs: string) => ({
  name,
  state,
  ownedBy: name === 'fresh' ? 'globex' : 'acme',
  maxOutputTokens: null,
  ours: ours === undefined ? null : { input: ours },
  theirs: { input: theirs },
});
const list = {
  source: 'models.dev',
  asOf: '2026-11-01',
  models: 9,
  skipped: 0,
  differences: [
    one('bare', 'unpriced', undefined, '2'),
    one('changed', 'changed', '1', '1.5'),
    one('fresh', 'new', undefined, '2'),
    one('own', 'own', '0', '2'),
  ],
};
const names = (rows: readonly PriceDifference[]): readonly string[] => rows.map(({ name }) => name);

test('differences are shown by what they are, who made the model, and its name', () => {
  const all = { maker: undefined, q: '' };
  expect(names(differencesShown(list, { ...all, show: 'known' }))).toEqual(['bare', 'changed', 'own']);
  expect(names(differencesShown(list, { ...all, show: 'new' }))).toEqual(['fresh']);
  expect(names(differencesShown(list, { show: 'all', maker: 'acme', q: ' CHA' }))).toEqual(['changed']);
  expect(makersOf(list)).toEqual(['acme', 'globex']);
});

test('what nobody decided is chosen to begin with, and what is taken is what was shown', () => {
  expect([...undecided(list)]).toEqual(['bare', 'changed']);
  expect(takenOf(list, new Set(['own']))).toEqual({
    source: 'models.dev',
    asOf: '2026-11-01',
    models: [{ name: 'own', ownedBy: 'acme', maxOutputTokens: null, price: { input: '2' } }],
  });
});

test('a change is a fraction of our rate, where there is one', () => {
  expect(list.differences.map((row) => changeOf(row, 'input'))).toEqual([undefined, 0.5, undefined, undefined]);
});
