/**
 * Makes `models.json` and `prices.json` of `packages/server/src/data` from a catalogue of models, one JSON object a line, as extracted from
 * models.dev (MIT), of which the last is kept beside this file:
 *
 *     bun packages/server/scripts/build-catalogue.ts packages/server/scripts/catalogue/models.dev.jsonl 2026-07-02
 */
import { writeFileSync } from 'node:fs';
import { modelsText } from './build-models.ts';
import { pricesText } from './build-prices.ts';
import { readCatalogue } from './catalogue.ts';

const [catalogue, asOf] = process.argv.slice(2);
if (catalogue === undefined || asOf === undefined) throw new Error('usage: build-catalogue.ts CATALOGUE.jsonl DATE');
const lines = readCatalogue(catalogue);
const data = new URL('../src/data/', import.meta.url);
writeFileSync(new URL('models.json', data), modelsText(lines));
writeFileSync(new URL('prices.json', data), pricesText(lines, asOf));
