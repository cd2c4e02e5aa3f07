import type { RateField } from '@tollgate/contract/buckets';
import type { PriceSheet } from '@tollgate/contract/price';
import type { Answer } from '../../lib/api.ts';
import { nanosOf } from '../../lib/money.ts';
import type { Input } from '../../lib/operations.ts';
import { plainRates } from '../../lib/rates.ts';

export type PriceList = Answer<'priceLists.compare'>;
export type PriceDifference = PriceList['differences'][number];
export type ListSource = Input<'priceLists.compare'>['body'];

/** Which differences are shown: those of models that are here already, those of new ones, or all. */
export type Shown = 'known' | 'new' | 'all';

/** The differences that a reader asked for. */
export const differencesShown = (
  list: PriceList,
  { show, maker, q }: { readonly show: Shown; readonly maker: string | undefined; readonly q: string },
): readonly PriceDifference[] => {
  const wanted = q.trim().toLowerCase();
  return list.differences.filter(
    ({ name, state, ownedBy }) =>
      (show === 'all' || (show === 'new') === (state === 'new')) &&
      (maker === undefined || ownedBy === maker) &&
      name.toLowerCase().includes(wanted),
  );
};

/** Those that nobody here has decided about: what is chosen to begin with. */
export const undecided = (list: PriceList): ReadonlySet<string> =>
  new Set(list.differences.flatMap(({ name, state }) => (state === 'changed' || state === 'unpriced' ? [name] : [])));

/** Makers of a list's models, by name. */
export const makersOf = (list: PriceList): readonly string[] =>
  [...new Set(list.differences.map(({ ownedBy }) => ownedBy))].toSorted((one, other) => one.localeCompare(other));

/** How much more (or less) a rate is than ours, as a fraction of ours; undefined where either is missing or ours is 0. */
export function changeOf({ ours, theirs }: PriceDifference, field: RateField): number | undefined {
  const [before, after] = [rateIn(ours, field), rateIn(theirs, field)];
  if (before === undefined || after === undefined || nanosOf(before) === 0n) return undefined;
  return Number(nanosOf(after) - nanosOf(before)) / Number(nanosOf(before));
}

/** A rate where no condition fits, as it is written. */
export const rateIn = (price: PriceSheet | null, field: RateField): string | undefined =>
  price === null ? undefined : plainRates(price)[field];

/** What is sent to take the chosen ones: exactly what was shown. */
export const takenOf = ({ source, asOf, differences }: PriceList, names: ReadonlySet<string>) => ({
  source,
  asOf,
  models: differences
    .filter(({ name }) => names.has(name))
    .map(({ name, ownedBy, maxOutputTokens, theirs }) => ({ name, ownedBy, maxOutputTokens, price: theirs })),
});
