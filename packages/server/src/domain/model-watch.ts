import { compareModels } from './compare-models.ts';

type Served = readonly { readonly name: string; readonly upstream: string }[];

/** Upstream names: what a list has that it had not before, and what it lacks of what is served. */
export type Found = { readonly new: readonly string[]; readonly gone: readonly string[] };

export const nothingFound: Found = { new: [], gone: [] };

/** What is known of an upstream's list from the looks before; undefined before the first. */
export type Known = ReadonlySet<string> | undefined;

/**
 * What a list has brought, and what is known from now on. The first list is no news: an operator who serves five of three
 * hundred models has chosen. Afterwards new is what came since and is not served; gone is what is served and was listed once,
 * so that names an upstream takes without listing them are never called gone.
 */
export function readList(
  listed: readonly string[],
  before: Known,
  served: Served,
  rules: readonly string[],
): { readonly found: Found; readonly known: ReadonlySet<string> } {
  if (before === undefined) return { found: nothingFound, known: new Set(listed) };
  const compared = compareModels(listed, served, rules);
  // What an administrator came to serve by hand is known as well.
  const known = new Set([...before, ...compared.existing]);
  const gone = compared.gone.map(({ upstream }) => upstream).filter((name) => known.has(name));
  return { found: { new: compared.new.filter((name) => !known.has(name)), gone: [...new Set(gone)] }, known };
}

/** What of it still is so, as the channel and its rules are by now. */
export function stillFound(
  found: Found,
  served: Served,
  rules: readonly string[],
): { readonly new: readonly string[]; readonly gone: Served } {
  const gone = new Set(found.gone);
  return {
    new: compareModels(found.new, served, rules).new,
    gone: served.filter(({ upstream }) => gone.has(upstream)),
  };
}

/** Whether something of it was not found before. */
export const hasMore = (found: Found, before: Found): boolean =>
  found.new.some((name) => !before.new.includes(name)) || found.gone.some((name) => !before.gone.includes(name));
