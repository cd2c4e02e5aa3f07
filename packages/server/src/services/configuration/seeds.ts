import { catalogue } from '../../data/prices.ts';
import type { Catalogue, CatalogueModel } from '../../data/prices.ts';
import type { StoredModel, StoredPrice } from '../../domain/configuration.ts';
import type { Program } from '../../domain/price-expression/program.ts';
import { readPriceSheet } from '../../domain/price-sheet.ts';
import type { PriceTerms } from '../../domain/price-sheet.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { modelRepository } from '../../store/configuration/models.ts';
import type { Db } from '../../store/database.ts';
import { lockConfiguration } from '../../store/configuration/lock.ts';
import type { ConfigurationContext } from './context.ts';
import { programOf } from '../price-expressions/program-of.ts';
import { sameTerms } from './models.ts';
import type { PriceOrigin } from './models.ts';

/** What is known of a model before anybody configures it. */
export type Seed = {
  readonly name: string;
  readonly ownedBy: string;
  /** ms since the epoch. */
  readonly releasedAt: number;
  readonly maxOutputTokens: number | null;
  /** Undefined when no price is known that Tollgate can say exactly. */
  readonly terms: PriceTerms | undefined;
  /** Whose price it is. */
  readonly origin: PriceOrigin & { readonly asOf: string };
};

export type Seeds = {
  /** The catalogue that they come from, before it was as full as it is. */
  readonly source: string;
  readonly models: ReadonlyMap<string, Seed>;
};

export function readSeeds(from: Catalogue = catalogue): Seeds {
  const models = Object.entries(from.models).map(([name, model]): [string, Seed] => [
    name,
    {
      name,
      ownedBy: model.by,
      releasedAt: Date.parse(model.at),
      maxOutputTokens: model.max ?? null,
      terms: model.price === undefined ? undefined : readPriceSheet(model.price),
      origin: { source: sourceOf(from.source, model), asOf: model.asOf ?? from.asOf },
    },
  ]);
  return { source: from.source, models: new Map(models) };
}

/** What a version of a price names as its origin: the catalogue, and whose pages say the rest. */
export const sourceOf = (catalogue: string, { from = [] }: Pick<CatalogueModel, 'from'>): string =>
  [catalogue, ...new Set(from.map((page) => new URL(page).hostname))].join(' + ');

type SeedContext = Pick<ConfigurationContext, 'database' | 'now' | 'newId'>;

/**
 * Puts the known models and prices into the database, and newer ones where the price in force is an older seed. An
 * administrator's or a file's price is never touched, and a seeded model that was deleted does not come back.
 * Idempotent; several processes may do it at once. Returns how many models it wrote.
 */
export async function seedPrices(context: SeedContext, seeds: Seeds = readSeeds()): Promise<number> {
  const missing = await planSeeds(context.database.db, seeds);
  if (missing.length === 0) return 0;
  return await writeMissing(context, seeds, await programsOf(seeds));
}

/** What the expressions of prices mean, by the model. */
async function programsOf({ models }: Seeds): Promise<ReadonlyMap<string, Program>> {
  const programs = new Map<string, Program>();
  for (const { name, terms } of models.values()) {
    const program = terms && (await programOf(terms));
    if (program) programs.set(name, program);
  }
  return programs;
}

async function writeMissing(
  context: SeedContext,
  seeds: Seeds,
  programs: ReadonlyMap<string, Program>,
): Promise<number> {
  return await context.database.transact(async (db) => {
    await lockConfiguration(db);
    // Planned again inside: another process may have been quicker.
    const planned = await planSeeds(db, seeds);
    const at = context.now();
    const written = planned.map(({ seed, existing }) =>
      write(context, { ...seed, program: programs.get(seed.name) }, existing, at),
    );
    await modelRepository.insertPrices(
      db,
      written.flatMap((model) => (model.price === undefined ? [] : [model.price])),
    );
    await modelRepository.insert(
      db,
      written.filter((_, index) => planned[index]?.existing === undefined),
    );
    for (const [index, model] of written.entries())
      if (planned[index]?.existing !== undefined) await modelRepository.update(db, model);
    if (written.length > 0) await changeRepository.append(db, 'model', '*', at);
    return written.length;
  });
}

type Planned = { readonly seed: Seed; readonly existing: StoredModel | undefined };

async function planSeeds(db: Db, seeds: Seeds): Promise<readonly Planned[]> {
  const stored = new Map((await modelRepository.all(db)).map((model) => [model.name, model]));
  const sources = new Set([seeds.source, ...[...seeds.models.values()].map(({ origin }) => origin.source)]);
  const seededOnce = await modelRepository.namesPricedBy(db, [...sources]);
  return [...seeds.models.values()].flatMap((seed): readonly Planned[] => {
    const existing = stored.get(seed.name);
    if (existing === undefined)
      return seed.terms === undefined || seededOnce.has(seed.name) ? [] : [{ seed, existing: undefined }];
    const outdated =
      existing.owner === undefined &&
      existing.price !== undefined &&
      sources.has(existing.price.source) &&
      isNewer(seed.origin, existing.price, seeds.source) &&
      seed.terms !== undefined &&
      !sameTerms(existing.price, seed.terms);
    return outdated ? [{ seed, existing }] : [];
  });
}

/** Of another date, or of the same with what the catalogue alone does not say. */
const isNewer = (seed: Seed['origin'], stored: Pick<StoredPrice, 'source' | 'asOf'>, catalogue: string): boolean =>
  stored.asOf < seed.asOf || (stored.asOf === seed.asOf && stored.source === catalogue && seed.source !== catalogue);

function write(
  context: SeedContext,
  seed: Seed & { readonly program: Program | undefined },
  existing: StoredModel | undefined,
  at: number,
): StoredModel {
  const price: StoredPrice | undefined =
    seed.terms === undefined
      ? undefined
      : {
          ...seed.terms,
          ...(seed.program && { program: seed.program }),
          ...seed.origin,
          version: `price_${context.newId()}`,
          model: seed.name,
          createdAt: at,
        };
  return {
    name: seed.name,
    price,
    maxOutputTokens: seed.maxOutputTokens,
    operations: existing?.operations,
    ownedBy: seed.ownedBy,
    owner: undefined,
    createdAt: existing?.createdAt ?? seed.releasedAt,
    updatedAt: at,
  };
}
