import type { Operation } from '@tollgate/wire/protocol';
import type { Price } from './price.ts';
import type { UpstreamModel } from './served-model.ts';
import type { Model, Snapshot } from './snapshot.ts';

type Models = Snapshot['models'];

/** The name by which the catalogue knows what is served: the upstream's own, else the base model's, else one without its date. */
export function catalogueNameOf(
  models: { has(name: string): boolean },
  { upstream, baseModel, undated }: Pick<UpstreamModel, 'upstream' | 'baseModel' | 'undated'>,
): string {
  if (models.has(upstream)) return upstream;
  return baseModel ?? undated.find((name) => models.has(name)) ?? upstream;
}

/** What is said of the first that says so: of a name, of what it is upstream, of the model that that is, of it without its date. */
function firstTold<T>(
  models: Models,
  name: string | undefined,
  { upstream, baseModel, undated }: UpstreamModel,
  read: (model: Model) => T | null | undefined,
): T | undefined {
  const told = (known: string | undefined): T | undefined => {
    const model = known === undefined ? undefined : models.get(known);
    return model && (read(model) ?? undefined);
  };
  let found = told(name) ?? told(upstream) ?? told(baseModel);
  if (found === undefined && undated.length > 0) for (const other of undated) found ??= told(other);
  return found;
}

/** The price of a model: its own, else that of what it is upstream; undefined when none is known. */
export const priceOf = (models: Models, name: string, served: UpstreamModel): Price | undefined =>
  firstTold(models, name, served, ({ price }) => price);

/** The price that the fee for a provider key is a part of: of what is asked upstream, for its owner calls that as they like. */
export const priceForFee = (models: Models, name: string, served: UpstreamModel): Price | undefined =>
  models.get(served.upstream)?.price ?? priceOf(models, name, served);

/** What can be asked of a model: as its channel has it, else as an administrator does, else as it is known. */
export const operationsOf = (models: Models, name: string, served: UpstreamModel): readonly Operation[] | undefined =>
  served.operations ?? firstTold(models, name, served, ({ operations }) => operations) ?? served.traits.operations;

/** Most output tokens of a model: as an administrator has it, else as it is known. */
export const maxOutputTokensOf = (models: Models, name: string, served: UpstreamModel): number | undefined =>
  firstTold(models, name, served, ({ maxOutputTokens }) => maxOutputTokens) ?? served.traits.maxOutputTokens;
