import { expect, test } from 'bun:test';
import type { CatalogModel } from '@tollgate/contract/api/catalog';
import { capabilitiesOf, comparedOf, fits, rowsOf, uptimeOf } from './find.ts';

const model = (name: string, more: Partial<CatalogModel> = {}): CatalogModel => ({
  name,
  vendor: 'maker',
  operations: null,
  contextTokens: null,
  maxOutputTokens: null,
  input: null,
  output: null,
  reasoning: null,
  tools: null,
  structuredOutput: null,
  title: null,
  retiresOn: null,
  price: { input: '1' },
  ...more,
});
const rows = rowsOf({
  at: 0,
  group: 'default',
  multiplier: '1',
  models: [
    model('a', { tools: true, input: ['text', 'image'] }),
    model('b', { price: null, vendor: 'other' }),
    model('c'),
  ],
  uptime: null,
  rankings: null,
});
const found = (wanted: Parameters<typeof fits>[1]): readonly string[] =>
  rows.filter((row) => fits(row, wanted)).map((row) => row.model.name);

test('models are found by name, maker, what they can and that they cost nothing', () => {
  expect(found({})).toEqual(['a', 'b', 'c']);
  expect(found({ q: ' OTHER' })).toEqual(['b']);
  expect(found({ vendor: 'maker' })).toEqual(['a', 'c']);
  expect(found({ can: 'tools' })).toEqual(['a']);
  expect(found({ can: 'image' })).toEqual(['a']);
  expect(found({ free: true })).toEqual(['b']);
});

test('what is not known of a model is not said that it can', () => {
  expect(capabilitiesOf(model('x'))).toEqual([]);
});

test('an address compares only models that there are, and four at most', () => {
  expect(comparedOf('c,nothing,a', rows).map((row) => row.model.name)).toEqual(['a', 'c']);
  expect(comparedOf(undefined, rows)).toEqual([]);
});

test('a stretch without requests is neither good nor bad', () => {
  expect([uptimeOf(null), uptimeOf(1), uptimeOf(0.9), uptimeOf(0.5)]).toEqual(['idle', 'good', 'warn', 'danger']);
});
