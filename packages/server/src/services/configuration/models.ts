import type { ModelDetailView, ModelInput, ModelPatch, ModelView } from '@tollgate/contract/api/configuration';
import { changesOf, pickFields } from '@tollgate/contract/entities/field';
import { modelFields, type ModelFields } from '@tollgate/contract/entities/model';
import type { Operation } from '@tollgate/wire/protocol';
import type { StoredModel, StoredPrice } from '../../domain/configuration.ts';
import { freeTerms, isFree, readPriceSheet } from '../../domain/price-sheet.ts';
import type { PriceTerms } from '../../domain/price-sheet.ts';
import { modelRepository } from '../../store/configuration/models.ts';
import { Refusal } from '../../domain/refusal.ts';
import { programOf } from '../price-expressions/program-of.ts';
import { assertUnlocked, edit, notFound, recordEdit } from './context.ts';
import type { Actor, ConfigurationContext } from './context.ts';
import { presentModel, presentPrice } from './present.ts';
import type { Db } from '../../store/database.ts';

/** Every model by name with its price in force. */
export async function listModels(context: ConfigurationContext): Promise<readonly ModelView[]> {
  return (await modelRepository.all(context.database.db)).map(presentModel);
}

/** One model with every version its price ever had; refuses with `not_found`. */
export async function getModel(context: ConfigurationContext, name: string): Promise<ModelDetailView> {
  const model = await mustFind(context.database.db, name);
  const history = await modelRepository.priceHistory(context.database.db, name);
  return { ...presentModel(model), history: history.map(presentPrice) };
}

export async function createModel(context: ConfigurationContext, actor: Actor, input: ModelInput): Promise<ModelView> {
  return await edit(context, async (db) => {
    const found = await modelRepository.find(db, input.name);
    if (found !== undefined)
      throw new Refusal('conflict', `There is a model "${input.name}" already.`, { param: 'name' });
    return presentModel(
      await writeModel(db, context, {
        actor,
        owner: undefined,
        existing: undefined,
        wanted: wantModel(input),
        origin: byHand,
      }),
    );
  });
}

/**
 * Changes what the patch names; null goes back to the default. A price is never edited: a different one is a new
 * version, and the same one changes nothing.
 */
export async function updateModel(
  context: ConfigurationContext,
  actor: Actor,
  name: string,
  patch: ModelPatch,
): Promise<ModelView> {
  return await edit(context, async (db) => {
    const existing = await mustFind(db, name);
    assertUnlocked(existing.owner, actor, `Model "${name}"`);
    const wanted: WantedModel = {
      name,
      terms: patchedTerms(existing, patch),
      operations: patch.operations === undefined ? existing.operations : (patch.operations ?? undefined),
      ...pickFields(modelFields, existing),
      ...changesOf(modelFields, patch),
    };
    return presentModel(
      await writeModel(db, context, { actor, owner: existing.owner, existing, wanted, origin: byHand }),
    );
  });
}

/** Removes the model; the versions of its price stay for the charges that were made by them. */
export async function deleteModel(context: ConfigurationContext, actor: Actor, name: string): Promise<void> {
  await edit(context, async (db) => {
    const existing = await mustFind(db, name);
    assertUnlocked(existing.owner, actor, `Model "${name}"`);
    await removeModel(db, context, actor, existing);
  });
}

export async function removeModel(
  db: Db,
  context: ConfigurationContext,
  actor: Actor,
  existing: StoredModel,
): Promise<void> {
  await modelRepository.remove(db, existing.name);
  await recordEdit(db, {
    actor,
    at: context.now(),
    kind: 'model',
    ref: existing.name,
    before: presentModel(existing),
    after: undefined,
  });
}

/** A model as wanted; no terms is no price. */
export type WantedModel = ModelFields & {
  readonly name: string;
  readonly terms: PriceTerms | undefined;
  readonly operations: readonly Operation[] | undefined;
};

export function wantModel(input: ModelInput): WantedModel {
  return {
    name: input.name,
    terms: input.free
      ? freeTerms
      : input.price === undefined || input.price === null
        ? undefined
        : readPriceSheet(input.price),
    operations: input.operations ?? undefined,
    ...pickFields(modelFields, input),
  };
}

function patchedTerms(existing: StoredModel, patch: ModelPatch): PriceTerms | undefined {
  if (patch.free === true) return freeTerms;
  if (patch.price !== undefined) return patch.price === null ? undefined : readPriceSheet(patch.price);
  const stopsBeingFree = patch.free !== undefined && existing.price !== undefined && isFree(existing.price);
  return stopsBeingFree ? undefined : existing.price;
}

/** Where a price comes from and from when; undefined `asOf` is today. */
export type PriceOrigin = { readonly source: string; readonly asOf: string | undefined };

const byHand: PriceOrigin = { source: 'admin', asOf: undefined };

/** Whether two prices say the same, wherever they come from. */
export function sameTerms(a: PriceTerms | undefined, b: PriceTerms | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Bun.deepEquals(termsOf(a), termsOf(b));
}

const termsOf = ({ rates, conditional, perCall, expression }: PriceTerms): PriceTerms => ({
  rates,
  conditional,
  perCall,
  ...(expression !== undefined && { expression }),
});

/** Makes the stored model what is wanted, with a new version of its price where it differs, inside a transaction. */
export async function writeModel(
  db: Db,
  context: ConfigurationContext,
  write: {
    readonly actor: Actor;
    readonly owner: string | undefined;
    readonly existing: StoredModel | undefined;
    readonly wanted: WantedModel;
    readonly origin: PriceOrigin;
  },
): Promise<StoredModel> {
  const { actor, owner, existing, wanted, origin } = write;
  const at = context.now();
  const price = sameTerms(existing?.price, wanted.terms)
    ? existing?.price
    : await newVersion(context, wanted, origin, at);
  if (price !== undefined && price !== existing?.price) await modelRepository.insertPrices(db, [price]);
  const stored: StoredModel = {
    name: wanted.name,
    price,
    operations: wanted.operations,
    ...pickFields(modelFields, wanted),
    owner,
    createdAt: existing?.createdAt ?? at,
    updatedAt: at,
  };
  if (existing === undefined) await modelRepository.insert(db, [stored]);
  else await modelRepository.update(db, stored);
  await recordEdit(db, {
    actor,
    at,
    kind: 'model',
    ref: wanted.name,
    before: existing && presentModel(existing),
    after: presentModel(stored),
  });
  return stored;
}

async function newVersion(
  context: ConfigurationContext,
  wanted: WantedModel,
  origin: PriceOrigin,
  at: number,
): Promise<StoredPrice | undefined> {
  if (wanted.terms === undefined) return undefined;
  const program = await programOf(wanted.terms);
  return {
    ...termsOf(wanted.terms),
    ...(program !== undefined && { program }),
    version: `price_${context.newId()}`,
    model: wanted.name,
    source: origin.source,
    asOf: origin.asOf ?? new Date(at).toISOString().slice(0, 10),
    createdAt: at,
  };
}

async function mustFind(db: Db, name: string): Promise<StoredModel> {
  const model = await modelRepository.find(db, name);
  if (model === undefined) throw notFound(`Model "${name}"`);
  return model;
}
