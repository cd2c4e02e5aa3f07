/**
 * Makes `prices.json` from a catalogue of models, one JSON object a line, as extracted from models.dev (MIT):
 *
 *     bun packages/server/scripts/build-prices.ts CATALOGUE.jsonl 2026-07-02 > packages/server/src/data/prices.json
 *
 * What cannot be said exactly in Tollgate's buckets gets no price, rather than a wrong one.
 */
import { priceSchema } from '@tollgate/contract/price';
import type { PriceSheet } from '@tollgate/contract/price';
import { formatDecimal, parseDecimal } from '../src/domain/decimal.ts';
import type { CatalogueModel } from '../src/data/prices.ts';
import { besideTheCatalogue, ownerNames, readCatalogue, vendors, type CatalogueLine, type Usd } from './catalogue.ts';

function usd(amount: number | undefined): string | undefined {
  if (amount === undefined) return undefined;
  // Twelve digits give back the decimal that was written, also where the catalogue computed with floats (0.049999999999999996).
  const exact = parseDecimal(String(Number(amount.toPrecision(12))), 9);
  if (exact === undefined) throw new RangeError(`finer than a nano-dollar: ${amount}`);
  return formatDecimal(exact, 9);
}

/** A 0 beside a price that is not 0 is a gap in the catalogue, not a gift. */
const unlessZero = (amount: number | undefined): number | undefined => (amount === 0 ? undefined : amount);

function rates(line: CatalogueLine, price: Usd): PriceSheet {
  const cacheRead = unlessZero(price.cache_read ?? price.cached_input ?? price.cache_input);
  const cacheWrite = unlessZero(price.cache_write ?? price.cached_write);
  // An hour's cache write costs twice the input: https://docs.claude.com/en/docs/build-with-claude/prompt-caching#pricing
  const hour =
    line.provider === 'anthropic' && cacheWrite !== undefined && price.input !== undefined
      ? price.input * 2
      : undefined;
  const sheet = {
    input: usd(price.input),
    cacheRead: usd(cacheRead),
    cacheWrite5m: usd(cacheWrite),
    cacheWrite1h: usd(hour),
    inputAudio: usd(unlessZero(price.input_audio)),
    output: usd(price.output),
    outputAudio: usd(unlessZero(price.output_audio)),
  };
  return Object.fromEntries(Object.entries(sheet).filter(([, text]) => text !== undefined));
}

/** Undefined when there is none, when all is 0 (a subscription or a trial), or when it has a part that no bucket holds. */
function priceOf(line: CatalogueLine): PriceSheet | undefined {
  const price = line.usdPerMillion;
  if (price === undefined || ((price.input ?? 0) === 0 && (price.output ?? 0) === 0)) return undefined;
  const reasoningApart = price.reasoning !== undefined && price.reasoning !== price.output;
  if (reasoningApart || price.citation !== undefined || price.request !== undefined) return undefined;
  const tiers = (price.tiers ?? [])
    .map((tier) => ({ above: tier.tier.size, ...rates(line, tier) }))
    .sort((a, b) => a.above - b.above);
  return priceSchema.parse({ ...rates(line, price), ...(tiers.length === 0 ? {} : { tiers }) });
}

const [catalogue, asOf] = process.argv.slice(2);
if (catalogue === undefined || asOf === undefined) throw new Error('usage: build-prices.ts CATALOGUE.jsonl DATE');
const lines = readCatalogue(catalogue);

const models: Record<string, CatalogueModel> = {};
for (const vendor of vendors) {
  for (const line of lines) {
    if (line.provider !== vendor || line.model in models) continue;
    const price = priceOf(line);
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
