import type { CatalogueLine } from '../../data/listed-model.ts';
import type { CatalogueModel } from '../../data/prices.ts';
import { vendorTerms } from '../../data/vendor-terms.ts';
import { ownerNames, vendors } from '../../data/vendors.ts';

/** Vendors nobody knows come last, and the one that was asked for before all others. */
const placeOf = ({ provider }: CatalogueLine, first: string | undefined): number => {
  if (provider === first) return -1;
  const place = vendors.indexOf(provider);
  return place < 0 ? vendors.length : place;
};

/** In the order in which lines have a name: it is its maker's before it is a host's, unless a host's prices are wanted `first`. */
export const byVendor = (lines: readonly CatalogueLine[], first?: string): readonly CatalogueLine[] =>
  lines.toSorted((a, b) => placeOf(a, first) - placeOf(b, first));

/** What is kept of a line. */
export const factsOf = (
  { provider, model, released, maxOutput }: CatalogueLine,
  price: CatalogueModel['price'],
): CatalogueModel => {
  const from = price === undefined ? [] : pagesOf(provider, model);
  return {
    by: ownerNames[provider] ?? provider,
    at: released.length === 7 ? `${released}-01` : released,
    ...(maxOutput > 0 && { max: maxOutput }),
    ...(price && { price }),
    ...(from.length > 0 && { from }),
  };
};

/** The pages from which a price is that a list alone does not say. */
const pagesOf = (provider: string, model: string): readonly string[] => [
  ...new Set(
    vendorTerms.filter(({ vendor, models }) => vendor === provider && models.test(model)).map(({ source }) => source),
  ),
];
