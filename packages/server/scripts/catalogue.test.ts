import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import type { CatalogueLine, Usd } from '../src/data/listed-model.ts';
import { modelFacts } from '../src/data/models.ts';
import { catalogue } from '../src/data/prices.ts';
import { multiplierOne } from '../src/domain/price.ts';
import { quote } from '../src/domain/quote.ts';
import { readPriceSheet } from '../src/domain/price-sheet.ts';
import { byVendor } from '../src/services/catalogue/line-facts.ts';
import { programOf } from '../src/services/price-expressions/program-of.ts';
import { modelsText } from './build-models.ts';
import { pricesText } from './build-prices.ts';
import { readCatalogue } from './catalogue.ts';

const lines = readCatalogue(new URL('catalogue/models.dev.jsonl', import.meta.url).pathname);
/** Of a name that several list its maker's line. */
const lineOf = new Map<string, CatalogueLine>();
for (const line of byVendor(lines)) if (!lineOf.has(line.model)) lineOf.set(line.model, line);

test('the data is what its script makes of the catalogue; else run: bun packages/server/scripts/build-catalogue.ts', () => {
  const data = (name: string): string => readFileSync(new URL(`../src/data/${name}`, import.meta.url), 'utf8');
  expect(data('models.json')).toBe(modelsText(lines));
  expect(data('prices.json')).toBe(pricesText(lines, catalogue.asOf));
});

test('every model of the catalogue is known with each of its fields', () => {
  expect(lines.length).toBe(1258);
  expect(lineOf.size).toBe(1008);
  for (const [name, line] of lineOf) {
    const facts = modelFacts(name);
    expect<unknown>(
      {
        name: facts?.displayName ?? name,
        context: facts?.contextTokens ?? 0,
        maxOutput: facts?.maxOutputTokens ?? 0,
        in: [...(facts?.input ?? [])].toSorted(),
        out: [...(facts?.output ?? [])].toSorted(),
        can: facts?.can,
      },
      name,
    ).toEqual({
      name: line.name ?? name,
      context: line.context,
      maxOutput: line.maxOutput,
      in: line.in?.toSorted() ?? [],
      out: line.out?.toSorted() ?? [],
      can: { reasoning: line.reasoning, tools: line.tools, structuredOutput: line.structured },
    });
    expect(catalogue.models[name]?.at.startsWith(line.released), name).toBe(true);
  }
});

/** What a list says that so many tokens of each kind cost, in nano-dollars. */
function listed(price: Usd, input: number, tiered = price): bigint {
  const millionths = (amount = 0, tokens = 0): bigint => BigInt(Math.round(amount * 1e9)) * BigInt(tokens);
  return (millionths(tiered.input, input) + millionths(tiered.output ?? price.output, 1000) + 500_000n) / 1_000_000n;
}

test('every price of the catalogue is charged as it stands there, at short and at long inputs', async () => {
  let priced = 0;
  const without: string[] = [];
  for (const [name, { usdPerMillion: price }] of lineOf) {
    const sheet = catalogue.models[name]?.price;
    if (price === undefined || (price.input === 0 && price.output === 0)) continue;
    if (sheet === undefined) {
      without.push(name);
      continue;
    }
    priced++;
    const terms = readPriceSheet(sheet);
    const program = await programOf(terms);
    const whole = { ...terms, ...(program && { program }), version: 'v', source: 's', asOf: 'd' };
    // What an expression takes for a request itself: five or six dollars for a thousand.
    const asked = program === undefined ? 0n : ['sonar'].includes(name) ? 5_000_000n : 6_000_000n;
    const charge = (input: number): bigint =>
      quote({ inputText: input, outputText: 1000 }, whole, multiplierOne).amount;
    expect(charge(1000), name).toBe(listed(price, 1000) + asked);
    for (const tier of price.tiers ?? [])
      expect(charge(tier.tier.size + 1), `${name} above ${tier.tier.size}`).toBe(
        listed(price, tier.tier.size + 1, { ...tier, tiers: [] }),
      );
  }
  // It has a rate of its own for reasoning, and OpenRouter does not tell which tokens that is for.
  expect(without).toEqual(['perplexity/sonar-deep-research']);
  expect(priced).toBe(841);
});

test('a price that is more than the catalogue says names whose pages say so', () => {
  for (const [name, { price, from }] of Object.entries(catalogue.models)) {
    const more = price?.rates !== undefined || price?.expression !== undefined || price?.perSearch !== undefined;
    if (more)
      expect(
        from?.every((page) => page.startsWith('https://')),
        name,
      ).toBe(true);
  }
});
