import { describe, expect, test } from 'bun:test';
import { priceSchema } from '@tollgate/contract/price';
import { catalogue } from '../../data/prices.ts';
import { modelRepository } from '../../store/configuration/models.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { deleteModel, getModel, updateModel } from './models.ts';
import { readSeeds, seedPrices } from './seeds.ts';
import type { Seeds } from './seeds.ts';
import { testContext } from './testing/configuration.ts';

describe('the catalogue', () => {
  test('has every price in the shape of the contract, with source and date', () => {
    expect(catalogue).toMatchObject({ source: 'models.dev', asOf: '2026-07-02' });
    for (const [name, model] of Object.entries(catalogue.models)) {
      if (model.price !== undefined) expect(priceSchema.safeParse(model.price).success, name).toBe(true);
      expect(Number.isNaN(Date.parse(model.at)), name).toBe(false);
    }
  });

  test('is read exactly, tiers included, and the vendor that made a model comes before its hosts', () => {
    const { models } = readSeeds();
    expect(models.get('gpt-4o-mini')).toMatchObject({
      ownedBy: 'openai',
      maxOutputTokens: 16_384,
      terms: { rates: { inputText: 150_000_000n, cacheRead: 75_000_000n, outputText: 600_000_000n } },
    });
    expect(models.get('claude-sonnet-4-5')).toMatchObject({
      ownedBy: 'anthropic',
      terms: { rates: { cacheWrite5m: 3_750_000_000n, cacheWrite1h: 6_000_000_000n } },
    });
    // What holds at the standard tier comes last.
    expect(models.get('gemini-2.5-pro')?.terms?.conditional.slice(-1)).toMatchObject([
      {
        when: { inputAbove: 200_000 },
        rates: { inputText: 2_500_000_000n, cacheRead: 250_000_000n, outputText: 15_000_000_000n },
      },
    ]);
    // Some entries of the catalogue call their cache rates otherwise.
    expect(models.get('MiniMax-M2.1')).toMatchObject({
      terms: { rates: { cacheRead: 30_000_000n, cacheWrite5m: 375_000_000n } },
    });
    expect(models.get('deepseek-chat')?.ownedBy).toBe('deepseek');
  });
});

const small = (asOf: string, input: string): Seeds =>
  readSeeds({
    source: 'models.dev',
    asOf,
    models: {
      a: { by: 'acme', at: '2025-01-01', max: 10, price: { input } },
      b: { by: 'acme', at: '2025-01-01', price: { input } },
    },
  });

eachDatabase('seeded prices', (open) => {
  test('are written once, by however many processes', async () => {
    const context = await testContext(await open());
    const priced = Object.values(catalogue.models).filter((model) => model.price !== undefined).length;
    const counts = await Promise.all([seedPrices(context), seedPrices(context)]);
    expect(Math.max(...counts)).toBe(priced);
    expect(await seedPrices(context)).toBe(0);
    expect(await getModel(context, 'gpt-4o-mini')).toMatchObject({
      ownedBy: 'openai',
      current: {
        price: {
          rates: expect.arrayContaining([
            { when: { tier: 'batch' }, input: '0.075', cacheRead: '0.0375', output: '0.3' },
          ]) as unknown,
        },
        source: 'models.dev + developers.openai.com',
        asOf: '2026-07-02',
      },
    });
    expect((await getModel(context, 'ministral-8b-latest')).current?.source).toBe('models.dev');
    // What an expression means is kept with its version.
    const sonar = await modelRepository.find(context.database.db, 'sonar');
    expect(sonar?.price?.program?.params).toEqual(['web_search_options.search_context_size']);
  });

  test('are those of the catalogue with what its vendors say, once that is known of the same date', async () => {
    const context = await testContext(await open());
    const fuller = readSeeds({
      source: 'models.dev',
      asOf: '2026-01-01',
      models: {
        a: {
          by: 'acme',
          at: '2025-01-01',
          price: { input: '1', perSearch: '0.01' },
          from: ['https://acme.com/prices'],
        },
        b: { by: 'acme', at: '2025-01-01', price: { input: '1' } },
      },
    });
    expect(await seedPrices(context, small('2026-01-01', '1'))).toBe(2);
    expect(await seedPrices(context, fuller)).toBe(1);
    expect(await seedPrices(context, fuller)).toBe(0);
    expect((await getModel(context, 'a')).current?.source).toBe('models.dev + acme.com');
    // A model that was deleted does not come back under its longer name.
    await deleteModel(context, 'user:1', 'a');
    expect(await seedPrices(context, fuller)).toBe(0);
  });

  test('follow a newer catalogue, but never over an administrator', async () => {
    const context = await testContext(await open());
    expect(await seedPrices(context, small('2026-01-01', '1'))).toBe(2);
    await updateModel(context, 'user:1', 'a', { price: { input: '7' } });
    expect(await seedPrices(context, small('2026-02-01', '2'))).toBe(1);
    expect((await getModel(context, 'a')).current).toMatchObject({ price: { input: '7' }, source: 'admin' });
    expect((await getModel(context, 'b')).history.map((version) => [version.price?.input, version.asOf])).toEqual([
      ['2', '2026-02-01'],
      ['1', '2026-01-01'],
    ]);
  });

  test('do not come back after an administrator removed the model', async () => {
    const context = await testContext(await open());
    await seedPrices(context, small('2026-01-01', '1'));
    await deleteModel(context, 'user:1', 'a');
    expect(await seedPrices(context, small('2026-02-01', '2'))).toBe(1);
    expect((await modelRepository.all(context.database.db)).map((model) => model.name)).toEqual(['b']);
  });
});
