import type { CatalogueLine } from '../../data/listed-model.ts';
import type { CatalogueModel } from '../../data/prices.ts';
import { ownerNames, vendors } from '../../data/vendors.ts';

/** Vendors nobody knows come last. */
const placeOf = ({ provider }: CatalogueLine): number => {
  const place = vendors.indexOf(provider);
  return place < 0 ? vendors.length : place;
};

/** In the order in which lines have a name: it is its maker's before it is a host's. */
export const byVendor = (lines: readonly CatalogueLine[]): readonly CatalogueLine[] =>
  lines.toSorted((a, b) => placeOf(a) - placeOf(b));

/** What is kept of a line. */
export const factsOf = (
  { provider, released, maxOutput }: CatalogueLine,
  price: CatalogueModel['price'],
): CatalogueModel => ({
  by: ownerNames[provider] ?? provider,
  at: released.length === 7 ? `${released}-01` : released,
  ...(maxOutput > 0 && { max: maxOutput }),
  ...(price && { price }),
});
