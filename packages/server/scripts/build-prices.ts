/**
 * Makes `prices.json` from a catalogue of models, one JSON object a line, as extracted from models.dev (MIT):
 *
 *     bun packages/server/scripts/build-prices.ts CATALOGUE.jsonl 2026-07-02 > packages/server/src/data/prices.json
 *
 * What cannot be said exactly in Tollgate's buckets gets no price, rather than a wrong one.
 */
import { priceSchema } from '@tollgate/contract/price';
import type { CatalogueModel } from '../src/data/prices.ts';
import { listedPrice } from '../src/services/catalogue/listed-price.ts';
import { byVendor, factsOf } from '../src/services/catalogue/line-facts.ts';
import { vendors } from '../src/data/vendors.ts';
import { besideTheCatalogue, readCatalogue } from './catalogue.ts';

const [catalogue, asOf] = process.argv.slice(2);
if (catalogue === undefined || asOf === undefined) throw new Error('usage: build-prices.ts CATALOGUE.jsonl DATE');
const lines = readCatalogue(catalogue);

const models: Record<string, CatalogueModel> = {};
for (const line of byVendor(lines)) {
  if (Object.hasOwn(models, line.model)) continue;
  const price = listedPrice(line);
  // Hosts of others' models are listed for their prices alone.
  if (price === undefined && vendors.indexOf(line.provider) > vendors.indexOf('groq')) continue;
  models[line.model] = factsOf(line, price);
}
for (const { model, by, at, price } of besideTheCatalogue)
  models[model] ??= { by, at, ...(price && { price: priceSchema.parse(price) }) };

const rows = Object.entries(models)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, model]) => `${JSON.stringify(name)}:${JSON.stringify(model)}`);
process.stdout.write(
  `{"source":${JSON.stringify('models.dev')},"asOf":${JSON.stringify(asOf)},"models":{\n${rows.join(',\n')}\n}}\n`,
);
