import type { CatalogueLine } from '../../data/listed-model.ts';
import type { CatalogueModel } from '../../data/prices.ts';
import { termsOf } from '../../data/vendor-terms.ts';
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
export const factsOf = (line: CatalogueLine, price: CatalogueModel['price']): CatalogueModel => {
  const { provider, released, maxOutput } = line;
  const from = price === undefined ? [] : [...new Set(termsOf(line).map(({ source }) => source))];
  return {
    by: ownerNames[provider] ?? provider,
    at: released.length === 7 ? `${released}-01` : released,
    ...(maxOutput > 0 && { max: maxOutput }),
    ...(price && { price }),
    ...(from.length > 0 && { from }),
  };
};
