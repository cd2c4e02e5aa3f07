import type { PriceListSource, PriceListTaken } from '@tollgate/contract/api/price-lists';
import { catalogue as shipped, type Catalogue } from '../../data/prices.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Actor, ConfigurationContext } from '../configuration/context.ts';
import type { FetchOutside } from '../fetch-outside.ts';
import { readCatalogue } from './read-catalogue.ts';
import { applyCatalogue, compareCatalogue, type CatalogueDifference } from './refresh.ts';

const limits = { maxBytes: 32 << 20, timeoutMs: 30_000 };

/** What a list of prices says otherwise than we do. */
export type PriceListComparison = {
  readonly source: string;
  readonly asOf: string;
  /** How many models it has. */
  readonly models: number;
  /** How many of its entries could not be read. */
  readonly skipped: number;
  readonly differences: readonly CatalogueDifference[];
};

/** Compares a list of prices with the models here: the one that Tollgate comes with, one at an address, or a text. Changes nothing. */
export async function comparePriceList(
  context: Pick<ConfigurationContext, 'database' | 'now'>,
  fetchOutside: FetchOutside,
  from: PriceListSource,
): Promise<PriceListComparison> {
  const { catalogue, skipped } = await readFrom(context, fetchOutside, from);
  const { source, asOf, models } = catalogue;
  return {
    source,
    asOf,
    models: Object.keys(models).length,
    skipped,
    differences: await compareCatalogue(context, catalogue),
  };
}

/** Takes prices as they were shown, each as a new version that names its source. Returns how many are other ones than before. */
export async function takePrices(context: ConfigurationContext, actor: Actor, taken: PriceListTaken): Promise<number> {
  const { source, asOf, models } = taken;
  const catalogue: Catalogue = {
    source,
    asOf,
    models: Object.fromEntries(
      models.map(({ name, ownedBy, maxOutputTokens, price }) => [
        name,
        { by: ownedBy, at: asOf, price, ...(maxOutputTokens !== null && { max: maxOutputTokens }) },
      ]),
    ),
  };
  return await applyCatalogue(
    context,
    actor,
    catalogue,
    models.map(({ name }) => name),
  );
}

async function readFrom(
  { now }: Pick<ConfigurationContext, 'now'>,
  fetchOutside: FetchOutside,
  from: PriceListSource,
): Promise<{ readonly catalogue: Catalogue; readonly skipped: number }> {
  if (from.kind === 'shipped') return { catalogue: shipped, skipped: 0 };
  const today = new Date(now()).toISOString().slice(0, 10);
  const [text, name] =
    from.kind === 'text' ? [from.text, from.name] : [await textAt(fetchOutside, from.url), new URL(from.url).hostname];
  const read = readCatalogue(text, name, today, from.vendor);
  if (read === undefined)
    throw new Refusal('invalid_request', `${name} is no list of models and prices that can be read.`);
  return { catalogue: read, skipped: read.skipped };
}

async function textAt(fetchOutside: FetchOutside, url: string): Promise<string> {
  const got = await fetchOutside(url, limits);
  if ('problem' in got) throw new Refusal('invalid_request', `The list could not be fetched: ${got.problem}.`);
  return new TextDecoder().decode(got.bytes);
}
