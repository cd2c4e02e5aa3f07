import type { Capabilities, Modality, ModelTraits } from '@tollgate/wire/models/traits';
import type { Operation } from '@tollgate/wire/protocol';
import { maxOutputTokensOf, operationsOf, priceForFee, priceOf } from '../../domain/catalogue.ts';
import { multiplierFor } from '../../domain/fallbacks.ts';
import type { Multiplier, Price } from '../../domain/price.ts';
import { feeOf, servingTo } from '../../domain/provider-keys.ts';
import type { Channel, KeyRecord, OwnerId, Snapshot } from '../../domain/snapshot.ts';

/** A model as a key sees it. `createdAt` is ms since the epoch. */
export type ListedModel = {
  readonly id: string;
  readonly createdAt: number;
  readonly ownedBy: string;
  /** What some channel can be asked of it; undefined is everything. */
  readonly operations: readonly Operation[] | undefined;
  /** What holds whichever channel serves it; undefined where no channel's model is known. */
  readonly contextTokens: number | undefined;
  readonly maxOutputTokens: number | undefined;
  readonly input: readonly Modality[] | undefined;
  readonly output: readonly Modality[] | undefined;
  readonly can: Capabilities;
  /** Which sampling parameters it takes; undefined where that is not known. */
  readonly sampling: ModelTraits['sampling'];
  /** What people call it; undefined where its id is all. */
  readonly displayName: string | undefined;
  /** When its maker stops serving it, as an ISO date, as far as that was said. */
  readonly retiresOn: string | undefined;
  /** What the key's owner is charged by; undefined for one that is served without a price. */
  readonly price: Price | undefined;
  readonly multiplier: Multiplier;
};

/** What of a key decides which models it can call, and at which price. */
type ListingKey = Pick<KeyRecord, 'models'> & {
  readonly user: Pick<KeyRecord['user'], 'group'>;
  /** Whose provider keys serve it besides its group's channels. */
  readonly owner?: OwnerId | undefined;
};

/** The models a key can call: served in its group or by its owner's provider keys, allowed by the key, and priced. In the order of their names. */
export function listModels(snapshot: Snapshot, key: ListingKey, group: string): readonly ListedModel[] {
  const names = [...servingTo(snapshot, key.owner, group).models].toSorted();
  return names.flatMap((name) => findModel(snapshot, key, group, name) ?? []);
}

/** One model; undefined when the key cannot call it. */
export function findModel(snapshot: Snapshot, key: ListingKey, group: string, name: string): ListedModel | undefined {
  const serving = servingTo(snapshot, key.owner, group);
  const house = serving.house(name);
  const channels = [...house, ...serving.own(name)];
  if (channels.length === 0 || (key.models && !key.models.has(name))) return undefined;
  const multiplier =
    house.length > 0
      ? multiplierFor(snapshot, key.user.group, group)
      : feeOf(snapshot.settings.providerKeys, snapshot.groups.get(group));
  const model = snapshot.models.get(name);
  const served = channels.flatMap((channel) => channel.models.get(name) ?? []);
  const listed = house.length > 0 ? priceOf : priceForFee;
  let price = house.length > 0 ? model?.price : undefined;
  for (const one of served) price ??= listed(snapshot.models, name, one);
  const isFree = house.length === 0 && multiplier === 0n;
  if (!price && !isFree && !snapshot.settings.relay.allowUnpriced) return undefined;
  const traits = served.map((one) => one.traits);
  return {
    id: name,
    createdAt: model?.createdAt ?? 0,
    ownedBy: model?.ownedBy ?? channels[0]?.provider.id ?? 'tollgate',
    operations: operationsOn(snapshot, channels, name),
    contextTokens: least(traits.map((one) => one.contextTokens)),
    maxOutputTokens: least(served.map((one) => maxOutputTokensOf(snapshot.models, name, one))),
    input: common(traits.map((one) => one.input)),
    output: common(traits.map((one) => one.output)),
    can: {
      reasoning: every(traits.map((one) => one.can?.reasoning)),
      tools: every(traits.map((one) => one.can?.tools)),
      structuredOutput: every(traits.map((one) => one.can?.structuredOutput)),
    },
    sampling: leastSampling(traits),
    displayName: only(traits.map((one) => one.displayName)),
    retiresOn: known(traits.map((one) => one.retiresOn)).toSorted()[0],
    price,
    multiplier,
  };
}

const known = <T>(told: readonly (T | undefined)[]): readonly T[] => told.filter((one) => one !== undefined);

function least(told: readonly (number | undefined)[]): number | undefined {
  const numbers = known(told);
  return numbers.length === 0 ? undefined : Math.min(...numbers);
}

/** What all of them say alike. */
function only(told: readonly (string | undefined)[]): string | undefined {
  const [first, ...others] = told;
  return others.every((one) => one === first) ? first : undefined;
}

/** What each of them takes. A model of the catalogue that is not known to refuse any takes all. */
function leastSampling(traits: readonly ModelTraits[]): ModelTraits['sampling'] {
  if (!traits.some((one) => one.sampling !== undefined || one.can !== undefined)) return undefined;
  return (
    traits.find((one) => one.sampling === 'none')?.sampling ??
    traits.find((one) => one.sampling === 'one')?.sampling ??
    'all'
  );
}

function common<T>(told: readonly (readonly T[] | undefined)[]): readonly T[] | undefined {
  const [first, ...others] = known(told);
  return first?.filter((one) => others.every((list) => list.includes(one)));
}

function every(told: readonly (boolean | undefined)[]): boolean | undefined {
  const words = known(told);
  return words.length === 0 ? undefined : words.every(Boolean);
}

/** What the channels together can be asked of a model. */
function operationsOn(snapshot: Snapshot, channels: readonly Channel[], name: string): ListedModel['operations'] {
  const all = new Set<Operation>();
  for (const channel of channels) {
    const served = channel.models.get(name);
    const operations = served && operationsOf(snapshot.models, name, served);
    if (!operations) return undefined;
    for (const operation of operations) all.add(operation);
  }
  return [...all];
}
