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
import { ownerNames, vendors } from '../src/data/vendors.ts';
import { besideTheCatalogue, readCatalogue } from './catalogue.ts';

const [catalogue, asOf] = process.argv.slice(2);
if (catalogue === undefined || asOf === undefined) throw new Error('usage: build-prices.ts CATALOGUE.jsonl DATE');
const lines = readCatalogue(catalogue);

const models: Record<string, CatalogueModel> = {};
for (const vendor of vendors) {
  for (const line of lines) {
    if (line.provider !== vendor || line.model in models) continue;
    const price = listedPrice(line);
    if (price === undefined && vendors.indexOf(vendor) > vendors.indexOf('groq')) continue;
    models[line.model] = {
      by: ownerNames[vendor] ?? vendor,
      at: line.released.length === 7 ? `${line.released}-01` : line.released,
      ...(line.maxOutput > 0 ? { max: line.maxOutput } : {}),
      ...(price === undefined ? {} : { price }),
    };
  }
}
for (const { model, by, at, price } of besideTheCatalogue)
  models[model] ??= { by, at, ...(price && { price: priceSchema.parse(price) }) };

const rows = Object.entries(models)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, model]) => `${JSON.stringify(name)}:${JSON.stringify(model)}`);
process.stdout.write(
  `{"source":${JSON.stringify('models.dev')},"asOf":${JSON.stringify(asOf)},"models":{\n${rows.join(',\n')}\n}}\n`,
);
