import { z } from 'zod';
import { priceSchema } from '@tollgate/contract/price';
import type { CatalogueLine, Usd } from '../../data/listed-model.ts';
import { listedPrice } from './listed-price.ts';
import type { Catalogue, CatalogueModel } from '../../data/prices.ts';
import { byVendor, factsOf } from './line-facts.ts';

/** A catalogue of somebody's, as far as it could be read; `skipped` is how many of its entries could not. */
export type ReadCatalogue = Catalogue & { readonly skipped: number };

const amount = z.number().min(0).max(1e6);
const usd = z.object({
  input: amount.optional(),
  output: amount.optional(),
  cache_read: amount.optional(),
  cache_write: amount.optional(),
  cached_input: amount.optional(),
  cache_input: amount.optional(),
  cached_write: amount.optional(),
  input_audio: amount.optional(),
  output_audio: amount.optional(),
  reasoning: amount.optional(),
  citation: amount.optional(),
  request: amount.optional(),
  per_request: amount.optional(),
  per_search: amount.optional(),
});
const tiered = usd.extend({
  tiers: z.array(usd.extend({ tier: z.object({ size: z.int().min(1).max(1e9) }) })).optional(),
});
const name = z.string().min(1).max(200);
const tokens = z.number().min(0).max(1e9).catch(0);

/** Where a catalogue is from and from when, and whose lines count first. */
type Origin = { readonly source: string; readonly asOf: string; readonly vendor: string | undefined };

/** A line of a list as the scripts take it that make Tollgate's own. */
const lineSchema = z.object({
  provider: name,
  model: name,
  released: z
    .string()
    .regex(/^\d{4}-\d{2}(-\d{2})?$/)
    .catch('2023-01-01'),
  context: tokens,
  maxOutput: tokens,
  usdPerMillion: tiered.optional(),
  resold: z.literal(true).optional(),
});

/** A model of a vendor in models.dev's API. https://models.dev/api.json */
const modelsDevSchema = z.object({
  id: name,
  release_date: z.string().optional(),
  cost: tiered.extend({ context_over_200k: usd.optional() }).optional(),
  limit: z.object({ context: tokens, output: tokens }).optional(),
});

/** A model of OpenRouter's list, and of Tollgate's own. https://openrouter.ai/docs/api/api-reference/models/get-models */
const perToken = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,30})?([eE]-?\d{1,2})?$/)
  .transform(Number);
const openRouterSchema = z.object({
  id: name,
  created: z.number().min(0).max(1e11).catch(0),
  owned_by: name.optional(),
  top_provider: z.object({ max_completion_tokens: z.number().nullish() }).optional(),
  pricing: z.object({
    prompt: perToken,
    completion: perToken,
    input_cache_read: perToken.optional(),
    input_cache_write: perToken.optional(),
    audio: perToken.optional(),
    internal_reasoning: perToken.optional(),
    // For one of each.
    request: perToken.optional(),
    web_search: perToken.optional(),
    // Another Tollgate's price by expression: the rates beside it are those of a short request, and no price is better than a wrong one.
    expression: z.undefined().optional(),
  }),
});

/** One of the catalogue that Tollgate comes with, or of a file of the same shape. */
const ownSchema = z.object({
  by: name,
  at: z.iso.date(),
  max: z.int().min(1).max(1e9).optional(),
  price: priceSchema.optional(),
  from: z.array(z.url()).max(10).optional(),
  asOf: z.iso.date().optional(),
});

/**
 * Reads a catalogue of models and prices: Tollgate's own shape (`prices.json`), models.dev's API, a list of models as
 * OpenRouter and Tollgate give it, or one JSON object a line. Entries that cannot be read are skipped and counted, and what has no
 * price that Tollgate can say exactly has none. Undefined when the text is none of these.
 *
 * @param asOf the ISO date from which it is, where the text does not say
 * @param vendor whose line counts where several list a model (in the words of the catalogue); its maker's otherwise
 */
export function readCatalogue(text: string, source: string, asOf: string, vendor?: string): ReadCatalogue | undefined {
  const origin: Origin = { source, asOf, vendor };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return readLines(text, origin);
  }
  if (typeof json !== 'object' || json === null) return undefined;
  if ('model' in json) return readLines(text, origin);
  if ('models' in json && 'source' in json) return readOwn(json, asOf);
  if ('data' in json && Array.isArray(json.data)) return fromLines(json.data.map(lineOfList), origin);
  const lines = Object.entries(json).flatMap(([provider, vendor]) => linesOfVendor(provider, vendor));
  return lines.length === 0 ? undefined : fromLines(lines, origin);
}

