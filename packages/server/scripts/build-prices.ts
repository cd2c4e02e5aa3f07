import { priceSchema } from '@tollgate/contract/price';
import type { CatalogueLine } from '../src/data/listed-model.ts';
import type { CatalogueModel } from '../src/data/prices.ts';
import { listedPrice } from '../src/services/catalogue/listed-price.ts';
import { byVendor, factsOf } from '../src/services/catalogue/line-facts.ts';
import { besideTheCatalogue } from './catalogue.ts';

/**
 * The text of `prices.json`; `asOf` is the ISO date from which the catalogue is. What cannot be said exactly in Tollgate's buckets gets no
 * price, rather than a wrong one.
 */
export function pricesText(lines: readonly CatalogueLine[], asOf: string): string {
  const models: Record<string, CatalogueModel> = {};
  for (const line of byVendor(lines)) {
    if (Object.hasOwn(models, line.model)) continue;
    const price = listedPrice(line);
    models[line.model] = factsOf(line, price);
  }
  for (const { model, by, at, price, from } of besideTheCatalogue)
    if (models[model]?.price === undefined)
      models[model] = { by, at, ...models[model], ...(price && { price: priceSchema.parse(price), from }) };

  const rows = Object.entries(models)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, model]) => `${JSON.stringify(name)}:${JSON.stringify(model)}`);
  return `{"source":${JSON.stringify('models.dev')},"asOf":${JSON.stringify(asOf)},"models":{\n${rows.join(',\n')}\n}}\n`;
}
