import { expect, test } from 'bun:test';
import type { Catalogue } from '../../data/prices.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { createModel, getModel, updateModel } from '../configuration/models.ts';
import { readSeeds, seedPrices } from '../configuration/seeds.ts';
import { testContext } from '../configuration/testing/configuration.ts';
import { applyCatalogue, compareCatalogue } from './refresh.ts';

const catalogueOf = (asOf: string, prices: Readonly<Record<string, string>>): Catalogue => ({
  source: 'models.dev',
  asOf,
  models: Object.fromEntries(
    Object.entries(prices).map(([name, input]) => [name, { by: 'acme', at: '2026-01-01', max: 10, price: { input } }]),
  ),
});

eachDatabase('refreshing prices', (open) => {
  const begin = async () => {
    const context = await testContext(await open());
    await seedPrices(context, readSeeds(catalogueOf('2026-01-01', { same: '1', changed: '1', own: '1' })));
    await updateModel(context, 'user:1', 'own', { price: { input: '7' } });
    await createModel(context, 'user:1', { name: 'bare', ownedBy: 'us', maxOutputTokens: null, free: false });
    return { context, newer: catalogueOf('2026-11-01', { same: '1', changed: '2', own: '2', bare: '2', fresh: '2' }) };
  };

  test('tells what differs, and how', async () => {
    const { context, newer } = await begin();
    const told = await compareCatalogue(context, newer);
    expect(told.map(({ name, state, ours, theirs }) => [name, state, ours?.input, theirs.input])).toEqual([
      ['bare', 'unpriced', undefined, '2'],
      ['changed', 'changed', '1', '2'],
      ['fresh', 'new', undefined, '2'],
      ['own', 'own', '7', '2'],
    ]);
  });

  test('takes what is chosen as new versions, once', async () => {
    const { context, newer } = await begin();
    expect(await applyCatalogue(context, 'cli', newer, ['changed', 'fresh', 'bare', 'same', 'nobody'])).toBe(3);
    expect(await applyCatalogue(context, 'cli', newer, ['changed', 'fresh', 'bare'])).toBe(0);
    const { history, current } = await getModel(context, 'changed');
    expect(history.map(({ price, asOf }) => [price?.input, asOf])).toEqual([
      ['2', '2026-11-01'],
      ['1', '2026-01-01'],
    ]);
    expect(current?.source).toBe('models.dev');
    expect(await getModel(context, 'fresh')).toMatchObject({ ownedBy: 'acme', maxOutputTokens: 10 });
    expect(await getModel(context, 'bare')).toMatchObject({ ownedBy: 'us', current: { price: { input: '2' } } });
    expect((await getModel(context, 'own')).current?.price).toEqual({ input: '7' });
    // What Tollgate comes with is older, and does not take it back.
    expect(await seedPrices(context, readSeeds(catalogueOf('2026-02-01', { changed: '3' })))).toBe(0);
    expect((await compareCatalogue(context, newer)).map(({ name }) => name)).toEqual(['own']);
  });
});
