import type { PriceSheet } from '@tollgate/contract/price';
import type { Catalogue, CatalogueModel } from '../../data/prices.ts';
import type { StoredModel } from '../../domain/configuration.ts';
import { readPriceSheet, writePriceSheet, type PriceTerms } from '../../domain/price-sheet.ts';
import { modelRepository } from '../../store/configuration/models.ts';
import { assertUnlocked, edit, type Actor, type ConfigurationContext } from '../configuration/context.ts';
import { sameTerms, writeModel } from '../configuration/models.ts';
import { sourceOf } from '../configuration/seeds.ts';

/**
 * How a model of a catalogue stands to ours. `new`: we have none of the name; `unpriced`: ours has no price; `changed`: both
 * have one, and they differ; `own`: they differ, and ours was set by an administrator.
 */
export type CatalogueDifference = {
  readonly name: string;
  readonly state: 'new' | 'unpriced' | 'changed' | 'own';
  readonly ownedBy: string;
  readonly maxOutputTokens: number | undefined;
  readonly ours: PriceSheet | undefined;
  readonly theirs: PriceSheet;
};

/** What a catalogue says otherwise than we do; models that a config file owns are the file's. By name. */
export async function compareCatalogue(
  { database }: Pick<ConfigurationContext, 'database'>,
  catalogue: Catalogue,
): Promise<readonly CatalogueDifference[]> {
  const stored = new Map((await modelRepository.all(database.db)).map((model) => [model.name, model]));
  return Object.entries(catalogue.models)
    .flatMap(([name, theirs]) => differenceOf(name, theirs, stored.get(name), catalogue.source) ?? [])
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function differenceOf(
  name: string,
  { by, price, max }: CatalogueModel,
  ours: StoredModel | undefined,
  source: string,
): CatalogueDifference | undefined {
  if (!price || ours?.owner !== undefined) return undefined;
  const terms = readPriceSheet(price);
  if (ours?.price && sameTerms(ours.price, terms)) return undefined;
  const state = !ours ? 'new' : !ours.price ? 'unpriced' : isByHand(ours, source) ? 'own' : 'changed';
  return {
    name,
    state,
    ownedBy: by,
    maxOutputTokens: max,
    ours: ours?.price && writePriceSheet(ours.price),
    theirs: writePriceSheet(terms),
  };
}

/** Set by somebody here, and not by this or another catalogue. */
const isByHand = ({ price }: StoredModel, source: string): boolean =>
  price !== undefined && price.source === 'admin' && source !== 'admin';

/**
 * Gives the named models the catalogue's prices, each as a new version with the catalogue's name and date; the others
 * stay. All or nothing: refuses with `owned_by_file` where one is a config file's. Idempotent. Returns how many prices changed.
 */
export async function applyCatalogue(
  context: ConfigurationContext,
  actor: Actor,
  catalogue: Catalogue,
  names: readonly string[],
): Promise<number> {
  return await edit(context, async (db) => {
    let changed = 0;
    for (const name of names) {
      const theirs = Object.hasOwn(catalogue.models, name) ? catalogue.models[name] : undefined;
      if (!theirs?.price) continue;
      const existing = await modelRepository.find(db, name);
      assertUnlocked(existing?.owner, actor, `Model "${name}"`);
      const terms: PriceTerms = readPriceSheet(theirs.price);
      if (existing?.price && sameTerms(existing.price, terms)) continue;
      await writeModel(db, context, {
        actor,
        owner: undefined,
        existing,
        wanted: {
          name,
          terms,
          operations: existing?.operations,
          maxOutputTokens: existing?.maxOutputTokens ?? theirs.max ?? null,
          ownedBy: existing?.ownedBy || theirs.by,
        },
        origin: { source: sourceOf(catalogue.source, theirs), asOf: theirs.asOf ?? catalogue.asOf },
      });
      changed += 1;
    }
    return changed;
  });
}