function readOwn(
  json: { readonly models: unknown; readonly source: unknown },
  today: string,
): ReadCatalogue | undefined {
  const { models, source } = json;
  if (typeof models !== 'object' || models === null || typeof source !== 'string') return undefined;
  const date = z.iso.date().safeParse('asOf' in json ? json.asOf : undefined);
  const read = Object.entries(models).map(([model, facts]) => [model, ownSchema.safeParse(facts)] as const);
  return {
    source,
    asOf: date.success ? date.data : today,
    models: Object.fromEntries(read.flatMap(([model, { data }]) => (data ? [[model, asFacts(data)]] : []))),
    skipped: read.filter(([, { success }]) => !success).length,
  };
}

const asFacts = ({ by, at, max, price, from, asOf }: z.output<typeof ownSchema>): CatalogueModel => ({
  by,
  at,
  ...(max !== undefined && { max }),
  ...(price && { price }),
  ...(from && { from }),
  ...(asOf !== undefined && { asOf }),
});

function readLines(text: string, origin: Origin): ReadCatalogue | undefined {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      try {
        return lineSchema.safeParse(JSON.parse(line)).data;
      } catch {
        return undefined;
      }
    });
  return lines.every((line) => line === undefined) ? undefined : fromLines(lines, origin);
}

/** As a line, or undefined. What is optional is absent rather than undefined. */
type Line = z.output<typeof lineSchema> | undefined;

function linesOfVendor(provider: string, vendor: unknown): readonly Line[] {
  if (typeof vendor !== 'object' || vendor === null || !('models' in vendor)) return [];
  const { models } = vendor;
  if (typeof models !== 'object' || models === null) return [];
  return Object.values(models).map((model: unknown) => {
    const { data } = modelsDevSchema.safeParse(model);
    if (!data) return undefined;
    const { context_over_200k: long, ...cost } = data.cost ?? {};
    const tiers = cost.tiers ?? (long && [{ ...long, tier: { size: 200_000 } }]);
    return lineSchema.safeParse({
      provider,
      model: data.id,
      released: data.release_date,
      context: data.limit?.context,
      maxOutput: data.limit?.output,
      ...(data.cost && { usdPerMillion: { ...cost, ...(tiers && { tiers }) } }),
    }).data;
  });
}

function lineOfList(model: unknown): Line {
  const { data } = openRouterSchema.safeParse(model);
  if (!data) return undefined;
  const { prompt, completion, audio, request, web_search: search } = data.pricing;
  const { input_cache_read: read, input_cache_write: write, internal_reasoning: reasoning } = data.pricing;
  const usdPerMillion: Usd = {
    input: prompt * 1e6,
    output: completion * 1e6,
    ...(read !== undefined && { cache_read: read * 1e6 }),
    ...(write !== undefined && { cache_write: write * 1e6 }),
    ...(audio !== undefined && { input_audio: audio * 1e6 }),
    // Where it is nothing, it costs what the rest of the output does.
    ...(reasoning !== undefined && reasoning > 0 && { reasoning: reasoning * 1e6 }),
    ...(request !== undefined && request > 0 && { per_request: request }),
    ...(search !== undefined && search > 0 && { per_search: search }),
  };
  return lineSchema.safeParse({
    provider: data.owned_by ?? data.id.slice(0, Math.max(data.id.indexOf('/'), 0)),
    model: data.id,
    released: new Date(data.created * 1000).toISOString().slice(0, 10),
    context: 0,
    maxOutput: data.top_provider?.max_completion_tokens ?? 0,
    usdPerMillion,
    resold: true,
  }).data;
}

function fromLines(lines: readonly Line[], { source, asOf, vendor }: Origin): ReadCatalogue {
  const models: Record<string, CatalogueModel> = {};
  let skipped = 0;
  const read = lines.filter((line) => line !== undefined);
  skipped += lines.length - read.length;
  for (const line of byVendor(read as readonly CatalogueLine[], vendor)) {
    if (Object.hasOwn(models, line.model)) continue;
    const price = priceOf(line);
    if (price === 'unreadable') {
      skipped += 1;
      continue;
    }
    models[line.model] = factsOf(line, price);
  }
  return { source, asOf, models, skipped };
}

function priceOf(line: CatalogueLine): CatalogueModel['price'] | 'unreadable' {
  try {
    return listedPrice(line);
  } catch {
    return 'unreadable';
  }
}
