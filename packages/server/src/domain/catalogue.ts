import type { Operation } from '@tollgate/wire/protocol';
import type { Price } from './price.ts';
import type { UpstreamModel } from './served-model.ts';
import type { Snapshot } from './snapshot.ts';

type Models = Snapshot['models'];

/** The name by which the catalogue knows what is served: the upstream's own, unless only the base model is known. */
export const catalogueNameOf = (
  models: { has(name: string): boolean },
  { upstream, baseModel }: Pick<UpstreamModel, 'upstream' | 'baseModel'>,
): string => (baseModel !== undefined && !models.has(upstream) ? baseModel : upstream);

/** The price of a model: its own, else that of what it is upstream; undefined when none is known. */
export const priceOf = (models: Models, name: string, { upstream, baseModel }: UpstreamModel): Price | undefined =>
  models.get(name)?.price ??
  models.get(upstream)?.price ??
  (baseModel === undefined ? undefined : models.get(baseModel)?.price);

/** The price that the fee for a provider key is a part of: of what is asked upstream, for its owner calls that as they like. */
export const priceForFee = (models: Models, name: string, served: UpstreamModel): Price | undefined =>
  models.get(served.upstream)?.price ?? priceOf(models, name, served);

/** What can be asked of a model: as its channel has it, else as an administrator does, else as it is known. */
export const operationsOf = (
  models: Models,
  name: string,
  { upstream, baseModel, operations, traits }: UpstreamModel,
): readonly Operation[] | undefined =>
  operations ??
  models.get(name)?.operations ??
  models.get(upstream)?.operations ??
  (baseModel === undefined ? undefined : models.get(baseModel)?.operations) ??
  traits.operations;

/** Most output tokens of a model: as an administrator has it, else as it is known. */
export const maxOutputTokensOf = (
  models: Models,
  name: string,
  { upstream, baseModel, traits }: UpstreamModel,
): number | undefined =>
  models.get(name)?.maxOutputTokens ??
  models.get(upstream)?.maxOutputTokens ??
  (baseModel === undefined ? undefined : models.get(baseModel)?.maxOutputTokens) ??
  traits.maxOutputTokens;
